//! The verdict over all gateways, with the causes that the exchanges show and what else is to be noted.

use super::idle;
use super::judge::Heard;
use super::{Foretold, Prediction, measured};
use crate::cause;
use crate::diagnosis::{Blame, Diagnosis, Finding, Outcome, Strength, Verdict, alone};
use crate::fate::{Fate, SPOILED, is_own_doing, is_still_flowing, objections};
use crate::figures;
use crate::gateway::{self, Gateway};
use crate::http1::{CutAt, FramingRule, Reading};
use crate::observation::{End, Exchange, Observations};
use crate::plan::{Experiment, Route};

pub(super) fn diagnosis(heard: &Heard<'_>, predictions: &[Prediction]) -> Diagnosis {
    let shown = shown(heard.seen, predictions);
    let mut notes = Notes::default();
    notes.take(heard);
    let objecting = predictions.iter().filter(|prediction| prediction.objects()).count();
    let careful = !shown.is_empty()
        || notes.warn
        || heard.seen.exchanges.iter().zip(heard.by).any(|(exchange, _)| is_defective(exchange))
        || predictions.iter().any(|told| {
            (told.outcome == Foretold::Unknown && !is_by_order(told))
                || !told.sometimes.is_empty()
                || !told.later.is_empty()
        });
    let outcome = match heard.seen.exchanges.first() {
        None => Outcome::Unexplained,
        Some(first) if first.end == End::Interrupted => Outcome::Unexplained,
        Some(first) if !first.reached_peer() => Outcome::Unreachable,
        Some(_) if objecting > 0 => Outcome::Fault,
        Some(first) if is_silent(first) => Outcome::Unexplained,
        Some(_) if careful => Outcome::Warning,
        Some(_) => Outcome::Healthy,
    };
    let sentence = match outcome {
        Outcome::Unexplained => unanswered(heard.seen),
        Outcome::Unreachable => unreachable(heard.seen, &shown),
        _ => sentence(heard, predictions),
    };
    let verdict = verdict(outcome, sentence, &shown, predictions);
    let faulty = matches!(outcome, Outcome::Fault | Outcome::Unreachable);
    let (findings, warnings) = if faulty { (shown, Vec::new()) } else { (Vec::new(), shown) };
    Diagnosis {
        written_by: None,
        gateway: None,
        verdict,
        findings,
        warnings,
        ruled_out: Vec::new(),
        not_examined: Vec::new(),
        statements: Vec::new(),
        notes: notes.sentences,
    }
}

/// Whether the upstream took the request and was silent until the limit.
fn is_silent(exchange: &Exchange) -> bool {
    exchange.end == End::TimedOut && exchange.status().is_none()
}

/// Why there is nothing to foretell from.
fn unanswered(seen: &Observations) -> String {
    match seen.exchanges.first().filter(|first| is_silent(first)) {
        Some(first) => format!(
            "The upstream had sent no response when why502 stopped waiting after {}, so nothing can be foretold: a gateway \
             waits as long as its own limit says, and then answers an error, mostly 504.",
            figures::seconds(first.phases.since_sent().unwrap_or_else(|| first.phases.total()))
        ),
        None => "The run was interrupted before the upstream answered.".to_owned(),
    }
}

/// Whether what becomes of it is open for no other reason than that the gateway takes a field for an order, or waits for
/// the end of a body that has none yet.
fn is_by_order(told: &Prediction) -> bool {
    let orders = gateway::obeys(&told.gateway);
    let waits = gateway::reads_whole(&told.gateway);
    told.because.iter().all(|name| waits == Some(name) || orders.iter().any(|obeyed| obeyed.field == name))
}

fn is_defective(exchange: &Exchange) -> bool {
    let is_known = |reading: &Reading| reading.defects.iter().any(|defect| !is_own_doing(exchange, defect));
    exchange.reading.as_ref().is_some_and(is_known)
}

