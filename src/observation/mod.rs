//! What was seen. Everything here is data: it can be saved, sent by mail, and diagnosed again.
//!
//! What a probe meets is not an error: refused, reset, cut off, expired, malformed is what the user came to
//! learn. An [`Exchange`] is always a value.

pub mod exchange;
pub mod idle;
pub mod phase;
pub mod proxy;
pub mod recording;
pub mod secrets;
pub mod tls;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::http1::WireBytes;
use crate::plan::{Experiment, HttpVersion, Route, TlsFiles};

pub use exchange::{ConnectAttempt, ConnectOutcome, End, Exchange, LookupFailure, Resolution, Sent};
pub use idle::{Idle, IdleEnd};
pub use phase::{Phase, Phases, Span};
pub use proxy::{ProxySeen, Tunnel};
pub use tls::{CertificateProblem, CertificateSeen, ClientCertificateSeen, TlsAlert, TlsSeen, Verification};

/// Everything that one run saw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Observations {
    /// The format of this recording: [`Observations::FORMAT`].
    pub format: u32,
    /// Name and version of the program that made it.
    pub tool: Tool,
    /// When the run began, RFC 3339.
    pub started: String,
    /// How long it took, in seconds.
    pub elapsed: f64,
    /// The request that both routes were asked with.
    pub request: RequestSeen,
    /// The URLs of the upstreams, in the order given.
    pub upstreams: Vec<String>,
    /// The limits that were in force.
    pub limits: LimitsSeen,
    /// Whether certificates were verified.
    pub verified: bool,
    /// The files of certificates that were given.
    #[serde(default, skip_serializing_if = "TlsFiles::is_empty")]
    pub tls_files: TlsFiles,
    /// Whether the run was interrupted: some exchanges may be unfinished.
    pub interrupted: bool,
    /// The exchanges: first the same request over every route, then the further experiments.
    pub exchanges: Vec<Exchange>,
}

impl Observations {
    /// The format that this version writes and reads.
    pub const FORMAT: u32 = 1;

    /// The exchange of the same request through the gateway.
    #[must_use]
    pub fn gateway(&self) -> Option<&Exchange> {
        self.exchanges.iter().find(|exchange| exchange.is(Route::Gateway, Experiment::SameRequest))
    }

    /// The exchanges of the same request with each upstream directly.
    pub fn direct(&self) -> impl Iterator<Item = &Exchange> {
        self.exchanges.iter().filter(|exchange| exchange.is(Route::Direct, Experiment::SameRequest))
    }

    /// The exchanges of one experiment over one route.
    pub fn of(&self, route: Route, experiment: Experiment) -> impl Iterator<Item = &Exchange> {
        self.exchanges.iter().filter(move |exchange| exchange.is(route, experiment))
    }

    /// Where an exchange stands in `exchanges`: what evidence points to.
    #[must_use]
    pub fn index_of(&self, exchange: &Exchange) -> usize {
        self.exchanges.iter().position(|known| std::ptr::eq(known, exchange)).unwrap_or_default()
    }
}

/// The program that made a report or a recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// `why502`.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl Tool {
    /// This program.
    #[must_use]
    pub fn this() -> Self {
        Self { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
    }
}

/// The request, as it is reported. Secrets in it are masked unless the user wants them shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequestSeen {
    /// The method.
    pub method: String,
    /// The URL of the gateway.
    pub url: String,
    /// The version it was sent in.
    pub version: HttpVersion,
    /// The fields that the user set, as `Name: value`.
    pub fields: Vec<WireBytes>,
    /// Size of its content in bytes.
    pub body_size: u64,
    /// Whether it may be sent more than once (a safe method).
    pub repeatable: bool,
}

/// The limits that were in force, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LimitsSeen {
    /// For one TCP connect, and for one TLS handshake.
    pub connect: f64,
    /// For one exchange.
    pub total: f64,
}
