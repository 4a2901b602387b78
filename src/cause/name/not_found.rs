//! The name service says that the upstream's name has no address.

use crate::cause::sighting::Sighting;
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::observation::{Exchange, LookupFailure, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "upstream-name-not-found",
    error_type: Some(ErrorType::DnsError),
    phase: Phase::Resolve,
    blame: Blame::NameService,
    stated_as: &[ErrorType::DnsError],
    remedy: "Correct the name, or make it known to the name server that the gateway asks; a container must share a network with the one it names.",
    page: include_str!("../pages/upstream-name-not-found.md"),
};

/// The upstream's name is not found.
pub struct NotFound;

impl Cause for NotFound {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        weigh(self, case, sight)
    }
}

fn sight(exchange: &Exchange) -> Option<Sighting> {
    let resolution = exchange.resolution.as_ref()?;
    let words = match resolution.failure? {
        LookupFailure::NotFound => "does not exist or has no address",
        LookupFailure::ServerFailure => "could not be resolved: the name server failed or refused to answer",
        LookupFailure::NoneOfFamily => "has no address of the family asked for",
        LookupFailure::TimedOut => return None,
    };
    let code = resolution.rcode.as_deref().unwrap_or("no answer code to be had");
    let detail = resolution.detail.as_deref().unwrap_or("the system's resolver found no address");
    Some(
        Sighting::new(format!("The upstream's name {} {words}.", resolution.name))
            .in_phase(Phase::Resolve, format!("{detail}; the name server says {code}")),
    )
}
