//! Interim responses without end.

use crate::cause::sighting::Sighting;
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::http1::DefectCode;
use crate::observation::{Exchange, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "too-many-interim-responses",
    error_type: Some(ErrorType::HttpProtocolError),
    phase: Phase::Head,
    blame: Blame::Upstream,
    stated_as: &[],
    remedy: "Send one interim response at the most, and then the final one.",
    page: include_str!("../pages/too-many-interim-responses.md"),
};

/// The upstream sends more interim responses than anybody reads.
pub struct TooManyInterim;

impl Cause for TooManyInterim {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        weigh(self, case, sight)
    }
}

fn sight(exchange: &Exchange) -> Option<Sighting> {
    let reading = exchange.reading.as_ref()?;
    let defect = reading.defects.iter().find(|defect| defect.code == DefectCode::InterimTooMany)?;
    let sentence = if reading.response().is_some() {
        "The upstream sends more interim responses than anybody expects before the final one."
    } else {
        "The upstream sends interim responses without end, and no final one."
    };
    Some(Sighting::new(sentence).of_defects([defect]))
}
