//! The heads and pages are those that the programs were seen to send, in the versions that are measured.

use super::*;
use crate::http1::{Asked, Reader, Reading, StreamEnd};
use crate::observation::Phase;
use crate::proxy_status::ErrorType;

const NGINX_PAGE: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
    <center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n";
const NGINX_HEAD: &str = "HTTP/1.1 502 Bad Gateway\r\nServer: nginx/1.22.1\r\nDate: Mon, 23 Nov 2026 02:00:02 GMT\r\n\
    Content-Type: text/html\r\nContent-Length: 157\r\nConnection: close\r\n\r\n";
const HAPROXY_502: &str = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 107\r\ncache-control: no-cache\r\n\
    content-type: text/html\r\n\r\n<html><body><h1>502 Bad Gateway</h1>\n\
    The server returned an invalid or incomplete response.\n</body></html>\n";
const HAPROXY_503: &str = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 107\r\ncache-control: no-cache\r\n\
    content-type: text/html\r\nconnection: close\r\n\r\n<html><body><h1>503 Service Unavailable</h1>\n\
    No server is available to handle this request.\n</body></html>\n";
const HAPROXY_504: &str = "HTTP/1.1 504 Gateway Time-out\r\ncontent-length: 92\r\ncache-control: no-cache\r\n\
    content-type: text/html\r\n\r\n<html><body><h1>504 Gateway Time-out</h1>\n\
    The server didn't respond in time.\n</body></html>\n";

fn read(text: &str) -> Reading {
    let mut reader = Reader::new(Asked::default());
    reader.push(text.as_bytes());
    reader.finish(StreamEnd::Fin)
}

pub(super) fn recognised(gateway: &str, direct: Option<&str>) -> Option<Recognised> {
    let (gateway, direct) = (read(gateway), direct.map(read));
    recognise(gateway.response().unwrap(), &gateway.body, direct.as_ref().and_then(Reading::response))
}

/// Who it is and what the response is to it, in a few words.
pub(super) fn seen(gateway: &str, direct: Option<&str>) -> String {
    let Some(seen) = recognised(gateway, direct) else { return "nobody".to_owned() };
    let version = seen.version.map(|version| format!(" {version}")).unwrap_or_default();
    format!("{}{version}, {}", seen.gateway.name, if seen.own_error { "its own error" } else { "passed on" })
}

pub(super) fn said(text: &str) -> Vec<Statement> {
    let reading = read(text);
    sayings(&recognised(text, None).unwrap(), reading.response().unwrap(), &reading.body)
}

fn nginx() -> String {
    NGINX_HEAD.to_owned() + NGINX_PAGE
}

#[test]
fn nginx_is_recognised_by_its_own_page() {
    assert_eq!(seen(&nginx(), None), "nginx 1.22.1, its own error");
    let by = recognised(&nginx(), None).unwrap().by;
    assert_eq!(by[1], "Server: nginx/1.22.1");
}

#[test]
fn nginx_is_recognised_where_it_hides_its_version() {
    assert_eq!(seen(&nginx().replace("/1.22.1", ""), None), "nginx, its own error");
}

#[test]
fn the_page_of_another_nginx_was_passed_on() {
    let page = nginx().replace("<center>nginx/1.22.1", "<center>nginx/1.25.3");
    assert_eq!(seen(&page, None), "nginx 1.22.1, passed on");
}

#[test]
fn an_applications_page_that_looks_like_nginxs_was_passed_on() {
    let page = nginx().replace("<hr><center>nginx/1.22.1</center>", "<hr><center>my app</center>");
    assert_eq!(seen(&page, None), "nginx 1.22.1, passed on");
}

#[test]
fn an_error_that_the_upstream_gives_directly_too_is_not_the_gateways() {
    assert_eq!(seen(&nginx(), Some(&nginx())), "nobody");
}

#[test]
fn an_error_of_the_gateways_own_stays_so_where_the_upstream_is_of_the_same_version() {
    let direct = "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(seen(&nginx(), Some(direct)), "nginx 1.22.1, its own error");
}

#[test]
fn nginxs_page_behind_a_gateway_that_lowers_names_was_passed_on() {
    let lowered = nginx().replace("Server:", "server:").replace("Content-", "content-");
    assert_eq!(seen(&lowered, None), "nginx 1.22.1, passed on");
    assert_eq!(seen(&lowered, Some(&nginx())), "nobody");
}

#[test]
fn a_server_field_alone_can_be_the_upstreams() {
    let answer = "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Length: 0\r\n\r\n";
    let weak = recognised(answer, None).unwrap();
    assert_eq!(weak.by, ["Server: nginx/1.22.1 (could also be the upstream's)"]);
    assert!(!weak.own_error);
}

