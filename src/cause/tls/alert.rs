//! The upstream ends TLS with an alert.

use super::requires_server_name::shakes_hands_with_a_name;
use crate::cause::sighting::Sighting;
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause, Found};
use crate::diagnosis::{Blame, Strength};
use crate::observation::{ClientCertificateSeen, End, Exchange, Phase, TlsSeen};
use crate::plan::Experiment;
use crate::proxy_status::ErrorType;
use crate::tolerance::NamesServer;

static ABOUT: About = About {
    slug: "tls-alert-received",
    error_type: Some(ErrorType::TlsAlertReceived),
    phase: Phase::Handshake,
    blame: Blame::Upstream,
    stated_as: &[ErrorType::TlsAlertReceived],
    remedy: "The upstream's own log says what it minds.",
    page: include_str!("../pages/tls-alert-received.md"),
};

/// The upstream sends a TLS alert.
pub struct AlertReceived;

impl Cause for AlertReceived {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        if shakes_hands_with_a_name(case) {
            return Assessment::RuledOut("with a server name (SNI) the TLS handshake succeeds".to_owned());
        }
        let is_of_protocols =
            case.contrast.direct.and_then(|direct| meaning(direct.tls.as_ref()?)) == Some(Meaning::Protocols);
        if is_of_protocols && case.direct_of(Experiment::InHttp2).is_some_and(|it| it.response().is_some()) {
            return Assessment::RuledOut("in HTTP/2 the TLS handshake succeeds".to_owned());
        }
        match weigh(self, case, sight) {
            Assessment::Found(found) => Assessment::Found(narrowed(found, case)),
            Assessment::Met(found) => {
                let tls = case.contrast.direct.and_then(|direct| direct.tls.as_ref());
                let blame = match tls.and_then(|tls| Some((meaning(tls)?, tls))) {
                    Some((Meaning::ClientCertificate, _)) => Blame::None,
                    Some((meaning, tls)) if lacks_name(meaning, tls) => of_this_side(meaning),
                    _ => found.blame,
                };
                Assessment::Met(Found { blame, ..found })
            }
            other => other,
        }
    }
}

/// What an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The TLS versions.
    Versions,
    /// The client's certificate.
    ClientCertificate,
    /// The server name (SNI).
    ServerName,
    /// The application protocols (ALPN).
    Protocols,
    /// That there is nothing in common: a version, a cipher suite, or a certificate for the name.
    NothingInCommon,
}

/// What the alert of a handshake is about, by its number (RFC 8446 section 6.2) and by what came before it; `None` if that
/// cannot be told, or if none came.
#[must_use]
pub fn meaning(tls: &TlsSeen) -> Option<Meaning> {
    let asked = tls.client_certificate != ClientCertificateSeen::NotAsked;
    Some(match tls.alert.as_ref()?.id {
        // Up to TLS 1.2 it is also said where a certificate that was asked for is missing (RFC 5246 section 7.4.6).
        40 if asked => Meaning::ClientCertificate,
        40 => Meaning::NothingInCommon,
        42..=46 | 48 | 116 => Meaning::ClientCertificate,
        70 => Meaning::Versions,
        112 => Meaning::ServerName,
        120 => Meaning::Protocols,
        _ => return None,
    })
}

/// What depends on the client is no proof: the gateway may offer other versions, and have a certificate.
fn narrowed(mut found: Found, case: &Case<'_>) -> Found {
    let Some(tls) = case.contrast.direct.and_then(|direct| direct.tls.as_ref()) else { return found };
    let named = case.direct_of(Experiment::WithServerName).filter(|named| sight(named).is_some());
    let named = named.and_then(|named| named.tls.as_ref());
    if let (Some(with), Some(without)) = (named, &tls.alert)
        && let (Some(name), Some(alert)) = (&with.server_name, &with.alert)
    {
        let other = if alert.id == without.id {
            String::new()
        } else {
            format!(" with alert {} ({})", alert.id, alert.name)
        };
        found.sentence = format!(
            "The upstream ends the TLS handshake with alert {} ({}) without a server name (SNI), and{other} where {name} is \
             sent.",
            without.id, without.name
        );
    }
    // What fails with a name too says what it is about.
    let tls = named.unwrap_or(tls);
    // In a tunnel it is this side that shakes hands, both ways.
    let is_tunnelled = case.contrast.gateway.is_tunnelled();
    // What only this side lacks is no more than a candidate.
    let (strength, unseen) = match meaning(tls) {
        Some(meaning) if lacks_name(meaning, tls) => {
            found.blame = if is_tunnelled { of_this_side(meaning) } else { Blame::None };
            let sends_none = case.known.and_then(|known| known.names_server) == Some(NamesServer::Never);
            let may_be_else = meaning == Meaning::NothingInCommon;
            let strength = if sends_none || may_be_else { Strength::Likely } else { Strength::Consistent };
            (strength, "Whether the gateway sends one")
        }
        Some(Meaning::Versions) => (Strength::Likely, "Which versions the gateway offers"),
        Some(Meaning::ClientCertificate) => {
            found.blame = Blame::None;
            let is_sent = tls.client_certificate == ClientCertificateSeen::Sent;
            let strength = if is_sent { Strength::Likely } else { Strength::Consistent };
            (strength, "Whether the gateway has a certificate to send")
        }
        _ => return found,
    };
    if !is_tunnelled {
        found.strength = found.strength.max(strength);
        found.sentence = format!("{} {unseen} is not seen from here.", found.sentence);
    }
    found
}

