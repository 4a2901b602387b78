//! The upstream stops sending before the body is complete.

use super::cut_in_body;
use crate::cause::outlasted::{like_a_timeout, outlasts};
use crate::cause::sighting::{Sighting, of_cut};
use crate::cause::weigh::weigh;
use crate::cause::{About, Ask, Assessment, Case, Cause, QUICK};
use crate::contrast::Answer;
use crate::diagnosis::{Blame, Strength};
use crate::figures;
use crate::http1::StreamEnd;
use crate::observation::{End, Exchange, Phase};
use crate::plan::Experiment;
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "upstream-stalled-in-body",
    error_type: Some(ErrorType::ConnectionReadTimeout),
    phase: Phase::Body,
    blame: Blame::Upstream,
    stated_as: &[],
    remedy: "Find out what the server waits for in the middle of the body; send something (a comment, a heartbeat) while there is nothing to say.",
    page: include_str!("../pages/upstream-stalled-in-body.md"),
};

/// The upstream stops sending before the body is complete.
pub struct Stalled;

/// An upstream that ends so many times later than the gateway gave up did not just happen to die then.
const MUCH_LATER: f64 = 10.0;

impl Cause for Stalled {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        match weigh(self, case, |exchange| sight(case, exchange)) {
            // Who breaks off now and then may do it sooner at one time than at another.
            Assessment::Found(mut found)
                if case.contrast.direct.is_some_and(|direct| direct.end != End::TimedOut) =>
            {
                let direct = case.contrast.direct.and_then(|direct| direct.phases.since_sent());
                let is_far = direct.is_some_and(|ended| ended > MUCH_LATER * case.contrast.gateway_seconds());
                let by_time = like_a_timeout(case);
                found.strength =
                    found.strength.max(if is_far { by_time.min(Strength::Likely) } else { by_time });
                Assessment::Found(found)
            }
            other => other,
        }
    }

    fn asks(&self, case: &Case<'_>) -> Vec<Ask> {
        let took = case.contrast.gateway_seconds();
        let is_cut = matches!(case.contrast.answer, Answer::Cut(_)) && took < QUICK;
        let outlasted = |direct: &Exchange| direct.end != End::TimedOut && sight(case, direct).is_some();
        let ask = case.contrast.direct.is_some_and(outlasted) && is_cut;
        ask.then(|| Ask::gateway(Experiment::Repeat)).into_iter().collect()
    }
}

fn sight(case: &Case<'_>, exchange: &Exchange) -> Option<Sighting> {
    let failed = case.contrast.failed();
    let ended = [StreamEnd::Fin, StreamEnd::Truncated, StreamEnd::Reset];
    let (place, until) = match cut_in_body(exchange, &[StreamEnd::Open], failed) {
        Some(place) => (place, String::new()),
        None => (
            cut_in_body(exchange, &ended, failed).filter(|_| outlasts(case, exchange))?,
            format!(
                "; after {} it ends the connection, after the gateway had given up",
                figures::seconds(exchange.phases.since_sent()?)
            ),
        ),
    };
    Some(of_cut(exchange, format!("The upstream falls silent {place}{until}.")).waited())
}
