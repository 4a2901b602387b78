//! The upstream does not answer as soon as the gateway wants.
//!
//! Two sights of it: the direct exchange hears nothing either until this side's limit; or it hears an answer,
//! later than the gateway gave up.

use crate::cause::sighting::Sighting;
use crate::cause::weigh::{SOONEST_TIMEOUT, weigh};
use crate::cause::{About, Assessment, Case, Cause, Found};
use crate::contrast::Answer;
use crate::diagnosis::{Blame, Evidence, Place, Strength};
use crate::figures;
use crate::observation::{End, Exchange, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "upstream-slow-first-byte",
    error_type: Some(ErrorType::ConnectionReadTimeout),
    phase: Phase::Wait,
    blame: Blame::Upstream,
    stated_as: &[ErrorType::ConnectionReadTimeout, ErrorType::HttpResponseTimeout],
    remedy: "Make the upstream answer sooner, or begin to; where it may take that long, raise the limit at every hop.",
    page: include_str!("../pages/upstream-slow-first-byte.md"),
};

/// The response does not begin in time.
pub struct SlowFirstByte;

impl Cause for SlowFirstByte {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        let assessment = weigh(self, case, |exchange| {
            never(exchange)
                .or_else(|| later_than_gateway(case, exchange))
                .or_else(|| drips_its_head(case, exchange))
        });
        match assessment {
            Assessment::Found(mut found) => {
                found.evidence.extend(limit(case));
                Assessment::Found(found)
            }
            // Without a direct exchange the gateway's own time is all there is.
            Assessment::NotExamined(needs) => {
                by_time(case).map_or(Assessment::NotExamined(needs), Assessment::Found)
            }
            other => other,
        }
    }
}

/// Nothing came until this side's limit, or a head that was not complete by then though its bytes kept coming.
fn never(exchange: &Exchange) -> Option<Sighting> {
    let waited = exchange.phases.since_sent().filter(|_| exchange.end == End::TimedOut)?;
    if exchange.was_still_flowing() && exchange.response().is_none() {
        let words = format!(
            "The upstream sends its response head so slowly that it is not complete after {}.",
            figures::seconds(waited)
        );
        return Some(Sighting::new(words).in_phase(Phase::Head, "bytes of the head kept coming").waited());
    }
    if exchange.has_bytes() {
        return None;
    }
    Some(
        Sighting::new(format!(
            "The upstream takes the request and sends no byte of a response within {}.",
            figures::seconds(waited)
        ))
        .in_phase(Phase::Wait, format!("nothing came for {}, then why502 gave up", figures::seconds(waited)))
        .waited(),
    )
}

/// The upstream answers, but only after the gateway gave up.
fn later_than_gateway(case: &Case<'_>, direct: &Exchange) -> Option<Sighting> {
    let gave_up = case.contrast.gateway_seconds();
    let gateway_late = case.contrast.failed()
        && case.contrast.answer != Answer::Unreachable
        && case.contrast.answer.status() != direct.status()
        && gave_up >= SOONEST_TIMEOUT;
    let sent = direct.phases.send?.end;
    let head = direct.response().and(direct.phases.head)?;
    let took = head.end - sent;
    // The gateway measures from a little later than this side does: allow for a twentieth.
    if !gateway_late || took < gave_up * 0.95 {
        return None;
    }
    let what = if direct.time_to_first_byte()? >= gave_up * 0.95 {
        "answers"
    } else {
        "completes its response head"
    };
    Some(
        Sighting::new(format!(
            "The upstream {what} only after {}; the gateway gave up after {}.",
            figures::seconds(took),
            figures::seconds(gave_up)
        ))
        .in_phase(
            Phase::Wait,
            format!("directly, the head of the response was there after {}", figures::seconds(took)),
        ),
    )
}

/// A head that takes longer than this (in seconds) from its first byte to its end does not come at one go.
const LONG_HEAD: f64 = 5.0;

/// The head of an answer that the client got all the same came drop by drop. Gateways that wait anew with every byte
/// let it pass; those with a limit for the head as a whole do not.
fn drips_its_head(case: &Case<'_>, direct: &Exchange) -> Option<Sighting> {
    let head = direct.response().and(direct.phases.head)?;
    let took = head.seconds();
    if case.contrast.failed() || took < LONG_HEAD {
        return None;
    }
    let words = format!(
        "The upstream sends its response head so slowly that it is complete only {} after its first byte.",
        figures::seconds(took)
    );
    Some(Sighting::new(words).in_phase(Phase::Head, "bytes of the head kept coming"))
}

/// What the gateway's elapsed time says of its limit.
fn limit(case: &Case<'_>) -> Option<Evidence> {
    let gave_up = case.contrast.gateway_seconds();
    if gave_up < SOONEST_TIMEOUT {
        return None;
    }
    let shown = figures::seconds(gave_up);
    let text = match named_limit(case, gave_up, Phase::Wait) {
        Some(named) => format!("the gateway gave up after {shown}: {named}"),
        None => format!(
            "the gateway gave up after {shown}: its limit is about that, or a fraction of it if it tried several times"
        ),
    };
    Some(Evidence { exchange: case.seen.index_of(case.contrast.gateway), place: Place::Exchange, text })
}

/// The default timeouts of the recognised gateway that fit a time, by name.
fn named_limit(case: &Case<'_>, seconds: f64, phase: Phase) -> Option<String> {
    let known = case.known?;
    let fits = |default: f64| (seconds - default).abs() <= (default * 0.02).max(0.5);
    let timeout = known
        .timeouts
        .iter()
        .find(|timeout| timeout.phases.contains(&phase) && timeout.default.is_some_and(fits))?;
    Some(format!("that is the default of {}\u{2019}s {}", known.title, timeout.directive))
}

/// A 504, or a gateway error at the very time of a default timeout.
fn by_time(case: &Case<'_>) -> Option<Found> {
    let gave_up = case.contrast.gateway_seconds();
    let Answer::ServerError(status) = case.contrast.answer else { return None };
    if gave_up < 1.0 {
        return None;
    }
    let named = named_limit(case, gave_up, Phase::Wait);
    if status != 504 && named.is_none() {
        return None;
    }
    let evidence = limit(case).into_iter().collect();
    Some(Found {
        strength: Strength::Consistent,
        blame: ABOUT.blame,
        error_type: None,
        sentence: format!(
            "The gateway answered {status} after {}: it waited for the upstream and gave up.",
            figures::seconds(gave_up)
        ),
        evidence,
    })
}
