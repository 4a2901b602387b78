//! The upstream's answer is valid, and the gateway spoils it.

use super::upstream_is_fine;
use crate::cause::{About, Assessment, Case, Cause, Found};
use crate::contrast::Answer;
use crate::diagnosis::{Blame, Evidence, Place, Strength};
use crate::observation::Phase;
use crate::proxy_status::ErrorType;
use crate::tolerance::{Spoiled, Spoiling, Treatment};

static ABOUT: About = About {
    slug: "gateway-mishandles-valid-response",
    error_type: Some(ErrorType::ProxyInternalError),
    phase: Phase::Head,
    blame: Blame::Gateway,
    stated_as: &[ErrorType::ProxyInternalError],
    remedy: "Update the gateway; until then keep the upstream from sending what it stumbles over.",
    page: include_str!("../pages/gateway-mishandles-valid-response.md"),
};

/// The gateway fails on something that HTTP allows.
pub struct MishandlesValidResponse;

impl Cause for MishandlesValidResponse {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        let Some(direct) = case.contrast.direct else {
            return Assessment::NotExamined("an --upstream to ask directly".to_owned());
        };
        if !case.contrast.failed() {
            return Assessment::RuledOut("the gateway passes the answer on".to_owned());
        }
        if case.contrast.gateway.tunnel().is_some() {
            return Assessment::RuledOut("a proxy does not read what goes through its tunnel".to_owned());
        }
        if !upstream_is_fine(&case.contrast) {
            return Assessment::RuledOut("the upstream's answer is not a valid one itself".to_owned());
        }
        if let Some((known, spoiling)) = case.known.zip(spoiling(case)) {
            let sentence =
                format!("The upstream's answer is valid; {} spoils it: {}", known.title, spoiling.sentence);
            let text = format!("measured with {}", spoiling.measured_with);
            // It may be set up to let it pass.
            let passes = spoiling.treatments.contains(&Treatment::Passes);
            let strength = if passes { Strength::Consistent } else { Strength::Likely };
            return found(case, strength, sentence, &text);
        }
        if Spoiled::Interim.is_in(direct) && passed_on_interim_alone(case) {
            return found(
                case,
                Strength::Likely,
                "The gateway passes the upstream's interim response on and never the final one, which is valid."
                    .to_owned(),
                "asked directly, the upstream sends an interim response and then the final one",
            );
        }
        Assessment::RuledOut(
            "what the gateway does is not what it is known to do to valid responses".to_owned(),
        )
    }
}

/// What of the upstream's valid answer the gateway is known to treat as it did.
#[must_use]
pub fn spoiling(case: &Case<'_>) -> Option<&'static Spoiling> {
    let direct = case.contrast.direct?;
    let has = |what: Spoiled| what.broken_rule().is_none() && what.is_in(direct);
    let comes = |spoiling: &Spoiling| {
        spoiling.treatments.iter().any(|&treatment| comes_of(case.contrast.answer, treatment))
    };
    case.known?.spoils.iter().find(|spoiling| has(spoiling.what) && comes(spoiling))
}

/// Whether the client's side of a treatment is what it got.
fn comes_of(answer: Answer, treatment: Treatment) -> bool {
    match treatment {
        Treatment::Refuses(status) | Treatment::WaitsThen(status) => answer == Answer::ServerError(status),
        Treatment::Closes => answer == Answer::Nothing,
        Treatment::Cuts => matches!(answer, Answer::Cut(_) | Answer::Nothing),
        Treatment::Raw => answer == Answer::Unreadable,
        Treatment::Passes | Treatment::Repairs => false,
    }
}

/// Whether an interim response came through the gateway, and then the end.
fn passed_on_interim_alone(case: &Case<'_>) -> bool {
    case.contrast.answer == Answer::Nothing
        && case.contrast.gateway.reading.as_ref().is_some_and(|reading| reading.interim().next().is_some())
}

fn found(case: &Case<'_>, strength: Strength, sentence: String, text: &str) -> Assessment {
    let direct = case.contrast.direct.map_or(0, |direct| case.seen.index_of(direct));
    Assessment::Found(Found {
        strength,
        blame: ABOUT.blame,
        error_type: None,
        sentence,
        evidence: vec![Evidence {
            exchange: direct,
            place: Place::Phase { phase: Phase::Head },
            text: text.to_owned(),
        }],
    })
}
