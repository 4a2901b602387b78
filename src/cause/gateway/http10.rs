//! The gateway asks in HTTP/1.0, and the upstream does not take that.

use super::upstream_is_fine_enough;
use crate::cause::{About, Assessment, Case, Cause, Found};
use crate::contrast::Answer;
use crate::diagnosis::{Blame, Evidence, Place, Strength};
use crate::observation::{End, Exchange, Phase};
use crate::plan::{Experiment, Route};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "upstream-refuses-http10",
    error_type: None,
    phase: Phase::Wait,
    blame: Blame::Gateway,
    stated_as: &[],
    remedy: "Let the gateway ask in HTTP/1.1, or let the upstream take HTTP/1.0.",
    page: include_str!("../pages/upstream-refuses-http10.md"),
};

/// The upstream answers in HTTP/1.1 and not in HTTP/1.0.
pub struct RefusesHttp10;

impl Cause for RefusesHttp10 {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        let Some(old) = case.direct_of(Experiment::InHttp10) else {
            return Assessment::NotExamined(
                "a direct request in HTTP/1.0; it is made where the gateway fails and the upstream does not"
                    .to_owned(),
            );
        };
        if case.contrast.gateway.tunnel().is_some() {
            return Assessment::RuledOut("a proxy does not ask for itself through its tunnel".to_owned());
        }
        if !upstream_is_fine_enough(case) {
            return Assessment::RuledOut("the upstream does not answer well in HTTP/1.1 either".to_owned());
        }
        let Some((words, error_type)) = refused(case, old) else {
            return Assessment::RuledOut(
                "the upstream answers in HTTP/1.0 too, or fails otherwise".to_owned(),
            );
        };
        Assessment::Found(Found {
            // In which version this gateway asks is not seen from here.
            strength: Strength::Likely,
            blame: ABOUT.blame,
            error_type,
            sentence: format!(
                "The upstream answers well in HTTP/1.1, and in HTTP/1.0 it {words}; the gateway fares as if it asked in HTTP/1.0."
            ),
            evidence: vec![Evidence {
                exchange: case.seen.index_of(old),
                place: Place::Phase { phase: old.ended_in },
                text: format!("asked directly in HTTP/1.0, the upstream {words}"),
            }],
        })
    }
}

/// How the upstream refused HTTP/1.0, if that is how the gateway fares too.
fn refused(case: &Case<'_>, old: &Exchange) -> Option<(String, Option<ErrorType>)> {
    // One failure can be chance: the gateway must have failed again, and the upstream answered again.
    if !fails_again(case) {
        return None;
    }
    match (Answer::of(old), case.contrast.answer) {
        // 426 (Upgrade Required) and 505 (HTTP Version Not Supported) say so themselves.
        (Answer::Whole(status @ 426) | Answer::ServerError(status @ 505), through)
            if through.status() == Some(status) =>
        {
            Some((format!("answers {status}"), None))
        }
        // Who does not want a request closes; a reset is seldom meant.
        (Answer::Nothing, Answer::ServerError(_) | Answer::Nothing) if old.end == End::Closed => {
            Some(("ends the connection without a response".to_owned(), Some(ErrorType::ConnectionTerminated)))
        }
        _ => None,
    }
}

/// Whether the gateway, asked once more, fared as it did the first time, and the upstream well again.
fn fails_again(case: &Case<'_>) -> bool {
    let gateway = case.seen.of(Route::Gateway, Experiment::Repeat).next();
    let direct = case.direct_of(Experiment::Repeat);
    gateway.is_some_and(|again| Answer::of(again) == case.contrast.answer)
        && direct.is_some_and(|again| Answer::of(again).is_whole())
}
