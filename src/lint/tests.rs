//! What is foretold of responses that are given as text.

use super::*;
use crate::diagnosis::Outcome;
use crate::http1::{Asked, StreamEnd, read_all};
use crate::observation::{Exchange, Idle, IdleEnd, Observations, Span, Tool};
use crate::plan::{Addressing, Endpoint, Experiment, HttpVersion, Limits, Plan, Request, TlsOptions};

mod met;

fn exchange(response: &str, end: StreamEnd) -> Exchange {
    Exchange::saved("saved", read_all(response.as_bytes(), Asked::default(), end).unwrap())
}

fn seen(exchange: Exchange) -> Observations {
    let request = crate::observation::RequestSeen {
        method: "GET".to_owned(),
        url: "saved".to_owned(),
        version: HttpVersion::Http11,
        fields: Vec::new(),
        body_size: 0,
        repeatable: true,
    };
    Observations {
        format: Observations::FORMAT,
        tool: Tool::this(),
        started: String::new(),
        elapsed: 0.0,
        request,
        upstreams: vec!["saved".to_owned()],
        limits: crate::observation::LimitsSeen { connect: 1.0, total: 1.0 },
        verified: true,
        tls_files: crate::plan::TlsFiles::default(),
        interrupted: false,
        exchanges: vec![exchange],
    }
}

fn told(exchange: Exchange, idle: Option<Idle>) -> Foreknown {
    let gateways = measured();
    let by = [always(&gateways)];
    foretell(&Heard { seen: &seen(exchange), by: &by, gateways: &gateways, idle: idle.as_ref() })
}

fn of<'a>(told: &'a Foreknown, gateway: &str) -> &'a Prediction {
    told.predictions.iter().find(|told| told.gateway == gateway).unwrap()
}

const FINE: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

#[test]
fn a_response_in_order_passes_everywhere() {
    let told = told(exchange(FINE, StreamEnd::Open), None);
    assert_eq!(told.diagnosis.verdict.outcome, Outcome::Healthy, "{:?}", told.diagnosis);
    assert_eq!(told.diagnosis.verdict.sentence, "Every gateway known here lets this response pass.");
    assert!(told.predictions.iter().all(|told| told.status == Some(200) && told.because.is_empty()));
}

#[test]
fn what_a_gateway_comes_upon_first_decides() {
    // nginx refuses a fold in the head before it sees that the body is short.
    let response = "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 5\r\n\r\nok";
    let told = told(exchange(response, StreamEnd::Fin), None);
    let (nginx, haproxy) = (of(&told, "nginx"), of(&told, "haproxy"));
    assert_eq!((nginx.outcome, nginx.status), (Foretold::Refuses, Some(502)));
    assert_eq!((haproxy.outcome, haproxy.status), (Foretold::Cuts, Some(200)));
    assert_eq!(haproxy.because, ["body-short"]);
}

#[test]
fn a_head_that_stops_is_refused_and_one_that_stays_open_is_waited_for() {
    let head = "HTTP/1.1 200 OK\r\nContent-Le";
    let ended = told(exchange(head, StreamEnd::Fin), None);
    assert_eq!((of(&ended, "nginx").outcome, of(&ended, "nginx").status), (Foretold::Refuses, Some(502)));
    let open = told(exchange(head, StreamEnd::Open), None);
    assert_eq!((of(&open, "nginx").outcome, of(&open, "nginx").status), (Foretold::Hangs, Some(504)));
}

#[test]
fn a_wait_is_held_against_the_default_timeouts() {
    let mut slow = exchange(FINE, StreamEnd::Open);
    slow.phases.wait = Some(Span { start: 0.0, end: 61.0 });
    slow.phases.head = Some(Span { start: 61.0, end: 61.0 });
    let told = told(slow, None);
    let nginx = of(&told, "nginx");
    assert_eq!((nginx.outcome, nginx.status), (Foretold::Hangs, Some(504)));
    assert_eq!(nginx.because, ["proxy_read_timeout"]);
    // HAProxy has no timeout unless one is set.
    assert_eq!(of(&told, "haproxy").outcome, Foretold::Passes);
}

