//! Through a forward proxy that does one thing.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{answering, hear, nobody, plan, reset, serve};
use crate::observation::{End, Exchange, Phase};
use crate::plan::{Endpoint, Experiment, Plan, Proxy, Route};
use crate::probe::{Cancel, Context, Unwatched, run};

fn through(proxy: SocketAddr, url: &str) -> Plan {
    let mut plan = plan(url);
    let (endpoint, _) = Endpoint::parse(&proxy.to_string()).unwrap();
    plan.addressing.proxy = Some(Proxy { endpoint, fields: Vec::new() });
    plan
}

async fn ask(plan: &Plan) -> Exchange {
    let probe = plan.probe(Route::Gateway, None, Experiment::SameRequest);
    run(&[probe], &Context::new(plan, Cancel::never()), &Unwatched).await.remove(0)
}

const SECURE: &str = "https://origin.invalid/cart";

#[tokio::test]
async fn a_plain_url_is_asked_of_the_proxy_and_its_name_is_the_proxys_to_resolve() {
    let proxy = answering(b"HTTP/1.1 204 No Content\r\n\r\n").await;
    let seen = ask(&through(proxy, "http://origin.invalid/cart")).await;
    assert_eq!((seen.status(), seen.resolution.as_ref()), (Some(204), None));
    assert_eq!(seen.peer, Some(proxy.to_string()));
    assert!(seen.sent.head.0.starts_with(b"GET http://origin.invalid/cart HTTP/1.1\r\n"));
    assert_eq!(seen.proxy.unwrap().tunnel, None);
}

#[tokio::test]
async fn an_answer_to_connect_that_is_no_2xx_is_the_answer() {
    let proxy = answering(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno").await;
    let seen = ask(&through(proxy, SECURE)).await;
    assert_eq!((seen.status(), seen.end, seen.ended_in), (Some(403), End::Complete, Phase::Body));
    assert_eq!(seen.reading.as_ref().unwrap().body.length, 2);
    let tunnel = seen.tunnel().unwrap();
    assert_eq!((tunnel.target.as_str(), tunnel.status), ("origin.invalid:443", Some(403)));
    assert!(seen.phases.send.is_some() && seen.phases.handshake.is_none());
}

#[tokio::test]
async fn what_follows_a_2xx_is_the_origins_to_its_first_byte() {
    let proxy = serve(async |mut stream| {
        hear(&mut stream).await;
        // In pieces, with an interim response before, and with the origin's first bytes right behind.
        for piece in [
            &b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 2"[..],
            b"00 OK\r\nVia: 1.1 p\r\n\r",
            b"\nSSH-2.0-lab\r\n",
        ] {
            stream.write_all(piece).await.unwrap();
            stream.flush().await.unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        stream.read_to_end(&mut Vec::new()).await.ok();
    })
    .await;
    let seen = ask(&through(proxy, SECURE)).await;
    assert!(seen.is_tunnelled());
    assert!(seen.tunnel().unwrap().head.0.ends_with(b"Via: 1.1 p\r\n\r\n"));
    assert_eq!((seen.end, seen.ended_in), (End::NotTls, Phase::Handshake));
    assert!(seen.tls.unwrap().first_bytes.0.starts_with(b"SSH-2.0-lab"));
    assert!(seen.phases.send.is_none() && seen.sent.head.0.is_empty());
}

#[tokio::test]
async fn a_connect_that_is_not_answered_ends_where_it_ended() {
    let closes = serve(async |mut stream| hear(&mut stream).await).await;
    let seen = ask(&through(closes, SECURE)).await;
    assert_eq!((seen.end, seen.ended_in), (End::Closed, Phase::Wait));
    assert_eq!(seen.tunnel().unwrap().status, None);

    let resets = serve(async |mut stream| {
        hear(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200").await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        reset(stream);
    })
    .await;
    let seen = ask(&through(resets, SECURE)).await;
    assert_eq!((seen.end, seen.ended_in), (End::Reset, Phase::Head));

    let silent = serve(async |mut stream| {
        hear(&mut stream).await;
        stream.read_to_end(&mut Vec::new()).await.ok();
    })
    .await;
    let mut plan = through(silent, SECURE);
    plan.limits.total = Duration::from_millis(200);
    let seen = ask(&plan).await;
    assert_eq!((seen.end, seen.ended_in), (End::TimedOut, Phase::Wait));
    assert!(seen.sent.head.0.starts_with(b"CONNECT "));
}

#[tokio::test]
async fn what_is_no_http_at_all_is_read_as_such() {
    let proxy = answering(b"SSH-2.0-OpenSSH_9.2\r\n").await;
    let seen = ask(&through(proxy, SECURE)).await;
    assert_eq!(seen.end, End::Malformed);
    assert!(seen.reading.unwrap().other_protocol.is_some());
}

#[tokio::test]
async fn nobody_at_the_proxys_address_is_refused_in_the_connect() {
    let seen = ask(&through(nobody().await, SECURE)).await;
    assert_eq!((seen.end, seen.ended_in), (End::Refused, Phase::Connect));
    assert_eq!(seen.tunnel(), None);
}
