//! The upstream itself answered with a server error, and the gateway passed it on.

use crate::cause::{About, Assessment, Case, Cause, Found, StockPage, abreast};
use crate::contrast::Answer;
use crate::diagnosis::{Blame, Evidence, Place, Strength};
use crate::observation::{Exchange, Phase};

static ABOUT: About = About {
    slug: "upstream-error-status",
    error_type: None,
    phase: Phase::Head,
    blame: Blame::Upstream,
    stated_as: &[],
    remedy: "Look into the upstream's own log for this request.",
    page: include_str!("../pages/upstream-error-status.md"),
};

/// The upstream answered 5xx.
pub struct UpstreamErrorStatus;

impl Cause for UpstreamErrorStatus {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        if let Some(found) = received(case) {
            return Assessment::Found(found);
        }
        let Some(direct) = case.contrast.direct else {
            return Assessment::NotExamined("an --upstream to ask directly".to_owned());
        };
        let status = match Answer::of(direct) {
            Answer::ServerError(status) => status,
            Answer::Whole(status) => {
                return Assessment::RuledOut(format!("the upstream itself answers {status}"));
            }
            _ => return Assessment::NotExamined("a whole response of the upstream".to_owned()),
        };
        weigh(case, direct, status)
    }
}

fn weigh(case: &Case<'_>, direct: &Exchange, status: u16) -> Assessment {
    let mut found = Found {
        strength: Strength::Shown,
        blame: ABOUT.blame,
        error_type: None,
        sentence: passed_on(status),
        evidence: vec![Evidence {
            exchange: case.seen.index_of(direct),
            place: Place::Phase { phase: Phase::Head },
            text: format!("asked directly, the upstream answers {status}"),
        }],
    };
    let mut and = |text: String| {
        found.evidence.push(Evidence {
            exchange: case.seen.index_of(case.contrast.gateway),
            place: Place::Exchange,
            text,
        });
    };
    match case.contrast.answer {
        // A proxy that gave no tunnel has not heard the upstream.
        _ if case.contrast.has_no_tunnel() => return Assessment::Met(found),
        Answer::NoTunnel(_)
        | Answer::Unreachable
        | Answer::Interrupted
        | Answer::StillFlowing(_)
        | Answer::StillWaiting
        | Answer::Whole(_) => {
            found.sentence = format!(
                "Asked directly, the upstream answers {status}: it fails now and then, or the gateway asks another, or has a page of its own for it."
            );
            return Assessment::Met(found);
        }
        Answer::ServerError(same) if same == status && case.contrast.same_body() => {
            let empty = is_empty(case.contrast.gateway);
            let what = if empty { "no content either" } else { "the same body" };
            and(format!("the gateway answers the same status with {what}"));
            if empty {
                // What is not there has no author.
                let is_one = describes(case.contrast.gateway) == describes(direct)
                    && !case.known.is_some_and(|known| known.own_error);
                found.strength = if is_one { Strength::Likely } else { Strength::Consistent };
                found.sentence = alike(status);
            } else if case.stock_page != StockPage::No {
                // Two gateways of one kind have the same page for different faults.
                and("that body is the error page of a gateway product, the same from every installation"
                    .to_owned());
                found.strength = Strength::Likely;
            }
        }
        Answer::ServerError(same) if same == status && is_alike(case, direct) => {
            and("the gateway answers the same status with a body of the same type and about the same size"
                .to_owned());
            found.strength = Strength::Likely;
            found.sentence = alike(status);
        }
        Answer::ServerError(same) if same == status => {
            and("the gateway answers the same status with quite another body: its own error page, or another server's".to_owned());
            found.strength = Strength::Consistent;
            found.sentence = alike(status);
        }
        Answer::ServerError(other) => {
            and(format!("the gateway made {other} of it, or failed for another reason"));
            found.strength = Strength::Consistent;
            found.sentence =
                format!("The upstream itself answers {status}, and the gateway {other}.{}", further(status));
        }
        Answer::Nothing | Answer::Unreadable | Answer::Cut(_) => {
            and("the gateway did not pass it on whole".to_owned());
            found.strength = Strength::Consistent;
            found.sentence = format!(
                "The upstream itself answers {status}, and the gateway gives no whole response.{}",
                further(status)
            );
        }
    }
    let took = direct.phases.since_sent().unwrap_or_default();
    if abreast::is_before(case, took) {
        let text = "the gateway had answered before the upstream, asked directly, did";
        found.strength = match found.strength {
            // It may have been quicker that time, or been asked before.
            Strength::Shown => Strength::Likely,
            _ => Strength::Consistent,
        };
        found.evidence.push(Evidence {
            exchange: case.seen.index_of(direct),
            place: Place::Phase { phase: Phase::Wait },
            text: text.to_owned(),
        });
    }
    Assessment::Found(found)
}

