//! Whether the gateway's answer can come of a fault that the direct exchange showed.
//!
//! The direct probe and the gateway need not have met the same thing: the gateway may ask another address, or fail
//! for a reason of its own. So the answer must be one that this fault can produce. A gateway that passed on the head
//! of a response was not refused a connection; one that answers in a millisecond did not wait; a maintenance page is
//! no answer to a bare LF.

mod error;
mod measured;

use super::sighting::Sighting;
use super::weigh::over_tls;
use super::{Case, Cause, abreast as times, again, asked};
use crate::contrast::Answer;
use crate::diagnosis::Strength;
use crate::figures;
use crate::http1::{DefectCode, DefectKind};
use crate::observation::{Exchange, Phase};
use crate::proxy_status::ErrorType;
use crate::statement::Statement;
use crate::tolerance::{Known, Met};

/// A gateway that failed sooner than this (in seconds) did not run into a timeout.
pub(crate) const SOONEST_TIMEOUT: f64 = 0.2;

/// Against a fault of one body, where another came through the gateway.
pub(crate) const ANOTHER_BODY: &str =
    "what came through the gateway is another body than what came directly: it may be another server's";

/// How well the gateway's answer fits a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fit {
    /// It is what this fault produces.
    Well,
    /// It can come of this fault, and of others.
    Loosely,
    /// This speaks against it.
    Not(String),
}

impl Fit {
    /// The looser of two.
    fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Not(_) => self,
            Self::Well => other(),
            Self::Loosely => match other() {
                Self::Well => Self::Loosely,
                looser => looser,
            },
        }
    }
}

/// Whether what the gateway did can come of a sighting in the direct exchange.
pub(super) fn fit(cause: &dyn Cause, case: &Case<'_>, sighting: &Sighting) -> Fit {
    in_time(case, sighting)
        .and(|| abreast(cause, case, sighting))
        .and(|| in_words(cause, case, sighting))
        .and(|| in_answer(cause, case, sighting))
        .and(|| among_upstreams(case))
        .and(|| beside_its_own_error(case))
}

/// A fault that is no wait shows as soon to the gateway as it does directly.
fn abreast(cause: &dyn Cause, case: &Case<'_>, sighting: &Sighting) -> Fit {
    // How many interim responses are too many, each decides for himself.
    let flows = sighting.codes.contains(&DefectCode::InterimTooMany);
    if sighting.waited || flows || case.stated.iter().any(Statement::gives_up) {
        return Fit::Well;
    }
    let Some(direct) = case.contrast.direct else { return Fit::Well };
    let (phase, cut) = (cause.about().phase, sighting.codes.iter().all(|&code| is_cut(code)));
    match times::against(case, direct, phase, cut) {
        Some(against) => Fit::Not(against),
        None if times::is_late(case, direct, phase) => Fit::Loosely,
        None => Fit::Well,
    }
}

/// Whether it says no more than that the response ended before its time.
fn is_cut(code: DefectCode) -> bool {
    code.kind() == DefectKind::Cut
}

/// A fault that is a wait takes its time.
fn in_time(case: &Case<'_>, sighting: &Sighting) -> Fit {
    let took = case.contrast.gateway_seconds();
    // One that takes its upstream to be down has waited before, and does not wait again.
    // Nor does one wait that refuses what came before.
    let spoils = |known: Known| known.spoils.iter().any(|spoiling| Some(spoiling.what) == sighting.after);
    let is_spoiled = case.known.is_some_and(spoils);
    if !sighting.waited
        || is_spoiled
        || took >= SOONEST_TIMEOUT
        || case.stated.iter().any(Statement::gives_up)
    {
        return Fit::Well;
    }
    Fit::Not(format!(
        "the gateway failed after {}, sooner than any timeout; it need not take the way that was tried from here",
        figures::seconds(took)
    ))
}

/// Whether a gateway that speaks of a timeout took the time for one. Any page can be sent by a rule.
pub(super) fn has_waited(case: &Case<'_>, statement: &Statement) -> bool {
    case.contrast.gateway_seconds() >= SOONEST_TIMEOUT || !statement.names_a_wait()
}

/// What the gateway says must not be another fault.
fn in_words(cause: &dyn Cause, case: &Case<'_>, sighting: &Sighting) -> Fit {
    let Some(error_type) = sighting.error_type.or(cause.about().error_type) else { return Fit::Well };
    let took = case.contrast.gateway_seconds();
    case.stated
        .iter()
        .find(|statement| {
            // Who speaks of the head had bytes of one; what becomes of an upload is another matter.
            let had_bytes = statement.phase == Some(Phase::Head) && case.seen.request.body_size == 0;
            let had_bytes = had_bytes && sighting.met.is_some();
            had_bytes || speaks_against(statement, cause, error_type, &sighting.also, took)
        })
        .map_or_else(
            || {
                case.stated.iter().find(speaks_of_connecting(cause)).map_or(Fit::Well, |statement| {
                    // In plain HTTP who sent something, or took the request and then closed, had taken the connection.
                    let stood = case.contrast.direct.is_some_and(|direct| !over_tls(direct));
                    let is_plain = stood && sighting.met != Some(Met::Reset);
                    if is_plain { Fit::Not(says(statement)) } else { Fit::Loosely }
                })
            },
            |statement| Fit::Not(says(statement)),
        )
}

