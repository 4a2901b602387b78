//! Upstreams that close on whoever asks for a name that they do not serve, or comes past the gateway; and such as refuse the
//! client's own request and fail on the gateway's. What the plain request meets there is not what the gateway met.

use why502::diagnosis::{Blame, Diagnosis, Outcome, Strength};
use why502::observation::{End, Exchange, Observations, Phase};
use why502::plan::{Experiment, Guise, HttpVersion};

use crate::asked::{GATEWAY_TIMEOUT, OK, lasting, malformed, reset, run};
use crate::asked_same::page_of_nginx;
use crate::report::fixtures::{broken, direct, gateway};

const NOT_FOUND: &[u8] = b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno";
const UNAVAILABLE: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\nno";
const OF_NGINX: &[u8] = b"HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Length: 2\r\n\r\nok";

fn closed() -> Exchange {
    broken(direct(b""), End::Closed, Phase::Wait, "closed")
}

fn has_own_host(guise: &Guise) -> bool {
    guise.changes.iter().any(|change| change.is_of("host"))
}

/// What comes of a run through nginx for a client of shop.example.com.
fn told(through: &[u8], upstream: impl Fn(&Guise) -> Exchange) -> (Observations, Diagnosis) {
    let named = |guise: &Guise| {
        let mut exchange = upstream(guise);
        exchange.sent.head = b"GET /cart HTTP/1.1\r\nHost: shop.example.com\r\n\r\n"[..].into();
        exchange
    };
    run(|| gateway(through), named)
}

fn in_guises(seen: &Observations) -> usize {
    seen.exchanges.iter().filter(|exchange| exchange.experiment == Experiment::AsGateway).count()
}

#[test]
fn an_upstream_that_closes_on_the_gateways_request_too_is_shown_and_that_costs_one_request() {
    let (seen, diagnosis) = told(&page_of_nginx("502 Bad Gateway"), |_| closed());
    let finding = &diagnosis.findings[0];
    assert_eq!(
        (finding.cause.as_str(), finding.strength),
        ("upstream-closed-before-response", Strength::Shown)
    );
    assert_eq!(finding.evidence.last().unwrap().text, "asked as nginx asks before 1.29.7, it does the same");
    assert_eq!(in_guises(&seen), 1);
}

#[test]
fn what_only_a_foreign_host_meets_is_not_shown_where_the_gateways_own_meets_something_else() {
    let upstream = |guise: &Guise| if has_own_host(guise) { malformed(OK) } else { closed() };
    let (seen, diagnosis) = told(&page_of_nginx("502 Bad Gateway"), upstream);
    assert_eq!(diagnosis.verdict.cause, None, "{:#?}", diagnosis.verdict);
    let found: Vec<_> = diagnosis.findings.iter().map(|it| (it.cause.as_str(), it.strength)).collect();
    let candidates = ["invalid-response-head", "upstream-closed-before-response"];
    assert_eq!(found, candidates.map(|cause| (cause, Strength::Consistent)));
    let sentence = &diagnosis.findings[0].sentence;
    assert!(sentence.contains("to the request as you sent it, it ends the connection without"), "{sentence}");
    assert!(sentence.ends_with("depends on the Host that it sends."), "{sentence}");
    // Its first guise three times, and once that with the client's Host.
    assert_eq!(in_guises(&seen), 4);
}

/// nginx asks in HTTP/1.0, whatever `Host` it sends.
#[test]
fn what_no_request_of_the_gateways_meets_leaves_what_they_meet() {
    let is_older = |guise: &Guise| {
        guise.changes.contains(&why502::plan::Change::Version { version: HttpVersion::Http10 })
    };
    let upstream = |guise: &Guise| if is_older(guise) { malformed(OK) } else { reset() };
    let (_, diagnosis) = told(&page_of_nginx("502 Bad Gateway"), upstream);
    let verdict = &diagnosis.verdict;
    assert_eq!(verdict.cause.as_deref(), Some("invalid-response-head"), "{verdict:#?}");
    assert_eq!(verdict.strength, Some(Strength::Likely));
    assert_eq!(diagnosis.findings.last().unwrap().strength, Strength::Consistent);
}

#[test]
fn a_close_that_the_gateway_meets_if_it_passes_the_clients_host_on_stays_shown() {
    let upstream = |guise: &Guise| if has_own_host(guise) { direct(OK) } else { closed() };
    let (_, diagnosis) = told(&page_of_nginx("502 Bad Gateway"), upstream);
    let finding = &diagnosis.findings[0];
    assert_eq!(
        (finding.cause.as_str(), finding.strength),
        ("upstream-closed-before-response", Strength::Shown)
    );
    assert!(finding.evidence.last().unwrap().text.ends_with("with your Host, it does the same"));
}

#[test]
fn where_only_this_sides_own_request_fails_all_is_well() {
    for plain in [closed, reset, || direct(UNAVAILABLE)] {
        let upstream = |guise: &Guise| if has_own_host(guise) { direct(OK) } else { plain() };
        let (seen, diagnosis) = told(OF_NGINX, upstream);
        assert_eq!(diagnosis.verdict.outcome, Outcome::Healthy, "{:#?}", diagnosis.verdict);
        assert!(diagnosis.warnings.is_empty());
        let sentence = &diagnosis.verdict.sentence;
        assert!(sentence.contains("and so does the upstream where it is asked with `Host: "), "{sentence}");
        assert!(sentence.contains("`--upstream-host "), "{sentence}");
        // The plain request three times more; the guise three times, and its Host alone.
        let again = seen.exchanges.iter().filter(|exchange| exchange.experiment == Experiment::Repeat);
        assert_eq!((again.count(), in_guises(&seen)), (3, 4));
    }
}

