//! HAProxy in HTTP mode. Measured with 2.6.12 (Debian) in front of the lab; see `tests/gateways/measured`.
//!
//! It parses strictly and rewrites what it passes on, so most of what it lets through it also repairs. Its log has one
//! line for each request (`option httplog`); in the termination state there, the first two letters say who ended the
//! session, and when.

use super::{Gateway, LogLine, Mark, MarkGroup, Remedy, Saying, Timeout, When, log_line, remedy, rule};
use crate::http1::DefectCode as D;
use crate::observation::Phase::{self, Body, Connect, Handshake, Head, Resolve, Send, Wait};
use crate::proxy_status::ErrorType as E;
use crate::tolerance::Treatment::{Cuts, Passes, Refuses, Repairs, WaitsThen};
use crate::tolerance::{Rule, SizeLimit, Tolerance};

/// HAProxy.
pub(super) static HAPROXY: Gateway = Gateway {
    name: "haproxy",
    title: "HAProxy",
    basis: super::Basis::Measured,
    // It never shows its version.
    version: None,
    own_error: OWN_ERROR,
    relayed: RELAYED,
    sayings: SAYINGS,
    fault_statuses: &[502, 503, 504],
    asks_upstream: "in HTTP/1.1 over connections that it keeps, with the Host and the fields of the client (names in \
                    lower case); over TLS without a server name (SNI) unless the server line has sni",
    tolerance: Tolerance {
        rules: RULES,
        // Bisected with 2, 3, 10, 50, 90, 99 and 100 fields, long and short names and reason phrases: 15281 bytes, less 4
        // for each field. That is tune.bufsize (16384) less tune.maxrewrite (1024), less what it stores beside them.
        head_size: Some(SizeLimit { at_most: 15_281, each_field: 4, directive: "tune.bufsize" }),
        field_size: None,
        // 101 with the status line (bisected).
        fields: Some(SizeLimit { at_most: 100, each_field: 0, directive: "tune.http.maxhdr" }),
        measured_with: "HAProxy 2.6.12",
    },
    timeouts: TIMEOUTS,
    log_lines: LOG_LINES,
    remedies: REMEDIES,
    spoils: super::spoils::HAPROXY,
    docs: "https://docs.haproxy.org/2.6/configuration.html",
};

/// Its pages come with these fields and no others; `connection` where the client asked for it.
const OWN_FIELDS: Mark = Mark::OnlyFields(&["content-length", "cache-control", "content-type", "connection"]);

const NO_CACHE: Mark = Mark::Field("cache-control", "no-cache");
const HTML: Mark = Mark::Field("content-type", "text/html");

/// What it cannot read it answers before its usual way, with other letters.
const EARLY_FIELDS: Mark =
    Mark::OnlyFields(&["Content-length", "Cache-Control", "Content-Type", "Connection"]);

const OWN_ERROR: &[MarkGroup] = &[
    MarkGroup { marks: &[Mark::Status(&[400]), EARLY_FIELDS, NO_CACHE, HTML, INVALID], what: OWN_PAGE },
    MarkGroup { marks: &[Mark::Status(&[429]), OWN_FIELDS, NO_CACHE, HTML, TOO_MANY], what: OWN_PAGE },
    MarkGroup { marks: &[Mark::Status(&[502]), OWN_FIELDS, NO_CACHE, HTML, BAD_GATEWAY], what: OWN_PAGE },
    MarkGroup { marks: &[Mark::Status(&[503]), OWN_FIELDS, NO_CACHE, HTML, UNAVAILABLE], what: OWN_PAGE },
    MarkGroup { marks: &[Mark::Status(&[504]), OWN_FIELDS, NO_CACHE, HTML, TIMED_OUT], what: OWN_PAGE },
];

const OWN_PAGE: &str = "HAProxy's own error page, with just the fields that go with it";

const INVALID: Mark = Mark::Body("Your browser sent an invalid request.\n</body></html>\n");
const TOO_MANY: Mark =
    Mark::Body("You have sent too many requests in a given amount of time.\n</body></html>\n");
const BAD_GATEWAY: Mark =
    Mark::Body("The server returned an invalid or incomplete response.\n</body></html>\n");
const UNAVAILABLE: Mark = Mark::Body("No server is available to handle this request.\n</body></html>\n");
const TIMED_OUT: Mark = Mark::Body("The server didn't respond in time.\n</body></html>\n");

