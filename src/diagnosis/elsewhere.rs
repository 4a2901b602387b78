//! To which defects a finding points, and whom else these would offend: a gateway that forgives is no proof for the next
//! one.

use super::{Evidence, Place};
use crate::cause::Case;
use crate::fate::{self, Elsewhere};
use crate::gateway::Basis;
use crate::http1::{Defect, DefectCode};
use crate::observation::Exchange;
use crate::tolerance;

/// What the measured gateways other than that of the case do with the defects to which some evidence points, and what
/// its own later versions are documented to do.
pub(super) fn elsewhere(case: &Case<'_>, evidence: &[Evidence]) -> Vec<Elsewhere> {
    let Some(exchange) = pointed_at(case, evidence) else { return Vec::new() };
    let mut told = fate::elsewhere(exchange, &defects(case, evidence));
    // Of the gateway itself there is nothing to be foretold but its next version.
    let is_other = |told: &Elsewhere| case.known.is_none_or(|known| known.title != told.title);
    let is_next = |told: &Elsewhere| {
        let since = tolerance::version(&told.version);
        let is_older = case.known.and_then(|known| known.version).is_none_or(|own| Some(own) < since);
        told.basis == Basis::Documented && is_older
    };
    told.retain(|told| is_other(told) || is_next(told));
    told
}

/// The kinds of defect to which some evidence points.
pub(super) fn defects(case: &Case<'_>, evidence: &[Evidence]) -> Vec<DefectCode> {
    let is_meant = |defect: &&Defect| {
        let place = Place::Bytes { offset: defect.offset, length: defect.length };
        evidence.iter().any(|piece| piece.place == place && piece.text.starts_with(said(defect)))
    };
    let reading = pointed_at(case, evidence).and_then(|exchange| exchange.reading.as_ref());
    let defects = reading.into_iter().flat_map(|reading| &reading.defects);
    defects.filter(is_meant).map(|defect| defect.code).collect()
}

/// The exchange in whose bytes it was seen.
fn pointed_at<'a>(case: &Case<'a>, evidence: &[Evidence]) -> Option<&'a Exchange> {
    let piece = evidence.iter().find(|piece| matches!(piece.place, Place::Bytes { .. }))?;
    case.seen.exchanges.get(piece.exchange)
}

/// What evidence says of a defect begins so.
fn said(defect: &Defect) -> &str {
    defect.text.trim_end_matches('.')
}
