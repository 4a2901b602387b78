//! Whether an error that the client got can come of a fault: by whose page it is, and by what its maker was measured to
//! answer.

use super::measured::{Measured, is_answer, reading, share};
use super::{Fit, SOONEST_TIMEOUT, is_lenient};
use crate::cause::sighting::Sighting;
use crate::cause::{Case, Cause};
use crate::figures;
use crate::http1::{DefectCode, Reading};
use crate::observation::Phase;
use crate::statement::{Statement, StatementPlace};
use crate::tolerance::{Known, Spoiled, Timeout, Treatment};

/// An error page of the recognised gateway's own.
pub(super) fn own(case: &Case<'_>, known: Known, status: u16, cause: &dyn Cause, sighting: &Sighting) -> Fit {
    if !known.fault_statuses.contains(&status) {
        return Fit::Not(format!(
            "{} answers {} to faults of its upstream; its {status} has other reasons",
            known.title,
            known.fault_statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(", ")
        ));
    }
    if let Some(against) = without_its_interim(case, known, sighting) {
        return Fit::Not(against);
    }
    if sighting.waited && sighting.codes.is_empty() {
        return after_a_wait(case, known, status, cause, sighting);
    }
    if sighting.codes.is_empty() {
        return beside_the_bytes(case, known, status, cause, sighting);
    }
    let reading = reading(case);
    let answers = |treatments: Vec<Treatment>| {
        treatments.into_iter().any(|treatment| is_answer(case, treatment, status))
    };
    let mut still =
        sighting.codes.iter().filter(|&&code| answers(known.still_measured(code, reading))).peekable();
    if still.peek().is_some() {
        // What it answers so in one set-up only, or now and then, need not be what it met.
        return if still.any(|&code| answers(known.usually(code, reading))) {
            Fit::Well
        } else {
            Fit::Loosely
        };
    }
    match Measured::in_bytes(case, known, sighting) {
        // By its documents, or if it is a later version than that which was measured.
        Some(measured) if measured.answers(case, status) => Fit::Loosely,
        Some(_) => Fit::Not(otherwise(known, status)),
        None => Fit::Loosely,
    }
}

fn otherwise(known: Known, status: u16) -> String {
    format!(
        "{} was measured to do otherwise than answer {status} to this ({})",
        known.title, known.tolerance.measured_with
    )
}

/// An error of its own where the gateway waited.
fn after_a_wait(case: &Case<'_>, known: Known, status: u16, cause: &dyn Cause, sighting: &Sighting) -> Fit {
    // A document that does not tell it rules nothing out.
    if !times_out_so(case, known, status, cause.about().phase) {
        if known.tolerance.rules.is_empty() {
            return Fit::Loosely;
        }
        return Fit::Not(format!("{} does not answer {status} when it has waited in vain", known.title));
    }
    match Measured::beside_the_bytes(case, known, cause, sighting) {
        Some(measured) if measured.answers_nothing() => Fit::Not(otherwise(known, status)),
        _ if cause.about().phase == Phase::Body => of_body(known, status),
        _ => Fit::Well,
    }
}

/// Whether it answers with this status when a limit of this phase is over, or says that it waited.
fn times_out_so(case: &Case<'_>, known: Known, status: u16, phase: Phase) -> bool {
    let of_phase = |timeout: &&Timeout| {
        timeout.phases.contains(&phase) || phase > Phase::Wait && timeout.phases.contains(&Phase::Wait)
    };
    known.timeouts.iter().filter(of_phase).any(|timeout| timeout.status == status)
        || case.stated.iter().any(Statement::may_name_a_wait)
}

/// An error of its own to what is weighed otherwise than by bytes: by what it answers where nothing comes, or not all.
fn beside_the_bytes(
    case: &Case<'_>,
    known: Known,
    status: u16,
    cause: &dyn Cause,
    sighting: &Sighting,
) -> Fit {
    match Measured::beside_the_bytes(case, known, cause, sighting) {
        Some(measured) if measured.usually_answers(case, status) => Fit::Well,
        Some(measured) if measured.answers(case, status) && says_so(case, cause, sighting) => Fit::Well,
        Some(measured) if measured.answers(case, status) || measured.also_answers(status) => Fit::Loosely,
        Some(_) if case.stated.iter().any(Statement::gives_up) => Fit::Loosely,
        Some(_) => Fit::Not(otherwise(known, status)),
        None if cause.about().phase == Phase::Body => of_body(known, status),
        None => Fit::Well,
    }
}

/// Whether Proxy-Status can mean it.
fn says_so(case: &Case<'_>, cause: &dyn Cause, sighting: &Sighting) -> bool {
    let kind = sighting.error_type.or(cause.about().error_type);
    let can_mean = |statement: &Statement| kind.is_some_and(|kind| statement.can_mean(kind));
    case.stated.iter().any(|statement| statement.place == StatementPlace::ProxyStatus && can_mean(statement))
}

