//! From what was heard to what is foretold: gateway by gateway, and then the verdict over all of them.

use super::apart::{apart, is_by_version};
use super::idle::{self, Kept};
use super::question::Asker;
use super::verdict;
use super::{Alternative, Foretold, LaterVersion, Prediction, Reason};
use crate::diagnosis::Diagnosis;
use crate::fate::{Fate, Objection, Stage, objections};
use crate::gateway::{self, Gateway};
use crate::observation::{Exchange, Idle, Observations};
use crate::tolerance::Later;

/// What was heard of an upstream.
#[derive(Debug, Clone, Copy)]
pub struct Heard<'a> {
    /// The exchanges: first the user's own request, then the same as gateways ask it.
    pub seen: &'a Observations,
    /// Who asks as it was asked there, exchange by exchange. Further exchanges are nobody's.
    pub by: &'a [Vec<Asker>],
    /// The gateways that count.
    pub gateways: &'a [&'static Gateway],
    /// What became of a connection that was left idle, if one was.
    pub idle: Option<&'a Idle>,
}

/// What is foretold.
#[derive(Debug, Clone, PartialEq)]
pub struct Foreknown {
    /// The verdict, and the causes that the exchanges show.
    pub diagnosis: Diagnosis,
    /// What each gateway would do; empty where no response could be asked for.
    pub predictions: Vec<Prediction>,
}

/// Foretells what each gateway would do. Pure: the same was heard, the same is foretold.
#[must_use]
pub fn foretell(heard: &Heard<'_>) -> Foreknown {
    let asked = heard.seen.exchanges.first().filter(|first| first.reached_peer());
    let predictions: Vec<Prediction> = match asked {
        Some(first) => {
            let kept = idle::kept(first, heard.idle);
            heard.gateways.iter().map(|gateway| prediction(heard, gateway, kept)).collect()
        }
        None => Vec::new(),
    };
    Foreknown { diagnosis: verdict::diagnosis(heard, &predictions), predictions }
}

/// What one exchange comes to at one gateway.
struct Decision {
    exchange: usize,
    fate: Fate,
    /// What decides, and what does not, all of it.
    met: Vec<Objection>,
}

fn prediction(heard: &Heard<'_>, gateway: &'static Gateway, kept: Kept) -> Prediction {
    let asked =
        heard.seen.exchanges.iter().zip(heard.by).enumerate().filter_map(|(index, (exchange, by))| {
            let asker = by.iter().find(|asker| asker.gateway.name == gateway.name)?;
            Some((index, exchange, asker))
        });
    let mut decisions: Vec<Decision> =
        asked.map(|(index, exchange, asker)| decide(heard, index, exchange, asker)).collect();
    if decisions.is_empty() {
        // Nobody was asked as this gateway asks, because the first exchange came to nothing.
        let first = heard.seen.exchanges.first();
        decisions.extend(first.map(|first| decide(heard, 0, first, &Asker { gateway, when: "" })));
    }
    let fate = decisions.iter().map(|decision| decision.fate).min().unwrap_or(Fate::Unknown);
    let deciding = decisions.iter().find(|decision| decision.fate == fate);
    let own = decisions.first().and_then(|decision| heard.seen.exchanges.get(decision.exchange)?.status());
    let reasons = reasons(&decisions, fate);
    let or = deciding.and_then(|decision| Fate::or_of_all(&decision.met)).filter(|or| *or != fate);
    Prediction {
        gateway: gateway.name.to_owned(),
        title: gateway.title.to_owned(),
        version: gateway.measured_version().to_owned(),
        outcome: fate.foretold(),
        status: fate.status(
            deciding.and_then(|decision| heard.seen.exchanges.get(decision.exchange)?.status()).or(own),
        ),
        or: or.map(|or| Alternative { outcome: or.foretold(), status: or.status(own) }),
        because: reasons.iter().map(|reason| reason.name.clone()).collect(),
        reasons,
        sometimes: kept.race(gateway).into_iter().collect(),
        later: later(gateway, &decisions, fate),
        exchanges: decisions.iter().map(|decision| decision.exchange).collect(),
    }
}