#[test]
fn an_upstream_that_answers_now_and_then_is_not_said_to_mind_the_request() {
    for of in 2..=4 {
        for turn in 0..of {
            let count = std::cell::Cell::new(turn);
            let upstream = |_: &Guise| {
                count.set(count.get() + 1);
                if count.get() % of == 0 { direct(OK) } else { closed() }
            };
            let (seen, diagnosis) = told(OF_NGINX, upstream);
            let sentence = &diagnosis.verdict.sentence;
            assert!(!sentence.contains("and so does the upstream where"), "{turn} of {of}: {sentence}");
            let again = || seen.exchanges.iter().filter(|it| it.experiment == Experiment::Repeat);
            if again().any(|exchange| exchange.status() == Some(200)) {
                assert_ne!(diagnosis.verdict.strength, Some(Strength::Shown), "{turn} of {of}: {sentence}");
            }
        }
    }
}

#[test]
fn a_gateway_that_answers_by_itself_still_has_an_upstream_that_closes() {
    let (seen, diagnosis) = told(OF_NGINX, |_| closed());
    assert_eq!(diagnosis.verdict.outcome, Outcome::Warning);
    assert_eq!(diagnosis.verdict.cause.as_deref(), Some("upstream-closed-before-response"));
    assert!(seen.exchanges.len() < 10, "{}", seen.exchanges.len());
}

/// What comes through the gateway, how the upstream fails, the cause of that, and whose fault it is.
type Failing<'a> = (&'a [u8], fn() -> Exchange, &'a str, Blame);

#[test]
fn an_upstream_that_refuses_the_clients_own_request_is_not_said_to_refuse_the_gateways_host() {
    let page = page_of_nginx("502 Bad Gateway");
    let passed_on = b"HTTP/1.1 500 Oh\r\nServer: nginx/1.22.1\r\nContent-Length: 4\r\n\r\nmine";
    let own_error = || direct(b"HTTP/1.1 500 Oh\r\nContent-Length: 4\r\n\r\nmine");
    let failing: [Failing; 3] = [
        (&page, closed, "upstream-closed-before-response", Blame::None),
        (passed_on, own_error, "upstream-error-status", Blame::None),
        // That is wrong, whatever it was asked for.
        (&page, || malformed(OK), "invalid-response-head", Blame::Upstream),
    ];
    for (through, fails, cause, blame) in failing {
        let upstream = |guise: &Guise| if has_own_host(guise) { fails() } else { direct(NOT_FOUND) };
        let (_, diagnosis) = told(through, upstream);
        let verdict = &diagnosis.verdict;
        assert_eq!(verdict.cause.as_deref(), Some(cause), "{verdict:#?}");
        assert_eq!((verdict.strength, verdict.blame), (Some(Strength::Likely), blame));
        assert!(verdict.sentence.contains("to the request as you sent it, it answers 404"), "{verdict:#?}");
        assert_eq!(verdict.sentence.contains("Whether it fails for the site"), blame == Blame::None);
    }
}

#[test]
fn an_upstream_that_answers_the_client_and_not_its_own_address_still_refuses_the_host() {
    let upstream = |guise: &Guise| if has_own_host(guise) { closed() } else { direct(OK) };
    let (_, diagnosis) = told(&page_of_nginx("502 Bad Gateway"), upstream);
    assert_eq!(diagnosis.verdict.cause.as_deref(), Some("upstream-refuses-host"));
}

#[test]
fn a_late_answer_to_the_gateways_request_is_not_laid_to_a_close_that_only_the_plain_one_meets() {
    let page = lasting(1.0, gateway(GATEWAY_TIMEOUT));
    let upstream = |guise: &Guise| {
        let mut exchange = if guise.changes.is_empty() { closed() } else { lasting(1.6, direct(OK)) };
        exchange.sent.head = b"GET /cart HTTP/1.1\r\nHost: shop.example.com\r\n\r\n"[..].into();
        exchange
    };
    let nginx = || {
        let mut page = page.clone();
        page.reading = gateway(&page_of_nginx("504 Gateway Time-out")).reading;
        page
    };
    let (_, diagnosis) = run(nginx, upstream);
    assert_eq!(
        diagnosis.verdict.cause.as_deref(),
        Some("upstream-slow-first-byte"),
        "{:#?}",
        diagnosis.verdict
    );
    assert_eq!(diagnosis.verdict.strength, Some(Strength::Likely));
}

/// What is odd about an answer that the gateway did not pass on makes its own refusal neither better nor worse.
#[test]
fn an_oddity_of_the_upstreams_changes_nothing_about_a_refusal_of_the_gateways_own() {
    for refusal in
        ["400 Bad Request", "426 Upgrade Required", "404 Not Found", "403 Forbidden", "429 Too Many"]
    {
        let page = page_of_nginx(refusal);
        let outcome = |upstream: fn() -> Exchange| {
            let verdict = told(&page, |_| upstream()).1.verdict;
            (verdict.outcome, verdict.cause, verdict.blame)
        };
        assert_eq!(outcome(|| malformed(OK)), outcome(|| direct(OK)), "{refusal}");
    }
}

#[test]
fn an_oddity_that_the_gateway_lets_pass_is_still_a_warning() {
    let (_, diagnosis) = told(OF_NGINX, |_| malformed(OK));
    assert_eq!(diagnosis.verdict.cause.as_deref(), Some("invalid-response-head"));
    assert_eq!(diagnosis.verdict.outcome, Outcome::Warning);
}
