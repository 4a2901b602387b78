//! One address of the upstream's name takes connections, another does not.

use std::net::SocketAddr;

use super::with_attempts;
use crate::cause::fit::SOONEST_TIMEOUT;
use crate::cause::gateway::upstream_is_fine_enough as upstream_is_fine;
use crate::cause::sighting::Sighting;
use crate::cause::weigh::seen_directly;
use crate::cause::{About, Assessment, Case, Cause, Found};
use crate::contrast::Answer;
use crate::diagnosis::{Blame, Strength};
use crate::observation::{ConnectOutcome, Exchange, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "upstream-address-family",
    error_type: Some(ErrorType::ConnectionRefused),
    phase: Phase::Connect,
    blame: Blame::Upstream,
    stated_as: &[],
    remedy: "Make the upstream listen on every address that its name has, take the dead address out of the name, or give the gateway the address that works.",
    page: include_str!("../pages/upstream-address-family.md"),
};

/// The addresses of the upstream's name do not all take connections.
pub struct AddressFamily;

impl Cause for AddressFamily {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        let Some(direct) = case.contrast.direct else {
            return Assessment::NotExamined("an --upstream given by name".to_owned());
        };
        if direct.connects.len() < 2 {
            return Assessment::RuledOut("the upstream has one address".to_owned());
        }
        let failed = case.contrast.failed() && case.contrast.answer != Answer::Unreachable;
        let Some((sighting, outcome)) = sight(direct, failed) else {
            return Assessment::RuledOut("every address of the upstream fared alike".to_owned());
        };
        if !failed && is_this_machine(direct) {
            return Assessment::RuledOut(
                "its two names for this machine are asked in turn, and one answers".to_owned(),
            );
        }
        match seen_directly(self, case, direct, &sighting) {
            Assessment::Found(found) => Assessment::Found(capped(found, case, outcome)),
            Assessment::Met(found) => Assessment::Met(capped(found, case, outcome)),
            other => other,
        }
    }
}

/// Which address the gateway takes is not seen from here.
fn capped(mut found: Found, case: &Case<'_>, outcome: ConnectOutcome) -> Found {
    found.evidence.truncate(8);
    found.strength = found.strength.max(strength(case, outcome));
    found
}

/// Whether all its addresses are this machine's own: many servers listen on one of the two, and who asks by the name
/// `localhost` takes the other.
fn is_this_machine(exchange: &Exchange) -> bool {
    let addresses = exchange.connects.iter().map(|attempt| attempt.address.parse::<SocketAddr>());
    addresses.into_iter().all(|address| address.is_ok_and(|address| address.ip().is_loopback()))
}

/// A machine without IPv6 cannot reach IPv6 addresses; that says nothing of the upstream. Such an address counts
/// only where the gateway failed.
fn sight(exchange: &Exchange, gateway_failed: bool) -> Option<(Sighting, ConnectOutcome)> {
    let counts = |outcome: ConnectOutcome| match outcome {
        ConnectOutcome::Refused | ConnectOutcome::Reset => true,
        ConnectOutcome::Unreachable | ConnectOutcome::TimedOut => gateway_failed,
        ConnectOutcome::Connected | ConnectOutcome::LocalFailure => false,
    };
    let good = exchange.connects.iter().find(|attempt| attempt.outcome == ConnectOutcome::Connected)?;
    let bad = exchange.connects.iter().find(|attempt| counts(attempt.outcome))?;
    let name = exchange.resolution.as_ref().map_or("The upstream", |resolution| resolution.name.as_str());
    let words = match bad.outcome {
        ConnectOutcome::Refused => "refuses",
        ConnectOutcome::Reset => "resets",
        ConnectOutcome::Unreachable => "cannot be reached from here",
        _ => "does not answer",
    };
    let seen = Sighting::new(format!(
        "{name} has several addresses: {} takes connections and {} {words}; a gateway that picks the latter fails.",
        good.address, bad.address
    ));
    let seen = with_attempts(
        seen,
        exchange,
        &[
            ConnectOutcome::Connected,
            ConnectOutcome::Refused,
            ConnectOutcome::Reset,
            ConnectOutcome::Unreachable,
            ConnectOutcome::TimedOut,
        ],
    );
    let seen = seen.of_type(error_type(bad.outcome));
    Some((if bad.outcome == ConnectOutcome::TimedOut { seen.waited() } else { seen }, bad.outcome))
}

/// It is likely where the gateway says so itself, or where nothing is wrong with the other address, and the gateway is none that
/// would ask that one as well. Whether it has a route where this machine has none is not seen from here, and one that failed at
/// once did not wait.
fn strength(case: &Case<'_>, outcome: ConnectOutcome) -> Strength {
    let took = case.contrast.gateway_seconds();
    let kind = error_type(outcome);
    let says_so = case.stated.iter().any(|statement| statement.can_mean(kind) && statement.means.len() <= 2);
    // One that says nothing at all has not met an address that refuses: all that were measured say so.
    let is_error = matches!(case.contrast.answer, Answer::ServerError(_));
    let asks_each = case.known.and_then(|known| known.asks_each_address) == Some(true);
    let is_open = upstream_is_fine(case) && is_error && !asks_each;
    match outcome {
        ConnectOutcome::Unreachable => Strength::Consistent,
        ConnectOutcome::TimedOut if took < SOONEST_TIMEOUT => Strength::Consistent,
        _ if says_so || is_open => Strength::Likely,
        _ => Strength::Consistent,
    }
}

/// What a gateway meets that picks the address that fails.
fn error_type(outcome: ConnectOutcome) -> ErrorType {
    match outcome {
        ConnectOutcome::Reset => ErrorType::ConnectionTerminated,
        ConnectOutcome::Unreachable => ErrorType::DestinationIpUnroutable,
        ConnectOutcome::TimedOut => ErrorType::ConnectionTimeout,
        _ => ErrorType::ConnectionRefused,
    }
}
