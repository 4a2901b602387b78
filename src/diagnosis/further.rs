//! What to try next, given what was seen.

use super::author;
use super::diagnose::{cases, recognise, stated};
use crate::cause::asked::same;
use crate::cause::{Ask, CAUSES, Case, again, opinion};
use crate::gateway::{self, Recognised};
use crate::observation::Observations;
use crate::plan::{Experiment, Further, Guise, Route};

/// The further experiments that would help, in the order in which they are to be made. None if there is nothing more to
/// learn; until then, what they show may lead to others, so ask again. Each is asked for once, so that this comes to an
/// end.
#[must_use]
pub fn further(seen: &Observations) -> Vec<Further> {
    let Some(exchange) = seen.gateway().filter(|_| seen.request.repeatable && !seen.interrupted) else {
        return Vec::new();
    };
    let recognised = recognise(seen, exchange);
    let stated = stated(exchange, recognised.as_ref());
    let hops = author::hops(seen, recognised.as_ref());
    let mut wanted = Vec::new();
    for upstream in cases(seen, exchange, &stated, recognised.as_ref()) {
        let case = &upstream.early;
        let lists = CAUSES
            .iter()
            .map(|cause| cause.asks(case))
            .chain([opinion::asks(case).into_iter().collect(), again::asks(case)])
            .chain([same::asks(case, &own_guises(case, recognised.as_ref()))]);
        let url = case.contrast.direct.and_then(|direct| direct.upstream.as_deref());
        let index = seen.upstreams.iter().position(|known| Some(known.as_str()) == url);
        for list in lists {
            let mut asked = Vec::new();
            for ask in list {
                let Some(ask) = in_its_guise(ask, case, &hops) else { continue };
                let upstream = index.filter(|_| ask.route == Route::Direct);
                let Ask { route, experiment, guise, pace } = ask;
                let ask = Further { route, upstream, experiment, guise, pace };
                // What one cause wants twice is two requests; what two causes want is one.
                let count = |those: &[Further]| those.iter().filter(|known| ask.is_as(known)).count();
                if count(&asked) >= times_done(seen, &ask) + count(&wanted) {
                    wanted.push(ask.clone());
                }
                asked.push(ask);
            }
        }
    }
    // Last of all: a repetition that fares better is a good answer too.
    if wanted.is_empty() {
        wanted.extend(author::asks(seen));
    }
    wanted
}

/// How a gateway asks is the gateway's to say: the next of the hops' guises. `None` if all were tried.
fn in_its_guise(ask: Ask, case: &Case<'_>, hops: &author::Chain) -> Option<Ask> {
    if ask.experiment != Experiment::AsGateway || ask.guise.is_some() {
        return Some(ask);
    }
    let guises = gateway::guises(&hops.known, hops.unseen, case.contrast.gateway, case.contrast.direct?);
    let is_done = |guise: &Guise| {
        let mut done = case.all_direct_of(Experiment::AsGateway);
        done.any(|exchange| exchange.guise.as_ref() == Some(guise))
    };
    guises.into_iter().find(|guise| !is_done(guise)).map(Ask::in_guise)
}

/// How the recognised gateway itself asks.
fn own_guises(case: &Case<'_>, recognised: Option<&Recognised>) -> Vec<Guise> {
    let guises = |direct| recognised.map(|hop| gateway::own_guises(hop, case.contrast.gateway, direct));
    case.contrast.direct.and_then(guises).unwrap_or_default()
}

/// How many times it was tried already.
fn times_done(seen: &Observations, ask: &Further) -> usize {
    let url = ask.upstream.and_then(|index| seen.upstreams.get(index));
    seen.of(ask.route, ask.experiment)
        .filter(|exchange| url.is_none() || exchange.upstream.as_ref() == url)
        .filter(|exchange| exchange.guise == ask.guise)
        .count()
}
