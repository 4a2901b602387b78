//! A body that its `Content-Encoding` cannot decode.

use crate::cause::sighting::{Sighting, after_colon, of_kinds};
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::http1::DefectKind;
use crate::observation::{Exchange, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "invalid-content-coding",
    error_type: Some(ErrorType::HttpResponseContentCoding),
    phase: Phase::Body,
    blame: Blame::Upstream,
    stated_as: &[ErrorType::HttpResponseContentCoding],
    remedy: "Do not compress twice, and do not announce a coding that was not applied.",
    page: include_str!("../pages/invalid-content-coding.md"),
};

/// The content coding of the body is broken.
pub struct InvalidContentCoding;

impl Cause for InvalidContentCoding {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        weigh(self, case, sight)
    }
}

fn sight(exchange: &Exchange) -> Option<Sighting> {
    of_kinds(exchange, &[DefectKind::ContentCoding], |first| {
        format!("The upstream's Content-Encoding does not fit its body: {}", after_colon(&first.text))
    })
}