#[test]
fn nothing_at_all_is_refused_and_named_as_its_cause() {
    let told = told(exchange("", StreamEnd::Reset), None);
    assert_eq!(of(&told, "haproxy").because, ["upstream-reset-before-response"]);
    assert_eq!(told.diagnosis.verdict.outcome, Outcome::Fault);
}

#[test]
fn who_keeps_connections_longer_than_the_upstream_is_warned() {
    let announced = FINE.replace("\r\n\r\n", "\r\nKeep-Alive: timeout=5\r\n\r\n");
    let announced = told(exchange(&announced, StreamEnd::Open), None);
    assert_eq!(announced.diagnosis.verdict.outcome, Outcome::Warning);
    assert!(of(&announced, "nginx").sometimes[0].contains("5.00 s"), "{announced:?}");
    let patient = Idle { seconds: 70.0, end: IdleEnd::Closed };
    assert!(of(&told(exchange(FINE, StreamEnd::Open), Some(patient)), "nginx").sometimes.is_empty());
    let hasty = Idle { seconds: 0.001, end: IdleEnd::Closed };
    assert!(of(&told(exchange(FINE, StreamEnd::Open), Some(hasty)), "nginx").sometimes.is_empty());
    // Who says that it closes surprises nobody.
    let closes = FINE.replace("\r\n\r\n", "\r\nConnection: close\r\nKeep-Alive: timeout=5\r\n\r\n");
    assert!(of(&told(exchange(&closes, StreamEnd::Fin), None), "nginx").sometimes.is_empty());
}

#[test]
fn gateways_that_ask_alike_share_a_question() {
    let (upstream, _) = Endpoint::parse("http://127.0.0.1:3000/").unwrap();
    let plan = Plan {
        request: Request::get(),
        gateway: upstream.clone(),
        upstreams: vec![upstream],
        limits: Limits::default(),
        tls: TlsOptions::default(),
        addressing: Addressing::default(),
        sequential: true,
    };
    let two: Vec<_> =
        measured().into_iter().filter(|gateway| ["nginx", "haproxy"].contains(&gateway.name)).collect();
    let asked = questions(&plan, &two);
    let by = |question: &Question| question.by.iter().map(|asker| asker.gateway.name).collect::<Vec<_>>();
    let shown: Vec<_> = asked.iter().map(|question| (question.probe.experiment, by(question))).collect();
    assert_eq!(
        shown,
        [
            (Experiment::SameRequest, vec!["haproxy"]),
            (Experiment::InHttp10, vec!["nginx"]),
            (Experiment::AsGateway, vec!["nginx"]),
            (Experiment::WithHead, vec![]),
        ]
    );
}

#[test]
fn nothing_is_foretold_of_gateways_that_are_known_from_their_documents_alone() {
    let names: Vec<&str> = measured().iter().map(|gateway| gateway.name).collect();
    assert!(names.contains(&"nginx") && !names.contains(&"cloudflare"));
    assert!(measured().iter().all(|gateway| !gateway.tolerance.rules.is_empty()));
}

#[test]
fn an_error_of_the_upstreams_own_is_no_good_news() {
    let response = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\n\r\nno";
    let told = told(exchange(response, StreamEnd::Open), None);
    let verdict = &told.diagnosis.verdict;
    assert_eq!(verdict.outcome, Outcome::Warning);
    assert_eq!(
        verdict.sentence,
        "The upstream itself answers 502, an error that gateways pass on as it is: so this is what its clients get."
    );
    assert!(told.diagnosis.warnings.iter().any(|warning| warning.cause == "upstream-error-status"));
}

#[test]
fn what_later_versions_are_documented_to_do_is_told_apart_from_what_was_measured() {
    let response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok";
    let told = told(exchange(response, StreamEnd::Open), None);
    let nginx = of(&told, "nginx");
    assert_eq!(nginx.outcome, Foretold::Repairs);
    let [later] = nginx.later.as_slice() else { panic!("{:?}", nginx.later) };
    assert_eq!((later.since.as_str(), later.outcome, later.status), ("1.23.0", Foretold::Refuses, Some(502)));
    assert_eq!(later.because, ["content-length-repeated"]);
    let sentence = &told.diagnosis.verdict.sentence;
    assert!(sentence.ends_with("nginx from 1.23.0 on is documented to refuse it (502)."), "{sentence}");
    assert!(of(&told, "haproxy").later.is_empty());
}

