//! Faults of a forward proxy itself, told apart from those of the origin behind it.

mod authentication_required;
mod cannot_connect;
mod denies_request;
mod intercepts_tls;
mod refuses_connect;

pub use authentication_required::AuthenticationRequired;
pub use cannot_connect::CannotConnect;
pub use denies_request::DeniesRequest;
pub use intercepts_tls::InterceptsTls;
pub use refuses_connect::RefusesConnect;

use super::{Assessment, Case};
use crate::diagnosis::{Evidence, Place};
use crate::observation::{Phase, ProxySeen, Tunnel};
use crate::proxy_status::ErrorType;
use crate::statement::Statement;

/// The forward proxy of a case, if there is one.
fn forward<'a>(case: &Case<'a>) -> Option<&'a ProxySeen> {
    case.contrast.gateway.proxy.as_ref()
}

/// What every cause here says where there is none.
fn no_proxy() -> Assessment {
    Assessment::RuledOut("the request does not go through a forward proxy".to_owned())
}

/// The tunnel that was asked for, the status and the reason of the answer, if it is no 2xx.
fn refused<'a>(case: &Case<'a>) -> Option<(&'a Tunnel, u16, String)> {
    let tunnel = case.contrast.gateway.tunnel()?;
    let status = tunnel.status.filter(|_| !tunnel.is_open())?;
    Some((tunnel, status, answer(status, &tunnel.reason.to_string())))
}

/// `403 Forbidden`.
fn answer(status: u16, reason: &str) -> String {
    if reason.is_empty() { status.to_string() } else { format!("{status} {reason}") }
}

/// Something seen in the exchange through the proxy.
fn through(case: &Case<'_>, phase: Phase, text: String) -> Evidence {
    Evidence { exchange: case.seen.index_of(case.contrast.gateway), place: Place::Phase { phase }, text }
}

/// What was seen without the proxy.
fn directly(case: &Case<'_>, text: String) -> Option<Evidence> {
    let exchange = case.seen.index_of(case.contrast.direct?);
    Some(Evidence { exchange, place: Place::Exchange, text })
}

/// The first statement of the proxy that can mean one of these, and which.
fn says<'a>(case: &Case<'a>, kinds: &[ErrorType]) -> Option<(&'a Statement, ErrorType)> {
    case.stated.iter().find_map(|statement| {
        let kind = kinds.iter().copied().find(|&kind| statement.can_mean(kind))?;
        Some((statement, kind))
    })
}

/// A statement as evidence.
fn said(case: &Case<'_>, statement: &Statement) -> Evidence {
    Evidence {
        exchange: case.seen.index_of(case.contrast.gateway),
        place: Place::Exchange,
        text: format!("{} says \u{201c}{}\u{201d}", statement.speaker, statement.quote),
    }
}