/// It adds nothing of its own and only lowers the names of fields.
const RELAYED: &[MarkGroup] = &[MarkGroup {
    marks: &[Mark::NamesLowered],
    what: "the upstream's fields with their names in lower case and none added, as HAProxy does (others may too)",
}];

/// Each page serves for many faults; only the 504 names one.
const SAYINGS: &[Saying] = &[
    Saying {
        mark: Mark::Body("The server returned an invalid or incomplete response."),
        means: &[
            E::HttpResponseIncomplete,
            E::ConnectionTerminated,
            E::HttpProtocolError,
            E::HttpResponseTransferCoding,
            E::HttpResponseHeaderSectionSize,
            E::HttpResponseHeaderSize,
        ],
        phase: None,
    },
    Saying {
        mark: Mark::Body("No server is available to handle this request."),
        means: &[
            E::DestinationUnavailable,
            E::ConnectionRefused,
            E::ConnectionTimeout,
            E::DestinationIpUnroutable,
            E::ConnectionLimitReached,
            E::DnsError,
            E::DnsTimeout,
            E::TlsProtocolError,
            E::TlsCertificateError,
            E::TlsAlertReceived,
        ],
        phase: Some(Connect),
    },
    Saying {
        mark: Mark::Body("The server didn't respond in time."),
        means: &[E::ConnectionReadTimeout],
        phase: None,
    },
];

const RULES: &[Rule] = &[
    rule(D::NotHttp, Refuses(502)),
    rule(D::LeadingEmptyLine, Repairs),
    rule(D::ProtocolName, Refuses(502)), // Four capitals such as `HTTQ` become HTTP; `ICY` and `http` do not pass.
    rule(D::VersionInvalid, Refuses(502)), // `HTTP/2`; a digit, a dot and a digit pass.
    rule(D::StatusInvalid, Refuses(502)), // Letters; 99 and 1000 pass as they are.
    rule(D::StatusOutOfRange, Passes),
    rule(D::StatusLineSpace, Refuses(502)), // Repaired where only the space before an empty reason is missing.
    rule(D::ReasonInvalid, Refuses(502)),   // CR; other controls pass.
    rule(D::WhitespaceBeforeFirstField, Refuses(502)),
    rule(D::ObsFold, Repairs),
    rule(D::FieldWithoutColon, Refuses(502)),
    rule(D::FieldNameEmpty, Refuses(502)),
    rule(D::SpaceBeforeColon, Refuses(502)),
    rule(D::FieldNameInvalid, Refuses(502)),
    rule(D::ValueNul, Passes),
    rule(D::ValueBareCr, Refuses(502)),
    rule(D::ValueControl, Passes),
    rule(D::BareLf, Repairs),
    // What is large by these codes may still fit; the limits of size decide.
    rule(D::FieldLarge, Refuses(502)),
    rule(D::HeadLarge, Refuses(502)),
    rule(D::FieldsMany, Refuses(502)),
    rule(D::ContentLengthInvalid, Refuses(502)),
    rule(D::ContentLengthSigned, Refuses(502)),
    rule(D::ContentLengthOverflow, Refuses(502)),
    rule(D::ContentLengthList, Repairs),
    rule(D::ContentLengthConflict, Refuses(502)),
    rule(D::ContentLengthRepeated, Repairs),
    rule(D::ContentLengthWithTransferEncoding, Repairs),
    rule(D::ContentLengthForbidden, Repairs),
    rule(D::TransferCodingUnknown, Refuses(502)),
    rule(D::ChunkedRepeated, Refuses(502)),
    rule(D::ChunkedNotLast, Refuses(502)),
    rule(D::TransferEncodingInHttp10, Passes),
    rule(D::TransferEncodingForbidden, Repairs),
    rule(D::ChunkSizeInvalid, Refuses(502)),
    rule(D::ChunkSizeOverflow, Refuses(502)),
    rule(D::ChunkExtensionInvalid, Repairs),
    rule(D::ChunkDataUnterminated, Refuses(502)),
    rule(D::TrailerInvalid, Refuses(502)),
    rule(D::HeadCut, Refuses(502)), // 504 where the connection stays open.
    rule(D::BodyShort, Cuts),
    rule(D::LastChunkMissing, Cuts),
    rule(D::CloseUnclean, Repairs), // A clean close to the client: nobody notices that the body is cut.
    rule(D::BytesAfterEnd, Repairs),
    rule(D::BodyForbidden, Repairs),
    rule(D::UnexpectedUpgrade, Refuses(502)),
    rule(D::InterimWithoutFinal, Refuses(502)), // 504 where the connection stays open.
    rule(D::InterimTooMany, WaitsThen(504)),
    rule(D::InterimTooMany, Passes), // Where a final response follows.
    rule(D::ContentCodingBroken, Passes),
    rule(D::ContentCodingCut, Passes),
];