fn says(statement: &Statement) -> String {
    format!("{} says \"{}\"", statement.speaker, statement.quote)
}

/// Whether a statement is about connecting, and the cause about what comes after it. Where a connection is reset as soon as
/// it stands, one side meets the former and the other the latter.
fn speaks_of_connecting(cause: &dyn Cause) -> impl Fn(&&Statement) -> bool {
    let later = cause.about().phase > Phase::Send;
    move |statement| later && statement.phase.is_some_and(|phase| phase <= Phase::Handshake)
}

/// Whether a statement names another fault. A statement about a neighbouring fault of the same phase does not
/// count: gateways use few words for many faults. Nor does a timeout that the gateway really waited for: some wait
/// for more after bytes that they cannot use, and then name the wait. But who received a status was not refused.
fn speaks_against(
    statement: &Statement,
    cause: &dyn Cause,
    error_type: ErrorType,
    also: &[ErrorType],
    took: f64,
) -> bool {
    if statement.received_status.is_some() && cause.about().phase < Phase::Head {
        return true;
    }
    let same = |kind: &ErrorType| *kind == error_type || also.contains(kind);
    if statement.means.is_empty() || statement.means.iter().any(same) {
        return false;
    }
    if statement.names_a_wait() && took >= SOONEST_TIMEOUT && cause.about().phase >= Phase::Wait {
        return false;
    }
    if is_general(statement, cause.about().phase) || only_gives_up(statement, cause.about().phase) {
        return false;
    }
    statement.phase.is_none_or(|phase| phase != cause.about().phase)
        && !statement.means.iter().any(|kind| cause.about().stated_as.contains(kind))
}

/// Whether a statement says only that the upstream is taken to be down, which comes of any fault of reaching it.
fn only_gives_up(statement: &Statement, phase: Phase) -> bool {
    phase <= Phase::Handshake && statement.means.iter().all(|kind| *kind == ErrorType::DestinationUnavailable)
}

/// Whether a statement says only that the response is wrong or not whole, and the cause is about the response: RFC
/// 9209 has more specific types for much of that, and gateways seldom use them.
pub(super) fn is_general(statement: &Statement, phase: Phase) -> bool {
    const GENERAL: &[ErrorType] =
        &[ErrorType::HttpProtocolError, ErrorType::ConnectionTerminated, ErrorType::HttpResponseIncomplete];
    phase >= Phase::Head && statement.means.iter().all(|kind| GENERAL.contains(kind))
}

/// The gateway's answer as such.
fn in_answer(cause: &dyn Cause, case: &Case<'_>, sighting: &Sighting) -> Fit {
    let of_body = cause.about().phase == Phase::Body;
    match case.contrast.answer {
        // CONNECT asks for a connection and nothing else: where that is what fails, every refusal fits.
        Answer::ServerError(_) if case.contrast.has_no_tunnel() => Fit::Well,
        Answer::Nothing | Answer::StillWaiting if !measured::somebody_is_silent(case, sighting) => {
            Fit::Not("no gateway that was measured gives no answer to this".to_owned())
        }
        Answer::StillWaiting if sighting.waited => Fit::Well,
        // A gateway without a word is none that can be recognised; few do that, and some of them by a rule.
        Answer::NoTunnel(_) | Answer::Nothing | Answer::StillWaiting => Fit::Loosely,
        Answer::ServerError(status) => match case.known {
            Some(known) if known.own_error => error::own(case, known, status, cause, sighting),
            Some(known) => error::others(case, known, status, cause, sighting),
            // A forward proxy is told its upstream in the request, and has no pages for anything else.
            None if case.contrast.gateway.proxy.is_some() && !is_lenient(sighting) => error::of_proxy(status),
            None => error::unknown(case, status, cause, sighting),
        },
        Answer::Cut(_) | Answer::StillFlowing(_)
            if of_body || misleads_about_the_end(sighting) || is_made_something_of(case, sighting) =>
        {
            // Of what is malformed, each makes a body of his own.
            let is_cut_alone = of_body && sighting.codes.iter().all(|&code| is_cut(code));
            if is_cut_alone && !case.contrast.begin_alike() {
                Fit::Not(ANOTHER_BODY.to_owned())
            } else {
                Fit::Well
            }
        }
        Answer::Unreadable if of_body || is_passed_on_unread(case, sighting) => Fit::Well,
        Answer::Whole(_) if case.contrast.passed_on_as_whole() => Fit::Well,
        // Some blame the client, with a 400, for what the upstream sent.
        Answer::Whole(status) if status >= 400 => match case.known {
            Some(known) if known.own_error => error::own(case, known, status, cause, sighting),
            _ => Fit::Not(format!("a {status} has many reasons")),
        },
        Answer::Cut(status) | Answer::StillFlowing(status) | Answer::Whole(status) => Fit::Not(format!(
            "the gateway passed on the head of a response ({status}), so it got further than this fault lets it"
        )),
        _ => Fit::Not("the gateway passed bytes on, so it got further than this fault lets it".to_owned()),
    }
}

