//! The upstream fails on the request as the client sent it, and fares otherwise where it is asked as the gateway asks.
//!
//! A server may close on whoever asks for a name that it does not serve, or comes past the gateway. Then what the plain
//! request meets is not what the gateway met. So where the plain request ends without a byte of a response, each time, the
//! upstream is asked in the first guise of the recognised gateway. If it ends so there too, that costs one request. If not,
//! what comes there is weighed; and with the client's `Host`, which gateways are often told to pass on, it is tried whether
//! the gateway can meet the one as well as the other. Where the client got its answer through the gateway, and the upstream
//! gives the same in such a guise, nothing is wrong but this side's own request.

use std::time::Duration;

use super::can_be_in_guise;
use super::guise::{InGuise, failure, in_guise, whole, words};
use super::same::with_clients_host;
use crate::cause::wait::comes_later;
use crate::cause::{AGAINST, Ask, Assessment, CAUSES, Case, Cause, Found, QUICK};
use crate::contrast::{Answer, Contrast};
use crate::diagnosis::{Evidence, Place, Strength};
use crate::observation::{End, Exchange, Phase};
use crate::plan::{Change, Experiment, Guise, Pace, guise};
use crate::proxy_status::ErrorType;

/// How often the plain request is to fail, after the first time, before the difference is more than chance.
const PLAIN_AGAIN: usize = 3;

/// How often the guise is to fare otherwise.
const IN_GUISE: usize = 3;

/// Whether a cause is about a plain request that ended without a byte of a response.
pub(super) fn is_silence(case: &Case<'_>, cause: &dyn Cause) -> bool {
    let about = cause.about();
    about.phase == Phase::Wait
        && about.error_type == Some(ErrorType::ConnectionTerminated)
        && case.contrast.failed()
        && case.contrast.direct.is_some_and(|direct| is_plain(direct) && is_silent(direct))
        && plain_again(case).next().is_some()
        && plain_again(case).all(is_silent)
}

/// Asks for what it takes to know whether the gateway meets that silence. `own` are the guises of the recognised gateway.
pub(super) fn asks(case: &Case<'_>, own: &[Guise]) -> Vec<Ask> {
    if case.contrast.answer.is_whole() {
        return asks_well(case);
    }
    let is_meant = || CAUSES.iter().any(|cause| is_silence(case, *cause) && is_found(*cause, case));
    let Some(first) = own.first().filter(|_| case.known.is_some() && is_meant()) else { return Vec::new() };
    let Some(exchange) = in_guise(case, first).next() else { return vec![ask(case, first)] };
    if is_silent(exchange) {
        return Vec::new();
    }
    let explained = explained(case, exchange);
    if explained.is_none() && is_to_be_timed(case, exchange) {
        return vec![Ask::gateway(Experiment::Repeat)];
    }
    if explained.is_none() {
        return ways(own)
            .find(|guise| in_guise(case, guise).next().is_none())
            .map(|it| ask(case, &it))
            .into_iter()
            .collect();
    }
    let hosted = Some(with_clients_host(first)).filter(|hosted| hosted.changes != first.changes);
    let hosted = hosted.filter(|hosted| !hosted.changes.is_empty());
    let mut asks: Vec<Ask> = hosted.iter().map(|hosted| ask(case, hosted)).collect();
    asks.extend(proofs(case, first));
    asks
}

/// What a silence comes to after it was looked for in the gateway's guises, where that was done.
pub(super) fn confirm(case: &Case<'_>, mut found: Found) -> Found {
    let Some(first) = own_first(case) else { return found };
    let Some(exchange) = in_guise(case, first).next() else { return found };
    let piece = |exchange: &Exchange, text: String| Evidence {
        exchange: case.seen.index_of(exchange),
        place: Place::Exchange,
        text,
    };
    if let Some(same) = in_guise(case, first).find(|exchange| is_silent(exchange)) {
        found.evidence.push(piece(same, format!("asked {}, it does the same", first.words())));
        return found;
    }
    let otherwise = format!(
        "asked {} ({}), the upstream {}",
        first.words(),
        Change::all(&first.changes),
        what(case, exchange)
    );
    let silent_in = |guise: &Guise| in_guise(case, guise).find(|exchange| is_silent(exchange));
    let elsewhere = whole(case).filter(|(exchange, guise)| {
        is_silent(exchange) && case.known.is_some_and(|known| guise.is_of(known.title))
    });
    let (strength, exchange, text) = if explained(case, exchange).is_some() {
        (Strength::Consistent, exchange, format!("{AGAINST}{otherwise}"))
    } else if let Some(hosted) = silent_in(&with_clients_host(first)) {
        (found.strength, hosted, format!("{otherwise}; with your Host, it does the same"))
    } else if let Some((other, guise)) = elsewhere.into_iter().next() {
        let text = format!("{otherwise}; {}, it does the same", guise.words());
        (found.strength.max(Strength::Likely), other, text)
    } else {
        (Strength::Consistent, exchange, format!("{AGAINST}{otherwise}, and shows nothing of this"))
    };
    found.evidence.push(piece(exchange, text));
    Found { strength, ..found }
}

