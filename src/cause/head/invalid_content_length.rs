//! A `Content-Length` that is no length, or more than one.

use crate::cause::sighting::{Sighting, after_colon, of_kinds_minded};
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::http1::DefectKind;
use crate::observation::{Exchange, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "invalid-content-length",
    error_type: Some(ErrorType::HttpProtocolError),
    phase: Phase::Head,
    blame: Blame::Upstream,
    stated_as: &[],
    remedy: "Send one Content-Length that is the number of bytes of the body, or Transfer-Encoding, never both; do not copy framing fields from another response.",
    page: include_str!("../pages/invalid-content-length.md"),
};

/// The length of the response is invalid or contradicts itself.
pub struct InvalidContentLength;

impl Cause for InvalidContentLength {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        weigh(self, case, |exchange| sight(case, exchange))
    }
}

fn sight(case: &Case<'_>, exchange: &Exchange) -> Option<Sighting> {
    of_kinds_minded(case, exchange, &[DefectKind::Length], |first| {
        format!("The upstream's Content-Length is not acceptable: {}", after_colon(&first.text))
    })
}
