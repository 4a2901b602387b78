//! Caddy. Measured with 2.6.2 (Debian) in front of the lab; see `tests/gateways/measured`.
//!
//! Its errors have no body and say nothing but the status. It ends a body that was cut, or coded wrongly, in good
//! order, so that the client never learns that something is missing. Versions after 2.6 break it off instead.

use super::{Gateway, LogLine, Mark, MarkGroup, Remedy, Saying, Timeout, When, log_line, remedy, rule};
use crate::http1::DefectCode as D;
use crate::observation::End;
use crate::observation::Phase::{self, Body, Connect, Handshake, Head, Resolve, Send, Wait};
use crate::proxy_status::ErrorType as E;
use crate::tolerance::Treatment::{Closes, Cuts, Passes, Raw, Refuses, Repairs};
use crate::tolerance::{Rule, Tolerance};

/// Caddy.
pub(super) static CADDY: Gateway = Gateway {
    name: "caddy",
    title: "Caddy",
    basis: super::Basis::Measured,
    // It never shows its version.
    version: None,
    own_error: OWN_ERROR,
    relayed: RELAYED,
    sayings: SAYINGS,
    fault_statuses: &[502, 503, 504],
    asks_upstream: "in HTTP/1.1 over connections that it keeps, with the Host of the client, X-Forwarded-For, -Proto \
                    and -Host added, and Accept-Encoding: gzip where the client has none; over TLS with the host \
                    of the upstream as server name (SNI), verifying the certificate, and in HTTP/2 if it may",
    tolerance: Tolerance {
        rules: RULES,
        // A head of 300 kB passes, and one of 6000 fields.
        head_size: None,
        field_size: None,
        fields: None,
        measured_with: "Caddy 2.6.2",
    },
    timeouts: TIMEOUTS,
    log_lines: LOG_LINES,
    remedies: REMEDIES,
    spoils: super::spoils::CADDY,
    docs: "https://caddyserver.com/docs/caddyfile/directives/reverse_proxy",
};

const SERVER: Mark = Mark::Field("Server", "Caddy");

const OWN_ERROR: &[MarkGroup] = &[MarkGroup {
    marks: &[
        Mark::Status(&[500, 502, 503, 504]),
        SERVER,
        Mark::EmptyBody,
        Mark::NoField("Content-Type"),
        Mark::OnlyFields(&["Server", "Date", "Content-Length", "Connection", "Alt-Svc"]),
    ],
    what: "Caddy\u{2019}s own error: its Server field, and no body",
}];

/// What it passes on has its own `Server` field beside the upstream's.
const RELAYED: &[MarkGroup] = &[MarkGroup { marks: &[SERVER], what: "Caddy's Server field" }];

const SAYINGS: &[Saying] = &[Saying {
    mark: Mark::Reason("Gateway Timeout"),
    means: &[E::ConnectionReadTimeout, E::ConnectionTimeout, E::ConnectionWriteTimeout],
    phase: None,
}];

