//! The upstream does not answer as soon as the gateway wants.
//!
//! Two sights of it: the direct exchange hears nothing either until this side's limit; or it hears an answer,
//! later than the gateway gave up.

use std::time::Duration;

use crate::cause::fit::SOONEST_TIMEOUT;
use crate::cause::outlasted::{like_a_timeout, outlasts};
use crate::cause::sighting::Sighting;
use crate::cause::weigh::weigh;
use crate::cause::{About, Ask, Assessment, Case, Cause, Found, QUICK};
use crate::cause::{again, limits};
use crate::contrast::Answer;
use crate::diagnosis::{Blame, Place, Strength};
use crate::figures;
use crate::http1::DefectCode;
use crate::observation::{End, Exchange, Phase};
use crate::plan::{Experiment, Pace};
use crate::proxy_status::ErrorType;
use crate::tolerance::Attempts;

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

/// The limit (in seconds) where the direct request may have stood in the gateway's way.
const PATIENT: f64 = 30.0;

impl Cause for SlowFirstByte {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        let sight = |exchange: &Exchange| {
            never(case, exchange)
                .or_else(|| silent_to_its_end(case, exchange))
                .or_else(|| later_than_gateway(case, exchange))
                .or_else(|| about_as_long(case, exchange))
                .or_else(|| drips_its_head(case, exchange))
        };
        match weigh(self, case, sight) {
            Assessment::Found(mut found) if found.evidence.iter().any(|piece| piece.place == WAITED) => {
                if let Some(direct) =
                    case.contrast.direct.filter(|direct| is_only_about_as_long(case, direct))
                {
                    found.strength = found.strength.max(is_as_long(case, direct));
                }
                found.strength = found.strength.max(like_a_timeout(case));
                if again::gateway_answers(case) {
                    found.strength = Strength::Consistent;
                }
                Assessment::Found(found)
            }
            // Without a direct exchange the gateway's own time is all there is.
            Assessment::NotExamined(needs) => {
                by_time(case).map_or(Assessment::NotExamined(needs), Assessment::Found)
            }
            other => other,
        }
    }

    fn asks(&self, case: &Case<'_>) -> Vec<Ask> {
        let took = case.contrast.gateway_seconds();
        let Some(direct) = case.contrast.direct.filter(|_| took >= SOONEST_TIMEOUT) else {
            return Vec::new();
        };
        let slow = never(case, direct)
            .or_else(|| silent_to_its_end(case, direct))
            .or_else(|| later_than_gateway(case, direct))
            .is_some();
        // One that takes its time may have kept the gateway waiting because it was asked directly as well.
        let is_late = direct.time_to_first_byte().is_some_and(|first| first >= LATE);
        let in_the_way = is_late && case.contrast.failed() && again::were_at_once(&case.contrast);
        if slow && took < QUICK || in_the_way && took < PATIENT {
            // What was asked for before, and is not waited for any more, keeps such an upstream busy for a while.
            let pause = direct.time_to_first_byte().filter(|_| in_the_way).unwrap_or_default();
            let pace = Pace {
                pause: Duration::from_secs_f64(pause * 1.1),
                patience: Duration::from_secs_f64(took * 1.2 + 1.0),
            };
            vec![Ask { pace, ..Ask::gateway(Experiment::Repeat) }]
        } else {
            Vec::new()
        }
    }
}

/// Gateways use one word for both.
const WAITS: &[ErrorType] = &[ErrorType::ConnectionReadTimeout, ErrorType::HttpResponseTimeout];

/// Where the evidence of a long wait points.
const WAITED: Place = Place::Phase { phase: Phase::Wait };

