//! The upstream resets the connection before the body is complete.

use super::cut_in_body;
use crate::cause::outlasted::outlasts;
use crate::cause::sighting::{Sighting, of_cut};
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::http1::StreamEnd;
use crate::observation::{Exchange, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "upstream-reset-in-body",
    error_type: Some(ErrorType::ConnectionTerminated),
    phase: Phase::Body,
    blame: Blame::Upstream,
    stated_as: &[],
    remedy: "Find out why the server resets while it sends: a killed worker, a crash, a timeout of its own.",
    page: include_str!("../pages/upstream-reset-in-body.md"),
};

/// The upstream resets the connection before the body is complete.
pub struct Reset;

impl Cause for Reset {
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
    let place = cut_in_body(exchange, &[StreamEnd::Reset], gateway_failed)?;
    Some(of_cut(exchange, format!("The upstream resets the connection {place}.")))
}
