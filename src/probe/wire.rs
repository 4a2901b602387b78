//! HTTP/1.x: sends the request and gives every byte that comes back to our own reader.
//!
//! It reads while it writes. A server that will not have a body answers early and closes; who writes on without
//! reading loses that answer, as some gateways do.

use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::task::yield_now;
use tokio::time::timeout_at;

use super::context::to_microseconds;
use super::draft::{Draft, Reads};
use super::handshake;
use super::stop::Stop;
use super::stream::Stream;
use crate::http1::{Stage, StreamEnd};
use crate::observation::{End, Idle, IdleEnd, Phase};
use crate::plan::Probe;

/// How much is read or written at once.
const BUFFER: usize = 64 * 1024;
/// A piece after which the others have a turn: a TLS record.
const LARGE: usize = 16 * 1024;
/// How long a silence ends what has no end any more: a server that greets would wait for us forever.
const SILENCE: Duration = Duration::from_millis(300);
/// How long a silence ends a body whose length cannot be read.
const DOUBT: Duration = Duration::from_secs(1);
/// How long the bytes of an upgrade that nobody asked for are looked at.
const AFTER_UPGRADE: Duration = Duration::from_millis(200);
/// How much is read of what has no end any more.
const STRAY: u64 = 1024 * 1024;

/// Sends the request and reads the response.
pub(super) async fn exchange(draft: &mut Draft<'_>, probe: &Probe, stream: Stream) -> Stop {
    let request = probe.request_bytes();
    draft.begin_sending(head_of(&request), probe.request.asked());
    let talk = Talk { stream, ahead: Vec::new(), rest: &request, flushed: false, failure: None };
    converse(draft, talk, probe.request.asked().upgrade).await
}

/// Reads the rest of a response of which the beginning has come, and perhaps the failure of the connection too.
pub(super) async fn rest(
    draft: &mut Draft<'_>,
    ahead: Vec<u8>,
    failure: Option<io::Error>,
    stream: Stream,
) -> Stop {
    converse(draft, Talk { stream, ahead, rest: &[], flushed: true, failure }, false).await
}

async fn converse(draft: &mut Draft<'_>, mut talk: Talk<'_>, upgrade: bool) -> Stop {
    let mut buffer = vec![0; BUFFER];
    let mut patience = Patience::default();
    loop {
        let event = match patience.until {
            None => talk.next(&mut buffer).await,
            Some(until) => match timeout_at(until.into(), talk.next(&mut buffer)).await {
                Ok(event) => event,
                Err(_) => return Stop::new(End::Malformed),
            },
        };
        match event {
            Event::Wrote(bytes) => {
                draft.exchange.sent.bytes += count(bytes);
                share(bytes).await;
            }
            Event::Sent => sent(draft),
            Event::NotSent => {}
            Event::Read(0) => return closed(draft, talk.failure.as_ref(), patience),
            Event::Read(bytes) => {
                let now = Instant::now();
                draft.bytes_came_at(now);
                let stage = push(draft, buffer.get(..bytes).unwrap_or_default());
                match progress(draft, stage, now) {
                    Progress::Complete => return complete(draft, &mut talk, &mut buffer).await,
                    Progress::Stray => patience.silence(now, bytes),
                    Progress::Doubtful => patience.doubt(now),
                    Progress::Upgraded if upgrade => return Stop::new(End::Complete),
                    Progress::Upgraded => patience.at_most(now),
                    Progress::Reading => {}
                }
                if patience.is_over() {
                    return Stop::new(End::Malformed);
                }
                share(bytes).await;
            }
            Event::Broken(error) => return broken(draft, &error, patience),
        }
    }
}

/// Lets the other exchanges have a turn after a large piece: a stream that is always ready would keep the thread
/// to itself, and the others would be late to see their first byte.
async fn share(bytes: usize) {
    if bytes >= LARGE {
        yield_now().await;
    }
}

/// The head of a request: to its empty line.
fn head_of(request: &[u8]) -> &[u8] {
    let end = memchr::memmem::find(request, b"\r\n\r\n").map_or(request.len(), |at| at + 4);
    request.get(..end).unwrap_or(request)
}

