//! What a gateway itself says went wrong, in the words of RFC 9209.
//!
//! A gateway is a witness too: its `Proxy-Status`, its reason phrase, a header or its error page may name the
//! fault. Whoever knows the gateway translates that into a [`Statement`]; causes weigh the statement without
//! knowing who spoke. A statement can be wrong (Envoy says `connection_refused` for a timeout): it supports a
//! cause, it does not prove one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::observation::Phase;
use crate::proxy_status::ErrorType;

/// Something that a gateway said about why it failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Statement {
    /// Who says so: the name of a product, or the identifier in `Proxy-Status`.
    pub speaker: String,
    /// Where it stands.
    pub place: StatementPlace,
    /// Its words, safe to print.
    pub quote: String,
    /// The error types that it can mean; the first is the most likely.
    pub means: Vec<ErrorType>,
    /// The phase that it names, if it names one.
    pub phase: Option<Phase>,
    /// `received-status`: the upstream itself answered with this.
    pub received_status: Option<u16>,
}

impl Statement {
    /// Whether it can mean `kind`.
    #[must_use]
    pub fn can_mean(&self, kind: ErrorType) -> bool {
        self.means.contains(&kind)
    }
}

/// Where a statement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StatementPlace {
    /// The `Proxy-Status` field.
    ProxyStatus,
    /// Another field of the response.
    Field,
    /// The reason phrase.
    Reason,
    /// The body.
    Body,
}
