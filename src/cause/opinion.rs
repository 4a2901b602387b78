//! The second opinion: what an ordinary client makes of a response in which our own reader found defects. It is one
//! more thing to know, and decides nothing: gateways are neither stricter nor more forgiving than a client as a rule.

use super::sighting::Sighting;
use super::{Ask, Case};
use crate::diagnosis::{Evidence, Place};
use crate::http1::{Defect, DefectKind};
use crate::observation::{End, Exchange, Phase};
use crate::plan::{Experiment, HttpVersion};

/// The defects on which readers differ. That a stream was cut off, or that it is no HTTP, they all see alike.
const DEBATABLE: [DefectKind; 7] = [
    DefectKind::StatusLine,
    DefectKind::Field,
    DefectKind::Size,
    DefectKind::Length,
    DefectKind::TransferCoding,
    DefectKind::Chunk,
    DefectKind::Interim,
];

/// The client's name, as evidence has it.
const CLIENT: &str = "an ordinary client (hyper, by reqwest)";

/// Asks for the second opinion where the gateway failed and the upstream's response has defects. Not where that
/// response kept us waiting to the last: the client would wait as well, and learn no more.
#[must_use]
pub fn asks(case: &Case<'_>) -> Option<Ask> {
    let direct = case.contrast.direct.filter(|direct| direct.end != End::TimedOut)?;
    debatable(direct).next().filter(|_| case.contrast.failed())?;
    // The library asks in the version that was wanted, and not in one that was agreed.
    if case.seen.request.version == HttpVersion::Http2 && !direct.spoke_http2() {
        return None;
    }
    Some(Ask::direct(Experiment::SecondOpinion))
}

/// What the ordinary client made of it, as evidence on a sighting of such defects.
pub(super) fn evidence(case: &Case<'_>, direct: &Exchange, sighting: &Sighting) -> Option<Evidence> {
    let second = case.direct_of(Experiment::SecondOpinion)?;
    let is_seen = |defect: &Defect| {
        let place = Place::Bytes { offset: defect.offset, length: defect.length };
        sighting.places.iter().any(|(seen, _)| *seen == place)
    };
    if !debatable(direct).any(is_seen) {
        return None;
    }
    Some(Evidence { exchange: case.seen.index_of(second), place: Place::Exchange, text: text(second)? })
}

fn debatable(exchange: &Exchange) -> impl Iterator<Item = &Defect> {
    let defects = exchange.reading.iter().flat_map(|reading| &reading.defects);
    defects.filter(|defect| DEBATABLE.contains(&defect.code.kind()))
}

/// `None` where the client did not get as far as a response.
fn text(second: &Exchange) -> Option<String> {
    let words = second.end_detail.as_deref().unwrap_or(second.end.name());
    match second.end {
        End::Complete => {
            Some(format!("{CLIENT} takes it without complaint: what it forgives, gateways may not"))
        }
        End::Malformed => Some(format!("{CLIENT} refuses it too: {words}")),
        End::Closed | End::Reset | End::TimedOut if second.ended_in >= Phase::Wait => {
            Some(format!("{CLIENT} gets no whole response of it either: {words}"))
        }
        _ => None,
    }
}
