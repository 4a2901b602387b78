//! From the findings to the verdict: the outcome, the one sentence, and whether the gateway's status is right. The
//! notes under it are made in [`super::notes`].

use super::diagnose::UpstreamCase;
use super::{Blame, Diagnosis, Finding, Outcome, Strength, Verdict};
use crate::cause::head::answers_in_http1;
use crate::contrast::{Answer, Contrast};
use crate::figures;
use crate::http1::DefectKind;
use crate::observation::{End, Exchange, Observations, Phase};
use crate::proxy_status::ErrorType;

/// The diagnosis of a run without a single exchange through the gateway.
pub(super) fn nothing_seen(seen: &Observations) -> Diagnosis {
    let sentence = if seen.interrupted {
        "The run was interrupted before anything was seen."
    } else {
        "There is no exchange with the gateway in these observations."
    };
    Diagnosis {
        gateway: None,
        written_by: None,
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
        return match best.strength {
            Strength::Shown | Strength::Likely => of_finding(best, answer, cases),
            Strength::Consistent => not_established(best, answer, gateway),
        };
    }
    match answer {
        Answer::Interrupted => plain(
            Outcome::Unexplained,
            "The run was interrupted before the gateway had answered.".to_owned(),
            None,
        ),
        Answer::Whole(status) => {
            match warnings.iter().find(|warning| !is_beside_the_point(warning, status, cases)) {
                Some(worst) => {
                    // What is about the answer itself says which it is.
                    let sentence = if super::rank::is_stopgap(&worst.cause) {
                        worst.sentence.clone()
                    } else {
                        format!("The gateway answers {status}, complete. {}", worst.sentence)
                    };
                    Verdict {
                        cause: Some(worst.cause.clone()),
                        error_type: worst.error_type,
                        blame: worst.blame,
                        strength: Some(worst.strength),
                        ..plain(Outcome::Warning, sentence, Some(status))
                    }
                }
                None => match own_defect(seen, gateway) {
                    Some(text) => {
                        let sentence =
                            format!("The gateway answers {status}, complete and not well-formed: {text}");
                        plain(Outcome::Warning, sentence, Some(status))
                    }
                    None => plain(Outcome::Healthy, healthy(seen, status, cases), Some(status)),
                },
            }
        }
        Answer::StillFlowing(status) if cases.iter().any(|case| case.late.contrast.never_ends()) => {
            let silence = figures::seconds(gateway.final_gap.unwrap_or_default());
            let sentence = format!(
                "The gateway's {status} has no end: nothing came for {silence}, then why502 stopped listening. The upstream's, \
                 asked directly, is whole; why is not established."
            );
            plain(Outcome::Unexplained, sentence, Some(status))
        }
        Answer::StillFlowing(status) => {
            let sentence = format!(
                "The gateway answers {status}, and its body was still coming when why502 stopped listening after {}.",
                figures::seconds(gateway.phases.total())
            );
            plain(Outcome::Healthy, sentence, Some(status))
        }
        other => plain(Outcome::Unexplained, unexplained(seen, other, gateway, cases), other.status()),
    }
}

