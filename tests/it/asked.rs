//! What is asked of an upstream that answers the client well and the gateway not, and what is made of the answers. The
//! upstreams here are functions from a request's guise to what comes of it.

use why502::diagnosis::{Diagnosis, FixFor, Strength, Who, diagnose, further};
use why502::http1::{Defect, DefectCode};
use why502::observation::{End, Exchange, Observations, Phase};
use why502::plan::{Change, Experiment, Guise, HttpVersion, Route};
use why502::proxy_status::ErrorType;

use crate::asked_same::page_of_nginx;
use crate::report::fixtures::{broken, direct, gateway, phases, seen, with_defects};

pub(crate) const BAD_GATEWAY: &[u8] = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\n\r\nno";
pub(crate) const GATEWAY_TIMEOUT: &[u8] = b"HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 2\r\n\r\nno";
const DENIED: &[u8] = b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nno";
pub(crate) const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// The same exchange, with a first byte that came, or was waited for, so many seconds.
pub(crate) fn lasting(seconds: f64, mut exchange: Exchange) -> Exchange {
    let mut lengths = vec![(Phase::Connect, 0.000_21), (Phase::Send, 0.000_04), (Phase::Wait, seconds)];
    if exchange.end == End::Complete {
        lengths.extend([(Phase::Head, 0.000_09), (Phase::Body, 0.000_58)]);
    }
    exchange.phases = phases(&lengths);
    exchange
}

pub(crate) fn reset() -> Exchange {
    broken(direct(b""), End::Reset, Phase::Wait, "Connection reset by peer")
}

/// Makes every further experiment, until there is none left. Both routes are asked through functions.
pub(crate) fn run(
    through: impl Fn() -> Exchange,
    upstream: impl Fn(&Guise) -> Exchange,
) -> (Observations, Diagnosis) {
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
        assert!(run.exchanges.len() < 40, "there is no end to it: {:#?}", further(&run));
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
    // Two guises, both routes again, five fields alone, all but one of them, eight to be certain, and
    // another path over both routes, as nothing tells who wrote this error.
    assert_eq!(run.exchanges.len(), 2 + 2 + 2 + 5 + 1 + 8 + 2);
}

#[test]
fn an_upstream_that_lets_only_the_clients_own_address_in_minds_nothing() {
    let is_foreign = |change: &Change| matches!(change, Change::Field { name, value } if name == "X-Forwarded-For" && value != "10.1.2.3");
    let upstream = |guise: &Guise| if guise.changes.iter().any(is_foreign) { reset() } else { direct(OK) };
    let from = |local: &'static str| {
        let through = move || Exchange { local: Some(local.to_owned()), ..gateway(BAD_GATEWAY) };
        run(through, upstream).1.verdict.cause.unwrap_or_default()
    };
    assert_eq!(from("10.1.2.3"), "gateway-error-upstream-fine");
    assert_eq!(from("10.9.9.9"), "upstream-refuses-gateway-fields");
}

#[test]
fn a_field_that_many_configurations_add_is_named_though_the_gateway_adds_none_by_default() {
    let nginx = b"HTTP/1.1 502 Bad Gateway\r\nServer: nginx/1.22.1\r\nContent-Length: 2\r\n\r\nno";
    let minding = |guise: &Guise| if minds(guise, "x-real-ip") { reset() } else { direct(OK) };
    let diagnosis = run(|| gateway(nginx), minding).1;
    let sentence = &diagnosis.verdict.sentence;
    assert!(sentence.contains("once `X-Real-IP` is in it"), "{sentence}");
    // And it is this one that is taken out again.
    let configs: Vec<_> =
        diagnosis.findings[0].remedies.iter().filter_map(|it| it.config.as_deref()).collect();
    assert!(configs.iter().any(|config| config.contains("proxy_set_header X-Real-IP \"\";")), "{configs:?}");
}

/// All changes of a guise are tried alone, or it could not be said that none of them decides.
#[test]
fn the_last_of_many_changes_is_found_as_well() {
    let minding = |guise: &Guise| if minds(guise, "upgrade") { reset() } else { direct(OK) };
    let nginx = b"HTTP/1.1 502 Bad Gateway\r\nServer: nginx/1.22.1\r\nContent-Length: 2\r\n\r\nno";
    let asking = |guise: &Guise| {
        let mut exchange = minding(guise);
        exchange.sent.head = b"GET / HTTP/1.1\r\nHost: shop.example.com\r\nTE: trailers\r\nKeep-Alive: 5\r\nExpect: 100-continue\r\nUpgrade: h2c\r\n\r\n"[..].into();
        exchange
    };
    let diagnosis = run(|| gateway(nginx), asking).1;
    let sentence = &diagnosis.verdict.sentence;
    assert!(sentence.contains("once `Upgrade` is left out"), "{sentence}");
    // Not the upstream is to change then.
    let remedies = &diagnosis.findings[0].remedies;
    assert!(remedies.iter().all(|remedy| remedy.fix_for != FixFor::Upstream), "{remedies:#?}");
    let config = remedies.iter().find_map(|remedy| remedy.config.as_deref()).unwrap_or_default();
    assert!(config.contains("proxy_set_header Upgrade $http_upgrade;"), "{config}");
}