/// What the upstream does in the gateway's first guise instead of ending without a response, where that is certain and can
/// be what the gateway met.
pub(super) fn otherwise<'a>(case: &Case<'a>) -> Option<InGuise<'a>> {
    let silence = CAUSES.iter().find(|cause| is_silence(case, **cause) && is_found(**cause, case))?;
    let first = own_first(case)?;
    let exchange = in_guise(case, first).next()?;
    let is_same = |other: &Exchange| explained(case, other) == explained(case, exchange);
    let is_certain = plain_again(case).count() >= PLAIN_AGAIN
        && in_guise(case, first).count() >= IN_GUISE
        && in_guise(case, first).all(|other| !is_silent(other) && is_same(other));
    explained(case, exchange).filter(|_| is_certain)?;
    let plain = case.contrast.direct?;
    let hosted = with_clients_host(first);
    let rival = in_guise(case, &hosted)
        .find(|exchange| is_silent(exchange))
        .or_else(|| Some(plain).filter(|_| hosted.changes.is_empty()))
        .filter(|_| matches!(silence.assess(case), Assessment::Found(found) if found.strength != Strength::Consistent));
    let when = if rival.is_some() { "" } else { " only" };
    let ended = ended(plain);
    let open = rival
        .map(|_| ". Which of the two the gateway meets depends on the Host that it sends")
        .unwrap_or_default();
    let remark = format!(
        "It does so{when} where it is asked {} ({}); to the request as you sent it, it {ended}{open}.",
        first.words(),
        Change::all(&first.changes)
    );
    let against = rival.map(|rival| Evidence {
        exchange: case.seen.index_of(rival),
        place: Place::Exchange,
        text: format!("asked with your Host, the upstream {}", self::ended(rival)),
    });
    let strength = if rival.is_some() { Strength::Consistent } else { Strength::Likely };
    Some(InGuise { exchange, remark, strength, is_nobodys: false, against })
}

/// Where the client got its answer, and the upstream gives the same status in a guise each time, and to the plain request
/// never: how it was asked there, as the end of a sentence; and what the plain request met.
#[must_use]
pub fn well_in_guise(case: &Case<'_>) -> Option<String> {
    let plain = case.contrast.direct.filter(|_| is_alone_in_failing(case))?;
    let (_, guise) = whole(case).find(|(exchange, _)| is_well(case, exchange))?;
    let is_certain = plain_again(case).count() >= PLAIN_AGAIN
        && plain_again(case).all(is_bad)
        && in_guise(case, guise).count() >= IN_GUISE
        && in_guise(case, guise).all(|exchange| is_well(case, exchange));
    let is_host = hosts(guise).is_some_and(|host| {
        guise.changes.len() == 1
            || in_guise(case, &host).next().is_some_and(|exchange| is_well(case, exchange))
    });
    let host = guise.changes.iter().find_map(|change| match change {
        Change::Field { value, .. } if is_host && change.is_of("host") => Some(value),
        _ => None,
    });
    let how = match host {
        Some(host) => format!("with `Host: {host}`, {}", guise.words()),
        None => format!("{} ({})", guise.words(), Change::all(&guise.changes)),
    };
    let settles =
        host.map(|host| format!(" `--upstream-host {host}` asks it so directly.")).unwrap_or_default();
    let told =
        format!("where it is asked {how}. To the request as you sent it, it {}.{settles}", ended(plain));
    is_certain.then_some(told)
}

/// Whether the answer in a guise comes late, and the gateway's time, which was met once, may be that of a timeout.
fn is_to_be_timed(case: &Case<'_>, exchange: &Exchange) -> bool {
    let is_late = exchange.end == End::TimedOut || comes_later(case, exchange).is_some();
    is_late && case.contrast.gateway_seconds() < QUICK && case.gateway_again().next().is_none()
}

/// What it takes to know that only this side's own request fails.
fn asks_well(case: &Case<'_>) -> Vec<Ask> {
    if !is_alone_in_failing(case) || !plain_again(case).all(is_bad) {
        return Vec::new();
    }
    if plain_again(case).next().is_none() {
        return vec![Ask::direct(Experiment::Repeat)];
    }
    let Some((_, guise)) = whole(case).find(|(exchange, _)| is_well(case, exchange)) else {
        return vec![Ask { pace: pace(case), ..Ask::direct(Experiment::AsGateway) }];
    };
    let mut asks = proofs(case, guise);
    asks.extend(hosts(guise).filter(|_| guise.changes.len() > 1).map(|host| ask(case, &host)));
    asks
}

