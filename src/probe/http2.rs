//! HTTP/2, by the library that hyper and reqwest stand on, over our own connection: so addresses, connects and
//! handshake are recorded as for HTTP/1.x, and the phases are exact. A general client would make its own
//! connection, and show neither. Its errors are typed, and taken for what they are, never for their text.

use std::future::{Future, poll_fn};
use std::io::{Cursor, ErrorKind};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Instant;

use h2::client::{self, Connection, ResponseFuture, SendRequest};
use h2::{RecvStream, SendStream};
use http::{Request, Response};
use tokio::task::yield_now;

use super::draft::{Draft, Reads};
use super::handshake;
use super::http2_reading::Http2Reading;
use super::stop::Stop;
use super::stream::Stream;
use super::tap::{Overhearing, Tap};
use crate::http1::{StreamEnd, WireBytes};
use crate::observation::{End, Phase};
use crate::plan::{Endpoint, Probe};

/// How much the peer may send before we take it: enough that a window never slows a body down.
const WINDOW: u32 = 1024 * 1024;
/// How large a head may be: larger than any gateway takes.
const HEAD: u32 = 1024 * 1024;

type Content = Cursor<Vec<u8>>;

/// Sends the request and reads the response.
pub(super) async fn exchange(draft: &mut Draft<'_>, probe: &Probe, stream: Stream) -> Stop {
    let request = match request(probe) {
        Ok(request) => request,
        Err(error) => return Stop::with(End::LocalFailure, error.to_string()),
    };
    let overhearing = Overhearing::default();
    draft.exchange.sent.head = shown(&request);
    let reading = Http2Reading::new(probe.request.method == "HEAD", overhearing.clone());
    draft.reads = Reads::Http2(Box::new(reading));
    draft.enter(Phase::Send);
    let mut builder = client::Builder::new();
    builder.enable_push(false).initial_window_size(WINDOW).initial_connection_window_size(WINDOW);
    builder.max_header_list_size(HEAD);
    let result = match builder.handshake(Tap::new(stream, overhearing)).await {
        Ok((sender, connection)) => {
            let body = probe.request.body.clone();
            beside(connection, converse(draft, sender, request, body)).await
        }
        Err(error) => Err(error),
    };
    match result {
        Ok(()) => Stop::new(End::Complete),
        Err(error) => failed(draft, &error),
    }
}

/// The request in HTTP/2: without the fields that belong to a connection (RFC 9113 section 8.2.2).
fn request(probe: &Probe) -> Result<Request<()>, http::Error> {
    const OF_THE_CONNECTION: [&str; 6] =
        ["connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade", "http2-settings"];
    let Endpoint { scheme, target, host_field, .. } = &probe.endpoint;
    let uri = format!("{}://{host_field}{target}", scheme.name());
    let mut builder = Request::builder().method(probe.request.method.as_str()).uri(uri);
    for (name, WireBytes(value)) in &probe.request.fields {
        if !OF_THE_CONNECTION.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            builder = builder.header(name.as_str(), value.as_slice());
        }
    }
    if !probe.request.body.is_empty() && !probe.request.has_field("content-length") {
        builder = builder.header(http::header::CONTENT_LENGTH, probe.request.body.len());
    }
    builder.body(())
}

