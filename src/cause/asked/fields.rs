//! The upstream minds a field that gateways add, or miss one that they leave out.

use super::{host, http10, is_left_out, narrowed, once, weigh};
use crate::cause::{About, Ask, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::observation::{Exchange, Phase};
use crate::plan::Change;

static ABOUT: About = About {
    slug: "upstream-refuses-gateway-fields",
    error_type: None,
    phase: Phase::Wait,
    blame: Blame::Upstream,
    stated_as: &[],
    remedy: "Let the upstream take requests as gateways send them: who does not know a field is to ignore it (RFC 9110 section 5.1). Until then keep the gateway from making that change.",
    page: include_str!("../pages/upstream-refuses-gateway-fields.md"),
};

/// The upstream fails on what a gateway changes in a request, other than its version or its `Host` alone.
pub struct RefusesFields;

impl Cause for RefusesFields {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        let status = case.contrast.direct.and_then(Exchange::status).unwrap_or_default();
        weigh(case, |failing| {
            if http10::decides(&failing.deciding) || host::decides(&failing.deciding) {
                return None;
            }
            let well = format!("The upstream answers {status} to the request as you sent it");
            let what = failing.words();
            if failing.deciding.is_empty() {
                let (guise, changes) = (failing.guise.words(), Change::all(&failing.guise.changes));
                let sentence = format!(
                    "{well}, and {what} where it is asked {guise} ({changes}); none of these changes decides alone."
                );
                return Some((Blame::None, sentence));
            }
            let blame = if is_left_out(&failing.deciding) { Blame::Gateway } else { ABOUT.blame };
            let once = once(&failing.deciding);
            Some((blame, format!("{well}, and {what} once {once}; the gateway fares as if it asked so.")))
        })
    }

    fn asks(&self, case: &Case<'_>) -> Vec<Ask> {
        narrowed::asks(case)
    }
}
