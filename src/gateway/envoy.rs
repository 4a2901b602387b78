//! Envoy's HTTP connection manager and router. Measured with 1.40.0 in front of the lab; see `tests/gateways/measured`.
//!
//! It has few words for many faults: a reset reason in the body, a response flag in the log. Left as it is it answers
//! 503 to all that goes wrong before the first byte, and 502 only to what is no valid HTTP; with `proxy_status_config`
//! it can be told to take the statuses of RFC 9209, and then sends `Proxy-Status` (read for every gateway alike).

use super::{Gateway, LogLine, Mark, MarkGroup, Remedy, Saying, Timeout, When, log_line, remedy, rule};
use crate::http1::DefectCode as D;
use crate::observation::End;
use crate::observation::Phase::{Body, Connect, Handshake, Head, Resolve, Send, Wait};
use crate::proxy_status::ErrorType as E;
use crate::tolerance::Treatment::{Cuts, Passes, Refuses, Repairs, WaitsThen};
use crate::tolerance::{Rule, SizeLimit, Tolerance};

/// Envoy.
pub(super) static ENVOY: Gateway = Gateway {
    name: "envoy",
    title: "Envoy",
    basis: super::Basis::Measured,
    // It never shows its version.
    version: None,
    own_error: OWN_ERROR,
    relayed: RELAYED,
    sayings: SAYINGS,
    fault_statuses: &[502, 503, 504],
    asks_upstream: "in HTTP/1.1 over connections that it keeps, with the Host of the client, field names in lower \
                    case, and x-request-id, x-forwarded-proto and x-envoy-expected-rq-timeout-ms added; over TLS \
                    without a server name (SNI) and without verifying the certificate unless the cluster says so",
    tolerance: Tolerance {
        rules: RULES,
        // Bisected: 80 KiB in one field or in many, and 100 fields.
        head_size: Some(SizeLimit { at_most: 81_920, each_field: 0, directive: "max_response_headers_kb" }),
        field_size: None,
        fields: Some(SizeLimit { at_most: 100, each_field: 0, directive: "max_headers_count" }),
        measured_with: "Envoy 1.40.0",
    },
    timeouts: TIMEOUTS,
    log_lines: LOG_LINES,
    remedies: REMEDIES,
    spoils: super::spoils::ENVOY,
    docs: "https://www.envoyproxy.io/docs/envoy/v1.40.0/configuration/http/http_conn_man/response_code_details",
};

const SERVER: Mark = Mark::Field("server", "envoy");
const TEXT: Mark = Mark::Field("content-type", "text/plain");
/// It stands in every response that an upstream began.
const NOT_FROM_UPSTREAM: Mark = Mark::NoField("x-envoy-upstream-service-time");

const OWN_ERROR: &[MarkGroup] = &[
    MarkGroup { marks: &[SERVER, TEXT, NOT_FROM_UPSTREAM, Mark::Body(RESET)], what: OWN_WORDS },
    MarkGroup { marks: &[SERVER, TEXT, NOT_FROM_UPSTREAM, Mark::Body(NO_HOST)], what: OWN_WORDS },
    MarkGroup { marks: &[SERVER, TEXT, NOT_FROM_UPSTREAM, Mark::Body(TIMEOUT)], what: OWN_WORDS },
    MarkGroup {
        marks: &[Mark::Status(&[431]), SERVER, TEXT, NOT_FROM_UPSTREAM, Mark::Body(TOO_LARGE)],
        what: OWN_WORDS,
    },
];

const RESET: &str = "upstream connect error or disconnect/reset before headers. ";
const NO_HOST: &str = "no healthy upstream";
const TIMEOUT: &str = "upstream request timeout";
const TOO_LARGE: &str = "Request Header Fields Too Large";
const OWN_WORDS: &str =
    "Envoy's own words, and no x-envoy-upstream-service-time, which is in all that it passes on";

