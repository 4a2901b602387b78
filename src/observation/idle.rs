//! What becomes of a connection that is left idle after a whole response.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A connection that was left idle.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Idle {
    /// For how many seconds after the end of the response it was watched, or until it ended.
    pub seconds: f64,
    /// What became of it in that time.
    pub end: IdleEnd,
}

/// What became of an idle connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum IdleEnd {
    /// The peer closed it in order (FIN).
    Closed,
    /// The peer reset it (RST), or broke the rules of TLS.
    Reset,
    /// It was still open when this side stopped watching.
    StillOpen,
}
