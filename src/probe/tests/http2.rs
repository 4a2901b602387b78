//! HTTP/2 without negotiation.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{ask, plan, serve};
use crate::observation::{End, Exchange, Phase};
use crate::plan::HttpVersion;

async fn get(address: SocketAddr) -> Exchange {
    let mut plan = plan(&format!("http://{address}/"));
    plan.request.version = HttpVersion::Http2;
    ask(&plan).await
}

/// A server that hands the first stream over.
async fn serving<F>(respond: F) -> SocketAddr
where
    F: FnOnce(h2::server::SendResponse<std::io::Cursor<Vec<u8>>>) + Send + 'static,
{
    serve(async move |stream| {
        let mut connection = h2::server::Builder::new().handshake(stream).await.unwrap();
        let (_, sender) = connection.accept().await.unwrap().unwrap();
        respond(sender);
        while connection.accept().await.is_some() {}
    })
    .await
}

fn response() -> http::Response<()> {
    http::Response::builder().status(200).header("content-length", 5).body(()).unwrap()
}

#[tokio::test]
async fn a_whole_response_reads_like_one_in_http1() {
    let address = serving(|mut sender| {
        let mut body = sender.send_response(response(), false).unwrap();
        body.send_data(std::io::Cursor::new(b"hello".to_vec()), true).unwrap();
    })
    .await;
    let seen = get(address).await;
    assert_eq!((seen.end, seen.status()), (End::Complete, Some(200)), "{seen:?}");
    assert!(seen.time_to_first_byte().is_some());
    let reading = seen.reading.unwrap();
    assert_eq!((reading.body.length, reading.body.beginning.as_str()), (5, Some("hello")));
    assert!(reading.is_complete());
    assert!(reading.received > 0);
}

#[tokio::test]
async fn a_stream_that_is_reset_says_why() {
    let seen = get(serving(|mut sender| sender.send_reset(h2::Reason::INTERNAL_ERROR)).await).await;
    assert_eq!((seen.end, seen.ended_in), (End::Reset, Phase::Wait));
    assert_eq!(seen.end_detail.as_deref(), Some("the peer reset the stream: INTERNAL_ERROR"));
}

#[tokio::test]
async fn a_body_that_is_reset_is_cut_and_kept() {
    let address = serving(|mut sender| {
        let mut body = sender.send_response(response(), false).unwrap();
        body.send_data(std::io::Cursor::new(b"hel".to_vec()), false).unwrap();
        tokio::spawn(async move {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            body.send_reset(h2::Reason::CANCEL);
        });
    })
    .await;
    let seen = get(address).await;
    assert_eq!((seen.end, seen.ended_in), (End::Reset, Phase::Body));
    assert_eq!(seen.reading.unwrap().body.length, 3);
}

#[tokio::test]
async fn a_server_of_http1_is_malformed_and_its_bytes_are_shown() {
    let address = serve(async |mut stream| {
        let mut some = [0; 16];
        stream.read_exact(&mut some).await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await.unwrap();
        while stream.read(&mut some).await.is_ok_and(|bytes| bytes > 0) {}
    })
    .await;
    let seen = get(address).await;
    assert_eq!(seen.end, End::Malformed, "{seen:?}");
    assert!(seen.reading.unwrap().bytes.contains("400 Bad Request"));
}

#[tokio::test]
async fn a_close_without_a_word_is_closed() {
    let address = serve(async |mut stream| {
        let mut some = [0; 64];
        stream.read_exact(&mut some).await.unwrap();
        stream.shutdown().await.unwrap();
        while stream.read(&mut some).await.is_ok_and(|bytes| bytes > 0) {}
    })
    .await;
    let seen = get(address).await;
    assert_eq!(seen.end, End::Closed, "{seen:?}");
}
