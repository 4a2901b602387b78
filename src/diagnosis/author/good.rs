//! A good answer through the same gateway: which fields stand in it and have vanished from the error.

use super::direct::{has, is_telling};
use super::hops::shown;
use super::look::Look;
use super::{Sign, Weight, Who};
use crate::contrast::Answer;
use crate::gateway::{self, On};
use crate::http1::{Field, Message};
use crate::observation::{Exchange, Observations};
use crate::plan::{Experiment, Route};

/// A good answer through the same gateway, beside the direct answer to the same request.
pub(super) struct Good<'a> {
    exchange: &'a Exchange,
    through: &'a Message,
    direct: Option<&'a Message>,
}

impl<'a> Good<'a> {
    /// The same request that fared better when it was repeated, or the request for another path.
    pub(super) fn of(seen: &'a Observations, error: &Exchange) -> Option<Self> {
        [Experiment::Repeat, Experiment::AnotherPath].into_iter().find_map(|experiment| {
            let exchange = seen.of(Route::Gateway, experiment).next()?;
            let through = exchange.response()?;
            let direct = directly(seen, experiment);
            let passed_on = || {
                direct
                    .is_some_and(|direct| direct.status() == exchange.status() && same_body(direct, exchange))
            };
            let is_good = match Answer::of(exchange) {
                Answer::Whole(status) => status < 400 || passed_on(),
                _ => false,
            };
            (is_good && error.status() != exchange.status()).then(|| Self {
                exchange,
                through,
                direct: direct.and_then(Exchange::response),
            })
        })
    }

    /// Whether a field came on the way: the direct answer has no field of that name.
    fn is_added(&self, field: &Field) -> bool {
        self.direct.is_some_and(|direct| direct.values(&field.name.to_string()).next().is_none())
    }

    /// The gateway that shows in the good answer, leaves its traces on everything, and left none on the error.
    pub(super) fn behind(&self, look: &Look<'_>) -> Option<&'static str> {
        self.missing(look).map(|(title, _)| title)
    }

    fn missing(&self, look: &Look<'_>) -> Option<(&'static str, &'a Field)> {
        let in_error =
            |name: &str| gateway::left_in(look.response).any(|(traces, ..)| traces.gateway == name);
        gateway::left_in(self.through).find_map(|(traces, mark, index)| {
            let field = self.through.fields.get(index)?;
            let own = look.page.as_ref().is_some_and(|page| gateway::are_kin(page.name, traces.gateway));
            let missing =
                mark.on == On::All && !own && self.is_not_direct(field) && !in_error(traces.gateway);
            missing.then_some((gateway::by_name(traces.gateway)?.title, field))
        })
    }

    /// Whether the upstream does not send this very field.
    fn is_not_direct(&self, field: &Field) -> bool {
        self.direct.is_some_and(|direct| !has(direct, field))
    }
}

impl Look<'_> {
    pub(super) fn of_good(&self) -> Vec<Sign> {
        let Some(good) = &self.good else { return Vec::new() };
        let mut signs = Vec::new();
        let gateways = [Who::Gateway, Who::InnerGateway];
        let sign = |weight, speaks_for: &[Who], field: &Field, text| {
            Sign::new(weight, speaks_for, self.at(good.exchange, field, text))
        };
        if let Some((title, field)) = good.missing(self) {
            let text =
                format!("{title} marks all that it sends, and not this: a good answer has {}", shown(field));
            signs.push(sign(Weight::Weak, &[Who::Gateway], field, text));
        }
        let relayed = gateway::left_in(good.through).filter(|(_, mark, _)| mark.on == On::Relayed);
        let gone = relayed.filter(|(_, mark, _)| self.response.values(mark.field).next().is_none());
        for field in gone
            .filter_map(|(_, _, index)| good.through.fields.get(index))
            .filter(|field| good.is_added(field))
        {
            let text =
                format!("the mark of what is passed on is missing: a good answer has {}", shown(field));
            signs.push(sign(Weight::Weak, &gateways, field, text));
        }
        signs.extend(self.of_upstreams_fields(good));
        for field in
            good.through.fields.iter().filter(|field| good.is_added(field) && is_telling(field)).take(4)
        {
            let stays = self.response.values(&field.name.to_string()).next().is_some();
            let what = if stays { "stands in the error as well" } else { "has vanished from the error" };
            let text = format!("added on the way to a good answer, and {what}: {}", shown(field));
            // A gateway adds fields to its errors only if it is told to: that one is missing says little.
            signs.push(sign(Weight::Hint, if stays { &super::ALL } else { &gateways }, field, text));
        }
        signs
    }

    /// What the upstream sets on its answers, and the gateway passes on.
    fn of_upstreams_fields(&self, good: &Good<'_>) -> Option<Sign> {
        if self.page.is_some() {
            return None;
        }
        let direct = good.direct?;
        // What the upstream sets on the one answer and not on the other is no habit of its.
        let always = |field: &Field| {
            self.directs.iter().filter_map(|direct| direct.response()).all(|other| has(other, field))
        };
        let set: Vec<&Field> = good
            .through
            .fields
            .iter()
            .filter(|field| is_telling(field) && has(direct, field) && always(field))
            .collect();
        let first = set.first()?;
        if let Some(field) = set.iter().find(|field| has(self.response, field)) {
            let text =
                format!("a field that the upstream sets on other answers stands in it: {}", shown(field));
            return Some(Sign::new(Weight::Weak, &[Who::Upstream], self.at(good.exchange, field, text)));
        }
        let text = format!("what the upstream sets on its answers is missing: {}", shown(first));
        let gateways = [Who::Gateway, Who::InnerGateway];
        Some(Sign::new(Weight::Weak, &gateways, self.at(good.exchange, first, text)))
    }
}

/// The direct answer to the same request. One that was repeated is the same as the first.
fn directly(seen: &Observations, experiment: Experiment) -> Option<&Exchange> {
    let again = seen.of(Route::Direct, experiment).find(|exchange| exchange.is_complete());
    again.or_else(|| {
        let first = || seen.direct().find(|exchange| exchange.is_complete());
        (experiment == Experiment::Repeat).then(first).flatten()
    })
}

fn same_body(one: &Exchange, other: &Exchange) -> bool {
    let digest = |exchange: &Exchange| {
        exchange.reading.as_ref().map(|reading| (reading.body.length, reading.body.sha256.clone()))
    };
    digest(one) == digest(other)
}
