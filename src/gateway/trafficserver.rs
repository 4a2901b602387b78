//! Apache Traffic Server as a reverse proxy. Measured with 9.2.9 (Debian) in front of the lab, without a cache; see
//! `tests/gateways/measured`.
//!
//! The reason phrase of its own errors names the cause. By default it tries four times, also after the request was
//! sent, so that a failure can take a multiple of its timeouts.

use super::{Gateway, LogLine, Mark, MarkGroup, Remedy, Saying, Timeout, When, log_line, remedy, rule};
use crate::http1::DefectCode as D;
use crate::observation::Phase::{Body, Connect, Handshake, Head, Resolve, Send, Wait};
use crate::proxy_status::ErrorType as E;
use crate::tolerance::Treatment::{Closes, Cuts, Passes, Refuses, Repairs};
use crate::tolerance::{Rule, SizeLimit, Tolerance};

/// Apache Traffic Server.
pub(super) static TRAFFIC_SERVER: Gateway = Gateway {
    name: "trafficserver",
    title: "Traffic Server",
    basis: super::Basis::Measured,
    version: Some(("Server", "ATS/")),
    own_error: OWN_ERROR,
    relayed: RELAYED,
    sayings: SAYINGS,
    fault_statuses: &[400, 500, 502, 504],
    asks_upstream: "in HTTP/1.1 over connections that it keeps, with the host of the remap rule as Host, Client-ip, \
                    X-Forwarded-For and Via added; over TLS with a server name (SNI), and with a failed check of the \
                    certificate only logged (PERMISSIVE) unless it is ENFORCED",
    tolerance: Tolerance {
        rules: RULES,
        // Bisected: 128 KiB with the status line. 2000 fields pass, but take seconds.
        head_size: Some(SizeLimit {
            at_most: 131_072,
            each_field: 0,
            directive: "proxy.config.http.response_header_max_size",
        }),
        field_size: None,
        fields: None,
        measured_with: "Traffic Server 9.2.9",
    },
    timeouts: TIMEOUTS,
    log_lines: LOG_LINES,
    remedies: REMEDIES,
    spoils: super::spoils::TRAFFIC_SERVER,
    docs: "https://docs.trafficserver.apache.org/en/9.2.x/admin-guide/files/records.config.en.html",
};

const SERVER: Mark = Mark::Field("Server", "ATS/*");

const OWN_ERROR: &[MarkGroup] = &[MarkGroup {
    marks: &[
        SERVER,
        Mark::NoField("Age"),
        Mark::Field("Cache-Control", "no-store"),
        Mark::Field("Content-Language", "en"),
        Mark::Body("<BODY BGCOLOR=\"white\" FGCOLOR=\"black\">"),
    ],
    what: "Traffic Server's own error page, without the Age that it adds to what it passes on",
}];

/// It puts its own `Server` in the place of the upstream's.
const RELAYED: &[MarkGroup] = &[MarkGroup { marks: &[SERVER], what: "Traffic Server's Server field" }];

/// The reason phrases, and what they were measured to mean.
const SAYINGS: &[Saying] = &[
    said("Cannot find server.", &[E::DnsError, E::DnsTimeout], Some(Resolve)),
    said("Connection refused", &[E::ConnectionRefused], Some(Connect)),
    said("No route to host", &[E::DestinationIpUnroutable], Some(Connect)),
    // Before the request or within a handshake.
    said("Connection reset by peer", &[E::ConnectionTerminated, E::TlsProtocolError], None),
    // A connection or a handshake that was not done in time, or a handshake that was cut off.
    said("connect failed", &[E::ConnectionTimeout, E::TlsProtocolError, E::ConnectionTerminated], None),
    // Nothing at all came, or no status in it.
    said(
        "Malformed Server Response Status",
        &[E::ConnectionTerminated, E::HttpProtocolError, E::HttpResponseIncomplete],
        None,
    ),
    said("Server Hangup", &[E::HttpResponseIncomplete, E::ConnectionTerminated], None),
    said(
        "Invalid HTTP Response",
        &[E::HttpProtocolError, E::HttpResponseHeaderSectionSize, E::HttpResponseTransferCoding],
        None,
    ),
    said("Invalid HTTP Request", &[E::HttpResponseTransferCoding, E::HttpRequestError], None),
    said("Connection Timed Out", &[E::ConnectionReadTimeout, E::ConnectionWriteTimeout], None),
];

const fn said(reason: &'static str, means: &'static [E], phase: Option<crate::observation::Phase>) -> Saying {
    Saying { mark: Mark::Reason(reason), means, phase }
}

