//! Istio, which is Envoy with another name in `server`, and Linkerd, from the source of its proxy (errors, env).

use super::super::envoy;
use super::super::{Gateway, Mark, MarkGroup, Saying, log_line, remedy};
use super::{documented, saying, timeout};
use crate::observation::Phase::{Connect, Handshake, Head, Wait};
use crate::proxy_status::ErrorType as E;

/// Istio. Words and log lines are those of Envoy; its times are not, and no document that was read has them.
pub(in crate::gateway) static ISTIO: Gateway = Gateway {
    own_error: &[
        MarkGroup { marks: &[SERVER, TEXT, NOT_UPSTREAM, Mark::Body(RESET)], what: ISTIO_WORDS },
        MarkGroup {
            marks: &[SERVER, TEXT, NOT_UPSTREAM, Mark::Body("no healthy upstream")],
            what: ISTIO_WORDS,
        },
        MarkGroup {
            marks: &[SERVER, TEXT, NOT_UPSTREAM, Mark::Body("upstream request timeout")],
            what: ISTIO_WORDS,
        },
    ],
    relayed: &[MarkGroup { marks: &[SERVER], what: "Istio's server field" }],
    sayings: envoy::SAYINGS,
    timeouts: &[
        timeout("connectionPool.tcp.connectTimeout", None, &[Connect, Handshake], 503, false),
        timeout("timeout of the VirtualService", None, &[Wait, Head], 504, false),
    ],
    log_lines: envoy::LOG_LINES,
    remedies: &[
        remedy(
            E::ConnectionReadTimeout,
            &[],
            "The route of a VirtualService has no timeout unless one is set; this one has.",
            "http:\n- route:\n  - destination: {host: app}\n  timeout: 300s",
        ),
        remedy(
            E::ConnectionRefused,
            &[],
            "Behind a sidecar, too, the application must listen on the port that the Service names.",
            "",
        ),
    ],
    ..documented(
        "istio",
        "Istio",
        "not measured: Envoy's words as Istio's users report them",
        "https://istio.io/latest/docs/ops/common-problems/network-issues/",
    )
};

const SERVER: Mark = Mark::Field("Server", "istio-envoy");
const TEXT: Mark = Mark::Field("content-type", "text/plain*");
const NOT_UPSTREAM: Mark = Mark::NoField("x-envoy-upstream-service-time");
const RESET: &str = "upstream connect error or disconnect/reset before headers. ";
const ISTIO_WORDS: &str = "Envoy's words beside Istio's server field, and no x-envoy-upstream-service-time";

/// Linkerd's proxy.
pub(in crate::gateway) static LINKERD: Gateway = Gateway {
    own_error: &[MarkGroup {
        marks: &[Mark::Status(&[500, 502, 503, 504]), L5D],
        what: "the field l5d-proxy-error, which Linkerd's proxy sends with its own errors",
    }],
    sayings: LINKERD_SAYINGS,
    fault_statuses: &[500, 502, 503, 504],
    timeouts: &[
        timeout("outbound connect timeout", Some(1.0), &[Connect], 504, false),
        timeout("inbound connect timeout", Some(0.3), &[Connect], 504, false),
        timeout("outbound failfast timeout", Some(3.0), &[Wait], 503, false),
        timeout("inbound failfast timeout", Some(1.0), &[Wait], 503, false),
    ],
    log_lines: &[
        log_line(E::ConnectionRefused, &[], "Connection refused (os error 111)", PROXY_LOG),
        log_line(E::ConnectionTimeout, &[Connect], "connect timed out after ", PROXY_LOG),
        log_line(E::DestinationUnavailable, &[], "service in fail-fast", PROXY_LOG),
    ],
    remedies: &[
        remedy(
            E::ConnectionTimeout,
            &[],
            "The proxy waits 1 s for a connection to another pod.",
            "metadata:\n  annotations:\n    config.linkerd.io/proxy-outbound-connect-timeout: 5000ms",
        ),
        remedy(
            E::DestinationUnavailable,
            &[],
            "No endpoint could be used for 3 s: look whether the Service has ready endpoints, and what the proxies of \
             these say.",
            "",
        ),
    ],
    ..documented(
        "linkerd",
        "Linkerd",
        "not measured: the source of linkerd2-proxy",
        "https://linkerd.io/2/tasks/troubleshooting/",
    )
};

const L5D: Mark = Mark::FieldContains("l5d-proxy-error", "");
const PROXY_LOG: &str = "log of the proxy (container linkerd-proxy)";

const LINKERD_SAYINGS: &[Saying] = &[
    saying(
        Mark::FieldContains("l5d-proxy-error", "Connection refused"),
        &[E::ConnectionRefused],
        Some(Connect),
    ),
    saying(
        Mark::FieldContains("l5d-proxy-error", "connect timed out after"),
        &[E::ConnectionTimeout],
        Some(Connect),
    ),
    saying(Mark::FieldContains("l5d-proxy-error", "fail-fast"), &[E::DestinationUnavailable], None),
];
