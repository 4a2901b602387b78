//! The upstream speaks HTTP/2 only.

use crate::cause::sighting::Sighting;
use crate::cause::tls::{Meaning, meaning};
use crate::cause::weigh::{over_tls, weigh};
use crate::cause::{AGAINST, About, Ask, Assessment, Case, Cause, Found};
use crate::diagnosis::{Blame, Evidence, Place, Strength};
use crate::http1::OtherProtocol;
use crate::observation::{End, Exchange, Phase};
use crate::plan::{Change, Experiment, Guise, HttpVersion};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "http2-only-upstream",
    error_type: Some(ErrorType::HttpProtocolError),
    phase: Phase::Head,
    blame: Blame::Gateway,
    stated_as: &[ErrorType::HttpUpgradeFailed],
    remedy: "Let the gateway speak HTTP/2 to this upstream, or let the upstream take HTTP/1.1 on this port.",
    page: include_str!("../pages/http2-only-upstream.md"),
};

/// The upstream is asked in HTTP/1 and speaks HTTP/2 only.
pub struct Http2Only;

impl Cause for Http2Only {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        match weigh(self, case, |exchange| sight(case, exchange)) {
            Assessment::Found(found) => Assessment::Found(tempered(found, case)),
            // Over TLS this side can ask otherwise without asking the gateway in a way that it may not know.
            Assessment::Met(found) if case.contrast.direct.is_some_and(is_of_protocols) => {
                let sentence = format!("{} With --http2 it is asked otherwise.", found.sentence);
                Assessment::Met(Found { sentence, ..found })
            }
            other => other,
        }
    }

    fn asks(&self, case: &Case<'_>) -> Vec<Ask> {
        let Some(direct) = case.contrast.direct else { return Vec::new() };
        let silent = !direct.has_bytes() && matches!(direct.end, End::Closed | End::Reset);
        let wanted =
            answered_in_frames(direct) || (direct.reached_peer() && silent) || is_of_protocols(direct);
        if wanted && !direct.spoke_http2() {
            return vec![Ask::direct(Experiment::InHttp2)];
        }
        let in_http1 = direct.spoke_http2() && direct.is_complete() && case.contrast.failed();
        if in_http1 { vec![Ask::in_guise(http1())] } else { Vec::new() }
    }
}

/// The request in HTTP/1.1, where the client asks in HTTP/2.
fn http1() -> Guise {
    Guise::of(&[Change::Version { version: HttpVersion::Http11 }])
}

/// How the upstream that answers in HTTP/2 fares in HTTP/1.1, where it does not answer so.
fn failed_in_http1<'a>(case: &Case<'a>) -> Option<&'a Exchange> {
    case.contrast.direct.filter(|direct| direct.spoke_http2() && direct.is_complete())?;
    let mut guised = case.all_direct_of(Experiment::AsGateway);
    let in_http1 = guised.find(|exchange| exchange.guise.as_ref() == Some(&http1()))?;
    let ends = is_of_protocols(in_http1)
        || answered_in_frames(in_http1)
        || (!in_http1.has_bytes() && matches!(in_http1.end, End::Closed | End::Reset));
    ends.then_some(in_http1)
}

/// Whether the upstream was seen to take HTTP/2 and no HTTP/1.1: then nothing follows of how it fares in HTTP/1.
pub(in crate::cause) fn takes_no_http1(case: &Case<'_>) -> bool {
    failed_in_http1(case).is_some()
}

/// Whether the handshake ended with the alert that there is no protocol in common (RFC 7301 section 3.2).
fn is_of_protocols(exchange: &Exchange) -> bool {
    exchange.end == End::TlsAlert && exchange.tls.as_ref().and_then(meaning) == Some(Meaning::Protocols)
}

fn answered_in_frames(exchange: &Exchange) -> bool {
    exchange.reading.as_ref().is_some_and(|reading| reading.other_protocol == Some(OtherProtocol::Http2))
}

/// Over TLS the version is agreed. What the gateway offers is not seen from here.
fn tempered(mut found: Found, case: &Case<'_>) -> Found {
    if !case.contrast.direct.is_some_and(over_tls) || case.contrast.gateway.is_tunnelled() {
        return found;
    }
    let (strength, against) = match case.known.map(|known| (known.title, known.offers_http2)) {
        Some((_, Some(false))) => (Strength::Likely, None),
        Some((title, Some(true))) => (
            Strength::Consistent,
            Some(format!("{title} offers HTTP/2 over TLS unless it is told otherwise")),
        ),
        _ => (Strength::Consistent, Some("whether the gateway offers HTTP/2 is not known".to_owned())),
    };
    found.strength = found.strength.max(strength);
    found.evidence.extend(against.map(|text| Evidence {
        exchange: case.seen.index_of(case.contrast.gateway),
        place: Place::Exchange,
        text: format!("{AGAINST}{text}"),
    }));
    found
}

fn sight(case: &Case<'_>, exchange: &Exchange) -> Option<Sighting> {
    // A gateway that offers no protocols at all meets the end of the connection instead of the alert (measured with nginx
    // 1.22.1, HAProxy 2.6.12 and Apache httpd 2.4.71 in front of Node.js 18).
    const MET_ALSO: &[ErrorType] =
        &[ErrorType::TlsAlertReceived, ErrorType::ConnectionTerminated, ErrorType::HttpResponseIncomplete];
    if let Some(in_http1) = failed_in_http1(case).filter(|_| exchange.spoke_http2()) {
        let seen = Sighting::new("The upstream speaks HTTP/2 only, and answers nothing in HTTP/1.1.");
        let text = format!("the same request in HTTP/1.1 ends so: {}", end(in_http1));
        return Some(seen.met_also_as(MET_ALSO).overall(text));
    }
    let over_http2 = case.direct_of(Experiment::InHttp2).and_then(Exchange::status);
    let frames = answered_in_frames(exchange);
    let refused_http1 =
        exchange.response().is_none() && (exchange.reached_peer() || is_of_protocols(exchange));
    let only_http2 = frames || (refused_http1 && over_http2.is_some());
    if !only_http2 {
        return None;
    }
    let mut seen = Sighting::new("The upstream speaks HTTP/2 only, and is asked in HTTP/1.1.");
    if frames {
        seen = seen.at(0, 9, "it answers a request in HTTP/1.1 with an HTTP/2 frame");
    }
    if is_of_protocols(exchange) {
        seen = seen
            .met_also_as(MET_ALSO)
            .in_phase(Phase::Handshake, format!("asked in HTTP/1.1, it ends with {}", end(exchange)));
    }
    if let Some(status) = over_http2 {
        let how = if over_tls(exchange) { "" } else { " (prior knowledge)" };
        seen = seen.overall(format!("the same request in HTTP/2{how} is answered with {status}"));
    }
    Some(seen)
}

fn end(exchange: &Exchange) -> String {
    let alert = exchange.tls.as_ref().and_then(|tls| tls.alert.as_ref());
    match alert.filter(|_| exchange.end == End::TlsAlert) {
        Some(alert) => format!("alert {} ({})", alert.id, alert.name),
        None => exchange.end.name().to_owned(),
    }
}