/// `received-status` in `Proxy-Status`: the gateway says that the upstream answered with it.
fn received(case: &Case<'_>) -> Option<Found> {
    if case.contrast.direct.is_some() || !case.contrast.failed() {
        return None;
    }
    let (statement, status) = case.stated.iter().find_map(|statement| {
        Some((statement, statement.received_status.filter(|status| *status >= 500)?))
    })?;
    Some(Found {
        strength: Strength::Likely,
        blame: ABOUT.blame,
        error_type: None,
        sentence: passed_on(status),
        evidence: vec![Evidence {
            exchange: case.seen.index_of(case.contrast.gateway),
            place: Place::Exchange,
            text: format!("{} says \"{}\"", statement.speaker, statement.quote),
        }],
    })
}

fn passed_on(status: u16) -> String {
    format!("The upstream itself answers {status}; the gateway only passes it on.{}", further(status))
}

fn alike(status: u16) -> String {
    format!("The upstream itself answers {status}, and so does the gateway.{}", further(status))
}

/// Whether no content came.
fn is_empty(exchange: &Exchange) -> bool {
    exchange.reading.as_ref().is_none_or(|reading| reading.body.length == 0)
}

/// What a head says of the content, be it sent or (to HEAD) not.
fn describes(exchange: &Exchange) -> Option<(Option<&str>, Option<&str>)> {
    let response = exchange.response()?;
    Some((response.text("content-type"), response.text("content-length")))
}

/// Where to look next, as a sentence.
fn further(status: u16) -> &'static str {
    if matches!(status, 502 | 504) {
        " That is what gateways answer, so it may be one in its turn: its own log says whom it asked."
    } else {
        " Its own log says why."
    }
}

/// Whether both responses could be the same page made twice, and the gateway's is no page of its own.
pub(in crate::cause) fn is_alike(case: &Case<'_>, direct: &Exchange) -> bool {
    let own = case.known.is_some_and(|known| known.own_error);
    let content_type = |exchange: &Exchange| {
        exchange.response().and_then(|response| response.text("content-type")).map(str::to_owned)
    };
    let length = |exchange: &Exchange| exchange.reading.as_ref().map_or(0, |reading| reading.body.length);
    let (one, other) = (length(case.contrast.gateway), length(direct));
    !own && case.stock_page == StockPage::No
        && content_type(case.contrast.gateway) == content_type(direct)
        && one.abs_diff(other) <= one.max(other) / 10
        && have_much_in_common(case.contrast.gateway, direct)
}

/// Whether most of both bodies is the same, at the beginning and at the end: pages that are made twice differ in a time or a
/// number. Of those that are not kept whole nothing is known.
fn have_much_in_common(one: &Exchange, other: &Exchange) -> bool {
    let kept = |exchange: &Exchange| {
        let body = &exchange.reading.as_ref()?.body;
        let is_whole = usize::try_from(body.length).is_ok_and(|length| length == body.beginning.0.len());
        is_whole.then(|| body.beginning.0.clone())
    };
    let (Some(one), Some(other)) = (kept(one), kept(other)) else { return true };
    let same = |(one, other): &(&u8, &u8)| one == other;
    let first = one.iter().zip(&other).take_while(same).count();
    let last = one.iter().rev().zip(other.iter().rev()).take_while(same).count();
    first + last >= one.len().max(other.len()) / 2
}
