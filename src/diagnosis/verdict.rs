//! The verdict: the one sentence at the top, and everything under it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Authorship, Blame, Finding, NotExamined, RuledOut, Strength};
use crate::proxy_status::ErrorType;
use crate::statement::Statement;

/// What follows from the observations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Diagnosis {
    /// The gateway, if it was recognised.
    pub gateway: Option<GatewaySeen>,
    /// The verdict.
    pub verdict: Verdict,
    /// Who wrote the error; `None` if none came.
    pub written_by: Option<Authorship>,
    /// The causes found, the best first.
    pub findings: Vec<Finding>,
    /// What was met that did no harm here and can do harm elsewhere.
    pub warnings: Vec<Finding>,
    /// The causes ruled out.
    pub ruled_out: Vec<RuledOut>,
    /// The causes not examined.
    pub not_examined: Vec<NotExamined>,
    /// What the gateway itself says.
    pub statements: Vec<Statement>,
    /// Plain sentences that belong to no cause: a status that is not the right one, where one stands, what
    /// would settle an open question.
    pub notes: Vec<String>,
}

/// A recognised gateway, for reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GatewaySeen {
    /// The product, such as `nginx`.
    pub name: String,
    /// Its version, if it shows it.
    pub version: Option<String>,
    /// By what it was recognised.
    pub recognised_by: Vec<String>,
}

/// The verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// What it comes to.
    pub outcome: Outcome,
    /// One sentence.
    pub sentence: String,
    /// The slug of the cause.
    pub cause: Option<String>,
    /// The error type of RFC 9209.
    pub error_type: Option<ErrorType>,
    /// Whose fault it is.
    pub blame: Blame,
    /// How sure it is.
    pub strength: Option<Strength>,
    /// The status that the gateway answered with.
    pub gateway_status: Option<u16>,
    /// The status that RFC 9209 recommends for this error type.
    pub expected_status: Option<u16>,
    /// Whether the gateway's status is the right one for this fault; `null` if there is no fault, or if its cause
    /// is not sure enough to blame the status.
    pub status_is_right: Option<bool>,
}

/// What it comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The gateway gave what the upstream gives, complete.
    Healthy,
    /// It did, but something was met that another gateway, or this one under other conditions, answers with 502.
    Warning,
    /// The client did not get a complete, right answer, and the cause is named.
    Fault,
    /// Likewise, and no cause could be established.
    Unexplained,
    /// The gateway itself could not be reached.
    Unreachable,
}

impl Outcome {
    /// As in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Warning => "warning",
            Self::Fault => "fault",
            Self::Unexplained => "unexplained",
            Self::Unreachable => "unreachable",
        }
    }
}
