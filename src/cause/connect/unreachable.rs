//! There is no route to the upstream.

use super::{tried, with_attempts};
use crate::cause::sighting::Sighting;
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::observation::{ConnectOutcome, End, Exchange, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "upstream-unreachable",
    error_type: Some(ErrorType::DestinationIpUnroutable),
    phase: Phase::Connect,
    blame: Blame::Network,
    stated_as: &[ErrorType::DestinationIpUnroutable],
    remedy: "Mend the route, or the firewall that rejects: `ip route get ADDRESS` on the gateway's host tells which way it goes.",
    page: include_str!("../pages/upstream-unreachable.md"),
};

/// The upstream's host or network is unreachable.
pub struct Unreachable;

impl Cause for Unreachable {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        weigh(self, case, sight)
    }
}

fn sight(exchange: &Exchange) -> Option<Sighting> {
    if exchange.end != End::Unreachable {
        return None;
    }
    let seen = Sighting::new(format!("There is no route to the upstream at {}.", tried(exchange)));
    Some(with_attempts(seen, exchange, &[ConnectOutcome::Unreachable]))
}
