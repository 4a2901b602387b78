//! The name service does not answer in time.

use crate::cause::sighting::Sighting;
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::figures;
use crate::observation::{Exchange, LookupFailure, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "upstream-name-timeout",
    error_type: Some(ErrorType::DnsTimeout),
    phase: Phase::Resolve,
    blame: Blame::NameService,
    stated_as: &[ErrorType::DnsTimeout],
    remedy: "Point the gateway at a name server that answers, and name more than one.",
    page: include_str!("../pages/upstream-name-timeout.md"),
};

/// Resolving the upstream's name takes too long.
pub struct Timeout;

impl Cause for Timeout {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        weigh(self, case, sight)
    }
}

fn sight(exchange: &Exchange) -> Option<Sighting> {
    let resolution = exchange.resolution.as_ref()?;
    if resolution.failure? != LookupFailure::TimedOut {
        return None;
    }
    let took = exchange.phases.resolve.map_or(0.0, crate::observation::Span::seconds);
    Some(
        Sighting::new(format!(
            "No name server answered in time for the upstream's name {}.",
            resolution.name
        ))
        .in_phase(Phase::Resolve, format!("no answer within {}", figures::seconds(took)))
        .waited(),
    )
}
