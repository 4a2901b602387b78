//! nginx. Measured with 1.22.1 (Debian's nginx-light) in front of the lab; see `tests/gateways/measured`.
//!
//! By default nginx before 1.29.7 asks its upstream in HTTP/1.0, a connection for each request. Where it treats a
//! defect otherwise when asked to speak HTTP/1.1 (it then waits for more until its read timeout), or where one
//! kind of defect passes in some shapes only, the rule here is the harder one: it must not forgive too much. The shapes are in
//! `shapes.rs`.

use super::{Gateway, LogLine, Mark, MarkGroup, Remedy, Saying, Timeout, When, log_line, remedy, rule};
use crate::http1::DefectCode as D;
use crate::observation::Phase::{Body, Connect, Handshake, Head, Resolve, Send, Wait};
use crate::observation::{End, Phase};
use crate::proxy_status::ErrorType as E;
use crate::tolerance::Treatment::{Closes, Cuts, Passes, Raw, Refuses, Repairs};
use crate::tolerance::{Rule, SizeLimit, Tolerance};

/// nginx.
pub(super) static NGINX: Gateway = Gateway {
    name: "nginx",
    title: "nginx",
    basis: super::Basis::Measured,
    version: Some(("Server", "nginx/")),
    own_error: OWN_ERROR,
    relayed: RELAYED,
    sayings: SAYINGS,
    fault_statuses: &[502, 504],
    asks_upstream: "in HTTP/1.0 with Connection: close before version 1.29.7, with Host as proxy_pass names it, \
                    over TLS without a server name (SNI) and without verifying the certificate",
    tolerance: Tolerance {
        rules: RULES,
        // 4096 bytes pass and 4097 do not, however many fields there are (bisected).
        head_size: Some(SizeLimit { at_most: 4096, each_field: 0, directive: "proxy_buffer_size" }),
        field_size: None,
        fields: None,
        measured_with: "nginx 1.22.1",
    },
    timeouts: TIMEOUTS,
    log_lines: LOG_LINES,
    remedies: REMEDIES,
    spoils: super::spoils::NGINX,
    docs: "https://nginx.org/en/docs/http/ngx_http_proxy_module.html",
};

/// nginx's own page names the program as its own `Server` field does. The page of another nginx behind it does not,
/// unless both are of one version. Nobody that lowers the names of fields was the last to touch it.
const OWN_ERROR: &[MarkGroup] = &[MarkGroup {
    marks: &[
        Mark::Status(&[400, 403, 404, 405, 408, 413, 414, 429, 500, 501, 502, 503, 504]),
        Mark::Field("Server", "nginx*"),
        Mark::FieldSpelling("Server"),
        Mark::FieldInBody { field: "Server", before: "<hr><center>", after: "</center>" },
    ],
    what: "nginx's own error page, which names the same program as the Server field",
}];

/// nginx puts its own `Server` in the place of the upstream's.
const RELAYED: &[MarkGroup] =
    &[MarkGroup { marks: &[Mark::Field("Server", "nginx*")], what: "nginx's Server field" }];

/// The pages say no more than the status. 504 is always a timeout; 502 can be anything, also the resolver's timeout.
const SAYINGS: &[Saying] = &[Saying {
    mark: Mark::Reason("Gateway Time-out"),
    means: &[E::ConnectionReadTimeout, E::ConnectionTimeout, E::ConnectionWriteTimeout],
    phase: None,
}];

