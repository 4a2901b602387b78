//! What the two first requests do to each other: they are made at the same time, and some upstreams do not bear that.

use std::cell::Cell;

use why502::diagnosis::{Outcome, Strength};
use why502::observation::{Exchange, Observations};
use why502::plan::Experiment;

use crate::asked::{BAD_GATEWAY, GATEWAY_TIMEOUT, OK, lasting, reset, run};
use crate::report::fixtures::{direct, gateway};

/// One thing at first, and another from then on.
fn first_then(first: impl Fn() -> Exchange, then: impl Fn() -> Exchange) -> impl Fn() -> Exchange {
    let asked = Cell::new(false);
    move || if asked.replace(true) { then() } else { first() }
}

fn repetitions(seen: &Observations) -> usize {
    seen.exchanges.iter().filter(|exchange| exchange.experiment == Experiment::Repeat).count()
}

#[test]
fn an_upstream_that_serves_one_request_at_a_time_is_not_called_slow() {
    let through = first_then(|| lasting(2.5, gateway(GATEWAY_TIMEOUT)), || lasting(1.8, gateway(OK)));
    let (_, diagnosis) = run(through, |_| lasting(1.8, direct(OK)));
    assert_eq!(diagnosis.verdict.outcome, Outcome::Unexplained);
    let sentence = &diagnosis.verdict.sentence;
    assert!(sentence.contains("asked once more, alone, the gateway answers too"), "{sentence}");
    assert!(sentence.contains("--sequential"), "{sentence}");
}

#[test]
fn a_timeout_that_comes_again_without_a_direct_request_beside_it_is_one() {
    let through = || lasting(2.0, gateway(GATEWAY_TIMEOUT));
    let (run, diagnosis) = run(through, |_| lasting(2.5, direct(OK)));
    assert_eq!(diagnosis.verdict.cause.as_deref(), Some("upstream-slow-first-byte"));
    assert_eq!(diagnosis.verdict.strength, Some(Strength::Shown));
    assert!(run.exchanges.len() > 2);
}

#[test]
fn a_direct_request_that_fails_only_beside_the_gateways_is_told_as_such() {
    let upstream = first_then(reset, || direct(OK));
    let (run, diagnosis) = run(|| gateway(OK), |_| upstream());
    assert_eq!((diagnosis.verdict.outcome, repetitions(&run)), (Outcome::Warning, 1));
    assert_eq!(diagnosis.verdict.strength, Some(Strength::Likely));
    let sentence = &diagnosis.verdict.sentence;
    assert!(sentence.ends_with("Asked once more, alone, it answers."), "{sentence}");
}

#[test]
fn an_upstream_that_is_down_for_the_direct_request_only_is_asked_once_more_and_no_longer() {
    let (run, diagnosis) = run(|| gateway(OK), |_| reset());
    assert_eq!((diagnosis.verdict.outcome, repetitions(&run)), (Outcome::Warning, 1));
    // Where both fail, there is nothing to be told apart.
    let (run, _) = self::run(|| gateway(BAD_GATEWAY), |_| reset());
    assert_eq!(repetitions(&run), 0);
}
