//! The same request over both routes, side by side: what the client got through the gateway, and what the
//! upstream gave directly.

use crate::http1::{Body, CutAt, FramingRule};
use crate::observation::{End, Exchange};

/// What the client got through the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The gateway could not be reached: no connection, or no TLS.
    Unreachable,
    /// The request was sent, and the head of no final response came.
    Nothing,
    /// Bytes that a client cannot take for a response: no HTTP, no number for a status, lost framing.
    Unreadable,
    /// A head, and less of the body than the framing says.
    Cut(u16),
    /// A head, and a body that was still coming when this side's own limit ended the exchange: long or endless.
    StillFlowing(u16),
    /// A whole response with a status of 500 or more.
    ServerError(u16),
    /// A forward proxy answered CONNECT with this status below 500 that is no 2xx: there is no tunnel.
    NoTunnel(u16),
    /// A whole response with a status below 500.
    Whole(u16),
    /// The gateway has not answered, and it was this side that stopped waiting.
    StillWaiting,
    /// The run was interrupted before it was known.
    Interrupted,
}

impl Answer {
    /// What an exchange comes to.
    #[must_use]
    pub fn of(exchange: &Exchange) -> Self {
        if exchange.end == End::Interrupted {
            return Self::Interrupted;
        }
        if !exchange.reached_peer() {
            // Behind a tunnel it is the origin with which there is no TLS; the gateway was reached.
            return if exchange.is_tunnelled() { Self::Nothing } else { Self::Unreachable };
        }
        let Some(response) = exchange.response() else {
            let speaks = exchange.reading.as_ref().is_some_and(|reading| reading.other_protocol.is_some());
            return match exchange.end {
                _ if speaks => Self::Unreadable,
                End::TimedOut => Self::StillWaiting,
                _ => Self::Nothing,
            };
        };
        // Three digits are a status that a client can read, and 999 one that some send.
        let Some(status) = response.status.filter(|status| (100..=999).contains(status)) else {
            return Self::Unreadable;
        };
        match exchange.end {
            End::Complete if (500..=599).contains(&status) => Self::ServerError(status),
            End::Complete if exchange.tunnel().is_some_and(|tunnel| !tunnel.is_open()) => {
                Self::NoTunnel(status)
            }
            End::Complete => Self::Whole(status),
            End::Malformed if status == 101 => Self::Unreadable,
            // A stream of events may be silent for long: only a length, or a chunk that was begun, promises more.
            End::TimedOut if exchange.was_still_flowing() || !is_promised(exchange) => {
                Self::StillFlowing(status)
            }
            _ => Self::Cut(status),
        }
    }

    /// Whether the client got a whole response that is no server error.
    #[must_use]
    pub fn is_whole(self) -> bool {
        matches!(self, Self::Whole(_))
    }

    /// The status that came, if one did.
    #[must_use]
    pub fn status(self) -> Option<u16> {
        match self {
            Self::Cut(status)
            | Self::StillFlowing(status)
            | Self::ServerError(status)
            | Self::NoTunnel(status)
            | Self::Whole(status) => Some(status),
            Self::Unreachable | Self::Nothing | Self::Unreadable | Self::StillWaiting | Self::Interrupted => {
                None
            }
        }
    }
}

/// The gateway's exchange beside that of one upstream.
#[derive(Debug, Clone, Copy)]
pub struct Contrast<'a> {
    /// Through the gateway.
    pub gateway: &'a Exchange,
    /// Directly to the upstream, if one was named.
    pub direct: Option<&'a Exchange>,
    /// What the client got through the gateway.
    pub answer: Answer,
}

impl<'a> Contrast<'a> {
    /// Puts the two side by side.
    #[must_use]
    pub fn new(gateway: &'a Exchange, direct: Option<&'a Exchange>) -> Self {
        Self { gateway, direct, answer: Answer::of(gateway) }
    }

    /// What the upstream gave directly.
    #[must_use]
    pub fn direct_answer(&self) -> Option<Answer> {
        self.direct.map(Answer::of)
    }

    /// Whether both bodies came in the same length with the same hash.
    #[must_use]
    pub fn same_body(&self) -> bool {
        match (body(self.gateway), self.direct.and_then(body)) {
            (Some(one), Some(other)) => one.length == other.length && one.sha256 == other.sha256,
            _ => false,
        }
    }

    /// Where the gateway's body is only the beginning of the one that came directly, or nothing of it, in the same coding:
    /// how many bytes of how many.
    #[must_use]
    pub fn beginning(&self) -> Option<(u64, u64)> {
        let direct = self.direct?;
        let (through, whole) = (body(self.gateway)?, body(direct)?);
        // Only the first bytes are kept: where there are more, these do not tell whether all of it is the beginning.
        let is_kept = usize::try_from(through.length).is_ok_and(|length| length == through.beginning.0.len());
        let is_beginning = is_kept
            && through.length < whole.length
            && whole.beginning.0.starts_with(&through.beginning.0)
            && coding(self.gateway) == coding(direct);
        is_beginning.then_some((through.length, whole.length))
    }