#[test]
fn haproxy_takes_four_bytes_of_its_buffer_for_each_field() {
    // 15241 bytes in 10 fields pass, and one more does not: bisected with 2.6.12.
    let head = |size: usize| {
        let start = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n".to_owned() + &"x-a: a\r\n".repeat(8);
        let rest = size - start.len() - "x: \r\n\r\n".len();
        format!("{start}x: {}\r\n\r\n", "a".repeat(rest))
    };
    let of_size = |size| of(&told(exchange(&head(size), StreamEnd::Open), None), "haproxy").clone();
    assert_eq!(of_size(15_241).outcome, Foretold::Passes);
    let refused = of_size(15_242);
    assert_eq!((refused.outcome, refused.status), (Foretold::Refuses, Some(502)));
    assert_eq!(
        refused.reasons[0].sentence,
        "The head has 15,242 bytes; 15,241 pass by default (tune.bufsize) with 10 fields, each of which takes 4 more."
    );
}

#[test]
fn of_several_defects_of_one_kind_the_worst_shape_counts() {
    // nginx takes visible characters in a name, and refuses a control there.
    let with = |fields: &str| format!("HTTP/1.1 200 OK\r\n{fields}Content-Length: 2\r\n\r\nok");
    let nginx = |fields: &str| of(&told(exchange(&with(fields), StreamEnd::Open), None), "nginx").outcome;
    assert_eq!(nginx("X(1): a\r\n"), Foretold::Passes);
    assert_eq!(nginx("X(1): a\r\nX\u{1}: a\r\n"), Foretold::Refuses);
}

#[test]
fn a_word_without_a_colon_passes_nginx_and_two_do_not() {
    let with = |line: &str| format!("HTTP/1.1 200 OK\r\n{line}\r\nContent-Length: 2\r\n\r\nok");
    let nginx = |line: &str| of(&told(exchange(&with(line), StreamEnd::Open), None), "nginx").outcome;
    assert_eq!(nginx("garbage"), Foretold::Repairs);
    assert_eq!(nginx("HTTP/1.1 200 OK"), Foretold::Repairs);
    assert_eq!(nginx("X-Lab a"), Foretold::Refuses);
    assert_eq!(nginx("garbage "), Foretold::Refuses);
}

#[test]
fn two_lengths_pass_who_goes_by_the_first_one() {
    let with = |fields: &str| format!("HTTP/1.1 200 OK\r\n{fields}\r\n\r\nok");
    let told = |fields: &str| told(exchange(&with(fields), StreamEnd::Open), None);
    let (two, list) = (told("Content-Length: 2\r\nContent-Length: 4"), told("Content-Length: 2, 4"));
    for gateway in ["apache", "varnish"] {
        assert!(of(&two, gateway).outcome.lets_pass() && of(&list, gateway).objects(), "{gateway}");
    }
}

#[test]
fn chunked_in_two_lines_is_not_chunked_twice_in_one() {
    let with = |fields: &str| format!("HTTP/1.1 200 OK\r\n{fields}\r\n\r\n2\r\nok\r\n0\r\n\r\n");
    let told = |fields: &str| told(exchange(&with(fields), StreamEnd::Open), None);
    let two = told("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked");
    let one = told("Transfer-Encoding: chunked, chunked");
    for gateway in ["varnish", "h2o", "trafficserver"] {
        assert!(of(&two, gateway).outcome.lets_pass() && of(&one, gateway).objects(), "{gateway}");
    }
}

#[test]
fn white_space_of_the_status_line_is_told_apart() {
    let with = |line: &str| format!("{line}\r\nContent-Length: 2\r\n\r\nok");
    let squid = |line: &str| of(&told(exchange(&with(line), StreamEnd::Open), None), "squid").outcome;
    let haproxy = |line: &str| of(&told(exchange(&with(line), StreamEnd::Open), None), "haproxy").outcome;
    assert_eq!(
        (squid("HTTP/1.1  200 OK"), haproxy("HTTP/1.1  200 OK")),
        (Foretold::Refuses, Foretold::Repairs)
    );
    assert_eq!((squid(" HTTP/1.1 200 OK"), haproxy(" HTTP/1.1 200 OK")), (Foretold::Raw, Foretold::Refuses));
    assert_eq!(
        (squid("HTTP/1.1 200\tOK"), haproxy("HTTP/1.1 200\tOK")),
        (Foretold::Repairs, Foretold::Repairs)
    );
    assert_eq!((squid("HTTP/1.1 200OK"), haproxy("HTTP/1.1 200OK")), (Foretold::Refuses, Foretold::Refuses));
    assert_eq!((squid("HTTP/1.1200 OK"), haproxy("HTTP/1.1200 OK")), (Foretold::Refuses, Foretold::Refuses));
}