/// It puts its own `server` in the place of the upstream's, and says how long the upstream took.
const RELAYED: &[MarkGroup] = &[
    MarkGroup {
        marks: &[Mark::Field("x-envoy-upstream-service-time", "*"), SERVER],
        what: "x-envoy-upstream-service-time beside Envoy's server field",
    },
    MarkGroup { marks: &[SERVER], what: "Envoy's server field" },
];

/// What the reset reasons were measured to mean.
pub(super) const SAYINGS: &[Saying] = &[
    Saying {
        mark: Mark::Body("reset reason: remote connection failure"),
        means: &[
            E::ConnectionRefused,
            E::DestinationIpUnroutable,
            E::ConnectionTerminated,
            E::TlsProtocolError,
            E::TlsCertificateError,
            E::TlsAlertReceived,
        ],
        phase: Some(Connect),
    },
    // Also where a TLS handshake stalls.
    Saying {
        mark: Mark::Body("reset reason: connection timeout"),
        means: &[E::ConnectionTimeout],
        phase: None,
    },
    // Also where the upstream sent an interim response before it closed.
    Saying {
        mark: Mark::Body("reset reason: connection termination"),
        means: &[E::ConnectionTerminated, E::HttpResponseIncomplete],
        phase: None,
    },
    Saying {
        mark: Mark::Body("reset reason: protocol error"),
        means: &[
            E::HttpProtocolError,
            E::HttpResponseIncomplete,
            E::HttpResponseTransferCoding,
            E::HttpResponseHeaderSectionSize,
        ],
        phase: Some(Head),
    },
    Saying { mark: Mark::Body("reset reason: overflow"), means: &[E::ConnectionLimitReached], phase: None },
    Saying {
        mark: Mark::Body(NO_HOST),
        means: &[E::DestinationUnavailable, E::DnsError, E::DnsTimeout],
        phase: None,
    },
    Saying {
        mark: Mark::Body(TIMEOUT),
        means: &[E::ConnectionReadTimeout, E::HttpResponseTimeout, E::ConnectionWriteTimeout],
        phase: None,
    },
];

const RULES: &[Rule] = &[
    rule(D::NotHttp, Refuses(502)),
    rule(D::LeadingEmptyLine, Refuses(502)),
    rule(D::ProtocolName, Refuses(502)),
    rule(D::VersionInvalid, Refuses(502)), // `HTTP/2`; a digit, a dot and a digit pass.
    rule(D::StatusInvalid, Refuses(502)),  // 1000 passes as it is.
    rule(D::StatusOutOfRange, Refuses(502)), // 000; from 600 on it passes.
    rule(D::StatusLineSpace, Refuses(502)), // Repaired where only the space before an empty reason is missing.
    rule(D::WhitespaceBeforeFirstField, Refuses(502)),
    rule(D::ObsFold, Repairs),
    rule(D::FieldWithoutColon, Refuses(502)),
    rule(D::FieldNameEmpty, Refuses(502)),
    rule(D::SpaceBeforeColon, Refuses(502)),
    rule(D::FieldNameInvalid, Refuses(502)),
    rule(D::ValueNul, Refuses(502)),
    rule(D::ValueBareCr, Repairs),
    rule(D::ValueControl, Refuses(502)),
    rule(D::BareLf, Repairs),
    // What is large by these codes may still fit; the limits of size decide.
    rule(D::FieldLarge, Passes),
    rule(D::HeadLarge, Passes),
    rule(D::HeadLarge, Refuses(502)), // Beyond 80 kB (measured with 100 to 1100 kB).
    rule(D::FieldsMany, Refuses(502)),
    rule(D::ContentLengthInvalid, Refuses(502)),
    rule(D::ContentLengthSigned, Refuses(502)),
    rule(D::ContentLengthOverflow, Refuses(502)),
    rule(D::ContentLengthList, Refuses(502)),
    rule(D::ContentLengthConflict, Refuses(502)),
    rule(D::ContentLengthRepeated, Refuses(502)),
    rule(D::ContentLengthWithTransferEncoding, Refuses(502)),
    rule(D::ContentLengthForbidden, Refuses(502)),
    rule(D::TransferCodingUnknown, Refuses(502)),
    rule(D::ChunkedRepeated, Refuses(502)),
    rule(D::ChunkedNotLast, Refuses(502)),
    rule(D::TransferEncodingInHttp10, Repairs),
    rule(D::TransferEncodingForbidden, Refuses(502)),
    rule(D::ChunkSizeInvalid, Cuts),
    rule(D::ChunkSizeOverflow, Cuts),
    rule(D::ChunkExtensionInvalid, Repairs),
    rule(D::ChunkDataUnterminated, Repairs), // It takes any two bytes there for CRLF.
    rule(D::TrailerInvalid, Cuts),
    rule(D::HeadCut, Refuses(502)), // 504 where the connection stays open.
    rule(D::BodyShort, Cuts),
    rule(D::LastChunkMissing, Cuts),
    rule(D::CloseUnclean, Repairs), // A clean end to the client: nobody notices that the body is cut.
    rule(D::BytesAfterEnd, Repairs),
    rule(D::BodyForbidden, Repairs),
    rule(D::UnexpectedUpgrade, Passes),
    rule(D::InterimWithoutFinal, Refuses(503)), // 504 where the connection stays open.
    rule(D::InterimWithoutFinal, Refuses(502)), // With `proxy_status_config`.
    rule(D::InterimTooMany, WaitsThen(504)),
    rule(D::InterimTooMany, Repairs), // Where a final response follows.
    rule(D::ContentCodingBroken, Passes),
    rule(D::ContentCodingCut, Passes),
];