/// The causes that the user's own request shows, and those that only show where a gateway objects to how the upstream
/// answers when it is asked otherwise.
fn shown(seen: &Observations, predictions: &[Prediction]) -> Vec<Finding> {
    let objected = |index: usize| {
        let mut reasons = predictions.iter().filter(|told| told.objects()).flat_map(|told| &told.reasons);
        reasons.any(|reason| reason.exchange == index)
    };
    let mut shown: Vec<Finding> = Vec::new();
    for (index, exchange) in seen.exchanges.iter().enumerate() {
        if index == 0 || objected(index) {
            let more = alone(seen, exchange).into_iter();
            let new: Vec<Finding> =
                more.filter(|finding| !shown.iter().any(|known| known.cause == finding.cause)).collect();
            shown.extend(new);
        }
    }
    shown
}

fn verdict(outcome: Outcome, sentence: String, shown: &[Finding], predictions: &[Prediction]) -> Verdict {
    let first = shown.first().filter(|_| matches!(outcome, Outcome::Fault | Outcome::Unreachable));
    let reasons = || predictions.iter().filter(|told| told.objects()).flat_map(|told| &told.because);
    let by_reason = || reasons().find_map(|name| cause::by_slug(name)).map(cause::Cause::about);
    let about = match first {
        Some(_) => None,
        None => by_reason(),
    };
    let error_type = first.and_then(|first| first.error_type).or(about.and_then(|about| about.error_type));
    let blame = match outcome {
        Outcome::Fault if reasons().all(|name| name == SPOILED) => Blame::Gateway,
        Outcome::Fault => first.map_or(Blame::Upstream, |first| first.blame),
        Outcome::Unreachable => first.map_or(Blame::Upstream, |first| first.blame),
        _ => Blame::None,
    };
    Verdict {
        outcome,
        sentence,
        cause: first.map(|first| first.cause.clone()).or(about.map(|about| about.slug.to_owned())),
        error_type,
        blame,
        strength: first.map(|first| first.strength).or(about.map(|_| Strength::Shown)),
        gateway_status: None,
        expected_status: error_type.and_then(crate::proxy_status::ErrorType::recommended_status),
        status_is_right: None,
    }
}

fn unreachable(seen: &Observations, shown: &[Finding]) -> String {
    let why = match (shown.first(), seen.exchanges.first()) {
        (Some(finding), _) => finding.sentence.clone(),
        (None, Some(first)) => format!("The connection ended so: {}.", first.end.name()),
        (None, None) => String::new(),
    };
    let is_rejected = seen.exchanges.first().is_some_and(|first| first.end == End::CertificateRejected);
    let instead =
        if is_rejected { " --cacert FILE trusts an authority of your own, -k overlooks it." } else { "" };
    format!("The upstream could not be asked, so nothing can be foretold. {why}{instead}")
}

/// The one sentence over all gateways, and one on their later versions.
fn sentence(heard: &Heard<'_>, predictions: &[Prediction]) -> String {
    let later = |told: &Prediction| {
        let later = told.later.iter().find(|later| !later.outcome.lets_pass())?;
        let status = later.status.map(|status| format!(" ({status})")).unwrap_or_default();
        Some(format!(" {} from {} on is documented to refuse it{status}.", told.title, later.since))
    };
    let later: String = predictions.iter().filter(|told| !told.objects()).filter_map(later).collect();
    let unheard = heard.seen.exchanges.first().is_some_and(is_still_flowing);
    let mut now = now(heard, predictions);
    if unheard && now.ends_with('.') {
        now.truncate(now.len() - 1);
        now.push_str(", as far as it was heard.");
    }
    format!("{now}{later}")
}

