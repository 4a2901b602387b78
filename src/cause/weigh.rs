//! How a sighting becomes an assessment: the same scales for every cause.

use super::fit::{self, Fit, fit};
use super::sighting::Sighting;
use super::{AGAINST, Assessment, Case, Cause, Found, SAYS_ITSELF, StockPage, again, limits, opinion};
use crate::contrast::Answer;
use crate::diagnosis::{Blame, Evidence, Place, Strength};
use crate::figures;
use crate::http1::{DefectCode, Reading};
use crate::observation::{Exchange, Phase};
use crate::plan::Scheme;
use crate::tolerance::{Known, Treatment};

/// Weighs what a cause saw in the direct exchange against how the gateway fared.
pub(super) fn weigh(
    cause: &dyn Cause,
    case: &Case<'_>,
    sight: impl Fn(&Exchange) -> Option<Sighting>,
) -> Assessment {
    let Some(direct) = case.contrast.direct else {
        return stated(cause, case).map_or_else(
            || Assessment::NotExamined("an --upstream to ask directly".to_owned()),
            Assessment::Found,
        );
    };
    if let Some(sighting) = sight(direct) {
        return seen_directly(cause, case, direct, &sighting);
    }
    if let Some(found) = stated(cause, case) {
        return Assessment::Found(found);
    }
    not_seen(direct, cause.about().phase)
}

/// The direct exchange met the very fault. It is the cause, unless the gateway fared well, is known to take no
/// offence, or contradicts it.
pub(super) fn seen_directly(
    cause: &dyn Cause,
    case: &Case<'_>,
    direct: &Exchange,
    sighting: &Sighting,
) -> Assessment {
    let mut found = Found {
        strength: Strength::Shown,
        blame: cause.about().blame,
        error_type: sighting.error_type,
        sentence: sighting.sentence.clone(),
        evidence: sighting.evidence(case.seen.index_of(direct)),
    };
    if let Some(elsewhere) = behind_proxy(cause, case) {
        return elsewhere;
    }
    found.evidence.extend(opinion::evidence(case, direct, sighting));
    let failed = case.contrast.failed() || is_refused_as_measured(case, direct, sighting);
    if !failed || case.contrast.answer == Answer::Unreachable || is_beyond(cause, case) {
        // A gateway that fares well does not ask in the wrong way: this side does.
        if found.blame == Blame::Gateway {
            found.blame = Blame::Client;
        }
        if let Some((again, fares_well)) = again::told(case) {
            found.evidence.push(again);
            if fares_well {
                found.strength = Strength::Likely;
                found.sentence.push_str(" Asked once more, alone, it answers.");
            }
        }
        return Assessment::Met(found);
    }
    found.evidence.extend(answer_to_connect(case));
    if sighting.waited {
        found.evidence.extend(limits::evidence(case, cause.about().phase));
    }
    if let Some(known) = case.known.filter(|known| is_forgiven(case, *known, sighting)) {
        let (title, measured_with) = (known.title, known.tolerance.measured_with);
        found.evidence.push(of_gateway(
            case,
            format!("{title} was measured to let this pass ({measured_with}): it failed for another reason"),
        ));
        return Assessment::Met(found);
    }
    if let Some(status) = its_own_error(direct) {
        if is_passed_on(case) {
            found.evidence.push(of_gateway(
                case,
                format!("the gateway took no offence: it passed on this very {status}"),
            ));
            return Assessment::Met(found);
        }
        let remark = format!(" That response is itself a {status}: put right, it would be the answer.");
        found.sentence.push_str(&remark);
    }
    let fits = as_the_proxy_says(cause, case, sighting, fit(cause, case, sighting));
    match as_once_more(case, fits, &mut found) {
        Fit::Well => {}
        Fit::Loosely => found.strength = Strength::Likely,
        Fit::Not(against) => {
            found.strength = Strength::Consistent;
            found.evidence.push(of_gateway(case, format!("{AGAINST}{against}")));
        }
    }
    Assessment::Found(found)
}

/// How well it fits, given what came when both routes were asked once more.
fn as_once_more(case: &Case<'_>, fit: Fit, found: &mut Found) -> Fit {
    let Some(once) = again::only_once(case).filter(|_| !matches!(fit, Fit::Not(_))) else { return fit };
    if once.gateway_too == Some(true) {
        found.sentence.push_str(" It comes and goes: asked once more, both routes fare otherwise.");
        found.evidence.push(once.evidence);
        return Fit::Loosely;
    }
    let and = if once.gateway_too.is_some() { ", and the gateway fails again" } else { "" };
    Fit::Not(format!("{}{and}", once.evidence.text))
}