/// None is set by default; HAProxy warns of that when it starts. Measured: the connect timeout also ends a handshake
/// that stalls, and a head that drips is ended by the server timeout as a whole.
const TIMEOUTS: &[Timeout] = &[
    unset("timeout connect", &[Connect, Handshake], 503, false),
    unset("timeout server", &[Send, Wait, Head], 504, false),
    unset("timeout server", &[Body], 504, true),
];

const fn unset(
    directive: &'static str,
    phases: &'static [Phase],
    status: u16,
    between_reads: bool,
) -> Timeout {
    Timeout { directive, default: None, phases, status, between_reads }
}

const LOG: &str = "log (option httplog: status, and the termination state near the end of the line)";

/// What the two letters of the termination state say, by the manual (section 8.5): what ended the session, and what
/// HAProxy did then.
const NO_SERVER: &str = "no server was left to try";
const NOT_CONNECTED: &str = "the server refused the connection, or it failed";
const CONNECT_TIMED_OUT: &str = "timeout connect struck";
const BROKE_OFF: &str = "the server closed or reset before its head was whole";
const SERVER_TIMED_OUT: &str = "timeout server struck before the head was whole";
const REFUSED: &str = "HAProxy refused the response; `show errors` shows the place";
const CUT: &str = "the server broke off within the body";
const STALLED: &str = "timeout server struck within the body";

const LOG_LINES: &[LogLine] = &[
    log_line(E::DnsError, &[Resolve], "<NOSRV> ... 503 ... SC--", LOG).noted(NO_SERVER),
    log_line(E::DestinationUnavailable, &[], "<NOSRV> ... 503 ... SC--", LOG).noted(NO_SERVER),
    log_line(E::ConnectionRefused, &[Connect], "503 ... SC--", LOG).noted(NOT_CONNECTED),
    log_line(E::DestinationIpUnroutable, &[Connect], "503 ... SC--", LOG).noted(NOT_CONNECTED),
    log_line(E::ConnectionTimeout, &[Connect, Handshake], "503 ... sC--", LOG).noted(CONNECT_TIMED_OUT),
    log_line(E::TlsCertificateError, &[], "503 ... SC--", LOG).noted(NOT_CONNECTED),
    log_line(E::TlsAlertReceived, &[Handshake], "503 ... SC--", LOG).noted(NOT_CONNECTED),
    log_line(E::TlsAlertReceived, &[Wait], "502 ... SH--", LOG).noted(BROKE_OFF),
    log_line(E::TlsProtocolError, &[Handshake], "503 ... SC--", LOG).noted(NOT_CONNECTED),
    log_line(E::ConnectionTerminated, &[Send], "-1 ... SD--", LOG),
    log_line(E::ConnectionTerminated, &[Wait, Head], "502 ... SH--", LOG).noted(BROKE_OFF),
    log_line(E::HttpResponseIncomplete, &[Head], "502 ... SH--", LOG).noted(BROKE_OFF),
    log_line(E::ConnectionReadTimeout, &[Wait, Head], "504 ... sH--", LOG).noted(SERVER_TIMED_OUT),
    log_line(E::HttpProtocolError, &[Wait, Head], "502 ... PH--", LOG).noted(REFUSED),
    log_line(E::HttpResponseHeaderSectionSize, &[], "502 ... PH--", LOG).noted(REFUSED),
    log_line(E::HttpResponseTransferCoding, &[], "502 ... PH--", LOG).noted(REFUSED),
    log_line(E::HttpResponseIncomplete, &[Body], "200 ... SD--", LOG).noted(CUT),
    log_line(E::ConnectionTerminated, &[Body], "200 ... SD--", LOG).noted(CUT),
    log_line(E::ConnectionReadTimeout, &[Body], "200 ... sD--", LOG).noted(STALLED),
];

/// What `option accept-invalid-http-response` was measured to let pass.
const BAD_NAMES: &[D] = &[D::FieldNameInvalid, D::SpaceBeforeColon, D::WhitespaceBeforeFirstField];

