//! Bytes after the end of the response.

use crate::cause::sighting::{Sighting, after_colon, of_kinds};
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::http1::DefectKind;
use crate::observation::{Exchange, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "bytes-after-response",
    error_type: Some(ErrorType::HttpProtocolError),
    phase: Phase::Body,
    blame: Blame::Upstream,
    stated_as: &[],
    remedy: "Send no body with 204, 304 and answers to HEAD, and no more bytes than announced: the next response on the same connection is read from there.",
    page: include_str!("../pages/bytes-after-response.md"),
};

/// The upstream sends more than its response.
pub struct BytesAfterResponse;

impl Cause for BytesAfterResponse {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        weigh(self, case, sight)
    }
}

fn sight(exchange: &Exchange) -> Option<Sighting> {
    of_kinds(exchange, &[DefectKind::Extra], |first| {
        format!("The upstream sends bytes after the end of its response: {}", after_colon(&first.text))
    })
}
