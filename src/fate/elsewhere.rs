//! What the measured gateways would make of some defects of a response, one after the other.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Fate, Foretold, Objection, objections};
use crate::gateway::{self, Basis, Gateway};
use crate::http1::DefectCode;
use crate::observation::Exchange;
use crate::tolerance::Later;

/// What one gateway does with certain defects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Elsewhere {
    /// The gateway, such as `nginx`.
    pub gateway: String,
    /// Its name for people.
    #[serde(skip)]
    pub title: &'static str,
    /// The version that this was measured with; or, as `1.23.0 and later`, those of which it is documented.
    pub version: String,
    /// Whether it was measured, or is from its documents or its source.
    pub basis: Basis,
    /// What becomes of the response there.
    pub outcome: Foretold,
    /// The status that its client gets; `null` if it gets none.
    pub status: Option<u16>,
}

/// What each measured gateway does with these defects of the response of an exchange, and with nothing else that is
/// wrong there; then what later versions of some are documented to do. What nobody knows is left out.
#[must_use]
pub fn elsewhere(exchange: &Exchange, codes: &[DefectCode]) -> Vec<Elsewhere> {
    if codes.is_empty() {
        return Vec::new();
    }
    let own = exchange.status();
    let gateways = gateway::measured();
    let measured = gateways.iter().filter_map(|&gateway| {
        let concerns = |met: &Objection| met.code.is_some_and(|code| codes.contains(&code));
        let met: Vec<Objection> = objections(exchange, gateway).into_iter().filter(concerns).collect();
        let fate = Fate::of_all(&met);
        (fate != Fate::Unknown).then(|| told(gateway, fate, own))
    });
    let documented = gateways.iter().filter_map(|&gateway| {
        let concerned = |later: &&Later| later.codes.iter().any(|code| codes.contains(code));
        // One version is enough to be warned.
        gateway::later(gateway.name).iter().find(concerned).map(|later| Elsewhere {
            version: format!("{} and later", later.since()),
            basis: Basis::Documented,
            ..told(gateway, Fate::of(Some(later.treatment)), own)
        })
    });
    measured.chain(documented).collect()
}

fn told(gateway: &Gateway, fate: Fate, own: Option<u16>) -> Elsewhere {
    Elsewhere {
        gateway: gateway.name.to_owned(),
        title: gateway.title,
        version: gateway.measured_version().to_owned(),
        basis: Basis::Measured,
        outcome: fate.foretold(),
        status: fate.status(own),
    }
}