/// Whether a warning is about the upstream's response, where the gateway has refused the request by itself: what is odd about
/// an answer that it did not pass on makes its own neither better nor worse.
fn is_beside_the_point(warning: &Finding, status: u16, cases: &[UpstreamCase<'_>]) -> bool {
    let answers =
        |case: &UpstreamCase<'_>| matches!(case.late.contrast.direct_answer(), Some(Answer::Whole(..=399)));
    (400..=499).contains(&status)
        && cases.iter().all(answers)
        && warning.blame == Blame::Upstream
        && !super::rank::says_why(&warning.cause)
}

/// What is wrong with the gateway's response, and with none that came directly.
fn own_defect(seen: &Observations, gateway: &Exchange) -> Option<String> {
    let directly: Vec<_> = seen.direct().filter(|direct| direct.response().is_some()).collect();
    let comes_directly = |code| {
        let mut defects = directly.iter().flat_map(|direct| &direct.reading).flat_map(|it| &it.defects);
        defects.any(|defect| defect.code == code)
    };
    let mut defects = gateway.reading.iter().flat_map(|reading| &reading.defects);
    let own =
        defects.find(|defect| defect.code.kind() != DefectKind::Size && !comes_directly(defect.code))?;
    let whose = if directly.is_empty() { "" } else { " What comes directly has no such defect." };
    Some(format!("{}{whose}", own.text))
}

fn of_finding(best: &Finding, answer: Answer, cases: &[UpstreamCase<'_>]) -> Verdict {
    let outcome = match best.cause.as_str() {
        "gateway-unreachable" => Outcome::Unreachable,
        _ => Outcome::Fault,
    };
    let passed_on = best.cause == "upstream-error-status" && best.strength == Strength::Shown;
    let status_unknown = best.cause == "upstream-error-status" && best.strength == Strength::Likely;
    let expected = best.error_type.and_then(ErrorType::recommended_status);
    // RFC 9209 section 2.1.1: another status may be used when one has been sent already. What counts then is that
    // the client can tell that something is missing.
    let sent_already = best.phase == Phase::Body && matches!(answer, Answer::Cut(_) | Answer::Whole(_));
    let visible = cases.iter().any(|case| case.late.contrast.cut_is_visible());
    // Once a tunnel stands, the proxy has no say any more: there is no status of its own to be judged.
    let in_tunnel = cases.iter().any(|case| case.early.contrast.gateway.is_tunnelled());
    let expected = expected.filter(|_| !in_tunnel);
    let own_4xx = best.error_type == Some(ErrorType::HttpRequestError);
    let status_is_right = match outcome {
        Outcome::Fault if passed_on => Some(true),
        // RFC 9110 section 15.5.8: a proxy asks with 407; 401 is the origin's.
        Outcome::Fault if best.cause == "proxy-authentication-required" => Some(answer.status() == Some(407)),
        // RFC 9209 section 2.3.16: "The applicable 4xx status code".
        Outcome::Fault if own_4xx => Some(matches!(answer.status(), Some(400..=499))),
        Outcome::Fault if status_unknown => None,
        Outcome::Fault if sent_already && !in_tunnel => Some(visible),
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

/// Something fits, and something speaks against it or leaves it open: a candidate, and no cause.
fn not_established(best: &Finding, answer: Answer, gateway: &Exchange) -> Verdict {
    if super::rank::is_stopgap(&best.cause) {
        return Verdict {
            cause: Some(best.cause.clone()),
            strength: Some(best.strength),
            ..plain(Outcome::Unexplained, best.sentence.clone(), answer.status())
        };
    }
    let sentence =
        format!("{}; no cause is established. This fits best: {}", what_came(answer, gateway), best.sentence);
    plain(Outcome::Unexplained, sentence, answer.status())
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
        let why = if seen.upstreams.is_empty() {
            "no upstream was asked directly to compare"
        } else {
            "the direct request leads to the gateway itself, so there is nothing to compare"
        };
        return format!("The gateway answers {status}, complete and well-formed; {why}.");
    }
    let whom = if seen.upstreams.len() > 1 { "the upstreams" } else { "the upstream" };
    if let Some(well) = cases.iter().find_map(|case| case.well_in_guise.as_ref()) {
        return format!(
            "The gateway answers {status}, complete and well-formed, and so does the upstream {well}"
        );
    }
    let same_status =
        directs.iter().all(|contrast| contrast.direct.and_then(Exchange::status) == Some(status));
    if same_status && directs.iter().all(Contrast::same_body) {
        format!("The gateway gives what {whom} give{}: {status}, complete, the same body.", s(seen))
    } else if same_status && let Some((through, whole)) = directs.iter().find_map(Contrast::beginning) {
        format!(
            "The gateway answers {status} like {whom}, complete; of the body that comes directly it gives {}: it may \
             answer by itself or from a cache, or the upstream sends another page to those who come through it.",
            if through == 0 {
                format!("nothing (of {})", figures::bytes(whole))
            } else {
                format!("the beginning ({} of {})", figures::bytes(through), figures::bytes(whole))
            }
        )
    } else if same_status {
        format!(
            "The gateway answers {status} like {whom}, complete; the bodies differ, as they do where pages are made anew \
             each time (or where one is sent instead of an error)."
        )
    } else {
        let others: Vec<String> =
            directs.iter().filter_map(|contrast| contrast.direct).map(answered).collect();
        format!(
            "The gateway answers {status}, complete and well-formed; asked directly, {whom} answer{} {}.",
            s(seen),
            others.join(", ")
        )
    }
}

/// What a direct request was answered with.
fn answered(direct: &Exchange) -> String {
    match (direct.status(), direct.end) {
        (Some(status), _) => status.to_string(),
        (None, End::CertificateRejected) => "nothing, because why502 rejected its certificate".to_owned(),
        (None, end) => format!("nothing ({})", end.name()),
    }
}

fn s(seen: &Observations) -> &'static str {
    if seen.upstreams.len() > 1 { "" } else { "s" }
}

/// What the client got, as half a sentence.
fn what_came(answer: Answer, gateway: &Exchange) -> String {
    let took = figures::seconds(gateway.phases.since_sent().unwrap_or_default());
    match answer {
        Answer::ServerError(status) => format!("The gateway answers {status} after {took}"),
        Answer::NoTunnel(status) => format!("The proxy answers CONNECT with {status} after {took}"),
        Answer::Cut(status) => format!("The gateway's {status} is cut short after {took}"),
        Answer::Unreadable if answers_in_http1(gateway) => {
            "The gateway does not speak HTTP/2 with prior knowledge: it answers in HTTP/1.x".to_owned()
        }
        Answer::Unreadable => "The gateway sends what is no HTTP response".to_owned(),
        Answer::Whole(status) | Answer::StillFlowing(status) => format!("The gateway answers {status}"),
        Answer::StillWaiting => {
            format!("The gateway has not answered when why502 stopped waiting after {took}")
        }
        Answer::Nothing | Answer::Unreachable | Answer::Interrupted => {
            format!("The gateway ends without a response ({}, after {took})", gateway.end.name())
        }
    }
}

fn unexplained(
    seen: &Observations,
    answer: Answer,
    gateway: &Exchange,
    cases: &[UpstreamCase<'_>],
) -> String {
    let what = what_came(answer, gateway);
    if answers_in_http1(gateway) {
        return format!("{what}. Without --http2 it can be asked.");
    }
    let direct = cases.iter().find_map(|case| case.early.contrast.direct);
    match (answer, direct.map(Answer::of)) {
        (Answer::StillWaiting, Some(Answer::StillWaiting)) => {
            format!("{what}, nor has the upstream; a longer --max-time tells who gives up first.")
        }
        (Answer::StillWaiting, _) => format!("{what}; a longer --max-time tells what it will do."),
        (_, Some(_)) => format!("{what}; no cause could be established."),
        (_, None) if seen.upstreams.is_empty() => {
            format!("{what}; without --upstream the cause cannot be seen from here.")
        }
        (_, None) => format!(
            "{what}; the direct request leads to the gateway itself, and so shows nothing of the cause: --upstream has to \
             name the server behind it."
        ),
    }
}
