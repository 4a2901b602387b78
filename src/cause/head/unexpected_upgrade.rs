//! 101 that nobody asked for.

use crate::cause::sighting::Sighting;
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::http1::DefectCode;
use crate::observation::{Exchange, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "unexpected-upgrade",
    error_type: Some(ErrorType::HttpProtocolError),
    phase: Phase::Head,
    blame: Blame::Upstream,
    stated_as: &[],
    remedy: "Answer 101 only to a request that asks for Upgrade.",
    page: include_str!("../pages/unexpected-upgrade.md"),
};

/// The upstream switches protocols without having been asked.
pub struct UnexpectedUpgrade;

impl Cause for UnexpectedUpgrade {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        weigh(self, case, sight)
    }
}

fn sight(exchange: &Exchange) -> Option<Sighting> {
    let reading = exchange.reading.as_ref()?;
    let defect = reading.defects.iter().find(|defect| defect.code == DefectCode::UnexpectedUpgrade)?;
    let sentence = "The upstream answers 101 (Switching Protocols), though the request asked for no upgrade.";
    Some(Sighting::new(sentence).of_defects([defect]))
}
