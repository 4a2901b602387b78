//! What was seen of a forward proxy: which one it was, and what it said when it was asked for a tunnel.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::http1::WireBytes;

/// The forward proxy that an exchange went through.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProxySeen {
    /// Its URL, without credentials.
    pub url: String,
    /// The tunnel that it was asked for; `null` for a plain `http` URL, which it is asked for as a whole.
    pub tunnel: Option<Tunnel>,
}

/// A tunnel that was asked for with CONNECT. Where there is none, the answer to CONNECT is the answer to the
/// exchange, and its phases are those of the exchange.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tunnel {
    /// Where it was to lead, as `host:port`.
    pub target: String,
    /// The head of the CONNECT as it was sent, secrets masked.
    pub sent: WireBytes,
    /// The status of the answer; `null` if no head of an answer came.
    pub status: Option<u16>,
    /// Its reason phrase.
    pub reason: WireBytes,
    /// Its head as it came.
    pub head: WireBytes,
    /// Seconds from the CONNECT to the end of that head.
    pub seconds: Option<f64>,
}

impl Tunnel {
    /// Whether it stood (RFC 9110 section 9.3.6: any 2xx).
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.status, Some(200..=299))
    }
}
