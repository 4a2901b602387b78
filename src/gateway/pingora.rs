//! Pingora. Measured with 0.9.1 (pingora-proxy with rustls, in the program of `tests/pingora`) in front of the lab; see
//! `tests/gateways/measured`.
//!
//! It is a library: what its documentation calls options are fields in the program around it, and that may answer as
//! it likes. These are the facts where the program leaves `fail_to_proxy` as it is. Then every fault of the upstream is
//! a 502, timeouts too, and the response says nothing else.

use super::{Gateway, LogLine, Mark, MarkGroup, Remedy, Timeout, When, log_line, remedy, rule};
use crate::http1::DefectCode as D;
use crate::observation::Phase::{self, Body, Connect, Handshake, Head, Resolve, Send, Wait};
use crate::proxy_status::ErrorType as E;
use crate::tolerance::Treatment::{Cuts, Passes, Refuses, Repairs, WaitsThen};
use crate::tolerance::{Rule, SizeLimit, Tolerance};

/// Pingora.
pub(super) static PINGORA: Gateway = Gateway {
    name: "pingora",
    title: "Pingora",
    basis: super::Basis::Measured,
    // It never shows its version.
    version: None,
    own_error: OWN_ERROR,
    relayed: RELAYED,
    sayings: &[],
    // 500 is for errors within the program, and 400 for those of the client (by its source).
    fault_statuses: &[502],
    asks_upstream: "in HTTP/1.1 over connections that it keeps, with the Host of the client and no field added; over \
                    TLS with the server name (SNI) that the program gives, verifying the certificate, and in HTTP/2 \
                    where the program says so",
    tolerance: Tolerance {
        rules: RULES,
        // Both bisected, both compiled in. Of a larger head more may pass if it comes in one piece.
        head_size: Some(SizeLimit {
            at_most: 1_048_576,
            each_field: 0,
            directive: "MAX_HEADER_SIZE, compiled in",
        }),
        field_size: None,
        fields: Some(SizeLimit { at_most: 256, each_field: 0, directive: "MAX_HEADERS, compiled in" }),
        measured_with: "Pingora 0.9.1",
    },
    timeouts: TIMEOUTS,
    log_lines: LOG_LINES,
    remedies: REMEDIES,
    spoils: super::spoils::PINGORA,
    docs: "https://docs.rs/pingora-proxy",
};

/// No response that it passes on has these two fields of it.
const OWN_ERROR: &[MarkGroup] = &[MarkGroup {
    marks: &[
        Mark::Status(&[400, 500, 502, 503, 504]),
        Mark::Field("Server", "Pingora"),
        // HAProxy in front of a Pingora would have lowered the name.
        Mark::FieldSpelling("Server"),
        Mark::Field("Cache-Control", "private, no-store"),
        Mark::EmptyBody,
        Mark::OnlyFields(&[
            "Server",
            "Date",
            "Content-Length",
            "Cache-Control",
            "Connection",
            // The same in HTTP/2 (measured).
            "server",
            "date",
            "content-length",
            "cache-control",
        ]),
    ],
    what: "Pingora\u{2019}s own error: its Server and Cache-Control fields, and no body",
}];

/// To what it passes on it adds a `Date` at most, and every server does that.
const RELAYED: &[MarkGroup] = &[];

const RULES: &[Rule] = &[
    rule(D::NotHttp, Refuses(502)),
    rule(D::LeadingEmptyLine, Repairs),
    rule(D::ProtocolName, Refuses(502)),
    rule(D::VersionInvalid, Refuses(502)),
    rule(D::StatusInvalid, Refuses(502)),
    rule(D::StatusOutOfRange, Refuses(502)), // 000; from 600 on it passes.
    rule(D::StatusLineSpace, Refuses(502)), // Repaired where only the space before an empty reason is missing.
    rule(D::WhitespaceBeforeFirstField, Refuses(502)),
    rule(D::ObsFold, Repairs),
    rule(D::FieldWithoutColon, Refuses(502)),
    rule(D::FieldNameEmpty, Refuses(502)),
    rule(D::SpaceBeforeColon, Repairs),
    rule(D::FieldNameInvalid, Refuses(502)),
    rule(D::ValueNul, Refuses(502)),
    rule(D::ValueBareCr, Refuses(502)),
    rule(D::ValueControl, Refuses(502)),
    rule(D::BareLf, Repairs),
    // What is large by these codes may still fit; the limits of size decide.
    rule(D::FieldLarge, Passes),
    rule(D::HeadLarge, Passes),
    rule(D::HeadLarge, Refuses(502)),
    rule(D::FieldsMany, Passes),
    rule(D::FieldsMany, Refuses(502)),
    rule(D::ContentLengthInvalid, Refuses(502)),
    rule(D::ContentLengthSigned, Refuses(502)),
    rule(D::ContentLengthOverflow, Refuses(502)),
    rule(D::ContentLengthConflict, Refuses(502)),
    rule(D::ContentLengthRepeated, Passes),
    rule(D::ContentLengthList, Passes),
    rule(D::ContentLengthWithTransferEncoding, Repairs),
    rule(D::ContentLengthForbidden, Passes),
    rule(D::TransferCodingUnknown, Passes),
    rule(D::ChunkedRepeated, Passes),
    rule(D::ChunkedNotLast, Passes),
    rule(D::TransferEncodingInHttp10, Passes),
    rule(D::TransferEncodingForbidden, Passes),
    rule(D::ChunkSizeInvalid, Cuts),
    rule(D::ChunkSizeOverflow, Cuts),
    rule(D::ChunkExtensionInvalid, Repairs),
    rule(D::ChunkDataUnterminated, Cuts),
    rule(D::TrailerInvalid, Repairs), // It passes no trailers on.
    rule(D::HeadCut, Refuses(502)),
    rule(D::BodyShort, Cuts),
    rule(D::LastChunkMissing, Cuts),
    rule(D::CloseUnclean, Cuts),
    rule(D::BytesAfterEnd, Repairs),
    rule(D::BodyForbidden, Repairs),
    rule(D::UnexpectedUpgrade, Passes),
    rule(D::InterimWithoutFinal, Refuses(502)),
    rule(D::InterimTooMany, WaitsThen(502)), // It passes all of them on.
    rule(D::InterimTooMany, Passes),         // Where a final response follows.
    rule(D::ContentCodingBroken, Passes),
    rule(D::ContentCodingCut, Passes),
];