fn decide(heard: &Heard<'_>, index: usize, exchange: &Exchange, asker: &Asker) -> Decision {
    let mut met = objections(exchange, asker.gateway);
    if let Some(first) = heard.seen.exchanges.first().filter(|_| index > 0) {
        let known = objections(first, asker.gateway);
        for objection in met.iter_mut().filter(|met| !known.iter().any(|known| known.name == met.name)) {
            // The status can be the same: a 200 may be whole in one version and cut in the other.
            let fares_well = |other: &Exchange| {
                other.status() == first.status()
                    && !objections(other, asker.gateway).iter().any(|met| met.name == objection.name)
            };
            let how = asked_how(heard.seen, exchange, asker, fares_well);
            objection.sentence = format!("{how}: {}", objection.sentence);
        }
        met.extend(answers_otherwise(heard.seen, first, exchange, asker));
    }
    Decision { exchange: index, fate: Fate::of_all(&met), met }
}

/// The upstream fails those who ask as this gateway does, and not those who ask as its clients do.
fn answers_otherwise(
    seen: &Observations,
    first: &Exchange,
    exchange: &Exchange,
    asker: &Asker,
) -> Option<Objection> {
    let (plain, other) = (first.status()?, exchange.status()?);
    if plain >= 400 || other < 400 {
        return None;
    }
    let fares_well = |other: &Exchange| other.status() == first.status();
    let is_version = is_by_version(seen, exchange, fares_well);
    let name = if is_version { "upstream-refuses-http10" } else { "answers-otherwise" };
    Some(Objection {
        stage: Stage::Head,
        fate: Fate::Refuses(Some(other)),
        or: None,
        code: None,
        name: name.to_owned(),
        sentence: format!(
            "{}, the upstream answers {other} where it otherwise answers {plain}.",
            asked_how(seen, exchange, asker, fares_well)
        ),
    })
}

/// `Asked as nginx asks before 1.29.7 (in HTTP/1.0)`
fn asked_how(
    seen: &Observations,
    exchange: &Exchange,
    asker: &Asker,
    fares_well: impl Fn(&Exchange) -> bool,
) -> String {
    let apart = apart(seen, exchange, fares_well).map(|what| format!(" ({what})")).unwrap_or_default();
    let when = if asker.when.is_empty() { String::new() } else { format!(" {}", asker.when) };
    format!("Asked as {} asks{when}{apart}", asker.gateway.title)
}

/// What later versions do otherwise with the defects that were met.
fn later(gateway: &Gateway, decisions: &[Decision], now: Fate) -> Vec<LaterVersion> {
    let told = |later: &Later| {
        let fate = Fate::of(Some(later.treatment));
        let mut because: Vec<String> = Vec::new();
        for met in decisions.iter().flat_map(|decision| &decision.met) {
            if met.code.is_some_and(|code| later.codes.contains(&code)) && !because.contains(&met.name) {
                because.push(met.name.clone());
            }
        }
        (fate != now && !because.is_empty()).then(|| LaterVersion {
            since: later.since(),
            outcome: fate.foretold(),
            status: fate.status(None),
            because,
            log: later.log.to_owned(),
            source: later.source.to_owned(),
        })
    };
    gateway::later(gateway.name).iter().filter_map(told).collect()
}

/// What decides, each thing once: all that is not forgiven, or else what is met with this very fate.
fn reasons(decisions: &[Decision], fate: Fate) -> Vec<Reason> {
    let decides = |met: &Objection| if fate.lets_pass() { met.fate == fate } else { !met.fate.lets_pass() };
    let mut reasons: Vec<Reason> = Vec::new();
    for decision in decisions {
        for met in decision.met.iter().filter(|met| decides(met)) {
            if !reasons.iter().any(|reason| reason.name == met.name) {
                reasons.push(Reason {
                    name: met.name.clone(),
                    exchange: decision.exchange,
                    sentence: met.sentence.clone(),
                });
            }
        }
    }
    reasons
}

impl Prediction {
    /// Whether the gateway's client would not get the response.
    #[must_use]
    pub fn objects(&self) -> bool {
        !matches!(self.outcome, Foretold::Passes | Foretold::Repairs | Foretold::Unknown)
    }
}
