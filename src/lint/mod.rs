//! What the known gateways would make of an upstream's responses, told beforehand: `why502 lint`.
//!
//! Pure, as everything to the right of the probes. [`questions`] says what is to be asked, because gateways do not ask
//! as their clients do; [`foretell`] says, from what was measured of each gateway, what it would do with the answers.

mod apart;
mod idle;
mod judge;
mod prediction;
mod question;
mod verdict;

#[cfg(test)]
mod tests;

pub use judge::{Foreknown, Heard, foretell};
pub use prediction::{Alternative, LaterVersion, Prediction, Reason};
pub use question::{Asker, Question, always, questions};

pub use crate::fate::Foretold;
pub use crate::gateway::measured;
