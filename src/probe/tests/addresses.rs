//! Names, addresses and connects.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::{answering, ask, get, nobody, plan};
use crate::observation::{ConnectOutcome, End, LookupFailure, Phase};
use crate::plan::{ConnectToEntry, Experiment, Family, ResolveEntry, Route};
use crate::probe::{Cancel, Context, Unwatched, run};

const ANSWER: &[u8] = b"HTTP/1.1 204 No Content\r\n\r\n";

fn resolve(host: &str, port: u16, addresses: &[&str]) -> ResolveEntry {
    let addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
    ResolveEntry { host: host.to_owned(), port, addresses }
}

#[tokio::test]
async fn a_port_at_which_nobody_listens_refuses() {
    let seen = get(nobody().await).await;
    assert_eq!((seen.end, seen.ended_in), (End::Refused, Phase::Connect));
    assert_eq!(seen.end_detail.as_deref(), Some("Connection refused"));
    assert_eq!(seen.connects[0].outcome, ConnectOutcome::Refused);
    assert_eq!(seen.reading, None);
}

#[tokio::test]
async fn of_two_addresses_the_one_that_connects_is_used_and_both_are_recorded() {
    let address = answering(ANSWER).await;
    let mut plan = plan(&format!("http://shop.example:{}/", address.port()));
    plan.addressing.resolve = vec![resolve("*", address.port(), &["::1", "127.0.0.1"])];
    let seen = ask(&plan).await;
    assert_eq!(seen.end, End::Complete, "{seen:?}");
    assert_eq!(seen.peer, Some(address.to_string()));
    let outcomes: Vec<_> = seen.connects.iter().map(|attempt| (attempt.outcome, attempt.used)).collect();
    assert_eq!(outcomes.len(), 2);
    assert_ne!(outcomes[0].0, ConnectOutcome::Connected);
    assert_eq!(outcomes[1], (ConnectOutcome::Connected, true));
    assert_eq!(seen.resolution.unwrap().addresses, ["::1", "127.0.0.1"]);
    assert!(seen.sent.head.contains("Host: shop.example:"));
}

#[tokio::test]
async fn directly_a_dead_second_address_is_found_too_and_through_the_gateway_it_is_not_tried() {
    let address = answering(ANSWER).await;
    let mut plan = plan(&format!("http://shop.example:{}/", address.port()));
    plan.addressing.resolve = vec![resolve("shop.example", address.port(), &["127.0.0.1", "127.0.0.2"])];
    let seen = ask(&plan).await;
    let outcomes: Vec<_> = seen.connects.iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes, [ConnectOutcome::Connected, ConnectOutcome::Refused]);

    plan.gateway.port = answering(ANSWER).await.port();
    plan.addressing.resolve = vec![resolve("*", plan.gateway.port, &["127.0.0.1", "127.0.0.2"])];
    let gateway = plan.probe(Route::Gateway, None, Experiment::SameRequest);
    let context = Context::new(&plan, Cancel::never());
    let seen = run(&[gateway], &context, &Unwatched).await.remove(0);
    assert_eq!((seen.end, seen.connects.len()), (End::Complete, 1));
}

#[tokio::test]
async fn connect_to_changes_the_address_and_not_the_request() {
    let address = answering(ANSWER).await;
    let mut plan = plan("http://shop.example/");
    plan.addressing.connect_to = vec![ConnectToEntry {
        host: None,
        port: Some(80),
        to_host: Some("127.0.0.1".to_owned()),
        to_port: Some(address.port()),
    }];
    let seen = ask(&plan).await;
    assert_eq!((seen.end, seen.peer), (End::Complete, Some(address.to_string())));
    assert!(seen.sent.head.contains("Host: shop.example\r\n"));
}

#[tokio::test]
async fn a_name_that_cannot_be_is_not_resolved() {
    let seen = ask(&plan("http://no-such-name.invalid/")).await;
    assert_eq!((seen.end, seen.ended_in), (End::NotResolved, Phase::Resolve));
    let resolution = seen.resolution.unwrap();
    assert_eq!(resolution.name, "no-such-name.invalid");
    assert!(resolution.failure.is_some());
    assert!(resolution.detail.is_some());
    assert_eq!(seen.reading, None);
}

#[tokio::test]
async fn localhost_is_resolved_by_the_system() {
    let address = answering(ANSWER).await;
    let mut plan = plan(&format!("http://localhost:{}/", address.port()));
    plan.addressing.family = Some(Family::V4);
    let seen = ask(&plan).await;
    assert_eq!(seen.end, End::Complete, "{seen:?}");
    assert!(seen.phases.resolve.is_some());
}

#[tokio::test]
async fn a_family_without_an_address_is_named() {
    let mut plan = plan("http://shop.example/");
    plan.addressing.resolve = vec![resolve("shop.example", 80, &["127.0.0.1"])];
    plan.addressing.family = Some(Family::V6);
    let seen = ask(&plan).await;
    assert_eq!(seen.end, End::NotResolved);
    assert_eq!(seen.resolution.unwrap().failure, Some(LookupFailure::NoneOfFamily));
}

/// A listener whose queue is full: the kernel drops what comes.
async fn deaf() -> (SocketAddr, TcpListener, Vec<TcpStream>) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    while let Ok(Ok(stream)) =
        tokio::time::timeout(Duration::from_millis(100), TcpStream::connect(address)).await
    {
        queue.push(stream);
    }
    (address, listener, queue)
}

#[tokio::test]
async fn a_connect_without_an_answer_times_out_at_its_own_limit() {
    let (address, _listener, _queue) = deaf().await;
    let mut plan = plan(&format!("http://{address}/"));
    plan.limits.connect = Duration::from_millis(300);
    let seen = ask(&plan).await;
    assert_eq!((seen.end, seen.ended_in), (End::TimedOut, Phase::Connect));
    assert_eq!(seen.connects[0].outcome, ConnectOutcome::TimedOut);
    assert!((0.29..0.5).contains(&seen.connects[0].seconds), "{:?}", seen.connects);
}

#[tokio::test]
async fn a_deadline_within_the_connect_leaves_the_attempt_on_record() {
    let (address, _listener, _queue) = deaf().await;
    let mut plan = plan(&format!("http://{address}/"));
    plan.limits.total = Duration::from_millis(300);
    let seen = ask(&plan).await;
    assert_eq!((seen.end, seen.ended_in), (End::TimedOut, Phase::Connect));
    assert_eq!(seen.connects[0].outcome, ConnectOutcome::TimedOut);
}
