//! The lab as its clients meet it: raw sockets against every kind of fault.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::*;

mod gateway;
mod tls;

const ANYWHERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// What a raw client sees: the bytes, and how they ended.
#[derive(Debug)]
struct Seen {
    bytes: Vec<u8>,
    end: End,
}

#[derive(Debug, PartialEq, Eq)]
enum End {
    Closed,
    Reset,
    Silent,
}

impl Seen {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

async fn lab() -> Lab {
    Lab::start(ANYWHERE).await.unwrap()
}

fn fault(name: &str) -> &'static Fault {
    find(name).unwrap()
}

/// Host and port of the URL under which the fault is met.
fn authority_of(lab: &Lab, name: &str) -> String {
    let url = url::Url::parse(&lab.url_of(fault(name))).unwrap();
    format!("{}:{}", url.host_str().unwrap(), url.port().unwrap())
}

async fn connect(lab: &Lab, name: &str) -> TcpStream {
    TcpStream::connect(authority_of(lab, name)).await.unwrap()
}

/// Reads until the end, or until nothing has come for 400 ms.
async fn read_all<S: tokio::io::AsyncRead + Unpin>(stream: &mut S) -> Seen {
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 1 << 16];
    let end = loop {
        match timeout(Duration::from_millis(400), stream.read(&mut buffer)).await {
            Err(_) => break End::Silent,
            Ok(Ok(0)) => break End::Closed,
            Ok(Ok(length)) => bytes.extend_from_slice(&buffer[..length]),
            Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionReset => break End::Reset,
            Ok(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => break End::Closed,
            Ok(Err(error)) => panic!("{error}"),
        }
    };
    Seen { bytes, end }
}

async fn send(lab: &Lab, name: &str, request: &str) -> Seen {
    let mut stream = connect(lab, name).await;
    stream.write_all(request.as_bytes()).await.unwrap();
    read_all(&mut stream).await
}

async fn get(lab: &Lab, name: &str) -> Seen {
    send(lab, name, &format!("GET /fault/{name} HTTP/1.1\r\nHost: lab\r\n\r\n")).await
}

#[tokio::test]
async fn starting_takes_no_noticeable_time() {
    let started = Instant::now();
    let _lab = lab().await;
    assert!(started.elapsed() < Duration::from_millis(500), "{:?}", started.elapsed());
}

#[tokio::test]
async fn every_fault_has_a_url_and_every_stream_fault_is_served() {
    let lab = lab().await;
    for fault in FAULTS {
        let url = url::Url::parse(&lab.url_of(fault)).unwrap();
        assert_eq!(url.path(), format!("/fault/{}", fault.name));
        if fault.level != Level::Stream {
            continue;
        }
        let mut stream = connect(&lab, fault.name).await;
        let request =
            format!("GET /fault/{}?seconds=0&count=3 HTTP/1.1\r\nConnection: close\r\n\r\n", fault.name);
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut first = [0; 64];
        let first_read = timeout(Duration::from_millis(300), stream.read(&mut first)).await;
        let says_404 = matches!(first_read, Ok(Ok(n)) if first[..n].starts_with(b"HTTP/1.1 404"));
        assert_eq!(says_404, fault.name == "ok-404", "{}", fault.name);
        assert_eq!(lab.heard(fault), Heard { connections: 1, requests: 1 }, "{}", fault.name);
    }
}

