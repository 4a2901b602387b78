//! Which change in a guise decides, and whether it does so every time.

use std::time::Duration;

use super::guise::{Failing, Failure, failure, in_guise, passed_on, whole};
use super::{RefusesFields, answers_the_client, fares_badly};
use crate::cause::fit::{Fit, fit};
use crate::cause::sighting::Sighting;
use crate::cause::wait::comes_later;
use crate::cause::{Ask, Case, QUICK};
use crate::contrast::Answer;
use crate::diagnosis::Strength;
use crate::observation::{End, Exchange, Phase};
use crate::plan::{Change, Experiment, Guise, Pace};
use crate::proxy_status::ErrorType;

/// How many changes are tried alone, at the most: no gateway makes more, so that where none of them decides, none does.
const ALONE: usize = 8;

/// What is to be asked: first in each guise, and the plain request once more; then, where one of the guises fails, its
/// parts.
pub(super) fn asks(case: &Case<'_>) -> Vec<Ask> {
    let is_settled = explained_by_time(case) || case.contrast.gateway.tunnel().is_some();
    if is_settled || !fares_badly(case) || !answers_the_client(case) {
        return Vec::new();
    }
    // What fares otherwise the next time is no matter of the request.
    if !fares_again(case) {
        return Vec::new();
    }
    let failing = first(case);
    // While one that fails is looked into, the others have nothing to add; then they may have a rival.
    let mut asks = match &failing {
        None => vec![Ask::direct(Experiment::AsGateway)],
        Some(failing) if failing.is_certain(case) == Some(true) => {
            vec![Ask { pace: failing.pace(case), ..Ask::direct(Experiment::AsGateway) }]
        }
        Some(_) => Vec::new(),
    };
    if case.contrast.gateway_seconds() < QUICK {
        asks.extend([Ask::gateway(Experiment::Repeat), Ask::direct(Experiment::Repeat)]);
    }
    asks.extend(failing.iter().flat_map(|failing| failing.asks(case)));
    asks
}

/// Whether the plain answer comes so late that this explains a timeout of the gateway's own; or so late that the answers in
/// guises would not be waited for.
fn explained_by_time(case: &Case<'_>) -> bool {
    let Some(direct) = case.contrast.direct else { return false };
    let is_own = case.known.is_some_and(|known| known.own_error);
    is_own && comes_later(case, direct).is_some()
        || direct.phases.since_sent().is_some_and(|took| took > QUICK)
}

/// The first guise in which the upstream fails so that the gateway's answer can come of it.
pub(super) fn first<'a>(case: &Case<'a>) -> Option<Failing<'a>> {
    first_of(case, |_| true)
}

/// The first in which it answers with an error that the gateway can have passed on.
pub(super) fn first_status<'a>(case: &Case<'a>) -> Option<Failing<'a>> {
    first_of(case, |failure| matches!(failure, Failure::Status(_)))
}

fn first_of<'a>(case: &Case<'a>, is_wanted: impl Fn(Failure) -> bool) -> Option<Failing<'a>> {
    whole(case).find_map(|(exchange, guise)| {
        let failure = failure(case, exchange).filter(|&failure| is_wanted(failure))?;
        let strength = comes_of(case, exchange, failure)?;
        let (deciding, tried) = narrow(case, guise, failure);
        Some(Failing { exchange, guise, failure, strength, deciding, tried })
    })
}

/// Tries one change after the other, each alone; and as soon as one fails in the same way, all the others together. If
/// that is well, it has been found. Returns what fails alone, as far as it is known, and the guises that it takes, the next
/// to be tried last.
fn narrow(case: &Case<'_>, guise: &Guise, wanted: Failure) -> (Vec<Change>, Vec<Guise>) {
    let mut deciding = Vec::new();
    let mut tried = Vec::new();
    if guise.changes.len() < 2 {
        return (guise.changes.clone(), tried);
    }
    for change in guise.changes.iter().take(ALONE) {
        tried.push(alone(change));
        let Some(exchange) = in_guise(case, &alone(change)).next() else { break };
        if failure(case, exchange) != Some(wanted) {
            continue;
        }
        deciding.push(change.clone());
        let rest = guise.without(&deciding);
        let without = in_guise(case, &rest).next();
        tried.push(rest);
        if without.is_none_or(|exchange| failure(case, exchange).is_none()) {
            break;
        }
    }
    (deciding, tried)
}

fn alone(change: &Change) -> Guise {
    Guise::of(std::slice::from_ref(change))
}

/// How sure it is that the gateway's answer comes of this failure; `None` if it cannot.
pub(super) fn comes_of(case: &Case<'_>, exchange: &Exchange, failure: Failure) -> Option<Strength> {
    match failure {
        Failure::Status(status) => passed_on(case, exchange, status),
        // The causes that know such responses weigh it.
        Failure::Response => case.contrast.failed().then_some(Strength::Likely),
        Failure::Silent => {
            fits(case, &[ErrorType::ConnectionTerminated, ErrorType::HttpResponseIncomplete], false)
        }
        Failure::Late => {
            fits(case, &[ErrorType::ConnectionReadTimeout, ErrorType::HttpResponseTimeout], true)
        }
    }
}

