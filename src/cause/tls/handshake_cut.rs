//! The upstream ends the connection within the TLS handshake.

use super::requires_server_name::shakes_hands_with_a_name;
use super::{answered_in_http, speaks_plain_http};
use crate::cause::sighting::Sighting;
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause, Found};
use crate::diagnosis::{Blame, Strength};
use crate::figures;
use crate::observation::{ClientCertificateSeen, End, Exchange, Phase};
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
        if shakes_hands_with_a_name(case) {
            return Assessment::RuledOut("with a server name (SNI) the TLS handshake succeeds".to_owned());
        }
        match weigh(self, case, |exchange| sight(exchange).filter(|_| !speaks_plain_http(case))) {
            Assessment::Found(found) if case.contrast.direct.is_some_and(lacks_certificate) => {
                // The gateway may have one.
                let is_own = case.contrast.gateway.is_tunnelled();
                let strength = if is_own { Strength::Likely } else { Strength::Consistent };
                let strength = found.strength.max(strength);
                Assessment::Found(Found { strength, blame: Blame::None, ..found })
            }
            Assessment::Met(found) if case.contrast.direct.is_some_and(lacks_certificate) => {
                Assessment::Met(Found { blame: Blame::None, ..found })
            }
            other => other,
        }
    }
}

/// Whether the server asked for a client certificate, and got none (RFC 8446 section 4.4.2.4: it may end the handshake).
fn lacks_certificate(exchange: &Exchange) -> bool {
    exchange.tls.as_ref().is_some_and(|tls| tls.client_certificate == ClientCertificateSeen::Missing)
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
    let sentence = if lacks_certificate(exchange) {
        format!(
            "The upstream asks for a client certificate, and {words} in the TLS handshake when why502 has none to send \
             (--cert, --key)."
        )
    } else {
        format!("The upstream {words} {place} the TLS handshake.")
    };
    Some(
        Sighting::new(sentence)
            .met_also_as(&[ErrorType::ConnectionTerminated, ErrorType::HttpResponseIncomplete])
            .in_phase(Phase::Handshake, format!("it had sent {} by then", figures::bytes(received))),
    )
}
