//! What a gateway minds in one exchange: defects, sizes, times, and valid things that it was seen to spoil.

use super::Fate;
use crate::contrast::Answer;
use crate::figures;
use crate::gateway::{self, Gateway, Obeying};
use crate::http1::{Defect, DefectCode, DefectKind, Message, Reading, StreamEnd};
use crate::observation::{End, Exchange, Phase};
use crate::tolerance::{SizeLimit, Spoiled, Spoiling, Timeout, Tolerance, Treatment};

/// One thing that a gateway meets, and what it does for it.
#[derive(Debug, Clone)]
pub struct Objection {
    /// When the gateway comes upon it: what comes first decides.
    pub stage: Stage,
    /// What it does.
    pub fate: Fate,
    /// What it does otherwise, where that is a matter of when the bytes come in: it may have passed the head on by then.
    pub or: Option<Fate>,
    /// The defect, or the kind of it that a size is; `None` for a time, or a valid thing that is spoiled.
    pub code: Option<DefectCode>,
    /// The name of the defect, of the limit, or of the cause.
    pub name: String,
    /// One sentence.
    pub sentence: String,
}

/// When a gateway comes upon something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Before anything was passed on.
    Head,
    /// When the head was.
    Body,
}

/// Everything that a gateway meets in one exchange, forgiven or not.
#[must_use]
pub fn objections(exchange: &Exchange, gateway: &Gateway) -> Vec<Objection> {
    if !exchange.has_bytes() {
        return no_response(exchange, gateway).into_iter().collect();
    }
    let Some(reading) = &exchange.reading else { return Vec::new() };
    let mut met = of_defects(exchange, reading, gateway);
    met.extend(of_sizes(reading, gateway));
    met.extend(gateway.timeouts.iter().filter_map(|timeout| of_time(exchange, timeout)));
    met.extend(of_spoilings(exchange, gateway));
    met.extend(of_the_wait_for_all(exchange, gateway));
    met.extend(reading.response().map(|response| of_orders(response, gateway)).unwrap_or_default());
    met
}

/// Nothing came at all. Most gateways answer that as they answer a head that is cut off, where they refuse one.
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
        let treatment =
            gateway::at_silence(gateway.name).or_else(|| gateway.tolerance.of(DefectCode::HeadCut));
        match Fate::of(treatment) {
            refused @ (Fate::Refuses(_) | Fate::Closes) => refused,
            _ => Fate::Refuses(None),
        }
    };
    Some(Objection {
        stage: Stage::Head,
        fate,
        or: None,
        code: None,
        name: name.to_owned(),
        sentence: words.to_owned(),
    })
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

/// Whether the body was still coming when this side stopped listening.
#[must_use]
pub fn is_still_flowing(exchange: &Exchange) -> bool {
    // Of saved bytes nobody knows when they came.
    exchange.final_gap.is_some() && matches!(Answer::of(exchange), Answer::StillFlowing(_))
}

/// Whether a defect only says that this side stopped listening itself, while the body was still coming: a stream of events,
/// or a long download.
#[must_use]
pub fn is_own_doing(exchange: &Exchange, defect: &Defect) -> bool {
    let is_of_the_end = defect.code.kind() == DefectKind::Cut || defect.code == DefectCode::ContentCodingCut;
    is_of_the_end && is_still_flowing(exchange)
}

/// The defects, each kind once.
fn of_defects(exchange: &Exchange, reading: &Reading, gateway: &Gateway) -> Vec<Objection> {
    let mut met: Vec<Objection> = Vec::new();
    for defect in &reading.defects {
        if is_decided_by_size(defect.code, &gateway.tolerance) || is_own_doing(exchange, defect) {
            continue;
        }
        let fate = fate(defect, reading, gateway);
        // Of one kind the worst shape counts.
        let stage = stage(defect, reading);
        let or = if fate == Fate::Cuts && is_ended_by_the_close(defect, reading, gateway) {
            Some(Fate::Repairs)
        } else {
            otherwise(stage, fate, gateway, Some(defect.code))
        };
        if let Some(known) = met.iter_mut().find(|objection| objection.code == Some(defect.code)) {
            if fate < known.fate {
                (known.stage, known.fate, known.or) = (stage, fate, or);
            }
            continue;
        }
        met.push(Objection {
            stage,
            fate,
            or,
            code: Some(defect.code),
            name: defect.code.name().to_owned(),
            sentence: defect.text.clone(),
        });
    }
    met
}