fn now(heard: &Heard<'_>, predictions: &[Prediction]) -> String {
    let all = predictions.len();
    let objecting: Vec<String> = predictions.iter().filter(|told| told.objects()).map(objector).collect();
    if !objecting.is_empty() {
        let gateways = if all == 1 { "gateway" } else { "gateways" };
        return format!(
            "{} of {all} {gateways} would not pass this response on: {}.",
            objecting.len(),
            objecting.join(", ")
        );
    }
    if let Some(status) = own_error(heard) {
        return format!(
            "The upstream itself answers {status}, an error that gateways pass on as it is: so this is what its clients \
             get."
        );
    }
    let unknown = predictions.iter().filter(|told| told.outcome == Foretold::Unknown).count();
    if unknown > 0 {
        return format!(
            "No gateway is known to stop this response; of {unknown} of {all} it is not known what they make of it."
        );
    }
    let repairing = predictions.iter().filter(|told| told.outcome == Foretold::Repairs).count();
    let tail = match repairing {
        0 => String::new(),
        count if count == all => ", after repairing it".to_owned(),
        count => format!(", {count} of them after repairing it"),
    };
    if heard.gateways.len() == measured().len() {
        return format!("Every gateway known here lets this response pass{tail}.");
    }
    let titles: Vec<&str> = heard.gateways.iter().map(|gateway| gateway.title).collect();
    match titles.split_last() {
        Some((last, [])) => format!("{last} lets this response pass{tail}."),
        Some((last, others)) => format!("{} and {last} let this response pass{tail}.", others.join(", ")),
        None => "No gateway is asked for.".to_owned(),
    }
}

/// The status of an upstream that fails by itself.
fn own_error(heard: &Heard<'_>) -> Option<u16> {
    heard.seen.exchanges.first()?.status().filter(|status| *status >= 500)
}

fn objector(told: &Prediction) -> String {
    let or = told.or.map(|or| format!(" or {}", what(or.outcome, or.status))).unwrap_or_default();
    format!("{} ({}{or})", told.title, what(told.outcome, told.status))
}

/// `nginx (502)`
fn named(title: &str, outcome: Foretold, status: Option<u16>) -> String {
    format!("{title} ({})", what(outcome, status))
}

/// `502`, `cut short`
fn what(outcome: Foretold, status: Option<u16>) -> String {
    match (outcome, status) {
        (Foretold::Refuses, None) => "no answer".to_owned(),
        (Foretold::Refuses, Some(status)) => status.to_string(),
        (Foretold::Hangs, Some(status)) => format!("{status} after a wait"),
        (Foretold::Raw, _) => "raw bytes".to_owned(),
        (Foretold::Cuts, _) => "cut short".to_owned(),
        (outcome, _) => format!("{outcome:?}").to_lowercase(),
    }
}

/// Plain sentences, and whether one of them is a warning.
#[derive(Default)]
struct Notes {
    sentences: Vec<String>,
    warn: bool,
}

/// Whether these are saved bytes that end with a head which announces a body.
fn is_head_alone(exchange: &Exchange) -> bool {
    let reading = exchange.reading.as_ref().filter(|_| exchange.peer.is_none());
    reading.is_some_and(|reading| reading.cut.is_some_and(CutAt::in_body) && reading.body.length == 0)
}

impl Notes {
    fn take(&mut self, heard: &Heard<'_>) {
        let seen = heard.seen;
        let Some(first) = seen.exchanges.first().filter(|first| first.reached_peer()) else { return };
        let of = |experiment| seen.of(Route::Direct, experiment).next();
        if is_still_flowing(first) {
            let after = figures::seconds(first.phases.total());
            let end = match first.final_gap {
                Some(gap) if !first.was_still_flowing() => format!(
                    "The body had no end, and had been silent for {}, when why502 stopped listening after {after} \
                     (--max-time); a gateway ends such a silence after its own limit",
                    figures::seconds(gap)
                ),
                _ => format!(
                    "The body was still coming when why502 stopped listening after {after} (--max-time)"
                ),
            };
            self.sentences.push(format!(
                "{end}: only the head and what came until then are judged, and it was not asked again as gateways ask."
            ));
        }
        if let Some(status) = own_error(heard) {
            self.warn = true;
            self.sentences.push(format!(
                "The upstream itself answers {status}: no gateway is needed for that error, and none cures it."
            ));
        }
        if is_head_alone(first) && seen.request.method != "HEAD" {
            self.sentences.push(
                "There is a head and nothing else: if it was saved from an answer to HEAD (curl -I), --method HEAD reads it as \
                 one."
                    .to_owned(),
            );
        }
        // Where a gateway that counts asks so, its prediction says it.
        let nobodys = heard.by.get(1).is_none_or(Vec::is_empty);
        if let Some(older) = of(Experiment::InHttp10).filter(|_| nobodys) {
            self.older(first, older);
        }
        if let Some(head) = of(Experiment::WithHead) {
            self.head(first, head);
            self.fault_of_head(heard, first, head);
        }
        self.sentences.extend(idle::kept(first, heard.idle).sentence());
    }

