//! A chunked body that breaks the chunked coding.

use crate::cause::sighting::{Sighting, after_colon, of_kinds_minded};
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::http1::DefectKind;
use crate::observation::{Exchange, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "invalid-chunk",
    error_type: Some(ErrorType::HttpResponseTransferCoding),
    phase: Phase::Body,
    blame: Blame::Upstream,
    stated_as: &[],
    remedy: "Leave the chunked coding to the HTTP server; do not write chunk sizes by hand.",
    page: include_str!("../pages/invalid-chunk.md"),
};

/// The chunked coding of the body is malformed.
pub struct InvalidChunk;

impl Cause for InvalidChunk {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        weigh(self, case, |exchange| sight(case, exchange))
    }
}

fn sight(case: &Case<'_>, exchange: &Exchange) -> Option<Sighting> {
    of_kinds_minded(case, exchange, &[DefectKind::Chunk], |first| {
        format!("The upstream's chunked body is malformed: {}", after_colon(&first.text))
    })
}
