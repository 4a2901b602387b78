//! HTTP/2 without negotiation.

use std::io::Cursor;
use std::net::SocketAddr;
use std::sync::Arc;

use h2::server::SendResponse;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

use super::client::second;
use super::tls::{issued, trusting};
use super::{ask, plan, serve};
use crate::observation::{End, Exchange, Phase};
use crate::plan::HttpVersion;

/// Serves one stream.
async fn play<S, F>(stream: S, respond: F)
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
    F: FnOnce(SendResponse<Cursor<Vec<u8>>>) + Send,
{
    let mut connection = h2::server::Builder::new().handshake(stream).await.unwrap();
    let (_, sender) = connection.accept().await.unwrap().unwrap();
    respond(sender);
    while connection.accept().await.is_some() {}
}

async fn get(address: SocketAddr) -> Exchange {
    let mut plan = plan(&format!("http://{address}/"));
    plan.request.version = HttpVersion::Http2;
    ask(&plan).await
}

/// A server that hands the first stream over.
async fn serving<F>(respond: F) -> SocketAddr
where
    F: FnOnce(SendResponse<Cursor<Vec<u8>>>) + Send + 'static,
{
    serve(async move |stream| play(stream, respond).await).await
}

/// Answers with `hello`.
fn hello(mut sender: SendResponse<Cursor<Vec<u8>>>) {
    let mut body = sender.send_response(response(), false).unwrap();
    body.send_data(Cursor::new(b"hello".to_vec()), true).unwrap();
}

fn response() -> http::Response<()> {
    http::Response::builder().status(200).header("content-length", 5).body(()).unwrap()
}

#[tokio::test]
async fn a_whole_response_reads_like_one_in_http1() {
    let seen = get(serving(hello).await).await;
    assert_eq!((seen.end, seen.status()), (End::Complete, Some(200)), "{seen:?}");
    assert!(seen.time_to_first_byte().is_some());
    let reading = seen.reading.unwrap();
    assert_eq!((reading.body.length, reading.body.beginning.as_str()), (5, Some("hello")));
    assert!(reading.is_complete());
    assert!(reading.received > 0);
}

#[tokio::test]
async fn over_tls_it_is_negotiated() {
    let mut served = issued(|_| {});
    Arc::get_mut(&mut served.config).unwrap().alpn_protocols = vec![b"h2".to_vec()];
    let address = serve(async move |stream| {
        play(TlsAcceptor::from(served.config).accept(stream).await.unwrap(), hello).await;
    })
    .await;
    let mut plan = trusting(address, &served.trusted);
    plan.request.version = HttpVersion::Http2;
    let seen = ask(&plan).await;
    assert_eq!((seen.end, seen.status()), (End::Complete, Some(200)), "{seen:?}");
    assert_eq!(seen.tls.unwrap().alpn.as_deref(), Some("h2"));
}

#[tokio::test]
async fn an_upload_is_sent_as_the_windows_allow() {
    let address = serve(async |stream| {
        let mut connection = h2::server::handshake(stream).await.unwrap();
        let (request, mut sender) = connection.accept().await.unwrap().unwrap();
        let mut content = request.into_body();
        let read = async move {
            let mut length = 0;
            while let Some(data) = content.data().await {
                let data = data.unwrap();
                length += data.len();
                content.flow_control().release_capacity(data.len()).unwrap();
            }
            let response = http::Response::builder().header("x-length", length).body(()).unwrap();
            sender.send_response(response, true).unwrap();
        };
        tokio::join!(read, async { while connection.accept().await.is_some() {} });
    })
    .await;
    let mut plan = plan(&format!("http://{address}/"));
    plan.request.version = HttpVersion::Http2;
    plan.request.method = "POST".to_owned();
    plan.request.body = vec![b'x'; 300_000];
    let seen = ask(&plan).await;
    assert_eq!(seen.response().and_then(|head| head.text("x-length")), Some("300000"), "{seen:?}");
    assert_eq!((seen.sent.bytes, seen.sent.complete), (300_000, true));
}

#[tokio::test]
async fn an_early_answer_to_an_upload_is_not_lost() {
    let address = serving(|mut sender| {
        let refusal = http::Response::builder().status(413).body(()).unwrap();
        sender.send_response(refusal, true).unwrap();
    })
    .await;
    let mut plan = plan(&format!("http://{address}/"));
    plan.request.version = HttpVersion::Http2;
    plan.request.method = "POST".to_owned();
    plan.request.body = vec![b'x'; 1_000_000];
    let seen = ask(&plan).await;
    assert_eq!((seen.end, seen.status()), (End::Complete, Some(413)), "{seen:?}");
    assert!(!seen.sent.complete);
}

#[tokio::test]
async fn a_goaway_says_why() {
    let address = serve(async |stream| {
        let mut connection =
            h2::server::Builder::new().handshake::<_, Cursor<Vec<u8>>>(stream).await.unwrap();
        let _request = connection.accept().await.unwrap().unwrap();
        connection.abrupt_shutdown(h2::Reason::ENHANCE_YOUR_CALM);
        while connection.accept().await.is_some() {}
    })
    .await;
    let seen = get(address).await;
    assert_eq!((seen.end, seen.ended_in), (End::Closed, Phase::Wait), "{seen:?}");
    assert_eq!(seen.end_detail.as_deref(), Some("the peer sent GOAWAY: ENHANCE_YOUR_CALM"));
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
        body.send_data(Cursor::new(b"hel".to_vec()), false).unwrap();
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

#[tokio::test]
async fn an_ordinary_client_speaks_it_too() {
    let mut plan = plan(&format!("http://{}/", serving(hello).await));
    plan.request.version = HttpVersion::Http2;
    let seen = second(&plan).await;
    assert_eq!((seen.end, seen.status()), (End::Complete, Some(200)), "{seen:?}");
    assert_eq!(seen.reading.unwrap().messages[0].version.as_str(), Some("HTTP/2.0"));
}
