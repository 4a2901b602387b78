//! The small gateway in front of the lab: what its client sees of each fault.

use tokio::io::AsyncWriteExt;

use super::super::gateway::{Gateway, Limits, Upstream};
use super::*;

const LIMITS: Limits = Limits { connect: Duration::from_millis(150), read: Duration::from_millis(200) };

/// What the client of a gateway in front of this fault sees.
async fn through_gateway(lab: &Lab, name: &str, version: &str) -> Seen {
    let url = url::Url::parse(&lab.url_of(fault(name))).unwrap();
    let upstream = Upstream {
        host: url.host_str().unwrap().to_owned(),
        port: url.port().unwrap(),
        tls: (url.scheme() == "https").then(|| lab.authority_pem().to_owned()),
    };
    let gateway = Gateway::start(ANYWHERE, upstream, LIMITS).await.unwrap();
    let mut client = TcpStream::connect(gateway.base_url().trim_start_matches("http://")).await.unwrap();
    let request = format!("GET /fault/{name} HTTP/{version}\r\nHost: demo\r\n\r\n");
    client.write_all(request.as_bytes()).await.unwrap();
    read_all(&mut client).await
}

#[tokio::test]
async fn healthy_answers_are_passed_on_whole() {
    let lab = lab().await;
    for name in ["ok-length", "ok-close", "ok-http10", "ok-100", "ok-103", "ok-reason-empty", "tls-ok"] {
        for version in ["1.0", "1.1"] {
            let seen = through_gateway(&lab, name, version).await;
            assert!(seen.text().ends_with("\r\n\r\nThe lab answers, and all is well.\n"), "{name}: {seen:?}");
            assert!(seen.text().contains(" why502-demo\r\n"), "{name}");
            assert_eq!(seen.end, End::Closed, "{name}");
        }
    }
    assert!(through_gateway(&lab, "ok-5mb", "1.1").await.bytes.len() > 5_000_000);
}

#[tokio::test]
async fn chunks_are_passed_on_to_http_1_1_and_unwrapped_for_http_1_0() {
    let lab = lab().await;
    for name in ["ok-chunked", "ok-trailers", "ok-chunk-ext"] {
        let seen = through_gateway(&lab, name, "1.1").await.text();
        assert!(
            seen.ends_with(
                "\r\n\r\n10\r\nThe lab answers,\r\n10\r\n and all is well\r\n2\r\n.\n\r\n0\r\n\r\n"
            )
        );
        let seen = through_gateway(&lab, name, "1.0").await.text();
        assert!(seen.ends_with("\r\n\r\nThe lab answers, and all is well.\n"), "{name}: {seen}");
    }
}

#[tokio::test]
async fn faults_before_the_head_get_the_status_and_the_error_type_of_the_rfc() {
    let lab = lab().await;
    for (name, status, error) in [
        ("refused", 502, "connection_refused"),
        ("blackhole", 504, "connection_timeout"),
        ("fin-after-request", 502, "connection_terminated"),
        ("rst-after-request", 502, "connection_terminated"),
        ("no-answer", 504, "http_response_timeout"),
        ("slow-over-timeout", 504, "http_response_timeout"),
        ("stall-mid-headers", 504, "connection_read_timeout"),
        ("fin-mid-status-line", 502, "http_response_incomplete"),
        ("fin-after-100", 502, "http_response_incomplete"),
        ("header-17k", 502, "http_response_header_section_size"),
        ("headers-200", 502, "http_response_header_section_size"),
        ("te-gzip", 502, "http_response_transfer_coding"),
        ("te-204", 502, "http_response_transfer_coding"),
        ("cl-conflict", 502, "http_protocol_error"),
        ("cl-and-te", 502, "http_protocol_error"),
        ("ssh-banner", 502, "http_protocol_error"),
        ("garbage", 502, "http_protocol_error"),
        ("version-9.9", 502, "http_protocol_error"),
        ("obs-fold", 502, "http_protocol_error"),
        ("value-cr", 502, "http_protocol_error"),
        ("lf-only", 502, "http_protocol_error"),
        ("101-unasked", 502, "http_protocol_error"),
        ("1xx-flood", 502, "http_protocol_error"),
        ("tls-expired", 502, "tls_certificate_error"),
        ("tls-wrong-host", 502, "tls_certificate_error"),
        ("tls-alert-40", 502, "tls_alert_received;alert-id=40"),
        ("tls-garbage-handshake", 502, "tls_protocol_error"),
        ("tls-rst-handshake", 502, "connection_terminated"),
        ("tls-stall-handshake", 504, "connection_timeout"),
    ] {
        let text = through_gateway(&lab, name, "1.1").await.text();
        // Interim responses may stand before it.
        assert!(text.contains(&format!("HTTP/1.1 {status} ")), "{name}: {text}");
        assert!(text.contains(&format!("Proxy-Status: why502-demo;error={error}")), "{name}: {text}");
    }
}

#[tokio::test]
async fn a_fault_after_the_head_cuts_the_connection() {
    let lab = lab().await;
    for name in [
        "fin-mid-body",
        "rst-mid-body",
        "stall-mid-body",
        "fin-no-last-chunk",
        "rst-close-body",
        "chunk-bad-size",
        "chunk-bad-end",
        "tls-cut-close-body",
    ] {
        let seen = through_gateway(&lab, name, "1.1").await;
        assert!(seen.text().starts_with("HTTP/1.1 200 OK\r\n"), "{name}: {seen:?}");
        assert_eq!(seen.end, End::Reset, "{name}");
    }
}

#[tokio::test]
async fn what_the_upstream_itself_says_is_passed_on_without_proxy_status() {
    let lab = lab().await;
    let text = through_gateway(&lab, "ok-502-nginx", "1.1").await.text();
    assert!(text.starts_with("HTTP/1.1 502 Bad Gateway\r\nServer: nginx/1.25.3\r\n"), "{text}");
    assert!(!text.contains("Proxy-Status"));
}