/// The `Host` of a guise, alone.
fn hosts(guise: &Guise) -> Option<Guise> {
    let host = guise.changes.iter().find(|change| change.is_of("host"))?;
    Some(Guise::of(std::slice::from_ref(host)))
}

/// The plain request and the guise, as often as it takes, and each several times on end: of an upstream that answers every
/// second or third request, none looks as if it minded the difference.
fn proofs(case: &Case<'_>, guise: &Guise) -> Vec<Ask> {
    let plain = Ask { pace: pace(case), ..Ask::direct(Experiment::Repeat) };
    let mut asks = vec![plain; PLAIN_AGAIN];
    asks.extend(vec![ask(case, guise); IN_GUISE]);
    asks
}

/// Whether the client got a good answer, and the plain request at the same time did not.
fn is_alone_in_failing(case: &Case<'_>) -> bool {
    let is_good = matches!(case.contrast.answer, Answer::Whole(status) if status < 400);
    let is_bad = |direct: &Exchange| is_plain(direct) && is_bad(direct);
    is_good && case.contrast.gateway.tunnel().is_none() && case.contrast.direct.is_some_and(is_bad)
}

fn is_bad(exchange: &Exchange) -> bool {
    is_silent(exchange) || matches!(Answer::of(exchange), Answer::ServerError(_))
}

fn is_well(case: &Case<'_>, exchange: &Exchange) -> bool {
    Answer::of(exchange) == case.contrast.answer
}

/// Whether the gateway's answer can come of what the upstream does in this exchange: by the name of the cause.
fn explained(case: &Case<'_>, exchange: &Exchange) -> Option<&'static str> {
    let dressed = Case { contrast: Contrast::new(case.contrast.gateway, Some(exchange)), ..*case };
    let mut causes = CAUSES.iter().filter(|cause| !is_silent(exchange) && can_be_in_guise(**cause));
    causes.find(|cause| is_likely(&cause.assess(&dressed))).map(|cause| cause.about().slug)
}

fn is_likely(assessment: &Assessment) -> bool {
    matches!(assessment, Assessment::Found(found) if found.strength != Strength::Consistent)
}

fn is_found(cause: &dyn Cause, case: &Case<'_>) -> bool {
    matches!(cause.assess(case), Assessment::Found(_))
}

/// The guises in which a silence is to be looked for, the first left out.
fn ways(own: &[Guise]) -> impl Iterator<Item = Guise> {
    own.iter()
        .flat_map(|guise| [guise.clone(), with_clients_host(guise)])
        .filter(|guise| !guise.changes.is_empty())
}

/// The first guise of the recognised gateway that was tried.
fn own_first<'a>(case: &Case<'a>) -> Option<&'a Guise> {
    let title = case.known?.title;
    whole(case).map(|(_, guise)| guise).find(|guise| guise.is_of(title))
}

fn plain_again<'a>(case: &Case<'a>) -> impl Iterator<Item = &'a Exchange> + use<'a> {
    case.all_direct_of(Experiment::Repeat)
}

/// Whether it is the request as it was given, in HTTP/1.x.
fn is_plain(direct: &Exchange) -> bool {
    direct.experiment == Experiment::SameRequest && guise::sent_field(&direct.sent.head, "host").is_some()
}

/// Whether the peer took the request and ended the connection without a byte of a response.
fn is_silent(exchange: &Exchange) -> bool {
    matches!(exchange.end, End::Closed | End::Reset)
        && Answer::of(exchange) == Answer::Nothing
        && !exchange.has_bytes()
}

fn ended(plain: &Exchange) -> String {
    match (Answer::of(plain), plain.end) {
        (Answer::ServerError(status), _) => format!("answers {status}"),
        (_, End::Reset) => "resets the connection without a response".to_owned(),
        _ => "ends the connection without a response".to_owned(),
    }
}

pub(super) fn what(case: &Case<'_>, exchange: &Exchange) -> String {
    match (failure(case, exchange), Answer::of(exchange).status()) {
        (Some(failure), _) => words(exchange, failure),
        (None, Some(status)) => format!("answers {status}"),
        (None, None) => format!("gives no answer ({})", exchange.end.name()),
    }
}

fn ask(case: &Case<'_>, guise: &Guise) -> Ask {
    Ask { pace: pace(case), ..Ask::in_guise(guise.clone()) }
}

/// No wait is to be longer than it takes to see that the answer comes after the gateway gave up.
fn pace(case: &Case<'_>) -> Pace {
    let enough = (case.contrast.gateway_seconds() * 1.1 + 0.2).clamp(2.0, 5.0);
    Pace { patience: Duration::from_secs_f64(enough), ..Pace::default() }
}
