//! Who wrote the error that the client got: the gateway asked, one behind it, or the upstream.
//!
//! Each sign leaves some of them as possible authors. Those that all the signs leave are the answer: one, several that
//! would look the same, or none, and then the signs disagree and nobody is named. A response can be made to look like
//! anybody's, so what an upstream could have sent as well is no strong sign.

mod direct;
mod good;
mod hops;
mod in_guise;
mod look;
mod page;
mod words;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Evidence, GatewaySeen, Strength};
use crate::cause::QUICK;
use crate::gateway::{self, Recognised};
use crate::observation::Observations;
use crate::plan::{Experiment, Further, Pace, Route};
use look::Look;

/// Who wrote the error, and by which signs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Authorship {
    /// Who wrote it. Where `or` names others, it is one of these and it is not established which: the first is then
    /// only the nearest to think of.
    pub who: Who,
    /// Who else would have left the very same answer, and so is no less possible than `who`; empty where nobody else
    /// is left.
    pub or: Vec<Who>,
    /// The product, or the name in `Proxy-Status`, of whoever wrote it.
    pub name: Option<String>,
    /// Its version, if it shows it.
    pub version: Option<String>,
    /// How sure it is that it is one of `who` and `or`, and `name`; `null` where not even that is established.
    pub strength: Option<Strength>,
    /// Who it is, in a few words.
    pub brief: String,
    /// One sentence with the reasons.
    pub sentence: String,
    /// The products that only passed it on, where they show.
    pub passed_on_by: Vec<String>,
    /// What was looked at, the strongest first.
    pub signs: Vec<Sign>,
    /// How the signs disagree, where they do.
    pub conflict: Option<String>,
    /// What would settle it, where it is not settled.
    pub settles: Option<String>,
}

/// Who can have written an error. The gateway asked is the one that the URL leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// The gateway asked; beside `inner-gateway` in `or`, a gateway, and not the upstream.
    Gateway,
    /// The gateway asked, which stands in front of another gateway that shows in a good answer.
    OuterGateway,
    /// A gateway behind the one asked.
    InnerGateway,
    /// The upstream; it may be a gateway in its turn.
    Upstream,
    /// Nobody can be named.
    NotEstablished,
}

/// One sign.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sign {
    /// Whom it leaves as authors.
    pub speaks_for: Vec<Who>,
    /// How much it weighs.
    pub weight: Weight,
    /// What was seen, and where.
    pub evidence: Evidence,
}

/// How much a sign weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// What is hardly ever otherwise.
    Strong,
    /// What a configuration or a change of mood could undo.
    Weak,
    /// What is worth a look, and decides nothing.
    Hint,
}

/// All who can have written it.
const ALL: [Who; 3] = [Who::Gateway, Who::InnerGateway, Who::Upstream];

/// Who wrote the error; `None` if there is none.
#[must_use]
pub fn author(seen: &Observations) -> Option<Authorship> {
    let look = Look::of(seen)?;
    let mut signs = look.signs();
    signs.sort_by_key(|sign| sign.weight);
    let verdict = Verdict::of(&signs);
    Some(verdict.authorship(&look, signs))
}

/// Whose limits and directives count: those of whoever wrote the error, where that is a gateway behind the one asked.
pub(super) fn responsible(seen: &Observations, asked: Option<Recognised>) -> Option<Recognised> {
    let inner = author(seen).filter(|authorship| authorship.who == Who::InnerGateway);
    let product = inner.as_ref().and_then(|inner| gateway::by_name(inner.name.as_deref()?));
    match (inner, product) {
        (Some(inner), Some(gateway)) => Some(Recognised {
            gateway,
            version: inner.version,
            by: inner.signs.into_iter().map(|sign| sign.evidence.text).take(1).collect(),
            own_error: true,
        }),
        _ => asked,
    }
}

/// The gateway asked, for the report; another than the responsible one where that stands behind it.
pub(super) fn asked(written_by: Option<&Authorship>, recognised: Option<Recognised>) -> Option<GatewaySeen> {
    match written_by.filter(|authorship| authorship.who == Who::InnerGateway) {
        Some(inner) => inner.passed_on_by.first().map(|name| GatewaySeen {
            name: name.clone(),
            version: None,
            recognised_by: inner
                .signs
                .iter()
                .filter_map(|sign| sign.evidence.text.split_once(hops::PASSED_ON))
                .map(|(_, mark)| mark.to_owned())
                .take(1)
                .collect(),
        }),
        None => recognised.map(|recognised| GatewaySeen {
            name: recognised.gateway.name.to_owned(),
            version: recognised.version,
            recognised_by: recognised.by,
        }),
    }
}

/// The gateways on the way.
pub(super) struct Chain {
    /// Those that show: the one whose page the error is, be it in front or behind, as nobody else fails as it does; then
    /// the one recognised; then those that only passed it on. How each of them asks may be how the upstream is asked in
    /// the end.
    pub(super) known: Vec<Recognised>,
    /// Whether those that show only passed it on, and nothing shows of who wrote it.
    pub(super) unseen: bool,
}

