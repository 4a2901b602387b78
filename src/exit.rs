//! The exit status, each with its meaning: what a script may rely on.

use std::process::ExitCode;

use crate::diagnosis::Outcome;

/// How why502 ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Exit {
    /// No fault was found.
    Healthy = 0,
    /// A fault was found and its cause is named.
    Fault = 1,
    /// Wrong usage, or a failure of why502 itself.
    Usage = 2,
    /// The gateway failed and no cause could be established.
    Unexplained = 3,
    /// The gateway could not be reached.
    Unreachable = 4,
    /// Interrupted with Ctrl-C.
    Interrupted = 130,
}

impl Exit {
    /// All of them, in the order of their numbers.
    pub const ALL: &[Self] =
        &[Self::Healthy, Self::Fault, Self::Usage, Self::Unexplained, Self::Unreachable, Self::Interrupted];

    /// The status that an outcome ends with. With `strict`, a warning counts as a fault.
    #[must_use]
    pub fn of(outcome: Outcome, strict: bool) -> Self {
        match outcome {
            Outcome::Warning if strict => Self::Fault,
            Outcome::Healthy | Outcome::Warning => Self::Healthy,
            Outcome::Fault => Self::Fault,
            Outcome::Unexplained => Self::Unexplained,
            Outcome::Unreachable => Self::Unreachable,
        }
    }

    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        self as u8
    }

    /// What it means, in one sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Healthy => "No fault was found (with warnings at most, unless --strict).",
            Self::Fault => "A fault was found, and its cause is named.",
            Self::Usage => "Wrong usage, or a failure of why502 itself; nothing is said of the gateway.",
            Self::Unexplained => {
                "The gateway failed (for lint, the upstream was silent), and no cause could be established."
            }
            Self::Unreachable => "The gateway itself (for lint, the upstream) could not be reached.",
            Self::Interrupted => "Interrupted with Ctrl-C; the report is of what was seen so far.",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_has_the_documented_status() {
        let outcomes = [
            (Outcome::Healthy, 0, 0),
            (Outcome::Warning, 0, 1),
            (Outcome::Fault, 1, 1),
            (Outcome::Unexplained, 3, 3),
            (Outcome::Unreachable, 4, 4),
        ];
        for (outcome, plain, strict) in outcomes {
            assert_eq!(Exit::of(outcome, false).code(), plain, "{outcome:?}");
            assert_eq!(Exit::of(outcome, true).code(), strict, "{outcome:?} with --strict");
        }
    }

    #[test]
    fn every_status_has_a_number_and_a_sentence_of_its_own() {
        let mut seen: Vec<_> = Exit::ALL.iter().map(|exit| (exit.code(), exit.sentence())).collect();
        seen.dedup_by(|one, other| one.0 == other.0 || one.1 == other.1);
        assert_eq!(seen.len(), Exit::ALL.len());
        assert!(seen.iter().all(|(_, sentence)| sentence.ends_with('.')));
    }
}