/// None is set by default (`PeerOptions::new`). Measured: the one for connecting starts anew for the handshake, and
/// that for reading with every byte, also within a head.
const TIMEOUTS: &[Timeout] = &[
    unset("connection_timeout", &[Connect, Handshake], false),
    unset("write_timeout", &[Send], true),
    unset("read_timeout", &[Wait, Head, Body], true),
];

const fn unset(directive: &'static str, phases: &'static [Phase], between_reads: bool) -> Timeout {
    Timeout { directive, default: None, phases, status: 502, between_reads }
}

const LOG: &str = "log (level error, target pingora_proxy)";
/// Pingora can be built with other libraries for TLS as well; their words are others.
const LOG_RUSTLS: &str = "log (level error, target pingora_proxy; where TLS is rustls)";
const PANIC: &str = "standard error (a panic, which names no request)";

const LOG_LINES: &[LogLine] = &[
    log_line(E::DnsError, &[Resolve], "failed to lookup address information", PANIC),
    log_line(E::ConnectionRefused, &[Connect], "Fail to proxy: Upstream ConnectRefused", LOG),
    log_line(
        E::ConnectionTimeout,
        &[Connect],
        "Fail to proxy: Upstream ConnectTimedout context: timeout ",
        LOG,
    ),
    log_line(E::DestinationIpUnroutable, &[Connect], "Fail to proxy: Upstream ConnectNoRoute", LOG),
    log_line(
        E::ConnectionTimeout,
        &[Handshake],
        "Fail to proxy: Upstream ConnectTimedout context: connecting to server ",
        LOG,
    ),
    log_line(E::TlsCertificateError, &[], "tls connect error cause: invalid peer certificate: ", LOG_RUSTLS),
    log_line(E::TlsAlertReceived, &[], "cause: received fatal alert: ", LOG_RUSTLS),
    log_line(
        E::TlsProtocolError,
        &[Handshake],
        "cause: received corrupt message of type InvalidContentType",
        LOG_RUSTLS,
    ),
    log_line(E::ConnectionTerminated, &[Handshake], "Fail to proxy: Upstream TLSHandshakeFailure", LOG),
    log_line(E::ConnectionTerminated, &[Send], "Fail to proxy: Upstream WriteError", LOG),
    log_line(E::ConnectionTerminated, &[Wait], "while reading response headers, bytes already read: 0", LOG),
    log_line(E::ConnectionTerminated, &[Head], "while reading response headers, bytes already read: ", LOG),
    log_line(E::HttpResponseIncomplete, &[Head], "while reading response headers, bytes already read: ", LOG),
    log_line(
        E::ConnectionReadTimeout,
        &[Wait, Head],
        "Fail to proxy: Upstream ReadTimedout ... while reading response headers",
        LOG,
    ),
    log_line(E::ConnectionReadTimeout, &[Body], "Fail to proxy: Upstream ReadTimedout ... reading body", LOG),
    log_line(E::HttpProtocolError, &[Wait, Head], "Fail to proxy: Upstream InvalidHTTPHeader", LOG),
    log_line(E::HttpResponseHeaderSectionSize, &[], "cause: too many headers", LOG),
    log_line(E::HttpResponseHeaderSectionSize, &[], "Response header larger than 1048575", LOG),
    log_line(E::HttpResponseTransferCoding, &[Body], "Fail to proxy: Upstream InvalidChunk", LOG),
    log_line(E::HttpResponseIncomplete, &[Body], "Peer prematurely closed connection with ", LOG),
    log_line(
        E::HttpResponseIncomplete,
        &[Body],
        "Connection prematurely closed without the termination chunk",
        LOG,
    ),
    log_line(
        E::ConnectionTerminated,
        &[Body],
        "Fail to proxy: Upstream ReadError ... when reading body",
        LOG,
    ),
];