/// Whether all of it is what most gateways put up with.
fn is_lenient(sighting: &Sighting) -> bool {
    let lenient = |code: DefectCode| {
        matches!(code.kind(), DefectKind::Size | DefectKind::Extra | DefectKind::ContentCoding)
            || matches!(
                code,
                DefectCode::BareLf
                    | DefectCode::LeadingEmptyLine
                    | DefectCode::ContentLengthRepeated
                    | DefectCode::ContentLengthList
                    | DefectCode::ContentLengthForbidden
            )
    };
    !sighting.codes.is_empty() && sighting.codes.iter().copied().all(lenient)
}

/// Whether one of these defects, though most gateways put up with it, leaves the client of some without a byte, or without
/// the end: measured with nginx 1.22.1 in HTTP/1.1 and h2o 2.2.5.
fn silences_some(sighting: &Sighting) -> bool {
    let silences =
        |code: &DefectCode| matches!(code, DefectCode::LeadingEmptyLine | DefectCode::ContentLengthList);
    sighting.codes.iter().any(silences)
}

/// Whether it is a defect that gateways pass on, and then do not know where the body ends.
fn misleads_about_the_end(sighting: &Sighting) -> bool {
    if is_lenient(sighting) && !silences_some(sighting) {
        return false;
    }
    let misleads = |code: &DefectCode| {
        matches!(code.kind(), DefectKind::Length | DefectKind::TransferCoding | DefectKind::Extra)
    };
    sighting.codes.iter().any(misleads)
}

/// Whether it is something that gateways pass on without having understood it; surely so where the same bytes came
/// through the gateway.
fn is_passed_on_unread(case: &Case<'_>, sighting: &Sighting) -> bool {
    let unread = |code: &DefectCode| {
        matches!(code.kind(), DefectKind::Protocol | DefectKind::StatusLine | DefectKind::Interim)
    };
    sighting.codes.iter().any(unread) || came_through(case)
}

/// Whether the first line of the direct response came through the gateway: as it is, or as the beginning of the body
/// of a response that the gateway made of it (HTTP/0.9).
fn came_through(case: &Case<'_>) -> bool {
    let Some(sent) = case.contrast.direct.and_then(first_line) else { return false };
    let as_body = case.contrast.gateway.reading.as_ref().map(|reading| &reading.body.beginning.0);
    // tinyproxy 1.11.1 passes a line on as far as its first NUL (measured).
    let text = sent.split(|&byte| byte == 0).next().filter(|text| text.len() < sent.len() && text.len() >= 4);
    let reading = case.contrast.gateway.reading.as_ref();
    first_line(case.contrast.gateway) == Some(sent)
        || as_body.is_some_and(|body| body.starts_with(sent))
        || reading.zip(text).is_some_and(|(reading, text)| reading.excerpt(0, 32).starts_with(text))
}

/// The first line of a response, or as much of it as suffices to know it again.
fn first_line(exchange: &Exchange) -> Option<&[u8]> {
    let bytes = exchange.reading.as_ref()?.excerpt(0, 32);
    let line = bytes.split(|byte| matches!(byte, b'\r' | b'\n')).next()?;
    // A greeting of a binary protocol has no lines.
    Some(if line.len() > 4 { line } else { bytes }).filter(|line| line.len() > 4)
}

/// Whether the gateway made a response of its own of a status line that it did not understand: the body that came
/// through is the beginning of the one that came directly.
fn is_made_something_of(case: &Case<'_>, sighting: &Sighting) -> bool {
    let body = |exchange: &'_ Exchange| {
        exchange.reading.as_ref().map(|reading| reading.body.beginning.0.clone()).unwrap_or_default()
    };
    let (through, direct) = (body(case.contrast.gateway), case.contrast.direct.map(body).unwrap_or_default());
    let of_beginning = |code: &DefectCode| {
        matches!(code.kind(), DefectKind::Protocol | DefectKind::StatusLine | DefectKind::Interim)
    };
    let is_beginning = !through.is_empty() && direct.starts_with(&through);
    sighting.codes.iter().any(of_beginning) && (came_through(case) || is_beginning)
}

/// A gateway with several upstreams, one of which answers well, could have asked that one; and would now and then.
fn among_upstreams(case: &Case<'_>) -> Fit {
    match again::against_one_of_several(case) {
        Some(against) => Fit::Not(against.to_owned()),
        None if case.another_answers => Fit::Loosely,
        None => Fit::Well,
    }
}

/// Where the client got the upstream's own error, nothing that is wrong with other answers brought it about.
fn beside_its_own_error(case: &Case<'_>) -> Fit {
    match asked::sends_this_error(case) {
        Some((what, Strength::Shown | Strength::Likely)) => Fit::Not(format!("{what}, as the client got it")),
        Some(_) => Fit::Loosely,
        // The same page from every installation, or no body at all, may be the gateway's as well.
        None if case.contrast.has_same_error() => Fit::Loosely,
        None => Fit::Well,
    }
}
