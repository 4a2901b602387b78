//! The upstream's answer is whole; through the gateway it is cut short.

use super::{is_whole_but_for, upstream_is_fine};
use crate::cause::fit::ANOTHER_BODY;
use crate::cause::{AGAINST, About, Ask, Assessment, Case, Cause, Found, QUICK};
use crate::contrast::{Answer, Contrast};
use crate::diagnosis::{Blame, Evidence, Place, Strength};
use crate::figures;
use crate::http1::{DefectCode, DefectKind};
use crate::observation::{End, Exchange, Phase};
use crate::plan::Experiment;

static ABOUT: About = About {
    slug: "gateway-cuts-response",
    error_type: None,
    phase: Phase::Body,
    blame: Blame::Gateway,
    stated_as: &[],
    remedy: "Look for a limit on time or size at the gateway, and for its log line at this time.",
    page: include_str!("../pages/gateway-cuts-response.md"),
};

/// The gateway does not pass the whole body on.
pub struct CutsResponse;

impl Cause for CutsResponse {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        let Answer::Cut(_) = case.contrast.answer else {
            let ruled_out = || Assessment::RuledOut("the gateway's response is not cut short".to_owned());
            return beginning(case).map_or_else(ruled_out, |sizes| passed_off_as_whole(case, &sizes));
        };
        if case.contrast.direct.is_none() {
            return cut_without_direct(case);
        }
        if !is_whole_but_for(&case.contrast, is_of_the_head) {
            return Assessment::RuledOut("the upstream's own answer is not whole and valid".to_owned());
        }
        let length = |exchange: &Exchange| exchange.reading.as_ref().map_or(0, |reading| reading.body.length);
        let (through, direct) = (length(case.contrast.gateway), case.contrast.direct.map_or(0, length));
        if through > direct
            || case.contrast.direct.and_then(Exchange::status) != case.contrast.answer.status()
        {
            return Assessment::RuledOut(
                "the two responses cannot be compared: they are different ones".to_owned(),
            );
        }
        let after = figures::seconds(case.contrast.gateway_seconds());
        let sizes =
            format!("{} came through it, {} directly", figures::bytes(through), figures::bytes(direct));
        let (sentence, how) = if case.contrast.gateway.end == End::TimedOut {
            (
                format!("Through the gateway the response stalls: {sizes}."),
                format!(
                    "nothing more came through it until why502 stopped listening, {after} after its request"
                ),
            )
        } else {
            (
                format!("The gateway cuts the response short: {sizes}."),
                format!("it ended after {after}, before the response was complete"),
            )
        };
        let mut found = Found {
            strength: Strength::Likely,
            blame: ABOUT.blame,
            error_type: None,
            sentence,
            evidence: vec![evidence(case, how)],
        };
        found.evidence.extend(pauses(case));
        let against = if !case.contrast.begin_alike() {
            Some(ANOTHER_BODY)
        } else if case.contrast.gateway_seconds() > QUICK && pauses(case).is_none() {
            Some("it was met once: the upstream may cut it now and then")
        } else {
            None
        };
        if let Some(against) = against {
            found.strength = Strength::Consistent;
            found.blame = Blame::None;
            found.evidence.push(evidence(case, format!("{AGAINST}{against}")));
        }
        if comes_and_goes(case) {
            found.strength = Strength::Consistent;
            found.blame = Blame::None;
            found.sentence = format!(
                "The response is cut short through the gateway ({sizes}), and it comes and goes: asked again, one of \
                 the routes fares otherwise."
            );
        }
        Assessment::Found(found)
    }

    /// One that is cut now and then may be cut by the upstream, and the direct request have been lucky. Not strictly in
    /// turn, so that nothing that comes regularly fits.
    fn asks(&self, case: &Case<'_>) -> Vec<Ask> {
        if beginning(case).is_some() && case.contrast.gateway_seconds() < QUICK {
            return vec![Ask::direct(Experiment::Repeat), Ask::gateway(Experiment::Repeat)];
        }
        let is_met = matches!(self.assess(case), Assessment::Found(_)) && case.contrast.direct.is_some();
        if !is_met || case.contrast.gateway_seconds() > QUICK {
            return Vec::new();
        }
        let (gateway, direct) = (Ask::gateway(Experiment::Repeat), Ask::direct(Experiment::Repeat));
        vec![direct.clone(), gateway.clone(), gateway, direct]
    }
}

