//! What the known gateways would make of an upstream's responses, told beforehand: `why502 lint`.
//!
//! Pure, as everything to the right of the probes. [`questions`] says what is to be asked, because gateways do not ask
//! as their clients do; [`foretell`] says, from what was measured of each gateway, what it would do with the answers.

mod fate;
mod idle;
mod judge;
mod objection;
mod prediction;
mod question;
mod verdict;

#[cfg(test)]
mod tests;

pub use fate::Foretold;
pub use judge::{Foreknown, Heard, foretell};
pub use prediction::{Prediction, Reason};
pub use question::{Asker, Question, always, questions};

use crate::gateway::{Basis, GATEWAYS, Gateway};

/// The gateways that something can be foretold of: those of which it was measured what they put up with.
#[must_use]
pub fn measured() -> Vec<&'static Gateway> {
    GATEWAYS.iter().copied().filter(|gateway| gateway.basis == Basis::Measured).collect()
}
