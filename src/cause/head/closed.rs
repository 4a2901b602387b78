//! The upstream closes the connection within the head.

use super::cut_in_head;
use crate::cause::outlasted::outlasts;
use crate::cause::sighting::{Sighting, of_cut};
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::http1::StreamEnd;
use crate::observation::{Exchange, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "upstream-closed-in-head",
    error_type: Some(ErrorType::HttpResponseIncomplete),
    phase: Phase::Head,
    blame: Blame::Upstream,
    stated_as: &[],
    remedy: "Find out why the server closes while it writes its head: a crash, a killed worker, an output buffer that is cut off.",
    page: include_str!("../pages/upstream-closed-in-head.md"),
};

/// The upstream closes the connection within the head.
pub struct ClosedInHead;

impl Cause for ClosedInHead {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        weigh(self, case, |exchange| sight(exchange).filter(|_| !outlasts(case, exchange)))
    }
}

fn sight(exchange: &Exchange) -> Option<Sighting> {
    let place = cut_in_head(exchange, &[StreamEnd::Fin, StreamEnd::Truncated])?;
    Some(of_cut(
        exchange,
        format!("The upstream closes the connection in the middle of its response head, {place}."),
    ))
}
