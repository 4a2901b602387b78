//! The same once more, alone. The first requests are made at the same time over both routes, and some upstreams do not
//! bear two at once: what one of them met may be the other's doing.

use super::{Ask, Case};
use crate::contrast::{Answer, Contrast};
use crate::diagnosis::{Evidence, Place};
use crate::observation::{End, Exchange};
use crate::plan::{Experiment, Route};

/// Asks the upstream once more where the client got its answer and the direct request, made at the same time, did not.
#[must_use]
pub fn asks(case: &Case<'_>) -> Option<Ask> {
    let direct = case.contrast.direct.filter(|direct| fails(direct))?;
    let is_beside = case.contrast.answer.is_whole() && overlap(case.contrast.gateway, direct);
    is_beside.then(|| Ask::direct(Experiment::Repeat))
}

/// What came of that, as evidence on what the direct request met: the words, and whether it fared well.
pub(super) fn told(case: &Case<'_>) -> Option<(Evidence, bool)> {
    asks(case)?;
    let again = case.direct_of(Experiment::Repeat)?;
    let text = match Answer::of(again) {
        Answer::Whole(status) => format!(
            "asked once more, alone, it answers {status}: it does not bear two requests at once, or fails now and then"
        ),
        Answer::StillWaiting => {
            "asked once more, alone, it gives no response either; one that serves a single connection at a time is \
             busy with the one that a gateway keeps"
                .to_owned()
        }
        _ => return None,
    };
    let evidence = Evidence { exchange: case.seen.index_of(again), place: Place::Exchange, text };
    Some((evidence, Answer::of(again).is_whole()))
}

/// Whether the gateway, asked once more and alone, gave a whole answer.
pub(super) fn gateway_answers(case: &Case<'_>) -> bool {
    let again = case.seen.of(Route::Gateway, Experiment::Repeat).next();
    again.is_some_and(|again| Answer::of(again).is_whole())
}

/// Whether both were under way at the same time.
pub(super) fn were_at_once(contrast: &Contrast<'_>) -> bool {
    contrast.direct.is_some_and(|direct| overlap(contrast.gateway, direct))
}

fn fails(direct: &Exchange) -> bool {
    direct.end == End::Refused
        || matches!(Answer::of(direct), Answer::Nothing | Answer::StillWaiting | Answer::Cut(_))
}

fn overlap(one: &Exchange, other: &Exchange) -> bool {
    let span = |exchange: &Exchange| {
        let mut reached = exchange.phases.reached().map(|(_, span)| span);
        let first = reached.next()?;
        Some((first.start, reached.last().unwrap_or(first).end))
    };
    match (span(one), span(other)) {
        (Some((one_start, one_end)), Some((start, end))) => one_start.max(start) < one_end.min(end),
        _ => false,
    }
}
