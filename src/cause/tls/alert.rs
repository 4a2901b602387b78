//! The upstream ends TLS with an alert.

use crate::cause::sighting::Sighting;
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::observation::{End, Exchange, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "tls-alert-received",
    error_type: Some(ErrorType::TlsAlertReceived),
    phase: Phase::Handshake,
    blame: Blame::Upstream,
    stated_as: &[ErrorType::TlsAlertReceived],
    remedy: "See the alert: most often the server wants a server name (SNI), another TLS version, or a client certificate. Its own log says which.",
    page: include_str!("../pages/tls-alert-received.md"),
};

/// The upstream sends a TLS alert.
pub struct AlertReceived;

impl Cause for AlertReceived {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        weigh(self, case, sight)
    }
}

fn sight(exchange: &Exchange) -> Option<Sighting> {
    let tls = exchange.tls.as_ref()?;
    let alert = tls.alert.as_ref().filter(|_| exchange.end == End::TlsAlert)?;
    let name = tls.server_name.as_deref().map_or_else(
        || "no server name was sent (SNI), because the upstream is given by its address".to_owned(),
        |name| format!("the server name sent (SNI) was {name}"),
    );
    let hint = meaning(alert.id).map_or_else(String::new, |hint| format!(": {hint}"));
    // In TLS 1.3 an alert about the client's certificate comes after the handshake: to a gateway that reads the
    // response, the connection ends.
    let late: &[ErrorType] = if exchange.ended_in > Phase::Handshake {
        &[ErrorType::ConnectionTerminated, ErrorType::HttpResponseIncomplete]
    } else {
        &[]
    };
    Some(
        Sighting::new(format!(
            "The upstream ends the TLS handshake with alert {} ({}){hint}.",
            alert.id, alert.name
        ))
        .in_phase(exchange.ended_in, name)
        .met_also_as(late),
    )
}

/// What an alert commonly means to a gateway's administrator (RFC 8446 section 6).
fn meaning(id: u8) -> Option<&'static str> {
    Some(match id {
        40 => {
            "no common version or cipher suite, no certificate for the name asked for, or a client certificate is missing"
        }
        42 | 43 | 46 | 116 => "it wants a client certificate, or another one",
        48 => "it does not know who issued the client certificate",
        70 => "it does not speak the TLS versions offered",
        80 => "it failed in itself",
        112 => "it has no certificate for the server name sent, or wants one to be sent",
        120 => "it speaks none of the application protocols offered",
        _ => return None,
    })
}
