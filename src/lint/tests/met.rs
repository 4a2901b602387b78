//! What a comparison with the real gateways met, response by response.

use super::{FINE, exchange, of, told};
use crate::diagnosis::Outcome;
use crate::http1::StreamEnd;
use crate::lint::Foretold;

/// A gateway, what passes it, what does not, and what becomes of that.
type Case<'a> = (&'a str, String, String, (Foretold, Option<u16>));

#[test]
fn what_spoils_a_valid_response_is_told_and_its_near_miss_passes() {
    let chunked = |chunks: &str| format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}");
    let plain = |fields: &str| format!("HTTP/1.1 200 OK\r\n{fields}\r\n\r\nok\n");
    let line = |extension: &str| chunked(&format!("3{extension}\r\nok\n\r\n0\r\n\r\n"));
    let trailers = |count: usize| chunked(&format!("3\r\nok\n\r\n0\r\n{}\r\n", "X: a\r\n".repeat(count)));
    let early = |status: u16, count: usize| {
        format!("HTTP/1.1 {status} Early\r\n\r\n").repeat(count) + &plain("Content-Length: 3")
    };
    let refuses = |status| (Foretold::Refuses, status);
    let cuts = (Foretold::Cuts, Some(200));
    let cases: &[Case<'_>] = &[
        ("trafficserver", early(103, 1), early(102, 1), cuts),
        ("caddy", early(103, 5), early(103, 6), refuses(Some(502))),
        ("apache", early(103, 9), early(103, 10), refuses(Some(502))),
        ("haproxy", trailers(100), trailers(101), refuses(Some(502))),
        ("apache", trailers(100), trailers(101), cuts),
        ("nghttpx", trailers(499), trailers(500), refuses(None)),
        ("nghttpx", line(";a=\"b c\""), line("; a"), refuses(None)),
        ("nghttpx", line(";a;b=c"), line(";a=b;c=d"), refuses(None)),
        ("caddy", line("; a"), line(" ;a"), cuts),
        ("h2o", plain("Content-Length: 3"), plain("Content-Length: 3 "), refuses(None)),
        ("nghttpx", plain("Content-Length: 3 "), plain("Content-Length: 3\t"), refuses(Some(502))),
        (
            "tinyproxy",
            chunked("0\r\n\r\n").replace("chunked", "chunked\r\nConnection: close"),
            chunked("0\r\n\r\n").replace("chunked", "chunked\r\nConnection: Transfer-Encoding"),
            (Foretold::Raw, None),
        ),
    ];
    for (gateway, passes, fails, fate) in cases {
        let told = |response: &str| of(&told(exchange(response, StreamEnd::Open), None), gateway).clone();
        assert!(told(passes).outcome.lets_pass(), "{gateway} {passes:?}: {:?}", told(passes));
        let failed = told(fails);
        assert_eq!((failed.outcome, failed.status), *fate, "{gateway} {fails:?}: {failed:?}");
        assert_eq!(failed.because, [crate::fate::SPOILED]);
    }
}

#[test]
fn what_breaks_a_rule_that_recipients_overlook_is_not_said_to_be_valid() {
    let with = |fields: &str, body: &str| format!("HTTP/1.1 200 OK\r\n{fields}\r\n\r\n{body}");
    let chunks = "3\r\nok\n\r\n0\r\n\r\n";
    let empty = told(exchange(&with("Transfer-Encoding: chunked,", chunks), StreamEnd::Open), None);
    assert_eq!((of(&empty, "caddy").outcome, of(&empty, "caddy").status), (Foretold::Refuses, Some(502)));
    assert!(of(&empty, "nginx").outcome.lets_pass() && of(&empty, "haproxy").outcome.lets_pass());
    assert_eq!(empty.diagnosis.verdict.blame, crate::diagnosis::Blame::Upstream);
    let named = told(
        exchange(&with("Content-Length: 3\r\nConnection: Content-Length", "ok\n"), StreamEnd::Open),
        None,
    );
    assert_eq!(of(&named, "squid").outcome, Foretold::Cuts);
    assert!(!of(&named, "squid").reasons[0].sentence.contains("valid"), "{:?}", of(&named, "squid").reasons);
    assert!(of(&named, "varnish").outcome.lets_pass());
}