/// An error of its own where the body of the response is cut off or stops: who passes a body on as it comes has sent the
/// status by then.
fn of_body(known: Known, status: u16) -> Fit {
    let streams = |treatment| matches!(treatment, Treatment::Cuts);
    let mut measured = known.tolerance.all_of(DefectCode::BodyShort).peekable();
    if measured.peek().is_some() && measured.all(streams) {
        return Fit::Not(format!(
            "{} was measured to pass a body on as it comes ({}): it would not have answered {status}",
            known.title, known.tolerance.measured_with
        ));
    }
    Fit::Loosely
}

/// An error through a recognised gateway that does not show the page of its own: a page of the administrator's, or
/// one that came from behind it. It is its own only if it is known to answer so.
pub(super) fn others(
    case: &Case<'_>,
    known: Known,
    status: u16,
    cause: &dyn Cause,
    sighting: &Sighting,
) -> Fit {
    let usual = matches!(status, 502..=504) && known.fault_statuses.contains(&status);
    if !usual || is_lenient(sighting) {
        return Fit::Not(format!(
            "the {status} is no error page of {}'s own: somebody behind it may have sent it",
            known.title
        ));
    }
    match own(case, known, status, cause, sighting) {
        Fit::Well => Fit::Loosely,
        other => other,
    }
}

/// Against a fault that begins with interim responses: a gateway that passes them on would have passed these on.
fn without_its_interim(case: &Case<'_>, known: Known, sighting: &Sighting) -> Option<String> {
    let gateway = case.contrast.gateway;
    let came = gateway.reading.as_ref().is_none_or(|reading| reading.interim().next().is_some());
    let mut sent = reading(case).into_iter().flat_map(Reading::interim);
    let is_passed = sent.any(|message| message.status.is_some_and(|status| status > 100));
    let in_http11 = gateway.response().is_some_and(|response| response.version.0 == b"HTTP/1.1");
    let is_lost =
        sighting.after == Some(Spoiled::Interim) && known.passes_interim && is_passed && in_http11 && !came;
    is_lost.then(|| {
        format!("{} was measured to pass interim responses on, and none came through it", known.title)
    })
}

/// An error of a gateway that nothing is known of, but for its page at most.
pub(super) fn unknown(case: &Case<'_>, status: u16, cause: &dyn Cause, sighting: &Sighting) -> Fit {
    match case.page {
        Some(page) if page.own_error => return own(case, page, status, cause, sighting),
        Some(page) => {
            return Fit::Not(format!(
                "the page is one of {}, and none that it has for a fault of its upstream",
                page.title
            ));
        }
        None => {}
    }
    let took = case.contrast.gateway_seconds();
    let phase = cause.about().phase;
    let by_status = match status {
        504 if sighting.waited || says_so(case, cause, sighting) => Fit::Well,
        504 if took < SOONEST_TIMEOUT => Fit::Not(format!(
            "a 504 says that the gateway waited, and this one came after {}",
            figures::seconds(took)
        )),
        502 if !sighting.waited => Fit::Well,
        // 520 to 530 are Cloudflare's own numbers.
        502 | 504 | 520..=530 => Fit::Loosely,
        // Many gateways answer 503 where they cannot connect; so do maintenance pages.
        503 if phase <= Phase::Handshake || sighting.waited => Fit::Loosely,
        _ => Fit::Not(format!("a {status} has many reasons, and of this gateway nothing is known")),
    };
    by_status.and(|| as_most_do(case, cause, sighting)).and(|| without_delay(case, sighting))
}

/// What most gateways do with it.
fn as_most_do(case: &Case<'_>, cause: &dyn Cause, sighting: &Sighting) -> Fit {
    if is_lenient(sighting) {
        return Fit::Not("most gateways let this pass, and of this one nothing is known".to_owned());
    }
    match share(case, cause, sighting) {
        Some(share) if share.erring * 2 < share.of => Fit::Not(format!(
            "of {} gateways that were measured {} an error to this, and of this one nothing is known",
            share.of,
            match share.erring {
                0 => "none answers with".to_owned(),
                1 => "one alone answers with".to_owned(),
                few => format!("only {few} answer with"),
            }
        )),
        Some(share) if share.erring * 4 < share.of * 3 => Fit::Loosely,
        _ => Fit::Well,
    }
}

/// Longer than this (in seconds) a gateway does not take for what shows at once, unless it rests between attempts.
const AT_ONCE: f64 = 1.0;

/// Whether it failed about as soon as the fault shows.
fn without_delay(case: &Case<'_>, sighting: &Sighting) -> Fit {
    let direct = case.contrast.direct.map_or(0.0, |direct| direct.phases.total());
    let took = case.contrast.gateway_seconds();
    // It may have asked several times.
    if sighting.waited || took < 4.0 * direct + AT_ONCE { Fit::Well } else { Fit::Loosely }
}

/// An error of a forward proxy that nothing is known of: in which of these four it puts a fault is its own affair.
pub(super) fn of_proxy(status: u16) -> Fit {
    match status {
        500 | 502..=504 => Fit::Loosely,
        _ => Fit::Not(format!("a {status} has many reasons, and of this proxy nothing is known")),
    }
}
