//! What the two first requests do to each other: they are made at the same time, and some upstreams do not bear that.

use std::cell::Cell;

use why502::diagnosis::{Outcome, Strength, diagnose, further};
use why502::http1::{Defect, DefectCode};
use why502::observation::{End, Exchange, Observations, Phase};
use why502::plan::{Experiment, Route};

use crate::asked::{BAD_GATEWAY, GATEWAY_TIMEOUT, OK, lasting, malformed, reset, run};
use crate::asked_same::page_of_nginx;
use crate::report::fixtures::{UPSTREAM, broken, direct, exchange, gateway, seen, with_defects};

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
    let (run, diagnosis) = self::run(|| gateway(BAD_GATEWAY), |_| reset());
    assert_eq!((diagnosis.verdict.strength, repetitions(&run)), (Some(Strength::Shown), 1));
}

#[test]
fn what_the_direct_request_met_once_and_not_again_is_no_cause() {
    let upstream = first_then(reset, || direct(OK));
    let (_, diagnosis) = run(|| gateway(BAD_GATEWAY), |_| upstream());
    assert_eq!(diagnosis.verdict.outcome, Outcome::Unexplained);
    let told = |text: &str| diagnosis.findings[0].evidence.iter().any(|piece| piece.text.contains(text));
    assert!(told("asked once more, the upstream answers 200, and the gateway fails again"), "{diagnosis:#?}");
}

#[test]
fn what_comes_and_goes_over_both_routes_is_the_upstreams() {
    let upstream = first_then(|| malformed(OK), || direct(OK));
    let through = first_then(|| gateway(BAD_GATEWAY), || gateway(OK));
    let (_, diagnosis) = run(through, |_| upstream());
    assert_eq!(diagnosis.verdict.cause.as_deref(), Some("invalid-response-head"));
    assert_eq!(diagnosis.verdict.strength, Some(Strength::Likely));
    let sentence = &diagnosis.verdict.sentence;
    assert!(
        sentence.ends_with("It comes and goes: asked once more, both routes fare otherwise."),
        "{sentence}"
    );
}

