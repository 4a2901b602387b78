//! Apache httpd with `mod_proxy_http`. Measured with 2.4.71 (Debian) before the lab; see `tests/gateways/measured`.
//!
//! It is the only one here that says in its error page what went wrong, and the one that keeps 500 for faults of
//! others: names, TLS, and characters that it does not want to pass on. It takes what is no status line at all for a
//! response of HTTP/0.9, and calls a timeout 502.

use super::{Gateway, LogLine, Mark, MarkGroup, Remedy, Saying, Timeout, When, log_line, remedy, rule};
use crate::http1::DefectCode as D;
use crate::observation::Phase::{self, Body, Connect, Handshake, Head, Resolve, Send, Wait};
use crate::proxy_status::ErrorType as E;
use crate::tolerance::Treatment::{Cuts, Passes, Refuses, Repairs};
use crate::tolerance::{Rule, SizeLimit, Tolerance};

/// Apache httpd.
pub(super) static APACHE: Gateway = Gateway {
    name: "apache",
    title: "Apache httpd",
    basis: super::Basis::Measured,
    version: Some(("Server", "Apache/")),
    own_error: OWN_ERROR,
    relayed: RELAYED,
    sayings: SAYINGS,
    fault_statuses: &[500, 502, 503, 504],
    asks_upstream: "in HTTP/1.1 over connections that it keeps, with Host as ProxyPass names it, X-Forwarded-For, \
                    -Host and -Server added; over TLS with the name in ProxyPass as server name (SNI), and without \
                    verifying the chain unless SSLProxyVerify require is set",
    tolerance: Tolerance {
        rules: RULES,
        head_size: None,
        // A line of 8193 bytes with its line end passes, one of 8194 does not (bisected).
        field_size: Some(SizeLimit { at_most: 8193, each_field: 0, directive: "responsefieldsize" }),
        fields: None,
        measured_with: "Apache httpd 2.4.71",
    },
    timeouts: TIMEOUTS,
    log_lines: LOG_LINES,
    remedies: REMEDIES,
    spoils: super::spoils::APACHE,
    docs: "https://httpd.apache.org/docs/2.4/mod/mod_proxy.html",
};

/// Its pages are all cut alike, and say who made them in the `Server` field only. What it passes on keeps the
/// upstream's, if that sent one.
const OWN_ERROR: &[MarkGroup] = &[MarkGroup {
    marks: &[
        Mark::Status(&[400, 403, 404, 405, 408, 413, 414, 500, 501, 502, 503, 504]),
        Mark::Field("Server", "Apache*"),
        Mark::Field("Content-Type", "text/html; charset=iso-8859-1"),
        Mark::Body("<html><head>\n<title>"),
        Mark::Body("</title>\n</head><body>\n<h1>"),
    ],
    what: "Apache\u{2019}s own error page, with its Server field",
}];

/// Where the upstream sends no `Server`, it adds its own.
const RELAYED: &[MarkGroup] =
    &[MarkGroup { marks: &[Mark::Field("Server", "Apache*")], what: "Apache's Server field" }];

const SAYINGS: &[Saying] = &[
    Saying {
        mark: Mark::Body("Reason: <strong>DNS lookup failure for"),
        means: &[E::DnsError, E::DnsTimeout],
        phase: Some(Resolve),
    },
    Saying {
        mark: Mark::Body("Reason: <strong>Error during SSL Handshake with remote server"),
        means: &[E::TlsProtocolError, E::TlsCertificateError, E::TlsAlertReceived, E::ConnectionTimeout],
        phase: Some(Handshake),
    },
    // Closed, reset or silent before the status line, or something that is none.
    Saying {
        mark: Mark::Body("Reason: <strong>Error reading from remote server"),
        means: &[
            E::ConnectionTerminated,
            E::ConnectionReadTimeout,
            E::HttpResponseIncomplete,
            E::HttpProtocolError,
            E::TlsAlertReceived,
            E::ConnectionWriteTimeout,
        ],
        phase: None,
    },
    Saying {
        mark: Mark::Body("Reason: <strong>Corrupt status line returned by remote server"),
        means: &[E::HttpProtocolError],
        phase: Some(Head),
    },
    Saying {
        mark: Mark::Body("Reason: <strong>Unexpected Upgrade"),
        means: &[E::HttpUpgradeFailed, E::HttpProtocolError],
        phase: Some(Head),
    },
    Saying {
        mark: Mark::Body("due to maintenance downtime or capacity\nproblems."),
        means: &[
            E::DestinationUnavailable,
            E::ConnectionRefused,
            E::ConnectionTimeout,
            E::DestinationIpUnroutable,
            E::ConnectionLimitReached,
        ],
        phase: Some(Connect),
    },
    // This page gives no reason: the head or the framing was of no use (or a reset cut an upload short).
    Saying {
        mark: Mark::Body("response from an upstream server.<br />\r\n</p>"),
        means: &[
            E::HttpProtocolError,
            E::HttpResponseHeaderSize,
            E::HttpResponseIncomplete,
            E::HttpResponseTransferCoding,
            E::ConnectionTerminated,
            E::ConnectionReadTimeout,
        ],
        phase: Some(Head),
    },
    Saying {
        mark: Mark::Body("The server encountered an internal error or\nmisconfiguration"),
        means: &[E::HttpProtocolError, E::ProxyInternalError, E::ProxyConfigurationError],
        phase: None,
    },
];

