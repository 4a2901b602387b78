//! When the upstream closes a connection that nobody uses, and which gateways would still want to use it.

use std::time::Duration;

use crate::figures;
use crate::gateway::{self, Gateway};
use crate::http1::{FramingRule, Reading};
use crate::observation::{Exchange, Idle, IdleEnd};

/// How long the upstream keeps a connection.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kept {
    /// Not beyond its response, and it says so: gateways know that they need another.
    NotAtAll,
    /// Not beyond its response, without having said so. The close is there before a gateway has another request.
    AtOnce,
    /// For so many seconds, as was seen.
    Seen(f64),
    /// For so many seconds, as it says in `Keep-Alive`.
    Announced(f64),
    /// For longer than it was watched.
    Longer(f64),
    /// It does not say, and nobody waited.
    NotExamined,
}

/// A close within so many seconds belongs to the response.
const AT_ONCE: f64 = 0.1;

/// How long the upstream keeps a connection, judging by its response and by what was watched.
pub(super) fn kept(response: &Exchange, watched: Option<&Idle>) -> Kept {
    match watched {
        // What is announced is expected, however long it took.
        _ if response.reading.as_ref().is_some_and(is_last) => Kept::NotAtAll,
        Some(Idle { seconds, end: IdleEnd::StillOpen }) => Kept::Longer(*seconds),
        Some(Idle { seconds, .. }) if *seconds < AT_ONCE => Kept::AtOnce,
        Some(Idle { seconds, .. }) => Kept::Seen(*seconds),
        None => announced(response).map_or(Kept::NotExamined, Kept::Announced),
    }
}

/// Whether the connection ends with this response (RFC 9112 section 9.3).
fn is_last(reading: &Reading) -> bool {
    let Some(response) = reading.response() else { return false };
    let says = |word: &str| {
        let values = response.values("connection").filter_map(|value| value.as_str());
        values.flat_map(|value| value.split(',')).any(|option| option.trim().eq_ignore_ascii_case(word))
    };
    let until_close = reading.framing.as_ref().is_some_and(|framing| framing.rule == FramingRule::UntilClose);
    let older = response.version.as_str() == Some("HTTP/1.0");
    until_close || says("close") || (older && !says("keep-alive"))
}

/// `Keep-Alive: timeout=5, max=100`
fn announced(exchange: &Exchange) -> Option<f64> {
    let value = exchange.response()?.text("keep-alive")?;
    let timeout = value.split(',').find_map(|part| {
        let (name, seconds) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("timeout").then(|| seconds.trim().trim_matches('"'))
    })?;
    let seconds = timeout.parse::<u64>().ok().filter(|seconds| (1..=LONGEST).contains(seconds))?;
    Some(Duration::from_secs(seconds).as_secs_f64())
}

/// More seconds than a day are no time that anybody keeps a connection for. What 0 stands for, servers do not agree on:
/// for none, or for no limit.
const LONGEST: u64 = 24 * 60 * 60;

impl Kept {
    /// One sentence on it, where there is something to say.
    pub(super) fn sentence(self) -> Option<String> {
        Some(match self {
            Self::NotAtAll => {
                "The connection ends with this response, as the response itself tells.".to_owned()
            }
            Self::AtOnce => {
                "The upstream closes each connection after its response, without saying so.".to_owned()
            }
            Self::Seen(after) => {
                format!("The upstream closed the idle connection after {}.", figures::seconds(after))
            }
            Self::Announced(after) => {
                let after = figures::seconds(after);
                format!("The upstream says that it keeps idle connections for {after} (Keep-Alive).")
            }
            Self::Longer(after) => {
                let after = figures::seconds(after);
                format!("The upstream kept the idle connection for the {after} that it was watched.")
            }
            Self::NotExamined => return None,
        })
    }

    /// What goes wrong now and then at a gateway that keeps connections for longer than the upstream does.
    pub(super) fn race(self, gateway: &Gateway) -> Option<String> {
        let (Self::Seen(closes) | Self::Announced(closes)) = self else { return None };
        let keeps = gateway::keeps(gateway.name)?;
        if keeps.seconds.is_some_and(|seconds| seconds <= closes) {
            return None;
        }
        let held = keeps
            .seconds
            .map_or_else(|| "without a limit".to_owned(), |limit| format!("for {}", figures::seconds(limit)));
        let remedy = match keeps.seconds {
            Some(_) => format!("Let the upstream keep them for longer than {} does.", gateway.title),
            None => format!("Set a limit at {} that is shorter than the upstream's.", gateway.title),
        };
        Some(format!(
            "{0} keeps idle connections {held} ({1}), and the upstream closes them after {2}: a request that {0} sends \
             just as the upstream closes can fail. {remedy}",
            gateway.title,
            keeps.setting,
            figures::seconds(closes)
        ))
    }
}
