//! One request and what came of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Phase, Phases, ProxySeen, Span, TlsSeen, Tunnel};
use crate::http1::{DefectKind, Message, Reading, StreamEnd, WireBytes};
use crate::plan::{Experiment, Guise, Route};

/// One request and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Exchange {
    /// Which way it took.
    pub route: Route,
    /// The URL of the upstream, for a direct exchange.
    pub upstream: Option<String>,
    /// What was tried.
    pub experiment: Experiment,
    /// What was changed in the request for it, where that is not the same for every such experiment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guise: Option<Guise>,
    /// The URL that was asked.
    pub url: String,
    /// The forward proxy that it went through, if it did. Resolution and connects are then those of the proxy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy: Option<ProxySeen>,
    /// The address of the connection that was used, as `address:port`.
    pub peer: Option<String>,
    /// This side's own address on that connection, without the port, as gateways write it in `X-Forwarded-For`: what the
    /// peer takes for its client, where nobody between rewrites addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local: Option<String>,
    /// How the name was resolved; `None` where the host is an address.
    pub resolution: Option<Resolution>,
    /// Every TCP connect that was tried, in the order of the addresses.
    pub connects: Vec<ConnectAttempt>,
    /// What was seen of TLS.
    pub tls: Option<TlsSeen>,
    /// What was sent.
    pub sent: Sent,
    /// When each phase began and ended.
    pub phases: Phases,
    /// In which phase the exchange ended. For a complete one: the last phase.
    pub ended_in: Phase,
    /// How it ended.
    pub end: End,
    /// The operating system's or the library's own words for the end, where there are any.
    pub end_detail: Option<String>,
    /// What was read. `None` if nothing could be sent. With HTTP/2 the same, without defects.
    pub reading: Option<Reading>,
    /// The longest silence between two reads of the response, in seconds.
    pub longest_gap: Option<f64>,
    /// The silence from the last read to the end, in seconds, where the exchange did not end by being complete.
    pub final_gap: Option<f64>,
}

impl Exchange {
    /// The exchange that saved bytes are from, as far as they tell. `name` is what the bytes are called.
    #[must_use]
    pub fn saved(name: &str, reading: Reading) -> Self {
        let end = match reading.end {
            _ if reading.is_complete() => End::Complete,
            _ if reading.framing_lost || reading.other_protocol.is_some() => End::Malformed,
            StreamEnd::Fin | StreamEnd::Truncated => End::Closed,
            StreamEnd::Reset => End::Reset,
            StreamEnd::Open => End::TimedOut,
        };
        let ended_in = match (reading.received, reading.response()) {
            (0, _) => Phase::Wait,
            (_, None) => Phase::Head,
            (_, Some(_)) => Phase::Body,
        };
        let mut phases = Phases::default();
        // It was sent once: without that, nothing could have come.
        *phases.slot(Phase::Send) = Some(Span { start: 0.0, end: 0.0 });
        Self {
            route: Route::Direct,
            upstream: Some(name.to_owned()),
            experiment: Experiment::SameRequest,
            guise: None,
            url: name.to_owned(),
            peer: None,
            local: None,
            resolution: None,
            connects: Vec::new(),
            tls: None,
            sent: Sent::default(),
            phases,
            ended_in,
            end,
            end_detail: None,
            reading: Some(reading),
            longest_gap: None,
            final_gap: None,
            proxy: None,
        }
    }

    /// Whether it is the given experiment over the given route.
    #[must_use]
    pub fn is(&self, route: Route, experiment: Experiment) -> bool {
        self.route == route && self.experiment == experiment
    }

    /// The final response, if its head came to an end.
    #[must_use]
    pub fn response(&self) -> Option<&Message> {
        self.reading.as_ref().and_then(Reading::response)
    }

