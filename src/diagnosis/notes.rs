//! The notes under the verdict: what belongs to no cause, and a reader should know all the same.
//!
//! The verdict stands already; a note explains its status, its time or its vantage point, and changes nothing.

use super::hints::{Situation, hints};
use super::{Authorship, Finding, Outcome, Strength, Verdict, Who, contrary};
use crate::cause::Cause;
use crate::cause::tls::certificate;
use crate::contrast::Answer;
use crate::figures;
use crate::gateway::{self, Recognised};
use crate::observation::{Exchange, Observations, Phase, Tunnel};
use crate::plan::Route;
use crate::statement::Statement;
use crate::tolerance::{Attempts, Retries};

/// Plain sentences under the verdict.
pub(super) fn notes(
    seen: &Observations,
    verdict: &Verdict,
    findings: &[Finding],
    gateway: &Exchange,
    recognised: Option<&Recognised>,
    written_by: Option<&Authorship>,
    stated: &[Statement],
) -> Vec<String> {
    let mut notes = Vec::new();
    notes.extend(status_note(verdict, findings, Answer::of(gateway)));
    notes.extend(retry_note(verdict, gateway, recognised));
    notes.extend(time_note(verdict, gateway, recognised));
    notes.extend(hints(Situation { seen, verdict, gateway, recognised, written_by, stated }));
    notes.extend(tunnel_note(verdict, gateway));
    notes.extend(alone_note(seen, gateway));
    notes.extend(written_by.and_then(|written_by| author_note(written_by, verdict)));
    notes.extend(vantage_note(seen, verdict, gateway));
    notes.extend(contrary::note(seen, verdict, gateway, recognised));
    if seen.direct().any(|direct| super::diagnose::is_the_gateway(gateway, direct)) {
        notes.push(
            "The direct request led to the very address of the gateway: that is no second opinion, and was left aside."
                .to_owned(),
        );
    }
    if seen.upstreams.is_empty() && !matches!(verdict.outcome, Outcome::Healthy | Outcome::Unreachable) {
        notes.push(
            "Only the gateway was asked. Its own words and its time are all that can be judged; \
             `--upstream URL` asks the server behind it the same, and settles most causes."
                .to_owned(),
        );
    }
    notes.extend(log_note(seen, verdict, recognised));
    if recognised.is_none() && verdict.outcome == Outcome::Fault && !gateway.is_tunnelled() {
        notes.push(
            "The gateway shows no sign of its product, so its limits and directives are not named."
                .to_owned(),
        );
    }
    notes.extend(version_note(seen, gateway));
    notes.extend(unverified_note(seen, gateway));
    if seen.interrupted {
        notes.push("The run was interrupted: some exchanges are unfinished.".to_owned());
    }
    notes
}

/// Where nothing else was asked: which log of the gateway says what it met.
fn log_note(seen: &Observations, verdict: &Verdict, recognised: Option<&Recognised>) -> Option<String> {
    let failed = verdict.outcome == Outcome::Unexplained && verdict.gateway_status.is_some();
    let gateway = recognised.filter(|_| failed && seen.upstreams.is_empty())?.gateway;
    let place = gateway.log_lines.first()?.place;
    Some(format!(
        "Look in {}'s {place}, at this time, for what it met; `why502 explain {}` has the lines that it writes, and for \
         which fault.",
        gateway.title, gateway.name
    ))
}

/// Where to look, if that is not at the gateway asked; or what would tell.
fn author_note(written_by: &Authorship, verdict: &Verdict) -> Option<String> {
    let asked_so = verdict.cause.as_deref().is_some_and(|cause| cause.starts_with("upstream-refuses-"));
    match written_by.who {
        // HAProxy behind nginx asks in HTTP/1.0 because it is asked so (measured with 2.6.12 and 1.22.1).
        Who::InnerGateway if asked_so => Some(
            "The error was written behind the gateway asked, which only passed it on: the log of the gateway behind it \
             counts, and the settings of both, as it may pass on how it is asked itself."
                .to_owned(),
        ),
        Who::InnerGateway if !written_by.or.is_empty() => Some(
            "The error was written behind the gateway asked, which only passed it on: by another gateway, or by the \
             upstream itself. Their logs say which, and it is not the settings of the gateway asked that count."
                .to_owned(),
        ),
        Who::InnerGateway => Some(
            "The error was written behind the gateway asked, which only passed it on: it is the log and the settings \
             of the gateway behind it that count."
                .to_owned(),
        ),
        Who::NotEstablished => written_by.settles.as_ref().map(|settles| format!("Who wrote the error: {settles}")),
        Who::Gateway | Who::OuterGateway | Who::Upstream => None,
    }
}

