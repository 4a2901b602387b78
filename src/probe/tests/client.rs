//! The second opinion: what the client library says of responses, and in which types it says it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::oneshot;
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;

use super::tls::issued;
use super::{answering, hear, nobody, plan, reset, serve};
use crate::http1::{FramingRule, WireBytes};
use crate::observation::{CertificateProblem, End, Exchange, Phase, Verification};
use crate::plan::{ConnectToEntry, Experiment, Plan, ResolveEntry, Route, TlsOptions};
use crate::probe::{Cancel, Context, Unwatched, run};

pub(super) async fn second(plan: &Plan) -> Exchange {
    let context = Context::new(plan, Cancel::never());
    let probe = plan.probe(Route::Direct, Some(0), Experiment::SecondOpinion);
    run(&[probe], &context, &Unwatched).await.remove(0)
}

async fn get(address: SocketAddr) -> Exchange {
    second(&plan(&format!("http://{address}/"))).await
}

/// The end, and where. The library's words may change with its version.
fn end(exchange: &Exchange) -> (End, Phase) {
    (exchange.end, exchange.ended_in)
}

#[tokio::test]
async fn a_whole_response_is_counted_and_hashed() {
    let answer =
        b"HTTP/1.1 404 Not Here\r\nX-A: 1\r\nContent-Length: 5\r\nContent-Encoding: gzip\r\n\r\nhello";
    let address = answering(answer).await;
    let seen = get(address).await;
    assert_eq!(end(&seen), (End::Complete, Phase::Body));
    assert_eq!((seen.status(), seen.peer), (Some(404), Some(address.to_string())));
    let reading = seen.reading.unwrap();
    let response = reading.response().unwrap();
    assert_eq!(response.version, WireBytes::from("HTTP/1.1"));
    assert_eq!(response.text("x-a"), Some("1"));
    assert_eq!(reading.framing.unwrap().rule, FramingRule::ContentLength { length: 5 });
    assert_eq!((reading.body.length, reading.body.beginning), (5, WireBytes::from("hello")));
    let hash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    assert_eq!(reading.body.sha256.as_deref(), Some(hash));
}

#[tokio::test]
async fn a_redirection_is_not_followed() {
    let answer = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
    let seen = get(answering(answer).await).await;
    assert_eq!((seen.end, seen.status()), (End::Complete, Some(302)));
}

#[tokio::test]
async fn a_head_that_cannot_be_parsed_is_malformed_in_the_librarys_words() {
    let seen = get(answering(b"HTTP/1.1 200 OK\r\nServer : x\r\nContent-Length: 0\r\n\r\n").await).await;
    assert_eq!(end(&seen), (End::Malformed, Phase::Head));
    assert_eq!(seen.reading, None);
    let words = seen.end_detail.unwrap();
    assert!(!words.is_empty() && !words.contains("127.0.0.1"), "{words}");
    let greeting = get(answering(b"SSH-2.0-OpenSSH_9.2\r\n").await).await;
    assert_eq!(end(&greeting), (End::Malformed, Phase::Head));
}

#[tokio::test]
async fn a_chunk_that_cannot_be_parsed_is_malformed_in_the_body() {
    let answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nzz\r\n";
    let seen = get(answering(answer).await).await;
    assert_eq!(end(&seen), (End::Malformed, Phase::Body));
    assert_eq!(seen.reading.unwrap().body.length, 2);
}

