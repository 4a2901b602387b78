//! What to change: the upstream's part first, then the gateway's in its own words, then the log line to look for.

use super::diagnose::UpstreamCase;
use super::rank::is_stopgap;
use super::settle::settling;
use super::{Finding, FixFor, RemedyText, remedy_tls};
use crate::cause::gateway::spoiling;
use crate::cause::{About, Case, Cause, again, asked, by_slug};
use crate::contrast::Answer;
use crate::diagnosis::Blame;
use crate::figures;
use crate::gateway::{self, Asking, Gateway, HeadSize, LogLine, Recognised, Remedy, When};
use crate::http1::DefectCode;
use crate::observation::{End, Phase};
use crate::proxy_status::ErrorType;
use crate::tolerance::{Later, Version};

/// What the remedies for a finding depend on.
#[derive(Clone, Copy)]
pub(super) struct Fault<'a> {
    pub(super) about: &'a About,
    pub(super) case: &'a Case<'a>,
    pub(super) blame: Blame,
    pub(super) error_type: Option<ErrorType>,
    pub(super) defects: &'a [DefectCode],
}

/// The remedies for a finding. What is known to change at a gateway is meant for reverse proxies: a forward proxy names no
/// upstream in its configuration.
pub(super) fn remedies(fault: Fault<'_>, gateway: Option<&'static Gateway>) -> Vec<RemedyText> {
    let Fault { about, case, blame, error_type, defects } = fault;
    if blame == Blame::Client && about.blame == Blame::Gateway {
        return vec![of_this_side(about)];
    }
    let forward = case.contrast.gateway.proxy.is_some();
    let mut remedies: Vec<RemedyText> = remedy_tls::of_upstream(about, case)
        .or_else(|| remedy_tls::of_asking(about, case))
        .or_else(|| first(about, case))
        .into_iter()
        .collect();
    if about.slug == "gateway-mishandles-valid-response" {
        remedies.extend(spoiling(case).filter(|spoiling| !spoiling.config.is_empty()).map(|spoiling| {
            RemedyText {
                fix_for: FixFor::Gateway,
                advice: "This keeps the gateway from it:".to_owned(),
                config: Some(spoiling.config.to_owned()),
            }
        }));
    }
    if is_stopgap(about.slug) {
        remedies.extend(settling(gateway, case));
    }
    let of_tls = remedy_tls::asking(about, case).into_iter().filter(|_| !forward);
    let own = asking(about, case);
    let field = minded_field(about, case);
    let mut is_set = own.is_some();
    if let Some(gateway) = gateway {
        let lines: Vec<_> = own
            .into_iter()
            .chain(of_tls)
            .flat_map(|asking| settings(asking, gateway, field.as_deref()))
            .collect();
        is_set |= !lines.is_empty();
        remedies.extend(lines);
    }
    if let (Some(gateway), Some(error_type)) = (gateway, error_type) {
        if !is_set && !forward {
            let of_trust = error_type != ErrorType::TlsCertificateError || remedy_tls::is_about_trust(about);
            let of_class = gateway
                .remedies
                .iter()
                .filter(|remedy| of_trust && remedy.fault.holds(error_type, about.phase));
            let worth = of_class.filter(|remedy| is_worth(remedy.when, about, case, defects));
            remedies.extend(worth.map(|remedy| changed(gateway, remedy, case)));
        }
        remedies.extend(match lines_on(gateway, defects, case.known.and_then(|known| known.version)) {
            Some(lines) => lines,
            None => log_lines(gateway, &remedy_tls::logged_as(error_type, about, case), case),
        });
    }
    for config in remedies.iter_mut().filter_map(|remedy| remedy.config.as_mut()) {
        *config = remedy_tls::filled(config, about, case);
    }
    if let Some((file, how)) = remedy_tls::file_to_trust(about, case).filter(|_| !forward) {
        let names_it =
            |remedy: &RemedyText| remedy.config.as_ref().is_some_and(|config| config.contains(file));
        if let Some(place) = remedies.iter().rposition(names_it) {
            remedies.insert(place + 1, how);
        }
    }
    remedies
}

/// Whether what was seen leaves a remedy worth naming.
fn is_worth(when: When, about: &About, case: &Case<'_>, defects: &[DefectCode]) -> bool {
    let unasked = case.contrast.direct.is_none();
    match when {
        When::Always => true,
        When::NotEachTime => !again::failed_each_time(case),
        When::NotInHttp11 => {
            case.contrast.direct.is_none_or(|direct| direct.guise.is_some() || Answer::of(direct).is_whole())
        }
        When::Http2Only => about.slug == "http2-only-upstream" && !is_over_tls(case),
        When::Http2OnlyTls => about.slug == "http2-only-upstream" && is_over_tls(case),
        When::SpeaksTls => about.slug == "plain-to-tls-port",
        When::SpeaksPlain => about.slug == "tls-to-plain-port",
        // Who passed something of it on has accepted it.
        When::InvalidHead => {
            let is_invalid = unasked || defects.iter().any(|&code| code != DefectCode::NotHttp);
            is_invalid && !matches!(case.contrast.answer, Answer::Whole(200..=399) | Answer::Cut(_))
        }
        When::Has(codes) => unasked || defects.iter().any(|code| codes.contains(code)),
    }
}

