//! A raw client: every byte that comes is given to the reader, and the time is taken.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::ReadHalf;
use tokio::time::timeout;
use why502::http1::{Asked, Reader, Reading, Stage, StreamEnd};

/// What came of one request.
pub(super) struct Answer {
    pub(super) reading: Reading,
    pub(super) seconds: f64,
}

/// The gateways give up after 2 s, hold a slow body back for 4 s, and may take 8 s over two thousand fields; whoever is
/// silent for longer has stopped.
const SILENCE: Duration = Duration::from_secs(10);

/// Asks for an `http` URL over a fresh connection, and reads until that ends or is silent.
pub(super) async fn get(url: &str) -> Answer {
    let (authority, path) = parts(url);
    let mut stream = TcpStream::connect(authority).await.unwrap();
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
    exchange(&mut stream, request.as_bytes(), |_| false).await
}

/// What nginx takes by default: `client_max_body_size` is 1 MB.
const UPLOAD: usize = 900_000;

/// Sends a large body to an `http` URL over a fresh connection.
pub(super) async fn post(url: &str) -> Answer {
    let (authority, path) = parts(url);
    let mut stream = TcpStream::connect(authority).await.unwrap();
    let head = format!(
        "POST /{path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\nContent-Length: {UPLOAD}\r\n\r\n"
    );
    exchange(&mut stream, &[head.into_bytes(), vec![b'a'; UPLOAD]].concat(), |_| false).await
}

/// Asks twice over one connection, the second time only if the first answer is whole.
pub(super) async fn get_twice(url: &str) -> Vec<Answer> {
    let (authority, path) = parts(url);
    let mut stream = TcpStream::connect(authority).await.unwrap();
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {authority}\r\n\r\n");
    let is_whole = |stage| stage == Stage::Complete;
    let mut answers = vec![exchange(&mut stream, request.as_bytes(), is_whole).await];
    if answers[0].reading.end == StreamEnd::Open && answers[0].reading.is_complete() {
        answers.push(exchange(&mut stream, request.as_bytes(), is_whole).await);
    }
    answers
}

fn parts(url: &str) -> (&str, &str) {
    url.strip_prefix("http://").and_then(|rest| rest.split_once('/')).unwrap()
}

/// Sends and reads at the same time, as an upload may be answered before it is read.
async fn exchange(stream: &mut TcpStream, request: &[u8], is_enough: fn(Stage) -> bool) -> Answer {
    let (mut from, mut to) = stream.split();
    let send = async {
        // Whoever does not want the rest closes, and that is read below.
        let _ = to.write_all(request).await;
        std::future::pending().await
    };
    tokio::select! {
        answer = receive(&mut from, is_enough) => answer,
        answer = send => answer,
    }
}

async fn receive(from: &mut ReadHalf<'_>, is_enough: fn(Stage) -> bool) -> Answer {
    let begun = Instant::now();
    let mut last = begun;
    let mut reader = Reader::new(Asked::default());
    let mut bytes = vec![0; 64 * 1024];
    let end = loop {
        match timeout(SILENCE, from.read(&mut bytes)).await {
            Err(_) => break StreamEnd::Open,
            Ok(Err(_)) => break StreamEnd::Reset,
            Ok(Ok(0)) => break StreamEnd::Fin,
            Ok(Ok(length)) if is_enough(reader.push(&bytes[..length])) => break StreamEnd::Open,
            Ok(Ok(_)) => {}
        }
        last = Instant::now();
    };
    let until = if end == StreamEnd::Open { last } else { Instant::now() };
    Answer { reading: reader.finish(end), seconds: (until - begun).as_secs_f64() }
}