#[tokio::test]
async fn a_close_and_a_reset_are_told_apart() {
    let none = get(serve(async |mut stream| hear(&mut stream).await).await).await;
    assert_eq!(none.end, End::Closed, "{none:?}");
    let short = get(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort").await).await;
    assert_eq!((short.end, short.ended_in, short.status()), (End::Closed, Phase::Body, Some(200)));
    let chunk = get(answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\no").await).await;
    assert_eq!((chunk.end, chunk.ended_in), (End::Closed, Phase::Body));
    let address = serve(async |mut stream| {
        hear(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort").await.unwrap();
        sleep(Duration::from_millis(20)).await;
        reset(stream);
    });
    let seen = get(address.await).await;
    assert_eq!(end(&seen), (End::Reset, Phase::Body));
}

#[tokio::test]
async fn nobody_there_is_refused_and_silence_is_timed_out() {
    let refused = get(nobody().await).await;
    assert_eq!(end(&refused), (End::Refused, Phase::Connect));
    let address = serve(async |stream| {
        sleep(Duration::from_secs(5)).await;
        drop(stream);
    });
    let mut plan = plan(&format!("http://{}/", address.await));
    plan.limits.total = Duration::from_millis(200);
    assert_eq!(end(&second(&plan).await), (End::TimedOut, Phase::Wait));
}

#[tokio::test]
async fn the_request_is_the_same_and_what_is_shown_is_what_was_sent() {
    let (tell, told) = oneshot::channel();
    let address = serve(async move |mut stream| {
        let mut heard = vec![0; 4096];
        let size = stream.read(&mut heard).await.unwrap();
        heard.truncate(size);
        tell.send(heard).unwrap();
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
    });
    let mut plan = plan(&format!("http://{}/a%20b?c=d&e", address.await));
    plan.upstreams[0].host_field = "shop.example".to_owned();
    let field = |name: &str, value: &str| (name.to_owned(), WireBytes::from(value));
    plan.request.fields = vec![field("User-Agent", "why502"), field("X-A", "1"), field("X-A", "2")];
    plan.request.body = b"content".to_vec();
    let seen = second(&plan).await;
    assert_eq!(seen.end, End::Complete, "{seen:?}");
    let heard = told.await.unwrap();
    let text = "GET /a%20b?c=d&e HTTP/1.1\r\nhost: shop.example\r\nuser-agent: why502\r\nx-a: 1\r\nx-a: 2\r\n\
                content-length: 7\r\naccept: */*\r\n\r\n";
    assert_eq!(seen.sent.head, WireBytes::from(text));
    assert_eq!(String::from_utf8(heard).unwrap(), format!("{text}content"));
}

#[tokio::test]
async fn it_goes_where_the_other_probes_go() {
    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    let address = answering(answer).await;
    let mut plan = plan(&format!("http://shop.example:{}/", address.port()));
    let here =
        ResolveEntry { host: "shop.example".to_owned(), port: address.port(), addresses: vec![address.ip()] };
    plan.addressing.resolve = vec![here];
    assert_eq!(second(&plan).await.peer, Some(address.to_string()));
    let address = answering(answer).await;
    for host in ["192.0.2.1", "shop.example"] {
        let address = if host == "192.0.2.1" { address } else { answering(answer).await };
        let mut plan = super::plan(&format!("http://{host}:81/"));
        plan.addressing.connect_to = vec![ConnectToEntry {
            host: None,
            port: None,
            to_host: Some("127.0.0.1".to_owned()),
            to_port: Some(address.port()),
        }];
        assert_eq!(second(&plan).await.peer, Some(address.to_string()));
    }
}

#[tokio::test]
async fn our_own_tls_judges_and_tells() {
    let served = issued(|_| {});
    let serve = async |config: &Arc<rustls::ServerConfig>| {
        let acceptor = TlsAcceptor::from(Arc::clone(config));
        serve(async move |tcp| {
            let Ok(mut tls) = acceptor.accept(tcp).await else { return };
            assert!(tls.read(&mut [0; 4096]).await.unwrap() > 0);
            tls.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await.unwrap();
            tls.shutdown().await.ok();
        })
        .await
    };
    let mut trusting = plan(&format!("https://{}/", serve(&served.config).await));
    trusting.tls = TlsOptions { roots_pem: Some(served.trusted.into_bytes()), ..TlsOptions::default() };
    let seen = second(&trusting).await;
    assert_eq!((seen.end, seen.tls.unwrap().verification), (End::Complete, Verification::Trusted));

    let other = issued(|_| {});
    let mut strict = plan(&format!("https://{}/", serve(&other.config).await));
    strict.tls = trusting.tls;
    let seen = second(&strict).await;
    assert_eq!((seen.end, seen.ended_in), (End::CertificateRejected, Phase::Handshake), "{seen:?}");
    let rejected = Verification::Rejected(CertificateProblem::UnknownIssuer);
    assert_eq!(seen.tls.unwrap().verification, rejected);
}