/// Every line of these is compiled as well: `tests/pingora/src/recommended.rs` has them.
const REMEDIES: &[Remedy] = &[
    remedy(
        E::DnsError,
        &[],
        "Given a name that cannot be looked up, HttpPeer::new panics, and the client gets no byte. Look it up in \
         upstream_peer (with lookup_host of tokio), and hand the failure on as the upstream\u{2019}s: that gives 502.",
        "let found = lookup_host(\"app.example.com:8080\").await;\n\
         let found = found.or_err(ErrorType::ConnectNoRoute, \"looking it up\").map_err(Error::into_up)?;",
    ),
    remedy(
        E::ConnectionRefused,
        &[Connect],
        "Let upstream_peer name the address and port at which the upstream listens. While that restarts, \
         fail_to_connect may have upstream_peer asked once more (16 times at the most), as here.",
        "e.set_retry(true);",
    ),
    remedy(
        E::ConnectionTimeout,
        &[Connect, Handshake],
        "Pingora has no limit unless one is set, and then the system gives up after about two minutes. This one \
         goes for connecting and for the handshake, each. The answer is 502 where RFC 9209 recommends 504, unless \
         fail_to_proxy is written anew.",
        "peer.options.connection_timeout = Some(Duration::from_secs(10));",
    ),
    remedy(
        E::ConnectionTerminated,
        &[Wait],
        "Pingora repeats a GET by itself if a kept connection fails, and no POST. If it comes only now and then, keep \
         idle connections for a shorter time than the upstream does; without this Pingora sets no limit.",
        "peer.options.idle_timeout = Some(Duration::from_secs(4));",
    ).when(When::NotEachTime),
    remedy(
        E::ConnectionReadTimeout,
        &[],
        "Pingora has no limit unless one is set, and answers 502 where RFC 9209 recommends 504, unless fail_to_proxy \
         is written anew. A longer limit is a stop-gap until the upstream answers sooner; gateways in front of \
         Pingora need it too.",
        "peer.options.read_timeout = Some(Duration::from_secs(300));",
    ),
    remedy(
        E::TlsAlertReceived,
        &[],
        "If the upstream asks for another server name (SNI), or for a certificate of the client:",
        "let mut peer = HttpPeer::new(\"10.0.3.7:443\", true, \"app.example.com\".to_owned());\n\
         peer.client_cert_key = Some(Arc::new(client));",
    ),
    remedy(
        E::TlsCertificateError,
        &[],
        "Give Pingora the authority that signed the certificate, in the configuration of the server.",
        "conf.ca_file = Some(\"/etc/ssl/certs/ca-certificates.crt\".to_owned());",
    ),
    remedy(
        E::TlsCertificateError,
        &[],
        "The certificate has to be made out for the server name that the peer is given.",
        "let peer = HttpPeer::new(\"10.0.3.7:443\", true, \"app.example.com\".to_owned());",
    ),
    remedy(
        E::TlsProtocolError,
        &[Handshake],
        "The port speaks plain HTTP: ask it so.",
        "let peer = HttpPeer::new(\"127.0.0.1:8080\", false, String::new());",
    ).when(When::SpeaksPlain),
    remedy(
        E::HttpProtocolError,
        &[Wait],
        "The port speaks TLS: ask it so.",
        "let peer = HttpPeer::new(\"127.0.0.1:8443\", true, \"app.example.com\".to_owned());",
    ).when(When::SpeaksTls),
    remedy(
        E::HttpProtocolError,
        &[Head],
        "Pingora forgives white space before a colon and a folded line, and nothing else of a head. Of a wrong \
         Content-Length alone this makes a body that ends with the connection; else the repair is the upstream\u{2019}s.",
        "peer.options.allow_h1_response_invalid_content_length = true;",
    ).when(When::InvalidHead),
    remedy(
        E::HttpProtocolError,
        &[Head],
        "The upstream speaks HTTP/2 only: ask it so.",
        "peer.options.set_http_version(2, 2);",
    ).when(When::Http2Only),
    remedy(
        E::HttpProtocolError,
        &[Head],
        "The upstream speaks HTTP/2 only: ask it so.",
        "peer.options.set_http_version(2, 2);",
    ).when(When::Http2OnlyTls),
    remedy(
        E::HttpResponseHeaderSectionSize,
        &[],
        "256 fields and 1 MiB are compiled into Pingora; the repair is a smaller head.",
        "",
    ),
    remedy(
        E::HttpResponseTransferCoding,
        &[],
        "Pingora has no option that makes it accept a wrong chunk, and passes a wrong Transfer-Encoding on; the repair \
         is the upstream\u{2019}s.",
        "",
    ),
];
