//! What to change: the upstream's part first, then the gateway's in its own words, then the log line to look for.

use super::{Finding, FixFor, RemedyText, Strength, remedy_tls};
use crate::cause::{About, Case, by_slug};
use crate::diagnosis::Blame;
use crate::gateway::{self, Asking, Gateway, Only, Recognised, Remedy};
use crate::http1::DefectCode;
use crate::observation::{Exchange, Phase};
use crate::proxy_status::ErrorType;
use crate::tolerance::{Later, Version};

/// What the remedies for a finding depend on.
#[derive(Clone, Copy)]
pub(super) struct Fault<'a> {
    pub(super) about: &'a About,
    pub(super) case: &'a Case<'a>,
    pub(super) error_type: Option<ErrorType>,
    pub(super) strength: Strength,
    pub(super) defects: &'a [DefectCode],
}

/// The remedies for a finding. What is known to change at a gateway is meant for reverse proxies: a forward proxy names no
/// upstream in its configuration.
pub(super) fn remedies(fault: Fault<'_>, gateway: Option<&'static Gateway>) -> Vec<RemedyText> {
    let Fault { about, case, error_type, defects, .. } = fault;
    let forward = case.contrast.gateway.proxy.is_some();
    let version = case.known.and_then(|known| known.version);
    let mut remedies: Vec<RemedyText> =
        remedy_tls::of_upstream(about, case).or_else(|| first(about)).into_iter().collect();
    let of_tls = remedy_tls::asking(about, case).into_iter().filter(|_| !forward);
    let asking: Vec<Asking> = asking(about).into_iter().chain(of_tls).collect();
    if let Some(gateway) = gateway {
        remedies.extend(asking.iter().flat_map(|&asking| settings(asking, gateway)));
    }
    if let (Some(gateway), Some(error_type)) = (gateway, error_type) {
        let is_of_fault = |remedy: &&Remedy| {
            asking.is_empty()
                && !forward
                && remedy.fault.holds(error_type, about.phase)
                && makes_sense(remedy.only, fault)
        };
        let of_trust = error_type != ErrorType::TlsCertificateError || remedy_tls::is_about_trust(about);
        remedies.extend(gateway.remedies.iter().filter(is_of_fault).filter(|_| of_trust).map(|remedy| {
            RemedyText {
                fix_for: FixFor::Gateway,
                advice: remedy.advice.to_owned(),
                config: (!remedy.config.is_empty()).then(|| remedy.config.to_owned()),
            }
        }));
        remedies.extend(remedy_tls::file_to_trust(about, case).filter(|_| !forward));
        remedies.extend(match lines_on(gateway, defects, version) {
            Some(lines) => lines,
            None => log_lines(gateway, error_type, about.phase),
        });
    }
    for config in remedies.iter_mut().filter_map(|remedy| remedy.config.as_mut()) {
        *config = remedy_tls::filled(config, about, case);
    }
    remedies
}

/// Whether what was seen leaves room for this remedy.
fn makes_sense(only: Only, fault: Fault<'_>) -> bool {
    let direct = fault.case.contrast.direct;
    match only {
        Only::Always => true,
        // The direct request had a connection of its own, and met it all the same.
        Only::NowAndThen => fault.strength != Strength::Shown,
        Only::Http2 => !direct.is_some_and(speaks_http1),
    }
}

/// Whether it answered in HTTP/1, or agreed to (RFC 7301).
fn speaks_http1(exchange: &Exchange) -> bool {
    let agreed = exchange.tls.as_ref().and_then(|tls| tls.alpn.as_deref());
    exchange.status().is_some() || agreed.is_some_and(|protocol| protocol.starts_with("http/1"))
}

/// Adds what settles how the other hops ask: each may pass on how it is asked itself, or undo what the one in front of it
/// was told to do.
pub(super) fn add_those_of_all_hops(findings: &mut [Finding], hops: &[Recognised]) {
    for finding in findings {
        let Some(asking) = by_slug(&finding.cause).and_then(|cause| asking(cause.about())) else { continue };
        let place = finding.remedies.iter().position(|remedy| remedy.fix_for == FixFor::Investigation);
        let mut logs = finding.remedies.split_off(place.unwrap_or(finding.remedies.len()));
        for remedy in hops.iter().flat_map(|hop| settings(asking, hop.gateway)) {
            // The lines of one that stands there already may have names of this upstream.
            if finding.remedies.iter().all(|known| known.advice != remedy.advice) {
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
        "upstream-requires-sni" => Some(Asking::ServerName),
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