/// How well it fits where a forward proxy stands between and this machine alone does not get to the origin: many networks let
/// only the proxy out, so the proxy itself must say that it met something of the kind.
fn as_the_proxy_says(cause: &dyn Cause, case: &Case<'_>, sighting: &Sighting, fit: Fit) -> Fit {
    let is_about_reaching = case.contrast.gateway.proxy.is_some() && cause.about().phase <= Phase::Connect;
    if !is_about_reaching || matches!(fit, Fit::Not(_)) {
        return fit;
    }
    let kind = sighting.error_type.or(cause.about().error_type);
    let said: Vec<_> =
        case.stated.iter().filter(|statement| kind.is_some_and(|kind| statement.can_mean(kind))).collect();
    match said.first() {
        Some(_) if said.iter().any(|statement| statement.means.len() <= 2) => fit,
        Some(_) => Fit::Loosely,
        // CONNECT asks for a connection and nothing else.
        None if case.contrast.has_no_tunnel() => Fit::Loosely,
        None => Fit::Not(
            "it is this machine alone that does not reach the origin, and the proxy does not say that it failed to".to_owned(),
        ),
    }
}

/// Evidence that is about the gateway's exchange as a whole.
fn of_gateway(case: &Case<'_>, text: String) -> Evidence {
    Evidence { exchange: case.seen.index_of(case.contrast.gateway), place: Place::Exchange, text }
}

/// The server error that the upstream answers with, if it does.
fn its_own_error(direct: &Exchange) -> Option<u16> {
    direct.status().filter(|status| (500..=599).contains(status))
}

/// Whether the client got the upstream's own error as it is, and no page that many have, nor one without a body.
fn is_passed_on(case: &Case<'_>) -> bool {
    let body = case.contrast.gateway.reading.as_ref().map_or(0, |reading| reading.body.length);
    case.contrast.has_same_error() && body > 0 && case.stock_page == StockPage::No
}

/// What the proxy said, where it gave no tunnel.
fn answer_to_connect(case: &Case<'_>) -> Option<Evidence> {
    let tunnel = case.contrast.gateway.tunnel().filter(|tunnel| !tunnel.is_open())?;
    let text = format!("CONNECT {} is answered with {} {}", tunnel.target, tunnel.status?, tunnel.reason);
    let place = Place::Phase { phase: Phase::Head };
    Some(Evidence { exchange: case.seen.index_of(case.contrast.gateway), place, text })
}

/// What this machine cannot reach without the forward proxy tells nothing: many networks let only the proxy out.
fn behind_proxy(cause: &dyn Cause, case: &Case<'_>) -> Option<Assessment> {
    case.contrast.gateway.proxy.as_ref().filter(|_| cause.about().phase <= Phase::Connect)?;
    if case.contrast.is_denied() {
        return Some(Assessment::NotExamined("a proxy that takes the request".to_owned()));
    }
    let whole = case.contrast.answer.is_whole();
    whole.then(|| {
        Assessment::RuledOut(
            "the proxy got through; this machine alone does not, which is no fault".to_owned(),
        )
    })
}

/// Whether the gateway never came to where the fault is: a proxy that will not, or one that could not connect.
fn is_beyond(cause: &dyn Cause, case: &Case<'_>) -> bool {
    case.contrast.is_denied() || (case.contrast.has_no_tunnel() && cause.about().phase > Phase::Connect)
}

/// Whether the gateway answers with the very status below 500 with which it was measured to refuse one of these defects,
/// and the upstream does not: some blame the client, with a 400, for what the upstream sent.
fn is_refused_as_measured(case: &Case<'_>, direct: &Exchange, sighting: &Sighting) -> bool {
    let (Some(known), Answer::Whole(status)) = (case.known, case.contrast.answer) else { return false };
    status >= 400
        && direct.status() != Some(status)
        && sighting
            .codes
            .iter()
            .any(|&code| known.usually(code, direct.reading.as_ref()).contains(&Treatment::Refuses(status)))
}

/// Whether the recognised gateway was measured to let every one of these defects pass, and so answers with an error
/// of its own for another reason. (What it passed on and the client cannot read is not forgiven.)
fn is_forgiven(case: &Case<'_>, known: Known, sighting: &Sighting) -> bool {
    let reading = case.contrast.direct.and_then(|direct| direct.reading.as_ref());
    matches!(case.contrast.answer, Answer::ServerError(_))
        && !sighting.codes.is_empty()
        && sighting.codes.iter().all(|&code| lets_pass(known, code, reading))
}

/// Whether the recognised gateway is known to let the defects of a kind pass that this response has: it was measured,
/// and no version that this can be is documented to do otherwise.
pub(super) fn lets_pass(known: Known, code: DefectCode, reading: Option<&Reading>) -> bool {
    let usually = known.usually(code, reading);
    !usually.is_empty()
        && usually.into_iter().all(Treatment::forgives)
        && !known
            .later
            .iter()
            .any(|later| later.codes.contains(&code) && known.version.is_none_or(|own| own >= later.since))
}