#[test]
fn a_server_field_that_the_upstream_sends_too_is_no_mark() {
    let answer = "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(seen(answer, Some(answer)), "nobody");
}

#[test]
fn a_server_field_that_the_upstream_sends_otherwise_is_the_gateways() {
    let answer = "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Length: 0\r\n\r\n";
    let sure = recognised(answer, Some("HTTP/1.1 200 OK\r\nServer: gunicorn\r\nContent-Length: 0\r\n\r\n"));
    assert_eq!(sure.unwrap().by, ["Server: nginx/1.22.1"]);
}

#[test]
fn haproxy_is_recognised_by_its_pages() {
    for page in [HAPROXY_502, HAPROXY_503, HAPROXY_504] {
        assert_eq!(seen(page, None), "haproxy, its own error", "{page}");
    }
}

#[test]
fn haproxys_page_with_the_fields_of_an_application_is_not_its_own() {
    for field in ["server: gunicorn", "date: Mon, 23 Nov 2026 02:00:02 GMT", "x-request-id: 7"] {
        let page = HAPROXY_502.replacen("\r\n", &format!("\r\n{field}\r\n"), 1);
        assert_eq!(seen(&page, None), "nobody", "{field}");
    }
    assert_eq!(seen(&HAPROXY_502.replace("content-length", "Content-Length"), None), "nobody");
}

#[test]
fn an_errorfile_of_haproxy_is_nobodys() {
    let page = HAPROXY_503
        .replace("No server is available to handle this request.", "We are back soon.     .     .     .");
    assert_eq!(seen(&page, None), "nobody");
}

#[test]
fn lower_case_names_are_a_mark_only_where_the_upstream_spells_them_otherwise() {
    let direct =
        "HTTP/1.1 200 OK\r\nDate: x\r\nX-Powered-By: y\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    let lowered =
        "HTTP/1.1 200 OK\r\ndate: x\r\nx-powered-by: y\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n";
    assert_eq!(seen(lowered, Some(direct)), "haproxy, passed on");
    assert_eq!(seen(lowered, None), "nobody");
    assert_eq!(seen(lowered, Some(lowered)), "nobody");
    assert_eq!(seen(direct, Some(direct)), "nobody");
    let added = lowered.replace("date: x", "date: x\r\nvia: 1.1 somebody");
    assert_eq!(seen(&added, Some(direct)), "nobody");
}

#[test]
fn a_timeout_page_names_the_timeouts_it_can_mean() {
    let page = nginx().replace("502 Bad Gateway", "504 Gateway Time-out").replace("157", "167");
    let [statement] = said(&page).try_into().unwrap();
    assert_eq!((statement.place, statement.quote.as_str()), (StatementPlace::Reason, "Gateway Time-out"));
    assert!(statement.can_mean(ErrorType::ConnectionTimeout));
    let [statement] = said(HAPROXY_504).try_into().unwrap();
    assert_eq!(statement.means, [ErrorType::ConnectionReadTimeout]);
}

#[test]
fn nginxs_502_says_nothing_and_haproxys_503_many_things() {
    assert_eq!(said(&nginx()), []);
    let [statement] = said(HAPROXY_503).try_into().unwrap();
    assert_eq!(statement.quote, "No server is available to handle this request.");
    assert!(statement.means.len() > 5 && statement.phase == Some(Phase::Connect));
}

#[test]
fn an_error_that_was_passed_on_says_nothing_of_the_gateway() {
    let page = nginx()
        .replace("502 Bad Gateway", "504 Gateway Time-out")
        .replace("<center>nginx/1.22.1", "<center>nginx");
    assert_eq!(said(&page), []);
}

#[test]
fn a_gateway_is_found_by_its_name() {
    assert_eq!(super::super::by_name("HAProxy").unwrap().title, "HAProxy");
    assert!(super::super::by_name("cherry").is_none());
}

#[test]
fn in_http2_where_names_have_no_spelling_nginx_is_recognised_all_the_same() {
    let mut reading = read(&nginx().replace("Server:", "server:").replace("Content-", "content-"));
    reading.messages[0].version = "HTTP/2".into();
    let it = recognise(reading.response().unwrap(), &reading.body, None).unwrap();
    assert!(it.own_error);
}

