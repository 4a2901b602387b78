//! The upstream takes the connection and never finishes the TLS handshake.

use super::speaks_plain_http;
use crate::cause::sighting::Sighting;
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::figures;
use crate::observation::{End, Exchange, Phase, Span};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "tls-handshake-timeout",
    error_type: Some(ErrorType::ConnectionTimeout),
    phase: Phase::Handshake,
    blame: Blame::Upstream,
    stated_as: &[],
    remedy: "Check the port: a server that waits for another protocol (or for a PROXY header) stays silent in a TLS handshake; a server that is overloaded does too.",
    page: include_str!("../pages/tls-handshake-timeout.md"),
};

/// The TLS handshake takes too long.
pub struct HandshakeTimeout;

impl Cause for HandshakeTimeout {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        weigh(self, case, |exchange| sight(exchange).filter(|_| !speaks_plain_http(case)))
    }
}

fn sight(exchange: &Exchange) -> Option<Sighting> {
    if exchange.end != End::TimedOut || exchange.ended_in != Phase::Handshake {
        return None;
    }
    let took = exchange.phases.handshake.map_or(0.0, Span::seconds);
    let received = exchange.tls.as_ref().map_or(0, |tls| tls.received);
    let text = format!("{} came within {}", figures::bytes(received), figures::seconds(took));
    Some(
        Sighting::new("The upstream takes the connection and does not finish the TLS handshake.")
            .in_phase(Phase::Handshake, text)
            .waited(),
    )
}
