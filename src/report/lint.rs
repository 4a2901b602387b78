//! What `why502 lint` shows: the verdict over all gateways, what the responses have wrong, and a table of who would make
//! what of them.

use schemars::JsonSchema;
use serde::Serialize;

use super::layout::{Page, columns, padded, wrapped};
use super::snippet::{self, Marked};
use super::{Report, TextOptions, escape::safe, heads, json, routes, text};
use crate::fate::is_own_doing;
use crate::figures;
use crate::http1::{Defect, DefectCode};
use crate::lint::{Foreknown, Foretold, Prediction};
use crate::observation::{Exchange, Idle, Observations};
use crate::plan::Experiment;

/// What gateways would make of an upstream's responses: a report with a prediction for each gateway.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(title = "why502 lint, version 1")]
pub struct LintReport {
    #[serde(flatten)]
    report: Report,
    /// What each gateway would do; empty where the upstream could not be asked.
    predictions: Vec<Prediction>,
    /// What became of a connection that was left idle; `null` if none was.
    idle: Option<Idle>,
}

/// The report for a program.
#[must_use]
pub fn lint_json(seen: &Observations, told: &Foreknown, idle: Option<&Idle>) -> String {
    json::document(&LintReport {
        report: Report::new(seen, &told.diagnosis),
        predictions: told.predictions.clone(),
        idle: idle.copied(),
    })
}

/// The JSON Schema of the report for a program.
#[must_use]
pub fn lint_schema() -> String {
    json::document(&json::schema_of::<LintReport>())
}

/// The report for a person. `name` is what the bytes of the first exchange are called.
#[must_use]
pub fn lint_text(seen: &Observations, told: &Foreknown, name: &str, options: &TextOptions) -> String {
    let mut page = options.page();
    text::verdict(&mut page, seen, &told.diagnosis);
    asked(&mut page, seen, &told.predictions, options.verbose);
    defects(&mut page, seen, name, options.verbose);
    table(&mut page, &told.predictions);
    reasons(&mut page, &told.predictions);
    sometimes(&mut page, &told.predictions);
    later(&mut page, &told.predictions);
    text::notes(&mut page, &told.diagnosis);
    text::remedies(&mut page, &told.diagnosis);
    if options.verbose {
        heads::draw(&mut page, seen);
    }
    page.into_text()
}

/// What was asked, and what came of it; all of it, or the first.
fn asked(page: &mut Page, seen: &Observations, predictions: &[Prediction], all: bool) {
    page.gap();
    for (index, exchange) in seen.exchanges.iter().enumerate().take(if all { usize::MAX } else { 1 }) {
        let url = safe(&exchange.url);
        if exchange.peer.is_none() && exchange.reached_peer() {
            // Saved bytes: nobody was asked.
            page.hanging("  ", 4, &format!("{url}: {}", routes::answer(exchange)));
            continue;
        }
        let how = match exchange.experiment {
            Experiment::SameRequest => String::new(),
            Experiment::AsGateway => format!(", as {} asks", askers(index, predictions)),
            varied => format!(", {}", varied.name()),
        };
        let request = format!("{} {url}{how}", safe(&seen.request.method));
        page.hanging("  ", 4, &format!("{request}: {}", routes::outcome(exchange)));
    }
    let more = seen.exchanges.len().saturating_sub(1) as u64;
    if more > 0 && !all {
        let more = figures::counted(more, "further request");
        page.hanging("  ", 4, &format!("and {more}, as gateways ask (--verbose tells each)"));
    }
}

/// The gateways that ask as it was asked in an exchange.
fn askers(index: usize, predictions: &[Prediction]) -> String {
    let asking = predictions.iter().filter(|told| told.exchanges.contains(&index));
    let titles: Vec<&str> = asking.map(|told| told.title.as_str()).collect();
    if titles.is_empty() { "a gateway".to_owned() } else { titles.join(" or ") }
}

/// The defects: all of the first exchange, and what the others have besides.
fn defects(page: &mut Page, seen: &Observations, name: &str, all: bool) {
    let mut shown: Vec<DefectCode> = Vec::new();
    let mut untold: u64 = 0;
    for (index, exchange) in seen.exchanges.iter().enumerate() {
        let Some(reading) = &exchange.reading else { continue };
        let known = shown.clone();
        let new = |defect: &&Defect| all || index == 0 || !known.contains(&defect.code);
        let theirs = |defect: &&Defect| !is_own_doing(exchange, defect);
        for defect in reading.defects.iter().filter(theirs).filter(new) {
            // One of a kind is enough to look at.
            if shown.contains(&defect.code) && !all {
                untold += 1;
                continue;
            }
            if shown.is_empty() {
                page.heading("Defects");
            }
            shown.push(defect.code);
            page.hanging("  - ", 4, &safe(&defect.text));
            let Defect { offset, length, .. } = *defect;
            let (origin, label) = (origin(name, exchange), snippet::label(defect));
            snippet::draw(page, 4, &Marked { reading, origin, offset, length, label });
        }
    }
    if untold > 0 {
        let more = figures::counted(untold, "more defect");
        page.paragraph(2, &format!("- and {more} of these kinds (--verbose tells each)"));
    }
}

fn origin(name: &str, exchange: &Exchange) -> String {
    let name = safe(name);
    match exchange.experiment {
        Experiment::SameRequest => name.into_owned(),
        varied => format!("{name} {}", varied.name()),
    }
}

