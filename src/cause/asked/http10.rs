//! The gateway asks in HTTP/1.0, and the upstream does not take that.

use super::weigh;
use crate::cause::gateway::upstream_is_fine_enough;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::observation::{Exchange, Phase};
use crate::plan::{Change, HttpVersion};

static ABOUT: About = About {
    slug: "upstream-refuses-http10",
    error_type: None,
    phase: Phase::Wait,
    blame: Blame::Gateway,
    stated_as: &[],
    remedy: "Let the gateway ask in HTTP/1.1, or let the upstream take HTTP/1.0.",
    page: include_str!("../pages/upstream-refuses-http10.md"),
};

/// The upstream answers in HTTP/1.1 and not in HTTP/1.0.
pub struct RefusesHttp10;

impl Cause for RefusesHttp10 {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        weigh(case, |failing| {
            let status = case.contrast.direct.and_then(Exchange::status).unwrap_or_default();
            let well = if upstream_is_fine_enough(case) { "well".to_owned() } else { status.to_string() };
            let sentence = format!(
                "The upstream answers {well} in HTTP/1.1, and in HTTP/1.0 it {}; the gateway fares as if it asked in HTTP/1.0.",
                failing.words()
            );
            decides(&failing.deciding).then_some((ABOUT.blame, sentence))
        })
    }
}

/// Whether it is HTTP/1.0 that decides. (That the connection is closed after the response goes without saying there.)
pub(super) fn decides(changes: &[Change]) -> bool {
    let older = Change::Version { version: HttpVersion::Http10 };
    changes.contains(&older) && changes.iter().all(|change| *change == older || change.is_of("connection"))
}