/// Whether the upstream was asked over TLS.
fn is_over_tls(case: &Case<'_>) -> bool {
    case.contrast.direct.is_some_and(|direct| direct.tls.is_some())
}

/// A remedy with its lines of configuration; of a head that is too large, for the very size that was seen.
fn changed(gateway: &Gateway, remedy: &Remedy, case: &Case<'_>) -> RemedyText {
    let advice = remedy.advice.to_owned();
    let sized = (remedy.fault.error_type == ErrorType::HttpResponseHeaderSectionSize)
        .then(|| sized(gateway, case))
        .flatten();
    let is_seen = case.contrast.direct.is_some_and(|direct| direct.response().is_some());
    let (advice, config) = match sized {
        Some((seen, config)) => (format!("{advice} {seen}"), config),
        // None of its sizes would do.
        None if is_seen && remedy.fault.error_type == ErrorType::HttpResponseHeaderSectionSize => {
            (advice, String::new())
        }
        None => (advice, remedy.config.to_owned()),
    };
    RemedyText { fix_for: FixFor::Gateway, advice, config: (!config.is_empty()).then_some(config) }
}

/// The lines that leave room for the head that came directly, and which head that is.
fn sized(gateway: &Gateway, case: &Case<'_>) -> Option<(String, String)> {
    let response = case.contrast.direct?.response()?;
    let head = HeadSize {
        bytes: response.head_size,
        largest_field: response.largest_field(),
        fields: response.field_count,
    };
    let config = gateway::room(gateway.name, head)?;
    let seen = format!(
        "For the head that was seen, of {} in {}:",
        figures::bytes(head.bytes),
        figures::counted(head.fields, "field")
    );
    Some((seen, config))
}

/// Adds what settles how the other hops ask: each may pass on how it is asked itself, or undo what the one in front of it
/// was told to do.
pub(super) fn add_those_of_all_hops(
    findings: &mut [Finding],
    hops: &[Recognised],
    cases: &[UpstreamCase<'_>],
) {
    for finding in findings {
        let Some(about) = by_slug(&finding.cause).map(Cause::about) else { continue };
        let Some(asking) = cases.iter().find_map(|of| asking(about, &of.late)) else { continue };
        let place = finding.remedies.iter().position(|remedy| remedy.fix_for == FixFor::Investigation);
        let mut logs = finding.remedies.split_off(place.unwrap_or(finding.remedies.len()));
        let field = cases.iter().find_map(|of| minded_field(about, &of.late));
        for remedy in hops.iter().flat_map(|hop| settings(asking, hop.gateway, field.as_deref())) {
            // The lines of one that stands there already may have names of this upstream.
            if finding.remedies.iter().all(|known| known.advice != remedy.advice) {
                finding.remedies.push(remedy);
            }
        }
        finding.remedies.append(&mut logs);
    }
}

fn settings(asking: Asking, gateway: &Gateway, field: Option<&str>) -> Vec<RemedyText> {
    gateway::settings(gateway.name, asking)
        .map(|setting| RemedyText {
            fix_for: FixFor::Gateway,
            advice: setting.advice.to_owned(),
            config: match field {
                Some(field) => setting.for_field(field),
                None => Some(setting.config.to_owned()),
            },
        })
        .collect()
}

/// The field that the upstream minds, where the cause is about that.
fn minded_field(about: &About, case: &Case<'_>) -> Option<String> {
    (about.slug == "upstream-refuses-gateway-fields").then(|| asked::minded_field(case)).flatten()
}

/// What of a gateway's asking a cause is about, if it is about that.
fn asking(about: &About, case: &Case<'_>) -> Option<Asking> {
    match about.slug {
        "upstream-refuses-http10" => Some(Asking::Version),
        "upstream-refuses-host" => Some(Asking::Host),
        "upstream-refuses-gateway-fields" if asked::misses(case, |change| change.is_of("upgrade")) => {
            Some(Asking::Upgrade)
        }
        "upstream-refuses-gateway-fields" if asked::misses(case, |_| true) => None,
        "upstream-refuses-gateway-fields" => Some(Asking::Fields),
        "upstream-requires-sni" => Some(Asking::ServerName),
        _ => None,
    }
}

/// The lines that were measured for these very defects, or are documented of the version at hand; `None` where the
/// class of fault has to do.
fn lines_on(gateway: &Gateway, defects: &[DefectCode], version: Option<Version>) -> Option<Vec<RemedyText>> {
    let mut measured: Vec<&str> = Vec::new();
    for lines in defects.iter().filter_map(|&code| gateway::logged(gateway.name, code)) {
        let new: Vec<&str> = lines.iter().copied().filter(|line| !measured.contains(line)).collect();
        measured.extend(new);
    }
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
        let what = if measured.len() == 1 { "this line" } else { "one of these lines" };
        let advice = format!("Look for {what} in {}'s error log, at this time:", gateway.title);
        remedies.push(remedy(advice, measured));
    }
    if let Some(first) = later.first().filter(|first| version.is_none_or(|own| own >= first.since)) {
        let advice = format!(
            "From version {} on (by its source), look for this in {}'s error log:",
            first.since(),
            gateway.title
        );
        remedies.push(remedy(advice, later.iter().map(|later| later.log).collect()));
    }
    is_known.then_some(remedies)
}

