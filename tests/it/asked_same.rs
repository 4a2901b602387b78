//! A defect of the plain answer, looked for once more where the upstream is asked as nginx asks: the verdict is as sure as
//! that allows.

use why502::diagnosis::{Diagnosis, Strength};
use why502::observation::Exchange;
use why502::plan::{Change, Experiment, Guise, HttpVersion};

use crate::asked::{OK, malformed, reset, run};
use crate::report::fixtures::{direct, gateway};

const NOT_FOUND: &[u8] = b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno";

fn nginx() -> Exchange {
    gateway(&page_of_nginx("502 Bad Gateway"))
}

/// nginx's own page.
pub(crate) fn page_of_nginx(status: &str) -> Vec<u8> {
    let page = format!(
        "<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status}</h1></center>\r\n\
         <hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n"
    );
    let head = format!("HTTP/1.1 {status}\r\nServer: nginx/1.22.1\r\nContent-Type: text/html\r\n");
    format!("{head}Content-Length: {}\r\n\r\n{page}", page.len()).into_bytes()
}

fn is_older(guise: &Guise) -> bool {
    guise.changes.contains(&Change::Version { version: HttpVersion::Http10 })
}

fn has_own_host(guise: &Guise) -> bool {
    guise.changes.iter().any(|change| change.is_of("host"))
}

/// What is said of the defect, and how often the upstream was asked in a guise.
fn told(upstream: impl Fn(&Guise) -> Exchange) -> (Option<Strength>, String, usize, Diagnosis) {
    // A client of another name than the upstream's address, as most are.
    let named = |guise: &Guise| {
        let mut exchange = upstream(guise);
        exchange.sent.head = b"GET /cart HTTP/1.1\r\nHost: shop.example.com\r\n\r\n"[..].into();
        exchange
    };
    let (seen, diagnosis) = run(nginx, named);
    let dressed = seen.exchanges.iter().filter(|it| it.experiment == Experiment::AsGateway).count();
    let finding = diagnosis.findings.iter().find(|it| it.cause == "invalid-response-head");
    let evidence = finding.and_then(|it| it.evidence.last()).map(|it| it.text.clone());
    (finding.map(|it| it.strength), evidence.unwrap_or_default(), dressed, diagnosis)
}

#[test]
fn a_defect_that_is_there_for_the_gateway_too_is_shown_and_that_costs_one_request() {
    let (strength, evidence, dressed, _) = told(|_| malformed(OK));
    assert_eq!((strength, dressed), (Some(Strength::Shown), 1));
    assert_eq!(evidence, "asked as nginx asks before 1.29.7, it does the same");
}

#[test]
fn where_the_gateways_request_is_reset_that_is_named_and_the_defect_is_not() {
    let (strength, evidence, _, diagnosis) =
        told(|guise| if is_older(guise) { reset() } else { malformed(OK) });
    assert_eq!(
        diagnosis.verdict.sentence,
        "The upstream answers 200 in HTTP/1.1, and in HTTP/1.0 it resets the connection without a response; the \
         gateway fares as if it asked in HTTP/1.0."
    );
    assert_eq!(strength, Some(Strength::Consistent));
    assert!(evidence.starts_with("against it: asked as nginx asks before 1.29.7"), "{evidence}");
    assert!(evidence.ends_with("the upstream resets the connection without a response"), "{evidence}");
}

#[test]
fn an_upstream_that_does_not_serve_its_address_is_asked_with_the_clients_host() {
    let (strength, evidence, dressed, _) =
        told(|guise| if has_own_host(guise) { direct(NOT_FOUND) } else { malformed(OK) });
    assert_eq!((strength, dressed), (Some(Strength::Shown), 2));
    assert!(evidence.ends_with("the upstream answers 404; with your Host, it does the same"), "{evidence}");
}

#[test]
fn a_defect_that_only_a_gateway_that_is_told_otherwise_would_meet_is_likely() {
    let (strength, evidence, _, diagnosis) =
        told(|guise| if is_older(guise) { direct(OK) } else { malformed(OK) });
    assert_eq!(diagnosis.verdict.cause.as_deref(), Some("invalid-response-head"));
    assert_eq!(strength, Some(Strength::Likely));
    assert!(
        evidence.ends_with("answers 200; as nginx asks with proxy_http_version 1.1, it does the same"),
        "{evidence}"
    );
}

#[test]
fn a_defect_that_no_request_of_the_gateways_meets_is_a_candidate() {
    let (strength, evidence, dressed, diagnosis) =
        told(|guise| if guise.changes.is_empty() { malformed(OK) } else { direct(OK) });
    assert_eq!(diagnosis.verdict.cause, None);
    assert_eq!(strength, Some(Strength::Consistent));
    assert!(evidence.ends_with("answers 200, and shows nothing of this"), "{evidence}");
    // In both of nginx's ways, each with either Host.
    assert_eq!(dressed, 4);
}

#[test]
fn nothing_more_is_asked_where_the_gateway_asks_as_its_client_did() {
    let page = "<html><body><h1>502 Bad Gateway</h1>\nThe server returned an invalid or incomplete response.\n\
                </body></html>\n";
    let head = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 107\r\ncache-control: no-cache\r\ncontent-type: text/html";
    let haproxy = || gateway(format!("{head}\r\n\r\n{page}").as_bytes());
    let (seen, diagnosis) = run(haproxy, |_| malformed(OK));
    assert_eq!(diagnosis.gateway.map(|it| it.name).as_deref(), Some("haproxy"));
    assert_eq!(diagnosis.verdict.strength, Some(Strength::Shown));
    assert!(seen.exchanges.iter().all(|it| it.experiment != Experiment::AsGateway));
}
