//! TLS is spoken to a port that speaks plain HTTP.

use super::{answered_in_http, answered_in_tls, speaks_plain_http};
use crate::cause::sighting::Sighting;
use crate::cause::weigh::{over_tls, weigh};
use crate::cause::{About, Ask, Assessment, Case, Cause, Found};
use crate::contrast::Answer;
use crate::diagnosis::{Blame, Strength};
use crate::observation::{End, Exchange, Phase};
use crate::plan::Experiment;
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "tls-to-plain-port",
    error_type: Some(ErrorType::TlsProtocolError),
    phase: Phase::Handshake,
    blame: Blame::Gateway,
    stated_as: &[],
    remedy: "Ask this port in plain HTTP, or point the gateway at the upstream's TLS port.",
    page: include_str!("../pages/tls-to-plain-port.md"),
};

/// The upstream is asked over TLS and speaks plain HTTP.
pub struct ToPlainPort;

impl Cause for ToPlainPort {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        if case.contrast.direct.is_some_and(|direct| failed(direct) && answered_in_tls(direct)) {
            return Assessment::RuledOut("the answer to the TLS handshake is TLS".to_owned());
        }
        match weigh(self, case, |exchange| sight(case, exchange)) {
            // A port that waits for the end of a line keeps both waiting.
            Assessment::Met(found)
                if case.contrast.answer == Answer::StillWaiting && speaks_plain_http(case) =>
            {
                Assessment::Found(Found { strength: Strength::Likely, blame: ABOUT.blame, ..found })
            }
            other => other,
        }
    }

    fn asks(&self, case: &Case<'_>) -> Vec<Ask> {
        let is_open = case.contrast.direct.is_some_and(|direct| {
            failed(direct) && direct.end != End::CertificateRejected && !answered_in_tls(direct)
        });
        if is_open { vec![Ask::direct(Experiment::InPlainHttp)] } else { Vec::new() }
    }
}

/// Whether TLS was spoken, and the handshake failed.
fn failed(exchange: &Exchange) -> bool {
    over_tls(exchange) && exchange.ended_in == Phase::Handshake
}

fn sight(case: &Case<'_>, exchange: &Exchange) -> Option<Sighting> {
    if !failed(exchange) || !(answered_in_http(exchange) || speaks_plain_http(case)) {
        return None;
    }
    let peer = exchange.peer.as_deref().unwrap_or("the upstream");
    let mut seen = Sighting::new(format!("TLS is spoken to {peer}, and that port speaks plain HTTP."));
    if let Some(tls) = exchange.tls.as_ref().filter(|tls| !tls.first_bytes.0.is_empty()) {
        let text =
            format!("its answer to the TLS handshake begins {}", excerpt(&tls.first_bytes.to_string()));
        seen = seen.in_phase(Phase::Handshake, text);
    }
    // A plain port that waits for the end of a line: what the gateway meets is a timeout.
    if exchange.end == End::TimedOut {
        seen = seen.waited().of_type(ErrorType::ConnectionTimeout);
    }
    if let Some(status) = case.direct_of(Experiment::InPlainHttp).and_then(Exchange::status) {
        seen = seen.overall(format!("the same request in plain HTTP is answered with {status}"));
    }
    Some(seen)
}

fn excerpt(text: &str) -> String {
    text.chars().take(48).collect()
}