const RULES: &[Rule] = &[
    // A line that is text counts as a response of HTTP/0.9, and is passed on with 200.
    rule(D::NotHttp, Refuses(502)),
    rule(D::LeadingEmptyLine, Repairs),
    // So does a status line that it does not know: 200, and cut after the read timeout if the connection stays open.
    rule(D::ProtocolName, Cuts),
    rule(D::VersionInvalid, Refuses(502)),
    rule(D::StatusInvalid, Cuts),
    rule(D::StatusOutOfRange, Passes),
    rule(D::StatusLineSpace, Cuts), // Repaired where only the space before an empty reason is missing.
    rule(D::WhitespaceBeforeFirstField, Refuses(500)),
    rule(D::ObsFold, Repairs),
    rule(D::FieldWithoutColon, Refuses(502)),
    rule(D::FieldNameEmpty, Refuses(500)),
    rule(D::SpaceBeforeColon, Refuses(500)),
    rule(D::FieldNameInvalid, Refuses(500)),
    rule(D::ValueNul, Refuses(502)),
    rule(D::ValueBareCr, Refuses(500)),
    rule(D::ValueControl, Refuses(500)),
    rule(D::BareLf, Repairs),
    // The limit of a line decides; the head as a whole and the number of its fields have none.
    rule(D::FieldLarge, Refuses(502)),
    rule(D::HeadLarge, Passes),
    rule(D::FieldsMany, Passes),
    rule(D::ContentLengthInvalid, Refuses(502)),
    rule(D::ContentLengthSigned, Refuses(502)),
    rule(D::ContentLengthOverflow, Refuses(502)),
    rule(D::ContentLengthList, Refuses(502)),
    rule(D::ContentLengthConflict, Refuses(502)), // In two fields: the first one counts.
    rule(D::ContentLengthRepeated, Repairs),
    rule(D::ContentLengthWithTransferEncoding, Repairs),
    rule(D::ContentLengthForbidden, Repairs), // In 204; in a 1xx response it passes.
    rule(D::TransferCodingUnknown, Repairs),
    rule(D::ChunkedRepeated, Repairs),
    rule(D::ChunkedNotLast, Repairs),
    rule(D::TransferEncodingInHttp10, Repairs),
    rule(D::TransferEncodingForbidden, Repairs), // Passed on in a 1xx response.
    // In the first chunk; later ones cut the response.
    rule(D::ChunkSizeInvalid, Refuses(502)),
    rule(D::ChunkSizeOverflow, Refuses(502)),
    rule(D::ChunkExtensionInvalid, Refuses(502)),
    rule(D::ChunkDataUnterminated, Cuts),
    rule(D::TrailerInvalid, Cuts),
    rule(D::HeadCut, Refuses(502)),
    rule(D::BodyShort, Cuts),
    rule(D::LastChunkMissing, Cuts),
    rule(D::CloseUnclean, Cuts),
    rule(D::BytesAfterEnd, Repairs),
    rule(D::BodyForbidden, Repairs),
    rule(D::UnexpectedUpgrade, Refuses(502)),
    rule(D::InterimWithoutFinal, Refuses(502)),
    rule(D::InterimTooMany, Refuses(502)), // It passes ten on.
    rule(D::ContentCodingBroken, Passes),
    rule(D::ContentCodingCut, Passes),
];

/// Measured: one limit for all but connecting, which starts anew with every byte, of the head too.
const TIMEOUTS: &[Timeout] = &[
    timeout("connectiontimeout", &[Connect], 503, false),
    timeout("ProxyTimeout", &[Handshake], 500, false),
    timeout("ProxyTimeout", &[Send, Wait], 502, false),
    timeout("ProxyTimeout", &[Head, Body], 502, true),
];