    /// Whether both bodies begin alike, as far as both are kept: for half of the shorter one at least, as pages are made anew
    /// each time. It is so of those in different codings, and of those of which nothing came.
    #[must_use]
    pub fn begin_alike(&self) -> bool {
        let Some(direct) = self.direct else { return false };
        let (Some(one), Some(other)) = (body(self.gateway), body(direct)) else { return false };
        if coding(self.gateway) != coding(direct) {
            return true;
        }
        let (one, other) = (&one.beginning.0, &other.beginning.0);
        let same = one.iter().zip(other).take_while(|(one, other)| one == other).count();
        2 * same >= one.len().min(other.len())
    }

    /// Whether both routes answer with the same server error and the same body.
    #[must_use]
    pub fn has_same_error(&self) -> bool {
        matches!(self.answer, Answer::ServerError(status) if self.direct_answer() == Some(Answer::ServerError(status)))
            && self.same_body()
    }

    /// Whether the client failed to get what a client should: a whole response. Server errors are failures; what
    /// the upstream itself said is decided elsewhere. A gateway that has not answered by this side's own limit has
    /// failed only if its upstream, asked directly, was done with by then.
    #[must_use]
    pub fn failed(&self) -> bool {
        match self.answer {
            Answer::Whole(_) => self.passed_on_as_whole(),
            Answer::StillFlowing(_) | Answer::Interrupted => false,
            // Done, or in the middle of something that is no response.
            Answer::StillWaiting => self.direct.is_some_and(|direct| {
                direct.end != End::TimedOut || (direct.has_bytes() && direct.response().is_none())
            }),
            Answer::Unreachable
            | Answer::Nothing
            | Answer::Unreadable
            | Answer::Cut(_)
            | Answer::NoTunnel(_)
            | Answer::ServerError(_) => true,
        }
    }

    /// Whether a forward proxy was asked for a tunnel and gave none.
    #[must_use]
    pub fn has_no_tunnel(&self) -> bool {
        self.gateway.tunnel().is_some_and(|tunnel| !tunnel.is_open())
    }

    /// Whether a forward proxy will not do what it is asked for, by a rule of its own: whatever is wrong with the
    /// upstream, this is not what came of it.
    #[must_use]
    pub fn is_denied(&self) -> bool {
        const BY_RULE: [u16; 6] = [401, 403, 405, 407, 451, 501];
        let status = self.gateway.status();
        match self.gateway.proxy {
            Some(_) if status == Some(407) => !self.gateway.is_tunnelled(),
            Some(_) => self.has_no_tunnel() && status.is_some_and(|status| BY_RULE.contains(&status)),
            None => false,
        }
    }

    /// Whether the gateway presents as whole what the direct exchange shows to be cut off: the same bytes came, or
    /// the first of them, and nothing tells the client that some are missing.
    #[must_use]
    pub fn passed_on_as_whole(&self) -> bool {
        let Some(direct) = self.direct else { return false };
        let (Some(through), Some(cut)) = (body(self.gateway), body(direct)) else { return false };
        self.answer.is_whole()
            && matches!(Answer::of(direct), Answer::Cut(_))
            && direct.status() == self.gateway.status()
            && (self.same_body()
                || (through.length < cut.length && cut.beginning.0.starts_with(&through.beginning.0)))
    }

    /// Whether the gateway's response went silent and had no end when why502 stopped listening, though the upstream's is whole.
    #[must_use]
    pub fn never_ends(&self) -> bool {
        matches!(self.answer, Answer::StillFlowing(_))
            && !self.gateway.was_still_flowing()
            && self.direct_answer().is_some_and(Answer::is_whole)
    }

    /// Seconds that the gateway took, from the last byte of the request to the end of what it did.
    #[must_use]
    pub fn gateway_seconds(&self) -> f64 {
        self.gateway.phases.since_sent().unwrap_or_else(|| self.gateway.phases.total())
    }

    /// Whether the gateway closed the connection instead of ending a body whose length it had announced, or that
    /// it was sending in chunks: it told the client that something is missing.
    #[must_use]
    pub fn cut_is_visible(&self) -> bool {
        matches!(self.answer, Answer::Cut(_))
            && self.gateway.reading.as_ref().and_then(|reading| reading.framing.as_ref()).is_some_and(
                |framing| matches!(framing.rule, FramingRule::Chunked | FramingRule::ContentLength { .. }),
            )
    }
}

/// The content coding, as the response names it.
fn coding(exchange: &Exchange) -> Option<String> {
    exchange.response()?.text("content-encoding").map(str::to_ascii_lowercase)
}

/// The body of an exchange, as far as it came.
fn body(exchange: &Exchange) -> Option<&Body> {
    exchange.reading.as_ref().map(|reading| &reading.body)
}

/// Whether more of the body was announced than came: by a length, or by the size of a chunk.
fn is_promised(exchange: &Exchange) -> bool {
    exchange
        .reading
        .as_ref()
        .is_some_and(|reading| matches!(reading.cut, Some(CutAt::Body | CutAt::ChunkData | CutAt::Trailers)))
}
