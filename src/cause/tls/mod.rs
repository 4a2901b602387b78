//! TLS towards the upstream.

mod alert;
pub mod certificate;
mod handshake_cut;
mod handshake_garbage;
mod handshake_timeout;
mod plain_to_tls_port;
mod requires_server_name;
mod to_plain_port;

pub use alert::{AlertReceived, Meaning, meaning};
pub use handshake_cut::HandshakeCut;
pub use handshake_garbage::HandshakeGarbage;
pub use handshake_timeout::HandshakeTimeout;
pub use plain_to_tls_port::PlainToTlsPort;
pub(crate) use plain_to_tls_port::wants_tls;
pub use requires_server_name::RequiresServerName;
pub use to_plain_port::ToPlainPort;

use crate::cause::Case;
use crate::observation::Exchange;
use crate::plan::Experiment;

/// Whether the peer answered the handshake with text that can only be HTTP.
pub(in crate::cause) fn answered_in_http(exchange: &Exchange) -> bool {
    exchange.tls.as_ref().is_some_and(|tls| {
        let first = &tls.first_bytes.0;
        first.starts_with(b"HTTP/") || first.starts_with(b"<!") || first.starts_with(b"<html")
    })
}

/// Whether the peer answered the handshake with a TLS record, were it an alert (RFC 8446 section 5.1): that port speaks
/// TLS, whatever it says to those who do not.
pub(in crate::cause) fn answered_in_tls(exchange: &Exchange) -> bool {
    exchange.tls.as_ref().is_some_and(|tls| {
        tls.alert.is_some() || matches!(tls.first_bytes.0.as_slice(), [0x14..=0x17, 0x03, ..])
    })
}

/// Whether the port that failed in TLS answered in plain HTTP. A complaint that TLS is spoken there is the opposite; and
/// a 400 may be one in words that are not known, unless the handshake was answered in HTTP as well.
fn speaks_plain_http(case: &Case<'_>) -> bool {
    let direct = case.contrast.direct;
    let is_plain = |plain: &Exchange| {
        let says_what_it_speaks = direct.is_some_and(answered_in_http) || plain.status() != Some(400);
        plain.response().is_some() && !wants_tls(plain) && says_what_it_speaks
    };
    !direct.is_some_and(answered_in_tls) && case.direct_of(Experiment::InPlainHttp).is_some_and(is_plain)
}
