//! What an upstream is asked: the user's request, the same in HTTP/1.0 and with HEAD, and the same as each gateway
//! would pass it on.

use crate::gateway::{self, Gateway};
use crate::plan::{Experiment, Plan, Probe, Route};

/// One request, and who asks so.
#[derive(Debug, Clone)]
pub struct Question {
    /// The request.
    pub probe: Probe,
    /// The gateways that ask so.
    pub by: Vec<Asker>,
}

/// A gateway that asks in a certain way.
#[derive(Debug, Clone, Copy)]
pub struct Asker {
    /// The gateway.
    pub gateway: &'static Gateway,
    /// When it asks so, such as `before 1.29.7`; empty for always.
    pub when: &'static str,
}

/// Everything to be asked of the upstream of a plan, which stands in the place of the gateway there too: the user's own
/// request first. Gateways that ask alike share a question.
#[must_use]
pub fn questions(plan: &Plan, gateways: &[&'static Gateway]) -> Vec<Question> {
    let probe = |experiment| plan.probe(Route::Direct, Some(0), experiment);
    let mut asked: Vec<Question> = vec![nobodys(probe(Experiment::SameRequest))];
    let older = probe(Experiment::InHttp10);
    if !same(&older, &probe(Experiment::SameRequest)) {
        asked.push(nobodys(older));
    }
    for &gateway in gateways {
        for shape in gateway::asks(gateway.name) {
            let dressed = shape.dress(probe(Experiment::AsGateway));
            let asker = Asker { gateway, when: shape.when };
            match asked.iter_mut().find(|question| same(&question.probe, &dressed)) {
                Some(question) => question.by.push(asker),
                None => asked.push(Question { probe: dressed, by: vec![asker] }),
            }
        }
    }
    if plan.request.method == "GET" {
        // What becomes of a HEAD says nothing of the GET: it is a note of its own.
        asked.push(nobodys(probe(Experiment::WithHead)));
    }
    asked
}

fn nobodys(probe: Probe) -> Question {
    Question { probe, by: Vec::new() }
}

/// All of them, whenever they ask.
#[must_use]
pub fn always(gateways: &[&'static Gateway]) -> Vec<Asker> {
    gateways.iter().map(|&gateway| Asker { gateway, when: "" }).collect()
}

/// Whether an upstream cannot tell the two apart.
fn same(one: &Probe, other: &Probe) -> bool {
    one.endpoint == other.endpoint && one.request_bytes() == other.request_bytes()
}
