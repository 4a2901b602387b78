//! One address of the upstream's name takes connections, another does not.

use super::with_attempts;
use crate::cause::fit::SOONEST_TIMEOUT;
use crate::cause::sighting::Sighting;
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
        let mut evidence = sighting.evidence(case.seen.index_of(direct));
        evidence.truncate(8);
        let found = Found {
            strength: strength(outcome, case.contrast.gateway_seconds()),
            blame: ABOUT.blame,
            error_type: error_type(outcome),
            sentence: sighting.sentence,
            evidence,
        };
        if failed { Assessment::Found(found) } else { Assessment::Met(found) }
    }
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
    Some((seen, bad.outcome))
}

/// Which address the gateway takes is not seen from here; nor whether it has a route where this machine has none,
/// and one that failed at once did not wait.
fn strength(outcome: ConnectOutcome, gateway_took: f64) -> Strength {
    match outcome {
        ConnectOutcome::Unreachable => Strength::Consistent,
        ConnectOutcome::TimedOut if gateway_took < SOONEST_TIMEOUT => Strength::Consistent,
        _ => Strength::Likely,
    }
}

/// What a gateway meets that picks the address that fails.
fn error_type(outcome: ConnectOutcome) -> Option<ErrorType> {
    Some(match outcome {
        ConnectOutcome::Reset => ErrorType::ConnectionTerminated,
        ConnectOutcome::Unreachable => ErrorType::DestinationIpUnroutable,
        ConnectOutcome::TimedOut => ErrorType::ConnectionTimeout,
        _ => return None,
    })
}