const REMEDIES: &[Remedy] = &[
    remedy(
        E::DnsError,
        &[],
        "Without a resolvers section HAProxy looks a name up once, when it starts. With one, a server is down for \
         as long as its name has no address.",
        "resolvers names\n    nameserver first 192.0.2.53:53\n\nbackend app\n    \
         server app app.example.com:8080 resolvers names init-addr last,libc,none",
    ),
    remedy(
        E::DnsTimeout,
        &[],
        "Let the resolvers section name a server that answers.",
        "resolvers names\n    nameserver first 192.0.2.53:53\n    timeout resolve 1s\n    timeout retry 1s",
    ),
    remedy(
        E::ConnectionRefused,
        &[Connect],
        "Let the server line name the address and port at which the upstream listens; check makes HAProxy leave a \
         server alone that refuses.",
        "backend app\n    server app 10.0.3.7:8080 check",
    ),
    remedy(
        E::ConnectionTimeout,
        &[Connect, Handshake],
        "HAProxy answers 503 where RFC 9209 recommends 504. A shorter limit repairs nothing, but spares the client \
         the wait; without one it waits for as long as the kernel does.",
        "defaults\n    timeout connect 5s",
    ),
    remedy(
        E::DestinationUnavailable,
        &[],
        "All servers of the backend are down or none is left to try. Look why the health check fails; its Host \
         field, path and expected status are often not those of the application.",
        "backend app\n    option httpchk\n    http-check send meth GET uri /health hdr Host app.example.com\n    \
         server app 10.0.3.7:8080 check",
    ),
    remedy(
        E::ConnectionTerminated,
        &[Wait],
        "If it comes only now and then, HAProxy used a kept connection that the upstream was closing. Where the \
         client's connection was in use before, it then closes that without a byte and logs nothing. It retries \
         such a request only where it is told to.",
        "backend app\n    retries 2\n    retry-on conn-failure empty-response\n    server app 10.0.3.7:8080",
    ).when(When::NotEachTime),
    remedy(
        E::ConnectionReadTimeout,
        &[],
        "A stop-gap until the upstream answers sooner. Gateways in front of HAProxy need a longer limit too.",
        "backend app\n    timeout server 300s",
    ),
    remedy(
        E::TlsCertificateError,
        &[],
        "Give HAProxy the authority that signed the certificate, and the name that it was made out for. It answers \
         503 where RFC 9209 recommends 502.",
        "backend app\n    server app 10.0.3.7:443 ssl verify required ca-file @system-ca verifyhost app.example.com",
    ),
    remedy(
        E::TlsProtocolError,
        &[Handshake],
        "The port speaks plain HTTP: take ssl from the server line.",
        "backend app\n    server app 10.0.3.7:8080",
    ).when(When::SpeaksPlain),
    remedy(
        E::HttpProtocolError,
        &[Wait],
        "The port speaks TLS: ask it so.",
        "backend app\n    server app 10.0.3.7:443 ssl verify required ca-file @system-ca sni str(app.example.com)",
    ).when(When::SpeaksTls),
    remedy(
        E::HttpProtocolError,
        &[Head],
        "A stop-gap for forbidden characters in field names, which then reach the client as they are; it does not \
         help against a line without a colon, a bare CR, or a wrong length. The repair is the upstream's.",
        "backend app\n    option accept-invalid-http-response",
    ).when(When::Has(BAD_NAMES)),
    remedy(
        E::HttpProtocolError,
        &[Head],
        "The upstream speaks HTTP/2 only:",
        "backend app\n    server app 10.0.3.7:8080 proto h2",
    ).when(When::Http2Only),
    remedy(
        E::HttpProtocolError,
        &[Head],
        "The upstream speaks HTTP/2 only: offer it (ALPN).",
        "backend app\n    server app 10.0.3.7:443 ssl verify required ca-file @system-ca sni str(app.example.com) alpn h2",
    ).when(When::Http2OnlyTls),
    remedy(
        E::HttpResponseHeaderSectionSize,
        &[],
        "The head has to fit into tune.bufsize less tune.maxrewrite, and has at most tune.http.maxhdr lines. A \
         stop-gap, which takes memory for every connection; the repair is a smaller head.",
        "global\n    tune.bufsize 32768\n    tune.http.maxhdr 256",
    ),
    remedy(
        E::HttpResponseTransferCoding,
        &[],
        "HAProxy 2.6 has no option that makes it accept this; the repair is the upstream's, which often copies the \
         field of another response.",
        "",
    ),
];
