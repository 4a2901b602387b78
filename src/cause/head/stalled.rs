//! The upstream falls silent within the head.

use super::cut_in_head;
use crate::cause::outlasted::outlasts;
use crate::cause::sighting::{Sighting, of_cut};
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::figures;
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
        weigh(self, case, |exchange| sight(case, exchange))
    }
}

fn sight(case: &Case<'_>, exchange: &Exchange) -> Option<Sighting> {
    let ended = [StreamEnd::Fin, StreamEnd::Truncated, StreamEnd::Reset];
    let (place, until) = match cut_in_head(exchange, &[StreamEnd::Open]) {
        Some(place) => (place, String::new()),
        None => (
            cut_in_head(exchange, &ended).filter(|_| outlasts(case, exchange))?,
            format!(
                "; after {} it ends the connection, after the gateway had given up",
                figures::seconds(exchange.phases.since_sent()?)
            ),
        ),
    };
    Some(
        of_cut(
            exchange,
            format!("The upstream begins its response head and does not finish it, {place}{until}."),
        )
        .waited(),
    )
}