#[test]
fn of_a_response_that_nginx_takes_for_an_order_nothing_is_foretold() {
    let response = "HTTP/1.1 200 OK\r\nX-Accel-Redirect: /files/a\r\nContent-Length: 2\r\n\r\nok";
    let told = told(exchange(response, StreamEnd::Open), None);
    assert_eq!(told.diagnosis.verdict.outcome, Outcome::Healthy, "{:?}", told.diagnosis.verdict);
    assert_eq!(of(&told, "nginx").outcome, Foretold::Unknown);
    assert!(of(&told, "nginx").reasons[0].sentence.contains("its own location"));
    assert_eq!(of(&told, "haproxy").outcome, Foretold::Passes);
}

#[test]
fn valid_things_beyond_what_a_gateway_takes_are_told() {
    type Make<'a> = &'a dyn Fn(usize) -> String;
    let body = |head: &str| format!("HTTP/1.1 200 OK\r\n{head}Content-Length: 3\r\n\r\nok\n");
    let chunked = |chunks: &str| format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}");
    let name = |size: usize| body(&format!("{}: a\r\n", "n".repeat(size)));
    let head = |size: usize| body(&format!("X: {}\r\n", "a".repeat(size - body("X: \r\n").len() + 3)));
    let reason = |size: usize| {
        let reason = "r".repeat(size - "HTTP/1.1 200 \r\n".len());
        format!("HTTP/1.1 200 {reason}\r\nContent-Length: 0\r\n\r\n")
    };
    let zeros = |count: usize| chunked(&format!("{}3\r\nok\n\r\n0\r\n\r\n", "0".repeat(count)));
    let length = |count: usize| format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", "0".repeat(count));
    let extension = |size: usize| chunked(&format!("3;{}\r\nok\n\r\n0\r\n\r\n", "x".repeat(size - 4)));
    let trailer = |size: usize| chunked(&format!("3\r\nok\n\r\n0\r\nX: {}\r\n\r\n", "a".repeat(size - 5)));
    let cases: &[(&str, Make<'_>, usize, Foretold)] = &[
        ("haproxy", &name, 255, Foretold::Refuses),
        ("nginx", &head, 4095, Foretold::Cuts),
        ("apache", &reason, 8192, Foretold::Refuses),
        ("h2o", &zeros, 15, Foretold::Cuts),
        ("pingora", &zeros, 15, Foretold::Cuts),
        ("h2o", &length, 19, Foretold::Refuses),
        ("haproxy", &extension, 16_320, Foretold::Refuses),
        ("apache", &extension, 8190, Foretold::Refuses),
        ("caddy", &extension, 4095, Foretold::Cuts),
        ("haproxy", &trailer, 16_318, Foretold::Refuses),
        ("apache", &trailer, 8193, Foretold::Cuts),
    ];
    for (gateway, response, most, outcome) in cases {
        let of_size = |size| of(&told(exchange(&response(size), StreamEnd::Open), None), gateway).clone();
        assert!(of_size(*most).outcome.lets_pass(), "{gateway} {most}: {:?}", of_size(*most));
        let beyond = of_size(most + 1);
        assert_eq!(beyond.outcome, *outcome, "{gateway} {most}: {beyond:?}");
        assert!(beyond.reasons[0].sentence.contains(" spoils it: "), "{beyond:?}");
    }
}