#[tokio::test]
async fn nobody_listens_at_refused() {
    let lab = lab().await;
    let error = TcpStream::connect(authority_of(&lab, "refused")).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn connecting_to_the_blackhole_hangs() {
    let lab = lab().await;
    let connecting = TcpStream::connect(authority_of(&lab, "blackhole"));
    assert!(timeout(Duration::from_millis(700), connecting).await.is_err());
}

#[tokio::test]
async fn accept_rst_resets_and_accept_fin_closes() {
    let lab = lab().await;
    assert_eq!(read_all(&mut connect(&lab, "accept-rst").await).await.end, End::Reset);
    assert_eq!(read_all(&mut connect(&lab, "accept-fin").await).await.end, End::Closed);
    assert_eq!(lab.heard(fault("accept-rst")), Heard { connections: 1, requests: 0 });
}

#[tokio::test]
async fn before_the_first_byte_it_closes_resets_or_is_silent_as_named() {
    let lab = lab().await;
    for (name, end) in
        [("fin-after-request", End::Closed), ("rst-after-request", End::Reset), ("no-answer", End::Silent)]
    {
        let seen = get(&lab, name).await;
        assert_eq!((seen.end, seen.bytes.len()), (end, 0), "{name}");
    }
}

#[tokio::test]
async fn half_a_body_arrives_before_the_connection_ends_as_named() {
    let lab = lab().await;
    for (name, end) in
        [("fin-mid-body", End::Closed), ("rst-mid-body", End::Reset), ("stall-mid-body", End::Silent)]
    {
        let seen = get(&lab, name).await;
        assert!(seen.text().contains("Content-Length: 34\r\n"), "{name}");
        assert!(seen.text().ends_with("\r\n\r\nThe lab answers, "), "{name}");
        assert_eq!(seen.end, end, "{name}");
    }
}

#[tokio::test]
async fn the_head_ends_where_the_name_says() {
    let lab = lab().await;
    assert_eq!(get(&lab, "fin-mid-status-line").await.text(), "HTTP/1.1 20");
    assert!(get(&lab, "fin-mid-field-name").await.text().ends_with("\r\nContent-Ty"));
    assert!(get(&lab, "fin-mid-field-value").await.text().ends_with(": text/pl"));
    assert!(get(&lab, "fin-between-fields").await.text().ends_with("text/plain\r\n"));
    assert_eq!(get(&lab, "rst-mid-headers").await.end, End::Reset);
    assert_eq!(get(&lab, "stall-mid-headers").await.end, End::Silent);
}

#[tokio::test]
async fn malformed_bytes_are_what_the_name_says() {
    let lab = lab().await;
    for (name, bytes) in [
        ("name-space", "\r\nX-Lab : a\r\n"),
        ("name-nonascii", "\r\nX-Läb: a\r\n"),
        ("value-nul", "\r\nX-Lab: a\0b\r\n"),
        ("value-cr", "\r\nX-Lab: a\rb\r\n"),
        ("obs-fold", "\r\nX-Lab: a\r\n b\r\n"),
        ("cl-conflict", "Content-Length: 3\r\nContent-Length: 5\r\n"),
        ("te-twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
        ("chunk-bad-size", "\r\n\r\nxyz\r\n"),
        ("status-1000", "HTTP/1.1 1000 High\r\n"),
        ("leading-newline", "\r\nHTTP/1.1 200 OK\r\n"),
        ("extra-bytes", "\r\n\r\nok\nand more"),
    ] {
        let seen = get(&lab, name).await;
        assert!(seen.text().contains(bytes), "{name}: {:?}", seen.text());
        assert_eq!(seen.end, End::Silent, "{name} keeps its connection, as a server would");
    }
    assert!(!get(&lab, "lf-only").await.text().contains('\r'));
}

#[tokio::test]
async fn lengths_of_binary_greetings_are_right() {
    let lab = lab().await;
    let mysql = get(&lab, "mysql").await.bytes;
    assert_eq!(usize::from(mysql[0]), mysql.len() - 4);
    let postgres = get(&lab, "postgres").await.bytes;
    assert_eq!(usize::from(postgres[4]), postgres.len() - 1);
    let record = get(&lab, "tls-record").await.bytes;
    assert_eq!(usize::from(record[4]), record.len() - 5);
    assert_eq!(usize::from(record[8]), record.len() - 9);
}

#[tokio::test]
async fn large_heads_are_as_large_as_named() {
    let lab = lab().await;
    assert!(get(&lab, "header-70k").await.bytes.len() > 70_000);
    assert_eq!(get(&lab, "headers-200").await.text().matches("\r\nX-Lab-").count(), 200);
    assert_eq!(get(&lab, "1xx-flood").await.text().matches("HTTP/1.1 102 ").count(), 200);
}

#[tokio::test]
async fn a_connection_is_kept_for_the_next_request() {
    let lab = lab().await;
    let mut stream = connect(&lab, "ok-length").await;
    for _ in 0..2 {
        stream.write_all(b"GET /fault/ok-length HTTP/1.1\r\n\r\n").await.unwrap();
        let seen = read_all(&mut stream).await;
        assert!(seen.text().ends_with("all is well.\n"));
        assert_eq!(seen.end, End::Silent);
    }
    assert_eq!(lab.heard(fault("ok-length")), Heard { connections: 1, requests: 2 });
}

#[tokio::test]
async fn a_kept_connection_dies_at_its_second_request() {
    let lab = lab().await;
    for (name, end) in [("ka-fin-second", End::Closed), ("ka-rst-second", End::Reset)] {
        let mut stream = connect(&lab, name).await;
        let request = format!("GET /fault/{name} HTTP/1.1\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        assert!(read_all(&mut stream).await.text().ends_with("all is well.\n"));
        stream.write_all(request.as_bytes()).await.unwrap();
        let seen = read_all(&mut stream).await;
        assert_eq!((seen.bytes.len(), seen.end), (0, end), "{name}");
    }
}

#[tokio::test]
async fn a_body_is_read_before_the_answer() {
    let lab = lab().await;
    let request =
        "POST /fault/fin-after-request HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    assert_eq!(send(&lab, "fin-after-request", request).await.end, End::Closed);
}

#[tokio::test]
async fn a_client_of_http_1_0_gets_what_it_understands() {
    let lab = lab().await;
    for name in ["ok-chunked", "ok-trailers", "ok-chunk-ext", "ok-100", "ok-103"] {
        let seen = send(&lab, name, &format!("GET /fault/{name} HTTP/1.0\r\n\r\n")).await;
        assert!(seen.text().starts_with("HTTP/1.1 200 OK\r\n"), "{name}");
        assert!(!seen.text().contains("Transfer-Encoding"), "{name}");
        assert!(seen.text().ends_with("\r\n\r\nThe lab answers, and all is well.\n"), "{name}");
        assert_eq!(seen.end, End::Closed, "{name}");
    }
}

#[tokio::test]
async fn slowness_is_given_by_the_query() {
    let lab = lab().await;
    let started = Instant::now();
    let seen =
        send(&lab, "slow-over-timeout", "GET /fault/slow-over-timeout?seconds=0.2 HTTP/1.1\r\n\r\n").await;
    assert!(seen.text().starts_with("HTTP/1.1 200 OK"));
    assert!(started.elapsed() >= Duration::from_millis(200));
}

#[tokio::test]
async fn echo_shows_the_request_as_it_arrived() {
    let lab = lab().await;
    let request = "GET /fault/ok-echo HTTP/1.1\r\nHost: lab\r\nX-odd:   case\r\n\r\n";
    assert!(send(&lab, "ok-echo", request).await.text().ends_with(request));
}

#[tokio::test]
async fn h2_only_refuses_http_1_and_answers_its_own_kind() {
    let lab = lab().await;
    let seen = get(&lab, "h2-only").await;
    assert_eq!(seen.bytes[..9], [0, 0, 0, 4, 0, 0, 0, 0, 0]);
    assert_eq!(seen.end, End::Closed);

    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(
            rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_root_certificates(rustls::RootCertStore::empty())
                .with_no_client_auth(),
        )
        .http2_prior_knowledge()
        .no_proxy()
        .build()
        .unwrap();
    let response = client.get(lab.url_of(fault("h2-only"))).send().await.unwrap();
    assert_eq!((response.status().as_u16(), response.version()), (200, reqwest::Version::HTTP_2));
    assert_eq!(response.text().await.unwrap().as_bytes(), answer::TEXT);
}

#[tokio::test]
async fn a_lab_for_one_fault_has_it_whatever_the_path() {
    let lab = Lab::start_with_only(ANYWHERE, fault("rst-after-request")).await.unwrap();
    let seen = send(&lab, "rst-after-request", "GET /anything HTTP/1.1\r\n\r\n").await;
    assert_eq!((seen.end, seen.bytes.len()), (End::Reset, 0));
    assert!(Lab::start_with_only(ANYWHERE, fault("dns-nxdomain")).await.is_err());
}

#[tokio::test]
async fn a_lab_stops_when_it_is_dropped() {
    let lab = lab().await;
    let address = authority_of(&lab, "ok-length");
    drop(lab);
    tokio::task::yield_now().await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn the_authoritys_certificate_can_be_fetched() {
    let lab = lab().await;
    let seen = send(&lab, "ok-length", "GET /ca.pem HTTP/1.0\r\n\r\n").await;
    assert!(seen.text().ends_with(lab.authority_pem()));
}

#[tokio::test]
async fn announced_lengths_are_those_of_the_bodies() {
    let lab = lab().await;
    for name in [
        "gzip-but-plain",
        "gzip-cut",
        "deflate-bad",
        "br-bad",
        "zstd-bad",
        "plain-to-tls-400",
        "ok-502-nginx",
    ] {
        let bytes = get(&lab, name).await.bytes;
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let announced = head.split("Content-Length: ").nth(1).unwrap().lines().next().unwrap().to_owned();
        assert_eq!(announced, (bytes.len() - end - 4).to_string(), "{name}");
    }
}

#[tokio::test]
async fn every_third_request_of_a_flapping_upstream_fails() {
    let lab = lab().await;
    for failed in [false, false, true, false, false, true] {
        let seen = send(&lab, "flapping", "GET /fault/flapping HTTP/1.1\r\nConnection: close\r\n\r\n").await;
        assert_eq!(seen.end, if failed { End::Reset } else { End::Closed });
    }
}

#[tokio::test]
async fn choosy_faults_trouble_only_those_they_are_about() {
    let lab = lab().await;
    assert!(get(&lab, "http10-426").await.text().starts_with("HTTP/1.1 200 OK\r\n"));
    let seen = send(&lab, "http10-426", "GET /fault/http10-426 HTTP/1.0\r\n\r\n").await;
    assert!(seen.text().starts_with("HTTP/1.1 426 "));
    assert!(get(&lab, "upload-rst").await.text().starts_with("HTTP/1.1 200 OK\r\n"));
    let upload = "POST /fault/upload-rst HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc";
    assert_eq!(send(&lab, "upload-rst", upload).await.end, End::Reset);
}
