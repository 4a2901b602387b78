//! How a sighting becomes an assessment: the same scales for every cause.

use super::sighting::Sighting;
use super::{Assessment, Case, Cause, Found};
use crate::contrast::Answer;
use crate::diagnosis::{Evidence, Place, Strength};
use crate::figures;
use crate::observation::{Exchange, Phase};
use crate::plan::Scheme;
use crate::proxy_status::ErrorType;
use crate::statement::Statement;
use crate::tolerance::Treatment;

/// A gateway that failed sooner than this (in seconds) did not run into a timeout.
pub(super) const SOONEST_TIMEOUT: f64 = 0.2;

/// Weighs what a cause saw in the direct exchange against how the gateway fared.
pub(super) fn weigh(
    cause: &dyn Cause,
    case: &Case<'_>,
    sight: impl Fn(&Exchange) -> Option<Sighting>,
) -> Assessment {
    let Some(direct) = case.contrast.direct else {
        return stated(cause, case).map_or_else(
            || Assessment::NotExamined("an --upstream to ask directly".to_owned()),
            Assessment::Found,
        );
    };
    if let Some(sighting) = sight(direct) {
        return seen_directly(cause, case, direct, &sighting);
    }
    if let Some(found) = stated(cause, case) {
        return Assessment::Found(found);
    }
    not_seen(direct, cause.about().phase)
}

/// The direct exchange met the very fault. It is the cause, unless the gateway fared well, is known to take no
/// offence, or contradicts it.
pub(super) fn seen_directly(
    cause: &dyn Cause,
    case: &Case<'_>,
    direct: &Exchange,
    sighting: &Sighting,
) -> Assessment {
    let mut found = Found {
        strength: Strength::Shown,
        blame: cause.about().blame,
        error_type: sighting.error_type,
        sentence: sighting.sentence.clone(),
        evidence: sighting.evidence(case.seen.index_of(direct)),
    };
    let failed = case.contrast.failed() || is_refused_as_measured(case, direct, sighting);
    if !failed || case.contrast.answer == Answer::Unreachable {
        return Assessment::Met(found);
    }
    if is_forgiven(case, sighting) {
        return Assessment::Met(found);
    }
    if let Some(contradiction) = contradiction(cause, case, sighting) {
        found.strength = Strength::Consistent;
        found.evidence.push(contradiction);
    }
    Assessment::Found(found)
}

/// Whether the gateway answers with the very status below 500 with which it was measured to refuse one of these defects,
/// and the upstream does not: some blame the client, with a 400, for what the upstream sent.
fn is_refused_as_measured(case: &Case<'_>, direct: &Exchange, sighting: &Sighting) -> bool {
    let (Some(known), Answer::Whole(status)) = (case.known, case.contrast.answer) else { return false };
    status >= 400
        && direct.status() != Some(status)
        && sighting.codes.iter().any(|&code| known.tolerance.of(code) == Some(Treatment::Refuses(status)))
}

/// Whether the recognised gateway was measured to let every one of these defects pass, and so answers with an error
/// of its own for another reason. (What it passed on and the client cannot read is not forgiven.)
fn is_forgiven(case: &Case<'_>, sighting: &Sighting) -> bool {
    let Some(known) = case.known else { return false };
    matches!(case.contrast.answer, Answer::ServerError(_))
        && !sighting.codes.is_empty()
        && sighting.codes.iter().all(|&code| known.tolerance.of(code).is_some_and(Treatment::forgives))
}

/// What speaks against taking the direct sighting for the gateway's fault.
fn contradiction(cause: &dyn Cause, case: &Case<'_>, sighting: &Sighting) -> Option<Evidence> {
    let gateway = case.seen.index_of(case.contrast.gateway);
    let took = case.contrast.gateway_seconds();
    if sighting.waited && took < SOONEST_TIMEOUT {
        let text = format!(
            "against it: the gateway failed after {}, sooner than any timeout; it need not take the way \
             that was tried from here",
            figures::seconds(took)
        );
        return Some(Evidence { exchange: gateway, place: Place::Exchange, text });
    }
    let error_type = sighting.error_type.or(cause.about().error_type)?;
    let against = case.stated.iter().find(|statement| speaks_against(statement, cause, error_type, took))?;
    let text = format!("against it: {} says \u{201c}{}\u{201d}", against.speaker, against.quote);
    Some(Evidence { exchange: gateway, place: Place::Exchange, text })
}

/// Whether a statement names another fault. A statement about a neighbouring fault of the same phase does not
/// count: gateways use few words for many faults. Nor does a timeout that the gateway really waited for: some wait
/// for more after bytes that they cannot use, and then name the wait.
fn speaks_against(statement: &Statement, cause: &dyn Cause, error_type: ErrorType, took: f64) -> bool {
    if statement.means.is_empty() || statement.can_mean(error_type) {
        return false;
    }
    let names_the_wait =
        statement.means.iter().all(|kind| kind.recommended_status() == Some(504)) && took >= SOONEST_TIMEOUT;
    if names_the_wait && cause.about().phase >= Phase::Wait {
        return false;
    }
    if is_general(statement, cause.about().phase) {
        return false;
    }
    statement.phase.is_none_or(|phase| phase != cause.about().phase)
        && !statement.means.iter().any(|kind| cause.about().stated_as.contains(kind))
}