/// The fields as they are given to the library; on the wire they are compressed.
fn shown(request: &Request<()>) -> WireBytes {
    let uri = request.uri();
    let target = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let authority = uri.authority().map_or("", http::uri::Authority::as_str);
    let scheme = uri.scheme_str().unwrap_or("http");
    let mut shown = format!(
        ":method: {}\r\n:scheme: {scheme}\r\n:authority: {authority}\r\n:path: {target}\r\n",
        request.method()
    )
    .into_bytes();
    for (name, value) in request.headers() {
        shown.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    shown.extend_from_slice(b"\r\n");
    WireBytes(shown)
}

/// Runs the connection beside the conversation that goes over it.
async fn beside<T>(
    connection: Connection<Tap<Stream>, Content>,
    conversation: impl Future<Output = Result<T, h2::Error>>,
) -> Result<T, h2::Error> {
    let mut connection = Some(Box::pin(connection));
    let mut failure = None;
    let mut conversation = pin!(conversation);
    let result = poll_fn(|context| {
        // The connection moves the bytes, so it comes first; the conversation's own frames want it once more.
        for _ in 0..2 {
            if let Some(running) = &mut connection
                && let Poll::Ready(end) = running.as_mut().poll(context)
            {
                connection = None;
                failure = end.err();
            }
            if let Poll::Ready(result) = conversation.as_mut().poll(context) {
                return Poll::Ready(result);
            }
        }
        Poll::Pending
    })
    .await;
    // Of a connection that failed, its own error is the cause; the conversation's is only the consequence.
    result.map_err(|error| failure.unwrap_or(error))
}

async fn converse(
    draft: &mut Draft<'_>,
    sender: SendRequest<Content>,
    request: Request<()>,
    body: Vec<u8>,
) -> Result<(), h2::Error> {
    let mut sender = sender.ready().await?;
    let (mut response, stream) = sender.send_request(request, body.is_empty())?;
    let early = send(draft, stream, &mut response, &body).await;
    draft.enter(Phase::Wait);
    let mut content = match early {
        Some(early) => begin(draft, early?),
        None => heads(draft, response).await?,
    };
    while let Some(data) = content.data().await {
        let data = data?;
        draft.bytes_came_at(Instant::now());
        reading(draft, |reading| reading.data(&data));
        content.flow_control().release_capacity(data.len())?;
        // The other exchanges have a turn.
        yield_now().await;
    }
    if let Some(trailers) = content.trailers().await? {
        reading(draft, |reading| reading.trailers(&trailers));
    }
    reading(draft, Http2Reading::completed);
    Ok(())
}

/// Sends the content as the peer's windows allow. A response that comes meanwhile ends it: a server that will not
/// have the content opens no further window.
async fn send(
    draft: &mut Draft<'_>,
    mut stream: SendStream<Content>,
    response: &mut ResponseFuture,
    body: &[u8],
) -> Option<Result<Response<RecvStream>, h2::Error>> {
    let mut rest = body;
    while !rest.is_empty() {
        stream.reserve_capacity(rest.len());
        let next = poll_fn(|context| match Pin::new(&mut *response).poll(context) {
            Poll::Ready(early) => Poll::Ready(Err(early)),
            Poll::Pending => stream.poll_capacity(context).map(Ok),
        });
        let room = match next.await {
            Ok(Some(Ok(room))) => room,
            // The stream takes no more; the response tells why.
            Ok(_) => return None,
            Err(early) => return Some(early),
        };
        let (part, later) = rest.split_at(room.min(rest.len()));
        if stream.send_data(Cursor::new(part.to_vec()), later.is_empty()).is_err() {
            return None;
        }
        draft.exchange.sent.bytes += u64::try_from(part.len()).unwrap_or(u64::MAX);
        rest = later;
    }
    draft.exchange.sent.complete = true;
    None
}

/// Waits for the final head; keeps the interim ones.
async fn heads(draft: &mut Draft<'_>, mut response: ResponseFuture) -> Result<RecvStream, h2::Error> {
    let response = poll_fn(|context| {
        while let Poll::Ready(Some(Ok(interim))) = response.poll_informational(context) {
            draft.bytes_came_at(Instant::now());
            reading(draft, |reading| reading.head(interim.status(), interim.headers()));
        }
        Pin::new(&mut response).poll(context)
    })
    .await?;
    Ok(begin(draft, response))
}

/// The final head is here.
fn begin(draft: &mut Draft<'_>, response: Response<RecvStream>) -> RecvStream {
    let now = Instant::now();
    draft.bytes_came_at(now);
    let (parts, content) = response.into_parts();
    reading(draft, |reading| reading.head(parts.status, &parts.headers));
    draft.enter_at(Phase::Body, now);
    content
}

fn reading(draft: &mut Draft<'_>, change: impl FnOnce(&mut Http2Reading)) {
    if let Reads::Http2(reading) = &mut draft.reads {
        change(reading);
    }
}

fn failed(draft: &mut Draft<'_>, error: &h2::Error) -> Stop {
    draft.stream_end = StreamEnd::Fin;
    if let Some(io) = error.get_io() {
        return broken(draft, io);
    }
    let has_bytes = matches!(&draft.reads, Reads::Http2(reading) if reading.has_bytes());
    stop(error, has_bytes)
}

/// The end that an error of the protocol means; `has_bytes` says whether anything came.
pub(super) fn stop(error: &h2::Error, has_bytes: bool) -> Stop {
    let reason = error.reason().map(|reason| format!("{reason:?}")).unwrap_or_default();
    match (error.is_remote(), error.is_go_away(), error.is_reset()) {
        (true, true, _) => Stop::with(End::Closed, format!("the peer sent GOAWAY: {reason}")),
        (true, _, true) => Stop::with(End::Reset, format!("the peer reset the stream: {reason}")),
        _ if has_bytes => Stop::with(End::Malformed, format!("the peer's bytes are no HTTP/2: {reason}")),
        _ => Stop::with(End::Closed, reason),
    }
}

fn broken(draft: &mut Draft<'_>, error: &std::io::Error) -> Stop {
    // The library says «broken pipe» where the peer closed, in order or not.
    let was_reset = matches!(&draft.reads, Reads::Http2(reading) if reading.was_reset());
    let stop = match error.kind() {
        ErrorKind::BrokenPipe if was_reset => Stop::new(End::Reset),
        ErrorKind::BrokenPipe => Stop::new(End::Closed),
        _ if draft.exchange.tls.is_some() => handshake::failed(draft, error),
        _ => Stop::from_io(error),
    };
    draft.stream_end = match stop.end {
        End::Reset => StreamEnd::Reset,
        End::Closed => StreamEnd::Fin,
        End::TimedOut => StreamEnd::Open,
        _ => StreamEnd::Truncated,
    };
    stop
}
