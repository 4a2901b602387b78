//! From observations to a diagnosis: pure, equal input gives equal output.

mod alone;
pub mod author;
mod contrary;
mod diagnose;
mod elsewhere;
pub mod finding;
mod further;
mod hints;
mod hints_tls;
mod judge;
mod known;
mod notes;
mod rank;
mod remedy;
mod remedy_tls;
mod settle;
pub mod verdict;

pub use alone::alone;
pub use author::{Authorship, Sign, Weight, Who};
pub use diagnose::diagnose;
pub use finding::{Blame, Evidence, Finding, FixFor, NotExamined, Place, RemedyText, RuledOut, Strength};
pub use further::further;
pub use verdict::{Diagnosis, GatewaySeen, Outcome, Verdict};
