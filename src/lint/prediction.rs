//! What is foretold of one gateway.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Foretold;

/// What one gateway would do with the upstream's responses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Prediction {
    /// The gateway, such as `nginx`.
    pub gateway: String,
    /// Its name for people.
    pub title: String,
    /// The version that this was measured with.
    pub version: String,
    /// What becomes of the response there.
    pub outcome: Foretold,
    /// The status that its client would get; `null` if it gets none, or if it is not known.
    pub status: Option<u16>,
    /// What becomes of it else, where that is a matter of when the bytes come in: a gateway that has passed the head on
    /// can no longer answer an error; `null` where there is one outcome only.
    pub or: Option<Alternative>,
    /// What decides the outcome: names of defects (`space-before-colon`) and of limits (`head-size`, a directive).
    pub because: Vec<String>,
    /// The same in sentences, each with the exchange that it was seen in.
    pub reasons: Vec<Reason>,
    /// Sentences on what goes wrong now and then only, or in some configurations.
    pub sometimes: Vec<String>,
    /// What later versions of it are documented to do otherwise; nothing of that was measured.
    pub later: Vec<LaterVersion>,
    /// The exchanges in which the upstream was asked as this gateway asks: indices into `exchanges`.
    pub exchanges: Vec<usize>,
}

/// What may become of a response in the place of the outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Alternative {
    /// What becomes of it.
    pub outcome: Foretold,
    /// The status that its client would get; `null` if it gets none.
    pub status: Option<u16>,
}

/// What a later version of a gateway is documented to do otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LaterVersion {
    /// The first version that does.
    pub since: String,
    /// What becomes of the response there.
    pub outcome: Foretold,
    /// The status that its client would get; `null` if it gets none.
    pub status: Option<u16>,
    /// The names of the defects that decide it.
    pub because: Vec<String>,
    /// What it logs.
    pub log: String,
    /// Where this is from.
    pub source: String,
}

/// One thing that decides an outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// The name of the defect or of the limit.
    pub name: String,
    /// The exchange that it was seen in: an index into `exchanges`.
    pub exchange: usize,
    /// One sentence.
    pub sentence: String,
}
