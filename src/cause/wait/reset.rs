//! The upstream resets the connection without having sent a byte.

use super::{answers_otherwise, doubted};
use crate::cause::outlasted::outlasts;
use crate::cause::sighting::Sighting;
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::figures;
use crate::observation::{End, Exchange, Phase};
use crate::proxy_status::ErrorType;
use crate::tolerance::Met;

static ABOUT: About = About {
    slug: "upstream-reset-before-response",
    error_type: Some(ErrorType::ConnectionTerminated),
    phase: Phase::Wait,
    blame: Blame::Upstream,
    stated_as: &[],
    remedy: "Find out why the server (or something before it) resets: its log at this time, a killed worker, a full backlog, a firewall.",
    page: include_str!("../pages/upstream-reset-before-response.md"),
};

/// The upstream resets the connection before the first byte of a response.
pub struct ResetBeforeResponse;

impl Cause for ResetBeforeResponse {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        let weighed = weigh(self, case, |exchange| {
            sight(exchange).filter(|_| !answers_otherwise(case) && !outlasts(case, exchange))
        });
        doubted(weighed, case)
    }
}

fn sight(exchange: &Exchange) -> Option<Sighting> {
    let before_tls = exchange.ended_in < Phase::Handshake;
    if exchange.end != End::Reset || exchange.has_bytes() || !(before_tls || exchange.reached_peer()) {
        return None;
    }
    let text = match exchange.phases.since_sent() {
        Some(after) => {
            format!("the connection was reset (RST) {} after the request was sent", figures::seconds(after))
        }
        None => "the connection was reset (RST) as soon as it was taken".to_owned(),
    };
    Some(
        Sighting::new("The upstream resets the connection without sending a byte of a response.")
            .in_phase(exchange.ended_in, text)
            .met(Met::Reset),
    )
}
