//! The upstream closes the connection without having sent a byte.

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
    slug: "upstream-closed-before-response",
    error_type: Some(ErrorType::ConnectionTerminated),
    phase: Phase::Wait,
    blame: Blame::Upstream,
    stated_as: &[ErrorType::ConnectionTerminated, ErrorType::HttpResponseIncomplete],
    remedy: "Find out why the server closes: its log at this time, a crash, its own worker timeout, a limit, or a listener that wants the PROXY protocol.",
    page: include_str!("../pages/upstream-closed-before-response.md"),
};

/// The upstream closes the connection before the first byte of a response.
pub struct ClosedBeforeResponse;

impl Cause for ClosedBeforeResponse {
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
    let silent = exchange.end == End::Closed && exchange.reached_peer() && !exchange.has_bytes();
    let after = exchange.phases.since_sent().filter(|_| silent)?;
    let text =
        format!("the connection was closed (FIN) {} after the request was sent", figures::seconds(after));
    Some(
        Sighting::new("The upstream closes the connection without sending a byte of a response.")
            .in_phase(exchange.ended_in, text)
            .met(Met::Closed),
    )
}
