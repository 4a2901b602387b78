//! Plain HTTP is spoken to a port that speaks TLS.

use crate::cause::sighting::Sighting;
use crate::cause::weigh::{over_tls, weigh};
use crate::cause::{About, Ask, Assessment, Case, Cause, Found};
use crate::diagnosis::{Blame, Evidence, Place, Strength};
use crate::http1::OtherProtocol;
use crate::observation::{End, Exchange, Phase};
use crate::plan::{Experiment, Route};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "plain-to-tls-port",
    error_type: Some(ErrorType::HttpProtocolError),
    phase: Phase::Wait,
    blame: Blame::Gateway,
    stated_as: &[],
    remedy: "Ask this port over TLS (https), or point the gateway at the upstream's plain port.",
    page: include_str!("../pages/plain-to-tls-port.md"),
};

/// The upstream is asked in plain HTTP and speaks TLS.
pub struct PlainToTlsPort;

/// What servers say in plain HTTP on their TLS port: nginx, Go's net/http, Apache httpd.
const COMPLAINTS: [&str; 3] = [
    "The plain HTTP request was sent to HTTPS port",
    "Client sent an HTTP request to an HTTPS server",
    "speaking plain HTTP to an SSL-enabled server port",
];

impl Cause for PlainToTlsPort {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        if let Some(found) = passed_on(case) {
            return Assessment::Found(found);
        }
        let assessment = weigh(self, case, |exchange| sight(case, exchange));
        match (assessment, case.contrast.gateway.status()) {
            // The complaint passed on is no server error, and no answer to the request either.
            (Assessment::Met(found), Some(400)) => Assessment::Found(Found { blame: ABOUT.blame, ..found }),
            (other, _) => other,
        }
    }

    fn asks(&self, case: &Case<'_>) -> Vec<Ask> {
        let silent = case.contrast.direct.is_some_and(|direct| {
            !over_tls(direct) && !direct.has_bytes() && matches!(direct.end, End::Closed | End::Reset)
        });
        if silent { vec![Ask::direct(Experiment::OverTls)] } else { Vec::new() }
    }
}

/// The gateway answers with the complaint of a TLS port, and its own is none, or was asked over TLS: then it is the upstream
/// that it asks in plain HTTP.
fn passed_on(case: &Case<'_>) -> Option<Found> {
    let gateway = case.contrast.gateway;
    let is_open = |direct: &Exchange| over_tls(direct) && direct.response().is_some();
    if !case.contrast.direct.is_none_or(is_open) {
        return None;
    }
    let body = &gateway.reading.as_ref().filter(|_| gateway.status() == Some(400))?.body;
    let complaint = COMPLAINTS.iter().find(|complaint| body.beginning.contains(complaint))?;
    let speaks_no_tls = |tried: &Exchange| tried.tls.as_ref().is_some_and(|tls| tls.version.is_none());
    let mut tried = case.seen.of(Route::Gateway, Experiment::OverTls);
    if !over_tls(gateway) && !tried.any(speaks_no_tls) {
        return None;
    }
    Some(Found {
        strength: Strength::Likely,
        blame: ABOUT.blame,
        error_type: ABOUT.error_type,
        sentence: "The gateway asks its upstream in plain HTTP at a port that speaks TLS, and passes on the complaint.".to_owned(),
        evidence: vec![Evidence {
            exchange: case.seen.index_of(gateway),
            place: Place::Exchange,
            text: format!("its answer says \"{complaint}\", and it was not its own port that was asked so"),
        }],
    })
}

/// Whether somebody who was asked in plain HTTP says that TLS is spoken there.
pub(crate) fn wants_tls(exchange: &Exchange) -> bool {
    let Some(reading) = exchange.reading.as_ref().filter(|_| !over_tls(exchange)) else { return false };
    let complains = || COMPLAINTS.iter().any(|complaint| reading.body.beginning.contains(complaint));
    matches!(reading.other_protocol, Some(OtherProtocol::TlsAlert | OtherProtocol::TlsRecord))
        || (exchange.status() == Some(400) && complains())
}

fn sight(case: &Case<'_>, exchange: &Exchange) -> Option<Sighting> {
    if over_tls(exchange) || !exchange.reached_peer() {
        return None;
    }
    let peer = exchange.peer.as_deref().unwrap_or("the upstream");
    // To a gateway that reads no alert it is a connection that ends.
    let seen = Sighting::new(format!("Plain HTTP is spoken to {peer}, and that port speaks TLS."))
        .met_also_as(&[ErrorType::ConnectionTerminated, ErrorType::HttpResponseIncomplete]);
    let reading = exchange.reading.as_ref()?;
    match reading.other_protocol {
        Some(OtherProtocol::TlsAlert) => return Some(seen.at(0, 7, "its answer is a TLS alert record")),
        Some(OtherProtocol::TlsRecord) => return Some(seen.at(0, 5, "its answer is a TLS record")),
        _ => {}
    }
    if exchange.status() == Some(400) {
        let complaint = COMPLAINTS.iter().find(|complaint| reading.body.beginning.contains(complaint))?;
        return Some(seen.overall(format!("its answer says \"{complaint}\"")));
    }
    let over_tls = case.direct_of(Experiment::OverTls)?;
    let version = over_tls.tls.as_ref()?.version.as_deref()?;
    (!exchange.has_bytes()).then(|| {
        seen.in_phase(Phase::Wait, "it ends the connection without a byte")
            .overall(format!("a TLS handshake with the same port succeeds ({version})"))
    })
}
