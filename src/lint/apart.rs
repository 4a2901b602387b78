//! What sets the requests that fail apart from those that work: the field that gateways add, or the version.

use std::collections::BTreeSet;

use crate::observation::{Exchange, Observations};
use crate::plan::Experiment;

/// What this request has and none that `fares_well`: `in HTTP/1.0`, `with X-Forwarded-For`. Fields that all failing
/// requests have in common go before those of this one alone. `None` if nothing sets it apart.
pub(super) fn apart(
    seen: &Observations,
    exchange: &Exchange,
    fares_well: impl Fn(&Exchange) -> bool,
) -> Option<String> {
    if is_by_version(seen, exchange, &fares_well) {
        return Some("in HTTP/1.0".to_owned());
    }
    let fares_well = |other: &&Exchange| fares_well(other);
    let asked = || asked(seen);
    let harmless: BTreeSet<String> = asked().filter(fares_well).flat_map(names).collect();
    let own: Vec<String> = names(exchange).filter(|name| !harmless.contains(name)).collect();
    let failing: Vec<BTreeSet<String>> = asked()
        .filter(|other| !fares_well(other) && !is_older(other))
        .map(|other| names(other).collect())
        .collect();
    let (common, rest): (Vec<String>, Vec<String>) =
        own.into_iter().partition(|name| failing.iter().all(|names| names.contains(name)));
    let decisive = if common.is_empty() { rest } else { common };
    (!decisive.is_empty()).then(|| format!("with {}", decisive.join(", ")))
}

/// Whether it is the version that sets it apart: no request in HTTP/1.0 fares well, and all in HTTP/1.1 do.
pub(super) fn is_by_version(
    seen: &Observations,
    exchange: &Exchange,
    fares_well: impl Fn(&Exchange) -> bool,
) -> bool {
    is_older(exchange) && asked(seen).all(|other| fares_well(other) != is_older(other))
}

fn asked(seen: &Observations) -> impl Iterator<Item = &Exchange> {
    seen.exchanges.iter().filter(|other| other.experiment != Experiment::WithHead)
}

/// Whether it was asked in HTTP/1.0.
pub(super) fn is_older(exchange: &Exchange) -> bool {
    let line = exchange.sent.head.0.split(|&byte| byte == b'\r').next().unwrap_or_default();
    line.ends_with(b" HTTP/1.0")
}

/// The names of the fields that were sent, all in one spelling.
fn names(exchange: &Exchange) -> impl Iterator<Item = String> {
    let lines = exchange.sent.head.0.split(|&byte| byte == b'\n').skip(1);
    lines.filter_map(|line| {
        let colon = line.iter().position(|&byte| byte == b':')?;
        let name = String::from_utf8_lossy(line.get(..colon)?).to_ascii_lowercase();
        Some(name.split('-').map(capitalised).collect::<Vec<_>>().join("-"))
    })
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