/// The gateway states the cause itself, and no direct exchange shows it.
fn stated(cause: &dyn Cause, case: &Case<'_>) -> Option<Found> {
    if !case.contrast.failed() {
        return None;
    }
    // A page that serves for many faults names none of them.
    // Nor does a general one, where the direct exchange shows what is wrong with the response.
    let is_shown = case.contrast.direct.is_some_and(shows_a_defect);
    let statement = case.stated.iter().find(|statement| {
        let is_news = !is_shown || !fit::is_general(statement, Phase::Head);
        is_news
            && !statement.means.is_empty()
            && fit::has_waited(case, statement)
            && statement.means.iter().all(|kind| cause.about().stated_as.contains(kind))
            && statement.phase.is_none_or(|phase| phase == cause.about().phase)
    })?;
    let evidence = Evidence {
        exchange: case.seen.index_of(case.contrast.gateway),
        place: Place::Exchange,
        text: format!("{} says \"{}\"", statement.speaker, statement.quote),
    };
    // Where a direct request gets past that phase, the gateway asks elsewhere, or asked at another time.
    let (strength, blame, tail) = match case.contrast.direct.map(|direct| passed(direct, cause.about().phase))
    {
        None => (Strength::Likely, cause.about().blame, "no upstream was asked directly"),
        Some(None) => (Strength::Likely, cause.about().blame, "the direct request did not get that far"),
        Some(Some(_)) => (
            Strength::Consistent,
            Blame::None,
            "a direct request does not meet it, so the gateway asks another address, or it comes and goes",
        ),
    };
    Some(Found {
        strength,
        blame,
        error_type: statement.means.first().copied(),
        sentence: format!("{}, {SAYS_ITSELF}; {tail}.", cause.about().title()),
        evidence: vec![evidence],
    })
}

/// Whether what came directly is itself no whole and valid response.
fn shows_a_defect(direct: &Exchange) -> bool {
    direct.has_bytes()
        && (!direct.is_complete()
            || direct.reading.as_ref().is_some_and(|reading| !reading.defects.is_empty()))
}

/// The cause did not show in the direct exchange: how far that exchange got rules it out, or does not.
pub(super) fn not_seen(direct: &Exchange, phase: Phase) -> Assessment {
    passed(direct, phase).map_or_else(
        || {
            Assessment::NotExamined(format!(
                "a direct exchange that gets further (this one ended in the phase {}: {})",
                direct.ended_in.name(),
                direct.end.name()
            ))
        },
        Assessment::RuledOut,
    )
}

/// How an exchange passed a phase, in a few words; `None` if it did not.
pub(super) fn passed(exchange: &Exchange, phase: Phase) -> Option<String> {
    let peer = exchange.peer.as_deref().unwrap_or("the upstream");
    match phase {
        Phase::Resolve => match &exchange.resolution {
            None => Some("the upstream is given by its address".to_owned()),
            Some(resolution) if !resolution.addresses.is_empty() => {
                Some(format!("{} resolves to {}", resolution.name, resolution.addresses.join(", ")))
            }
            Some(_) => None,
        },
        Phase::Connect => {
            exchange.peer.as_ref()?;
            let took = exchange.phases.connect?.seconds();
            Some(format!("a connection to {peer} stood after {}", figures::seconds(took)))
        }
        Phase::Handshake | Phase::Send if !exchange.reached_peer() => None,
        Phase::Handshake => Some(match exchange.tls.as_ref().and_then(|tls| tls.version.as_deref()) {
            Some(version) => format!("the TLS handshake with {peer} succeeded ({version})"),
            None if exchange.response().is_some() => {
                format!("{peer} is asked in plain HTTP, and answers so")
            }
            None if exchange.has_bytes() => {
                format!("{peer} is asked in plain HTTP, so no TLS is spoken")
            }
            None => format!("{peer} is asked in plain HTTP"),
        })
        .filter(|_| exchange.tls.is_some() || !over_tls(exchange)),
        Phase::Send => exchange.sent.complete.then(|| "the request was sent whole".to_owned()),
        Phase::Wait => {
            let took = exchange.time_to_first_byte()?;
            Some(format!("the first byte came after {}", figures::seconds(took)))
        }
        Phase::Head => {
            let response = exchange.response()?;
            Some(format!(
                "the head is whole: {} in {} fields",
                figures::bytes(response.head_size),
                response.field_count
            ))
        }
        Phase::Body => exchange.is_complete().then(|| {
            let length = exchange.reading.as_ref().map_or(0, |reading| reading.body.length);
            format!("the body is complete: {}", figures::bytes(length))
        }),
    }
}

/// Whether the exchange was asked over TLS.
pub(super) fn over_tls(exchange: &Exchange) -> bool {
    exchange.url.starts_with(Scheme::Https.name()) && exchange.url.as_bytes().get(5) == Some(&b':')
}
