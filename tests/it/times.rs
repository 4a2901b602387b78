//! Whether the time in which the gateway failed goes with the time in which a fault shows directly.

use std::cell::RefCell;

use why502::diagnosis::{Outcome, Strength, Verdict};
use why502::http1::CutAt;
use why502::observation::{End, Exchange, Phase};

use crate::asked::{BAD_GATEWAY, GATEWAY_TIMEOUT, OK, lasting, malformed, reset, run};
use crate::report::fixtures::{broken, direct, gateway, phases, with_defects};

fn verdict(through: impl Fn() -> Exchange, upstream: impl Fn() -> Exchange) -> Verdict {
    run(through, |_| upstream()).1.verdict
}

fn closed() -> Exchange {
    broken(direct(b""), End::Closed, Phase::Wait, "")
}

#[test]
fn who_failed_at_once_did_not_meet_what_shows_after_seconds() {
    for fault in [reset, closed] {
        let late = verdict(|| lasting(0.002, gateway(BAD_GATEWAY)), || lasting(3.0, fault()));
        assert_eq!((late.outcome, late.cause), (Outcome::Unexplained, None));
        let as_late = verdict(|| lasting(3.0, gateway(BAD_GATEWAY)), || lasting(3.0, fault()));
        assert_eq!(as_late.strength, Some(Strength::Shown));
        // It may have asked several times, or have been busy.
        let later = verdict(|| lasting(4.0, gateway(BAD_GATEWAY)), || lasting(1.0, fault()));
        assert_eq!(later.strength, Some(Strength::Shown));
    }
}

#[test]
fn who_took_seconds_for_what_shows_at_once_may_have_met_it_and_other_things_too() {
    let soon = verdict(|| lasting(0.5, gateway(BAD_GATEWAY)), || lasting(0.001, closed()));
    assert_eq!(soon.strength, Some(Strength::Shown));
    let late = verdict(|| lasting(2.0, gateway(BAD_GATEWAY)), || lasting(0.001, closed()));
    assert_eq!(late.strength, Some(Strength::Likely));
    // A timeout does not take a millisecond.
    let at_once = verdict(|| lasting(0.001, gateway(GATEWAY_TIMEOUT)), || lasting(0.001, closed()));
    assert_eq!((at_once.outcome, at_once.cause), (Outcome::Unexplained, None));
}

#[test]
fn a_fault_that_the_upstream_shows_a_little_later_than_the_gateway_failed_may_be_the_same() {
    let near = verdict(|| lasting(1.0, gateway(BAD_GATEWAY)), || lasting(1.3, reset()));
    assert_eq!(near.strength, Some(Strength::Shown));
}

#[test]
fn who_waited_to_its_limit_did_not_meet_an_end_that_comes_at_once() {
    let waited = verdict(|| lasting(10.0, gateway(GATEWAY_TIMEOUT)), closed);
    assert_eq!((waited.outcome, waited.cause), (Outcome::Unexplained, None));
}

#[test]
fn an_upstream_that_minds_a_guise_only_after_the_gateway_had_failed_minds_something_else() {
    let minding = |slow: f64| {
        let upstream =
            move |through_fields: bool| if through_fields { lasting(slow, reset()) } else { direct(OK) };
        let minds = |guise: &why502::plan::Guise| guise.changes.iter().any(|change| change.is_of("via"));
        run(|| lasting(0.002, gateway(BAD_GATEWAY)), |guise| upstream(minds(guise))).1.verdict
    };
    assert_eq!(minding(0.001).cause.as_deref(), Some("upstream-refuses-gateway-fields"));
    assert_ne!(minding(3.0).cause.as_deref(), Some("upstream-refuses-gateway-fields"));
}

#[test]
fn a_malformed_head_behind_a_gateway_that_answered_before_it_came_is_not_what_it_met() {
    let slow = || {
        let mut exchange = malformed(OK);
        exchange.phases = phases(&[
            (Phase::Connect, 0.000_2),
            (Phase::Send, 0.000_04),
            (Phase::Wait, 3.0),
            (Phase::Head, 0.1),
        ]);
        exchange
    };
    let as_late = verdict(|| lasting(3.0, gateway(BAD_GATEWAY)), slow);
    // Not every gateway minds it.
    assert_eq!(as_late.strength, Some(Strength::Likely), "{as_late:#?}");
    let at_once = verdict(|| lasting(0.002, gateway(BAD_GATEWAY)), slow);
    assert_eq!((at_once.outcome, at_once.cause), (Outcome::Unexplained, None));
}