/// Who would make what of it, and because of what.
fn table(page: &mut Page, predictions: &[Prediction]) {
    if predictions.is_empty() {
        return;
    }
    page.heading("What gateways would do");
    let gateway = |told: &Prediction| format!("{} {}", told.title, safe(&told.version));
    let first = widest(predictions.iter().map(gateway)) + 4;
    let second = widest(predictions.iter().map(outcome)) + 2;
    for told in predictions {
        let because: Vec<String> = told.because.iter().map(|name| safe(name).into_owned()).collect();
        let room = page.width().saturating_sub(first + second).max(16);
        let mut lines = wrapped(room, "", 0, &because.join(", ")).into_iter();
        let word = padded(&outcome(told), second);
        let word = if told.objects() { page.style.bad(&word) } else { word };
        let name = padded(&format!("  {}", gateway(told)), first);
        page.line(format!("{name}{word}{}", lines.next().unwrap_or_default()));
        lines.for_each(|line| page.line(format!("{}{line}", " ".repeat(first + second))));
    }
}

fn widest(texts: impl Iterator<Item = String>) -> usize {
    texts.map(|text| columns(&text)).max().unwrap_or(0)
}

fn outcome(told: &Prediction) -> String {
    let Some(or) = told.or else { return doing(told.outcome, told.status) };
    format!("{} or {}", in_short(told.outcome, told.status), in_short(or.outcome, or.status))
}

/// For two in one line: `answers 503 or cuts`.
fn in_short(outcome: Foretold, status: Option<u16>) -> String {
    match (outcome, status) {
        (Foretold::Cuts, _) => "cuts".to_owned(),
        (Foretold::Repairs, _) => "repairs".to_owned(),
        (Foretold::Refuses, None) => "no answer".to_owned(),
        _ => doing(outcome, status),
    }
}

fn doing(outcome: Foretold, status: Option<u16>) -> String {
    match (outcome, status) {
        (Foretold::Passes, _) => "passes it on".to_owned(),
        (Foretold::Repairs, _) => "repairs it".to_owned(),
        (Foretold::Cuts, _) => "cuts it short".to_owned(),
        (Foretold::Refuses, Some(status)) => format!("answers {status}"),
        (Foretold::Refuses, None) => "gives no answer".to_owned(),
        (Foretold::Hangs, Some(status)) => format!("waits, answers {status}"),
        (Foretold::Hangs, None) => "waits, then closes".to_owned(),
        (Foretold::Raw, _) => "passes raw bytes".to_owned(),
        (Foretold::Unknown, _) => "not known".to_owned(),
    }
}

/// A sentence before and behind the name of the gateway in it; `None` before it where it names none.
type Around<'a> = (Option<&'a str>, &'a str);

/// What decides and is no defect that was shown: limits, times, other answers. Each sentence once, for all gateways of
/// which it is true.
fn reasons(page: &mut Page, predictions: &[Prediction]) {
    let is_defect = |name: &str| DefectCode::ALL.iter().any(|code| code.name() == name);
    let mut said: Vec<(Around<'_>, Vec<&str>)> = Vec::new();
    for told in predictions {
        for reason in told.reasons.iter().filter(|reason| !is_defect(&reason.name)) {
            let around = match reason.sentence.split_once(&told.title) {
                Some((before, after)) => (Some(before), after),
                None => (None, reason.sentence.as_str()),
            };
            match said.iter_mut().find(|(known, _)| *known == around) {
                Some((_, titles)) if titles.contains(&told.title.as_str()) => {}
                Some((_, titles)) => titles.push(&told.title),
                None => said.push((around, vec![&told.title])),
            }
        }
    }
    if !said.is_empty() {
        page.heading("Limits and other reasons");
    }
    for ((before, after), titles) in said {
        let names = match titles.split_last() {
            Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
            _ => titles.concat(),
        };
        let sentence = match (before, titles.len()) {
            (None, _) => format!("{names}: {after}"),
            (Some(""), _) if after.starts_with(':') => format!("{names}{after}"),
            (Some(before), 1) => format!("{before}{names}{after}"),
            (Some(""), _) => format!("Each of {names}{after}"),
            (Some(before), _) => format!("{before}each of {names}{after}"),
        };
        page.hanging("  - ", 4, &safe(&sentence));
    }
}

/// What later versions do otherwise, and from where that is known.
fn later(page: &mut Page, predictions: &[Prediction]) {
    let mut lines =
        predictions.iter().flat_map(|told| told.later.iter().map(move |later| (told, later))).peekable();
    if lines.peek().is_some() {
        page.heading("Other versions, by their documents (not measured)");
    }
    for (told, later) in lines {
        let title = &told.title;
        let since = safe(&later.since);
        let does = doing(later.outcome, later.status);
        let because = later.because.join(", ");
        page.hanging(
            "  - ",
            4,
            &format!("{title} from {since} on {does}: {because} ({})", safe(&later.source)),
        );
        page.verbatim(8, &later.log);
    }
}

fn sometimes(page: &mut Page, predictions: &[Prediction]) {
    let mut sentences = predictions.iter().flat_map(|told| &told.sometimes).peekable();
    if sentences.peek().is_some() {
        page.heading("Now and then");
    }
    sentences.for_each(|sentence| page.hanging("  - ", 4, &safe(sentence)));
}
