//! A response head that breaks the grammar of HTTP.

use crate::cause::sighting::{Sighting, after_colon, of_kinds_minded};
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::http1::DefectKind;
use crate::observation::{Exchange, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "invalid-response-head",
    error_type: Some(ErrorType::HttpProtocolError),
    phase: Phase::Head,
    blame: Blame::Upstream,
    stated_as: &[ErrorType::HttpProtocolError],
    remedy: "Correct the response head where it is made: the marked bytes break the rule named there.",
    page: include_str!("../pages/invalid-response-head.md"),
};

/// The status line or a field of the response is malformed.
pub struct InvalidHead;

impl Cause for InvalidHead {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        weigh(self, case, |exchange| sight(case, exchange))
    }
}

fn sight(case: &Case<'_>, exchange: &Exchange) -> Option<Sighting> {
    of_kinds_minded(case, exchange, &[DefectKind::StatusLine, DefectKind::Field], |first| {
        format!("The upstream's response head is malformed: {}", after_colon(&first.text))
    })
}