/// Where the gateway's status is not the one that RFC 9209 recommends.
fn status_note(verdict: &Verdict, findings: &[Finding], answer: Answer) -> Option<String> {
    let best = findings.first().filter(|_| verdict.outcome == Outcome::Fault)?;
    let error_type = best.error_type?;
    let expected = verdict.expected_status?;
    if verdict.status_is_right? {
        return (best.phase == Phase::Body && matches!(answer, Answer::Cut(_))).then(|| {
            "The status had been sent when the fault arose, so the client sees no 502 but a response cut short."
                .to_owned()
        });
    }
    Some(match verdict.gateway_status {
        Some(status) if best.phase == Phase::Body && status < 500 => format!(
            "The gateway passes this on as a complete {status}: its client cannot tell that something is wrong."
        ),
        Some(502) if expected == 504 => format!(
            "This 502 should be a 504: nothing invalid came, nothing came in time ({}, RFC 9209 section {}).",
            error_type.token(),
            error_type.section()
        ),
        Some(status) if status < 400 => format!(
            "The gateway passes this on as {status}; RFC 9209 recommends {expected} for {} (section {}).",
            error_type.token(),
            error_type.section()
        ),
        Some(status) => format!(
            "The gateway says {status}; RFC 9209 recommends {expected} for {} (section {}).",
            error_type.token(),
            error_type.section()
        ),
        None if answer == Answer::Unreadable => format!(
            "The gateway passes on what is no valid response; RFC 9209 recommends {expected} for {} (section {}).",
            error_type.token(),
            error_type.section()
        ),
        None => format!(
            "The gateway sends no status at all; RFC 9209 recommends {expected} for {} (section {}).",
            error_type.token(),
            error_type.section()
        ),
    })
}

/// Where HTTP/2 was wanted, and the server at the other end of TLS chose HTTP/1.1.
fn version_note(seen: &Observations, gateway: &Exchange) -> Option<String> {
    let chose_http1 = |exchange: &&Exchange| {
        let offered = exchange.tls.as_ref().is_some_and(|tls| tls.alpn_offered.len() > 1);
        offered && exchange.response().is_some() && !exchange.spoke_http2()
    };
    let mut whose: Vec<&str> = Some(gateway).filter(chose_http1).map(|_| "the gateway").into_iter().collect();
    whose.extend(seen.direct().find(chose_http1).map(|_| "the upstream"));
    (!whose.is_empty()).then(|| {
        format!(
            "HTTP/2 was offered (--http2), and {} chose HTTP/1.1: it was asked in that.",
            whose.join(" and ")
        )
    })
}

/// What was overlooked on demand (`-k`), where it can be told.
fn unverified_note(seen: &Observations, gateway: &Exchange) -> Option<String> {
    let faulty = seen.direct().chain([gateway]).filter(|_| !seen.verified).find_map(|exchange| {
        let problems = exchange.tls.as_ref()?.all_problems();
        let (whose, who_minds) = match exchange.route {
            Route::Gateway if !exchange.is_tunnelled() => ("gateway", ""),
            _ => ("upstream", " Some gateways mind that."),
        };
        let words = certificate::words(&problems);
        (!problems.is_empty())
            .then(|| format!("The {whose}'s certificate is {words}, and was not verified (-k).{who_minds}"))
    });
    match faulty {
        Some(faulty) => Some(faulty),
        None if !seen.verified && gateway.url.starts_with("https:") => {
            Some("Certificates were not verified (-k).".to_owned())
        }
        None => None,
    }
}

