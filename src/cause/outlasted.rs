//! An upstream that ends a connection only when the gateway has given up already.

use super::fit::SOONEST_TIMEOUT;
use super::{Case, limits};
use crate::contrast::Answer;
use crate::diagnosis::Strength;
use crate::observation::{Exchange, Phase};
use crate::statement::Statement;
use crate::tolerance::Known;

/// Whether the gateway had given up before the upstream ended the connection: what it met then is the silence
/// before that end.
pub(super) fn outlasts(case: &Case<'_>, exchange: &Exchange) -> bool {
    let Some(ended) = exchange.phases.since_sent() else { return false };
    let gave_up = case.contrast.gateway_seconds();
    let (Answer::ServerError(status) | Answer::Cut(status)) = case.contrast.answer else { return false };
    // Who still sends something then is not silent.
    if exchange.last_byte_after().is_none_or(|last| last > gave_up) {
        return false;
    }
    let says_so = status == 504 || case.stated.iter().any(Statement::may_name_a_wait);
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

/// How sure it is that the gateway ran into a timeout: it says so, or took a time that only a timer takes, or the
/// same time twice.
pub(super) fn like_a_timeout(case: &Case<'_>) -> Strength {
    let took = case.contrast.gateway_seconds();
    let says_so =
        case.contrast.answer == Answer::ServerError(504) || case.stated.iter().any(Statement::names_a_wait);
    let same_again = case.gateway_again().any(|again| {
        let then = again.phases.since_sent().unwrap_or_default();
        Answer::of(again) == case.contrast.answer && (then - took).abs() <= (took * 0.05).max(0.05)
    });
    // Hardly anybody sets one to less than a second.
    let same_again = same_again && took >= 0.95;
    // Timers are set to whole numbers; five seconds apart, they are hardly met by chance.
    let whole = took >= 4.9 && ((took / 5.0).round() * 5.0 - took).abs() <= 0.15;
    let named = limits::named(case, took, Phase::Wait);
    if says_so || named.as_ref().is_some_and(|limit| limit.times == 1) {
        Strength::Shown
    } else if same_again || whole || named.is_some() {
        Strength::Likely
    } else {
        Strength::Consistent
    }
}