/// Where the gateway's whole 200 has only the beginning of the upstream's body, or nothing of it, and yet says that it is
/// the same: how much of how much. Without that it can be another answer: a health check of the gateway's own, an older
/// state of a cache, a page that is another one for those who come through a gateway.
fn beginning(case: &Case<'_>) -> Option<String> {
    let direct = case.contrast.direct.filter(|_| upstream_is_fine(&case.contrast))?;
    let (through, whole) = case.contrast.beginning()?;
    let is_comparable = Answer::of(case.contrast.gateway) == Answer::Whole(200)
        && Answer::of(direct) == Answer::Whole(200)
        && case.seen.request.method == "GET";
    let says_the_same = has_same_validator(case.contrast.gateway, direct);
    (is_comparable && says_the_same)
        .then(|| format!("{} of {}", figures::bytes(through), figures::bytes(whole)))
}

/// Whether both responses say of which state of the resource they are, and it is the same one (RFC 9110 section 8.8).
/// A weak entity tag allows for other bytes, and `Last-Modified` for those of a second.
fn has_same_validator(one: &Exchange, other: &Exchange) -> bool {
    let tag = |exchange: &Exchange| exchange.response()?.text("etag").map(str::to_owned);
    tag(one).is_some_and(|own| !own.starts_with("W/") && tag(other).as_ref() == Some(&own))
}

/// The same once more over both routes tells pages that are made anew each time from one that loses its end.
fn passed_off_as_whole(case: &Case<'_>, sizes: &str) -> Assessment {
    let direct = case.direct_of(Experiment::Repeat);
    let through = case.gateway_again().next();
    let (Some(direct), Some(through)) = (direct, through) else {
        return Assessment::NotExamined("the same requests once more".to_owned());
    };
    let is_constant = Contrast::new(through, Some(case.contrast.gateway)).same_body()
        && case.contrast.direct.is_some_and(|first| Contrast::new(direct, Some(first)).same_body());
    if !is_constant {
        return Assessment::RuledOut("the body is another one each time".to_owned());
    }
    Assessment::Met(Found {
        // It may lose the rest itself, or be sent no more: it does not ask as the client does.
        strength: Strength::Consistent,
        blame: Blame::None,
        error_type: None,
        sentence: format!(
            "The gateway gives only the beginning ({sizes}) of what the upstream sends directly, as a whole response, each \
             time: it loses the rest, or it asks in a way that gets less."
        ),
        evidence: vec![evidence(case, "nothing tells the client that there is more".to_owned())],
    })
}

/// What a gateway that passed the head on took no offence at, and what does not mislead about the end of the body.
fn is_of_the_head(code: DefectCode) -> bool {
    matches!(code.kind(), DefectKind::StatusLine | DefectKind::Field | DefectKind::Extra)
        || code == DefectCode::ContentLengthRepeated
}

/// Whether one of the routes fared otherwise when they were asked again.
fn comes_and_goes(case: &Case<'_>) -> bool {
    let mut through = case.gateway_again();
    let mut direct = case.all_direct_of(Experiment::Repeat);
    through.any(|again| !matches!(Answer::of(again), Answer::Cut(_)))
        || direct.any(|again| !Answer::of(again).is_whole())
}

/// A long silence within the direct response: what a gateway with less patience cuts.
fn pauses(case: &Case<'_>) -> Option<Evidence> {
    let direct = case.contrast.direct?;
    let gap = direct.longest_gap.filter(|&gap| gap >= LONG_GAP)?;
    let text = format!("directly, the longest pause within the response was {}", figures::seconds(gap));
    let place = Place::Phase { phase: Phase::Body };
    Some(Evidence { exchange: case.seen.index_of(direct), place, text })
}

/// A silence (in seconds) that is worth a word.
const LONG_GAP: f64 = 0.5;

/// Only the gateway was asked: that its response is cut short is seen, whose fault it is is not.
fn cut_without_direct(case: &Case<'_>) -> Assessment {
    let text =
        case.contrast.gateway.reading.as_ref().and_then(|reading| reading.defects.first()).map_or_else(
            || "the response ended before it was complete".to_owned(),
            |defect| defect.text.clone(),
        );
    Assessment::Found(Found {
        strength: Strength::Consistent,
        blame: Blame::None,
        error_type: None,
        sentence: "The response is cut short; whether by the gateway or by the upstream is not known."
            .to_owned(),
        evidence: vec![evidence(case, text)],
    })
}

fn evidence(case: &Case<'_>, text: String) -> Evidence {
    let exchange = case.seen.index_of(case.contrast.gateway);
    Evidence { exchange, place: Place::Phase { phase: Phase::Body }, text }
}