const RULES: &[Rule] = &[
    rule(D::NotHttp, Refuses(502)),
    rule(D::LeadingEmptyLine, Refuses(502)),
    rule(D::ProtocolName, Refuses(502)),
    rule(D::VersionInvalid, Refuses(502)), // `HTTP/2`; a digit, a dot and a digit pass.
    rule(D::StatusInvalid, Refuses(502)),  // Letters; 99 and 1000 pass as they are.
    rule(D::StatusOutOfRange, Refuses(502)), // 000; from 600 on it passes.
    rule(D::StatusLineSpace, Refuses(502)), // Repaired where only the space before an empty reason is missing.
    rule(D::WhitespaceBeforeFirstField, Repairs), // Drops the line.
    rule(D::ObsFold, Repairs),
    rule(D::FieldWithoutColon, Repairs), // Drops the line.
    rule(D::FieldNameEmpty, Repairs),    // Drops the line.
    rule(D::SpaceBeforeColon, Repairs),
    rule(D::FieldNameInvalid, Refuses(502)),
    rule(D::ValueNul, Refuses(502)),
    rule(D::ValueBareCr, Refuses(502)),
    rule(D::ValueControl, Refuses(502)),
    rule(D::BareLf, Repairs),
    // What is large by these codes may still fit; the limits of size decide.
    rule(D::FieldLarge, Passes),
    rule(D::HeadLarge, Passes),
    rule(D::HeadLarge, Refuses(502)), // Beyond 128 KiB (measured with 131,073 to 1,100,000 bytes).
    rule(D::FieldsMany, Passes),
    rule(D::ContentLengthInvalid, Refuses(502)),
    rule(D::ContentLengthSigned, Refuses(502)),
    rule(D::ContentLengthOverflow, Passes), // And waits for more until its read timeout.
    rule(D::ContentLengthConflict, Refuses(502)),
    rule(D::ContentLengthRepeated, Repairs),
    rule(D::ContentLengthList, Refuses(502)),
    rule(D::ContentLengthWithTransferEncoding, Repairs),
    rule(D::ContentLengthForbidden, Passes),
    rule(D::TransferCodingUnknown, Refuses(400)), // As if the request were wrong.
    rule(D::ChunkedRepeated, Refuses(400)),       // In one field; in two it repairs.
    rule(D::ChunkedNotLast, Refuses(400)),
    rule(D::TransferEncodingInHttp10, Repairs),
    rule(D::TransferEncodingForbidden, Repairs),
    rule(D::ChunkSizeInvalid, Closes),
    rule(D::ChunkSizeOverflow, Closes),
    rule(D::ChunkExtensionInvalid, Passes),
    rule(D::ChunkDataUnterminated, Closes),
    rule(D::TrailerInvalid, Passes),
    rule(D::HeadCut, Refuses(502)), // 504 where the connection stays open; a cut between two fields it takes for the end.
    rule(D::BodyShort, Cuts),
    rule(D::LastChunkMissing, Cuts), // Or no byte at all, where the end comes together with the head.
    rule(D::CloseUnclean, Repairs),  // A clean end to the client: nobody notices that the body is cut.
    rule(D::BytesAfterEnd, Repairs),
    rule(D::BodyForbidden, Repairs),
    rule(D::UnexpectedUpgrade, Passes),
    rule(D::InterimWithoutFinal, Refuses(502)), // 504 where the connection stays open.
    rule(D::InterimTooMany, Cuts),
    rule(D::ContentCodingBroken, Passes),
    rule(D::ContentCodingCut, Passes),
];

/// The defaults are those of the documentation. Measured: timers are coarse (1 s can take 2); a handshake that stalls
/// is ended by the connect timeout; each read starts the read timeout anew, also within a head.
const TIMEOUTS: &[Timeout] = &[
    timeout("proxy.config.http.connect_attempts_timeout", 30.0, &[Connect, Handshake], 502),
    timeout("proxy.config.http.transaction_no_activity_timeout_out", 30.0, &[Send, Wait, Head, Body], 504),
    timeout("proxy.config.dns.lookup_timeout", 20.0, &[Resolve], 500),
];

const fn timeout(
    directive: &'static str,
    seconds: f64,
    phases: &'static [crate::observation::Phase],
    status: u16,
) -> Timeout {
    Timeout { directive, default: Some(seconds), phases, status, between_reads: true }
}

const ERROR: &str = "error.log";
const CODE: &str = "access log (%<pssc> and %<crc>: status and result code)";

