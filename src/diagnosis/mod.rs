//! From observations to a diagnosis: pure, equal input gives equal output.

pub mod finding;
pub mod verdict;

pub use finding::{Blame, Evidence, Finding, FixFor, NotExamined, Place, RemedyText, RuledOut, Strength};
pub use verdict::{Diagnosis, GatewaySeen, Outcome, Verdict};