const RULES: &[Rule] = &[
    // A status line that it does not understand makes a response of HTTP/0.9: the bytes go on as they are.
    rule(D::NotHttp, Raw),
    rule(D::LeadingEmptyLine, Raw),
    rule(D::ProtocolName, Raw),
    rule(D::VersionInvalid, Raw), // `HTTP/2`; two numbers with a dot pass.
    rule(D::StatusInvalid, Raw),
    rule(D::StatusOutOfRange, Passes),
    rule(D::StatusLineSpace, Raw), // Passes where only the space before an empty reason is missing.
    rule(D::ReasonInvalid, Raw),   // With CR; other controls pass.
    rule(D::WhitespaceBeforeFirstField, Refuses(502)),
    rule(D::ObsFold, Refuses(502)),
    rule(D::FieldWithoutColon, Refuses(502)), // With a space or a control; one word passes.
    rule(D::FieldNameEmpty, Refuses(502)),
    rule(D::SpaceBeforeColon, Refuses(502)),
    rule(D::FieldNameInvalid, Refuses(502)), // Spaces and controls; parentheses and UTF-8 pass.
    rule(D::ValueNul, Refuses(502)),
    rule(D::ValueBareCr, Refuses(502)),
    rule(D::ValueControl, Passes),
    rule(D::BareLf, Repairs),
    rule(D::FieldLarge, Refuses(502)),
    rule(D::HeadLarge, Refuses(502)),
    rule(D::FieldsMany, Passes),
    // A length that is no number is no length: in HTTP/1.0 the body ends with the connection, which is well; in
    // HTTP/1.1 it waits for that, and cuts after the read timeout.
    rule(D::ContentLengthInvalid, Cuts),
    rule(D::ContentLengthSigned, Cuts),
    rule(D::ContentLengthOverflow, Cuts),
    rule(D::ContentLengthList, Cuts),
    rule(D::ContentLengthConflict, Cuts),
    rule(D::ContentLengthRepeated, Repairs),
    rule(D::ContentLengthWithTransferEncoding, Repairs),
    rule(D::ContentLengthForbidden, Cuts), // A 1xx response with a length is taken for the final one; 204 passes.
    rule(D::TransferCodingUnknown, Repairs),
    rule(D::ChunkedRepeated, Repairs),
    rule(D::ChunkedNotLast, Repairs),
    rule(D::TransferEncodingInHttp10, Repairs),
    rule(D::TransferEncodingForbidden, Closes), // In a 1xx response; with 204 it is dropped.
    rule(D::ChunkSizeInvalid, Closes),
    rule(D::ChunkSizeOverflow, Closes),
    rule(D::ChunkExtensionInvalid, Repairs),
    rule(D::ChunkDataUnterminated, Closes),
    rule(D::TrailerInvalid, Repairs),
    rule(D::HeadCut, Refuses(502)), // 504 where the connection stays open.
    rule(D::BodyShort, Cuts),
    rule(D::LastChunkMissing, Cuts),
    rule(D::CloseUnclean, Cuts),
    rule(D::BytesAfterEnd, Repairs),
    rule(D::BodyForbidden, Repairs),
    rule(D::UnexpectedUpgrade, Passes),
    rule(D::InterimWithoutFinal, Cuts),
    rule(D::InterimTooMany, Cuts),
    rule(D::ContentCodingBroken, Passes),
    rule(D::ContentCodingCut, Passes),
];

/// The defaults are those of the documentation. Which phase is limited by which of them was measured: the connect
/// timeout also ends a handshake that stalls, and a head that drips is ended by the read timeout as a whole.
const TIMEOUTS: &[Timeout] = &[
    timeout("proxy_connect_timeout", 60.0, &[Connect, Handshake], 504, false),
    timeout("proxy_send_timeout", 60.0, &[Send], 504, true),
    timeout("proxy_read_timeout", 60.0, &[Wait, Head], 504, false),
    timeout("proxy_read_timeout", 60.0, &[Body], 504, true),
    timeout("resolver_timeout", 30.0, &[Resolve], 502, false),
];

const fn timeout(
    directive: &'static str,
    seconds: f64,
    phases: &'static [crate::observation::Phase],
    status: u16,
    between_reads: bool,
) -> Timeout {
    Timeout { directive, default: Some(seconds), phases, status, between_reads }
}

const ERROR: &str = "error log (level error)";
const WARN: &str = "error log (level warn)";

const BODY_TIMED_OUT: &str = "upstream timed out (110: Connection timed out) while reading upstream";
const NO_LIVE: &str = "no live upstreams while connecting to upstream";
const CLOSED: &str = "upstream prematurely closed connection while reading response header from upstream";

/// Measured: it has a group of one address asked again each time, and one of two left out for 10 s once both failed.
const fn none_left(error_type: E, phases: &'static [Phase]) -> LogLine {
    log_line(error_type, phases, NO_LIVE, ERROR)
        .noted("where it has several addresses, all failed just before")
}

