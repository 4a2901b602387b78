//! HTTP/1.x over plain TCP: every end, and the times.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::sleep;

use super::{answering, ask, direct, get, get_within, hear, plan, reset, serve};
use crate::http1::{CutAt, DefectCode, OtherProtocol, StreamEnd, WireBytes};
use crate::observation::{End, Exchange, Phase};
use crate::plan::{Experiment, Route};
use crate::probe::{Cancel, Context, Unwatched, observe, run};

const LIMIT: Duration = Duration::from_millis(300);

fn outcome(exchange: &Exchange) -> (End, Phase) {
    (exchange.end, exchange.ended_in)
}

fn stream_end(exchange: &Exchange) -> StreamEnd {
    exchange.reading.as_ref().unwrap().end
}

fn cut(exchange: &Exchange) -> Option<CutAt> {
    exchange.reading.as_ref().unwrap().cut
}

#[tokio::test]
async fn a_whole_response_is_complete_and_every_phase_has_its_time() {
    let address = answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
    let seen = get(address).await;
    assert_eq!(outcome(&seen), (End::Complete, Phase::Body), "{seen:?}");
    assert_eq!(seen.status(), Some(200));
    assert_eq!(seen.peer, Some(address.to_string()));
    assert_eq!(seen.local.as_deref(), Some("127.0.0.1"));
    let phases: Vec<Phase> = seen.phases.reached().map(|(phase, _)| phase).collect();
    assert_eq!(phases, [Phase::Connect, Phase::Send, Phase::Wait, Phase::Head, Phase::Body]);
    let mut last = 0.0;
    for (_, span) in seen.phases.reached() {
        assert!(span.start >= last && span.end >= span.start, "{:?}", seen.phases);
        last = span.end;
    }
    assert!(seen.sent.complete);
    assert_eq!(seen.sent.bytes, u64::try_from(seen.sent.head.0.len()).unwrap());
    assert_eq!(seen.resolution, None);
}

#[tokio::test]
async fn a_close_and_a_reset_before_the_first_byte_are_told_apart() {
    let closed = get(serve(async |mut stream| hear(&mut stream).await).await).await;
    assert_eq!((outcome(&closed), stream_end(&closed)), ((End::Closed, Phase::Wait), StreamEnd::Fin));
    assert_eq!(cut(&closed), Some(CutAt::Start));
    let address = serve(async |mut stream| {
        hear(&mut stream).await;
        reset(stream);
    })
    .await;
    let seen = get(address).await;
    assert_eq!((outcome(&seen), stream_end(&seen)), ((End::Reset, Phase::Wait), StreamEnd::Reset));
    assert_eq!(seen.end_detail.as_deref(), Some("Connection reset by peer"));
}

