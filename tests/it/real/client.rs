//! A raw client: one GET over a fresh connection, every byte given to the reader, and the time.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use why502::http1::{Asked, Reader, Reading, StreamEnd};

/// What came of one request.
pub(super) struct Answer {
    pub(super) reading: Reading,
    pub(super) seconds: f64,
}

/// The gateways give up after 2 s, so whoever is silent for longer has stopped.
const SILENCE: Duration = Duration::from_millis(3500);

/// Asks for an `http` URL, and reads until the connection ends or is silent.
pub(super) async fn get(url: &str) -> Answer {
    let (authority, path) = url.strip_prefix("http://").and_then(|rest| rest.split_once('/')).unwrap();
    let mut stream = TcpStream::connect(authority).await.unwrap();
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let begun = Instant::now();
    let mut last = begun;
    let mut reader = Reader::new(Asked::default());
    let mut bytes = vec![0; 64 * 1024];
    let end = loop {
        match timeout(SILENCE, stream.read(&mut bytes)).await {
            Err(_) => break StreamEnd::Open,
            Ok(Err(_)) => break StreamEnd::Reset,
            Ok(Ok(0)) => break StreamEnd::Fin,
            Ok(Ok(length)) => reader.push(&bytes[..length]),
        };
        last = Instant::now();
    };
    let until = if end == StreamEnd::Open { last } else { Instant::now() };
    Answer { reading: reader.finish(end), seconds: (until - begun).as_secs_f64() }
}