/// Both are `Timeout` where they are not set, which is 60 s.
const fn timeout(
    directive: &'static str,
    phases: &'static [Phase],
    status: u16,
    between_reads: bool,
) -> Timeout {
    Timeout { directive, default: Some(60.0), phases, status, between_reads }
}

const ERROR: &str = "error log (LogLevel error)";
const WARN: &str = "error log (LogLevel warn)";
const SSL_INFO: &str = "error log, only with LogLevel ssl:info";

const LOG_LINES: &[LogLine] = &[
    log_line(E::DnsError, &[Resolve], "AH00898: DNS lookup failure for: ", ERROR),
    log_line(
        E::ConnectionRefused,
        &[Connect],
        "(111)Connection refused: AH00957: http: attempt to connect to ",
        ERROR,
    ),
    log_line(
        E::ConnectionTimeout,
        &[Connect],
        "(70007)The timeout specified has expired: AH00957: http: attempt to connect to ",
        ERROR,
    ),
    log_line(E::TlsCertificateError, &[], "AH02039: Certificate Verification: Error (", ERROR)
        .noted("with SSLProxyVerify require"),
    log_line(E::TlsCertificateError, &[], "AH02276: Certificate Verification: Error (", SSL_INFO)
        .noted("with SSLProxyVerify require"),
    log_line(E::TlsCertificateError, &[], "AH02004: SSL Proxy: Peer certificate is expired", SSL_INFO)
        .noted("expired, with SSLProxyVerify none"),
    log_line(
        E::TlsCertificateError,
        &[],
        "AH02411: SSL Proxy: Peer certificate does not match for hostname ",
        SSL_INFO,
    )
    .noted("for other names"),
    log_line(E::TlsAlertReceived, &[], "AH02268: Proxy client certificate callback: ", WARN)
        .noted("where a client certificate is wanted, and none is set"),
    log_line(E::TlsAlertReceived, &[Wait], "AH01102: error reading status line from remote server", ERROR),
    log_line(E::TlsCertificateError, &[], "AH00898: Error during SSL Handshake with remote server", ERROR),
    log_line(
        E::TlsAlertReceived,
        &[Handshake],
        "AH00898: Error during SSL Handshake with remote server",
        ERROR,
    ),
    log_line(
        E::TlsProtocolError,
        &[Handshake],
        "AH00898: Error during SSL Handshake with remote server",
        ERROR,
    ),
    log_line(
        E::ConnectionTerminated,
        &[Wait],
        "(20014)Internal error (specific information not available): AH01102: error reading status line from remote server ",
        ERROR,
    ),
    log_line(
        E::ConnectionTerminated,
        &[Wait, Send],
        "(104)Connection reset by peer: AH01102: error reading status line from remote server ",
        ERROR,
    ),
    log_line(
        E::ConnectionTerminated,
        &[Head],
        "(104)Connection reset by peer: AH10404: Error reading headers from backend",
        WARN,
    ),
    log_line(
        E::HttpResponseIncomplete,
        &[Head],
        "(70014)End of file found: AH10404: Error reading headers from backend",
        WARN,
    ),
    log_line(
        E::ConnectionReadTimeout,
        &[Wait],
        "(70007)The timeout specified has expired: AH01102: error reading status line from remote server ",
        ERROR,
    ),
    log_line(
        E::ConnectionReadTimeout,
        &[Head],
        "(70007)The timeout specified has expired: AH10404: Error reading headers from backend",
        WARN,
    ),
    log_line(
        E::HttpResponseHeaderSectionSize,
        &[],
        "AH10124: header size is over the limit allowed by ResponseFieldSize",
        WARN,
    ),
    log_line(E::HttpProtocolError, &[Head], "AH01106: bad HTTP/1.1 header", WARN),
    log_line(E::HttpProtocolError, &[Head], "AH02429: Response header name '", ERROR),
    log_line(E::HttpProtocolError, &[Wait, Head], "AH00898: Corrupt status line", ERROR),
    log_line(
        E::HttpResponseTransferCoding,
        &[],
        "(20014)Internal error (specific information not available): AH01110: error reading response",
        ERROR,
    ),
    log_line(
        E::HttpResponseIncomplete,
        &[Body],
        "(70008)Partial results are valid but processing is incomplete: AH01110: error reading response",
        ERROR,
    ),
    log_line(
        E::ConnectionTerminated,
        &[Body],
        "(104)Connection reset by peer: AH01110: error reading response",
        ERROR,
    ),
    log_line(
        E::ConnectionReadTimeout,
        &[Body],
        "(70007)The timeout specified has expired: AH01110: error reading response",
        ERROR,
    ),
];