/// Whether a statement says only that the response is wrong or not whole, and the cause is about the response: RFC
/// 9209 has more specific types for much of that, and gateways seldom use them.
fn is_general(statement: &Statement, phase: Phase) -> bool {
    const GENERAL: &[ErrorType] =
        &[ErrorType::HttpProtocolError, ErrorType::ConnectionTerminated, ErrorType::HttpResponseIncomplete];
    phase >= Phase::Head && statement.means.iter().all(|kind| GENERAL.contains(kind))
}

/// The gateway states the cause itself, and no direct exchange shows it.
fn stated(cause: &dyn Cause, case: &Case<'_>) -> Option<Found> {
    if !case.contrast.failed() {
        return None;
    }
    // A page that serves for many faults names none of them.
    // Nor does a general one, where the direct exchange shows what is wrong with the response.
    let is_shown = case.contrast.direct.is_some_and(shows_a_defect);
    let statement = case.stated.iter().find(|statement| {
        let is_news = !is_shown || !is_general(statement, Phase::Head);
        is_news
            && !statement.means.is_empty()
            && statement.means.iter().all(|kind| cause.about().stated_as.contains(kind))
            && statement.phase.is_none_or(|phase| phase == cause.about().phase)
    })?;
    let evidence = Evidence {
        exchange: case.seen.index_of(case.contrast.gateway),
        place: Place::Exchange,
        text: format!("{} says \u{201c}{}\u{201d}", statement.speaker, statement.quote),
    };
    let tail = if case.contrast.direct.is_some() {
        "; a direct request does not meet it"
    } else {
        "; no upstream was asked directly"
    };
    Some(Found {
        strength: Strength::Likely,
        blame: cause.about().blame,
        error_type: statement.means.first().copied(),
        sentence: format!("{}, says the gateway itself{tail}.", cause.about().title()),
        evidence: vec![evidence],
    })
}

/// Whether what came directly is itself no whole and valid response.
fn shows_a_defect(direct: &Exchange) -> bool {
    direct.has_bytes()
        && (!direct.is_complete()
            || direct.reading.as_ref().is_some_and(|reading| !reading.defects.is_empty()))
}

/// The cause did not show in the direct exchange: how far that exchange got rules it out, or does not.
pub(super) fn not_seen(direct: &Exchange, phase: Phase) -> Assessment {
    passed(direct, phase).map_or_else(
        || {
            Assessment::NotExamined(format!(
                "a direct exchange that gets as far as the {} (this one ended before: {} in {})",
                phase.name(),
                direct.end.name(),
                direct.ended_in.name()
            ))
        },
        Assessment::RuledOut,
    )
}

/// How an exchange passed a phase, in a few words; `None` if it did not.
pub(super) fn passed(exchange: &Exchange, phase: Phase) -> Option<String> {
    let peer = exchange.peer.as_deref().unwrap_or("the upstream");
    match phase {
        Phase::Resolve => match &exchange.resolution {
            None => Some("the upstream is given by its address".to_owned()),
            Some(resolution) if !resolution.addresses.is_empty() => {
                Some(format!("{} resolves to {}", resolution.name, resolution.addresses.join(", ")))
            }
            Some(_) => None,
        },
        Phase::Connect => {
            exchange.peer.as_ref()?;
            let took = exchange.phases.connect?.seconds();
            Some(format!("a connection to {peer} stood after {}", figures::seconds(took)))
        }
        Phase::Handshake | Phase::Send if !exchange.reached_peer() => None,
        Phase::Handshake => Some(match exchange.tls.as_ref().and_then(|tls| tls.version.as_deref()) {
            Some(version) => format!("the TLS handshake with {peer} succeeded ({version})"),
            None => format!("{peer} is asked in plain HTTP, and answers so"),
        })
        .filter(|_| exchange.tls.is_some() || exchange.has_bytes()),
        Phase::Send => exchange.sent.complete.then(|| "the request was sent whole".to_owned()),
        Phase::Wait => {
            let took = exchange.time_to_first_byte()?;
            Some(format!("the first byte came after {}", figures::seconds(took)))
        }
        Phase::Head => {
            let response = exchange.response()?;
            Some(format!(
                "the head is whole: {} in {} fields",
                figures::bytes(response.head_size),
                response.field_count
            ))
        }
        Phase::Body => exchange.is_complete().then(|| {
            let length = exchange.reading.as_ref().map_or(0, |reading| reading.body.length);
            format!("the body is complete: {}", figures::bytes(length))
        }),
    }
}

/// Whether the exchange was asked over TLS.
pub(super) fn over_tls(exchange: &Exchange) -> bool {
    exchange.url.starts_with(Scheme::Https.name()) && exchange.url.as_bytes().get(5) == Some(&b':')
}
