//! The upstream falls silent within the head.

use super::cut_in_head;
use crate::cause::sighting::{Sighting, of_cut};
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::http1::StreamEnd;
use crate::observation::{Exchange, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "upstream-stalled-in-head",
    error_type: Some(ErrorType::ConnectionReadTimeout),
    phase: Phase::Head,
    blame: Blame::Upstream,
    stated_as: &[],
    remedy: "Find out what the server waits for between two fields of its head; flush the head as a whole.",
    page: include_str!("../pages/upstream-stalled-in-head.md"),
};

/// The upstream falls silent within the head.
pub struct StalledInHead;

impl Cause for StalledInHead {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        weigh(self, case, sight)
    }
}

fn sight(exchange: &Exchange) -> Option<Sighting> {
    let place = cut_in_head(exchange, &[StreamEnd::Open])?;
    Some(
        of_cut(exchange, format!("The upstream begins its response head and does not finish it, {place}."))
            .waited(),
    )
}
