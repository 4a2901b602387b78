//! Whether the time in which the gateway failed goes with the time in which the fault shows directly.

use super::Case;
use super::fit::SOONEST_TIMEOUT;
use crate::contrast::Answer;
use crate::figures;
use crate::observation::{Exchange, Phase};
use crate::statement::Statement;

/// Why the gateway cannot have met what shows directly in this phase, and is no wait: `cut` says that the connection ended,
/// rather than that bytes came that a gateway may wait beside. None if the times go together, as they do before TLS: who
/// found an address dead remembers it, or tries it several times.
pub(super) fn against(case: &Case<'_>, direct: &Exchange, phase: Phase, cut: bool) -> Option<String> {
    let visible = visible_after(direct, phase).filter(|_| phase >= Phase::Handshake)?;
    let took = case.contrast.gateway_seconds();
    if is_before(case, visible) {
        return Some(format!(
            "the gateway had failed after {}, and directly it shows only after {}",
            figures::seconds(took),
            figures::seconds(visible)
        ));
    }
    let says_so =
        case.contrast.answer == Answer::ServerError(504) || case.stated.iter().any(Statement::names_a_wait);
    let waited = cut && says_so && took >= SOONEST_TIMEOUT && took > 2.0 * visible + SOONEST_TIMEOUT;
    waited.then(|| {
        format!(
            "the gateway answers as after a wait, and took {}; directly it shows after {}",
            figures::seconds(took),
            figures::seconds(visible)
        )
    })
}

/// Whether the gateway took long for a fault that shows at once: it may have waited for another upstream, or done something of
/// its own before. One that tries again after a pause has a reason.
pub(super) fn is_late(case: &Case<'_>, direct: &Exchange, phase: Phase) -> bool {
    let pauses =
        case.known.and_then(|known| known.retries_in(phase)).is_some_and(|retries| retries.pause > 0.0);
    // Who passes something on waits for the rest.
    let failed = matches!(case.contrast.answer, Answer::ServerError(_));
    let visible = visible_after(direct, phase).filter(|_| failed && !pauses);
    visible.is_some_and(|visible| case.contrast.gateway_seconds() > 10.0 * visible + 0.9)
}

/// Whether the gateway had failed clearly before something that shows directly after so many seconds. Some upstreams fail
/// sooner at one time than at another, machines are busy, and what a network loses is sent again after 0.2 s or more.
pub(super) fn is_before(case: &Case<'_>, visible: f64) -> bool {
    // What is wrong with a body can be met while it comes.
    let failed = matches!(case.contrast.answer, Answer::ServerError(_) | Answer::Nothing);
    failed && visible > 1.25 * case.contrast.gateway_seconds() + 0.5
}

/// When a fault of this phase showed in an exchange, in seconds from when its connection stood.
fn visible_after(exchange: &Exchange, phase: Phase) -> Option<f64> {
    let connected = exchange.phases.connect.map(|connect| connect.end);
    let begin = connected.or(exchange.phases.handshake.map(|handshake| handshake.start))?;
    let last = if phase == Phase::Body { Phase::Head } else { phase };
    let reached = exchange.phases.get(last).or_else(|| exchange.phases.get(Phase::Wait));
    let end = reached.or(exchange.phases.get(Phase::Handshake))?.end;
    Some((end - begin).max(0.0))
}
