//! Whom else a defect would offend: a gateway that forgives is no proof for the next one.

use super::{Evidence, Place};
use crate::cause::Case;
use crate::fate::{self, Elsewhere};
use crate::gateway::Basis;
use crate::http1::{Defect, DefectCode};

/// What the measured gateways other than that of the case do with the defects to which some evidence points.
pub(super) fn elsewhere(case: &Case<'_>, evidence: &[Evidence]) -> Vec<Elsewhere> {
    let Some(exchange) = evidence
        .iter()
        .find(|piece| is_bytes(piece))
        .and_then(|first| case.seen.exchanges.get(first.exchange))
    else {
        return Vec::new();
    };
    let is_meant = |defect: &&Defect| {
        let place = Place::Bytes { offset: defect.offset, length: defect.length };
        evidence.iter().any(|piece| piece.place == place && piece.text.starts_with(said(defect)))
    };
    let defects = exchange.reading.iter().flat_map(|reading| &reading.defects);
    let codes: Vec<DefectCode> = defects.filter(is_meant).map(|defect| defect.code).collect();
    let mut told = fate::elsewhere(exchange, &codes);
    // Of the gateway itself there is nothing to be foretold but its next version.
    let is_other = |told: &Elsewhere| case.known.is_none_or(|known| known.title != told.title);
    told.retain(|told| told.basis == Basis::Documented || is_other(told));
    told
}

fn is_bytes(piece: &Evidence) -> bool {
    matches!(piece.place, Place::Bytes { .. })
}

/// What evidence says of a defect begins so.
fn said(defect: &Defect) -> &str {
    defect.text.trim_end_matches('.')
}