/// The defaults are those of the documentation. Measured: the connect timeout also ends a handshake that stalls; the
/// timeout of the route counts from the end of the request to the end of the response, however steadily that flows.
const TIMEOUTS: &[Timeout] = &[
    Timeout {
        directive: "cluster.connect_timeout",
        default: Some(5.0),
        phases: &[Connect, Handshake],
        status: 503,
        between_reads: false,
    },
    Timeout {
        directive: "route.timeout",
        default: Some(15.0),
        phases: &[Wait, Head, Body],
        status: 504,
        between_reads: false,
    },
    Timeout {
        directive: "stream_idle_timeout",
        default: Some(300.0),
        phases: &[Send, Wait, Head, Body],
        status: 504,
        between_reads: true,
    },
];

const LOG: &str = "access log, if its format has %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% (the default one has the flags alone)";
const TERMINATED: &str = "upstream_reset_before_response_started{connection_termination}";
const PROTOCOL: &str = "upstream_reset_before_response_started{protocol_error}";
const LATE_PROTOCOL: &str = "upstream_reset_after_response_started{protocol_error}";

pub(super) const LOG_LINES: &[LogLine] = &[
    log_line(E::DnsError, &[Resolve], "UH no_healthy_upstream", LOG),
    log_line(E::DestinationUnavailable, &[], "UH no_healthy_upstream", LOG),
    log_line(
        E::ConnectionRefused,
        &[Connect],
        "remote_connection_failure|delayed_connect_error:_Connection_refused",
        LOG,
    ),
    log_line(
        E::ConnectionTimeout,
        &[Connect, Handshake],
        "upstream_reset_before_response_started{connection_timeout}",
        LOG,
    ),
    log_line(E::TlsCertificateError, &[], "CERTIFICATE_VERIFY_FAILED:verify_cert_failed:", LOG),
    log_line(E::TlsAlertReceived, &[], "_ALERT_", LOG),
    log_line(E::TlsProtocolError, &[Handshake], "WRONG_VERSION_NUMBER:TLS_error_end", LOG)
        .noted("where the port answers in plain HTTP"),
    log_line(
        E::TlsProtocolError,
        &[Handshake],
        "UF upstream_reset_before_response_started{remote_connection_failure}",
        LOG,
    )
    .ended(End::Closed),
    log_line(E::TlsProtocolError, &[Handshake], "Connection_reset_by_peer:TLS_error_end", LOG)
        .ended(End::Reset),
    log_line(E::ConnectionTerminated, &[Send, Wait], TERMINATED, LOG),
    log_line(E::ConnectionTerminated, &[Head], PROTOCOL, LOG),
    log_line(E::HttpResponseIncomplete, &[Head], PROTOCOL, LOG),
    log_line(E::HttpProtocolError, &[Wait, Head], PROTOCOL, LOG),
    log_line(E::HttpResponseHeaderSectionSize, &[], PROTOCOL, LOG),
    log_line(E::HttpResponseTransferCoding, &[Head], PROTOCOL, LOG),
    log_line(E::HttpResponseTransferCoding, &[Body], LATE_PROTOCOL, LOG),
    log_line(E::ConnectionReadTimeout, &[Wait, Head], "504 UT response_timeout", LOG),
    log_line(E::ConnectionReadTimeout, &[Body], "200 UT response_timeout", LOG),
    log_line(E::HttpResponseIncomplete, &[Body], LATE_PROTOCOL, LOG),
    log_line(E::ConnectionTerminated, &[Body], LATE_PROTOCOL, LOG),
];

