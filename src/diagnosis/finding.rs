//! What a diagnosis consists of: findings with their evidence, what was ruled out, and what was not examined.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::fate::Elsewhere;
use crate::observation::Phase;
use crate::proxy_status::ErrorType;

/// A cause that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The slug of the cause; `why502 explain SLUG` tells more.
    pub cause: String,
    /// The error type of RFC 9209.
    pub error_type: Option<ErrorType>,
    /// The phase in which it arises.
    pub phase: Phase,
    /// Whose fault it is.
    pub blame: Blame,
    /// How sure it is.
    pub strength: Strength,
    /// One sentence.
    pub sentence: String,
    /// The upstream concerned, where there are several.
    pub upstream: Option<String>,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
    /// What to change.
    pub remedies: Vec<RemedyText>,
    /// What the other measured gateways do with the defects that it points to; empty if it points to none.
    #[serde(skip)]
    pub elsewhere: Vec<Elsewhere>,
}

/// Whose fault it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Blame {
    /// The upstream.
    Upstream,
    /// The gateway.
    Gateway,
    /// What lies between them, or between here and the gateway.
    Network,
    /// The name service.
    NameService,
    /// The client: this side.
    Client,
    /// Nobody.
    None,
}

/// How sure a finding is. The order is that of the ranking: the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// A direct probe met the very fault.
    Shown,
    /// What was seen fits this and rules out the main rivals.
    Likely,
    /// It fits.
    Consistent,
}

impl Strength {
    /// As in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Likely => "likely",
            Self::Consistent => "consistent",
        }
    }
}

/// One thing that was seen, and where.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// The exchange: an index into `exchanges`.
    pub exchange: usize,
    /// The place within it.
    pub place: Place,
    /// One sentence, safe to print.
    pub text: String,
}

/// A place in an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Place {
    /// A phase as a whole.
    Phase {
        /// Which one.
        phase: Phase,
    },
    /// Bytes of the response.
    Bytes {
        /// Offset of the first, from the first byte of the stream.
        offset: u64,
        /// How many; 0 for a place where something is missing.
        length: u64,
    },
    /// The exchange as a whole.
    Exchange,
}

/// For whom a remedy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FixFor {
    /// Whoever runs the upstream.
    Upstream,
    /// Whoever runs the gateway.
    Gateway,
    /// Whoever looks for more: a log line, a capture, a further run.
    Investigation,
}

/// Something to change, or to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RemedyText {
    /// For whom.
    #[serde(rename = "for")]
    pub fix_for: FixFor,
    /// One or two sentences.
    pub advice: String,
    /// Lines of configuration or a command, if there are any.
    pub config: Option<String>,
}

/// A cause that was ruled out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RuledOut {
    /// The slug.
    pub cause: String,
    /// By what.
    pub by: String,
}

/// A cause that could not be examined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotExamined {
    /// The slug.
    pub cause: String,
    /// What it would take.
    pub needs: String,
}
