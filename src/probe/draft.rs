//! An exchange in the making. It outlives the future that fills it, so that nothing of what was seen is lost
//! when that future is dropped at a deadline.

use std::time::{Duration, Instant};

use super::Watcher;
use super::client_reading::ClientReading;
use super::connect::Attempts;
use super::context::{Clock, Context, to_microseconds};
use super::handshake::Overheard;
use super::http2_reading::Http2Reading;
use super::stop::Stop;
use crate::http1::{Asked, Reader, Reading, StreamEnd, WireBytes};
use crate::observation::{End, Exchange, Idle, Phase, Phases, ProxySeen, Sent, Span};
use crate::plan::Probe;

pub(super) struct Draft<'a> {
    /// What is known already.
    pub(super) exchange: Exchange,
    /// The TCP connects.
    pub(super) attempts: Attempts,
    /// What is overheard of the TLS handshake.
    pub(super) overheard: Option<Overheard>,
    /// Who reads the response.
    pub(super) reads: Reads,
    /// How the stream ended.
    pub(super) stream_end: StreamEnd,
    /// How long the connection is watched after a whole response.
    pub(super) patience: Option<Duration>,
    /// What became of it in that time.
    pub(super) idle: Option<Idle>,
    /// When the response was whole, where the connection is watched after that.
    pub(super) whole_at: Option<Instant>,
    open: Option<(Phase, Instant)>,
    last_read: Option<Instant>,
    longest_gap: Option<Duration>,
    clock: Clock,
    index: usize,
    watcher: &'a dyn Watcher,
}

/// Who reads the response.
pub(super) enum Reads {
    /// Nobody yet: there is no connection.
    Nobody,
    /// The reader of HTTP/1.x.
    Http1(Box<Reader>),
    /// HTTP/2.
    Http2(Box<Http2Reading>),
    /// The client library, once it has a head.
    Client(Box<ClientReading>),
}

impl<'a> Draft<'a> {
    pub(super) fn new(index: usize, probe: &Probe, clock: Clock, watcher: &'a dyn Watcher) -> Self {
        let url = probe.endpoint.to_string();
        let exchange = Exchange {
            route: probe.route,
            upstream: probe.upstream_url.clone(),
            experiment: probe.experiment,
            guise: probe.guise.clone(),
            url,
            proxy: probe.proxy.as_ref().map(|proxy| ProxySeen { url: proxy.url(), tunnel: None }),
            peer: None,
            local: None,
            resolution: None,
            connects: Vec::new(),
            tls: None,
            sent: Sent::default(),
            phases: Phases::default(),
            ended_in: Phase::Resolve,
            end: End::Interrupted,
            end_detail: None,
            reading: None,
            longest_gap: None,
            final_gap: None,
        };
        Self {
            exchange,
            attempts: Attempts::default(),
            overheard: None,
            reads: Reads::Nobody,
            stream_end: StreamEnd::Open,
            patience: None,
            idle: None,
            whole_at: None,
            open: None,
            last_read: None,
            longest_gap: None,
            clock,
            index,
            watcher,
        }
    }

    /// Enters a phase now.
    pub(super) fn enter(&mut self, phase: Phase) {
        self.enter_at(phase, Instant::now());
    }

    /// Enters a phase, and leaves the one before, at the given instant.
    pub(super) fn enter_at(&mut self, phase: Phase, instant: Instant) {
        self.leave_at(instant);
        self.open = Some((phase, instant));
        self.watcher.phase(self.index, phase);
    }

    /// The phase that it is in was another, as turns out now.
    pub(super) fn was(&mut self, phase: Phase) {
        if let Some((open, _)) = &mut self.open {
            *open = phase;
        }
    }

    /// The phase that it is in.
    pub(super) fn phase(&self) -> Option<Phase> {
        self.open.map(|(phase, _)| phase)
    }

    /// The connection stands and the request is about to be sent.
    pub(super) fn begin_sending(&mut self, head: &[u8], asked: Asked) {
        self.exchange.sent.head = WireBytes::from(head);
        self.reads = Reads::Http1(Box::new(Reader::new(asked)));
        self.enter(Phase::Send);
    }

    /// A tunnel stands: what was said to open it is no part of the exchange that goes through it.
    pub(super) fn forget_conversation(&mut self) {
        self.leave_at(Instant::now());
        let Phases { resolve, connect, .. } = self.exchange.phases;
        self.exchange.phases = Phases { resolve, connect, ..Phases::default() };
        self.exchange.sent = Sent::default();
        self.reads = Reads::Nobody;
        (self.last_read, self.longest_gap) = (None, None);
    }

    /// Bytes of a response came at that instant: the first of them end the waiting (and the sending, where the
    /// answer is early).
    pub(super) fn bytes_came_at(&mut self, instant: Instant) {
        if self.phase() == Some(Phase::Send) {
            self.enter_at(Phase::Wait, instant);
        }
        if self.phase() == Some(Phase::Wait) {
            self.enter_at(Phase::Head, instant);
        }
        if let Some(last) = self.last_read.replace(instant) {
            self.longest_gap = self.longest_gap.max(Some(instant.saturating_duration_since(last)));
        }
    }

    /// The exchange goes no further.
    pub(super) async fn finish(mut self, stop: Stop, context: &Context) -> Exchange {
        let now = self.whole_at.unwrap_or_else(Instant::now);
        self.exchange.ended_in = self.phase().unwrap_or(Phase::Resolve);
        self.leave_at(now);
        if let (Some(last), Stop { end: End::TimedOut | End::Interrupted | End::Closed | End::Reset, .. }) =
            (self.last_read, &stop)
        {
            let silence = now.saturating_duration_since(last);
            self.exchange.final_gap = Some(to_microseconds(silence.as_secs_f64()));
        }
        let mut exchange = self.exchange;
        exchange.longest_gap = self.longest_gap.map(|gap| to_microseconds(gap.as_secs_f64()));
        if let (Some(tls), Some(overheard)) = (&mut exchange.tls, &self.overheard) {
            overheard.tell(tls, exchange.phases.send.is_none());
        }
        exchange.reading = match self.reads {
            Reads::Nobody => None,
            Reads::Http1(reader) => Some(reader.finish(self.stream_end)),
            Reads::Http2(reading) => Some(reading.finish(self.stream_end)),
            Reads::Client(reading) => Some(reading.finish(self.stream_end)),
        };
        let patiently = stop.end != End::Interrupted && !context.cancel.is_cancelled();
        (exchange.end, exchange.end_detail) = agreed(stop, exchange.reading.as_ref(), self.stream_end);
        exchange.connects = self.attempts.finish(patiently).await;
        self.watcher.done(self.index);
        exchange
    }

    fn leave_at(&mut self, instant: Instant) {
        if let Some((phase, begun)) = self.open.take() {
            let span = Span { start: self.clock.seconds(begun), end: self.clock.seconds(instant) };
            *self.exchange.phases.slot(phase) = Some(span);
        }
    }
}

/// A body that lasts until the close is complete with an orderly one; and nothing is complete of which the
/// reader misses a part.
fn agreed(stop: Stop, reading: Option<&Reading>, stream_end: StreamEnd) -> (End, Option<String>) {
    let complete = reading.is_some_and(Reading::is_complete);
    match (stop.end, stream_end) {
        (End::Closed, StreamEnd::Fin) if complete => (End::Complete, None),
        (End::Complete, _) if !complete => (End::Malformed, stop.detail),
        (end, _) => (end, stop.detail),
    }
}
