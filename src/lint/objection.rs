//! What a gateway minds in one exchange: defects, sizes, times, and valid things that it was seen to spoil.

use super::fate::Fate;
use crate::figures;
use crate::gateway::{Gateway, Spoiled};
use crate::http1::{Defect, DefectCode, DefectKind, Message, Reading, StreamEnd};
use crate::observation::{End, Exchange, Phase};
use crate::tolerance::{SizeLimit, Timeout, Tolerance};

/// One thing that a gateway meets, and what it does for it.
#[derive(Debug, Clone)]
pub(super) struct Objection {
    /// When the gateway comes upon it: what comes first decides.
    pub(super) stage: Stage,
    pub(super) fate: Fate,
    /// The name of the defect, of the limit, or of the cause.
    pub(super) name: String,
    /// One sentence.
    pub(super) sentence: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Head,
    Body,
}

/// Everything that a gateway meets in one exchange, forgiven or not.
pub(super) fn objections(exchange: &Exchange, gateway: &Gateway) -> Vec<Objection> {
    if !exchange.has_bytes() {
        return no_response(exchange, gateway).into_iter().collect();
    }
    let Some(reading) = &exchange.reading else { return Vec::new() };
    let mut met = of_defects(reading, gateway);
    met.extend(reading.response().map(|response| of_sizes(response, &gateway.tolerance)).unwrap_or_default());
    met.extend(gateway.timeouts.iter().filter_map(|timeout| of_time(exchange, timeout)));
    met.extend(of_spoilings(reading, gateway));
    met
}

/// Nothing came at all. A gateway answers that as it answers a head that is cut off, where it refuses one.
fn no_response(exchange: &Exchange, gateway: &Gateway) -> Option<Objection> {
    let (name, words) = match exchange.end {
        End::Interrupted => return None,
        End::TimedOut => ("upstream-slow-first-byte", "The upstream sends no byte of a response in time."),
        End::Reset => {
            ("upstream-reset-before-response", "The upstream resets the connection before a response.")
        }
        _ => ("upstream-closed-before-response", "The upstream closes the connection without a response."),
    };
    let fate = if exchange.end == End::TimedOut {
        // What a gateway would have waited for longer than this side did, nobody saw.
        waited_in_vain(gateway, exchange.phases.since_sent().unwrap_or_default())
    } else {
        match Fate::of(gateway.tolerance.of(DefectCode::HeadCut)) {
            refused @ Fate::Refuses(_) => refused,
            _ => Fate::Refuses(None),
        }
    };
    Some(Objection { stage: Stage::Head, fate, name: name.to_owned(), sentence: words.to_owned() })
}

/// What a gateway does that waits so many seconds for the first byte.
fn waited_in_vain(gateway: &Gateway, seconds: f64) -> Fate {
    let is_over = |timeout: &&Timeout| {
        timeout.phases.contains(&Phase::Wait) && timeout.default.is_some_and(|limit| limit <= seconds)
    };
    gateway.timeouts.iter().find(is_over).map_or(Fate::Unknown, |timeout| Fate::Waits(timeout.status))
}

/// The end of a wait in this phase.
fn waits(gateway: &Gateway, phase: Phase) -> Option<Fate> {
    let limits = |timeout: &&Timeout| timeout.phases.contains(&phase);
    gateway.timeouts.iter().find(limits).map(|timeout| Fate::Waits(timeout.status))
}

/// The defects, each kind once.
fn of_defects(reading: &Reading, gateway: &Gateway) -> Vec<Objection> {
    let mut met: Vec<Objection> = Vec::new();
    for defect in &reading.defects {
        let known = met.iter().any(|objection| objection.name == defect.code.name());
        if known || is_decided_by_size(defect.code, &gateway.tolerance) {
            continue;
        }
        met.push(Objection {
            stage: stage(defect),
            fate: fate(defect, reading, gateway),
            name: defect.code.name().to_owned(),
            sentence: defect.text.clone(),
        });
    }
    met
}

fn fate(defect: &Defect, reading: &Reading, gateway: &Gateway) -> Fate {
    let fate = Fate::of(gateway.tolerance.of(defect.code));
    let may_go_on = matches!(defect.code, DefectCode::HeadCut | DefectCode::InterimWithoutFinal);
    match fate {
        // The rules are for a stream that ended. Where it is open, a gateway waits for more.
        Fate::Refuses(_) if may_go_on && reading.end == StreamEnd::Open => {
            waits(gateway, Phase::Head).unwrap_or(fate)
        }
        fate if !fate.lets_pass() && lacks_only_a_space(defect, reading) => Fate::Repairs,
        fate => fate,
    }
}

