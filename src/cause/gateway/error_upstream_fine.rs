//! The gateway answers with an error while the upstream answers the same request well.
//!
//! That much is seen; why is not. So this is named only where nothing better is, and never as a cause that is
//! established: what would settle it is part of the answer.

use super::upstream_is_fine;
use crate::cause::{About, Assessment, Case, Cause, Found};
use crate::contrast::Answer;
use crate::diagnosis::{Blame, Evidence, Place, Strength};
use crate::figures;
use crate::observation::{Exchange, Phase};
use crate::plan::{Experiment, Route};

static ABOUT: About = About {
    slug: "gateway-error-upstream-fine",
    error_type: None,
    phase: Phase::Wait,
    blame: Blame::Gateway,
    stated_as: &[],
    remedy: "Read the gateway's error log at this time: it names the address it tried and what it met there. Compare that address, the Host and the server name (SNI) with those used here.",
    page: include_str!("../pages/gateway-error-upstream-fine.md"),
};

/// The gateway fails, the upstream does not.
pub struct ErrorUpstreamFine;

/// A gateway that took longer than this (in seconds) is not asked again.
const QUICK: f64 = 3.0;

impl Cause for ErrorUpstreamFine {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        let Some(direct) = case.contrast.direct else {
            return Assessment::NotExamined("an --upstream to ask directly".to_owned());
        };
        if !upstream_is_fine(&case.contrast) {
            return Assessment::RuledOut("the upstream does not answer well itself".to_owned());
        }
        let Some(what) = failure(case, direct) else {
            return Assessment::RuledOut("the gateway gives what the upstream gives".to_owned());
        };
        let status = direct.status().unwrap_or_default();
        let mut evidence = vec![
            Evidence {
                exchange: case.seen.index_of(direct),
                place: Place::Exchange,
                text: format!(
                    "asked directly, the upstream answers {status}, complete and well-formed, within {}",
                    figures::seconds(direct.phases.since_sent().unwrap_or_default())
                ),
            },
            Evidence {
                exchange: case.seen.index_of(case.contrast.gateway),
                place: Place::Exchange,
                text: format!("the gateway took {}", figures::seconds(case.contrast.gateway_seconds())),
            },
        ];
        evidence.extend(varied(case));
        let open = if comes_and_goes(case) {
            "and it comes and goes: asked once more, one of them fares otherwise"
        } else {
            "why is not established"
        };
        Assessment::Found(Found {
            strength: Strength::Consistent,
            blame: ABOUT.blame,
            error_type: None,
            sentence: format!("{what} while the upstream, asked directly, answers {status}; {open}."),
            evidence,
        })
    }

    fn asks(&self, case: &Case<'_>) -> Vec<(Route, Experiment)> {
        let unexplained = case.contrast.direct.is_some_and(|direct| failure(case, direct).is_some())
            && upstream_is_fine(&case.contrast);
        if !unexplained {
            return Vec::new();
        }
        let mut asks = vec![(Route::Direct, Experiment::InHttp10)];
        if case.contrast.gateway_seconds() < QUICK {
            asks.push((Route::Gateway, Experiment::Repeat));
            asks.push((Route::Direct, Experiment::Repeat));
        }
        asks
    }
}

/// What the gateway did instead of passing the answer on; `None` if that is what it did.
fn failure(case: &Case<'_>, direct: &Exchange) -> Option<String> {
    // Statuses with which a gateway may well answer by its own rules.
    const POLICY: [u16; 4] = [401, 403, 407, 429];
    match case.contrast.answer {
        Answer::ServerError(status) => Some(format!("The gateway answers {status}")),
        Answer::NoTunnel(status) => Some(format!("The proxy answers CONNECT with {status}")),
        Answer::Nothing if case.contrast.gateway.is_tunnelled() => {
            Some("Through the proxy\u{2019}s tunnel there is no response".to_owned())
        }
        Answer::Nothing => Some("The gateway ends the connection without a response".to_owned()),
        Answer::Unreadable => Some("The gateway sends what is no HTTP response".to_owned()),
        Answer::Whole(status @ 400..=499) if direct.status().is_some_and(|direct| direct < 400) => {
            (!POLICY.contains(&status)).then(|| format!("The gateway answers {status}"))
        }
        Answer::Whole(_)
        | Answer::StillFlowing(_)
        | Answer::Cut(_)
        | Answer::Unreachable
        | Answer::Interrupted => None,
    }
}

/// Whether one of the routes fared otherwise when it was asked once more.
fn comes_and_goes(case: &Case<'_>) -> bool {
    let gateway = case.seen.of(Route::Gateway, Experiment::Repeat).next();
    let direct = case.direct_of(Experiment::Repeat);
    gateway.is_some_and(|again| Answer::of(again) != case.contrast.answer)
        || direct.is_some_and(|again| Some(Answer::of(again)) != case.contrast.direct_answer())
}

/// What the further experiments showed.
fn varied(case: &Case<'_>) -> Vec<Evidence> {
    let http10 = case.direct_of(Experiment::InHttp10).map(|exchange| {
        let text = match exchange.status() {
            Some(status) if exchange.is_complete() => format!("in HTTP/1.0 the upstream answers {status}"),
            _ => format!("in HTTP/1.0 the upstream does not answer: {}", exchange.end.name()),
        };
        (exchange, text)
    });
    let again = case.seen.of(Route::Gateway, Experiment::Repeat).next().map(|exchange| {
        let text = match exchange.status() {
            Some(status) => format!("asked once more, the gateway answers {status}"),
            None => format!("asked once more, the gateway does not answer: {}", exchange.end.name()),
        };
        (exchange, text)
    });
    let directly_again = case.direct_of(Experiment::Repeat).map(|exchange| {
        let text = match exchange.status() {
            Some(status) if exchange.is_complete() => {
                format!("asked once more, the upstream answers {status}")
            }
            _ => format!("asked once more, the upstream does not answer: {}", exchange.end.name()),
        };
        (exchange, text)
    });
    [http10, again, directly_again]
        .into_iter()
        .flatten()
        .map(|(exchange, text)| Evidence {
            exchange: case.seen.index_of(exchange),
            place: Place::Exchange,
            text,
        })
        .collect()
}
