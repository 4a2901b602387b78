//! The upstream answers the TLS handshake with something that is neither TLS nor HTTP.

use super::{answered_in_http, speaks_plain_http};
use crate::cause::sighting::Sighting;
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::observation::{End, Exchange, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "tls-handshake-garbage",
    error_type: Some(ErrorType::TlsProtocolError),
    phase: Phase::Handshake,
    blame: Blame::Upstream,
    stated_as: &[],
    remedy: "Check the port: something that is neither TLS nor HTTP answers there.",
    page: include_str!("../pages/tls-handshake-garbage.md"),
};

/// The answer to the TLS handshake is no TLS.
pub struct HandshakeGarbage;

impl Cause for HandshakeGarbage {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        weigh(self, case, |exchange| sight(exchange).filter(|_| !speaks_plain_http(case)))
    }
}

fn sight(exchange: &Exchange) -> Option<Sighting> {
    if exchange.end != End::NotTls || answered_in_http(exchange) {
        return None;
    }
    let tls = exchange.tls.as_ref()?;
    let begins: String = tls.first_bytes.to_string().chars().take(64).collect();
    Some(
        Sighting::new("The upstream answers the TLS handshake with bytes that are no TLS.")
            .in_phase(Phase::Handshake, format!("they begin {begins}")),
    )
}
