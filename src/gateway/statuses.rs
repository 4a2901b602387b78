//! With which statuses gateways answer an upstream that sends nothing that could be read, and which pass interim responses
//! on.
//!
//! Measured with the programs and versions of `tests/gateways/measured`, and checked against these tables. The statuses
//! in `also` are of other set-ups (and, for HAProxy and Squid, of an alert that comes after a
//! handshake of TLS 1.3): Envoy with `proxy_status_config` answers 502 (measured too), Caddy with passive health
//! checks 503, and Squid 503 as a forward proxy.

use crate::tolerance::Answered;
use crate::tolerance::Met::{self, Closed, Handshake, Refused, Reset};

/// With what the gateway of this name answers, the usual status first.
#[must_use]
pub fn answers(gateway: &str) -> &'static [Answered] {
    ANSWERS.iter().find(|(name, _)| *name == gateway).map_or(&[], |(_, answers)| answers)
}

/// Whether the gateway of this name passes interim responses on to a client of HTTP/1.1, all but 100 (Continue).
#[must_use]
pub fn passes_interim(gateway: &str) -> bool {
    PASS_INTERIM.contains(&gateway)
}

/// Measured with 103 before a final response, and with 102 and 103 before the close. With 100 Apache does not, and Traffic
/// Server does it at times.
const PASS_INTERIM: &[&str] =
    &["apache", "caddy", "haproxy", "lighttpd", "nghttpx", "nginx", "pingora", "squid", "tinyproxy"];

const fn all(met: Met, statuses: &'static [u16]) -> Answered {
    Answered { met, statuses, also: &[] }
}

const fn or(met: Met, statuses: &'static [u16], also: &'static [u16]) -> Answered {
    Answered { met, statuses, also }
}

const ANSWERS: &[(&str, &[Answered])] = &[
    (
        "apache",
        &[all(Refused, &[503]), or(Handshake, &[500], &[502]), all(Closed, &[502]), all(Reset, &[502])],
    ),
    (
        "caddy",
        &[
            or(Refused, &[502], &[503]),
            or(Handshake, &[502], &[503]),
            or(Closed, &[502], &[503]),
            or(Reset, &[502], &[503]),
        ],
    ),
    (
        "envoy",
        &[
            all(Refused, &[503, 502]),
            all(Handshake, &[503, 502]),
            all(Closed, &[503, 502]),
            all(Reset, &[503, 502]),
        ],
    ),
    ("h2o", &[all(Refused, &[502]), all(Handshake, &[502]), all(Closed, &[502]), all(Reset, &[502])]),
    (
        "haproxy",
        &[all(Refused, &[503]), or(Handshake, &[503], &[502]), all(Closed, &[502]), all(Reset, &[502])],
    ),
    ("lighttpd", &[all(Refused, &[503]), all(Closed, &[500]), all(Reset, &[500])]),
    ("nghttpx", &[all(Refused, &[502]), all(Handshake, &[502]), all(Closed, &[502]), all(Reset, &[502])]),
    ("nginx", &[all(Refused, &[502]), all(Handshake, &[502]), all(Closed, &[502]), all(Reset, &[502])]),
    ("pingora", &[all(Refused, &[502]), all(Handshake, &[502]), all(Closed, &[502]), all(Reset, &[502])]),
    (
        "squid",
        &[
            or(Refused, &[502], &[503]),
            or(Handshake, &[503], &[502]),
            or(Closed, &[502], &[503]),
            all(Reset, &[502, 503]),
        ],
    ),
    // Reset before the request went out it answers 503, and after it nothing.
    ("tinyproxy", &[all(Refused, &[500]), all(Closed, &[]), all(Reset, &[503])]),
    (
        "trafficserver",
        &[all(Refused, &[502]), all(Handshake, &[502]), all(Closed, &[502]), all(Reset, &[502])],
    ),
    ("varnish", &[all(Refused, &[503]), all(Closed, &[503]), all(Reset, &[503])]),
];
