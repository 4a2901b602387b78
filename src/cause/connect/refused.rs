//! Nothing listens where the gateway looks.

use super::{tried, with_attempts};
use crate::cause::sighting::Sighting;
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::observation::{ConnectOutcome, End, Exchange, Phase};
use crate::proxy_status::ErrorType;
use crate::tolerance::Met;

static ABOUT: About = About {
    slug: "upstream-refused",
    error_type: Some(ErrorType::ConnectionRefused),
    phase: Phase::Connect,
    blame: Blame::Upstream,
    stated_as: &[ErrorType::ConnectionRefused],
    remedy: "Start the upstream, and make it listen on the address and port that the gateway asks (`ss -ltnp` on its host shows where it listens); 127.0.0.1 and [::1] are reached from the same host, or the same container, only.",
    page: include_str!("../pages/upstream-refused.md"),
};

/// The upstream refuses the connection.
pub struct Refused;

impl Cause for Refused {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        weigh(self, case, sight)
    }
}

fn sight(exchange: &Exchange) -> Option<Sighting> {
    if exchange.end != End::Refused {
        return None;
    }
    let seen = Sighting::new(format!(
        "The upstream refuses the connection: nothing accepts connections at {}.",
        tried(exchange)
    ));
    Some(with_attempts(seen, exchange, &[ConnectOutcome::Refused]).met(Met::Refused))
}
