//! The gateway answers with an error while the upstream answers the same request well.
//!
//! That much is seen; why is not. So this is named only where nothing better is, and never as a cause that is
//! established: what would settle it is part of the answer.

use super::upstream_is_fine_enough;
use crate::cause::asked::answers_so_too;
use crate::cause::{About, Assessment, Case, Cause, Found, again};
use crate::contrast::Answer;
use crate::diagnosis::{Blame, Evidence, Place, Strength};
use crate::figures;
use crate::observation::{Exchange, Phase};
use crate::plan::Experiment;

static ABOUT: About = About {
    slug: "gateway-error-upstream-fine",
    error_type: None,
    phase: Phase::Wait,
    blame: Blame::Gateway,
    stated_as: &[],
    // What would settle it depends on the gateway: see `diagnosis::settle`.
    remedy: "",
    page: include_str!("../pages/gateway-error-upstream-fine.md"),
};

/// The gateway fails, the upstream does not.
pub struct ErrorUpstreamFine;

impl Cause for ErrorUpstreamFine {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        let Some(direct) = case.contrast.direct else {
            return Assessment::NotExamined("an --upstream to ask directly".to_owned());
        };
        if !upstream_is_fine_enough(case) {
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
                    "asked directly, the upstream answers {status}, complete and {}, within {}",
                    match case.contrast.answer {
                        _ if super::upstream_is_fine(&case.contrast) => "well-formed",
                        Answer::Whole(_) => "with no defect that would be answered so",
                        _ => "with no defect that this gateway minds",
                    },
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
        let open = if again::gateway_answers(case)
            && case.gateway_fared_otherwise()
            && again::were_at_once(&case.contrast)
        {
            "asked once more, alone, the gateway answers too: the upstream cannot serve two requests at once \
             (--sequential makes one after the other), or it comes and goes"
                .to_owned()
        } else if comes_and_goes(case) {
            "and it comes and goes: asked once more, one of them fares otherwise".to_owned()
        } else if let Some(so_too) = answers_so_too(case) {
            format!("{so_too}: whether that is what the gateway got is not established")
        } else {
            "why is not established".to_owned()
        };
        let limit = case
            .known
            .and_then(|known| Some((known.title, known.refusal?)))
            .filter(|_| status < 400 && matches!(case.contrast.answer, Answer::Whole(_)));
        let sentence = match (limit, case.contrast.answer) {
            (Some((title, limit)), Answer::Whole(refused)) => format!(
                "The {refused} is {title}'s own: it refuses the request, commonly because {}. Asked directly, the \
                 upstream answers {status}.",
                limit.because()
            ),
            _ => format!("{what} while the upstream, asked directly, answers {status}; {open}."),
        };
        let found = Found {
            strength: Strength::Consistent,
            // Whose fault it is is just what is not known.
            blame: Blame::None,
            error_type: None,
            sentence,
            evidence,
        };
        if (is_trouble(case.contrast.answer) || drops_an_upgrade(case.contrast.answer, direct))
            && limit.is_none()
        {
            Assessment::Found(found)
        } else {
            Assessment::Met(found)
        }
    }
}

/// What the gateway did instead of passing the answer on; `None` if that is what it did.
pub(in crate::cause) fn failure(case: &Case<'_>, direct: &Exchange) -> Option<String> {
    match case.contrast.answer {
        Answer::ServerError(status) => Some(format!("The gateway answers {status}")),
        Answer::NoTunnel(status) => Some(format!("The proxy answers CONNECT with {status}")),
        Answer::Nothing if case.contrast.gateway.is_tunnelled() => {
            Some("Through the proxy\u{2019}s tunnel there is no response".to_owned())
        }
        Answer::Nothing => Some("The gateway ends the connection without a response".to_owned()),
        Answer::Unreadable => Some("The gateway sends what is no HTTP response".to_owned()),
        Answer::Cut(status) => Some(format!("The gateway's {status} is cut short")),
        Answer::Whole(status) if direct.status().is_some_and(|direct| direct < 400) => {
            let is_worse = refuses(status) || drops_an_upgrade(case.contrast.answer, direct);
            is_worse.then(|| format!("The gateway answers {status}"))
        }
        Answer::Whole(_)
        | Answer::StillFlowing(_)
        | Answer::StillWaiting
        | Answer::Unreachable
        | Answer::Interrupted => None,
    }
}

/// Client errors with which a gateway answers by its rules for paths, methods, sizes and the like.
fn refuses(status: u16) -> bool {
    // 401, 403, 407 and 429 are so usual at a gateway that they are not even remarkable.
    matches!(status, 400 | 404..=406 | 408..=428 | 430..=499)
}

/// Whether the upstream changes the protocol, as it was asked to (RFC 9110 section 15.2.2), and the gateway answers otherwise, not
/// by asking who the client is or sending it elsewhere.
fn drops_an_upgrade(answer: Answer, direct: &Exchange) -> bool {
    let is_rule = |status| matches!(status, 101 | 300..=399 | 401 | 407 | 429);
    direct.status() == Some(101) && matches!(answer, Answer::Whole(status) if !is_rule(status))
}

/// Client errors that say that the gateway itself could not make sense of something, rather than that it has a rule.
fn is_trouble(answer: Answer) -> bool {
    !matches!(answer, Answer::Whole(status) if !matches!(status, 400 | 408 | 426 | 431))
}

/// Whether one of the routes fared otherwise when it was asked once more.
fn comes_and_goes(case: &Case<'_>) -> bool {
    let direct = case.direct_of(Experiment::Repeat);
    case.gateway_fared_otherwise()
        || direct.is_some_and(|again| Some(Answer::of(again)) != case.contrast.direct_answer())
}

/// What the further experiments showed.
fn varied(case: &Case<'_>) -> Vec<Evidence> {
    let dressed = case.all_direct_of(Experiment::AsGateway).filter_map(|exchange| {
        // The parts of a guise say nothing more here.
        let guise = exchange.guise.as_ref().filter(|guise| guise.name.is_some())?.words();
        Some((exchange, format!("asked {guise}, the upstream {}", what_came(exchange))))
    });
    let again = case.gateway_again().map(|exchange| {
        let text = match exchange.status() {
            Some(status) => format!("asked once more, the gateway answers {status}"),
            None => format!("asked once more, the gateway does not answer: {}", exchange.end.name()),
        };
        (exchange, text)
    });
    let directly_again = case
        .direct_of(Experiment::Repeat)
        .map(|exchange| (exchange, format!("asked once more, the upstream {}", what_came(exchange))));
    dressed
        .chain(again)
        .chain(directly_again)
        .map(|(exchange, text)| Evidence {
            exchange: case.seen.index_of(exchange),
            place: Place::Exchange,
            text,
        })
        .collect()
}

/// What an upstream did, as the rest of a sentence.
fn what_came(exchange: &Exchange) -> String {
    match exchange.status() {
        Some(status) if exchange.is_complete() => format!("answers {status}"),
        _ => format!("does not answer: {}", exchange.end.name()),
    }
}
