//! A `Transfer-Encoding` that cannot be decoded.

use crate::cause::sighting::{Sighting, after_colon, of_kinds_minded};
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::http1::DefectKind;
use crate::observation::{Exchange, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "invalid-transfer-coding",
    error_type: Some(ErrorType::HttpResponseTransferCoding),
    phase: Phase::Head,
    blame: Blame::Upstream,
    stated_as: &[ErrorType::HttpResponseTransferCoding],
    remedy: "Send `Transfer-Encoding: chunked` once, as the last coding, and leave it to the HTTP server; do not copy it from another response.",
    page: include_str!("../pages/invalid-transfer-coding.md"),
};

/// The transfer coding of the response is unknown, repeated, or out of place.
pub struct InvalidTransferCoding;

impl Cause for InvalidTransferCoding {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        weigh(self, case, |exchange| sight(case, exchange))
    }
}

fn sight(case: &Case<'_>, exchange: &Exchange) -> Option<Sighting> {
    of_kinds_minded(case, exchange, &[DefectKind::TransferCoding], |first| {
        format!("The upstream's Transfer-Encoding is not acceptable: {}", after_colon(&first.text))
    })
}