fn fate(defect: &Defect, reading: &Reading, gateway: &Gateway) -> Fate {
    let of_shape = gateway::shapes(gateway.name).of(defect, reading);
    let fate = Fate::of(of_shape.or_else(|| gateway.tolerance.of(defect.code)));
    let may_go_on = matches!(defect.code, DefectCode::HeadCut | DefectCode::InterimWithoutFinal);
    match fate {
        // The rules are for a stream that ended. Where it is open, a gateway waits for more.
        Fate::Refuses(_) if may_go_on && reading.end == StreamEnd::Open => {
            waits(gateway, Phase::Head).unwrap_or(fate)
        }
        fate => fate,
    }
}

fn stage(defect: &Defect, reading: &Reading) -> Stage {
    let is_behind = |response: &Message| defect.offset >= response.offset.saturating_add(response.head_size);
    match defect.code.kind() {
        DefectKind::Chunk | DefectKind::Extra | DefectKind::ContentCoding => Stage::Body,
        DefectKind::Cut if defect.code != DefectCode::HeadCut => Stage::Body,
        // A bare LF among chunks.
        DefectKind::Field if reading.response().is_some_and(is_behind) => Stage::Body,
        _ => Stage::Head,
    }
}

/// Whether nginx takes what the length is said to be for none, so that the body ends with the connection, and nobody
/// waited to see whether the upstream closes it: asked as nginx asks, most do.
fn is_ended_by_the_close(defect: &Defect, reading: &Reading, gateway: &Gateway) -> bool {
    gateway.name == "nginx" && defect.code.kind() == DefectKind::Length && reading.is_complete()
}