fn sent(draft: &mut Draft<'_>) {
    draft.exchange.sent.complete = true;
    if draft.phase() == Some(Phase::Send) {
        draft.enter(Phase::Wait);
    }
}

fn push(draft: &mut Draft<'_>, bytes: &[u8]) -> Stage {
    match &mut draft.reads {
        Reads::Http1(reader) => reader.push(bytes),
        Reads::Nobody | Reads::Http2(_) | Reads::Client(_) => Stage::NotHttp,
    }
}

enum Progress {
    Reading,
    Complete,
    /// What comes leads nowhere.
    Stray,
    /// A body that lasts until the close because its length is unreadable: the peer may mean to keep the
    /// connection open, and nobody can tell.
    Doubtful,
    /// After 101.
    Upgraded,
}

fn progress(draft: &mut Draft<'_>, stage: Stage, now: Instant) -> Progress {
    let in_body = matches!(stage, Stage::Body | Stage::UntilClose | Stage::Complete | Stage::Tunnel);
    if in_body && draft.phase() == Some(Phase::Head) {
        draft.enter_at(Phase::Body, now);
    }
    if matches!(&draft.reads, Reads::Http1(reader) if reader.has_lost_framing()) {
        return Progress::Stray;
    }
    match stage {
        Stage::UntilClose if has_unreadable_length(draft) => Progress::Doubtful,
        Stage::Start | Stage::Head | Stage::BetweenResponses | Stage::Body | Stage::UntilClose => {
            Progress::Reading
        }
        Stage::Complete => Progress::Complete,
        Stage::NotHttp => Progress::Stray,
        Stage::Tunnel => Progress::Upgraded,
    }
}

/// Whether `Content-Length` is there and does not count, though nothing overrides it.
fn has_unreadable_length(draft: &Draft<'_>) -> bool {
    let Reads::Http1(reader) = &draft.reads else { return false };
    reader.response().is_some_and(|response| {
        response.values("content-length").next().is_some()
            && response.values("transfer-encoding").next().is_none()
    })
}

/// The response is whole. What the peer sent beyond it is there already, or nobody waits for it.
async fn complete(draft: &mut Draft<'_>, talk: &mut Talk<'_>, buffer: &mut [u8]) -> Stop {
    let more = poll_fn(|context| match talk.poll_read(context, buffer) {
        Poll::Ready(result) => Poll::Ready(result.ok()),
        Poll::Pending => Poll::Ready(None),
    })
    .await;
    match more {
        Some(0) => draft.stream_end = StreamEnd::Fin,
        Some(bytes) => {
            push(draft, buffer.get(..bytes).unwrap_or_default());
        }
        None => {}
    }
    if let (Some(patience), StreamEnd::Open) = (draft.patience, draft.stream_end) {
        let begun = Instant::now();
        draft.whole_at = Some(begun);
        let end = idle_end(talk, buffer, begun + patience).await;
        let seconds = to_microseconds(begun.elapsed().as_secs_f64());
        draft.idle = Some(Idle { seconds, end });
    }
    Stop::new(End::Complete)
}

/// What becomes of a connection on which nobody says anything more. What the peer says is no matter: some give a 408
/// on parting.
async fn idle_end(talk: &mut Talk<'_>, buffer: &mut [u8], until: Instant) -> IdleEnd {
    loop {
        let read = poll_fn(|context| talk.poll_read(context, buffer));
        match timeout_at(until.into(), read).await {
            Err(_) => return IdleEnd::StillOpen,
            Ok(Ok(0)) => return IdleEnd::Closed,
            Ok(Ok(_)) => {}
            Ok(Err(_)) => return IdleEnd::Reset,
        }
    }
}

/// The peer closed. After a write that failed it is the kernel's way to say that it was reset: the error is told
/// only once, and the write had it.
fn closed(draft: &mut Draft<'_>, failure: Option<&io::Error>, patience: Patience) -> Stop {
    if let Some(error) = failure {
        return broken(draft, error, patience);
    }
    draft.stream_end = StreamEnd::Fin;
    Stop::new(if patience.strained { End::Malformed } else { End::Closed })
}