/// Whether it may be about the server name, and this side sent none.
fn lacks_name(meaning: Meaning, tls: &TlsSeen) -> bool {
    matches!(meaning, Meaning::ServerName | Meaning::NothingInCommon) && tls.server_name.is_none()
}

/// Whose fault it is that a handshake without a name fails, where it was this side that made it.
fn of_this_side(meaning: Meaning) -> Blame {
    if meaning == Meaning::ServerName { Blame::Client } else { Blame::None }
}

fn sight(exchange: &Exchange) -> Option<Sighting> {
    let tls = exchange.tls.as_ref()?;
    let alert = tls.alert.as_ref().filter(|_| exchange.end == End::TlsAlert)?;
    let name = tls.server_name.as_deref().map_or_else(
        || "no server name was sent (SNI), because the upstream is given by its address".to_owned(),
        |name| format!("the server name sent (SNI) was {name}"),
    );
    // In TLS 1.3 an alert about the client's certificate comes after the handshake: to a gateway that reads the
    // response, the connection ends.
    let is_late = exchange.ended_in > Phase::Handshake;
    let late: &[ErrorType] =
        if is_late { &[ErrorType::ConnectionTerminated, ErrorType::HttpResponseIncomplete] } else { &[] };
    let ends = if is_late { "ends the connection" } else { "ends the TLS handshake" };
    let ends = format!("{ends} with alert {} ({})", alert.id, alert.name);
    let mut seen = Sighting::new(sentence(&ends, tls)).met_also_as(late);
    // Versions, protocols and client certificates are agreed on whatever the name.
    let is_of_name = matches!(meaning(tls), None | Some(Meaning::ServerName | Meaning::NothingInCommon));
    if is_of_name {
        seen = seen.in_phase(exchange.ended_in, name);
    } else if tls.client_certificate == ClientCertificateSeen::NotAsked {
        seen = seen.in_phase(exchange.ended_in, format!("its answer is alert {} ({})", alert.id, alert.name));
    }
    match tls.client_certificate {
        ClientCertificateSeen::NotAsked => {}
        ClientCertificateSeen::Missing => {
            seen = seen.in_phase(Phase::Handshake, "it asked for a client certificate, and why502 sent none");
        }
        ClientCertificateSeen::Sent => {
            seen =
                seen.in_phase(Phase::Handshake, "it asked for a client certificate, and got that of --cert");
        }
    }
    Some(seen)
}

/// One sentence on the alert: `ends` says that it came.
fn sentence(ends: &str, tls: &TlsSeen) -> String {
    let name = tls.server_name.as_deref();
    let because = match meaning(tls) {
        Some(Meaning::ClientCertificate) => return of_client_certificate(ends, tls.client_certificate),
        Some(Meaning::Versions) => {
            "it speaks only TLS versions that why502 does not, which offers 1.2 and 1.3"
        }
        Some(Meaning::ServerName) => &match name {
            Some(name) => format!("it has no certificate for the server name {name}"),
            None => "it wants a server name (SNI), and none was sent".to_owned(),
        },
        Some(Meaning::Protocols) => "it speaks none of the application protocols offered",
        Some(Meaning::NothingInCommon) => &match name {
            Some(name) => format!("no common version or cipher suite, or no certificate for {name}"),
            None => "no common version or cipher suite, or it wants a server name (SNI), and none was sent"
                .to_owned(),
        },
        None if tls.alert.as_ref().is_some_and(|alert| alert.id == 80) => "it failed in itself",
        None => return format!("The upstream {ends}."),
    };
    format!("The upstream {ends}: {because}.")
}

fn of_client_certificate(ends: &str, seen: ClientCertificateSeen) -> String {
    match seen {
        ClientCertificateSeen::Sent => {
            format!("The upstream does not accept the client certificate of --cert: it {ends}.")
        }
        ClientCertificateSeen::Missing => {
            format!(
                "The upstream asks for a client certificate, and why502 has none to send (--cert, --key): it {ends}."
            )
        }
        ClientCertificateSeen::NotAsked => {
            format!("The upstream wants a client certificate, or another one (--cert, --key): it {ends}.")
        }
    }
}
