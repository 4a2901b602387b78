//! Whether a fault in the plain answer is there as well where the upstream is asked as the gateway asks.
//!
//! What is wrong with the answer to the client's request need not be what the gateway met: asked in HTTP/1.0, the upstream
//! may do something else. So a fault in the bytes of a response is looked for once more in the first guise of the gateway
//! whose own error came. Where it is not there, and that guise does not explain the error either, the gateway does not ask
//! so: then it is tried with the client's `Host`, which gateways are often told to pass on, and in the gateway's other ways.

use super::guise::{Failure, failure, in_guise, passed_on, whole};
use super::{answers_the_client, instead, narrowed};
use crate::cause::{AGAINST, Ask, Assessment, CAUSES, Case, Cause, Found};
use crate::contrast::Contrast;
use crate::diagnosis::{Evidence, Place, Strength};
use crate::observation::{End, Exchange, Phase};
use crate::plan::{Change, Guise};

/// What came of looking for it in the gateway's guises.
enum Seen<'a> {
    /// It is there in this guise, and in none before.
    There(&'a Exchange, Guise),
    /// It is nowhere.
    Nowhere,
    /// This guise was not tried yet.
    Open(Guise),
}

/// Asks for the guises in which a fault of the plain answer, or its lack, is to be looked for. `own` are those of the
/// recognised gateway.
#[must_use]
pub fn asks(case: &Case<'_>, own: &[Guise]) -> Vec<Ask> {
    let in_bytes: Vec<Ask> = asks_in_bytes(case, own).into_iter().collect();
    if in_bytes.is_empty() { instead::asks(case, own) } else { in_bytes }
}

fn asks_in_bytes(case: &Case<'_>, own: &[Guise]) -> Option<Ask> {
    case.contrast.direct.filter(|direct| direct.end != End::TimedOut)?;
    case.known.filter(|known| known.own_error)?;
    // There the guises are tried anyway.
    let first = own.first().filter(|_| !answers_the_client(case))?;
    let mut found = CAUSES.iter().filter(|cause| is_of_response(**cause)).filter_map(|cause| {
        let Assessment::Found(found) = cause.assess(case) else { return None };
        is_in_bytes(&found).then_some((*cause, found.strength))
    });
    let (cause, strength) = found.next()?;
    if in_guise(case, first).any(|exchange| explains(case, exchange)) {
        return None;
    }
    match look(case, cause, strength, own) {
        Seen::Open(guise) => Some(Ask::in_guise(guise)),
        Seen::There(..) | Seen::Nowhere => None,
    }
}

/// What was found, as sure as it can be after the fault was looked for in the gateway's guises, where that was done.
#[must_use]
pub fn confirm(case: &Case<'_>, cause: &dyn Cause, found: Found) -> Found {
    if instead::is_silence(case, cause) {
        return instead::confirm(case, found);
    }
    let Some(known) = case.known.filter(|known| known.own_error) else { return found };
    if !is_of_response(cause) || !is_in_bytes(&found) {
        return found;
    }
    let own: Vec<Guise> =
        whole(case).map(|(_, guise)| guise).filter(|guise| guise.is_of(known.title)).cloned().collect();
    let Some((first, exchange)) = own.first().and_then(|first| Some((first, in_guise(case, first).next()?)))
    else {
        return found;
    };
    let otherwise = format!(
        "asked {} ({}), the upstream {}",
        first.words(),
        Change::all(&first.changes),
        instead::what(case, exchange)
    );
    let piece = |exchange: &Exchange, text: String| Evidence {
        exchange: case.seen.index_of(exchange),
        place: Place::Exchange,
        text,
    };
    let (strength, exchange, text) = match look(case, cause, found.strength, &own) {
        Seen::There(exchange, guise) if guise == *first => {
            (found.strength, exchange, format!("asked {}, it does the same", first.words()))
        }
        _ if explains(case, exchange) => (Strength::Consistent, exchange, format!("{AGAINST}{otherwise}")),
        Seen::There(_, guise) if guise == with_clients_host(first) => {
            (found.strength, exchange, format!("{otherwise}; with your Host, it does the same"))
        }
        Seen::There(_, guise) => (
            found.strength.max(Strength::Likely),
            exchange,
            format!("{otherwise}; {}, it does the same", guise.words()),
        ),
        Seen::Nowhere | Seen::Open(_) => {
            (Strength::Consistent, exchange, format!("{AGAINST}{otherwise}, and shows nothing of this"))
        }
    };
    let mut found = Found { strength, ..found };
    found.evidence.push(piece(exchange, text));
    found
}

/// Whether the upstream, asked as the gateway asks, fails in a way that it does not show to the plain request. (Whether the
/// gateway's answer can come of that is weighed where it is named.)
pub(super) fn fares_otherwise(case: &Case<'_>) -> bool {
    whole(case).next().is_some_and(|(exchange, _)| match failure(case, exchange) {
        Some(Failure::Status(status)) => {
            passed_on(case, exchange, status).is_some_and(|strength| strength <= Strength::Likely)
        }
        other => other.is_some(),
    })
}

/// Looks for the fault in one guise after the other.
fn look<'a>(case: &Case<'a>, cause: &dyn Cause, strength: Strength, own: &[Guise]) -> Seen<'a> {
    for guise in own.iter().flat_map(|guise| [guise.clone(), with_clients_host(guise)]) {
        if guise.changes.is_empty() {
            continue;
        }
        let tried = in_guise(case, &guise).next();
        match tried {
            Some(exchange) if is_there(case, cause, strength, exchange) => {
                return Seen::There(exchange, guise);
            }
            Some(_) => {}
            None => return Seen::Open(guise),
        }
    }
    Seen::Nowhere
}

/// The same, with the `Host` that the client sent.
pub(super) fn with_clients_host(guise: &Guise) -> Guise {
    let hosts: Vec<Change> = guise.changes.iter().filter(|change| change.is_of("host")).cloned().collect();
    if hosts.is_empty() { guise.clone() } else { guise.without(&hosts) }
}

/// Whether the cause would be found in this exchange too, no less surely.
fn is_there(case: &Case<'_>, cause: &dyn Cause, strength: Strength, exchange: &Exchange) -> bool {
    let dressed = Case { contrast: Contrast::new(case.contrast.gateway, Some(exchange)), ..*case };
    matches!(cause.assess(&dressed), Assessment::Found(found) if found.strength <= strength)
}

/// Whether the gateway's answer can come of how the upstream fares in a guise.
fn explains(case: &Case<'_>, exchange: &Exchange) -> bool {
    failure(case, exchange).is_some_and(|failure| {
        narrowed::comes_of(case, exchange, failure).is_some_and(|strength| strength <= Strength::Likely)
    })
}

/// Whether it is a cause that is met in the response.
fn is_of_response(cause: &dyn Cause) -> bool {
    cause.about().phase >= Phase::Head && cause.about().error_type.is_some()
}

fn is_in_bytes(found: &Found) -> bool {
    found.evidence.iter().any(|piece| matches!(piece.place, Place::Bytes { .. }))
}