const LOG_LINES: &[LogLine] = &[
    log_line(E::DnsError, &[Resolve], "500 ERR_UNKNOWN", CODE),
    log_line(E::ConnectionRefused, &[Connect], "connection_result=Connection refused [111]", ERROR),
    log_line(
        E::ConnectionTimeout,
        &[Connect, Handshake],
        "connection_result=Connection timed out [110]",
        ERROR,
    ),
    log_line(
        E::TlsCertificateError,
        &[],
        "connection_result=ENET_SSL_CONNECT_FAILED [-20104]",
        "error.log; diags.log names the certificate",
    ),
    log_line(E::TlsAlertReceived, &[Handshake], "connection_result=ENET_SSL_CONNECT_FAILED [-20104]", ERROR),
    log_line(E::TlsProtocolError, &[Handshake], "connection_result=ENET_SSL_CONNECT_FAILED [-20104]", ERROR),
    log_line(E::ConnectionTerminated, &[Send, Wait, Head], "502 ERR_CONNECT_FAIL", CODE),
    log_line(E::HttpResponseIncomplete, &[Head], "502 ERR_CONNECT_FAIL", CODE),
    log_line(E::HttpProtocolError, &[Wait, Head], "502 ERR_CONNECT_FAIL", CODE),
    log_line(E::HttpResponseTransferCoding, &[Head], "400 ERR_INVALID_REQ", CODE),
    log_line(E::ConnectionReadTimeout, &[Wait, Head], "504 ERR_READ_TIMEOUT", CODE),
    log_line(E::ConnectionReadTimeout, &[Body], "200 ERR_READ_TIMEOUT", CODE),
    log_line(E::HttpResponseIncomplete, &[Body], "200 ERR_READ_ERROR", CODE),
    log_line(E::ConnectionTerminated, &[Body], "200 ERR_READ_ERROR", CODE),
    log_line(E::HttpResponseTransferCoding, &[Body], "200 ERR_READ_ERROR", CODE),
];

const REMEDIES: &[Remedy] = &[
    remedy(
        E::DnsError,
        &[],
        "Traffic Server answers 500 where RFC 9209 recommends 502. It asks the servers of /etc/resolv.conf unless it \
         is told others.",
        "CONFIG proxy.config.dns.nameservers STRING 192.0.2.53",
    ),
    remedy(
        E::ConnectionRefused,
        &[Connect],
        "Let the remap rule name the address and port at which the upstream listens. After failures Traffic Server \
         leaves the upstream alone for a minute.",
        "CONFIG proxy.config.http.down_server.cache_time INT 10",
    ),
    remedy(
        E::ConnectionTimeout,
        &[Connect, Handshake],
        "It tries four times by default, 30 s each, and answers 502 where RFC 9209 recommends 504.",
        "CONFIG proxy.config.http.connect_attempts_timeout INT 5\n\
         CONFIG proxy.config.http.connect_attempts_max_retries INT 1",
    ),
    remedy(
        E::ConnectionTerminated,
        &[Wait],
        "If it comes only now and then, Traffic Server used a kept connection that the upstream was closing: keep \
         idle connections for a shorter time than the upstream does (120 s by default).",
        "CONFIG proxy.config.http.keep_alive_no_activity_timeout_out INT 4",
    ).when(When::NotEachTime),
    remedy(
        E::ConnectionReadTimeout,
        &[],
        "A stop-gap until the upstream answers sooner. With retries it waits this long several times.",
        "CONFIG proxy.config.http.transaction_no_activity_timeout_out INT 300",
    ),
    remedy(
        E::TlsCertificateError,
        &[],
        "Give it the authority that signed the certificate; diags.log tells what it minds.",
        "CONFIG proxy.config.ssl.client.CA.cert.path STRING /etc/ssl/certs\n\
         CONFIG proxy.config.ssl.client.CA.cert.filename STRING ca-certificates.crt",
    ),
    remedy(
        E::TlsProtocolError,
        &[Handshake],
        "The port speaks plain HTTP: let the remap rule say http.",
        "",
    ).when(When::SpeaksPlain),
    remedy(E::HttpProtocolError, &[Wait], "The port speaks TLS: let the remap rule say https.", "").when(When::SpeaksTls),
    remedy(
        E::HttpProtocolError,
        &[Head],
        "Traffic Server has no setting that makes it accept an invalid head; the repair is the upstream's.",
        "",
    ).when(When::InvalidHead),
    remedy(
        E::HttpResponseHeaderSectionSize,
        &[],
        "A stop-gap; the repair is a smaller head.",
        "CONFIG proxy.config.http.response_header_max_size INT 262144",
    ),
    remedy(
        E::HttpResponseTransferCoding,
        &[],
        "Traffic Server answers 400, as if the client were wrong, to a transfer coding of the upstream that it does \
         not know; no setting changes that. The repair is the upstream's, which often copies the field of another \
         response.",
        "",
    ),
];
