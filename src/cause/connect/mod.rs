//! No TCP connection to the upstream.

mod address_family;
mod refused;
mod timeout;
mod unreachable;

pub use address_family::AddressFamily;
pub use refused::Refused;
pub use timeout::Timeout;
pub use unreachable::Unreachable;

use crate::cause::sighting::Sighting;
use crate::figures;
use crate::observation::{ConnectOutcome, Exchange, Phase};

/// The addresses that were tried, as text.
fn tried(exchange: &Exchange) -> String {
    let addresses: Vec<&str> = exchange.connects.iter().map(|attempt| attempt.address.as_str()).collect();
    if addresses.is_empty() { exchange.url.clone() } else { addresses.join(", ") }
}

/// Every connect with one of the outcomes, as evidence.
fn with_attempts(mut sighting: Sighting, exchange: &Exchange, outcomes: &[ConnectOutcome]) -> Sighting {
    for attempt in exchange.connects.iter().filter(|attempt| outcomes.contains(&attempt.outcome)) {
        let words = attempt.detail.as_deref().unwrap_or(match attempt.outcome {
            ConnectOutcome::Connected => "connected",
            ConnectOutcome::Refused => "connection refused",
            ConnectOutcome::Reset => "connection reset",
            ConnectOutcome::Unreachable => "unreachable",
            ConnectOutcome::TimedOut => "no answer",
            ConnectOutcome::LocalFailure => "this machine could not try",
        });
        let text = format!("{}: {words}, after {}", attempt.address, figures::seconds(attempt.seconds));
        sighting = sighting.in_phase(Phase::Connect, text);
    }
    sighting
}