const APACHE: &str = "HTTP/1.1 500 Proxy Error\r\nServer: Apache/2.4.71 (Debian) OpenSSL/3.0.19\r\n\
    Content-Type: text/html; charset=iso-8859-1\r\n\r\n\
    <!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\" \"http://www.w3.org/TR/html4/strict.dtd\">\n<html><head>\n\
    <title>500 Proxy Error</title>\n</head><body>\n<h1>Proxy Error</h1>\nThe proxy server could not handle the \
    request<p>Reason: <strong>DNS lookup failure for: app.invalid</strong></p><p />\n</body></html>\n";

#[test]
fn apaches_page_gives_the_reason() {
    assert_eq!(seen(APACHE, None), "apache 2.4.71, its own error");
    let said = said(APACHE);
    assert_eq!((said.len(), said[0].means[0], said[0].phase), (1, ErrorType::DnsError, Some(Phase::Resolve)));
}

#[test]
fn squid_names_the_error_in_a_field_of_its_own() {
    let refused = "HTTP/1.1 503 Service Unavailable\r\nServer: squid/5.7\r\n\
        X-Squid-Error: ERR_CONNECT_FAIL 111\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(seen(refused, None), "squid 5.7, its own error");
    assert_eq!(said(refused)[0].means, [ErrorType::ConnectionRefused]);
    let passed_on = "HTTP/1.1 503 Service Unavailable\r\nServer: nginx/1.22.1\r\nX-Cache: MISS from gw\r\n\
        X-Cache-Lookup: MISS from gw:80\r\nVia: 1.1 gw (squid/5.7)\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(seen(passed_on, None), "squid, passed on");
}

#[test]
fn varnish_is_recognised_by_its_meditation_and_by_what_it_adds() {
    let added = "X-Varnish: 3\r\nVia: 1.1 varnish (Varnish/7.1)\r\n\r\n";
    let page = "<h1>Error 503 Backend fetch failed</h1>\n<h3>Guru Meditation:</h3>\n<p>XID: 4</p>";
    let own = format!("HTTP/1.1 503 Backend fetch failed\r\nServer: Varnish\r\n{added}{page}");
    assert_eq!(seen(&own, None), "varnish 7.1, its own error");
    let passed_on = format!("HTTP/1.1 502 Bad Gateway\r\nServer: nginx/1.25.3\r\n{added}{page}");
    assert_eq!(seen(&passed_on, None), "varnish 7.1, passed on");
    // What VCL says of its own accord is no failed fetch.
    let page = page.replace("Backend fetch failed", "Maintenance");
    let synthetic = format!("HTTP/1.1 503 Maintenance\r\nServer: Varnish\r\n{added}{page}");
    assert_ne!(seen(&synthetic, None), "varnish 7.1, its own error");
}

#[test]
fn caddys_errors_have_no_body_and_nothing_that_is_not_its_own() {
    let own = "HTTP/1.1 502 Bad Gateway\r\nServer: Caddy\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(seen(own, None), "caddy, its own error");
    let passed_on = own.replace("Server: Caddy", "X-Powered-By: PHP/8.2\r\nServer: Caddy");
    assert_eq!(seen(&passed_on, None), "caddy, passed on");
}

const PINGORA: &str = "HTTP/1.1 502 Bad Gateway\r\nServer: Pingora\r\nDate: Mon, 23 Nov 2026 04:30:00 GMT\r\n\
    Content-Length: 0\r\nCache-Control: private, no-store\r\nConnection: close\r\n\r\n";

#[test]
fn pingoras_errors_have_no_body_and_nothing_that_is_not_its_own() {
    assert_eq!(seen(PINGORA, None), "pingora, its own error");
    let answered_well = "HTTP/1.1 200 OK\r\nServer: Pingora\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(seen(PINGORA, Some(answered_well)), "pingora, its own error");
    let alike = [
        PINGORA.replace("Server", "Via: 1.1 somebody\r\nServer"),
        PINGORA.replace("private, no-store", "no-store"),
        PINGORA.replace("Content-Length: 0", "Content-Type: text/plain\r\nContent-Length: 0"),
        PINGORA.replace("Content-Length: 0", "Content-Length: 4") + "oops",
        PINGORA.replace("502 Bad Gateway", "200 OK"),
    ];
    for answer in alike {
        assert_eq!(seen(&answer, None), "nobody", "{answer}");
    }
}

#[test]
fn pingoras_error_that_came_from_behind_the_gateway_is_not_the_gateways() {
    assert_eq!(seen(PINGORA, Some(PINGORA)), "nobody");
    // As HAProxy passes it on.
    let lowered = PINGORA.replace("Server:", "server:").replace("Content-L", "content-l");
    assert_eq!(seen(&lowered, None), "nobody");
}