fn fits(case: &Case<'_>, met_as: &[ErrorType], waited: bool) -> Option<Strength> {
    // Who minds the request has read it: a gateway that says that it got no connection did not meet that.
    if case.stated.iter().any(|statement| statement.phase.is_some_and(|phase| phase <= Phase::Handshake)) {
        return None;
    }
    let mut seen = Sighting::new("").met_also_as(met_as);
    seen.error_type = met_as.first().copied();
    seen.waited = waited;
    match fit(&RefusesFields, case, &seen) {
        Fit::Well | Fit::Loosely => Some(Strength::Likely),
        Fit::Not(_) => None,
    }
}

/// The error type under which a gateway meets such a failure; `None` if that depends on what came.
pub(super) fn met_as(failure: Failure) -> Option<ErrorType> {
    match failure {
        Failure::Silent => Some(ErrorType::ConnectionTerminated),
        Failure::Late => Some(ErrorType::ConnectionReadTimeout),
        Failure::Status(_) | Failure::Response => None,
    }
}

/// Whether both routes fared as before when they were asked once more, where they were. One failure can be chance.
fn fares_again(case: &Case<'_>) -> bool {
    let direct = case.direct_of(Experiment::Repeat);
    !case.gateway_fared_otherwise() && direct.is_none_or(|again| Answer::of(again).is_whole())
}

impl Failing<'_> {
    /// What fails: the first change that decides, or the whole guise.
    pub(super) fn proof(&self) -> Guise {
        match self.deciding.first() {
            Some(change) if self.guise.changes.len() > 1 => alone(change),
            _ => self.guise.clone(),
        }
    }

    /// Another guise without anything that decides in this one, in which the upstream fails as well, so that the gateway's
    /// answer can come of either.
    pub(super) fn rival<'b>(&self, case: &Case<'b>) -> Option<(&'b Exchange, &'b Guise)> {
        let decides = if self.deciding.is_empty() { &self.guise.changes } else { &self.deciding };
        whole(case).find(|(exchange, guise)| {
            !guise.changes.iter().any(|change| decides.iter().any(|other| change.is_about_what(other)))
                && failure(case, exchange)
                    .and_then(|failure| comes_of(case, exchange, failure))
                    .is_some_and(|strength| strength <= self.strength)
        })
    }

    /// What does not: the guise without all that decides.
    pub(super) fn counter(&self) -> Guise {
        self.guise.without(if self.deciding.is_empty() { &self.guise.changes } else { &self.deciding })
    }

    /// What it takes to find what decides; then what decides and its counterpart in turn.
    fn asks(&self, case: &Case<'_>) -> Vec<Ask> {
        let mut guises = self.tried.clone();
        if guises.iter().all(|part| in_guise(case, part).next().is_some()) {
            let (proof, counter) = (self.proof(), self.counter());
            if !guises.contains(&proof) {
                guises.extend([self.guise.clone(), counter.clone()]);
            }
            // Not strictly in turn: of two servers, one of which is dead, every second request fails.
            for fails in self.turns() {
                guises.push(if *fails { proof.clone() } else { counter.clone() });
            }
        }
        let pace = self.pace(case);
        guises.into_iter().map(|guise| Ask { pace, ..Ask::in_guise(guise) }).collect()
    }

    /// In which order what decides (`true`) and its counterpart are tried, after each was tried once. A wait costs time, so
    /// that fewer of them must do; of what fails at random, one in some thousands passes the longer series.
    fn turns(&self) -> &'static [bool] {
        const SHORT: [bool; 4] = [false, true, true, false];
        const LONG: [bool; 8] = [false, true, true, false, true, false, false, true];
        if self.failure == Failure::Late { &SHORT } else { &LONG }
    }

    /// A wait costs the user time at every try: once it is known to be one, no more than a little longer than the gateway
    /// waited, or than the plain answer takes.
    fn pace(&self, case: &Case<'_>) -> Pace {
        let plain = case.contrast.direct.and_then(|direct| direct.phases.since_sent()).unwrap_or_default();
        let gave_up = case.contrast.gateway_seconds();
        let enough = (gave_up * 1.1 + 0.2).clamp(1.0, 3.0).max(2.0 * plain + 1.0);
        if self.exchange.end != End::TimedOut {
            return Pace::default();
        }
        Pace { patience: Duration::from_secs_f64(enough), ..Pace::default() }
    }

    /// Whether what decides fails every time, and its counterpart never does; `None` if that was not tried often enough.
    pub(super) fn is_certain(&self, case: &Case<'_>) -> Option<bool> {
        let proofs: Vec<&Exchange> = in_guise(case, &self.proof()).collect();
        let counters: Vec<&Exchange> = in_guise(case, &self.counter()).collect();
        let fails = |exchange: &&Exchange| failure(case, exchange) == Some(self.failure);
        let is_well =
            |exchange: &&Exchange| Answer::of(exchange).is_whole() && failure(case, exchange).is_none();
        let certain = proofs.iter().all(fails) && counters.iter().all(is_well) && fares_again(case);
        let enough = 1 + self.turns().len() / 2;
        (proofs.len() >= enough && counters.len() >= enough).then_some(certain)
    }
}
