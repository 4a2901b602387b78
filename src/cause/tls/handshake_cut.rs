//! The upstream ends the connection within the TLS handshake.

use super::{answered_in_http, speaks_plain_http};
use crate::cause::sighting::Sighting;
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::figures;
use crate::observation::{End, Exchange, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "tls-handshake-cut",
    error_type: Some(ErrorType::TlsProtocolError),
    phase: Phase::Handshake,
    blame: Blame::Upstream,
    stated_as: &[ErrorType::TlsProtocolError],
    remedy: "Look into the server's log at this time; check that nothing between closes TLS, and that the port is not behind a listener that wants the PROXY protocol.",
    page: include_str!("../pages/tls-handshake-cut.md"),
};

/// The TLS handshake is cut off.
pub struct HandshakeCut;

impl Cause for HandshakeCut {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        weigh(self, case, |exchange| sight(exchange).filter(|_| !speaks_plain_http(case)))
    }
}

fn sight(exchange: &Exchange) -> Option<Sighting> {
    if exchange.ended_in != Phase::Handshake || answered_in_http(exchange) {
        return None;
    }
    let words = match exchange.end {
        End::Closed => "closes the connection (FIN)",
        End::Reset => "resets the connection (RST)",
        _ => return None,
    };
    let received = exchange.tls.as_ref().map_or(0, |tls| tls.received);
    let place = if received == 0 { "instead of answering" } else { "in the middle of" };
    Some(
        Sighting::new(format!("The upstream {words} {place} the TLS handshake."))
            .met_also_as(&[ErrorType::ConnectionTerminated, ErrorType::HttpResponseIncomplete])
            .in_phase(Phase::Handshake, format!("it had sent {} by then", figures::bytes(received))),
    )
}
