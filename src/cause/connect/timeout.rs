//! Nothing answers at the upstream's address.

use super::{tried, with_attempts};
use crate::cause::sighting::Sighting;
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::observation::{ConnectOutcome, End, Exchange, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "upstream-connect-timeout",
    error_type: Some(ErrorType::ConnectionTimeout),
    phase: Phase::Connect,
    blame: Blame::Network,
    stated_as: &[ErrorType::ConnectionTimeout],
    remedy: "Find what drops the packets: a firewall, a security group, a host that is down, or a listener whose accept queue is full (`ss -ltn` shows Recv-Q against Send-Q).",
    page: include_str!("../pages/upstream-connect-timeout.md"),
};

/// The TCP connection to the upstream is not established in time.
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
    if exchange.end != End::TimedOut || exchange.ended_in != Phase::Connect {
        return None;
    }
    let seen = Sighting::new(format!(
        "Nothing answers at {}: the connection is neither taken nor refused.",
        tried(exchange)
    ))
    .waited();
    Some(with_attempts(seen, exchange, &[ConnectOutcome::TimedOut]))
}
