//! Traefik, from its source (`ComputeStatusCode`, the transport's defaults).
//!
//! 500 for a malformed response or a certificate that is not trusted follows from that source, and was not seen.

use super::super::{Gateway, LogLine, Mark, MarkGroup, Remedy, log_line, remedy};
use super::{documented, saying, timeout};
use crate::observation::Phase::{Connect, Head, Resolve, Wait};
use crate::proxy_status::ErrorType as E;

/// Traefik.
pub(in crate::gateway) static TRAEFIK: Gateway = Gateway {
    own_error: OWN_ERROR,
    sayings: &[
        saying(Mark::Body("Gateway Timeout"), &[E::ConnectionReadTimeout, E::ConnectionTimeout], None),
        saying(Mark::Body("no available server"), &[E::DestinationUnavailable], None),
    ],
    fault_statuses: &[500, 502, 503, 504],
    timeouts: &[
        timeout("forwardingTimeouts.dialTimeout", Some(30.0), &[Connect], 504, false),
        timeout("forwardingTimeouts.responseHeaderTimeout", None, &[Wait, Head], 504, false),
    ],
    log_lines: LOG_LINES,
    remedies: REMEDIES,
    ..documented(
        "traefik",
        "Traefik",
        "not measured: Traefik's source",
        "https://doc.traefik.io/traefik/routing/services/",
    )
};

/// Nothing but the phrase of the status, in just as many bytes, and no field that is not needed for it.
const ONLY: Mark = Mark::OnlyFields(&[
    "Date",
    "Content-Length",
    "Content-Type",
    "Connection",
    "date",
    "content-length",
    "content-type",
]);
const TEXT: Mark = Mark::Field("Content-Type", "text/plain*");

const fn length(digits: &'static str) -> Mark {
    Mark::Field("Content-Length", digits)
}

const OWN_ERROR: &[MarkGroup] = &[
    MarkGroup {
        marks: &[Mark::Status(&[502]), ONLY, TEXT, length("11"), Mark::Body("Bad Gateway")],
        what: BARE,
    },
    MarkGroup {
        marks: &[Mark::Status(&[504]), ONLY, TEXT, length("15"), Mark::Body("Gateway Timeout")],
        what: BARE,
    },
    MarkGroup {
        marks: &[Mark::Status(&[500]), ONLY, TEXT, length("21"), Mark::Body("Internal Server Error")],
        what: BARE,
    },
    MarkGroup {
        marks: &[
            Mark::Status(&[503]),
            Mark::NoField("Server"),
            Mark::NoField("Via"),
            TEXT,
            Mark::Body("no available server"),
        ],
        what: "the words `no available server` in plain text and no Server field, as Traefik has them",
    },
];

const BARE: &str =
    "the bare phrase of the status in plain text, with no field but those it needs, as Traefik sends it";

const LOG: &str = "log (level debug; the access log has OriginStatus and DownstreamStatus)";

const LOG_LINES: &[LogLine] = &[
    log_line(E::ConnectionRefused, &[], "502 Bad Gateway caused by: dial tcp", LOG),
    log_line(E::ConnectionTerminated, &[], "502 Bad Gateway caused by: EOF", LOG),
    log_line(E::DnsError, &[Resolve], "no such host", LOG),
    log_line(E::ConnectionTimeout, &[Connect], "504 Gateway Timeout", LOG),
    log_line(
        E::TlsCertificateError,
        &[],
        "500 Internal Server Error caused by: tls: failed to verify certificate",
        LOG,
    ),
];

const REMEDIES: &[Remedy] = &[
    remedy(
        E::ConnectionRefused,
        &[],
        "Let the service name the address and port at which the upstream listens; for containers, the port inside.",
        "traefik.http.services.app.loadbalancer.server.port=8080",
    ),
    remedy(
        E::ConnectionTimeout,
        &[],
        "Traefik waits 30 s for a connection.",
        "http:\n  serversTransports:\n    app:\n      forwardingTimeouts:\n        dialTimeout: 5s",
    ),
    remedy(
        E::TlsCertificateError,
        &[],
        "Give Traefik the authority that signed the certificate, and the name that it was made out for.",
        "http:\n  serversTransports:\n    app:\n      serverName: app.example.com\n      rootCAs:\n      - /etc/ssl/app-ca.pem",
    ),
    remedy(
        E::ConnectionTerminated,
        &[Wait],
        "Traefik keeps idle connections for 90 s: keep them for a shorter time than the upstream does.",
        "http:\n  serversTransports:\n    app:\n      forwardingTimeouts:\n        idleConnTimeout: 4s",
    ),
];
