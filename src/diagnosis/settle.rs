//! What would settle why a gateway answers an error while the upstream is fine: whom it asks, and what its log says.

use super::{FixFor, RemedyText};
use crate::cause::Case;
use crate::contrast::Answer;
use crate::gateway::{self, Gateway, LogLine};
use crate::proxy_status::ErrorType as E;

/// What is to be looked at, the likeliest reason first: that the gateway asks another address than the direct request.
pub(super) fn settling(gateway: Option<&'static Gateway>, case: &Case<'_>) -> Vec<RemedyText> {
    let is_whole = matches!(case.contrast.answer, Answer::Whole(_));
    if is_whole && case.known.is_some_and(|known| known.refusal.is_some()) {
        return refused(gateway, case);
    }
    let mut looks = Vec::new();
    // A forward proxy is told whom to ask by the request.
    if case.contrast.gateway.proxy.is_none() {
        looks.push(look(
            "First see whether the gateway asks the address that --upstream names: it may be set to another, or hold on to \
             one that the name had before."
                .to_owned(),
            gateway.and_then(|gateway| gateway::whom_it_asks(gateway.name)).map(str::to_owned),
        ));
    }
    looks.push(match gateway {
        Some(gateway) => in_its_log(gateway, case.contrast.answer.status()),
        None => look(
            "Then read the gateway's error log at this time: it says what the gateway met, and mostly at which address."
                .to_owned(),
            None,
        ),
    });
    looks.push(look(
        "Where its log has nothing at this time, look for a rule of its own that answers so: `return` in nginx, \
         `http-request return` or `deny` in HAProxy, `Redirect` in Apache httpd, `respond` in Caddy, `direct_response` in Envoy."
            .to_owned(),
        None,
    ));
    looks.push(look(
        "Where the address is the same, compare the Host and the server name (SNI) that the gateway sends with those used \
         here."
            .to_owned(),
        None,
    ));
    looks
}

/// What is to be done about a limit of the gateway's own.
fn refused(gateway: Option<&'static Gateway>, case: &Case<'_>) -> Vec<RemedyText> {
    let limit = RemedyText {
        fix_for: FixFor::Gateway,
        advice: "Raise that limit if such requests are right, or send a smaller one: large cookies and uploads are the usual \
                 reason."
            .to_owned(),
        config: None,
    };
    let refusal = gateway.and_then(|gateway| {
        let body = &case.contrast.gateway.reading.as_ref()?.body;
        let refusal = gateway::refusal(gateway.name, case.contrast.answer.status()?, body)?;
        Some((gateway, refusal)).filter(|_| !refusal.log.is_empty())
    });
    let log = refusal.map(|(gateway, refusal)| {
        look(format!("Look for {} of {}, at this time: that settles it.", refusal.log, gateway.title), None)
    });
    [limit].into_iter().chain(log).collect()
}

/// The lines to look for in the log of a gateway that answered with this status.
fn in_its_log(gateway: &'static Gateway, status: Option<u16>) -> RemedyText {
    let lines = status.map_or_else(Vec::new, |status| lines_for(gateway, status));
    let place = lines.first().or(gateway.log_lines.first().as_ref()).map_or("log", |line| line.place);
    if lines.is_empty() {
        return look(
            format!(
                "Then read {}'s {place} at this time; `why502 explain {}` has the lines that it writes, and for which fault.",
                gateway.title, gateway.name
            ),
            None,
        );
    }
    let mut shown: Vec<String> = Vec::new();
    for line in lines {
        let line = super::remedy::noted(line.text, line.note);
        if !shown.contains(&line) {
            shown.push(line);
        }
    }
    let names = if gateway.name == "nginx" {
        " Most of these lines end with the address that was asked (`upstream: `)."
    } else {
        ""
    };
    look(
        format!(
            "Then look in {}'s {place}, at this time, for what it met.{names} Mostly it is one of these:",
            gateway.title
        ),
        Some(shown.join("\n")),
    )
}

/// The lines that settle why there was this status, for the gateways whose lines tell the status: what they log for the
/// faults that are met before a response has begun.
fn lines_for(gateway: &'static Gateway, status: u16) -> Vec<&'static LogLine> {
    const MET: &[E] = &[
        E::ConnectionRefused,
        E::ConnectionTimeout,
        E::DestinationUnavailable,
        E::ConnectionTerminated,
        E::ConnectionReadTimeout,
        E::TlsAlertReceived,
        E::HttpResponseHeaderSectionSize,
    ];
    let number = status.to_string();
    let fits = |line: &&LogLine| match gateway.name {
        "haproxy" => line.text.contains(&number),
        "nginx" => {
            let is_timeout = matches!(line.fault.error_type, E::ConnectionTimeout | E::ConnectionReadTimeout)
                && line.text.starts_with("upstream timed out");
            let is_late = line.text.ends_with("while reading upstream");
            // Where a group of servers is empty it says 502, whatever happened to them.
            matches!((status, is_timeout), (504, true) | (502, false)) && !is_late && line.note.is_empty()
        }
        _ => false,
    };
    gateway.log_lines.iter().filter(|line| MET.contains(&line.fault.error_type)).filter(fits).collect()
}

fn look(advice: String, config: Option<String>) -> RemedyText {
    RemedyText { fix_for: FixFor::Investigation, advice, config }
}