fn broken(draft: &mut Draft<'_>, error: &io::Error, patience: Patience) -> Stop {
    let stop =
        if draft.exchange.tls.is_some() { handshake::failed(draft, error) } else { Stop::from_io(error) };
    draft.stream_end = match stop.end {
        End::Reset => StreamEnd::Reset,
        End::TimedOut => StreamEnd::Open,
        _ => StreamEnd::Truncated,
    };
    match stop.end {
        End::Closed | End::Reset if patience.strained => Stop { end: End::Malformed, ..stop },
        _ => stop,
    }
}

/// How long bytes are read on that lead nowhere.
#[derive(Debug, Clone, Copy, Default)]
struct Patience {
    until: Option<Instant>,
    stray: u64,
    /// Whatever comes now, the response is malformed.
    strained: bool,
}

impl Patience {
    fn silence(&mut self, now: Instant, bytes: usize) {
        self.until = Some(now + SILENCE);
        self.stray += count(bytes);
        self.strained = true;
    }

    fn doubt(&mut self, now: Instant) {
        self.until = Some(now + DOUBT);
    }

    fn at_most(&mut self, now: Instant) {
        self.until = self.until.or(Some(now + AFTER_UPGRADE));
        self.strained = true;
    }

    fn is_over(self) -> bool {
        self.stray > STRAY
    }
}

/// The request on its way out, the response on its way in.
struct Talk<'a> {
    stream: Stream,
    /// What has been read already.
    ahead: Vec<u8>,
    rest: &'a [u8],
    flushed: bool,
    failure: Option<io::Error>,
}

enum Event {
    /// So many bytes of the request were taken.
    Wrote(usize),
    /// The kernel has all of the request.
    Sent,
    /// It will take no more.
    NotSent,
    /// So many bytes came; none: the peer closed.
    Read(usize),
    /// The connection failed.
    Broken(io::Error),
}

impl Talk<'_> {
    async fn next(&mut self, buffer: &mut [u8]) -> Event {
        poll_fn(|context| self.poll_event(context, buffer)).await
    }

    fn poll_event(&mut self, context: &mut Context<'_>, buffer: &mut [u8]) -> Poll<Event> {
        if let Poll::Ready(read) = self.poll_read(context, buffer) {
            return Poll::Ready(read.map_or_else(Event::Broken, Event::Read));
        }
        if self.flushed || self.failure.is_some() {
            return Poll::Pending;
        }
        let written = match self.poll_send(context) {
            Poll::Ready(written) => written,
            Poll::Pending => return Poll::Pending,
        };
        Poll::Ready(written.unwrap_or_else(|error| {
            // The peer takes no more; what it said before is still to be read.
            self.failure = Some(error);
            Event::NotSent
        }))
    }

    fn poll_send(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Event>> {
        let stream = Pin::new(&mut self.stream);
        if self.rest.is_empty() {
            return stream.poll_flush(context).map_ok(|()| {
                self.flushed = true;
                Event::Sent
            });
        }
        let part = self.rest.get(..BUFFER).unwrap_or(self.rest);
        stream.poll_write(context, part).map(|written| match written {
            Ok(0) => Err(ErrorKind::WriteZero.into()),
            Ok(bytes) => {
                self.rest = self.rest.get(bytes..).unwrap_or_default();
                Ok(Event::Wrote(bytes))
            }
            Err(error) => Err(error),
        })
    }

    fn poll_read(&mut self, context: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        let mut into = ReadBuf::new(buffer);
        if !self.ahead.is_empty() {
            let bytes = self.ahead.len().min(into.remaining());
            into.put_slice(&self.ahead[..bytes]);
            self.ahead.drain(..bytes);
            return Poll::Ready(Ok(bytes));
        }
        match Pin::new(&mut self.stream).poll_read(context, &mut into) {
            Poll::Ready(Ok(())) => Poll::Ready(Ok(into.filled().len())),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => Poll::Pending,
        }
    }
}

fn count(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}
