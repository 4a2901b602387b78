//! Requests that are too large for a gateway: with which page it refuses each, and what is known of that.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use why502::gateway::{recognise, refusal, refusals};
use why502::http1::{Asked, Reader, Reading, StreamEnd};
use why502::lab::{Lab, find};

use super::{all, product};

#[tokio::test(flavor = "multi_thread")]
async fn each_refusal_that_is_known_comes_on_a_page_that_is_recognised() {
    let lab = Lab::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let mut missing = Vec::new();
    for gateway in all(&lab) {
        let name = product(&gateway);
        let url = gateway.url(find("ok-head").unwrap());
        let answers: Vec<Reading> = too_large(&url).iter().map(|request| ask(&url, request)).collect();
        for known in refusals(name) {
            let is_this = |reading: &&Reading| {
                let Some(response) = reading.response() else { return false };
                let found = response.status.and_then(|status| refusal(name, status, &reading.body));
                let recognised = recognise(response, &reading.body, None);
                found == Some(known) && recognised.is_some_and(|it| it.own_error && it.gateway.name == name)
            };
            if !answers.iter().any(|reading| is_this(&reading)) {
                missing.push(format!("{}: {}", gateway.name, known.status));
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

/// Requests with a field, with a target, and with content that is too large for some.
fn too_large(url: &str) -> Vec<Vec<u8>> {
    let (authority, path) = parts(url);
    let end = format!("HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n");
    let of = |size: usize| "a".repeat(size);
    let mut requests = Vec::new();
    for size in [40_000, 150_000] {
        requests.push(format!("GET /{path} {end}Cookie: {}\r\n\r\n", of(size)).into_bytes());
        requests.push(format!("GET /{path}?{} {end}\r\n", of(size)).into_bytes());
    }
    let size = 2_000_000;
    requests.push(format!("POST /{path} {end}Content-Length: {size}\r\n\r\n{}", of(size)).into_bytes());
    requests
}

/// Who refuses may close before all is sent.
fn ask(url: &str, request: &[u8]) -> Reading {
    let mut stream = TcpStream::connect(parts(url).0).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(4))).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(4))).unwrap();
    let _ = stream.write_all(request);
    let mut reader = Reader::new(Asked::default());
    let mut bytes = [0; 4096];
    while let Ok(length @ 1..) = stream.read(&mut bytes) {
        reader.push(&bytes[..length]);
    }
    reader.finish(StreamEnd::Fin)
}

fn parts(url: &str) -> (&str, &str) {
    url.strip_prefix("http://").unwrap().split_once('/').unwrap()
}
