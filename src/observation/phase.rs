//! The phases of an exchange, and when each began and ended.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The phases of an exchange, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// From a name to addresses.
    Resolve,
    /// TCP.
    Connect,
    /// TLS.
    Handshake,
    /// The request, until its last byte is handed to the kernel.
    Send,
    /// From there to the first byte of the response.
    Wait,
    /// From there to the end of the final head.
    Head,
    /// From there to the end of the response.
    Body,
}

impl Phase {
    /// All of them, in their order.
    pub const ALL: [Self; 7] =
        [Self::Resolve, Self::Connect, Self::Handshake, Self::Send, Self::Wait, Self::Head, Self::Body];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::Connect => "connect",
            Self::Handshake => "handshake",
            Self::Send => "send",
            Self::Wait => "wait",
            Self::Head => "head",
            Self::Body => "body",
        }
    }
}

/// When something began and ended, in seconds from the start of the run, to the microsecond.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Span {
    /// When it began.
    pub start: f64,
    /// When it ended, or was given up.
    pub end: f64,
}

impl Span {
    /// How long it took, in seconds.
    #[must_use]
    pub fn seconds(self) -> f64 {
        (self.end - self.start).max(0.0)
    }
}

/// When each phase of one exchange began and ended. A phase that was not reached is absent; the last one present
/// is the one in which the exchange ended.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Phases {
    /// Name resolution; absent where the host is an address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolve: Option<Span>,
    /// TCP connect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connect: Option<Span>,
    /// TLS handshake; absent for plain HTTP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handshake: Option<Span>,
    /// Sending the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send: Option<Span>,
    /// Waiting for the first byte. Its length is the time to first byte.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait: Option<Span>,
    /// Reading heads, to the end of the final one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<Span>,
    /// Reading the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Span>,
}

impl Phases {
    /// One phase, if it was reached.
    #[must_use]
    pub fn get(&self, phase: Phase) -> Option<Span> {
        match phase {
            Phase::Resolve => self.resolve,
            Phase::Connect => self.connect,
            Phase::Handshake => self.handshake,
            Phase::Send => self.send,
            Phase::Wait => self.wait,
            Phase::Head => self.head,
            Phase::Body => self.body,
        }
    }

    /// The place of one phase, to be filled.
    pub fn slot(&mut self, phase: Phase) -> &mut Option<Span> {
        match phase {
            Phase::Resolve => &mut self.resolve,
            Phase::Connect => &mut self.connect,
            Phase::Handshake => &mut self.handshake,
            Phase::Send => &mut self.send,
            Phase::Wait => &mut self.wait,
            Phase::Head => &mut self.head,
            Phase::Body => &mut self.body,
        }
    }

    /// The phases that were reached, in their order.
    pub fn reached(&self) -> impl Iterator<Item = (Phase, Span)> {
        Phase::ALL.into_iter().filter_map(|phase| self.get(phase).map(|span| (phase, span)))
    }

    /// From the beginning of the first phase to the end of the last, in seconds.
    #[must_use]
    pub fn total(&self) -> f64 {
        let start = self.reached().next().map_or(0.0, |(_, span)| span.start);
        let end = self.reached().last().map_or(0.0, |(_, span)| span.end);
        (end - start).max(0.0)
    }

    /// From the last byte of the request to the end of the exchange, in seconds: what a gateway's read timeout
    /// is compared with.
    #[must_use]
    pub fn since_sent(&self) -> Option<f64> {
        let sent = self.send?.end;
        self.reached().last().map(|(_, span)| (span.end - sent).max(0.0))
    }
}
