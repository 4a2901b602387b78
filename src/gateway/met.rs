//! What a gateway logs when it answers with a status of its own, where its lines tell the status: as measured, see
//! `tests/gateways/measured`.

use super::{Gateway, LogLine};
use crate::proxy_status::ErrorType as E;

/// What can be met before a response has begun.
const MET: &[E] = &[
    E::DnsError,
    E::DnsTimeout,
    E::ConnectionRefused,
    E::ConnectionTimeout,
    E::DestinationUnavailable,
    E::ConnectionTerminated,
    E::ConnectionReadTimeout,
    E::HttpResponseHeaderSectionSize,
];

/// What can be met before that over TLS.
const MET_IN_TLS: &[E] = &[E::TlsCertificateError, E::TlsAlertReceived, E::TlsProtocolError];

/// The lines that tell why a gateway answered so, before an upstream that it asks over TLS or not; none for those whose lines do
/// not go by the status.
#[must_use]
pub fn lines_of_status(gateway: &'static Gateway, status: u16, over_tls: bool) -> Vec<&'static LogLine> {
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
    let is_met = |kind: &E| MET.contains(kind) || over_tls && MET_IN_TLS.contains(kind);
    gateway.log_lines.iter().filter(|line| is_met(&line.fault.error_type)).filter(fits).collect()
}

/// Where the lines of this gateway name the address that was asked.
#[must_use]
pub fn address_in_log(gateway: &str) -> Option<&'static str> {
    (gateway == "nginx").then_some("Most of these lines end with the address that was asked (`upstream: `).")
}