const REMEDIES: &[Remedy] = &[
    remedy(
        E::DnsError,
        &[],
        "A cluster whose name has no address has no hosts, and Envoy answers 503 `no healthy upstream`. The name \
         server is the system's unless the cluster names one.",
        "clusters:\n- name: app\n  type: STRICT_DNS\n  load_assignment:\n    cluster_name: app\n    endpoints:\n    \
         - lb_endpoints:\n      - endpoint:\n          address:\n            \
         socket_address: {address: app.example.com, port_value: 8080}",
    ),
    remedy(
        E::ConnectionRefused,
        &[Connect],
        "Let the endpoint of the cluster be the address and port at which the upstream listens. Envoy answers 503 \
         where RFC 9209 recommends 502.",
        "clusters:\n- name: app\n  type: STATIC\n  load_assignment:\n    cluster_name: app\n    endpoints:\n    \
         - lb_endpoints:\n      - endpoint:\n          address:\n            \
         socket_address: {address: 10.0.3.7, port_value: 8080}",
    ),
    remedy(
        E::ConnectionTimeout,
        &[Connect, Handshake],
        "Envoy waits 5 s for a connection, handshake and all, and answers 503 where RFC 9209 recommends 504.",
        "clusters:\n- name: app\n  connect_timeout: 2s",
    ),
    remedy(
        E::DestinationUnavailable,
        &[],
        "The cluster has no host that Envoy thinks well of: none is known, or health checks or outlier detection \
         took them out. Below this share of healthy hosts it tries them all.",
        "clusters:\n- name: app\n  common_lb_config:\n    healthy_panic_threshold: {value: 50}",
    ),
    remedy(
        E::ConnectionLimitReached,
        &[],
        "A circuit breaker is open (`overflow`): by default a cluster takes 1024 connections, 1024 pending \
         requests and 1024 requests.",
        "clusters:\n- name: app\n  circuit_breakers:\n    thresholds:\n    - max_connections: 4096\n      \
         max_pending_requests: 4096\n      max_requests: 4096",
    ),
    remedy(
        E::ConnectionTerminated,
        &[Wait],
        "If it comes only now and then, Envoy used a kept connection that the upstream was closing: keep idle \
         connections for a shorter time than the upstream does.",
        "clusters:\n- name: app\n  typed_extension_protocol_options:\n    \
         envoy.extensions.upstreams.http.v3.HttpProtocolOptions:\n      \
         \"@type\": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions\n      \
         common_http_protocol_options: {idle_timeout: 4s}\n      \
         explicit_http_config: {http_protocol_options: {}}",
    ).when(When::NotEachTime),
    remedy(
        E::ConnectionTerminated,
        &[Wait],
        "Envoy repeats a request only where it is told to; `reset-before-request` is safe for any method.",
        "route_config:\n  virtual_hosts:\n  - name: app\n    domains: [\"*\"]\n    routes:\n    \
         - match: {prefix: /}\n      route:\n        cluster: app\n        \
         retry_policy: {retry_on: \"connect-failure,reset-before-request\", num_retries: 1}",
    ),
    remedy(
        E::ConnectionReadTimeout,
        &[],
        "The timeout of the route (15 s by default) counts from the end of the request to the end of the response; \
         for long responses it has to be off (0s). A stop-gap until the upstream answers sooner.",
        "route_config:\n  virtual_hosts:\n  - name: app\n    domains: [\"*\"]\n    routes:\n    \
         - match: {prefix: /}\n      route: {cluster: app, timeout: 300s}",
    ),
    remedy(
        E::TlsCertificateError,
        &[],
        "Envoy checks a certificate only where validation_context names an authority, and its name only where \
         match_typed_subject_alt_names does. %UPSTREAM_TRANSPORT_FAILURE_REASON% in the access log says what failed.",
        TLS,
    ),
    remedy(
        E::TlsProtocolError,
        &[Handshake],
        "The port speaks plain HTTP: take transport_socket from the cluster.",
        "",
    ).when(When::SpeaksPlain),
    remedy(E::HttpProtocolError, &[Wait], "The port speaks TLS: ask it so.", TLS).when(When::SpeaksTls),
    remedy(
        E::HttpProtocolError,
        &[Head],
        "Envoy has no option that makes it accept an invalid head; the repair is the upstream's.",
        "",
    ).when(When::InvalidHead),
    remedy(
        E::HttpProtocolError,
        &[Head],
        "The upstream speaks HTTP/2 only: ask it so.",
        "clusters:\n- name: app\n  typed_extension_protocol_options:\n    \
         envoy.extensions.upstreams.http.v3.HttpProtocolOptions:\n      \
         \"@type\": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions\n      \
         explicit_http_config: {http2_protocol_options: {}}",
    ).when(When::Http2Only),
    remedy(
        E::HttpProtocolError,
        &[Head],
        "The upstream speaks HTTP/2 only: ask it so.",
        "clusters:\n- name: app\n  typed_extension_protocol_options:\n    \
         envoy.extensions.upstreams.http.v3.HttpProtocolOptions:\n      \
         \"@type\": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions\n      \
         explicit_http_config: {http2_protocol_options: {}}",
    ).when(When::Http2OnlyTls),
    remedy(
        E::HttpResponseHeaderSectionSize,
        &[],
        "A stop-gap; the repair is a smaller head.",
        "clusters:\n- name: app\n  typed_extension_protocol_options:\n    \
         envoy.extensions.upstreams.http.v3.HttpProtocolOptions:\n      \
         \"@type\": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions\n      \
         common_http_protocol_options: {max_headers_count: 1000, max_response_headers_kb: 1024}\n      \
         explicit_http_config: {http_protocol_options: {}}",
    ),
    remedy(
        E::HttpResponseTransferCoding,
        &[],
        "Envoy takes Content-Length beside Transfer-Encoding only where it is told to, and no other wrong coding; \
         the repair is the upstream's.",
        "clusters:\n- name: app\n  typed_extension_protocol_options:\n    \
         envoy.extensions.upstreams.http.v3.HttpProtocolOptions:\n      \
         \"@type\": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions\n      \
         explicit_http_config: {http_protocol_options: {allow_chunked_length: true}}",
    ),
];

pub(super) const TLS: &str = "\
clusters:
- name: app
  transport_socket:
    name: envoy.transport_sockets.tls
    typed_config:
      \"@type\": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
      sni: app.example.com
      common_tls_context:
        validation_context:
          trusted_ca: {filename: /etc/ssl/certs/ca-certificates.crt}
          match_typed_subject_alt_names:
          - {san_type: DNS, matcher: {exact: app.example.com}}";
