//! What is asked of an upstream that answers the client well and the gateway not, and what is made of the answers. The
//! upstreams here are functions from a request's guise to what comes of it.

use why502::diagnosis::{Diagnosis, diagnose, further};
use why502::observation::{End, Exchange, Observations, Phase};
use why502::plan::{Change, Experiment, Guise, HttpVersion, Route};

use crate::report::fixtures::{broken, direct, gateway, seen};

const BAD_GATEWAY: &[u8] = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\n\r\nno";
const DENIED: &[u8] = b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nno";
const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

fn reset() -> Exchange {
    broken(direct(b""), End::Reset, Phase::Wait, "Connection reset by peer")
}

/// Makes every further experiment, until there is none left. Both routes are asked through functions.
fn run(through: impl Fn() -> Exchange, upstream: impl Fn(&Guise) -> Exchange) -> (Observations, Diagnosis) {
    let mut run = seen(vec![through(), upstream(&Guise::default())]);
    while let asked @ [_, ..] = further(&run).as_slice() {
        for further in asked {
            let plain = Guise::default();
            let mut exchange = match further.route {
                Route::Gateway => through(),
                Route::Direct => upstream(further.guise.as_ref().unwrap_or(&plain)),
            };
            exchange.experiment = further.experiment;
            exchange.guise.clone_from(&further.guise);
            run.exchanges.push(exchange);
        }
        assert!(run.exchanges.len() < 30, "there is no end to it: {:#?}", further(&run));
    }
    let diagnosis = diagnose(&run);
    (run, diagnosis)
}

fn minds(guise: &Guise, field: &str) -> bool {
    guise.changes.iter().any(|change| change.is_of(field))
}

#[test]
fn nothing_is_asked_where_the_gateway_fares_well() {
    let minding = |guise: &Guise| if minds(guise, "via") { reset() } else { direct(OK) };
    assert_eq!(run(|| gateway(OK), minding).0.exchanges.len(), 2);
}

#[test]
fn nothing_is_asked_with_a_request_that_may_be_sent_only_once() {
    let mut once = seen(vec![gateway(BAD_GATEWAY), direct(OK)]);
    assert!(!further(&once).is_empty());
    once.request.repeatable = false;
    assert_eq!(further(&once), []);
}

#[test]
fn the_field_that_decides_is_named() {
    let minding = |guise: &Guise| if minds(guise, "via") { reset() } else { direct(OK) };
    let (run, diagnosis) = run(|| gateway(BAD_GATEWAY), minding);
    assert_eq!(
        diagnosis.verdict.sentence,
        "The upstream answers 200 to the request as you sent it, and resets the connection without a response once \
         `Via` is in it; the gateway fares as if it asked so."
    );
    // Two guises, both routes again, the Host and four fields alone, all but one of them, four to be certain, and
    // another path over both routes, as nothing tells who wrote this error.
    assert_eq!(run.exchanges.len(), 2 + 2 + 2 + 4 + 1 + 4 + 2);
}

#[test]
fn what_no_single_change_decides_is_named_as_a_whole() {
    let both = |guise: &Guise| minds(guise, "via") && minds(guise, "x-forwarded-for");
    let (_, diagnosis) = run(|| gateway(BAD_GATEWAY), |guise| if both(guise) { reset() } else { direct(OK) });
    assert_eq!(diagnosis.verdict.cause.as_deref(), Some("upstream-refuses-gateway-fields"));
    let sentence = &diagnosis.verdict.sentence;
    assert!(sentence.ends_with("none of these changes decides alone."), "{sentence}");
}

#[test]
fn http_1_0_is_one_of_the_ways_in_which_gateways_ask() {
    let older = Change::Version { version: HttpVersion::Http10 };
    let refusing = |guise: &Guise| if guise.changes.contains(&older) { reset() } else { direct(OK) };
    let (_, diagnosis) = run(|| gateway(BAD_GATEWAY), refusing);
    assert_eq!(diagnosis.verdict.cause.as_deref(), Some("upstream-refuses-http10"));
}

#[test]
fn an_error_that_the_gateway_did_not_pass_on_explains_nothing() {
    let denying = |guise: &Guise| if minds(guise, "via") { direct(DENIED) } else { direct(OK) };
    let (_, diagnosis) = run(|| gateway(BAD_GATEWAY), denying);
    assert_eq!(diagnosis.verdict.cause.as_deref(), Some("gateway-error-upstream-fine"));
    let (_, diagnosis) = run(|| gateway(DENIED), denying);
    assert_eq!(diagnosis.verdict.cause.as_deref(), Some("upstream-refuses-gateway-fields"));
}

#[test]
fn an_upstream_that_fails_now_and_then_is_not_taken_for_one_that_minds_a_field() {
    use std::cell::Cell;
    for period in 2..9 {
        for first in 0..period {
            let asked = Cell::new(first);
            let fails = || asked.replace(asked.get() + 1) % period == 0;
            let through = || gateway(if fails() { BAD_GATEWAY } else { OK });
            let upstream = |_: &Guise| if fails() { reset() } else { direct(OK) };
            let (run, diagnosis) = run(through, upstream);
            let cause = diagnosis.verdict.cause.unwrap_or_default();
            assert!(!cause.starts_with("upstream-refuses"), "{period}, {first}: {:#?}", run.exchanges.len());
        }
    }
    // The gateway may meet it each time, or ask more often than it is asked.
    for period in 2..9 {
        for first in 0..period {
            let asked = Cell::new(first);
            let fails = || asked.replace(asked.get() + 1) % period == 0;
            let upstream = |_: &Guise| if fails() { reset() } else { direct(OK) };
            let (_, diagnosis) = self::run(|| gateway(BAD_GATEWAY), upstream);
            let cause = diagnosis.verdict.cause.unwrap_or_default();
            assert!(!cause.starts_with("upstream-refuses"), "{period}, {first}, the gateway always");
        }
    }
}

#[test]
fn a_wait_is_not_tried_again_and_again() {
    let waiting = |guise: &Guise| {
        if minds(guise, "x-forwarded-for") {
            broken(direct(b""), End::TimedOut, Phase::Wait, "")
        } else {
            direct(OK)
        }
    };
    let (run, diagnosis) = run(|| gateway(BAD_GATEWAY), waiting);
    let waits = run.exchanges.iter().filter(|exchange| exchange.end == End::TimedOut).count();
    assert_eq!((waits, diagnosis.verdict.cause.as_deref()), (1, Some("gateway-error-upstream-fine")));
    let told =
        diagnosis.findings[0].evidence.iter().any(|it| it.text.ends_with("does not answer: timed out"));
    assert!(told, "{:#?}", diagnosis.findings);
}

#[test]
fn the_certificate_that_was_overlooked_is_not_met_again() {
    let mut unverified = direct(OK);
    unverified.experiment = Experiment::WithoutVerification;
    let rejected = broken(direct(b""), End::CertificateRejected, Phase::Handshake, "");
    let run = seen(vec![gateway(BAD_GATEWAY), rejected, unverified]);
    assert!(further(&run).iter().all(|it| it.experiment != Experiment::AsGateway));
}
