//! The gateway asks with a `Host` of its own, and the upstream does not serve that name.

use super::weigh;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::observation::{Exchange, Phase};
use crate::plan::{Change, guise};

static ABOUT: About = About {
    slug: "upstream-refuses-host",
    error_type: None,
    phase: Phase::Wait,
    blame: Blame::Gateway,
    stated_as: &[],
    remedy: "Let the gateway pass the client's Host on, or let the upstream serve the name that it is asked for.",
    page: include_str!("../pages/upstream-refuses-host.md"),
};

/// The upstream answers to the client's `Host`, and not to its own address as `Host`.
pub struct RefusesHost;

impl Cause for RefusesHost {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        let status = case.contrast.direct.and_then(Exchange::status).unwrap_or_default();
        let sent = case.contrast.direct.and_then(|direct| guise::sent_field(&direct.sent.head, "host"));
        weigh(case, |failing| {
            let [Change::Field { value, .. }] = failing.deciding.as_slice() else { return None };
            if !decides(&failing.deciding) {
                return None;
            }
            let served = sent.as_deref().unwrap_or("the client's name");
            let sentence = format!(
                "The upstream answers {status} where `Host` is `{served}`, and {} where it is its own address, `{value}`; the gateway fares as if it sent that.",
                failing.words()
            );
            Some((ABOUT.blame, sentence))
        })
    }
}

/// Whether it is the `Host` alone that decides.
pub(super) fn decides(changes: &[Change]) -> bool {
    matches!(changes, [only] if only.is_of("host"))
}