#[test]
fn a_gateway_is_not_blamed_for_bodies_that_the_upstream_cuts_now_and_then() {
    let cut =
        || broken(gateway(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nok"), End::Closed, Phase::Body, "");
    let whole = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nokok";
    for period in 2..6 {
        for first in 0..period {
            let asked = Cell::new(first);
            let fails = || asked.replace(asked.get() + 1) % period == 0;
            let through = || if fails() { cut() } else { gateway(whole) };
            let upstream = || {
                let mut direct = if fails() { cut() } else { direct(whole) };
                direct.route = Route::Direct;
                direct.upstream = Some(UPSTREAM.to_owned());
                direct
            };
            let (_, diagnosis) = run(through, |_| upstream());
            assert_ne!(
                diagnosis.verdict.cause.as_deref(),
                Some("gateway-cuts-response"),
                "{period}, {first}"
            );
        }
    }
    let (_, diagnosis) = run(cut, |_| direct(whole));
    assert_eq!(diagnosis.verdict.cause.as_deref(), Some("gateway-cuts-response"));
}

#[test]
fn a_body_that_loses_its_end_is_worth_a_warning_where_it_says_that_it_is_the_same() {
    let tagged = |body: &str, tag: &str| {
        format!("HTTP/1.1 200 OK\r\nETag: {tag}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
    };
    let of = |body: &str| format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    for given in ["", "the begin"] {
        let of_tag = |tag: &str| {
            let through = || gateway(tagged(given, tag).as_bytes());
            run(through, |_| direct(tagged("the beginning", "\"1\"").as_bytes())).1.verdict
        };
        let verdict = of_tag("\"1\"");
        assert_eq!(verdict.cause.as_deref(), Some("gateway-cuts-response"), "{given}");
        assert_eq!(verdict.outcome, Outcome::Warning);
        for another in ["\"0\"", "W/\"1\""] {
            let verdict = of_tag(another);
            assert_eq!(verdict.outcome, Outcome::Healthy, "{}", verdict.sentence);
            assert!(verdict.sentence.contains("13 bytes)"), "{}", verdict.sentence);
        }
    }
    let made = Cell::new(0);
    let anew = || made.replace(made.get() + 1).to_string().repeat(made.get());
    let (_, diagnosis) = run(|| gateway(of("").as_bytes()), |_| direct(of(&anew()).as_bytes()));
    assert_eq!(diagnosis.verdict.outcome, Outcome::Healthy, "{:?}", diagnosis.verdict);
    let (_, diagnosis) =
        run(|| gateway(of("another").as_bytes()), |_| direct(of("the beginning").as_bytes()));
    assert_eq!(diagnosis.verdict.outcome, Outcome::Healthy, "{:?}", diagnosis.verdict);
}

#[test]
fn of_bodies_that_are_not_kept_whole_nothing_is_said() {
    let of = |tail: &str| {
        let body = "a".repeat(10_000) + tail;
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())
    };
    let (_, diagnosis) = run(|| gateway(of("b").as_bytes()), |_| direct(of("a longer end").as_bytes()));
    assert_eq!(diagnosis.verdict.outcome, Outcome::Healthy, "{:?}", diagnosis.verdict);
}

#[test]
fn of_two_upstreams_the_broken_one_is_the_cause_only_where_the_gateway_answers_now_and_then() {
    let other = "http://10.0.3.8:8080/cart";
    let verdict = |through: &dyn Fn() -> Exchange| {
        let mut run = seen(vec![through(), reset(), exchange(Route::Direct, other, OK)]);
        while let asked @ [_, ..] = further(&run).as_slice() {
            for further in asked {
                let mut exchange = match (further.route, further.upstream) {
                    (Route::Gateway, _) => through(),
                    (Route::Direct, Some(0)) => reset(),
                    (Route::Direct, _) => exchange(Route::Direct, other, OK),
                };
                exchange.experiment = further.experiment;
                exchange.guise.clone_from(&further.guise);
                run.exchanges.push(exchange);
            }
        }
        diagnose(&run).verdict
    };
    let never = verdict(&|| gateway(BAD_GATEWAY));
    assert_eq!((never.outcome, never.cause.as_deref()), (Outcome::Unexplained, None), "{never:#?}");
    let count = Cell::new(0);
    let in_turn = || if count.replace(count.get() + 1) % 2 == 0 { gateway(BAD_GATEWAY) } else { gateway(OK) };
    let in_turn = verdict(&in_turn);
    assert_eq!(in_turn.cause.as_deref(), Some("upstream-reset-before-response"), "{in_turn:#?}");
}

#[test]
fn at_a_port_of_fastcgi_a_silent_end_tells_less() {
    let at = |port: u16| move || Exchange { peer: Some(format!("10.0.3.7:{port}")), ..reset() };
    let with = |port: u16, through: &'static [u8]| run(|| gateway(through), |_| at(port)()).1;
    assert_eq!(with(8080, BAD_GATEWAY).verdict.strength, Some(Strength::Shown));
    let doubted = with(9000, BAD_GATEWAY);
    assert_eq!(doubted.verdict.strength, Some(Strength::Likely));
    assert!(doubted.findings[0].evidence.iter().any(|piece| piece.text.contains("FastCGI")));
    assert_eq!(with(9000, OK).verdict.outcome, Outcome::Healthy);
}

#[test]
fn of_two_defects_the_one_is_named_that_the_gateway_minds() {
    let both = || {
        let defects = vec![
            Defect::new(DefectCode::BareLf, 26, 1, "One line of the head ends with LF alone."),
            Defect::new(DefectCode::SpaceBeforeColon, 27, 1, "Space between a field name and its colon."),
        ];
        with_defects(direct(OK), None, defects)
    };
    let page = page_of_nginx("502 Bad Gateway");
    let (_, diagnosis) = run(|| gateway(&page), |_| both());
    let sentence = &diagnosis.verdict.sentence;
    assert!(sentence.contains("and its colon"), "{sentence}");
}