const PLAIN: &str = "ProxyPass \"/\" \"http://127.0.0.1:8080/\"";

const REMEDIES: &[Remedy] = &[
    remedy(
        E::DnsError,
        &[],
        "Apache answers 500 where RFC 9209 recommends 502. While it keeps connections it looks a name up once a \
         child; disablereuse makes it ask each time.",
        "ProxyPass \"/\" \"http://app.example.com:8080/\" disablereuse=On",
    ),
    remedy(
        E::ConnectionRefused,
        &[Connect],
        "Let ProxyPass name the address and port at which the upstream listens. After a refusal Apache leaves it \
         alone for 60 s, and answers 503 meanwhile; retry shortens that.",
        "ProxyPass \"/\" \"http://127.0.0.1:8080/\" retry=1",
    ),
    remedy(
        E::ConnectionTimeout,
        &[Connect],
        "Apache answers 503 where RFC 9209 recommends 504. A shorter limit repairs nothing, but spares the client \
         the wait of 60 s.",
        "ProxyPass \"/\" \"http://10.0.3.7:8080/\" connectiontimeout=5",
    ),
    remedy(
        E::DestinationUnavailable,
        &[],
        "After one failure to connect Apache leaves an upstream alone for 60 s. Find the first failure; until then \
         it may go on trying.",
        "ProxyPass \"/\" \"http://10.0.3.7:8080/\" retry=0",
    ),
    remedy(
        E::ConnectionTerminated,
        &[Wait],
        "If it comes only now and then, Apache used a kept connection that the upstream was closing: keep idle \
         connections for a shorter time than the upstream does, or none.",
        "ProxyPass \"/\" \"http://10.0.3.7:8080/\" ttl=3",
    ).when(When::NotEachTime),
    remedy(
        E::ConnectionReadTimeout,
        &[],
        "Apache answers 502 where RFC 9209 recommends 504. A longer limit is a stop-gap until the upstream answers \
         sooner; gateways in front of Apache need one too.",
        "ProxyTimeout 300",
    ),
    remedy(
        E::TlsCertificateError,
        &[],
        "Give Apache the authority that signed the certificate, and ProxyPass the name that it was made out for. \
         It answers 500 where RFC 9209 recommends 502.",
        "SSLProxyEngine on\nSSLProxyVerify require\nSSLProxyCACertificateFile /etc/ssl/certs/ca-certificates.crt\n\
         ProxyPass \"/\" \"https://app.example.com/\"",
    ),
    remedy(E::TlsProtocolError, &[Handshake], "The port speaks plain HTTP: ask it so.", PLAIN).when(When::SpeaksPlain),
    remedy(
        E::HttpProtocolError,
        &[Wait],
        "The port speaks TLS: ask it so.",
        "SSLProxyEngine on\nProxyPass \"/\" \"https://app.example.com:8443/\"",
    ).when(When::SpeaksTls),
    remedy(
        E::HttpProtocolError,
        &[Head],
        "A stop-gap for lines without a colon only, which are then left out. For a character that may not be in a \
         field there is none; the repair is the upstream's.",
        "ProxyBadHeader Ignore",
    ).when(When::Has(&[D::FieldWithoutColon])),
    remedy(
        E::HttpProtocolError,
        &[Head],
        "The upstream speaks HTTP/2 only (mod_proxy_http2):",
        "ProxyPass \"/\" \"h2c://127.0.0.1:8080/\"",
    ).when(When::Http2Only),
    remedy(
        E::HttpProtocolError,
        &[Head],
        "The upstream speaks HTTP/2 only (mod_proxy_http2):",
        "SSLProxyEngine on\nProxyPass \"/\" \"h2://app.example.com/\"",
    ).when(When::Http2OnlyTls),
    remedy(
        E::HttpResponseHeaderSectionSize,
        &[],
        "A line of the head may have 8 kB. A stop-gap; the repair is a smaller field.",
        "ProxyPass \"/\" \"http://10.0.3.7:8080/\" responsefieldsize=32768",
    ),
    remedy(
        E::HttpUpgradeFailed,
        &[],
        "Apache passes an upgrade (WebSocket) on only where it is told to.",
        "ProxyPass \"/\" \"http://10.0.3.7:8080/\" upgrade=websocket",
    ),
];