#[test]
fn varnish_takes_a_range_and_a_304_only_where_they_were_asked_for() {
    let asked = |response: &str, head: &str| {
        let mut exchange = exchange(response, StreamEnd::Open);
        exchange.sent.head = crate::http1::WireBytes(head.as_bytes().to_vec());
        let told = told(exchange, None);
        (of(&told, "varnish").outcome, of(&told, "varnish").status)
    };
    let range =
        "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-2/10\r\nContent-Length: 3\r\n\r\nok\n";
    let same = "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n";
    let refused = (Foretold::Refuses, Some(503));
    assert_eq!(asked(range, "GET / HTTP/1.1\r\n\r\n"), refused);
    // It passes it on where it is told to pass the request by its cache.
    assert_eq!(asked(same, "GET / HTTP/1.1\r\n\r\n").0, Foretold::Unknown);
    assert_eq!(asked(range, "GET / HTTP/1.1\r\nRange: bytes=0-2\r\n\r\n").0, Foretold::Passes);
    assert_eq!(asked(same, "GET / HTTP/1.1\r\nIf-None-Match: \"a\"\r\n\r\n").0, Foretold::Passes);
}

#[test]
fn a_bare_lf_among_chunks_is_not_one_in_the_head() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let among_chunks = told(exchange(&format!("{head}3\nok\n\n0\n\n"), StreamEnd::Open), None);
    let outcome = |gateway: &str| of(&among_chunks, gateway).outcome;
    for gateway in ["nginx", "haproxy", "caddy", "varnish", "h2o", "tinyproxy"] {
        assert!(outcome(gateway).lets_pass(), "{gateway}");
    }
    for gateway in ["envoy", "squid", "pingora", "lighttpd"] {
        assert_eq!(outcome(gateway), Foretold::Cuts, "{gateway}");
    }
    assert_eq!((outcome("apache"), of(&among_chunks, "apache").status), (Foretold::Refuses, Some(502)));
    assert_eq!((outcome("nghttpx"), of(&among_chunks, "nghttpx").status), (Foretold::Refuses, None));
    let in_head = "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\r\n\r\n3\r\nok\n\r\n0\r\n\r\n";
    assert!(of(&told(exchange(in_head, StreamEnd::Open), None), "apache").outcome.lets_pass());
}

#[test]
fn what_is_no_http_is_told_by_its_lines() {
    let lighttpd = |bytes: &str| of(&told(exchange(bytes, StreamEnd::Fin), None), "lighttpd").status;
    let apache = |bytes: &str| of(&told(exchange(bytes, StreamEnd::Fin), None), "apache").outcome;
    assert_eq!((lighttpd("{\"a\":1}\n"), apache("{\"a\":1}\n")), (Some(500), Foretold::Raw));
    assert_eq!((lighttpd("220 mail ESMTP\r\n"), apache("220 mail ESMTP\r\n")), (Some(502), Foretold::Raw));
    assert_eq!((lighttpd("hello"), apache("hello")), (Some(500), Foretold::Refuses));
}

#[test]
fn of_the_orders_that_nginx_takes_those_are_told_apart_that_leave_the_content() {
    let with = |field: &str| format!("HTTP/1.1 200 OK\r\n{field}\r\nContent-Length: 2\r\n\r\nok");
    let nginx = |field: &str| of(&told(exchange(&with(field), StreamEnd::Open), None), "nginx").clone();
    assert_eq!(nginx("X-Accel-Limit-Rate: 1").outcome, Foretold::Unknown);
    let buffering = nginx("X-Accel-Buffering: no");
    assert_eq!(buffering.outcome, Foretold::Passes);
    assert_eq!(buffering.because, ["X-Accel-Buffering"]);
}

#[test]
fn a_head_beyond_a_limit_is_answered_with_the_status_that_was_measured() {
    let of_size =
        |size: usize| format!("HTTP/1.1 200 OK\r\nX: {}\r\nContent-Length: 0\r\n\r\n", "a".repeat(size));
    let huge = told(exchange(&of_size(200_000), StreamEnd::Open), None);
    for (gateway, status) in [("nghttpx", 502), ("envoy", 502), ("tinyproxy", 503)] {
        let told = of(&huge, gateway);
        assert_eq!((told.outcome, told.status), (Foretold::Refuses, Some(status)), "{gateway}: {told:?}");
    }
    let large = told(exchange(&of_size(20_000), StreamEnd::Open), None);
    assert!(of(&large, "nghttpx").outcome.lets_pass() && of(&large, "envoy").outcome.lets_pass());
}