/// Nothing came until this side's limit, or a head that was not complete by then though its bytes kept coming, one
/// by one.
fn never(case: &Case<'_>, exchange: &Exchange) -> Option<Sighting> {
    // Where the gateway was still waiting too, it is this side that was impatient.
    let waited = exchange.phases.since_sent().filter(|_| exchange.end == End::TimedOut)?;
    if case.contrast.answer == Answer::StillWaiting {
        return None;
    }
    if exchange.was_still_flowing() && exchange.response().is_none() {
        let words = format!(
            "The upstream sends its response head so slowly that it is not complete after {}.",
            figures::seconds(waited)
        );
        return trickles(exchange).then(|| {
            Sighting::new(words)
                .in_phase(Phase::Wait, "bytes of the head kept coming, few at a time")
                .of_type(ErrorType::HttpResponseTimeout)
                .met_also_as(WAITS)
                .waited()
        });
    }
    if exchange.has_bytes() || !exchange.reached_peer() {
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

/// Nothing came until the upstream ended the connection, after the gateway had given up.
fn silent_to_its_end(case: &Case<'_>, exchange: &Exchange) -> Option<Sighting> {
    let ended = matches!(exchange.end, End::Closed | End::Reset) && exchange.reached_peer();
    let waited = exchange.phases.since_sent().filter(|_| ended && !exchange.has_bytes())?;
    outlasts(case, exchange).then(|| {
        let waited = figures::seconds(waited);
        Sighting::new(format!(
            "The upstream takes the request and sends no byte of a response; after {waited} it ends the connection, \
             after the gateway had given up."
        ))
        .in_phase(Phase::Wait, format!("nothing came for {waited}, then the connection ended"))
        .waited()
    })
}

/// Whether a head comes slowly rather than without end.
fn trickles(exchange: &Exchange) -> bool {
    exchange.reading.as_ref().is_some_and(|reading| {
        reading.received < 64 * 1024
            && reading.defects.iter().all(|defect| defect.code != DefectCode::InterimTooMany)
    })
}

/// The upstream answers, but clearly after the gateway gave up, and in a way in which a timeout shows. (Equal times
/// on both routes are how things are where a gateway passes on what it gets.)
fn later_than_gateway(case: &Case<'_>, direct: &Exchange) -> Option<Sighting> {
    let gave_up = case.contrast.gateway_seconds();
    let took = comes_later(case, direct)?;
    // RFC 9209 tells a connection on which nothing comes from a response that is not whole in time.
    let (what, error_type) = if direct.time_to_first_byte()? > gave_up {
        ("answers", ErrorType::ConnectionReadTimeout)
    } else {
        ("completes its response head", ErrorType::HttpResponseTimeout)
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
        )
        .of_type(error_type)
        .met_also_as(WAITS)
        .waited(),
    )
}

/// How long the upstream took to send the head of its response, in seconds, where that is clearly longer than the gateway
/// waited, which fails as a gateway does that runs into a timeout.
pub(in crate::cause) fn comes_later(case: &Case<'_>, direct: &Exchange) -> Option<f64> {
    let gave_up = case.contrast.gateway_seconds();
    let shows_a_timeout = match case.contrast.answer {
        // A page of the administrator's own under a 504 is no less a timeout.
        Answer::ServerError(504) | Answer::Nothing => true,
        // Nor is it under the status that this gateway is known to give to one, as Apache httpd does with 502.
        Answer::ServerError(status @ (502 | 503)) => case.known.is_none_or(|known| {
            known.answers_a_wait_with(status) || known.own_error && known.tolerance.rules.is_empty()
        }),
        _ => false,
    };
    let sent = direct.phases.send?.end;
    let head = direct.response().and(direct.phases.head)?;
    let took = head.end - sent;
    let is_later = took >= gave_up + (gave_up * 0.1).clamp(0.15, 1.0);
    (shows_a_timeout && gave_up >= SOONEST_TIMEOUT && is_later).then_some(took)
}

/// Sooner than this (in seconds), a first byte is not called late.
const LATE: f64 = 1.0;

/// The upstream answers before the gateway gave up, and yet may have been too late: the gateway says that it waited in
/// vain, and either tried several times, for less than that each, or gave up at about that time (timers are coarse, and
/// no two answers take the same time).
fn about_as_long(case: &Case<'_>, direct: &Exchange) -> Option<Sighting> {
    let gave_up = case.contrast.gateway_seconds();
    let took = direct.time_to_first_byte()?;
    if took < LATE
        || case.contrast.answer != Answer::ServerError(504)
        || !case.known?.own_error
        || again::gateway_answers(case)
    {
        return None;
    }
    let retries = case.known.and_then(|known| known.retries_in(Phase::Wait));
    let attempts = retries.and_then(|retries| match retries.attempts {
        Attempts::AtMost(most) => Some((most, retries.directive)),
        Attempts::OneForEachServer => None,
    });
    let words = match attempts {
        Some((most, directive)) if took > gave_up / f64::from(most) * 1.1 && took < gave_up * 0.8 => format!(
            "the gateway gave up after {}, which may be {most} attempts of {} each ({directive})",
            figures::seconds(gave_up),
            figures::seconds(gave_up / f64::from(most))
        ),
        _ if (0.7..=1.4).contains(&(took / gave_up)) => {
            format!(
                "that is about as long as the gateway waited before it gave up ({})",
                figures::seconds(gave_up)
            )
        }
        _ => return None,
    };
    Some(
        Sighting::new(format!("The upstream answers only after {}; {words}.", figures::seconds(took)))
            .in_phase(
                Phase::Wait,
                format!(
                    "directly, the first byte of the response was there after {}",
                    figures::seconds(took)
                ),
            )
            .met_also_as(WAITS)
            .waited(),
    )
}

fn is_only_about_as_long(case: &Case<'_>, direct: &Exchange) -> bool {
    later_than_gateway(case, direct).is_none() && about_as_long(case, direct).is_some()
}

/// How sure it is that an answer which came before the gateway gave up was too late all the same: one that is clearly sooner
/// would mostly have been in time.
fn is_as_long(case: &Case<'_>, direct: &Exchange) -> Strength {
    let took = direct.time_to_first_byte().unwrap_or_default();
    let may_try_again = case.known.is_some_and(|known| known.retries_in(Phase::Wait).is_some());
    let is_sooner = took < 0.92 * case.contrast.gateway_seconds() && !may_try_again;
    if is_sooner { Strength::Consistent } else { Strength::Likely }
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
    let sighting = Sighting::new(words).in_phase(Phase::Head, "bytes of the head kept coming");
    Some(sighting.of_type(ErrorType::HttpResponseTimeout).met_also_as(WAITS))
}

/// A 504, or a gateway error at the very time of a default timeout.
fn by_time(case: &Case<'_>) -> Option<Found> {
    let gave_up = case.contrast.gateway_seconds();
    let Answer::ServerError(status) = case.contrast.answer else { return None };
    if gave_up < 1.0 {
        return None;
    }
    let named = limits::named(case, gave_up, Phase::Wait);
    if status != 504 && named.is_none() {
        return None;
    }
    let evidence = limits::evidence(case, Phase::Wait).into_iter().collect();
    Some(Found {
        strength: if named.is_some() { Strength::Likely } else { Strength::Consistent },
        blame: ABOUT.blame,
        error_type: None,
        sentence: format!(
            "The gateway answered {status} after {}: it waited for the upstream, to take the connection or to answer, and gave up.",
            figures::seconds(gave_up)
        ),
        evidence,
    })
}
