//! The same once more, alone. The first requests are made at the same time over both routes, and some upstreams cannot
//! serve two at once: what one of them met may be the other's doing. And what is seen once may be chance.

use super::{Ask, Case};
use crate::contrast::{Answer, Contrast};
use crate::diagnosis::{Evidence, Place};
use crate::http1::{DefectCode, DefectKind};
use crate::observation::{End, Exchange};
use crate::plan::Experiment;

/// What took longer than this (in seconds) did not fail at once.
const AT_ONCE: f64 = 2.0;

/// How many more requests come to another upstream, where a gateway has several.
const AMONG_SEVERAL: usize = 2;

/// A failure that the direct request met, and that did not come again.
pub(super) struct Once {
    /// What came instead.
    pub(super) evidence: Evidence,
    /// Whether the gateway fared otherwise as well; `None` if it was not asked again.
    pub(super) gateway_too: Option<bool>,
}

/// Asks the upstream once more where it failed; the gateway where the upstream then fares otherwise, and more than once where
/// another upstream answers.
#[must_use]
pub fn asks(case: &Case<'_>) -> Vec<Ask> {
    if is_alone_in_failing(case) {
        return vec![Ask::direct(Experiment::Repeat)];
    }
    let worth = case.contrast.direct.filter(|direct| is_worth_repeating(case, direct));
    let otherwise = |direct| case.all_direct_of(Experiment::Repeat).any(|again| !came_again(direct, again));
    let fares_otherwise = worth.is_some_and(otherwise);
    let of_gateway = match () {
        () if case.contrast.gateway_seconds() >= AT_ONCE => 0,
        () if is_beside_a_good_one(case) => AMONG_SEVERAL,
        () => usize::from(fares_otherwise),
    };
    let mut asks: Vec<Ask> = worth.map(|_| Ask::direct(Experiment::Repeat)).into_iter().collect();
    asks.extend(vec![Ask::gateway(Experiment::Repeat); of_gateway]);
    asks
}

/// Whether a failure was met once and not again.
pub(super) fn only_once(case: &Case<'_>) -> Option<Once> {
    let direct = case.contrast.direct.filter(|direct| is_worth_repeating(case, direct))?;
    let again = case.all_direct_of(Experiment::Repeat).find(|again| !came_again(direct, again))?;
    let what = match again.status() {
        Some(status) if again.is_complete() => format!("answers {status}"),
        _ => format!("ends otherwise ({})", again.end.name()),
    };
    let text = format!("asked once more, the upstream {what}");
    let evidence = Evidence { exchange: case.seen.index_of(again), place: Place::Exchange, text };
    let gateway_too = case.gateway_again().next().map(|_| case.gateway_fared_otherwise());
    Some(Once { evidence, gateway_too })
}

/// Whether the direct request failed each time that it was made: each on a connection of its own, so that no kept
/// connection has a part in it.
#[must_use]
pub fn failed_each_time(case: &Case<'_>) -> bool {
    let Some(direct) = case.contrast.direct.filter(|direct| !Answer::of(direct).is_whole()) else {
        return false;
    };
    let mut repeated = case.all_direct_of(direct_again(direct)).filter(|again| again.guise == direct.guise);
    repeated.all(|again| came_again(direct, again))
}

/// The experiment that asks the same once more.
fn direct_again(direct: &Exchange) -> Experiment {
    if direct.experiment == Experiment::AsGateway { Experiment::AsGateway } else { Experiment::Repeat }
}

/// What came of asking once more where the direct request alone failed, as evidence; and whether it fared well.
pub(super) fn told(case: &Case<'_>) -> Option<(Evidence, bool)> {
    if !is_alone_in_failing(case) {
        return None;
    }
    let well = case.all_direct_of(Experiment::Repeat).find(|again| Answer::of(again).is_whole());
    let again = well.or_else(|| case.direct_of(Experiment::Repeat))?;
    let text = match Answer::of(again) {
        Answer::Whole(status) => format!(
            "asked once more, alone, it answers {status}: it cannot serve two requests at once, or fails now and then"
        ),
        Answer::StillWaiting => {
            "asked once more, alone, it gives no response either; an upstream that serves one \
                                 connection at a time may be busy with one that the gateway keeps open"
                .to_owned()
        }
        _ => return None,
    };
    let evidence = Evidence { exchange: case.seen.index_of(again), place: Place::Exchange, text };
    Some((evidence, Answer::of(again).is_whole()))
}

/// Whether the gateway, asked once more and alone, gave a whole answer, and another than before.
pub(super) fn gateway_answers(case: &Case<'_>) -> bool {
    case.gateway_again().map(Answer::of).any(|again| again.is_whole() && again != case.contrast.answer)
}

/// Why it is not this upstream alone that makes the gateway fail, where another one answers well: one that says nothing of what
/// it met, and asks now the one and now the other, would answer now and then.
pub(super) fn against_one_of_several(case: &Case<'_>) -> Option<&'static str> {
    let says_what = case.stated.iter().any(|statement| (1..=2).contains(&statement.means.len()));
    let is_enough = case.gateway_again().count() >= AMONG_SEVERAL && !case.gateway_fared_otherwise();
    (case.another_answers && !says_what && is_enough)
        .then_some("asked again, the gateway fails each time, though another of its upstreams answers")
}

/// Whether this upstream failed, and another one did not.
fn is_beside_a_good_one(case: &Case<'_>) -> bool {
    case.another_answers && case.contrast.failed() && case.contrast.direct.is_some_and(is_bad)
}

fn is_bad(direct: &Exchange) -> bool {
    let has_defects = direct.reading.as_ref().is_some_and(|reading| !reading.defects.is_empty());
    !Answer::of(direct).is_whole() || has_defects
}

/// Whether both were under way at the same time.
pub(super) fn were_at_once(contrast: &Contrast<'_>) -> bool {
    contrast.direct.is_some_and(|direct| overlap(contrast.gateway, direct))
}

/// Whether the client got its answer, and the direct request, made at the same time, did not.
fn is_alone_in_failing(case: &Case<'_>) -> bool {
    let direct = case.contrast.direct.filter(|direct| fails(direct));
    case.contrast.answer.is_whole() && direct.is_some_and(|direct| overlap(case.contrast.gateway, direct))
}

/// Whether both routes failed, and the direct one at once.
fn is_worth_repeating(case: &Case<'_>, direct: &Exchange) -> bool {
    let took = direct.phases.since_sent().unwrap_or_default();
    let is_plain = direct.experiment == Experiment::SameRequest;
    is_plain
        && case.contrast.failed()
        && is_bad(direct)
        && direct.end != End::TimedOut
        && direct.reached_peer()
        && took < AT_ONCE
}

/// Whether the same failure came once more.
fn came_again(one: &Exchange, again: &Exchange) -> bool {
    let codes = |exchange: &Exchange| -> Vec<DefectCode> {
        let defects = exchange.reading.iter().flat_map(|reading| &reading.defects);
        defects.filter(|defect| defect.code.kind() != DefectKind::Size).map(|defect| defect.code).collect()
    };
    let (first, then) = (Answer::of(one), Answer::of(again));
    std::mem::discriminant(&first) == std::mem::discriminant(&then)
        && codes(one).iter().all(|code| codes(again).contains(code))
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
