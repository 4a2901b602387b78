//! What a gateway puts up with, defect by defect, and its limits of size. The vocabulary; the facts stand with
//! each gateway.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::http1::{Defect, DefectCode};

/// What a gateway does with a response that has a certain defect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Treatment {
    /// Passes it on as it is.
    Passes,
    /// Passes it on without the defect: drops the line, folds it, recomputes the length.
    Repairs,
    /// Answers with this status itself.
    Refuses(u16),
    /// Passes the bytes on without a status line.
    Raw,
    /// Passes the beginning on and breaks off.
    Cuts,
    /// Closes the client's connection without a byte.
    Closes,
    /// Waits for more until its read timeout, then answers with this status.
    WaitsThen(u16),
}

impl Treatment {
    /// Whether the client gets a whole response all the same.
    #[must_use]
    pub fn forgives(self) -> bool {
        matches!(self, Self::Passes | Self::Repairs)
    }
}

/// What a gateway was seen to do with one kind of defect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The defect.
    pub code: DefectCode,
    /// What the gateway does.
    pub treatment: Treatment,
}

/// A limit of size by default, with the directive that sets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SizeLimit {
    /// The largest size that passes; bytes, or a number of fields.
    pub at_most: u64,
    /// The directive.
    pub directive: &'static str,
}

/// What a gateway puts up with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tolerance {
    /// Defect by defect, as measured. A defect that is not listed was not measured.
    pub rules: &'static [Rule],
    /// For the whole head, in bytes.
    pub head_size: Option<SizeLimit>,
    /// For one field line, in bytes.
    pub field_size: Option<SizeLimit>,
    /// For the number of fields.
    pub fields: Option<SizeLimit>,
    /// The version that all this was measured with, such as `nginx 1.22.1`; or the document it is from.
    pub measured_with: &'static str,
}

impl Tolerance {
    /// What was measured for one kind of defect.
    #[must_use]
    pub fn of(&self, code: DefectCode) -> Option<Treatment> {
        self.rules.iter().find(|rule| rule.code == code).map(|rule| rule.treatment)
    }

    /// Whether a defect is known to be forgiven.
    #[must_use]
    pub fn forgives(&self, defect: &Defect) -> bool {
        self.of(defect.code).is_some_and(Treatment::forgives)
    }
}