/// The gateways on the way, as far as the error tells.
pub(super) fn hops(seen: &Observations, recognised: Option<&Recognised>) -> Chain {
    let shown = |gateway, version| Recognised { gateway, version, by: Vec::new(), own_error: false };
    let look = Look::of(seen).filter(|look| !look.exchange.is_tunnelled());
    let page = look.as_ref().and_then(|look| look.page.as_ref());
    let writer = page.and_then(|page| Some(shown(gateway::by_name(page.name)?, page.version.clone())));
    let in_front = look.as_ref().map(|look| look.hops.in_front()).into_iter().flatten();
    let mut hops: Vec<Recognised> = Vec::new();
    for hop in writer.into_iter().chain(recognised.cloned()).chain(in_front.map(|hop| shown(hop, None))) {
        if !hops.iter().any(|known| known.gateway.name == hop.gateway.name) {
            hops.push(hop);
        }
    }
    let unseen = look.is_some_and(|look| look.page.is_none() && look.hops.passed_on());
    Chain { known: hops, unseen }
}

/// The further experiments that would tell who wrote the error: another path, over both routes, where nothing tells yet.
/// They are for when all others are made: a repetition that fares better is a good answer too.
pub(super) fn asks(seen: &Observations) -> Vec<Further> {
    let took = seen.gateway().and_then(|exchange| exchange.phases.since_sent()).unwrap_or_default();
    let is_open = author(seen).is_some_and(|authorship| !authorship.is_established());
    let done = seen.of(Route::Gateway, Experiment::AnotherPath).next().is_some();
    let has_good = || Look::of(seen).is_some_and(|look| look.good.is_some());
    if !is_open || done || took > QUICK || has_good() {
        return Vec::new();
    }
    let another = |route, upstream| Further {
        route,
        upstream,
        experiment: Experiment::AnotherPath,
        guise: None,
        pace: Pace::default(),
    };
    let mut asks = vec![another(Route::Gateway, None)];
    // Who gives no answer is not waited for once more.
    let answers = seen.direct().find(|direct| direct.is_complete());
    let place = answers
        .and_then(|direct| seen.upstreams.iter().position(|known| Some(known) == direct.upstream.as_ref()));
    asks.extend(place.map(|place| another(Route::Direct, Some(place))));
    asks
}

/// What the signs leave together.
struct Verdict {
    left: Vec<Who>,
    /// Whether the strong signs alone say so.
    by_strong: bool,
    /// Whether signs of one weight exclude each other.
    disagree: Option<Weight>,
}

impl Verdict {
    fn of(signs: &[Sign]) -> Self {
        let weighing = |weight: Weight, from: &[Who]| -> Vec<Who> {
            let all = signs.iter().filter(|sign| sign.weight == weight);
            all.fold(from.to_vec(), |left, sign| {
                left.into_iter().filter(|who| sign.speaks_for.contains(who)).collect()
            })
        };
        let strong = weighing(Weight::Strong, &ALL);
        if strong.is_empty() {
            return Self { left: ALL.to_vec(), by_strong: false, disagree: Some(Weight::Strong) };
        }
        let left = weighing(Weight::Weak, &strong);
        match left.len() {
            // Of weak signs that contradict what is certain already, there is no more to be said.
            0 if strong.len() == 1 => Self { left: strong, by_strong: false, disagree: None },
            0 => Self { left: strong, by_strong: false, disagree: Some(Weight::Weak) },
            _ => Self { by_strong: left == strong, left, disagree: None },
        }
    }

    fn who(&self) -> Who {
        match self.left[..] {
            _ if self.disagree.is_some() => Who::NotEstablished,
            [one] => one,
            // A gateway it is in both cases, and the one asked is the nearer to think of.
            [Who::Gateway, Who::InnerGateway] => Who::Gateway,
            _ => Who::NotEstablished,
        }
    }

    fn authorship(&self, look: &Look<'_>, signs: Vec<Sign>) -> Authorship {
        // That somebody behind the gateway answered, and the upstream named here does not, can mean another instance
        // of that upstream: an inner gateway must show itself.
        let alone = match self.who() {
            Who::InnerGateway if look.page.is_none() && look.speaker().is_none() => Who::NotEstablished,
            alone => alone,
        };
        let who = if alone == Who::Gateway && self.left.len() == 1 && look.behind().is_some() {
            Who::OuterGateway
        } else {
            alone
        };
        let mut or: Vec<Who> = self.left.iter().copied().filter(|&left| left != alone).collect();
        if alone == Who::NotEstablished && self.left == [Who::InnerGateway] {
            or.push(Who::Upstream);
        }
        or.extend(look.also(who).filter(|also| !self.left.contains(also)));
        let strength = match who {
            Who::NotEstablished => None,
            _ if look.is_alone() => Some(Strength::Consistent),
            _ if self.by_strong && or.is_empty() => Some(Strength::Shown),
            _ => Some(Strength::Likely),
        };
        let (name, version) = look.writer(who);
        let mut authorship = Authorship {
            who,
            or,
            name,
            version,
            strength,
            brief: String::new(),
            sentence: String::new(),
            conflict: self.disagree.map(|weight| words::conflict(&signs, weight)),
            settles: None,
            passed_on_by: look.hops.in_front().map(|known| known.name.to_owned()).collect(),
            signs,
        };
        authorship.settles = words::settles(&authorship, look);
        authorship.brief = words::brief(&authorship, look);
        authorship.sentence = words::sentence(&authorship, look);
        authorship
    }
}

impl Authorship {
    /// Whether nothing more is to be asked for: somebody is named, by more than what an upstream could send as well.
    #[must_use]
    pub fn is_established(&self) -> bool {
        self.who != Who::NotEstablished && self.name.is_some() || self.strength == Some(Strength::Shown)
    }
}

impl Sign {
    fn new(weight: Weight, speaks_for: &[Who], evidence: Evidence) -> Self {
        Self { speaks_for: speaks_for.to_vec(), weight, evidence }
    }
}

#[cfg(test)]
mod tests;
