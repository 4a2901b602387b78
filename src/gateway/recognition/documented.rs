//! The heads and pages are those of the documents and reports; none was seen to be sent.

use super::tests::{recognised, said, seen};
use crate::gateway::{Basis, GATEWAYS, by_name};
use crate::observation::Phase;
use crate::proxy_status::ErrorType as E;

const NGINX_LIKE: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
    <center><h1>502 Bad Gateway</h1></center>\r\n";
const TAIL: &str = "</body>\r\n</html>\r\n";

/// A 502 with these fields and this body.
fn bad(fields: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 502 Bad Gateway\r\n{fields}Content-Type: text/html\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// A page of nginx's family that names this program, with this `Server`.
fn family(server: &str, program: &str) -> String {
    bad(&format!("Server: {server}\r\n"), &format!("{NGINX_LIKE}<hr><center>{program}</center>\r\n{TAIL}"))
}

fn alb() -> String {
    bad("Server: awselb/2.0\r\n", &format!("{NGINX_LIKE}{TAIL}"))
}

fn cloudflare(status: &str) -> String {
    format!("HTTP/1.1 {status}\r\nServer: cloudflare\r\nCF-RAY: 8f1-AMS\r\nContent-Length: 0\r\n\r\n")
}

#[test]
fn what_was_never_run_is_said_to_be_from_its_documentation() {
    let by = recognised(&alb(), None).unwrap().by;
    assert!(by[0].ends_with("(from its documentation)"), "{by:?}");
    let by = recognised(&cloudflare("200 OK"), None).unwrap().by;
    assert_eq!(by, ["Cloudflare's Server field (from its documentation)"]);
    let by = recognised(&family("nginx", "nginx"), None).unwrap().by;
    assert!(by.iter().all(|by| !by.contains("documentation")), "{by:?}");
}

#[test]
fn nothing_is_claimed_to_be_measured_of_what_was_never_run() {
    for gateway in GATEWAYS {
        let documented = gateway.basis == Basis::Documented;
        assert_eq!(gateway.tolerance.rules.is_empty(), documented, "{}", gateway.name);
        assert_eq!(
            gateway.tolerance.measured_with.starts_with("not measured: "),
            documented,
            "{}",
            gateway.name
        );
        assert!(!documented || gateway.spoils.is_empty(), "{}", gateway.name);
        let same = GATEWAYS.iter().filter(|other| other.name == gateway.name);
        assert_eq!(same.count(), 1, "{}", gateway.name);
    }
    assert!(by_name("aws-elb").is_some_and(|elb| elb.own_error.is_empty() && elb.relayed.is_empty()));
}

#[test]
fn the_page_of_an_alb_is_not_nginxs_and_nginxs_is_not_an_albs() {
    assert_eq!(seen(&alb(), None), "aws-alb, its own error");
    assert_eq!(seen(&family("nginx", "nginx"), None), "nginx, its own error");
    assert_eq!(seen(&bad("Server: nginx\r\n", &format!("{NGINX_LIKE}{TAIL}")), None), "nginx, passed on");
    assert_eq!(seen(&family("awselb/2.0", "nginx"), None), "nobody");
}

#[test]
fn an_albs_page_that_came_through_cloudfront_was_passed_on() {
    let fields =
        "X-Cache: Error from cloudfront\r\nVia: 1.1 a.cloudfront.net (CloudFront)\r\nX-Amz-Cf-Id: x\r\n";
    let page = alb().replacen("Content-Type", &format!("{fields}Content-Type"), 1);
    assert_eq!(seen(&page, None), "cloudfront, passed on");
}

#[test]
fn relatives_of_nginx_are_told_apart_by_whom_server_and_page_name() {
    assert_eq!(
        seen(&family("openresty/1.25.3.1", "openresty/1.25.3.1"), None),
        "openresty 1.25.3.1, its own error"
    );
    assert_eq!(seen(&family("openresty", "nginx"), None), "openresty, passed on");
    assert_eq!(seen(&family("APISIX/3.9.0", "openresty"), None), "apisix 3.9.0, its own error");
    assert_eq!(seen(&family("APISIX/3.9.0", "nginx"), None), "apisix 3.9.0, passed on");
    let azure = "Microsoft-Azure-Application-Gateway/v2";
    assert_eq!(seen(&family(azure, azure), None), "azure-application-gateway v2, its own error");
    assert_eq!(seen(&family(azure, "nginx"), None), "nobody");
}

#[test]
fn ingress_nginx_takes_more_than_a_page_without_a_server_field() {
    let page = family("x", "nginx").replace("Server: x\r\n", "");
    assert_eq!(seen(&page, None), "nobody");
    let field = "Strict-Transport-Security: max-age=31536000; includeSubDomains\r\nContent-Type";
    assert_eq!(seen(&page.replacen("Content-Type", field, 1), None), "ingress-nginx, its own error");
    let named = family("nginx/1.25.3", "nginx").replacen("Content-Type", field, 1);
    assert_eq!(seen(&named, None), "nginx 1.25.3, passed on");
}

#[test]
fn each_number_of_cloudflares_names_its_fault() {
    for (status, means, phase) in [
        ("521 ", E::ConnectionRefused, Some(Phase::Connect)),
        ("522 ", E::ConnectionTimeout, None),
        ("523 ", E::DestinationIpUnroutable, Some(Phase::Connect)),
        ("524 ", E::ConnectionReadTimeout, None),
        ("525 ", E::TlsProtocolError, Some(Phase::Handshake)),
        ("526 ", E::TlsCertificateError, Some(Phase::Handshake)),
    ] {
        assert_eq!(seen(&cloudflare(status), None), "cloudflare, its own error", "{status}");
        let said = said(&cloudflare(status));
        assert_eq!((said.len(), said[0].means[0], said[0].phase), (1, means, phase), "{status}");
        assert_eq!(said[0].quote, status.trim());
    }
    assert!(said(&cloudflare("520 ")).iter().all(|said| said.means.len() > 3));
    assert!(said(&cloudflare("527 ")).is_empty());
}

#[test]
fn a_52x_without_cloudflares_server_field_is_nobodys() {
    assert_eq!(seen(&cloudflare("521 ").replace("Server: cloudflare\r\n", ""), None), "nobody");
    assert_eq!(seen(&cloudflare("521 ").replace("cloudflare", "gunicorn"), None), "nobody");
    assert_eq!(seen(&cloudflare("528 "), None), "cloudflare, passed on");
}

#[test]
fn cloudflares_branded_page_is_the_origins_error_and_the_plain_one_its_own() {
    let server = "Server: cloudflare\r\n";
    let branded = bad(server, "<div id=\"cf-error-details\">Error code 502</div>");
    assert_eq!(seen(&branded, None), "cloudflare, passed on");
    assert!(recognised(&branded, None).unwrap().by[0].contains("the origin itself"));
    assert_eq!(seen(&family("cloudflare", "cloudflare"), None), "cloudflare, its own error");
}

#[test]
fn linkerd_names_the_fault_in_a_field_of_its_own() {
    let refused = "HTTP/1.1 502 Bad Gateway\r\n\
        l5d-proxy-error: client error (Connect): Connection refused (os error 111)\r\ncontent-length: 0\r\n\r\n";
    assert_eq!(seen(refused, None), "linkerd, its own error");
    assert_eq!(said(refused)[0].means, [E::ConnectionRefused]);
    let late = refused
        .replace("client error (Connect): Connection refused (os error 111)", "connect timed out after 1s");
    assert_eq!(said(&late)[0].means, [E::ConnectionTimeout]);
    let good = refused.replace("502 Bad Gateway", "200 OK");
    assert_eq!(seen(&good, None), "nobody");
}

#[test]
fn istio_is_envoy_by_another_name() {
    let body = "upstream connect error or disconnect/reset before headers. reset reason: connection timeout";
    let page = bad("server: istio-envoy\r\n", body).replace("text/html", "text/plain");
    assert_eq!(seen(&page, None), "istio, its own error");
    assert_eq!(seen(&page.replace("istio-envoy", "envoy"), None), "envoy, its own error");
    let passed_on = page.replace("server:", "x-envoy-upstream-service-time: 3\r\nserver:");
    assert_eq!(seen(&passed_on, None), "istio, passed on");
}

#[test]
fn kongs_message_is_its_own_only_beside_its_server_field() {
    let page = bad("Server: kong/3.7.0\r\n", "{\"message\":\"name resolution failed\"}");
    assert_eq!(seen(&page, None), "kong 3.7.0, its own error");
    assert_eq!(said(&page)[0].means, [E::DnsError, E::DnsTimeout]);
    assert_eq!(seen(&page.replace("Server: kong/3.7.0", "Server: gunicorn"), None), "nobody");
}

#[test]
fn traefik_says_the_bare_phrase_and_nothing_else() {
    let page = bad("Date: x\r\n", "Bad Gateway").replace("text/html", "text/plain; charset=utf-8");
    assert_eq!(seen(&page, None), "traefik, its own error");
    assert_eq!(seen(&page.replace("Date: x", "Server: gunicorn"), None), "nobody");
    assert_eq!(seen(&page.replace("Date: x", "X-Powered-By: Express\r\nETag: y"), None), "nobody");
    let with_newline = bad("Date: x\r\n", "Bad Gateway\n").replace("text/html", "text/plain; charset=utf-8");
    assert_eq!(seen(&with_newline, None), "nobody");
}

#[test]
fn services_are_recognised_by_their_pages_beside_their_own_fields() {
    let via = "Via: 1.1 google\r\n";
    let google = "The server encountered a temporary error and could not complete your request.<p>Please";
    assert_eq!(seen(&bad(via, google), None), "google-load-balancer, its own error");
    assert_eq!(seen(&bad("", google), None), "nobody");
    let door = "Azure Front Door wasn't able to connect to the origin";
    assert_eq!(seen(&bad("X-Azure-Ref: 0z\r\n", door), None), "azure-front-door, its own error");
    let fastly = "<h1>Error 503 first byte timeout</h1><h3>Guru Mediation:</h3>";
    let fields = "X-Served-By: cache-ams21039-AMS\r\nVia: 1.1 varnish\r\n";
    assert_eq!(seen(&bad(fields, fastly), None), "fastly, its own error");
    assert_eq!(said(&bad(fields, fastly))[0].means, [E::ConnectionReadTimeout]);
    let cloudfront = "The request could not be satisfied. Generated by cloudfront (CloudFront)";
    let fields = "Server: CloudFront\r\nX-Cache: Error from cloudfront\r\n";
    assert_eq!(seen(&bad(fields, cloudfront), None), "cloudfront, its own error");
    assert_eq!(seen(&bad("", cloudfront), None), "nobody");
    assert_eq!(seen(&bad("Server: AkamaiGHost\r\n", "Reference #18.2d"), None), "akamai, its own error");
    let iis = bad("Server: Microsoft-IIS/10.0\r\n", "HTTP Error 502.5 - Process Failure");
    assert_eq!(seen(&iis, None), "iis 10.0, its own error");
    let api = bad("x-amz-apigw-id: a=\r\n", "{\"message\": \"Internal server error\"}");
    assert_eq!(seen(&api, None), "aws-api-gateway, its own error");
    let heroku = bad("", "<iframe src=\"//www.herokucdn.com/error-pages/application-error.html\">");
    assert_eq!(
        seen(&heroku.replace("502 Bad Gateway", "503 Service Unavailable"), None),
        "heroku, its own error"
    );
    assert_eq!(seen(&heroku, None), "nobody");
}

#[test]
fn a_service_that_the_upstream_itself_is_behind_is_not_the_gateway() {
    let answer = |id: &str| {
        format!(
            "HTTP/1.1 200 OK\r\nX-Cache: Miss from cloudfront\r\nX-Amz-Cf-Id: {id}\r\nContent-Length: 0\r\n\r\n"
        )
    };
    assert_eq!(seen(&answer("a"), None), "cloudfront, passed on");
    assert_eq!(seen(&answer("a"), Some(&answer("b"))), "nobody");
}