const RULES: &[Rule] = &[
    rule(D::NotHttp, Refuses(502)),
    rule(D::LeadingEmptyLine, Refuses(502)),
    rule(D::ProtocolName, Refuses(502)),
    rule(D::VersionInvalid, Refuses(502)), // `HTTP/2`; a digit, a dot and a digit pass.
    rule(D::StatusInvalid, Refuses(502)),
    rule(D::StatusOutOfRange, Closes), // 000; it stops answering in the middle of it.
    rule(D::StatusLineSpace, Refuses(502)), // Repaired where only the space before an empty reason is missing.
    rule(D::WhitespaceBeforeFirstField, Refuses(502)),
    rule(D::ObsFold, Repairs),
    rule(D::FieldWithoutColon, Refuses(502)),
    rule(D::FieldNameEmpty, Repairs),
    rule(D::SpaceBeforeColon, Repairs),
    rule(D::FieldNameInvalid, Repairs), // The line is left out.
    rule(D::ValueNul, Passes),
    rule(D::ValueBareCr, Repairs),
    rule(D::ValueControl, Passes),
    rule(D::BareLf, Repairs),
    rule(D::FieldLarge, Passes),
    rule(D::HeadLarge, Passes),
    rule(D::FieldsMany, Passes),
    rule(D::ContentLengthInvalid, Refuses(502)), // An empty one is none.
    rule(D::ContentLengthSigned, Refuses(502)),
    rule(D::ContentLengthOverflow, Refuses(502)),
    rule(D::ContentLengthConflict, Refuses(502)),
    rule(D::ContentLengthRepeated, Repairs),
    rule(D::ContentLengthList, Refuses(502)),
    rule(D::ContentLengthWithTransferEncoding, Repairs),
    rule(D::ContentLengthForbidden, Repairs),
    rule(D::TransferCodingUnknown, Refuses(502)),
    rule(D::ChunkedRepeated, Refuses(502)),
    rule(D::ChunkedNotLast, Refuses(502)),
    rule(D::TransferEncodingInHttp10, Raw), // It takes the chunks for the body, with their sizes.
    rule(D::TransferEncodingForbidden, Repairs),
    rule(D::ChunkSizeInvalid, Cuts), // With a proper end: nobody notices that the body is cut.
    rule(D::ChunkSizeOverflow, Cuts),
    rule(D::ChunkExtensionInvalid, Repairs),
    rule(D::ChunkDataUnterminated, Repairs),
    rule(D::TrailerInvalid, Repairs),
    rule(D::HeadCut, Refuses(502)), // 504 where the connection stays open.
    rule(D::BodyShort, Cuts),
    rule(D::LastChunkMissing, Repairs), // Nobody notices that the body is cut.
    rule(D::CloseUnclean, Repairs),     // The same.
    rule(D::BytesAfterEnd, Repairs),
    rule(D::BodyForbidden, Repairs),
    rule(D::UnexpectedUpgrade, Repairs),        // 200 without a body.
    rule(D::InterimWithoutFinal, Refuses(502)), // 504 where the connection stays open.
    rule(D::InterimTooMany, Refuses(502)),
    rule(D::ContentCodingBroken, Cuts), // Where it asked for gzip itself; else it passes.
    rule(D::ContentCodingCut, Repairs),
];

/// Measured: the limit of a read also ends a handshake that stalls.
const TIMEOUTS: &[Timeout] = &[
    timeout("dial_timeout", Some(3.0), &[Resolve, Connect], 502, false),
    timeout("tls_timeout", None, &[Handshake], 504, false),
    timeout("write_timeout", None, &[Send], 504, true),
    timeout("response_header_timeout", None, &[Wait, Head], 504, false),
    timeout("read_timeout", None, &[Body], 502, true),
];

const fn timeout(
    directive: &'static str,
    default: Option<f64>,
    phases: &'static [Phase],
    status: u16,
    between_reads: bool,
) -> Timeout {
    Timeout { directive, default, phases, status, between_reads }
}

const LOG: &str = "log (JSON; logger http.log.error, field msg)";
const PROXY_LOG: &str = "log (JSON; logger http.handlers.reverse_proxy; it does not name the request)";

const LOG_LINES: &[LogLine] = &[
    log_line(E::DnsError, &[Resolve], "no such host", LOG),
    log_line(E::DnsTimeout, &[Resolve], "i/o timeout", LOG),
    log_line(E::ConnectionRefused, &[Connect], "connect: connection refused", LOG),
    log_line(E::ConnectionTimeout, &[Connect], "i/o timeout", LOG),
    log_line(E::DestinationIpUnroutable, &[Connect], "connect: no route to host", LOG),
    log_line(E::DestinationUnavailable, &[], "no upstreams available", LOG),
    log_line(E::TlsCertificateError, &[], "x509: certificate ", LOG),
    log_line(E::TlsAlertReceived, &[], "remote error: tls: ", LOG),
    log_line(E::TlsProtocolError, &[Handshake], "tls: first record does not look like a TLS handshake", LOG)
        .noted("where the port answers in plain HTTP"),
    log_line(E::TlsProtocolError, &[Handshake], "http.log.error EOF", LOG).ended(End::Closed),
    log_line(E::TlsProtocolError, &[Handshake], "read: connection reset by peer", LOG).ended(End::Reset),
    log_line(E::ConnectionTimeout, &[Handshake], "i/o timeout", LOG),
    log_line(E::ConnectionTerminated, &[Wait], "http.log.error EOF", LOG),
    log_line(E::ConnectionTerminated, &[Wait, Send], "read: connection reset by peer", LOG),
    log_line(E::HttpResponseIncomplete, &[Head], "transport connection broken: unexpected EOF", LOG),
    log_line(E::ConnectionReadTimeout, &[Wait, Head], "net/http: timeout awaiting response headers", LOG),
    log_line(E::HttpProtocolError, &[Wait, Head], "transport connection broken: malformed HTTP ", LOG),
    log_line(E::HttpProtocolError, &[Head], "malformed MIME header", LOG),
    log_line(E::HttpProtocolError, &[Head], "bad Content-Length ", LOG),
    log_line(E::HttpResponseTransferCoding, &[], "unsupported transfer encoding: ", LOG),
    log_line(E::HttpResponseTransferCoding, &[], "too many transfer encodings: ", LOG),
    log_line(E::HttpResponseIncomplete, &[Body], "aborting with incomplete response", PROXY_LOG),
    log_line(E::ConnectionTerminated, &[Body], "aborting with incomplete response", PROXY_LOG),
    log_line(E::ConnectionReadTimeout, &[Body], "aborting with incomplete response", PROXY_LOG),
];