const LOG_LINES: &[LogLine] = &[
    log_line(E::DnsError, &[Resolve], "could not be resolved (3: Host not found)", ERROR),
    log_line(E::DnsError, &[Resolve], "no resolver defined to resolve", ERROR),
    log_line(E::DnsTimeout, &[Resolve], "could not be resolved (110: Operation timed out)", ERROR),
    log_line(
        E::ConnectionRefused,
        &[Connect],
        "connect() failed (111: Connection refused) while connecting to upstream",
        ERROR,
    ),
    none_left(E::ConnectionRefused, &[Connect]),
    log_line(
        E::ConnectionTimeout,
        &[Connect],
        "upstream timed out (110: Connection timed out) while connecting to upstream",
        ERROR,
    ),
    none_left(E::ConnectionTimeout, &[Connect]),
    log_line(E::DestinationIpUnroutable, &[Connect], "connect() failed (113: No route to host)", ERROR),
    none_left(E::DestinationIpUnroutable, &[Connect]),
    log_line(E::DestinationUnavailable, &[], NO_LIVE, ERROR),
    log_line(
        E::ProxyInternalError,
        &[Connect],
        "worker_connections are not enough",
        "error log (level alert)",
    ),
    log_line(
        E::ConnectionTimeout,
        &[Handshake],
        "upstream timed out (110: Connection timed out) while SSL handshaking to upstream",
        ERROR,
    ),
    log_line(E::TlsCertificateError, &[], "upstream SSL certificate verify error: (", ERROR),
    log_line(E::TlsCertificateError, &[], "upstream SSL certificate does not match", ERROR),
    log_line(E::TlsAlertReceived, &[], ":SSL alert number ", "error log (level error or crit)"),
    log_line(E::TlsProtocolError, &[Handshake], "SSL routines::wrong version number", ERROR),
    log_line(E::TlsProtocolError, &[Handshake], "peer closed connection in SSL handshake", ERROR),
    log_line(
        E::ConnectionTerminated,
        &[Send],
        "writev() failed (104: Connection reset by peer) while sending request to upstream",
        ERROR,
    ),
    log_line(E::ConnectionTerminated, &[Wait], CLOSED, ERROR).ended(End::Closed),
    log_line(
        E::ConnectionTerminated,
        &[Wait, Head],
        "recv() failed (104: Connection reset by peer) while reading response header from upstream",
        ERROR,
    )
    .ended(End::Reset),
    none_left(E::ConnectionTerminated, &[Wait, Head]),
    log_line(E::HttpResponseIncomplete, &[Head], CLOSED, ERROR),
    log_line(
        E::ConnectionReadTimeout,
        &[Wait, Head],
        "upstream timed out (110: Connection timed out) while reading response header from upstream",
        ERROR,
    ),
    log_line(
        E::HttpResponseHeaderSectionSize,
        &[],
        "upstream sent too big header while reading response header from upstream",
        ERROR,
    ),
    log_line(E::HttpProtocolError, &[Head], "upstream sent invalid header: ", ERROR),
    log_line(E::HttpProtocolError, &[Wait, Head], "upstream sent no valid HTTP/1.0 header", ERROR),
    log_line(
        E::HttpProtocolError,
        &[Body],
        "upstream sent more data than specified in \"Content-Length\" header",
        WARN,
    ),
    log_line(E::HttpResponseTransferCoding, &[], "upstream sent invalid chunked response", ERROR),
    log_line(
        E::HttpResponseIncomplete,
        &[Body],
        "upstream prematurely closed connection while reading upstream",
        ERROR,
    ),
    log_line(
        E::ConnectionTerminated,
        &[Body],
        "readv() failed (104: Connection reset by peer) while reading upstream",
        ERROR,
    ),
    log_line(E::ConnectionReadTimeout, &[Body], BODY_TIMED_OUT, ERROR),
    log_line(E::ProxyInternalError, &[Head], BODY_TIMED_OUT, ERROR),
];

const HTTP11: &str = "proxy_http_version 1.1;\nproxy_set_header Connection \"\";";

