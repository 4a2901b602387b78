//! What gateways check in an upstream's certificate unless they are told to, and whether they name the upstream in TLS.
//!
//! Measured in front of a server with eight certificates (of a trusted authority or self-signed, in time or expired, for the
//! name asked for or for another), by name and by address: nginx 1.22.1, HAProxy 2.6.12, Apache httpd 2.4, Caddy 2.6.2,
//! Traffic Server 9.2.9, nghttpx 1.52.0, h2o 2.2.5, Squid 5.7 and Envoy 1.40.0. Caddy, nghttpx and Squid check all of it. With
//! `verify required` HAProxy checks chain and time, and the name where `sni` or `verifyhost` gives one; with `SSLProxyVerify
//! none` Apache checks name and time (`SSLProxyCheckPeerName`, `SSLProxyCheckPeerExpire`: on by default). Neither nginx nor
//! Apache takes an address in the certificate for a name. That relatives of nginx share its defaults is as their documents
//! say.

use crate::observation::CertificateProblem as P;
use crate::tolerance::{NamesServer, Overlooks, Version};

/// What the gateway of this name overlooks in certificates by default; `None` if nothing.
#[must_use]
pub fn overlooks(gateway: &str) -> Option<&'static Overlooks> {
    ROWS.iter().find(|(names, _)| names.contains(&gateway)).map(|(_, overlooks)| overlooks)
}

/// Whether the gateway of this name verifies its upstream's certificate unless it is told otherwise; for what it overlooks
/// then see [`overlooks`]; also of one that has to be told either. `None` where that is not known.
#[must_use]
pub fn verifies(gateway: &str) -> Option<bool> {
    let overlooks_all = |known: &&Overlooks| known.problems.len() == ALL.len();
    match overlooks(gateway).filter(overlooks_all) {
        Some(_) => Some(false),
        None => VERIFYING.contains(&gateway).then_some(true),
    }
}

/// Whether the gateway of this name names its upstream in TLS (SNI) by default; `None` where that is not known.
#[must_use]
pub fn names_server(gateway: &str) -> Option<NamesServer> {
    NAMING.iter().find(|(names, _)| names.contains(&gateway)).map(|(_, naming)| *naming)
}

/// Whether the gateway of this name offers HTTP/2 to its upstream over TLS by default; `None` where that is not known.
#[must_use]
pub fn offers_http2(gateway: &str) -> Option<bool> {
    OFFERING.iter().find(|(names, _)| names.contains(&gateway)).map(|(_, offers)| *offers)
}

/// How a gateway compares certificates that are for an address.
#[derive(Debug, Clone, Copy)]
pub struct NamesAlone {
    /// What it does, as the rest of a sentence.
    pub what: &'static str,
    /// The status that comes of it.
    pub status: u16,
    /// The log line that says so.
    pub log: &'static str,
}

/// Whether the gateway of this name takes an address in a certificate (as an IP address, RFC 5280 section 4.2.1.6) for no
/// name by which it asks; and how. Apache httpd 2.4.71 was measured with seven certificates, each with `SSLProxyVerify none`
/// and `require`, by name and by address.
#[must_use]
pub fn compares_names_alone(gateway: &str) -> Option<NamesAlone> {
    (gateway == "apache").then_some(NamesAlone {
        what: "compares what stands in ProxyPass with the DNS names and the CN alone (SSLProxyCheckPeerName is on by default, \
               whatever SSLProxyVerify is)",
        status: 500,
        log: "AH02411 in its error log, with LogLevel ssl:info,",
    })
}

/// That a gateway offers its upstream TLS 1.2 at most.
#[derive(Debug, Clone, Copy)]
pub struct Tls12AtMost {
    /// That it does not offer more, and where that is changed, as the rest of a sentence.
    pub unless: &'static str,
    /// The statuses that come of a refusal.
    pub statuses: &'static [u16],
}

/// Whether this version of the gateway offers TLS 1.2 at most by default: measured with nginx 1.22.1 and Envoy 1.40.0 (their
/// first message names no TLS 1.3); that nginx offers more since 1.23.4 is as its document says.
#[must_use]
pub fn offers_tls12_at_most(gateway: &str, version: Option<Version>) -> Option<Tls12AtMost> {
    match gateway {
        "nginx" if version.is_none_or(|version| version < [1, 23, 4]) => Some(Tls12AtMost {
            unless: "before 1.23.4 does not offer unless proxy_ssl_protocols says so",
            statuses: &[502],
        }),
        "envoy" => Some(Tls12AtMost {
            unless: "does not offer unless tls_maximum_protocol_version of the cluster says so",
            statuses: &[502, 503],
        }),
        _ => None,
    }
}

/// What stands in their first message (ALPN), measured with the versions above: nothing from nginx, HAProxy, Apache httpd,
/// Squid and h2o, `http/1.1` from Envoy and nghttpx, `h2` before `http/1.1` from Caddy. Traefik does as its document says.
const OFFERING: &[(&[&str], bool)] = &[
    (
        &["nginx", "openresty", "ingress-nginx", "haproxy", "apache", "squid", "h2o", "envoy", "nghttpx"],
        false,
    ),
    (&["caddy", "traefik"], true),
];

const ROWS: &[(&[&str], Overlooks)] = &[
    (&["nginx", "openresty"], Overlooks { problems: ALL, unless: "proxy_ssl_verify is on" }),
    (&["ingress-nginx"], Overlooks { problems: ALL, unless: "the annotation proxy-ssl-verify is on" }),
    (
        &["apache"],
        Overlooks {
            problems: &[P::UnknownIssuer, P::SelfSigned, P::WrongPurpose, P::Other],
            unless: "SSLProxyVerify is require",
        },
    ),
    (
        &["envoy"],
        Overlooks { problems: ALL, unless: "the cluster has a validation_context with a trusted_ca" },
    ),
    (
        &["trafficserver"],
        Overlooks { problems: ALL, unless: "proxy.config.ssl.client.verify.server.policy is ENFORCED" },
    ),
    (&["h2o"], Overlooks { problems: &[P::WrongName], unless: "" }),
    // Given `verify required` and an authority alone, it takes a certificate for any name.
    (
        &["haproxy"],
        Overlooks {
            problems: &[P::WrongName],
            unless: "the server line has verify required, and verifyhost or sni",
        },
    ),
];

/// HAProxy does not start with `ssl` in a server line and neither `verify none` nor an authority to verify by: it is among them
/// as one that overlooks nothing unless it was told to. That Pingora does was found where its other facts were; that Traefik does is as its document says
/// (`insecureSkipVerify` is false by default).
const VERIFYING: &[&str] = &["apache", "caddy", "h2o", "haproxy", "nghttpx", "pingora", "squid", "traefik"];

const ALL: &[P] =
    &[P::Expired, P::NotYetValid, P::WrongName, P::UnknownIssuer, P::SelfSigned, P::WrongPurpose, P::Other];

/// Measured with the versions above. (That of h2o names an address too, against RFC 6066 section 3.) That Varnish 7.1.1,
/// lighttpd 1.4.69 and tinyproxy 1.11.1 speak no TLS to their upstream was found where their other facts were.
const NAMING: &[(&[&str], NamesServer)] = &[
    (&["nginx", "openresty", "ingress-nginx", "haproxy", "envoy"], NamesServer::Never),
    (&["apache", "caddy", "trafficserver", "nghttpx", "squid"], NamesServer::OfNames),
    (&["h2o"], NamesServer::Always),
    (&["varnish", "lighttpd", "tinyproxy"], NamesServer::NoTls),
];
