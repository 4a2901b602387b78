//! The upstream speaks HTTP/1.x only, and is asked in HTTP/2.

use crate::cause::sighting::Sighting;
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::http1::OtherProtocol;
use crate::observation::{Exchange, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "http1-only-upstream",
    error_type: Some(ErrorType::HttpProtocolError),
    phase: Phase::Head,
    blame: Blame::Gateway,
    stated_as: &[],
    remedy: "Ask in HTTP/1.1: without --http2 here, and without h2c or gRPC at the gateway; or let the upstream take HTTP/2 on this port.",
    page: include_str!("../pages/http1-only-upstream.md"),
};

/// The upstream is asked in HTTP/2 without negotiation and answers in HTTP/1.x.
pub struct Http1Only;

impl Cause for Http1Only {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        if answers_in_http1(case.contrast.gateway) {
            // Then it was this side that asked in the wrong way, and nothing was learned of the upstream's part.
            return Assessment::NotExamined(
                "a request in HTTP/1.1: the gateway itself answers HTTP/2 in HTTP/1.x (leave --http2 out)"
                    .to_owned(),
            );
        }
        weigh(self, case, sight)
    }
}

/// Whether it was asked in HTTP/2 and answered in HTTP/1.x.
#[must_use]
pub fn answers_in_http1(exchange: &Exchange) -> bool {
    exchange.reading.as_ref().is_some_and(|reading| reading.other_protocol == Some(OtherProtocol::Http1))
}

fn sight(exchange: &Exchange) -> Option<Sighting> {
    let received = exchange.reading.as_ref().filter(|_| answers_in_http1(exchange))?.received;
    let sentence = "The upstream does not speak HTTP/2 with prior knowledge: it answers in HTTP/1.x.";
    Some(Sighting::new(sentence).at(0, received.min(32), "the answer begins so"))
}
