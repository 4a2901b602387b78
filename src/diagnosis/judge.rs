//! From the findings to the verdict: the outcome, the one sentence, and whether the gateway's status is right.

use super::diagnose::UpstreamCase;
use super::{Blame, Diagnosis, Finding, Outcome, Strength, Verdict};
use crate::cause::Cause;
use crate::contrast::{Answer, Contrast};
use crate::figures;
use crate::gateway::Recognised;
use crate::observation::{Exchange, Observations, Phase};

/// The diagnosis of a run without a single exchange through the gateway.
pub(super) fn nothing_seen(seen: &Observations) -> Diagnosis {
    let sentence = if seen.interrupted {
        "The run was interrupted before anything was seen."
    } else {
        "There is no exchange with the gateway in these observations."
    };
    Diagnosis {
        gateway: None,
        verdict: plain(Outcome::Unexplained, sentence.to_owned(), None),
        findings: Vec::new(),
        warnings: Vec::new(),
        ruled_out: Vec::new(),
        not_examined: Vec::new(),
        statements: Vec::new(),
        notes: Vec::new(),
    }
}

/// The verdict on what was found.
pub(super) fn verdict(
    seen: &Observations,
    findings: &[Finding],
    warnings: &[Finding],
    gateway: &Exchange,
    cases: &[UpstreamCase<'_>],
) -> Verdict {
    let answer = Answer::of(gateway);
    if let Some(best) = findings.first() {
        return of_finding(best, answer, cases);
    }
    match answer {
        Answer::Interrupted => plain(
            Outcome::Unexplained,
            "The run was interrupted before the gateway had answered.".to_owned(),
            None,
        ),
        Answer::Whole(status) => match warnings.first() {
            Some(worst) => {
                let sentence = format!("The gateway answers {status}, complete. {}", worst.sentence);
                Verdict {
                    cause: Some(worst.cause.clone()),
                    error_type: worst.error_type,
                    blame: worst.blame,
                    strength: Some(worst.strength),
                    ..plain(Outcome::Warning, sentence, Some(status))
                }
            }
            None => plain(Outcome::Healthy, healthy(seen, status, cases), Some(status)),
        },
        Answer::StillFlowing(status) => {
            let sentence = format!(
                "The gateway answers {status}, and its body was still coming when why502 stopped listening after {}.",
                figures::seconds(gateway.phases.total())
            );
            plain(Outcome::Healthy, sentence, Some(status))
        }
        other => plain(Outcome::Unexplained, unexplained(other, gateway, cases), other.status()),
    }
}

fn of_finding(best: &Finding, answer: Answer, cases: &[UpstreamCase<'_>]) -> Verdict {
    let outcome = match best.cause.as_str() {
        "gateway-unreachable" => Outcome::Unreachable,
        cause if super::rank::is_stopgap(cause) => Outcome::Unexplained,
        _ => Outcome::Fault,
    };
    let passed_on = best.cause == "upstream-error-status";
    let expected = best.error_type.and_then(crate::proxy_status::ErrorType::recommended_status);
    // RFC 9209 section 2.1.1: another status may be used when one has been sent already. What counts then is that
    // the client can tell that something is missing.
    let sent_already = best.phase == Phase::Body && matches!(answer, Answer::Cut(_) | Answer::Whole(_));
    let visible = cases.iter().any(|case| case.late.contrast.cut_is_visible());
    let status_is_right = match outcome {
        Outcome::Fault if passed_on => Some(true),
        Outcome::Fault if sent_already => Some(visible),
        Outcome::Fault => expected.map(|expected| answer.status() == Some(expected)),
        _ => None,
    };
    Verdict {
        outcome,
        sentence: best.sentence.clone(),
        cause: Some(best.cause.clone()),
        error_type: best.error_type,
        blame: best.blame,
        strength: Some(best.strength),
        gateway_status: answer.status(),
        expected_status: expected.filter(|_| outcome == Outcome::Fault),
        status_is_right,
    }
}

fn plain(outcome: Outcome, sentence: String, gateway_status: Option<u16>) -> Verdict {
    Verdict {
        outcome,
        sentence,
        cause: None,
        error_type: None,
        blame: Blame::None,
        strength: None,
        gateway_status,
        expected_status: None,
        status_is_right: None,
    }
}

fn healthy(seen: &Observations, status: u16, cases: &[UpstreamCase<'_>]) -> String {
    let directs: Vec<Contrast<'_>> =
        cases.iter().map(|case| case.late.contrast).filter(|contrast| contrast.direct.is_some()).collect();
    if directs.is_empty() {
        return format!(
            "The gateway answers {status}, complete and well-formed; no upstream was asked directly to compare."
        );
    }
    let whom = if seen.upstreams.len() > 1 { "the upstreams" } else { "the upstream" };
    let same_status =
        directs.iter().all(|contrast| contrast.direct.and_then(Exchange::status) == Some(status));
    if same_status && directs.iter().all(Contrast::same_body) {
        format!("The gateway gives what {whom} give{}: {status}, complete, the same body.", s(seen))
    } else if same_status {
        format!(
            "The gateway answers {status} like {whom}, complete; the bodies differ, as pages made anew do."
        )
    } else {
        format!("The gateway answers {status}, complete and well-formed.")
    }
}

fn s(seen: &Observations) -> &'static str {
    if seen.upstreams.len() > 1 { "" } else { "s" }
}

fn unexplained(answer: Answer, gateway: &Exchange, cases: &[UpstreamCase<'_>]) -> String {
    let took = figures::seconds(gateway.phases.since_sent().unwrap_or_default());
    let what = match answer {
        Answer::ServerError(status) => format!("The gateway answers {status} after {took}"),
        Answer::Cut(status) => format!("The gateway's {status} is cut short after {took}"),
        Answer::Unreadable => "The gateway sends what is no HTTP response".to_owned(),
        _ => format!("The gateway ends without a response ({}, after {took})", gateway.end.name()),
    };
    if cases.iter().any(|case| case.early.contrast.direct.is_some()) {
        format!("{what}; no cause could be established.")
    } else {
        format!("{what}; without --upstream the cause cannot be seen from here.")
    }
}

/// Plain sentences under the verdict.
pub(super) fn notes(
    seen: &Observations,
    verdict: &Verdict,
    findings: &[Finding],
    gateway: &Exchange,
    recognised: Option<&Recognised>,
) -> Vec<String> {
    let mut notes = Vec::new();
    notes.extend(status_note(verdict, findings));
    notes.extend(retry_note(verdict, gateway));
    notes.extend(vantage_note(seen, verdict, gateway));
    if seen.upstreams.is_empty() && verdict.outcome != Outcome::Healthy {
        notes.push(
            "Only the gateway was asked. Its own words and its time are all that can be judged; \
             `--upstream URL` asks the server behind it the same, and settles most causes."
                .to_owned(),
        );
    }
    if recognised.is_none() && verdict.outcome == Outcome::Fault {
        notes.push(
            "The gateway shows no sign of its product, so its limits and directives are not named."
                .to_owned(),
        );
    }
    if !seen.verified && gateway.url.starts_with("https:") {
        notes.push("Certificates were not verified (-k).".to_owned());
    }
    if seen.interrupted {
        notes.push("The run was interrupted: some exchanges are unfinished.".to_owned());
    }
    notes
}

/// Where the gateway's status is not the one that RFC 9209 recommends.
fn status_note(verdict: &Verdict, findings: &[Finding]) -> Option<String> {
    let best = findings.first().filter(|_| verdict.outcome == Outcome::Fault)?;
    let error_type = best.error_type?;
    let expected = verdict.expected_status?;
    if verdict.status_is_right == Some(true) {
        return (best.phase == Phase::Body).then(|| {
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
        None => format!(
            "The gateway sends no status at all; RFC 9209 recommends {expected} for {} (section {}).",
            error_type.token(),
            error_type.section()
        ),
    })
}

/// A refused connection is an instant matter; a gateway that takes seconds over it tried several times.
fn retry_note(verdict: &Verdict, gateway: &Exchange) -> Option<String> {
    let took = gateway.phases.since_sent()?;
    let instant = matches!(
        verdict.cause.as_deref(),
        Some("upstream-refused" | "upstream-closed-before-response" | "upstream-reset-before-response")
    );
    (instant && took >= 0.9 && verdict.strength == Some(Strength::Shown)).then(|| {
        format!(
            "The gateway took {} over a fault that shows at once: it tried several times, or waits between tries.",
            figures::seconds(took)
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
