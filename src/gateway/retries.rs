//! How often each gateway asks its upstream when it is left to itself and an attempt fails.
//!
//! Measured with the versions named here, see `tests/gateways/retries.md`: faults of the lab through each of them, with
//! its defaults, and what the lab heard. Those that are not in the table were seen to ask once. A kept connection that
//! turns out to be dead is another matter: most ask again on a fresh one.

use crate::observation::Phase;
use crate::tolerance::{Attempts, Retries};

/// How the gateway of this name tries again by default; empty if it asks once.
#[must_use]
pub fn retries(gateway: &str) -> &'static [Retries] {
    ROWS.iter().find(|(name, _)| *name == gateway).map_or(&[], |(_, retries)| retries)
}

const ROWS: &[(&str, &[Retries])] = &[
    // nginx 1.22.1: every error and every timeout counts, as long as no byte of a response has been passed on.
    (
        "nginx",
        &[Retries {
            phases: &[Phase::Connect, Phase::Handshake, Phase::Send, Phase::Wait, Phase::Head],
            attempts: Attempts::OneForEachServer,
            pause: 0.0,
            directive: "proxy_next_upstream error timeout",
        }],
    ),
    // HAProxy 2.6.12: only connecting, and a second between two attempts if the first failed sooner.
    (
        "haproxy",
        &[Retries {
            phases: &[Phase::Connect, Phase::Handshake],
            attempts: Attempts::AtMost(4),
            pause: 1.0,
            directive: "retries 3",
        }],
    ),
    // Traffic Server 9.2.9: a request that was sent already is sent again as well.
    (
        "trafficserver",
        &[Retries {
            phases: &[Phase::Connect, Phase::Handshake, Phase::Send, Phase::Wait],
            attempts: Attempts::AtMost(4),
            pause: 0.0,
            directive: "proxy.config.http.connect_attempts_max_retries 3",
        }],
    ),
];