#[test]
fn of_two_things_that_the_upstream_minds_neither_is_likely() {
    let older = Change::Version { version: HttpVersion::Http10 };
    let page = page_of_nginx("502 Bad Gateway");
    let either = |guise: &Guise| guise.changes.contains(&older) || minds(guise, "x-real-ip");
    let (_, diagnosis) = run(|| gateway(&page), |guise| if either(guise) { reset() } else { direct(OK) });
    assert_eq!(diagnosis.verdict.cause, None, "{:#?}", diagnosis.verdict);
    assert_eq!(diagnosis.findings[0].cause, "upstream-refuses-http10");
    let rival = &diagnosis.findings[0].evidence.last().unwrap().text;
    assert!(rival.starts_with("against it: asked with the fields that gateways often add"), "{rival}");
}

#[test]
fn one_field_with_two_values_is_one_thing_that_the_upstream_minds() {
    let h2o = b"HTTP/1.1 502 Bad Gateway\r\nServer: h2o/2.2.5\r\nContent-Length: 2\r\n\r\nno";
    let minding = |guise: &Guise| if minds(guise, "via") { reset() } else { direct(OK) };
    let (run, diagnosis) = run(|| gateway(h2o), minding);
    assert_eq!(diagnosis.verdict.strength, Some(Strength::Likely), "{:#?}", diagnosis.verdict);
    let vias = run.exchanges.iter().flat_map(|it| &it.guise).flat_map(|guise| &guise.changes);
    let mut vias: Vec<String> = vias.filter(|change| change.is_of("via")).map(Change::words).collect();
    vias.sort();
    vias.dedup();
    assert_eq!(vias.len(), 2, "the test is to try both: {vias:?}");
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
fn of_a_page_that_every_nginx_has_it_is_told_what_was_seen_and_no_more() {
    let older = Change::Version { version: HttpVersion::Http10 };
    let sentence = |status: &str| {
        let page = page_of_nginx(status);
        let upstream =
            |guise: &Guise| if guise.changes.contains(&older) { direct(&page) } else { direct(OK) };
        run(|| gateway(&page), upstream).1.verdict.sentence
    };
    assert_eq!(
        sentence("400 Bad Request"),
        "The gateway answers 400 while the upstream, asked directly, answers 200; asked in HTTP/1.0, as nginx asks \
         before 1.29.7, it answers 400 too, with the page that came through, which every nginx has: whether that is \
         what the gateway got is not established."
    );
    let bad_gateway = sentence("502 Bad Gateway");
    assert!(bad_gateway.contains("no cause is established. This fits best:"), "{bad_gateway}");
    let end =
        "It does so with the page that came through, which every nginx has: the error need not be that one.";
    assert!(bad_gateway.ends_with(end), "{bad_gateway}");
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

/// Gives no response for six seconds once this field is there.
fn waiting_once(field: &str) -> impl Fn(&Guise) -> Exchange {
    move |guise| {
        if minds(guise, field) {
            lasting(6.0, broken(direct(b""), End::TimedOut, Phase::Wait, ""))
        } else {
            direct(OK)
        }
    }
}

#[test]
fn the_field_is_named_for_which_the_upstream_lets_the_gateway_wait() {
    let through = || lasting(2.0, gateway(GATEWAY_TIMEOUT));
    let (run, diagnosis) = run(through, waiting_once("x-forwarded-for"));
    assert_eq!(
        diagnosis.verdict.sentence,
        "The upstream answers 200 to the request as you sent it, and gives no response within 6.00 s once \
         `X-Forwarded-For` is in it; the gateway fares as if it asked so."
    );
    assert_eq!(diagnosis.verdict.error_type, Some(ErrorType::ConnectionReadTimeout));
    // In the guise, alone, and twice more to be certain.
    let waits = run.exchanges.iter().filter(|exchange| exchange.end == End::TimedOut).count();
    assert_eq!(waits, 4);
}

#[test]
fn a_wait_is_not_tried_again_with_the_patience_of_the_first_time() {
    let waiting = waiting_once("x-forwarded-for");
    let mut run = seen(vec![lasting(2.0, gateway(GATEWAY_TIMEOUT)), direct(OK)]);
    let mut longest = Vec::new();
    while let asked @ [_, ..] = further(&run).as_slice() {
        for further in asked.iter().filter(|further| further.route == Route::Direct) {
            let mut exchange = waiting(further.guise.as_ref().unwrap_or(&Guise::default()));
            exchange.experiment = further.experiment;
            exchange.guise.clone_from(&further.guise);
            if exchange.end == End::TimedOut {
                longest.push(further.pace.patience.as_millis());
            }
            run.exchanges.push(exchange);
        }
        for further in asked.iter().filter(|further| further.route == Route::Gateway) {
            let mut exchange = lasting(2.0, gateway(GATEWAY_TIMEOUT));
            exchange.experiment = further.experiment;
            run.exchanges.push(exchange);
        }
    }
    // A little longer than the gateway waited.
    assert_eq!(longest, [6000, 2400, 2400, 2400]);
}

#[test]
fn a_gateway_that_fails_at_once_has_not_waited_for_such_an_upstream() {
    let (_, diagnosis) = run(|| gateway(BAD_GATEWAY), waiting_once("x-forwarded-for"));
    assert_eq!(diagnosis.verdict.cause.as_deref(), Some("gateway-error-upstream-fine"));
    let told =
        diagnosis.findings[0].evidence.iter().any(|it| it.text.ends_with("does not answer: timed out"));
    assert!(told, "{:#?}", diagnosis.findings);
}

#[test]
fn the_field_is_named_that_makes_the_upstream_slower_than_the_gateway_is_patient() {
    let slow = |guise: &Guise| {
        if minds(guise, "x-forwarded-for") { lasting(3.0, direct(OK)) } else { direct(OK) }
    };
    let (_, diagnosis) = run(|| lasting(2.0, gateway(GATEWAY_TIMEOUT)), slow);
    let sentence = &diagnosis.verdict.sentence;
    assert!(sentence.contains("answers only after 3.00 s once `X-Forwarded-For` is in it"), "{sentence}");
    // A gateway that is more patient than that fails for another reason.
    let (_, diagnosis) = run(|| lasting(4.0, gateway(GATEWAY_TIMEOUT)), slow);
    assert_ne!(diagnosis.verdict.cause.as_deref(), Some("upstream-refuses-gateway-fields"));
}

/// An answer whose first field has white space before its colon.
pub(crate) fn malformed(response: &[u8]) -> Exchange {
    let defect =
        Defect::new(DefectCode::SpaceBeforeColon, 26, 1, "Space between a field name and its colon.");
    with_defects(direct(response), None, vec![defect])
}

#[test]
fn an_error_of_the_upstreams_own_is_not_laid_to_a_defect_that_came_with_it() {
    let (_, diagnosis) = run(|| gateway(BAD_GATEWAY), |_| malformed(BAD_GATEWAY));
    assert_eq!(diagnosis.verdict.cause.as_deref(), Some("upstream-error-status"));
    assert_eq!(diagnosis.verdict.strength, Some(Strength::Shown));
    // Worth mending all the same.
    assert_eq!(diagnosis.warnings[0].cause, "invalid-response-head");
    // Where the gateway's is another page, it may be the defect that it minds; and yet there is more to it.
    let other = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 3\r\n\r\nbad";
    let (_, diagnosis) = run(|| gateway(other), |_| malformed(BAD_GATEWAY));
    let sentence = &diagnosis.verdict.sentence;
    assert!(
        sentence.ends_with("That response is itself a 502: put right, it would be the answer."),
        "{sentence}"
    );
}

#[test]
fn an_error_that_only_the_gateways_request_meets_is_not_laid_to_a_defect_of_other_answers() {
    let refusing =
        |guise: &Guise| if minds(guise, "x-forwarded-for") { direct(BAD_GATEWAY) } else { malformed(OK) };
    let (_, diagnosis) = run(|| gateway(BAD_GATEWAY), refusing);
    assert_eq!(diagnosis.verdict.cause.as_deref(), Some("upstream-refuses-gateway-fields"));
    assert_eq!(diagnosis.written_by.map(|it| it.who), Some(Who::Upstream));
    // If it sends another error then, that one is not what the client got.
    let (_, diagnosis) =
        run(|| gateway(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 3\r\n\r\nbad"), refusing);
    assert_ne!(diagnosis.verdict.cause.as_deref(), Some("upstream-refuses-gateway-fields"));
}

#[test]
fn the_certificate_that_was_overlooked_is_not_met_again() {
    let mut unverified = direct(OK);
    unverified.experiment = Experiment::WithoutVerification;
    let rejected = broken(direct(b""), End::CertificateRejected, Phase::Handshake, "");
    let run = seen(vec![gateway(BAD_GATEWAY), rejected, unverified]);
    assert!(further(&run).iter().all(|it| it.experiment != Experiment::AsGateway));
}
