//! The upstream speaks HTTP/2 only.

use crate::cause::sighting::Sighting;
use crate::cause::weigh::weigh;
use crate::cause::{About, Ask, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::http1::OtherProtocol;
use crate::observation::{End, Exchange, Phase};
use crate::plan::Experiment;
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
        weigh(self, case, |exchange| sight(case, exchange))
    }

    fn asks(&self, case: &Case<'_>) -> Vec<Ask> {
        let wanted = case.contrast.direct.is_some_and(|direct| {
            let silent = !direct.has_bytes() && matches!(direct.end, End::Closed | End::Reset);
            answered_in_frames(direct) || (direct.reached_peer() && silent)
        });
        if wanted { vec![Ask::direct(Experiment::InHttp2)] } else { Vec::new() }
    }
}

fn answered_in_frames(exchange: &Exchange) -> bool {
    exchange.reading.as_ref().is_some_and(|reading| reading.other_protocol == Some(OtherProtocol::Http2))
}

fn sight(case: &Case<'_>, exchange: &Exchange) -> Option<Sighting> {
    let over_http2 = case.direct_of(Experiment::InHttp2).and_then(Exchange::status);
    let frames = answered_in_frames(exchange);
    let refused_http1 = exchange.response().is_none() && exchange.reached_peer();
    let only_http2 = frames || (refused_http1 && over_http2.is_some());
    if !only_http2 {
        return None;
    }
    let mut seen = Sighting::new("The upstream speaks HTTP/2 only, and is asked in HTTP/1.1.");
    if frames {
        seen = seen.at(0, 9, "it answers a request in HTTP/1.1 with an HTTP/2 frame");
    }
    if let Some(status) = over_http2 {
        seen =
            seen.overall(format!("the same request in HTTP/2 (prior knowledge) is answered with {status}"));
    }
    Some(seen)
}