/// Whether only the space is missing that stands before an empty reason phrase: `HTTP/1.1 200`. Everybody who was
/// measured takes that, while the rule for the kind of defect is for worse.
fn lacks_only_a_space(defect: &Defect, reading: &Reading) -> bool {
    defect.code == DefectCode::StatusLineSpace
        && defect.length == 0
        && matches!(reading.excerpt(defect.offset, 1), [b'\r' | b'\n'])
}

fn stage(defect: &Defect) -> Stage {
    match defect.code.kind() {
        DefectKind::Chunk | DefectKind::Extra | DefectKind::ContentCoding => Stage::Body,
        DefectKind::Cut if defect.code != DefectCode::HeadCut => Stage::Body,
        _ => Stage::Head,
    }
}

/// Whether a limit of this gateway says more than the rule for the kind of defect, which stands for large ones only.
fn is_decided_by_size(code: DefectCode, tolerance: &Tolerance) -> bool {
    match code {
        DefectCode::HeadLarge | DefectCode::FieldLarge => {
            tolerance.head_size.is_some() || tolerance.field_size.is_some()
        }
        DefectCode::FieldsMany => tolerance.fields.is_some(),
        _ => false,
    }
}

/// The limits that the head exceeds.
fn of_sizes(response: &Message, tolerance: &Tolerance) -> Vec<Objection> {
    let largest = response.fields.iter().map(|field| field.size).max().unwrap_or(0);
    let sizes = [
        (tolerance.head_size, response.head_size, DefectCode::HeadLarge, "The head has", "bytes"),
        (tolerance.field_size, largest, DefectCode::FieldLarge, "The largest field has", "bytes"),
        (tolerance.fields, response.field_count, DefectCode::FieldsMany, "The head has", "fields"),
    ];
    let exceeded = sizes.into_iter().filter_map(|(limit, size, code, what, unit)| {
        let SizeLimit { at_most, directive } = limit.filter(|limit| size > limit.at_most)?;
        let mut fates = tolerance.all_of(code).map(|treatment| Fate::of(Some(treatment)));
        let fate = fates.find(|fate| !fate.lets_pass()).unwrap_or(Fate::Refuses(None));
        let (size, at_most) = (figures::thousands(size), figures::thousands(at_most));
        let sentence = format!("{what} {size} {unit}; {at_most} pass by default ({directive}).");
        Some(Objection { stage: Stage::Head, fate, name: directive.to_owned(), sentence })
    });
    exceeded.collect()
}

/// A default timeout that this exchange would have run into.
fn of_time(exchange: &Exchange, timeout: &Timeout) -> Option<Objection> {
    let limit = timeout.default?;
    let sent = exchange.phases.send?.end;
    let head = exchange.phases.head.or(exchange.phases.wait)?;
    let in_head = timeout.phases.contains(&Phase::Wait) || timeout.phases.contains(&Phase::Head);
    let (took, stage, fate) = if in_head {
        (head.end - sent, Stage::Head, Fate::Waits(timeout.status))
    } else if timeout.phases.contains(&Phase::Body) {
        let took = if timeout.between_reads {
            exchange.longest_gap.unwrap_or(0.0)
        } else {
            exchange.phases.since_sent().unwrap_or(0.0)
        };
        (took, Stage::Body, Fate::Cuts)
    } else {
        return None;
    };
    if took <= limit {
        return None;
    }
    let (took, limit) = (figures::seconds(took), figures::seconds(limit));
    let what = match stage {
        Stage::Head => "The head is whole only after",
        Stage::Body if timeout.between_reads => "The body falls silent for",
        Stage::Body => "The body is whole only after",
    };
    let sentence = format!("{what} {took}; the limit is {limit} by default ({}).", timeout.directive);
    Some(Objection { stage, fate, name: timeout.directive.to_owned(), sentence })
}

/// Valid things in a response that the gateway was seen to spoil.
fn of_spoilings(reading: &Reading, gateway: &Gateway) -> Vec<Objection> {
    let carries = |what: Spoiled| match what {
        Spoiled::Interim => reading.interim().next().is_some() && reading.response().is_some(),
        Spoiled::Trailers => !reading.body.trailers.is_empty(),
        // The reader keeps no valid ones.
        Spoiled::ChunkExtensions => false,
    };
    let spoiled = gateway.spoils.iter().filter(|spoiling| carries(spoiling.what));
    let objection = |spoiling: &crate::gateway::Spoiling| Objection {
        stage: Stage::Head,
        fate: Fate::Cuts,
        name: SPOILED.to_owned(),
        sentence: format!(
            "The response is valid and has {}; {} spoils it: {}",
            spoiling.what.words(),
            gateway.title,
            spoiling.sentence
        ),
    };
    spoiled.map(objection).collect()
}

/// The cause that blames the gateway.
pub(super) const SPOILED: &str = "gateway-mishandles-valid-response";