    /// HTTP/1.0 matters to gateways that are not counted as well.
    fn older(&mut self, first: &Exchange, older: &Exchange) {
        match (first.status(), older.status()) {
            (Some(status), Some(other)) if status < 400 && other >= 400 => {
                self.warn = true;
                self.sentences.push(format!(
                    "Asked in HTTP/1.0, the upstream answers {other} instead of {status}; nginx asks so before 1.29.7."
                ));
            }
            (Some(_), None) => {
                self.warn = true;
                self.sentences.push(format!(
                    "Asked in HTTP/1.0, the upstream gives no response ({}); nginx asks so before 1.29.7.",
                    older.end.name()
                ));
            }
            _ => {}
        }
    }

    /// A fault that only the answer to HEAD has. Where the same was not answered to GET either, HEAD is not to blame.
    fn fault_of_head(&mut self, heard: &Heard<'_>, get: &Exchange, head: &Exchange) {
        if get.status().is_none() {
            return;
        }
        let met = |gateway: &&'static Gateway| {
            let known = objections(get, gateway);
            let mut met = objections(head, gateway);
            met.retain(|met| !met.fate.lets_pass() && !known.iter().any(|known| known.name == met.name));
            let decisive = met.iter().find(|objection| objection.fate == Fate::of_all(&met))?;
            let (fate, status) = (decisive.fate.foretold(), decisive.fate.status(head.status()));
            Some((named(gateway.title, fate, status), decisive.sentence.clone()))
        };
        let met: Vec<(String, String)> = heard.gateways.iter().filter_map(met).collect();
        let Some((_, sentence)) = met.first() else { return };
        self.warn = true;
        let gateways: Vec<&str> = met.iter().map(|(gateway, _)| gateway.as_str()).collect();
        self.sentences.push(format!(
            "A HEAD request is answered otherwise than GET, and not well: {sentence} The response to GET is judged apart from \
             that; to HEAD, {} of {} would not pass the answer on: {}.",
            gateways.len(),
            figures::counted(heard.gateways.len() as u64, "gateway"),
            gateways.join(", ")
        ));
    }

    /// A HEAD is to be answered with the head of the GET (RFC 9110 section 9.3.2).
    fn head(&mut self, get: &Exchange, head: &Exchange) {
        let (Some(status), Some(other)) = (get.status(), head.status()) else { return };
        if status != other {
            self.sentences.push(format!("HEAD is answered with {other}, GET with {status}."));
            return;
        }
        let (Some(length), Some(announced)) = (length(get), announced(head)) else { return };
        if length != announced {
            self.warn = true;
            self.sentences.push(format!(
                "The answer to HEAD announces {}, and that to GET brings {} (RFC 9110 section 9.3.2 wants the same).",
                figures::bytes(announced),
                figures::bytes(length)
            ));
        }
    }
}

/// How long the content of a GET is.
fn length(exchange: &Exchange) -> Option<u64> {
    let reading = exchange.reading.as_ref()?;
    match reading.framing.as_ref()?.rule {
        FramingRule::ContentLength { length } => Some(length),
        _ => exchange.is_complete().then_some(reading.body.length),
    }
}

fn announced(head: &Exchange) -> Option<u64> {
    head.response()?.text("content-length")?.trim().parse().ok()
}
