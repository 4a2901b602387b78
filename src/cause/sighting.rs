//! What a cause saw in one exchange, before it is weighed.

use super::Case;
use super::weigh::lets_pass;
use crate::diagnosis::{Evidence, Place};
use crate::figures;
use crate::http1::{Defect, DefectCode, DefectKind};
use crate::observation::{Exchange, Phase};
use crate::proxy_status::ErrorType;
use crate::tolerance::{Met, Spoiled};

/// What a cause saw in one exchange.
#[derive(Debug, Clone)]
pub(super) struct Sighting {
    /// One sentence on it.
    pub(super) sentence: String,
    /// Where it was seen.
    pub(super) places: Vec<(Place, String)>,
    /// The kinds of defect it consists of, if it consists of defects.
    pub(super) codes: Vec<DefectCode>,
    /// The kinds of defect as which a gateway meets it, where it is not weighed by what they say of the bytes.
    pub(super) met_as: Vec<DefectCode>,
    /// What a gateway meets, where the upstream sends nothing that could be read.
    pub(super) met: Option<Met>,
    /// Whether it is a wait that went on until a limit of this side, or until after the gateway had given up.
    pub(super) waited: bool,
    /// What came before that wait, if anything: a gateway that spoils this does not wait.
    pub(super) after: Option<Spoiled>,
    /// The error type, where it is another than the cause's usual one.
    pub(super) error_type: Option<ErrorType>,
    /// Other error types under which a gateway can meet the same.
    pub(super) also: Vec<ErrorType>,
}

impl Sighting {
    pub(super) fn new(sentence: impl Into<String>) -> Self {
        Self {
            sentence: sentence.into(),
            places: Vec::new(),
            codes: Vec::new(),
            met_as: Vec::new(),
            met: None,
            waited: false,
            after: None,
            error_type: None,
            also: Vec::new(),
        }
    }

    /// Seen in a phase as a whole.
    pub(super) fn in_phase(mut self, phase: Phase, text: impl Into<String>) -> Self {
        self.places.push((Place::Phase { phase }, text.into()));
        self
    }

    /// Seen in the exchange as a whole.
    pub(super) fn overall(mut self, text: impl Into<String>) -> Self {
        self.places.push((Place::Exchange, text.into()));
        self
    }

    /// Seen at some bytes.
    pub(super) fn at(mut self, offset: u64, length: u64, text: impl Into<String>) -> Self {
        self.places.push((Place::Bytes { offset, length }, text.into()));
        self
    }

    /// Consists of defects.
    pub(super) fn of_defects<'a>(mut self, defects: impl IntoIterator<Item = &'a Defect>) -> Self {
        for defect in defects {
            let text = format!("{} (RFC {})", defect.text.trim_end_matches('.'), defect.section);
            self.places.push((Place::Bytes { offset: defect.offset, length: defect.length }, text));
            if !self.codes.contains(&defect.code) {
                self.codes.push(defect.code);
            }
        }
        self
    }

    /// Is of another error type than the cause's usual one.
    pub(super) fn of_type(mut self, error_type: ErrorType) -> Self {
        self.error_type = Some(error_type);
        self
    }

    /// Can be met by a gateway as another error type too.
    pub(super) fn met_also_as(mut self, error_types: &[ErrorType]) -> Self {
        self.also.extend_from_slice(error_types);
        self
    }

    /// Is a wait that went on until a limit of this side, or until after the gateway had given up.
    pub(super) fn waited(mut self) -> Self {
        self.waited = true;
        self
    }

    /// Is to be weighed otherwise than by the bytes of its defects.
    pub(super) fn beside_the_bytes(mut self) -> Self {
        self.met_as = std::mem::take(&mut self.codes);
        self
    }

    /// Is met as this, where the upstream sends nothing that could be read.
    pub(super) fn met(mut self, met: Met) -> Self {
        self.met = Some(met);
        self
    }

    /// Began with something valid.
    pub(super) fn after(mut self, what: Spoiled) -> Self {
        self.after = Some(what);
        self
    }

    /// As evidence that points into an exchange.
    pub(super) fn evidence(&self, exchange: usize) -> Vec<Evidence> {
        self.places
            .iter()
            .map(|(place, text)| Evidence { exchange, place: *place, text: text.clone() })
            .collect()
    }
}

/// The defects of some families, as a sighting with the sentence made from the first; `None` if there are none.
pub(super) fn of_kinds(
    exchange: &Exchange,
    kinds: &[DefectKind],
    sentence: impl FnOnce(&Defect) -> String,
) -> Option<Sighting> {
    let defects: Vec<&Defect> = exchange
        .reading
        .iter()
        .flat_map(|reading| &reading.defects)
        .filter(|defect| kinds.contains(&defect.code.kind()))
        .collect();
    let first = defects.first()?;
    Some(Sighting::new(sentence(first)).of_defects(defects))
}

/// The same, with the sentence made from the first that the gateway was not measured to let pass: it is the one that it minds.
pub(super) fn of_kinds_minded(
    case: &Case<'_>,
    exchange: &Exchange,
    kinds: &[DefectKind],
    sentence: impl Fn(&Defect) -> String,
) -> Option<Sighting> {
    let reading = exchange.reading.as_ref()?;
    let minds = |defect: &&Defect| {
        kinds.contains(&defect.code.kind())
            && case.known.is_some_and(|known| !lets_pass(known, defect.code, Some(reading)))
    };
    let minded = reading.defects.iter().find(minds);
    of_kinds(exchange, kinds, |first| sentence(minded.unwrap_or(first)))
}

/// The cut of a response as a sighting: where the bytes ended, as the reader put it.
pub(super) fn of_cut(exchange: &Exchange, sentence: impl Into<String>) -> Sighting {
    let defects: Vec<&Defect> = exchange.defects(DefectKind::Cut).collect();
    let seen = Sighting::new(sentence);
    if defects.is_empty() {
        let received = exchange.reading.as_ref().map_or(0, |reading| reading.received);
        seen.at(received, 0, format!("the stream ended here, after {}", figures::bytes(received)))
    } else {
        // That a stream was cut says nothing of what a gateway tolerates in its bytes.
        seen.of_defects(defects).beside_the_bytes()
    }
}

/// The text of a defect as the second half of a sentence: it begins small, unless with the name of a field.
pub(super) fn after_colon(text: &str) -> String {
    let is_name =
        text.split(' ').next().is_some_and(|word| word.contains(|letter: char| !letter.is_alphabetic()));
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if !is_name => first.to_ascii_lowercase().to_string() + letters.as_str(),
        _ => text.to_owned(),
    }
}
