//! An upstream that ends a connection only when the gateway has given up already.

use super::Case;
use super::fit::SOONEST_TIMEOUT;
use crate::contrast::Answer;
use crate::observation::{Exchange, Phase};
use crate::proxy_status::ErrorType;
use crate::tolerance::Known;

/// Whether the gateway had given up before the upstream ended the connection: what it met then is the silence
/// before that end.
pub(super) fn outlasts(case: &Case<'_>, exchange: &Exchange) -> bool {
    let Some(ended) = exchange.phases.since_sent() else { return false };
    let gave_up = case.contrast.gateway_seconds();
    let body = |exchange: &Exchange| exchange.reading.as_ref().map(|reading| reading.body.length);
    let status = match case.contrast.answer {
        Answer::ServerError(status) => status,
        // What had come when the gateway cut it short is all that ever came.
        Answer::Cut(status) if body(case.contrast.gateway) <= body(exchange) => status,
        _ => return false,
    };
    let is_wait = |kind: &ErrorType| kind.recommended_status() == Some(504);
    let says_so = status == 504 || case.stated.iter().any(|statement| statement.means.iter().any(is_wait));
    // Who answers its own limits with another status ran into none of them.
    let waits_otherwise = |known: Known| {
        let mut limits =
            known.timeouts.iter().filter(|limit| limit.phases.iter().any(|&phase| phase >= Phase::Wait));
        known.own_error && !known.tolerance.rules.is_empty() && limits.all(|limit| limit.status != status)
    };
    let is_error = matches!(case.contrast.answer, Answer::ServerError(_));
    if is_error && !says_so && case.known.is_some_and(waits_otherwise) {
        return false;
    }
    // Where it does not say that it waited, its time must leave no doubt.
    let (soonest, margin) = if says_so { (SOONEST_TIMEOUT, 0.2) } else { (1.0, gave_up) };
    gave_up >= soonest && ended > gave_up + margin
}
