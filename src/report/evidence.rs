//! One finding: what was found, how sure it is, and each piece of evidence with the place that it points to.

use super::layout::Page;
use super::snippet::{self, Marked};
use super::{escape::safe, units, words};
use crate::diagnosis::{Evidence, Finding, Place, Strength};
use crate::http1::Reading;
use crate::observation::{Exchange, Observations};

/// Draws a finding that is not the verdict's own: its sentence, its figures, its evidence.
pub fn finding(page: &mut Page, seen: &Observations, finding: &Finding) {
    page.hanging("  - ", 4, &safe(&finding.sentence));
    page.pieces(4, &judged(finding));
    all(page, 4, seen, &finding.evidence);
}

/// Strength, error type, blame and cause, in a few words each.
#[must_use]
pub fn judged(finding: &Finding) -> Vec<String> {
    let mut pieces = vec![strength(finding.strength).to_owned()];
    pieces.extend(finding.error_type.map(|kind| format!("{} (RFC 9209)", kind.token())));
    pieces.push(format!("blame: {}", words::blame(finding.blame)));
    pieces.extend(finding.upstream.as_ref().map(|upstream| format!("at {}", safe(upstream))));
    pieces.push(safe(&finding.cause).into_owned());
    pieces
}

/// How sure, in a word.
#[must_use]
pub fn strength(strength: Strength) -> &'static str {
    strength.name()
}

/// Draws pieces of evidence, one below the other.
pub fn all(page: &mut Page, indent: usize, seen: &Observations, evidence: &[Evidence]) {
    let first = format!("{}- ", " ".repeat(indent));
    for piece in evidence {
        let exchange = seen.exchanges.get(piece.exchange);
        let place = exchange.and_then(|exchange| place(seen, exchange, piece.place));
        let text = match place {
            Some(place) => format!("{} ({place}).", safe(&piece.text).trim_end_matches('.')),
            None => safe(&piece.text).into_owned(),
        };
        page.hanging(&first, indent + 2, &text);
        if let (Some(exchange), Place::Bytes { offset, length }) = (exchange, piece.place)
            && let Some(reading) = &exchange.reading
        {
            let origin = words::response(seen, exchange);
            let label = label(reading, offset, length);
            snippet::draw(page, indent + 2, &Marked { reading, origin, offset, length, label });
        }
    }
}

/// Where in the run, for evidence that is no place in bytes.
fn place(seen: &Observations, exchange: &Exchange, place: Place) -> Option<String> {
    match place {
        Place::Phase { phase } => {
            let took = exchange.phases.get(phase).map(|span| format!(" {}", units::duration(span.seconds())));
            Some(format!("{}: {}{}", words::exchange(seen, exchange), phase.name(), took.unwrap_or_default()))
        }
        Place::Exchange => Some(words::exchange(seen, exchange)),
        Place::Bytes { .. } => None,
    }
}

/// The rule that is broken there, if it is a defect.
fn label(reading: &Reading, offset: u64, length: u64) -> String {
    let here = |exact: bool| {
        reading
            .defects
            .iter()
            .find(move |defect| defect.offset == offset && (!exact || defect.length == length))
    };
    here(true).or_else(|| here(false)).map(snippet::label).unwrap_or_default()
}
