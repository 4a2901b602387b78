//! What is said of who wrote the error.

use super::look::Look;
use super::{Authorship, Sign, Weight, Who};
use crate::gateway;

/// How many reasons stand in the sentence.
const REASONS: usize = 3;

/// One sentence, without a full stop: who, and why.
pub(super) fn sentence(authorship: &Authorship, look: &Look<'_>) -> String {
    if let Some(conflict) = &authorship.conflict {
        return format!("not established: the signs disagree: {conflict}");
    }
    let reasons = reasons(authorship);
    let reasons = if reasons.is_empty() { "nothing tells".to_owned() } else { reasons };
    format!("{}: {reasons}", whom(authorship, look, false))
}

/// Who, in a few words, and neither the reasons nor the list of those who would leave no trace.
pub(super) fn brief(authorship: &Authorship, look: &Look<'_>) -> String {
    if authorship.conflict.is_some() {
        return "not established: the signs disagree".to_owned();
    }
    whom(authorship, look, true)
}

/// Which two signs exclude each other; or, where no two do alone, the first and the last.
pub(super) fn conflict(signs: &[Sign], weight: Weight) -> String {
    let weighing: Vec<&Sign> = signs.iter().filter(|sign| sign.weight <= weight).collect();
    let exclude = |one: &Sign, other: &Sign| !one.speaks_for.iter().any(|who| other.speaks_for.contains(who));
    let pair = weighing.iter().enumerate().find_map(|(index, one)| {
        let other = weighing.iter().skip(index + 1).find(|other| exclude(one, other))?;
        Some((*one, *other))
    });
    let ends = || Some((*weighing.first()?, *weighing.last()?));
    let Some((one, other)) = pair.or_else(ends) else { return String::new() };
    format!("{}, but {}", one.evidence.text, other.evidence.text)
}

/// What would settle it; `None` where it is settled.
pub(super) fn settles(authorship: &Authorship, look: &Look<'_>) -> Option<String> {
    if authorship.who != Who::NotEstablished && authorship.or.is_empty() {
        return None;
    }
    let ask = if look.is_alone() {
        "`--upstream URL` asks the server behind it the same"
    } else {
        "a run for each hop, with `--upstream` naming the next, shows where the error begins"
    };
    Some(format!(
        "The access log of the gateway asked says whether it got this status from its upstream or made it itself; \
         {ask}; gateways that send Proxy-Status (RFC 9209) say it in each answer."
    ))
}

fn whom(authorship: &Authorship, look: &Look<'_>, brief: bool) -> String {
    let one_behind = if brief { "one behind it".to_owned() } else { one_behind(look) };
    let alternatives = alternatives(authorship, look, brief);
    let product = look.page.as_ref().map(|page| page.title.to_owned()).or_else(|| authorship.name.clone());
    let product = product.map(|product| match &authorship.version {
        Some(version) => format!("{product} {version}"),
        None => product,
    });
    let named = product.clone().map(|product| format!("{product}, ")).unwrap_or_default();
    let front: Vec<&str> = look.hops.in_front().map(|known| known.title).collect();
    match authorship.who {
        // Neither of the two is put before the other.
        Who::Gateway if authorship.or.contains(&Who::InnerGateway) => {
            let either = if brief { "" } else { "either " };
            format!("{named}{either}the gateway asked or {one_behind}{alternatives}")
        }
        Who::Gateway => format!("{named}the gateway asked{alternatives}"),
        Who::OuterGateway => {
            let behind = look.behind().unwrap_or("another gateway");
            format!("{named}the gateway asked, in front of {behind}{alternatives}")
        }
        Who::InnerGateway => {
            let asked = if front.is_empty() { String::new() } else { format!(" ({})", front.join(", ")) };
            format!("{named}a gateway behind the one asked{asked}{alternatives}")
        }
        Who::Upstream => {
            let like = product.map(|product| format!(", with the page of {product}")).unwrap_or_default();
            format!("the upstream itself{like}{alternatives}")
        }
        Who::NotEstablished if authorship.or == [Who::InnerGateway, Who::Upstream] => {
            let not = if front.is_empty() { "the gateway asked".to_owned() } else { front.join(", ") };
            format!("not established: not {not}, but a gateway behind, or the upstream")
        }
        Who::NotEstablished => "not established".to_owned(),
    }
}

/// Who else would look the same.
fn alternatives(authorship: &Authorship, look: &Look<'_>, brief: bool) -> String {
    let others = authorship.or.iter().filter(|or| **or != Who::InnerGateway);
    let words = others.map(|or| match or {
        Who::Upstream if brief => ", or the upstream",
        _ if brief => ", or a gateway",
        Who::Upstream if look.is_alone() => ", or the upstream, which was not asked",
        Who::Upstream => ", or the upstream, which is of that kind too",
        _ => ", or a gateway, which would have the same page",
    });
    words.collect()
}

/// A gateway behind the one asked, and who in front would pass its error on without a trace. Of the programs that
/// were measured; any other may do so too.
fn one_behind(look: &Look<'_>) -> String {
    let Some(traces) = look.page.as_ref().and_then(|page| page.traces) else {
        return "one behind it".to_owned();
    };
    let known = traces.hidden_by.iter().filter_map(|name| gateway::by_name(name));
    let known: String = known.flat_map(|known| [known.title, ", "]).collect();
    let (and, comma) = if known.is_empty() { ("", "") } else { ("and ", ",") };
    format!(
        "one behind it ({known}{and}gateways that why502 does not know{comma} can pass it on without a trace)"
    )
}

/// The signs that speak for it, the strongest first.
fn reasons(authorship: &Authorship) -> String {
    let told = |sign: &&Sign| {
        let decides = sign.weight != Weight::Hint || sign.speaks_for.len() < 3;
        let fits = authorship.who == Who::NotEstablished || {
            let who = if authorship.who == Who::OuterGateway { Who::Gateway } else { authorship.who };
            sign.speaks_for.contains(&who)
        };
        decides && fits
    };
    let texts: Vec<&str> =
        authorship.signs.iter().filter(told).take(REASONS).map(|sign| sign.evidence.text.as_str()).collect();
    texts.join("; ")
}
