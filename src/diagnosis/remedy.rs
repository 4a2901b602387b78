//! What to change: the upstream's part first, then the gateway's in its own words, then the log line to look for.

use super::{Finding, FixFor, RemedyText};
use crate::cause::{About, by_slug};
use crate::diagnosis::Blame;
use crate::gateway::{self, Asking, Gateway, Recognised};
use crate::http1::DefectCode;
use crate::observation::Phase;
use crate::proxy_status::ErrorType;
use crate::tolerance::{Later, Version};

/// The remedies for a cause. What is known to change at a gateway is meant for reverse proxies: a forward proxy names no
/// upstream in its configuration.
pub(super) fn remedies(
    about: &About,
    error_type: Option<ErrorType>,
    gateway: Option<&'static Gateway>,
    forward: bool,
    (defects, version): (&[DefectCode], Option<Version>),
) -> Vec<RemedyText> {
    let mut remedies: Vec<RemedyText> = first(about).into_iter().collect();
    let asking = asking(about).zip(gateway);
    if let Some((asking, gateway)) = asking {
        remedies.extend(settings(asking, gateway));
    }
    if let (Some(gateway), Some(error_type)) = (gateway, error_type) {
        remedies.extend(
            gateway
                .remedies
                .iter()
                .filter(|remedy| asking.is_none() && !forward && remedy.fault.holds(error_type, about.phase))
                .map(|remedy| RemedyText {
                    fix_for: FixFor::Gateway,
                    advice: remedy.advice.to_owned(),
                    config: (!remedy.config.is_empty()).then(|| remedy.config.to_owned()),
                }),
        );
        remedies.extend(match lines_on(gateway, defects, version) {
            Some(lines) => lines,
            None => log_lines(gateway, error_type, about.phase),
        });
    }
    remedies
}

/// Adds what settles how the other hops ask: each may pass on how it is asked itself, or undo what the one in front of it
/// was told to do.
pub(super) fn add_those_of_all_hops(findings: &mut [Finding], hops: &[Recognised]) {
    for finding in findings {
        let Some(asking) = by_slug(&finding.cause).and_then(|cause| asking(cause.about())) else { continue };
        let place = finding.remedies.iter().position(|remedy| remedy.fix_for == FixFor::Investigation);
        let mut logs = finding.remedies.split_off(place.unwrap_or(finding.remedies.len()));
        for remedy in hops.iter().flat_map(|hop| settings(asking, hop.gateway)) {
            if !finding.remedies.contains(&remedy) {
                finding.remedies.push(remedy);
            }
        }
        finding.remedies.append(&mut logs);
    }
}

fn settings(asking: Asking, gateway: &Gateway) -> impl Iterator<Item = RemedyText> + use<> {
    gateway::settings(gateway.name, asking).map(|setting| RemedyText {
        fix_for: FixFor::Gateway,
        advice: setting.advice.to_owned(),
        config: Some(setting.config.to_owned()),
    })
}

/// What of a gateway's asking a cause is about, if it is about that.
fn asking(about: &About) -> Option<Asking> {
    match about.slug {
        "upstream-refuses-http10" => Some(Asking::Version),
        "upstream-refuses-host" => Some(Asking::Host),
        "upstream-refuses-gateway-fields" => Some(Asking::Fields),
        _ => None,
    }
}

/// The lines that were measured for these very defects, or are documented of the version at hand; `None` where the
/// class of fault has to do.
fn lines_on(gateway: &Gateway, defects: &[DefectCode], version: Option<Version>) -> Option<Vec<RemedyText>> {
    let measured: Vec<&str> = defects
        .iter()
        .filter_map(|&code| gateway::logged(gateway.name, code))
        .flat_map(|lines| lines.iter().copied())
        .collect();
    let is_known = defects.iter().any(|&code| gateway::logged(gateway.name, code).is_some());
    let later: Vec<&Later> = gateway::later(gateway.name)
        .iter()
        .filter(|later| defects.iter().any(|code| later.codes.contains(code)))
        .collect();
    let remedy = |advice: String, mut lines: Vec<&str>| {
        lines.dedup();
        RemedyText { fix_for: FixFor::Investigation, advice, config: Some(lines.join("\n")) }
    };
    let is_later = later.iter().any(|later| version.is_some_and(|own| own >= later.since));
    let mut remedies = Vec::new();
    if !measured.is_empty() && !is_later {
        remedies.push(remedy(format!("{}'s error log has this at this time:", gateway.title), measured));
    }
    if let Some(first) = later.first().filter(|first| version.is_none_or(|own| own >= first.since)) {
        let advice = format!(
            "{}'s error log has this from version {} on (by its source):",
            gateway.title,
            first.since()
        );
        remedies.push(remedy(advice, later.iter().map(|later| later.log).collect()));
    }
    is_known.then_some(remedies)
}

/// The lines to look for: one remedy for each log.
fn log_lines(gateway: &Gateway, error_type: ErrorType, phase: Phase) -> Vec<RemedyText> {
    let mut logs: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in gateway.log_lines.iter().filter(|line| line.fault.holds(error_type, phase)) {
        match logs.iter_mut().find(|(place, _)| *place == line.place) {
            Some((_, lines)) => lines.push(line.text),
            None => logs.push((line.place, vec![line.text])),
        }
    }
    let remedy = |(place, lines): (&str, Vec<&str>)| RemedyText {
        fix_for: FixFor::Investigation,
        advice: format!(
            "{}'s {place} has {} at this time:",
            gateway.title,
            if lines.len() == 1 { "this line" } else { "one of these lines" }
        ),
        config: Some(lines.join("\n")),
    };
    logs.into_iter().map(remedy).collect()
}

/// What whoever runs the upstream (or the network, or the name service) can do.
fn first(about: &About) -> Option<RemedyText> {
    let fix_for = match about.blame {
        Blame::Gateway => FixFor::Gateway,
        Blame::Upstream | Blame::Network | Blame::NameService => FixFor::Upstream,
        Blame::Client | Blame::None => FixFor::Investigation,
    };
    let advice = about.remedy;
    (!advice.is_empty()).then(|| RemedyText { fix_for, advice: advice.to_owned(), config: None })
}