const REMEDIES: &[Remedy] = &[
    remedy(
        E::DnsError,
        &[],
        "Caddy looks the name up for each connection. Let it ask a name server that knows it.",
        "reverse_proxy app.example.com:8080 {\n    transport http {\n        resolvers 192.0.2.53\n    }\n}",
    ),
    remedy(
        E::ConnectionRefused,
        &[Connect],
        "Let reverse_proxy name the address and port at which the upstream listens; `localhost` can mean ::1 first. \
         While the upstream restarts, Caddy may go on trying.",
        "reverse_proxy 127.0.0.1:8080 {\n    lb_try_duration 5s\n}",
    ),
    remedy(
        E::ConnectionTimeout,
        &[Connect],
        "Caddy gives up after 3 s, and answers 502 where RFC 9209 recommends 504. A longer limit helps only where \
         the way is slow.",
        "reverse_proxy 10.0.3.7:8080 {\n    transport http {\n        dial_timeout 10s\n    }\n}",
    ),
    remedy(
        E::DestinationUnavailable,
        &[],
        "Every upstream is taken for dead. Look why the health check fails: its path, its Host and the status that \
         it expects.",
        "reverse_proxy 10.0.3.7:8080 {\n    health_uri /health\n    health_status 2xx\n}",
    ),
    remedy(
        E::ConnectionTerminated,
        &[Wait],
        "Caddy repeats a GET by itself if a kept connection fails, and no POST. If it comes only now and then, keep \
         idle connections for a shorter time than the upstream does.",
        "reverse_proxy 10.0.3.7:8080 {\n    transport http {\n        keepalive 4s\n    }\n}",
    ).when(When::NotEachTime),
    remedy(
        E::ConnectionReadTimeout,
        &[],
        "Caddy has no limit unless one is set. A longer one is a stop-gap until the upstream answers sooner; \
         gateways in front of Caddy need it too.",
        "reverse_proxy 10.0.3.7:8080 {\n    transport http {\n        response_header_timeout 300s\n        \
         read_timeout 300s\n    }\n}",
    ),
    remedy(
        E::TlsCertificateError,
        &[],
        "Give Caddy the authority that signed the certificate, and the name that it was made out for.",
        "reverse_proxy https://10.0.3.7 {\n    transport http {\n        tls_server_name app.example.com\n        \
         tls_trusted_ca_certs /etc/ssl/certs/ca-certificates.crt\n    }\n}",
    ),
    remedy(
        E::TlsProtocolError,
        &[Handshake],
        "The port speaks plain HTTP: ask it so.",
        "reverse_proxy http://127.0.0.1:8080",
    ).when(When::SpeaksPlain),
    remedy(
        E::HttpProtocolError,
        &[Wait],
        "The port speaks TLS: ask it so.",
        "reverse_proxy https://app.example.com:8443",
    ).when(When::SpeaksTls),
    remedy(
        E::HttpProtocolError,
        &[Head],
        "Caddy forgives bad characters in names and nothing else of a head; the repair is the upstream\u{2019}s.",
        "",
    ).when(When::InvalidHead),
    remedy(
        E::HttpProtocolError,
        &[Head],
        "The upstream speaks HTTP/2 only: ask it so.",
        "reverse_proxy h2c://127.0.0.1:8080",
    ).when(When::Http2Only),
    remedy(
        E::HttpResponseTransferCoding,
        &[],
        "Caddy has no directive that makes it accept this; the repair is the upstream's, which often copies the \
         field of another response.",
        "",
    ),
    remedy(
        E::HttpResponseContentCoding,
        &[],
        "Caddy asks for gzip where the client does not, and then decodes it. Asking for plain content is a stop-gap.",
        "reverse_proxy 10.0.3.7:8080 {\n    transport http {\n        compression off\n    }\n}",
    ),
];
