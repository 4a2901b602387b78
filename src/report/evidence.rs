//! One finding: what was found, how sure it is, and each piece of evidence with the place that it points to.

use super::layout::{DOT, Page};
use super::snippet::{self, Marked};
use super::{escape::safe, words};
use crate::diagnosis::{Diagnosis, Evidence, Finding, Place, Strength};
use crate::figures;
use crate::http1::{DefectCode, Reading};
use crate::observation::{Exchange, Observations};
use crate::plan::{Experiment, Route};

/// Draws a finding that is not the verdict's own: its sentence, its figures, its evidence.
pub fn finding(page: &mut Page, seen: &Observations, finding: &Finding) {
    page.hanging("  - ", 4, &safe(&finding.sentence));
    page.pieces(4, DOT, &judged(finding));
    all(page, 4, seen, &finding.evidence);
}

/// Draws a finding whose sentence stands in the verdict.
pub fn under_verdict(page: &mut Page, seen: &Observations, finding: &Finding) {
    let cause = format!("  - {} (blame: {}):", safe(&finding.cause), words::blame(finding.blame));
    page.line(cause);
    all(page, 4, seen, &finding.evidence);
}

/// Strength, error type, blame and cause, in a few words each.
#[must_use]
pub fn judged(finding: &Finding) -> Vec<String> {
    let mut pieces = vec![strength(finding.strength).to_owned()];
    pieces.extend(finding.error_type.map(|kind| format!("{} (RFC 9209)", kind.token())));
    pieces.push(format!("blame: {}", words::blame(finding.blame)));
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
        let is_told = exchange.is_some_and(|exchange| says_which(exchange, piece));
        let place = exchange.filter(|_| !is_told).and_then(|exchange| place(seen, exchange, piece.place));
        let said = words::sentence(&safe(&piece.text));
        let text = match place {
            Some(place) => format!("{} ({place}).", said.trim_end_matches('.')),
            None if is_told => format!("{}.", said.trim_end_matches('.')),
            None => said,
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

/// Whether the text itself says which exchange it is about, as a whole.
fn says_which(exchange: &Exchange, piece: &Evidence) -> bool {
    piece.place == Place::Exchange
        && match exchange.experiment {
            Experiment::Repeat => piece.text.starts_with("asked once more"),
            _ => exchange.guise.as_ref().is_some_and(|guise| piece.text.contains(&guise.words())),
        }
}

/// Draws the defects of the same request that no finding and no warning points to: where no cause is named, they are
/// what there is to go by.
pub fn uncited(page: &mut Page, seen: &Observations, diagnosis: &Diagnosis, all: bool) {
    let cited: Vec<(usize, Place)> = (diagnosis.findings.iter().chain(&diagnosis.warnings))
        .flat_map(|finding| &finding.evidence)
        .map(|evidence| (evidence.exchange, evidence.place))
        .collect();
    let found: Vec<DefectCode> =
        cited.iter().filter_map(|&(index, place)| code_at(seen, index, place)).collect();
    let mut left: Vec<Evidence> = Vec::new();
    let mut kinds: Vec<(usize, DefectCode)> = Vec::new();
    let mut untold: u64 = 0;
    for (index, exchange) in seen.exchanges.iter().enumerate() {
        let defects = exchange.reading.iter().flat_map(|reading| &reading.defects);
        for defect in defects.filter(|_| exchange.experiment == Experiment::SameRequest) {
            let place = Place::Bytes { offset: defect.offset, length: defect.length };
            // What the gateway only passed on is told already.
            let is_passed_on = !all && exchange.route == Route::Gateway && found.contains(&defect.code);
            if cited.contains(&(index, place)) || is_passed_on {
                continue;
            }
            // One of a kind is enough to look at; a few kinds are.
            if all || (!kinds.contains(&(index, defect.code)) && left.len() < UNCITED) {
                kinds.push((index, defect.code));
                left.push(Evidence { exchange: index, place, text: defect.text.clone() });
            } else {
                untold += 1;
            }
        }
    }
    if left.is_empty() {
        return;
    }
    let heading =
        if cited.is_empty() { "Defects in the responses" } else { "Other defects in the responses" };
    page.heading(heading);
    self::all(page, 2, seen, &left);
    if untold > 0 {
        let more = figures::counted(untold, "more defect");
        page.paragraph(2, &format!("- and {more} (--verbose tells each)"));
    }
}

/// The kind of the defect that stands at a place.
fn code_at(seen: &Observations, index: usize, place: Place) -> Option<DefectCode> {
    let Place::Bytes { offset, length } = place else { return None };
    let defects = &seen.exchanges.get(index)?.reading.as_ref()?.defects;
    defects.iter().find(|defect| defect.offset == offset && defect.length == length).map(|defect| defect.code)
}

/// How many defects are shown that nothing points to, where not all are asked for.
const UNCITED: usize = 3;

/// Where in the run, for evidence that is no place in bytes.
fn place(seen: &Observations, exchange: &Exchange, place: Place) -> Option<String> {
    match place {
        Place::Phase { phase } => {
            let took = exchange
                .phases
                .get(phase)
                .map(|span| format!(" {}", figures::precise_seconds(span.seconds())));
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
