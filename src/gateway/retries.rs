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

/// Whether the gateway of this name asks each address that a name has, until one takes the connection; `None` where that was not
/// measured. With a name of `::1`, where nobody listens, and `127.0.0.1`: nginx 1.22.1, Apache httpd 2.4.71, Caddy 2.6.2, Varnish
/// 7.1.1, Squid 5.7, h2o 2.2.5 and tinyproxy 1.11.1 answered 200; HAProxy 2.6.12, nghttpx 1.52.0, lighttpd 1.4.69, Pingora 0.9.1
/// and Envoy 1.40.0 failed.
#[must_use]
pub fn asks_each_address(gateway: &str) -> Option<bool> {
    match gateway {
        "nginx" | "openresty" | "apache" | "caddy" | "varnish" | "squid" | "h2o" | "tinyproxy" => Some(true),
        "haproxy" | "nghttpx" | "lighttpd" | "pingora" | "envoy" => Some(false),
        _ => None,
    }
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