/// What else becomes of it, where a gateway comes upon it behind the head. Most answer an error if the bad bytes came with
/// the head, and else break off (measured with chunks of all kinds, in one piece and 80 ms after the head).
fn otherwise(stage: Stage, fate: Fate, gateway: &Gateway, code: Option<DefectCode>) -> Option<Fate> {
    if stage == Stage::Head || gateway::reads_whole(gateway.name).is_some() {
        return None;
    }
    match fate {
        Fate::Refuses(_) | Fate::Closes => Some(Fate::Cuts),
        Fate::Cuts => {
            let mut rules = gateway.tolerance.all_of(code?).map(|treatment| Fate::of(Some(treatment)));
            rules.find(|fate| matches!(fate, Fate::Refuses(_)))
        }
        _ => None,
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

/// The limits that a head exceeds: the final one, or an interim one, each limit once.
fn of_sizes(reading: &Reading, gateway: &Gateway) -> Vec<Objection> {
    let mut met: Vec<Objection> = Vec::new();
    if reading.response().is_none() {
        return met;
    }
    for message in &reading.messages {
        let new: Vec<Objection> = of_size(message, reading, gateway)
            .into_iter()
            .filter(|objection| !met.iter().any(|known| known.code == objection.code))
            .collect();
        met.extend(new);
    }
    met
}

fn of_size(message: &Message, reading: &Reading, gateway: &Gateway) -> Vec<Objection> {
    let tolerance = &gateway.tolerance;
    let fields = tolerance
        .fields
        .filter(|_| message.interim || !gateway::shapes(gateway.name).pass(DefectCode::FieldsMany, reading));
    let largest = message.largest_field();
    let (head, field) = if message.interim {
        ("The head of an interim response has", "The largest field of an interim response has")
    } else {
        ("The head has", "The largest field has")
    };
    let sizes = [
        (tolerance.head_size, message.head_size, DefectCode::HeadLarge, head, "bytes"),
        (tolerance.field_size, largest, DefectCode::FieldLarge, field, "bytes"),
        (fields, message.field_count, DefectCode::FieldsMany, head, "fields"),
    ];
    let exceeded = sizes.into_iter().filter_map(|(limit, size, code, what, unit)| {
        let limit = limit.filter(|limit| size > limit.with_fields(message.field_count))?;
        let SizeLimit { each_field, directive, .. } = limit;
        let mut fates = tolerance.all_of(code).map(|treatment| Fate::of(Some(treatment)));
        let fate = fates.find(|fate| !fate.lets_pass()).unwrap_or(Fate::Refuses(None));
        let at_most = figures::thousands(limit.with_fields(message.field_count));
        let size = figures::thousands(size);
        let of_fields = if each_field == 0 {
            String::new()
        } else {
            let fields = figures::counted(message.field_count, "field");
            format!(" with {fields}, each of which takes {each_field} more")
        };
        let sentence = format!("{what} {size} {unit}; {at_most} pass by default ({directive}){of_fields}.");
        Some(Objection {
            stage: Stage::Head,
            fate,
            or: None,
            code: Some(code),
            name: directive.to_owned(),
            sentence,
        })
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
            exchange.longest_gap.unwrap_or(0.0).max(exchange.final_gap.unwrap_or(0.0))
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
    Some(Objection { stage, fate, or: None, code: None, name: timeout.directive.to_owned(), sentence })
}

/// A body that had no end yet, at a gateway that passes nothing on before the end.
fn of_the_wait_for_all(exchange: &Exchange, gateway: &Gateway) -> Option<Objection> {
    let directive = gateway::reads_whole(gateway.name).filter(|_| is_still_flowing(exchange))?;
    Some(Objection {
        stage: Stage::Body,
        fate: Fate::Unknown,
        or: None,
        code: None,
        name: directive.to_owned(),
        sentence: format!(
            "{} reads the whole response before it passes any of it on, unless {directive} is set: of a body without an \
             end its client gets nothing.",
            gateway.title
        ),
    })
}

/// Valid things in a response that the gateway was seen to spoil.
fn of_spoilings(exchange: &Exchange, gateway: &Gateway) -> Vec<Objection> {
    let met = gateway.spoils.iter().filter(|spoiling| spoiling.what.is_in(exchange));
    let objection = |spoiling: &Spoiling| {
        let stage = if spoiling.what.is_behind_the_head() { Stage::Body } else { Stage::Head };
        let (fate, words) = (spoiled(spoiling), spoiling.what.words());
        let second = spoiling.treatments.get(1).map(|&treatment| Fate::of(Some(treatment)));
        let rule = spoiling.what.broken_rule();
        let beginning = match rule {
            None => format!("The response is valid and has {words}; {} spoils it:", gateway.title),
            Some(_) => {
                format!("The response has {words}, which not all overlook; {} does not:", gateway.title)
            }
        };
        Objection {
            stage,
            fate,
            or: second.filter(|_| !fate.lets_pass()).or_else(|| otherwise(stage, fate, gateway, None)),
            code: None,
            name: rule.unwrap_or(SPOILED).to_owned(),
            sentence: format!("{beginning} {}", spoiling.sentence),
        }
    };
    met.map(objection).collect()
}

/// Fields that the gateway obeys: what its client gets is not seen from here.
fn of_orders(response: &Message, gateway: &Gateway) -> Vec<Objection> {
    let met = gateway::obeys(gateway.name).iter().filter(|obeyed| response.text(obeyed.field).is_some());
    let objection = |obeyed: &gateway::Obeyed| Objection {
        stage: Stage::Head,
        fate: if obeyed.response == Obeying::Passes { Fate::Passes } else { Fate::Unknown },
        or: None,
        code: None,
        name: obeyed.field.to_owned(),
        sentence: format!("{} {}.", gateway.title, obeyed.does),
    };
    met.map(objection).collect()
}

/// What becomes of it as a rule.
fn spoiled(spoiling: &Spoiling) -> Fate {
    match spoiling.treatments.first() {
        // It depends on how the gateway is set up, or on how the bytes come in.
        None | Some(Treatment::Passes) => Fate::Unknown,
        // What is seen of an interim response depends on when the upstream closes the connection.
        Some(Treatment::Closes) if spoiling.what == Spoiled::Interim => Fate::Unknown,
        Some(&treatment) => Fate::of(Some(treatment)),
    }
}

/// The cause that blames the gateway.
pub const SPOILED: &str = "gateway-mishandles-valid-response";
