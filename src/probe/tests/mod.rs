//! The probes against small servers on the loopback interface, each of which does one thing.

mod addresses;
mod client;
mod faults;
mod http1;
mod http2;
mod proxy;
mod tls;

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{Cancel, Context, Unwatched, run};
use crate::observation::Exchange;
use crate::plan::{Addressing, Endpoint, Experiment, Limits, Plan, Probe, Request, Route, TlsOptions};

/// A server that takes one connection.
pub(super) async fn serve<F, P>(play: F) -> SocketAddr
where
    F: FnOnce(TcpStream) -> P + Send + 'static,
    P: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        play(stream).await;
    });
    address
}

/// A server that reads a request head, answers with these bytes, and closes.
pub(super) async fn answering(answer: &'static [u8]) -> SocketAddr {
    serve(async move |mut stream| {
        hear(&mut stream).await;
        stream.write_all(answer).await.unwrap();
    })
    .await
}

/// Reads a request head.
pub(super) async fn hear(stream: &mut TcpStream) {
    let mut heard = Vec::new();
    while !heard.ends_with(b"\r\n\r\n") && stream.read_buf(&mut heard).await.unwrap_or(0) > 0 {}
}

/// Closes with a reset.
pub(super) fn reset(stream: TcpStream) {
    SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    drop(stream);
}

/// An address at which nobody listens.
pub(super) async fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

/// A plan to ask a URL directly, within 5 s.
pub(super) fn plan(url: &str) -> Plan {
    let (endpoint, _) = Endpoint::parse(url).unwrap();
    Plan {
        request: Request::get(),
        gateway: endpoint.clone(),
        upstreams: vec![endpoint],
        limits: Limits { connect: Duration::from_secs(2), total: Duration::from_secs(5) },
        tls: TlsOptions::default(),
        addressing: Addressing::default(),
        sequential: false,
    }
}

pub(super) fn direct(plan: &Plan) -> Probe {
    plan.probe(Route::Direct, Some(0), Experiment::SameRequest)
}

/// Carries out the direct probe of a plan.
pub(super) async fn ask(plan: &Plan) -> Exchange {
    let context = Context::new(plan, Cancel::never());
    run(&[direct(plan)], &context, &Unwatched).await.remove(0)
}

/// Asks an address in plain HTTP.
pub(super) async fn get(address: SocketAddr) -> Exchange {
    ask(&plan(&format!("http://{address}/"))).await
}

/// The same within a limit.
pub(super) async fn get_within(address: SocketAddr, limit: Duration) -> Exchange {
    let mut plan = plan(&format!("http://{address}/"));
    plan.limits.total = limit;
    ask(&plan).await
}
