//! What the measured gateways would make of some defects of a response, one after the other.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Fate, Foretold, Objection, objections};
use crate::gateway::{self, Gateway};
use crate::http1::DefectCode;
use crate::observation::Exchange;

/// What one gateway does with certain defects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Elsewhere {
    /// The gateway, such as `nginx`.
    pub gateway: String,
    /// Its name for people.
    #[serde(skip)]
    pub title: &'static str,
    /// The version that this was measured with.
    pub version: String,
    /// What becomes of the response there.
    pub outcome: Foretold,
    /// The status that its client gets; `null` if it gets none.
    pub status: Option<u16>,
}

/// What each measured gateway does with these defects of the response of an exchange, and with nothing else that is
/// wrong there. Those of which nobody knows it are left out.
#[must_use]
pub fn elsewhere(exchange: &Exchange, codes: &[DefectCode]) -> Vec<Elsewhere> {
    let told = |gateway: &'static Gateway| {
        let concerns = |met: &Objection| met.code.is_some_and(|code| codes.contains(&code));
        let met: Vec<Objection> = objections(exchange, gateway).into_iter().filter(concerns).collect();
        let fate = Fate::of_all(&met);
        (fate != Fate::Unknown).then(|| Elsewhere {
            gateway: gateway.name.to_owned(),
            title: gateway.title,
            version: gateway.measured_version().to_owned(),
            outcome: fate.foretold(),
            status: fate.status(exchange.status()),
        })
    };
    if codes.is_empty() { Vec::new() } else { gateway::measured().into_iter().filter_map(told).collect() }
}
