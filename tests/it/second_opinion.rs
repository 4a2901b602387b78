//! What an ordinary client says of the same upstream: when it is asked for, and what comes of its answer.

use why502::diagnosis::{Finding, diagnose, further};
use why502::http1::{CutAt, Defect, DefectCode};
use why502::observation::{End, Exchange, Observations, Phase};
use why502::plan::{Experiment, Further, Route};

use crate::report::fixtures::{broken, direct, gateway, seen, with_defects};

const BAD_GATEWAY: &[u8] = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\n\r\nno";
const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const NUL: &[u8] = b"HTTP/1.1 200 OK\r\nX-A: \0\r\nContent-Length: 2\r\n\r\nok";

/// An upstream that puts a NUL into a value.
fn upstream() -> Exchange {
    let defect = Defect::new(DefectCode::ValueNul, 22, 1, "The value contains a NUL byte.");
    with_defects(direct(NUL), None, vec![defect])
}

/// The same upstream as the client met it.
fn second(end: End, detail: Option<&str>) -> Exchange {
    let mut exchange = broken(direct(OK), end, Phase::Head, detail.unwrap_or_default());
    exchange.experiment = Experiment::SecondOpinion;
    exchange
}

fn is_asked(seen: &Observations) -> bool {
    let is_it = |ask: &Further| ask.route == Route::Direct && ask.experiment == Experiment::SecondOpinion;
    further(seen).iter().any(is_it)
}

#[test]
fn it_is_asked_once_where_the_gateway_failed_and_the_response_has_defects() {
    let mut run = seen(vec![gateway(BAD_GATEWAY), upstream()]);
    assert!(is_asked(&run));
    run.exchanges.push(second(End::Complete, None));
    assert!(!is_asked(&run));
}

#[test]
fn it_is_not_asked_where_it_would_tell_nothing_or_may_not() {
    assert!(!is_asked(&seen(vec![gateway(OK), upstream()])), "the gateway did not fail");
    assert!(!is_asked(&seen(vec![gateway(BAD_GATEWAY), direct(OK)])), "there is no defect");
    let cut = Defect::new(DefectCode::BodyShort, 40, 0, "The stream ends here.");
    let cut = with_defects(broken(direct(OK), End::Reset, Phase::Body, ""), Some(CutAt::Body), vec![cut]);
    assert!(!is_asked(&seen(vec![gateway(BAD_GATEWAY), cut])), "a cut is a cut to everybody");
    let waited = broken(upstream(), End::TimedOut, Phase::Body, "");
    assert!(!is_asked(&seen(vec![gateway(BAD_GATEWAY), waited])), "it would wait as long");
    let mut once = seen(vec![gateway(BAD_GATEWAY), upstream()]);
    once.request.repeatable = false;
    assert!(!is_asked(&once), "the request may be sent once only");
}

/// The finding with the client's answer, and the last line of its evidence. All else is as it was without it.
fn told(second: Exchange) -> (Finding, String) {
    let alone = diagnose(&seen(vec![gateway(BAD_GATEWAY), upstream()]));
    let with = diagnose(&seen(vec![gateway(BAD_GATEWAY), upstream(), second]));
    assert_eq!(alone.verdict, with.verdict);
    let found = with.findings[0].clone();
    let last = found.evidence.last().unwrap().clone();
    let mut without = found.clone();
    without.evidence.retain(|evidence| evidence.exchange != 2);
    assert_eq!(alone.findings, [without]);
    (found, last.text)
}

#[test]
fn its_answer_is_one_more_line_of_evidence_and_changes_nothing_else() {
    let (found, text) = told(second(End::Malformed, Some("invalid HTTP header parsed")));
    assert_eq!((found.cause.as_str(), found.evidence.len()), ("invalid-response-head", 2));
    assert_eq!(text, "an ordinary client (hyper, by reqwest) refuses it too: invalid HTTP header parsed");
    let (_, text) = told(second(End::Complete, None));
    let expected = "an ordinary client (hyper, by reqwest) takes it without complaint: what it forgives, \
                    gateways may not";
    assert_eq!(text, expected);
    let (_, text) = told(second(End::Closed, Some("connection closed before message completed")));
    let expected = "an ordinary client (hyper, by reqwest) gets no whole response of it either: connection \
                    closed before message completed";
    assert_eq!(text, expected);
}

#[test]
fn a_client_that_came_to_no_response_says_nothing() {
    let (found, _) = told(broken(second(End::Refused, None), End::Refused, Phase::Connect, ""));
    assert_eq!(found.evidence.len(), 1);
}
