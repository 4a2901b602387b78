//! TLS towards the upstream.

mod alert;
pub mod certificate;
mod handshake_cut;
mod handshake_garbage;
mod handshake_timeout;
mod plain_to_tls_port;
mod to_plain_port;

pub use alert::AlertReceived;
pub use handshake_cut::HandshakeCut;
pub use handshake_garbage::HandshakeGarbage;
pub use handshake_timeout::HandshakeTimeout;
pub use plain_to_tls_port::PlainToTlsPort;
pub(crate) use plain_to_tls_port::wants_tls;
pub use to_plain_port::ToPlainPort;

use crate::cause::Case;
use crate::observation::Exchange;
use crate::plan::Experiment;

/// Whether the peer answered the handshake with text that can only be HTTP.
pub(super) fn answered_in_http(exchange: &Exchange) -> bool {
    exchange.tls.as_ref().is_some_and(|tls| {
        let first = &tls.first_bytes.0;
        first.starts_with(b"HTTP/") || first.starts_with(b"<!") || first.starts_with(b"<html")
    })
}

/// Whether the port that failed in TLS answered in plain HTTP.
fn speaks_plain_http(case: &Case<'_>) -> bool {
    case.direct_of(Experiment::InPlainHttp).is_some_and(|plain| plain.response().is_some())
}
