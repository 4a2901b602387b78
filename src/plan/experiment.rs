//! One kind of thing to try: the same request, or the same with one thing varied.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{HttpVersion, Probe, Scheme};

/// Which way a probe takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Route {
    /// Through the gateway.
    Gateway,
    /// Directly to the upstream.
    Direct,
}

/// What a probe tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Experiment {
    /// The request as the user gave it.
    SameRequest,
    /// The same request once more, to tell what is constant from what comes and goes.
    Repeat,
    /// The same without verifying the certificate: is that all that is wrong?
    WithoutVerification,
    /// The same in plain HTTP, to a port on which TLS failed.
    InPlainHttp,
    /// The same over TLS, to a port on which plain HTTP failed.
    OverTls,
    /// The same in HTTP/1.0 with `Connection: close`, as older gateways ask.
    InHttp10,
    /// The same in HTTP/2 without negotiation (prior knowledge).
    InHttp2,
    /// The same asked and read by an ordinary client library: what does a conforming reader make of it?
    SecondOpinion,
}

impl Experiment {
    /// A few words on it, for reports and progress.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SameRequest => "the same request",
            Self::Repeat => "the same request again",
            Self::WithoutVerification => "without certificate verification",
            Self::InPlainHttp => "in plain HTTP",
            Self::OverTls => "over TLS",
            Self::InHttp10 => "in HTTP/1.0",
            Self::InHttp2 => "in HTTP/2",
            Self::SecondOpinion => "as an ordinary client reads it",
        }
    }

    /// The probe with this experiment's one thing varied.
    #[must_use]
    pub(super) fn vary(self, mut probe: Probe) -> Probe {
        match self {
            Self::SameRequest | Self::Repeat | Self::SecondOpinion => {}
            Self::WithoutVerification => probe.verify = false,
            Self::InPlainHttp => probe.endpoint.scheme = Scheme::Http,
            Self::OverTls => {
                probe.endpoint.scheme = Scheme::Https;
                probe.verify = false;
            }
            Self::InHttp10 => {
                probe.request.version = HttpVersion::Http10;
                probe.request.set_field("Connection", "close");
            }
            Self::InHttp2 => probe.request.version = HttpVersion::Http2,
        }
        probe
    }
}