/// Who could have said what, where a tunnel stood.
fn tunnel_note(verdict: &Verdict, gateway: &Exchange) -> Option<String> {
    let Tunnel { target, status: Some(status), .. } = gateway.tunnel().filter(|tunnel| tunnel.is_open())?
    else {
        return None;
    };
    (verdict.outcome == Outcome::Fault).then(|| {
        format!(
            "The proxy opened the tunnel to {target} ({status}) and only passes bytes on: what failed then is between \
             this client and the origin, and no 502 of the proxy can tell of it."
        )
    })
}

/// Where the proxy answers and this machine alone gets nowhere, there is nothing to compare.
fn alone_note(seen: &Observations, gateway: &Exchange) -> Option<String> {
    let proxy = gateway.proxy.as_ref()?;
    let alone = seen.direct().find(|direct| !direct.reached_peer() && direct.peer.is_none())?;
    Answer::of(gateway).is_whole().then(|| {
        format!(
            "Without the proxy {} this machine does not reach the origin ({}), so there is nothing to compare with.",
            proxy.url,
            alone.end.name()
        )
    })
}

/// A refused connection is an instant matter; a gateway that takes seconds over it tried several times.
fn retry_note(verdict: &Verdict, gateway: &Exchange, recognised: Option<&Recognised>) -> Option<String> {
    let took = gateway.phases.since_sent()?;
    let phase = match verdict.cause.as_deref()? {
        "upstream-refused" => Phase::Connect,
        "upstream-closed-before-response" | "upstream-reset-before-response" => Phase::Wait,
        _ => return None,
    };
    if took < 0.9 || verdict.strength != Some(Strength::Shown) {
        return None;
    }
    let took = figures::seconds(took);
    let retries = recognised.map(|recognised| gateway::retries(recognised.gateway.name)).unwrap_or_default();
    let retries = retries.iter().find(|retries| retries.phases.contains(&phase));
    Some(match (recognised, retries) {
        (Some(recognised), Some(Retries { attempts: Attempts::AtMost(most), pause, directive, .. }))
            if *pause > 0.0 =>
        {
            format!(
                "The gateway took {took} over a fault that shows at once: by default {} tries {most} times, {} apart \
                 ({directive}).",
                recognised.gateway.title,
                figures::seconds(*pause)
            )
        }
        _ => format!(
            "The gateway took {took} over a fault that shows at once: it tried several times, or waits between tries."
        ),
    })
}

/// Where the gateway is not known, its time may still be somebody's default.
fn time_note(verdict: &Verdict, gateway: &Exchange, recognised: Option<&Recognised>) -> Option<String> {
    let failed = matches!(verdict.outcome, Outcome::Fault | Outcome::Unexplained);
    if !failed || recognised.is_some() || gateway.is_tunnelled() {
        return None;
    }
    let took = gateway.phases.since_sent()?;
    let met = gateway::defaults_about(took, verdict.gateway_status?);
    let whose: Vec<String> = met
        .iter()
        .take(4)
        .map(|default| format!("{}'s {}", default.gateway.title, default.directive))
        .collect();
    (!whose.is_empty()).then(|| {
        format!(
            "{} and a {} are what comes of the default of {}; nothing else shows which gateway this is.",
            figures::seconds(took),
            verdict.gateway_status.unwrap_or_default(),
            whose.join(", or of ")
        )
    })
}

/// Where one stands counts: a direct probe does not go the gateway's way.
fn vantage_note(seen: &Observations, verdict: &Verdict, gateway: &Exchange) -> Option<String> {
    let early = verdict
        .cause
        .as_deref()
        .and_then(crate::cause::by_slug)
        .map(|cause| Cause::about(cause).phase)
        .is_some_and(|phase| phase <= Phase::Handshake);
    if !early || verdict.outcome == Outcome::Unreachable || seen.upstreams.is_empty() {
        return None;
    }
    let loopback = |exchange: &Exchange| {
        exchange
            .connects
            .iter()
            .any(|attempt| attempt.address.starts_with("127.") || attempt.address.starts_with("[::1]"))
    };
    if seen.direct().any(loopback) && !loopback(gateway) {
        return Some(
            "The upstream was asked at a loopback address of this machine; the gateway's own loopback is another \
             unless it runs here, in the same container."
                .to_owned(),
        );
    }
    Some("This was seen from this machine; the gateway may take another way to the upstream.".to_owned())
}