/// The lines to look for: one remedy for each log. No log was read.
fn log_lines(gateway: &Gateway, faults: &[(ErrorType, Phase)], case: &Case<'_>) -> Vec<RemedyText> {
    let ended = case.contrast.direct.map(|direct| direct.end);
    let ended = ended.filter(|end| matches!(end, End::Closed | End::Reset));
    let is_other = |line: &LogLine| line.end.is_some_and(|end| ended.is_some_and(|ended| ended != end));
    let is_wanted =
        |line: &&LogLine| faults.iter().any(|&(error_type, phase)| line.fault.holds(error_type, phase));
    let mut all: Vec<&LogLine> = gateway.log_lines.iter().filter(is_wanted).collect();
    // First the line for the end that was seen here; what reaches the gateway can end in the other way.
    all.sort_by_key(|line| (!line.note.is_empty(), is_other(line)));
    let mut logs: Vec<(&str, Vec<String>)> = Vec::new();
    for line in all {
        let shown = match line.end.filter(|_| is_other(line)) {
            Some(end) => {
                noted(line.text, &format!("if it comes to {} as {}", gateway.title, end_in_words(end)))
            }
            None => noted(line.text, line.note),
        };
        match logs.iter_mut().find(|(place, _)| *place == line.place) {
            Some((_, lines)) => lines.push(shown),
            None => logs.push((line.place, vec![shown])),
        }
    }
    let remedy = |(place, lines): (&str, Vec<String>)| RemedyText {
        fix_for: FixFor::Investigation,
        advice: format!(
            "Look for {} in {}'s {place}, at this time:",
            if lines.len() == 1 { "this line" } else { "one of these lines" },
            gateway.title
        ),
        config: Some(lines.join("\n")),
    };
    logs.into_iter().map(remedy).collect()
}

/// A line with its remark above it.
pub(super) fn noted(line: &str, note: &str) -> String {
    if note.is_empty() { line.to_owned() } else { format!("# {note}:\n{line}") }
}

fn end_in_words(end: End) -> &'static str {
    if end == End::Reset { "a reset (RST)" } else { "a close (FIN)" }
}

/// What to do where the gateway fares well, and the direct request alone asks in the wrong way.
fn of_this_side(about: &About) -> RemedyText {
    let ask = match about.slug {
        "plain-to-tls-port" => "name the upstream with https:// in --upstream, to ask it as well",
        "tls-to-plain-port" => "name the upstream with http:// in --upstream, to ask it as well",
        "http1-only-upstream" => "leave --http2 out, to ask as it does",
        _ => "--verbose shows what was sent; ask as the gateway does",
    };
    let advice = format!("The gateway fares well, so nothing is to change there: {ask}.");
    RemedyText { fix_for: FixFor::Investigation, advice, config: None }
}

/// What whoever runs the hop at fault (or the network, or the name service) can do.
fn first(about: &About, case: &Case<'_>) -> Option<RemedyText> {
    if about.slug == "upstream-refuses-gateway-fields" && asked::misses(case, |_| true) {
        let advice = "Have the gateway pass on what it leaves out: the upstream needs it.".to_owned();
        return Some(RemedyText { fix_for: FixFor::Gateway, advice, config: None });
    }
    let fix_for = match about.blame {
        Blame::Gateway => FixFor::Gateway,
        Blame::Upstream | Blame::Network | Blame::NameService => FixFor::Upstream,
        Blame::Client | Blame::None => FixFor::Investigation,
    };
    let advice = about.remedy;
    (!advice.is_empty()).then(|| RemedyText { fix_for, advice: advice.to_owned(), config: None })
}
