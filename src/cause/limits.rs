//! What the seconds that a gateway took say of its limits.
//!
//! Default timeouts are few and well known, so a gateway that gives up at the very time of one names its own directive.
//! It may have waited for it several times: once for each attempt. A time that is no default says only how long the
//! limit is; an answer that came in milliseconds says nothing.

use super::Case;
use super::fit::SOONEST_TIMEOUT;
use crate::diagnosis::{Evidence, Place};
use crate::figures;
use crate::observation::{End, Phase};
use crate::tolerance::{Attempts, Known, Timeout};

/// A default timeout that fits.
pub(super) struct Named {
    /// Which, and how often, in a few words.
    words: String,
    /// How often it was waited for.
    pub(super) times: u32,
}

/// The default timeout of the recognised gateway that these seconds fit, in this phase: one wait, or as many as it
/// makes attempts.
pub(super) fn named(case: &Case<'_>, seconds: f64, phase: Phase) -> Option<Named> {
    let known = case.known?;
    let timeouts = known.timeouts.iter().filter(|timeout| timeout.phases.contains(&phase));
    let defaults = timeouts.filter_map(|timeout| Some((timeout, timeout.default?)));
    waits(known, phase).find_map(|times| {
        let (timeout, default) =
            defaults.clone().find(|(_, default)| is_about(seconds, default * f64::from(times)))?;
        Some(Named { words: words(known, timeout, default, times, phase), times })
    })
}

/// How often it may have waited: once first, as that is the likelier.
fn waits(known: Known, phase: Phase) -> impl Iterator<Item = u32> {
    let most = match known.retries_in(phase).map(|retries| retries.attempts) {
        None => 1..=1,
        // It goes on until it has made them all.
        Some(Attempts::AtMost(most)) => most..=most,
        Some(Attempts::OneForEachServer) => 2..=MOST_SERVERS,
    };
    std::iter::once(1).chain(most.filter(|&times| times > 1))
}

/// With more servers than this, a multiple of a default is met by chance too easily.
const MOST_SERVERS: u32 = 4;

/// Timers fire late rather than early, and the client's clock runs a little longer than the gateway's.
fn is_about(seconds: f64, limit: f64) -> bool {
    (-0.1..=(limit * 0.02).clamp(0.3, 1.5)).contains(&(seconds - limit))
}

fn words(known: Known, timeout: &Timeout, default: f64, times: u32, phase: Phase) -> String {
    let Timeout { directive, .. } = timeout;
    if times == 1 {
        return format!("that is the default of {}'s {directive}", known.title);
    }
    let again = known.retries_in(phase).map_or("", |retries| retries.directive);
    format!(
        "that is {times} times the {} of {}'s {directive}, as it waits when it tries {times} times ({again})",
        figures::seconds(default),
        known.title
    )
}

/// What the gateway's elapsed time says of its limit in this phase.
pub(super) fn evidence(case: &Case<'_>, phase: Phase) -> Option<Evidence> {
    let gave_up = case.contrast.gateway_seconds();
    // In the body, the time since the request is not that of one wait.
    if gave_up < SOONEST_TIMEOUT || case.contrast.gateway.end == End::TimedOut || phase == Phase::Body {
        return None;
    }
    let shown = figures::seconds(gave_up);
    let text = match (named(case, gave_up, phase), attempts(case, phase)) {
        (Some(limit), _) => format!("the gateway gave up after {shown}: {}", limit.words),
        (None, Some(attempts)) => {
            format!("the gateway gave up after {shown}: its limit is about that, or {attempts}")
        }
        (None, None) => format!(
            "the gateway gave up after {shown}: its limit is about that, or a fraction of it if it tried several times"
        ),
    };
    Some(Evidence { exchange: case.seen.index_of(case.contrast.gateway), place: Place::Exchange, text })
}

/// The fraction of the time that each attempt took, where it is known how many there are.
fn attempts(case: &Case<'_>, phase: Phase) -> Option<String> {
    let retries = case.known?.retries_in(phase)?;
    Some(match retries.attempts {
        Attempts::AtMost(most) => format!(
            "{} for each of {most} attempts ({})",
            figures::seconds(case.contrast.gateway_seconds() / f64::from(most)),
            retries.directive
        ),
        Attempts::OneForEachServer => {
            format!("a fraction of it if it went on to another server ({})", retries.directive)
        }
    })
}