#[tokio::test]
async fn a_close_within_head_or_body_ends_there() {
    let head = get(answering(b"HTTP/1.1 200 OK\r\nContent-Le").await).await;
    assert_eq!((outcome(&head), cut(&head)), ((End::Closed, Phase::Head), Some(CutAt::FieldName)));
    let body = get(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort").await).await;
    assert_eq!((outcome(&body), cut(&body)), ((End::Closed, Phase::Body), Some(CutAt::Body)));
}

#[tokio::test]
async fn a_reset_within_the_body_keeps_what_came_before() {
    let address = serve(async |mut stream| {
        hear(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort").await.unwrap();
        sleep(Duration::from_millis(20)).await;
        reset(stream);
    })
    .await;
    let seen = get(address).await;
    assert_eq!(outcome(&seen), (End::Reset, Phase::Body));
    assert_eq!(seen.reading.unwrap().body.length, 5);
}

#[tokio::test]
async fn a_body_that_ends_with_the_connection_is_complete_only_with_an_orderly_close() {
    let seen = get(answering(b"HTTP/1.1 200 OK\r\n\r\nall of it").await).await;
    assert_eq!(outcome(&seen), (End::Complete, Phase::Body));
    let address = serve(async |mut stream| {
        hear(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nsome of it").await.unwrap();
        sleep(Duration::from_millis(20)).await;
        reset(stream);
    })
    .await;
    assert_eq!(outcome(&get(address).await), (End::Reset, Phase::Body));
}

#[tokio::test]
async fn silence_ends_with_the_limit_in_the_phase_it_is_in() {
    let silent = serve(async |mut stream| {
        hear(&mut stream).await;
        sleep(Duration::from_secs(9)).await;
    })
    .await;
    let seen = get_within(silent, LIMIT).await;
    assert_eq!((outcome(&seen), stream_end(&seen)), ((End::TimedOut, Phase::Wait), StreamEnd::Open));
    assert!(seen.phases.wait.unwrap().seconds() > 0.25);
    assert_eq!(seen.longest_gap, None);
    let stalling = serve(async |mut stream| {
        hear(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort").await.unwrap();
        sleep(Duration::from_secs(9)).await;
    })
    .await;
    let seen = get_within(stalling, LIMIT).await;
    assert_eq!(outcome(&seen), (End::TimedOut, Phase::Body));
    assert!(seen.final_gap.unwrap() > 0.25);
}

#[tokio::test]
async fn the_time_to_first_byte_and_the_longest_gap_are_those_of_the_upstream() {
    let address = serve(async |mut stream| {
        hear(&mut stream).await;
        sleep(Duration::from_millis(100)).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no").await.unwrap();
        sleep(Duration::from_millis(50)).await;
        stream.write_all(b"k").await.unwrap();
    })
    .await;
    let seen = get(address).await;
    let first = seen.time_to_first_byte().unwrap();
    assert!((0.1..0.13).contains(&first), "{first}");
    assert!((0.045..0.08).contains(&seen.longest_gap.unwrap()), "{:?}", seen.longest_gap);
}

#[tokio::test]
async fn a_server_that_greets_is_not_waited_for() {
    let address = serve(async |mut stream| {
        stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n").await.unwrap();
        sleep(Duration::from_secs(9)).await;
    })
    .await;
    let begun = Instant::now();
    let seen = get(address).await;
    assert!(begun.elapsed() < Duration::from_secs(1));
    assert_eq!(outcome(&seen), (End::Malformed, Phase::Head));
    assert_eq!(seen.reading.unwrap().other_protocol, Some(OtherProtocol::Ssh));
}

#[tokio::test]
async fn a_lost_chunk_framing_is_not_waited_for() {
    let address = serve(async |mut stream| {
        hear(&mut stream).await;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n")
            .await
            .unwrap();
        sleep(Duration::from_secs(9)).await;
    })
    .await;
    let begun = Instant::now();
    let seen = get(address).await;
    assert!(begun.elapsed() < Duration::from_secs(1));
    assert_eq!(outcome(&seen), (End::Malformed, Phase::Body));
}

#[tokio::test]
async fn an_upgrade_that_nobody_asked_for_is_malformed_and_one_that_was_is_complete() {
    const UPGRADE: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: odd\r\nConnection: upgrade\r\n\r\n";
    let seen = get(answering(UPGRADE).await).await;
    assert_eq!(seen.end, End::Malformed);
    let defects = &seen.reading.unwrap().defects;
    assert!(defects.iter().any(|defect| defect.code == DefectCode::UnexpectedUpgrade), "{defects:?}");
    let mut plan = plan(&format!("http://{}/", answering(UPGRADE).await));
    plan.request.set_field("Connection", "upgrade");
    plan.request.set_field("Upgrade", "odd");
    assert_eq!(ask(&plan).await.end, End::Complete);
}

#[tokio::test]
async fn bytes_after_the_end_are_seen() {
    let seen = get(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more").await).await;
    assert_eq!(seen.end, End::Complete);
    assert_eq!(seen.reading.unwrap().leftover.length, 9);
}

#[tokio::test]
async fn an_early_answer_to_an_upload_is_not_lost() {
    let address = serve(async |mut stream| {
        let mut some = [0; 1000];
        stream.read_exact(&mut some).await.unwrap();
        stream.write_all(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n").await.unwrap();
        // Unread bytes of the request make this close a reset.
        sleep(Duration::from_millis(50)).await;
    })
    .await;
    let mut plan = plan(&format!("http://{address}/"));
    plan.request.method = "POST".to_owned();
    plan.request.body = vec![b'x'; 16 * 1024 * 1024];
    let seen = ask(&plan).await;
    assert_eq!((seen.end, seen.status()), (End::Complete, Some(413)));
    assert!(!seen.sent.complete);
    assert!(seen.sent.bytes < 16 * 1024 * 1024);
}

#[tokio::test]
async fn a_reset_during_an_upload_ends_while_sending() {
    let address = serve(async |mut stream| {
        let mut some = [0; 1000];
        stream.read_exact(&mut some).await.unwrap();
    })
    .await;
    let mut plan = plan(&format!("http://{address}/"));
    plan.request.method = "POST".to_owned();
    plan.request.body = vec![b'x'; 16 * 1024 * 1024];
    let seen = ask(&plan).await;
    assert_eq!(outcome(&seen), (End::Reset, Phase::Send));
}

#[tokio::test]
async fn an_interruption_returns_what_there_is() {
    let address = serve(async |mut stream| {
        hear(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort").await.unwrap();
        sleep(Duration::from_secs(9)).await;
    })
    .await;
    let plan = plan(&format!("http://{address}/"));
    let (canceller, cancel) = Cancel::pair();
    let context = Context::new(&plan, cancel);
    let probes = [direct(&plan)];
    let interrupt = async {
        sleep(Duration::from_millis(100)).await;
        canceller.cancel();
    };
    let (seen, ()) = tokio::join!(run(&probes, &context, &Unwatched), interrupt);
    assert_eq!(outcome(&seen[0]), (End::Interrupted, Phase::Body));
    assert_eq!(seen[0].reading.as_ref().unwrap().body.length, 5);
}

#[tokio::test]
async fn both_routes_of_a_plan_are_observed_at_the_same_time() {
    const ANSWER: &[u8] = b"HTTP/1.1 204 No Content\r\n\r\n";
    let slow = async || {
        serve(async |mut stream| {
            hear(&mut stream).await;
            sleep(Duration::from_millis(100)).await;
            stream.write_all(ANSWER).await.unwrap();
        })
        .await
    };
    let mut plan = plan(&format!("http://{}/", slow().await));
    plan.gateway.port = slow().await.port();
    plan.request.fields.push(("X-One".to_owned(), WireBytes::from("1")));
    let seen = observe(&plan, &Context::new(&plan, Cancel::never()), &Unwatched).await;
    assert!(seen.elapsed < 0.18, "{}", seen.elapsed);
    assert_eq!(seen.exchanges.len(), 2);
    assert!(seen.exchanges[0].is(Route::Gateway, Experiment::SameRequest));
    assert_eq!(seen.direct().next().unwrap().status(), Some(204));
    assert_eq!(seen.request.fields, [WireBytes::from("X-One: 1")]);
    assert!(seen.exchanges[0].sent.head.contains("X-One: 1"));
}
