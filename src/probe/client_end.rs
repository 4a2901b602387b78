//! How an exchange of the client library ended. Its error is a chain, and each link has a type: the innermost that
//! is known says what happened. Texts decide nothing; the innermost is kept as the library's own words. (The outermost
//! has the URL in it, and so may have secrets.)

use std::error::Error;
use std::io::{self, ErrorKind};
use std::iter::successors;
use std::time::Instant;

use super::draft::Draft;
use super::stop::{self, Stop, tls_error};
use super::{handshake, http2};
use crate::http1::StreamEnd;
use crate::observation::{ConnectOutcome, End, Phase};

/// The end that the library's error means. The draft learns how the stream ended, and in which phase.
pub(super) fn stop(draft: &mut Draft<'_>, error: &reqwest::Error) -> Stop {
    let stop = if error.is_connect() { not_connected(draft, error) } else { broken(draft, error) };
    if stop.end == End::Malformed && draft.phase() == Some(Phase::Wait) {
        draft.enter_at(Phase::Head, Instant::now());
    }
    draft.stream_end = match stop.end {
        End::Closed => StreamEnd::Fin,
        End::Reset => StreamEnd::Reset,
        _ => StreamEnd::Open,
    };
    stop
}

/// The innermost words of an error.
pub(super) fn words(error: &reqwest::Error) -> String {
    links(error).last().map_or_else(|| "the client library fails".to_owned(), ToString::to_string)
}

fn not_connected(draft: &mut Draft<'_>, error: &reqwest::Error) -> Stop {
    draft.was(Phase::Connect);
    let Some(io) = innermost(error) else {
        let end = if error.is_timeout() { End::TimedOut } else { End::LocalFailure };
        return Stop::with(end, words(error));
    };
    let end = match stop::outcome(io) {
        ConnectOutcome::Refused => End::Refused,
        ConnectOutcome::Reset => End::Reset,
        ConnectOutcome::TimedOut => End::TimedOut,
        ConnectOutcome::Unreachable => End::Unreachable,
        // An error of TLS, or a close in the midst of it.
        ConnectOutcome::Connected | ConnectOutcome::LocalFailure => {
            let in_handshake = tls_error(io).is_some() || io.kind() == ErrorKind::UnexpectedEof;
            return if in_handshake && draft.exchange.tls.is_some() {
                draft.was(Phase::Handshake);
                handshake::failed(draft, io)
            } else {
                Stop::from_io(io)
            };
        }
    };
    Stop::with(end, stop::words(io))
}

/// The connection stood.
fn broken(draft: &mut Draft<'_>, error: &reqwest::Error) -> Stop {
    if error.is_timeout() {
        return Stop::new(End::TimedOut);
    }
    if let Some(io) = innermost(error) {
        return match io.kind() {
            // The library's own judgement on chunks and the like comes as these.
            ErrorKind::InvalidData | ErrorKind::InvalidInput if tls_error(io).is_none() => {
                Stop::with(End::Malformed, stop::words(io))
            }
            _ if draft.exchange.tls.is_some() => handshake::failed(draft, io),
            _ => Stop::from_io(io),
        };
    }
    if let Some(error) = links(error).find_map(|link| link.downcast_ref::<h2::Error>()) {
        return http2::stop(error, true);
    }
    let Some(hyper) = links(error).find_map(|link| link.downcast_ref::<hyper::Error>()) else {
        return Stop::with(End::LocalFailure, words(error));
    };
    let end = if hyper.is_incomplete_message() || hyper.is_closed() {
        End::Closed
    } else if hyper.is_user() || hyper.is_canceled() {
        End::LocalFailure
    } else {
        // What it cannot parse, and bytes where it expects none.
        End::Malformed
    };
    Stop::with(end, words(error))
}

/// The causes of the library's error, without the error itself.
fn links(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    successors(error.source(), |&link| link.source())
}

/// The innermost I/O error. One may be wrapped in another, which then hides it from the chain.
fn innermost(error: &reqwest::Error) -> Option<&io::Error> {
    let outer = links(error).filter_map(|link| link.downcast_ref::<io::Error>()).last()?;
    successors(Some(outer), |io| io.get_ref()?.downcast_ref()).last()
}
