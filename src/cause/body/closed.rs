//! The upstream closes the connection before the body is complete.

use super::cut_in_body;
use crate::cause::outlasted::outlasts;
use crate::cause::sighting::{Sighting, of_cut};
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::figures;
use crate::http1::{FramingRule, StreamEnd};
use crate::observation::{Exchange, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "upstream-closed-in-body",
    error_type: Some(ErrorType::HttpResponseIncomplete),
    phase: Phase::Body,
    blame: Blame::Upstream,
    stated_as: &[],
    remedy: "Make the announced length and the body agree, and find out why the server closes before the end: a killed worker, a wrong Content-Length, an error while streaming.",
    page: include_str!("../pages/upstream-closed-in-body.md"),
};

/// The upstream closes the connection before the body is complete.
pub struct Closed;

impl Cause for Closed {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        weigh(self, case, |exchange| {
            sight(exchange, case.contrast.failed()).filter(|_| !outlasts(case, exchange))
        })
    }
}

fn sight(exchange: &Exchange, gateway_failed: bool) -> Option<Sighting> {
    let place = cut_in_body(exchange, &[StreamEnd::Fin, StreamEnd::Truncated], gateway_failed)?;
    let sentence =
        unclean(exchange).unwrap_or_else(|| format!("The upstream closes the connection {place}."));
    Some(of_cut(exchange, sentence))
}

/// A body that lasts until the close, and TLS that was not closed in order (RFC 9112 section 9.8): it may be whole.
fn unclean(exchange: &Exchange) -> Option<String> {
    let reading = exchange.reading.as_ref().filter(|reading| reading.end == StreamEnd::Truncated)?;
    let until_close = reading.framing.as_ref()?.rule == FramingRule::UntilClose;
    until_close.then(|| {
        format!(
            "The upstream ends TLS without close_notify after {} of a body that lasts until the close: nobody can tell whether it is whole.",
            figures::bytes(reading.body.length)
        )
    })
}