/// A body that ends in the middle, after so many seconds; all of it came at once.
fn cut_after(seconds: f64, whole: &Exchange) -> Exchange {
    let cut = with_defects(whole.clone(), Some(CutAt::Body), Vec::new());
    let mut exchange = broken(cut, End::Closed, Phase::Body, "");
    exchange.phases = phases(&[
        (Phase::Connect, 0.000_2),
        (Phase::Send, 0.000_04),
        (Phase::Wait, 0.001),
        (Phase::Body, seconds),
    ]);
    exchange
}

#[test]
fn a_gateway_that_breaks_off_at_the_same_time_twice_has_a_limit_and_else_an_upstream_that_dies_now_and_then()
{
    const CUT: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nok";
    let verdict = |times: [f64; 2]| {
        let times = RefCell::new(times.to_vec());
        let through = || {
            cut_after(
                if times.borrow().len() > 1 { times.borrow_mut().remove(0) } else { times.borrow()[0] },
                &gateway(CUT),
            )
        };
        verdict(through, || cut_after(7.0, &direct(CUT)))
    };
    let limit = verdict([3.0, 3.02]);
    assert_eq!(
        (limit.cause.as_deref(), limit.strength),
        (Some("upstream-stalled-in-body"), Some(Strength::Likely))
    );
    // One that drips is not silent.
    let dripping =
        || Exchange { longest_gap: Some(0.3), final_gap: Some(0.2), ..cut_after(7.0, &direct(CUT)) };
    let (_, diagnosis) = run(|| cut_after(3.0, &gateway(CUT)), |_| dripping());
    assert_ne!(diagnosis.verdict.cause.as_deref(), Some("upstream-stalled-in-body"), "{diagnosis:#?}");
    let dies = verdict([3.0, 1.3]);
    assert_ne!(dies.cause.as_deref(), Some("upstream-stalled-in-body"), "{dies:#?}");
}

#[test]
fn a_gateway_whose_response_has_no_end_is_not_healthy_where_the_upstreams_is_whole() {
    const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\n\r\n";
    let stream = |silence: f64, of: Exchange| Exchange {
        final_gap: Some(silence),
        ..broken(with_defects(of, Some(CutAt::UntilClose), Vec::new()), End::TimedOut, Phase::Body, "")
    };
    let silent = verdict(|| stream(3.0, gateway(HEAD)), || direct(OK));
    assert_eq!((silent.outcome, silent.cause), (Outcome::Unexplained, None), "{}", silent.sentence);
    // Events that come, and those that come to nobody.
    assert_eq!(verdict(|| stream(0.2, gateway(HEAD)), || direct(OK)).outcome, Outcome::Healthy);
    let both = verdict(|| stream(3.0, gateway(HEAD)), || stream(3.0, direct(HEAD)));
    assert_eq!(both.outcome, Outcome::Healthy, "{}", both.sentence);
}

#[test]
fn a_gateway_that_breaks_off_another_body_than_the_upstreams_is_not_blamed() {
    const WHOLE: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nokok";
    let cut = |body: &[u8]| {
        cut_after(0.01, &gateway(&[b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", body].concat()))
    };
    let same = verdict(|| cut(b"ok"), || direct(WHOLE));
    assert_eq!(
        (same.cause.as_deref(), same.strength),
        (Some("gateway-cuts-response"), Some(Strength::Likely))
    );
    let another = verdict(|| cut(b"no"), || direct(WHOLE));
    assert_eq!((another.outcome, another.cause), (Outcome::Unexplained, None));
}

#[test]
fn an_error_of_the_upstreams_own_is_told_by_its_words_and_not_where_it_came_too_late() {
    let page = |text: &str| {
        format!(
            "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{text}",
            text.len()
        )
    };
    let of = |through: &str, directly: &str, took: f64| {
        let (through, directly) = (page(through), page(directly));
        verdict(|| gateway(through.as_bytes()), || lasting(took, direct(directly.as_bytes()))).strength
    };
    let gone = r#"{"error":"database is gone","request":"7f3a"}"#;
    assert_eq!(of(gone, gone, 0.001), Some(Strength::Shown));
    assert_eq!(of(gone, gone, 2.0), Some(Strength::Likely));
    assert_eq!(of(&gone.replace("7f3a", "81bc9"), gone, 0.001), Some(Strength::Likely));
    assert_eq!(of(r#"{"error":"no route to region","in":"eu-north"}"#, gone, 0.001), None);
}