const REMEDIES: &[Remedy] = &[
    remedy(
        E::DnsError,
        &[],
        "nginx looks up a name in proxy_pass once, when it starts; only a name in a variable is asked for again, and \
         that takes a resolver.",
        "resolver 192.0.2.53 valid=30s;  # your name server\nset $upstream http://app.example.com:8080;\n\
         proxy_pass $upstream;",
    ),
    remedy(
        E::DnsTimeout,
        &[],
        "nginx waits 30 s for its resolver, and then answers 502 where 504 would be right. Name a server that \
         answers, and wait less.",
        "resolver 192.0.2.53;  # your name server\nresolver_timeout 5s;",
    ),
    remedy(
        E::ConnectionRefused,
        &[Connect],
        "Let proxy_pass name the address and port at which the upstream listens; `localhost` can mean ::1 first, \
         and within a container it is the container itself.",
        "proxy_pass http://127.0.0.1:8080;",
    ),
    remedy(
        E::ConnectionTimeout,
        &[Connect, Handshake],
        "A shorter limit repairs nothing, but spares the client the wait of 60 s; it is the limit of the TLS \
         handshake too.",
        "proxy_connect_timeout 5s;",
    ),
    remedy(
        E::DestinationUnavailable,
        &[],
        "After one failure nginx leaves a server of an upstream block out for 10 s, and answers 502 (`no live \
         upstreams`) when none is left. Find the first failure; until then it may go on trying.",
        "upstream app {\n    server 10.0.3.7:8080 max_fails=0;\n}",
    ),
    remedy(
        E::ConnectionTerminated,
        &[Wait],
        "If it comes only now and then, nginx used a kept connection that the upstream was closing: keep idle \
         connections for a shorter time than the upstream does.",
        "upstream app {\n    server 10.0.3.7:8080;\n    keepalive 16;\n    keepalive_timeout 4s;\n}",
    ).when(When::NotEachTime),
    remedy(
        E::ConnectionTerminated,
        &[Wait],
        "If the upstream takes no HTTP/1.0, in which nginx asks by default before version 1.29.7:",
        HTTP11,
    ).when(When::NotInHttp11),
    remedy(
        E::ConnectionReadTimeout,
        &[Wait, Head],
        "A stop-gap until the upstream answers sooner. Gateways in front of nginx need a longer limit too.",
        "proxy_read_timeout 300s;",
    ),
    remedy(
        E::ConnectionReadTimeout,
        &[Body],
        "Between two reads of a body nginx waits for this long; a stop-gap until the upstream sends something \
         more often.",
        "proxy_read_timeout 300s;",
    ),
    remedy(
        E::TlsCertificateError,
        &[],
        "nginx checks certificates only where proxy_ssl_verify is on. Then it needs the authority that signed this \
         one, and the name that it was made out for.",
        "proxy_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;\nproxy_ssl_verify_depth 2;\n\
         proxy_ssl_name app.example.com;",
    ),
    remedy(
        E::TlsProtocolError,
        &[Handshake],
        "The port speaks plain HTTP: ask it so.",
        "proxy_pass http://127.0.0.1:8080;",
    ).when(When::SpeaksPlain),
    remedy(
        E::HttpProtocolError,
        &[Wait],
        "The port speaks TLS: ask it so.",
        "proxy_pass https://127.0.0.1:8443;\nproxy_ssl_server_name on;",
    ).when(When::SpeaksTls),
    remedy(
        E::HttpResponseHeaderSectionSize,
        &[],
        "The whole head, status line and all, has to fit into proxy_buffer_size, 4 kB by default (not \
         large_client_header_buffers, which is for requests); the other two must fit it, or nginx does not start. \
         A stop-gap; the repair is a smaller head.",
        "proxy_buffer_size 16k;\nproxy_buffers 4 16k;\nproxy_busy_buffers_size 32k;",
    ),
    remedy(
        E::HttpProtocolError,
        &[Head],
        "nginx has no directive that makes it accept an invalid head; the repair is the upstream's.",
        "",
    ).when(When::InvalidHead),
    remedy(
        E::HttpResponseTransferCoding,
        &[],
        "nginx has no directive that makes it accept a wrong transfer coding; since version 1.23 it refuses more of \
         them. The repair is the upstream's, which often copies the field of another response.",
        "",
    ),
    remedy(
        E::HttpResponseContentCoding,
        &[],
        "nginx passes coded content on as it is. Asking the upstream for plain content is a stop-gap.",
        "proxy_set_header Accept-Encoding \"\";",
    ),
    remedy(
        E::HttpUpgradeFailed,
        &[],
        "By default nginx asks in HTTP/1.0 before version 1.29.7; some upstreams answer that with 426.",
        HTTP11,
    ),
    remedy(
        E::HttpUpgradeFailed,
        &[],
        "nginx passes an upgrade (WebSocket) on only where it is told to.",
        "proxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection \"upgrade\";",
    ),
];