    /// The status of the final response.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.response().and_then(|message| message.status)
    }

    /// Whether there is a whole response.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.end == End::Complete
    }

    /// Whether a byte of a response came.
    #[must_use]
    pub fn has_bytes(&self) -> bool {
        self.reading.as_ref().is_some_and(|reading| reading.received > 0)
    }

    /// Whether a request could be sent at all: the connection (and TLS) stood.
    #[must_use]
    pub fn reached_peer(&self) -> bool {
        self.phases.send.is_some()
    }

    /// Whether it was in HTTP/2, as its request shows: over TLS that was agreed with the server (ALPN).
    #[must_use]
    pub fn spoke_http2(&self) -> bool {
        self.sent.head.0.starts_with(b":method: ")
    }

    /// The tunnel that was asked for, if one was.
    #[must_use]
    pub fn tunnel(&self) -> Option<&Tunnel> {
        self.proxy.as_ref()?.tunnel.as_ref()
    }

    /// Whether it went through a tunnel that stood: what came then is the origin's, and the proxy only passed it on.
    #[must_use]
    pub fn is_tunnelled(&self) -> bool {
        self.tunnel().is_some_and(Tunnel::is_open)
    }

    /// The defects of one family.
    pub fn defects(&self, kind: DefectKind) -> impl Iterator<Item = &crate::http1::Defect> {
        self.reading
            .iter()
            .flat_map(|reading| &reading.defects)
            .filter(move |defect| defect.code.kind() == kind)
    }

    /// Whether the response was still flowing when this side's own limit ended the exchange: then it is long, or
    /// endless, and not stalled. Silences that the peer had made before, and half as long again, are its rhythm.
    #[must_use]
    pub fn was_still_flowing(&self) -> bool {
        let rhythm = self.longest_gap.map_or(1.0, |gap| (gap * 1.5).max(1.0));
        self.end == End::TimedOut && self.final_gap.is_some_and(|gap| gap < rhythm)
    }

    /// Seconds from the last byte of the request to the last byte of a response that is not complete, as far as it is known;
    /// 0 if none came.
    #[must_use]
    pub fn last_byte_after(&self) -> Option<f64> {
        if !self.has_bytes() {
            return Some(0.0);
        }
        let ended = self.phases.since_sent()?;
        // Where all came in one read, the last phase began with it.
        let last = self.phases.reached().last().filter(|(phase, _)| *phase > Phase::Wait);
        let at_once = || last.map(|(_, span)| span.seconds()).filter(|_| self.longest_gap.is_none());
        Some((ended - self.final_gap.or_else(at_once)?).max(0.0))
    }

    /// Seconds from the last byte of the request to the first byte of the response, if one came.
    #[must_use]
    pub fn time_to_first_byte(&self) -> Option<f64> {
        self.has_bytes().then_some(self.phases.wait?.seconds())
    }
}

/// How an exchange ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// The response is complete.
    Complete,
    /// The peer closed the connection in order (FIN) before that.
    Closed,
    /// The peer reset the connection (RST).
    Reset,
    /// No address took a connection; at least the last one refused it.
    Refused,
    /// No route to the host or network, said the kernel.
    Unreachable,
    /// Nothing more came within the limit.
    TimedOut,
    /// The name has no address.
    NotResolved,
    /// The certificate was rejected by this side.
    CertificateRejected,
    /// The peer sent a TLS alert.
    TlsAlert,
    /// The peer's bytes are no TLS, or break its rules.
    NotTls,
    /// The stream went on in a way that has no end any more: not HTTP/1.x, or the framing was lost.
    Malformed,
    /// This machine could not do its part (no port, no descriptor, no permission).
    LocalFailure,
    /// The run was interrupted.
    Interrupted,
}

impl End {
    /// A few words on it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Closed => "closed",
            Self::Reset => "reset",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
            Self::TimedOut => "timed out",
            Self::NotResolved => "not resolved",
            Self::CertificateRejected => "certificate rejected by why502",
            Self::TlsAlert => "TLS alert",
            Self::NotTls => "not TLS",
            Self::Malformed => "malformed",
            Self::LocalFailure => "local failure",
            Self::Interrupted => "interrupted",
        }
    }
}

/// How a name was resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Resolution {
    /// The name.
    pub name: String,
    /// Its addresses, in the order of the system's resolver (or as `--resolve` gave them).
    pub addresses: Vec<String>,
    /// Why there are none.
    pub failure: Option<LookupFailure>,
    /// The answer code of the DNS server, asked by itself when the system's resolver failed: `NXDOMAIN`,
    /// `SERVFAIL`, `REFUSED`, `NODATA`, `TIMEOUT`.
    pub rcode: Option<String>,
    /// The words of the system's resolver.
    pub detail: Option<String>,
}

/// Why a name has no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LookupFailure {
    /// There is no such name, or it has no address.
    NotFound,
    /// The name server said that it failed or that it will not answer.
    ServerFailure,
    /// Nobody answered in time.
    TimedOut,
    /// There are addresses, but none of the family asked for (`-4`, `-6`).
    NoneOfFamily,
}

/// One TCP connect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConnectAttempt {
    /// `address:port`.
    pub address: String,
    /// What came of it.
    pub outcome: ConnectOutcome,
    /// How long that took, in seconds.
    pub seconds: f64,
    /// The kernel's words.
    pub detail: Option<String>,
    /// Whether the exchange used this connection.
    pub used: bool,
}

/// What came of a TCP connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ConnectOutcome {
    /// A connection.
    Connected,
    /// ECONNREFUSED.
    Refused,
    /// ECONNRESET: taken and reset at once.
    Reset,
    /// EHOSTUNREACH, ENETUNREACH and their kin.
    Unreachable,
    /// No answer within the limit.
    TimedOut,
    /// This machine could not try.
    LocalFailure,
}

/// What was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sent {
    /// The head of the request as it was sent, secrets masked.
    pub head: WireBytes,
    /// How many bytes the kernel took.
    pub bytes: u64,
    /// Whether it took all of them.
    pub complete: bool,
}
