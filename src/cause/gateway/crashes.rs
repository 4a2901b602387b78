//! The gateway ends over a response that it should have refused.
//!
//! From outside a crash is a close without a byte, and so is a close on purpose. What tells them apart is whether
//! anybody is there afterwards: so the same request is sent once more. A program that is started again at once, or whose
//! workers are, takes that too; then it stays a candidate beside the defect that it met.

use std::time::Duration;

use crate::cause::sighting::after_colon;
use crate::cause::{About, Ask, Assessment, Case, Cause, Found};
use crate::contrast::Answer;
use crate::diagnosis::{Blame, Evidence, Place, Strength};
use crate::figures;
use crate::http1::{Defect, DefectKind};
use crate::observation::{End, Exchange, Phase};
use crate::plan::{Experiment, Pace};

static ABOUT: About = About {
    slug: "gateway-crashes",
    error_type: None,
    phase: Phase::Head,
    blame: Blame::Gateway,
    stated_as: &[],
    remedy: "Update the gateway: no response may bring it down. Look into its error log and for a core dump at this time (a failed assertion, signal 6 or 11, a worker that was started again), and report it to its makers with a recording (--record). Until then the correction at the upstream is what helps.",
    page: include_str!("../pages/gateway-crashes.md"),
};

/// The gateway closes without a byte over a response with a defect.
pub struct Crashes;

impl Cause for Crashes {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        let Some(direct) = case.contrast.direct else {
            return Assessment::NotExamined("an --upstream to ask directly".to_owned());
        };
        let gateway = case.contrast.gateway;
        if !gives_nothing(case, gateway) {
            return Assessment::RuledOut("the gateway does not end the connection without a byte".to_owned());
        }
        let Some(defect) = defect(direct) else {
            return Assessment::RuledOut(
                "the upstream's own answer has no defect that a gateway could stumble over".to_owned(),
            );
        };
        let Some(again) = case.gateway_again().next() else {
            return Assessment::NotExamined("the same request through the gateway once more".to_owned());
        };
        let (strength, sentence, text) = if again.end == End::Refused {
            let sentence = format!(
                "The gateway crashes over the upstream's response: it took the request, ended the connection \
                 without a byte, and since then nothing accepts connections at {}.",
                again.connects.first().map_or(gateway.url.as_str(), |attempt| attempt.address.as_str())
            );
            (Strength::Likely, sentence, "asked once more, the connection is refused")
        } else if gives_nothing(case, again) {
            let sentence = "The gateway ends the connection without a byte each time it meets this response: it \
                            crashes over it and is started again, or it hangs up on purpose where it should \
                            answer 502.";
            (Strength::Consistent, sentence.to_owned(), "asked once more, it ends without a byte again")
        } else {
            return Assessment::RuledOut("asked once more, the gateway fares otherwise".to_owned());
        };
        let given = Evidence {
            exchange: case.seen.index_of(direct),
            place: Place::Bytes { offset: defect.offset, length: defect.length },
            text: format!("what it was given: {}", after_colon(&defect.text)),
        };
        let evidence = vec![closed(case, gateway), after(case, again, text), given];
        Assessment::Found(Found { strength, blame: ABOUT.blame, error_type: None, sentence, evidence })
    }

    fn asks(&self, case: &Case<'_>) -> Vec<Ask> {
        let in_question = gives_nothing(case, case.contrast.gateway)
            && case.contrast.direct.is_some_and(|direct| defect(direct).is_some());
        // A program takes a while to end; until then its socket takes connections.
        let pace = Pace { pause: Duration::from_millis(500), ..Pace::default() };
        if in_question { vec![Ask { pace, ..Ask::gateway(Experiment::Repeat) }] } else { Vec::new() }
    }
}

/// Whether the connection ended, by no doing of this side, before a byte of a response came.
fn gives_nothing(case: &Case<'_>, exchange: &Exchange) -> bool {
    Answer::of(exchange) == Answer::Nothing
        && !exchange.has_bytes()
        && case.contrast.gateway.tunnel().is_none()
        && matches!(exchange.end, End::Closed | End::Reset)
}

/// The first defect that a parser could stumble over. A cut, and content that cannot be decoded, are none: to hang up
/// over these is usual.
fn defect(direct: &Exchange) -> Option<&Defect> {
    let mut defects = direct.reading.iter().flat_map(|reading| &reading.defects);
    defects.find(|defect| !matches!(defect.code.kind(), DefectKind::Cut | DefectKind::ContentCoding))
}

fn closed(case: &Case<'_>, gateway: &Exchange) -> Evidence {
    let took = figures::precise_seconds(case.contrast.gateway_seconds());
    Evidence {
        exchange: case.seen.index_of(gateway),
        place: Place::Phase { phase: gateway.ended_in },
        text: format!(
            "the gateway took the request, and {took} later the connection was {}",
            gateway.end.name()
        ),
    }
}

fn after(case: &Case<'_>, again: &Exchange, text: &str) -> Evidence {
    Evidence { exchange: case.seen.index_of(again), place: Place::Exchange, text: text.to_owned() }
}
