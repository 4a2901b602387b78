//! The upstream resets the connection within the head.

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
    slug: "upstream-reset-in-head",
    error_type: Some(ErrorType::ConnectionTerminated),
    phase: Phase::Head,
    blame: Blame::Upstream,
    stated_as: &[],
    remedy: "Find out why the server resets while it writes its head: a crash, a killed worker, a firewall.",
    page: include_str!("../pages/upstream-reset-in-head.md"),
};

/// The upstream resets the connection within the head.
pub struct ResetInHead;

impl Cause for ResetInHead {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        weigh(self, case, |exchange| sight(exchange).filter(|_| !outlasts(case, exchange)))
    }
}

fn sight(exchange: &Exchange) -> Option<Sighting> {
    let place = cut_in_head(exchange, &[StreamEnd::Reset])?;
    Some(of_cut(
        exchange,
        format!("The upstream resets the connection in the middle of its response head, {place}."),
    ))
}