#[test]
fn where_the_head_may_be_gone_already_both_outcomes_are_told() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let bad_chunk = told(exchange(&format!("{head}x\r\nok\n\r\n0\r\n\r\n"), StreamEnd::Open), None);
    let both = |gateway: &str| {
        let told = of(&bad_chunk, gateway);
        ((told.outcome, told.status), told.or.map(|or| (or.outcome, or.status)))
    };
    let (refused, cut) = ((Foretold::Refuses, Some(502)), (Foretold::Cuts, Some(200)));
    assert_eq!(both("haproxy"), (refused, Some(cut)));
    assert_eq!(both("varnish"), (cut, Some((Foretold::Refuses, Some(503)))));
    let sentence = &bad_chunk.diagnosis.verdict.sentence;
    assert!(sentence.contains("HAProxy (502 or cut short)"), "{sentence}");
    // Of a bad head there is one outcome only.
    let bad_head =
        told(exchange("HTTP/1.1 200 OK\r\nX : a\r\nContent-Length: 0\r\n\r\n", StreamEnd::Open), None);
    assert!(bad_head.predictions.iter().all(|told| told.or.is_none()));
}

#[test]
fn the_head_of_an_interim_response_has_the_same_limits() {
    let early = |size: usize| {
        format!(
            "HTTP/1.1 103 Early\r\nLink: {}\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            "a".repeat(size)
        )
    };
    let large = told(exchange(&early(20_000), StreamEnd::Open), None);
    let haproxy = of(&large, "haproxy");
    assert_eq!((haproxy.outcome, haproxy.status), (Foretold::Refuses, Some(502)));
    assert!(
        haproxy.reasons[0].sentence.starts_with("The head of an interim response has 20,0"),
        "{haproxy:?}"
    );
    assert!(of(&large, "squid").outcome.lets_pass());
    assert!(of(&told(exchange(&early(2000), StreamEnd::Open), None), "haproxy").outcome.lets_pass());
}

#[test]
fn what_an_interim_response_comes_to_at_nginx_depends_on_the_close() {
    let response = "HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    let told = told(exchange(response, StreamEnd::Open), None);
    assert_eq!(of(&told, "nginx").outcome, Foretold::Unknown);
    assert!(of(&told, "nginx").reasons[0].sentence.contains("where the upstream closes"));
}

#[test]
fn only_gzip_is_undone_by_those_who_look_into_the_content() {
    let with = |coding: &str| {
        format!("HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: 3\r\n\r\nok\n")
    };
    let told = |coding: &str| told(exchange(&with(coding), StreamEnd::Open), None);
    let (gzip, deflate) = (told("gzip"), told("deflate"));
    for gateway in ["varnish", "caddy"] {
        assert!(of(&gzip, gateway).objects() && of(&deflate, gateway).outcome.lets_pass(), "{gateway}");
    }
}

#[test]
fn a_body_whose_length_is_no_number_ends_with_the_connection_at_nginx() {
    let response = "HTTP/1.1 200 OK\r\nContent-Length: 0x3\r\n\r\nok\n";
    let outcome = |end| of(&told(exchange(response, end), None), "nginx").outcome;
    assert_eq!((outcome(StreamEnd::Fin), outcome(StreamEnd::Open)), (Foretold::Repairs, Foretold::Cuts));
}

#[test]
fn a_keep_alive_that_says_nothing_sensible_is_no_announcement() {
    let with = |timeout: &str| {
        let response = FINE.replace("\r\n\r\n", &format!("\r\nKeep-Alive: timeout={timeout}\r\n\r\n"));
        told(exchange(&response, StreamEnd::Open), None).diagnosis.verdict.outcome
    };
    for timeout in ["0", "-1", "99999999999999999999", "86401", "1e3", "inf", ""] {
        assert_eq!(with(timeout), Outcome::Healthy, "{timeout:?}");
    }
    assert_eq!((with("5"), with("\"5\"")), (Outcome::Warning, Outcome::Warning));
}

#[test]
fn content_of_a_205_and_a_part_of_gzip_are_lost_at_some() {
    let with = |status: &str, fields: &str, body: &str| {
        let length = body.len();
        let response = format!("HTTP/1.1 {status}\r\n{fields}Content-Length: {length}\r\n\r\n{body}");
        told(exchange(&response, StreamEnd::Open), None)
    };
    let reset = |body: &str| of(&with("205 Reset Content", "", body), "lighttpd").outcome;
    assert_eq!((reset("ok\n"), reset("")), (Foretold::Cuts, Foretold::Passes));
    let part = |coding: &str| {
        let fields = format!("Content-Range: bytes 0-2/9\r\nContent-Encoding: {coding}\r\n");
        of(&with("206 Partial Content", &fields, "ok\n"), "caddy").outcome
    };
    assert_eq!((part("gzip"), part("identity")), (Foretold::Unknown, Foretold::Passes));
}

#[test]
fn who_keeps_connections_without_a_limit_is_to_set_one() {
    let response = FINE.replace("\r\n\r\n", "\r\nKeep-Alive: timeout=5\r\n\r\n");
    let told = told(exchange(&response, StreamEnd::Open), None);
    let says = |gateway: &str, words: &str| of(&told, gateway).sometimes[0].contains(words);
    assert!(says("apache", "Set a limit at Apache httpd") && says("squid", "longer than Squid does"));
}
