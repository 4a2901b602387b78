//! Varnish, told to pass everything. Measured with 7.1.1 (Debian) in front of the lab; see `tests/gateways/measured`.
//!
//! It answers 503 to every fault that it notices, and its page never says which. It speaks no TLS to its backends.
//! Whether a fault of the body makes a 503 or cuts a 200 is a race: it begins to deliver while it fetches.

use super::{Gateway, LogLine, Mark, MarkGroup, Remedy, Timeout, When, log_line, remedy, rule};
use crate::http1::DefectCode as D;
use crate::observation::Phase::{self, Body, Connect, Head, Send, Wait};
use crate::proxy_status::ErrorType as E;
use crate::tolerance::Treatment::{Cuts, Passes, Refuses, Repairs};
use crate::tolerance::{Rule, SizeLimit, Tolerance};

/// Varnish.
pub(super) static VARNISH: Gateway = Gateway {
    name: "varnish",
    title: "Varnish",
    basis: super::Basis::Measured,
    version: Some(("Via", "1.1 varnish (Varnish/")),
    own_error: OWN_ERROR,
    relayed: RELAYED,
    sayings: &[],
    fault_statuses: &[503],
    asks_upstream: "in HTTP/1.1 over connections that it keeps, in plain HTTP only, with the Host of the client and \
                    X-Forwarded-For, Via and X-Varnish added; for what it may keep with Accept-Encoding: gzip",
    tolerance: Tolerance {
        rules: RULES,
        // Bisected, as are the others.
        head_size: Some(SizeLimit { at_most: 32_768, each_field: 0, directive: "http_resp_size" }),
        field_size: Some(SizeLimit { at_most: 8194, each_field: 0, directive: "http_resp_hdr_len" }),
        // The status line takes five, and its own fields some more.
        fields: Some(SizeLimit { at_most: 55, each_field: 0, directive: "http_max_hdr" }),
        measured_with: "Varnish 7.1.1",
    },
    timeouts: TIMEOUTS,
    log_lines: LOG_LINES,
    remedies: REMEDIES,
    spoils: super::spoils::VARNISH,
    docs: "https://varnish-cache.org/docs/7.1/",
};

const X_VARNISH: Mark = Mark::Field("X-Varnish", "*");

/// The same page comes with any status and reason of `synth` in VCL. These reasons are those of a fetch that failed, the
/// second where it failed in the body.
const OWN_ERROR: &[MarkGroup] = &[
    MarkGroup {
        marks: &[
            Mark::Status(&[503]),
            SERVER,
            X_VARNISH,
            GURU,
            Mark::Body("<h1>Error 503 Backend fetch failed</h1>"),
        ],
        what: OWN_PAGE,
    },
    MarkGroup {
        marks: &[
            Mark::Status(&[503]),
            SERVER,
            X_VARNISH,
            GURU,
            Mark::Body("<h1>Error 503 Service Unavailable</h1>"),
        ],
        what: OWN_PAGE,
    },
    MarkGroup {
        marks: &[Mark::Status(&[500]), SERVER, X_VARNISH, GURU, Mark::Body("<h1>Error 500 ")],
        what: OWN_PAGE,
    },
];

const SERVER: Mark = Mark::Field("Server", "Varnish");
const GURU: Mark = Mark::Body("<h3>Guru Meditation:</h3>");
const OWN_PAGE: &str = "Varnish\u{2019}s own error page (Guru Meditation), with its fields";

const RELAYED: &[MarkGroup] = &[MarkGroup {
    marks: &[X_VARNISH, Mark::Field("Via", "1.1 varnish (Varnish/*")],
    what: "the fields X-Varnish and Via that Varnish adds",
}];

const RULES: &[Rule] = &[
    rule(D::NotHttp, Refuses(503)),
    rule(D::LeadingEmptyLine, Repairs),
    rule(D::ProtocolName, Refuses(503)), // `http` in small letters passes.
    rule(D::VersionInvalid, Refuses(503)), // `HTTP/2`; a digit, a dot and a digit pass.
    rule(D::StatusInvalid, Refuses(503)),
    rule(D::StatusOutOfRange, Refuses(503)), // 000; from 600 on it passes.
    rule(D::StatusLineSpace, Refuses(503)), // Repaired where only the space before an empty reason is missing.
    rule(D::WhitespaceBeforeFirstField, Refuses(503)),
    rule(D::ObsFold, Repairs),
    rule(D::FieldWithoutColon, Refuses(503)),
    rule(D::FieldNameEmpty, Refuses(503)),
    rule(D::SpaceBeforeColon, Refuses(503)),
    rule(D::FieldNameInvalid, Refuses(503)),
    rule(D::ValueNul, Refuses(503)),
    rule(D::ValueBareCr, Refuses(503)),
    rule(D::ValueControl, Refuses(503)),
    rule(D::BareLf, Repairs),
    rule(D::FieldLarge, Refuses(503)),
    rule(D::HeadLarge, Refuses(503)),
    rule(D::FieldsMany, Refuses(503)),
    rule(D::ContentLengthInvalid, Refuses(503)),
    rule(D::ContentLengthSigned, Refuses(503)),
    rule(D::ContentLengthOverflow, Refuses(503)),
    rule(D::ContentLengthConflict, Refuses(503)), // In one field; two fields pass as they are.
    rule(D::ContentLengthRepeated, Passes),
    rule(D::ContentLengthList, Refuses(503)),
    rule(D::ContentLengthWithTransferEncoding, Refuses(503)),
    rule(D::ContentLengthForbidden, Refuses(503)),
    rule(D::TransferCodingUnknown, Refuses(503)),
    rule(D::ChunkedRepeated, Refuses(503)), // In one field; of two one goes.
    rule(D::ChunkedNotLast, Refuses(503)),
    rule(D::TransferEncodingInHttp10, Repairs),
    rule(D::TransferEncodingForbidden, Refuses(503)),
    rule(D::ChunkSizeInvalid, Cuts), // Or 503: see above.
    rule(D::ChunkSizeInvalid, Refuses(503)),
    rule(D::ChunkSizeOverflow, Cuts),
    rule(D::ChunkSizeOverflow, Refuses(503)),
    rule(D::ChunkExtensionInvalid, Cuts),
    rule(D::ChunkExtensionInvalid, Refuses(503)),
    rule(D::ChunkDataUnterminated, Refuses(503)),
    rule(D::ChunkDataUnterminated, Cuts),
    rule(D::TrailerInvalid, Cuts),
    rule(D::TrailerInvalid, Refuses(503)),
    rule(D::HeadCut, Refuses(503)), // The same where it waited for the rest.
    rule(D::BodyShort, Cuts),
    rule(D::BodyShort, Refuses(503)),
    rule(D::LastChunkMissing, Refuses(503)),
    rule(D::LastChunkMissing, Cuts),
    rule(D::CloseUnclean, Cuts),
    rule(D::CloseUnclean, Refuses(503)),
    rule(D::BytesAfterEnd, Repairs),
    rule(D::BodyForbidden, Repairs),
    rule(D::UnexpectedUpgrade, Refuses(503)),
    rule(D::InterimWithoutFinal, Refuses(503)),
    rule(D::InterimTooMany, Refuses(503)), // It takes the first for the final one.
    rule(D::ContentCodingBroken, Cuts),    // gzip only; it does not look into others.
    rule(D::ContentCodingBroken, Refuses(503)),
    rule(D::ContentCodingCut, Cuts),
    rule(D::ContentCodingCut, Refuses(503)),
];

const TIMEOUTS: &[Timeout] = &[
    timeout("connect_timeout", 3.5, &[Connect], false),
    timeout("first_byte_timeout", 60.0, &[Send, Wait], false),
    timeout("between_bytes_timeout", 60.0, &[Head, Body], true),
];

const fn timeout(
    directive: &'static str,
    seconds: f64,
    phases: &'static [Phase],
    between_reads: bool,
) -> Timeout {
    Timeout { directive, default: Some(seconds), phases, status: 503, between_reads }
}

const LOG: &str = "varnishlog -g request -q 'BerespStatus == 503' (it is kept in memory only)";

const LOG_LINES: &[LogLine] = &[
    log_line(E::ConnectionRefused, &[Connect], "fail errno 111 (Connection refused)", LOG),
    log_line(E::ConnectionTimeout, &[Connect], "fail errno 110 (Connection timed out)", LOG),
    log_line(E::DestinationIpUnroutable, &[Connect], "fail errno 113 (No route to host)", LOG),
    log_line(E::DestinationUnavailable, &[], "unhealthy", LOG),
    log_line(E::ConnectionLimitReached, &[], "busy", LOG),
    log_line(E::ConnectionTerminated, &[Wait, Head], "FetchError HTC eof (-1)", LOG),
    log_line(E::ConnectionTerminated, &[Send], "FetchError backend write error: 104", LOG),
    log_line(E::HttpResponseIncomplete, &[Head], "FetchError HTC eof (-1)", LOG),
    log_line(E::ConnectionReadTimeout, &[Wait], "FetchError first byte timeout", LOG),
    log_line(E::ConnectionReadTimeout, &[Head], "FetchError timeout", LOG),
    log_line(E::HttpProtocolError, &[Wait, Head], "FetchError http format error", LOG),
    log_line(E::HttpProtocolError, &[Head], "BogoHeader ", LOG),
    log_line(E::HttpProtocolError, &[Head], "Error Body cannot be fetched", LOG),
    log_line(E::HttpResponseTransferCoding, &[], "Error Body cannot be fetched", LOG),
    log_line(E::HttpResponseTransferCoding, &[], "FetchError chunked ", LOG),
    log_line(E::HttpResponseHeaderSectionSize, &[], "BogoHeader Header too long: ", LOG),
    log_line(E::HttpResponseHeaderSectionSize, &[], "BogoHeader Too many headers: ", LOG),
    log_line(E::HttpResponseHeaderSectionSize, &[], "FetchError overflow", LOG),
    log_line(E::HttpResponseIncomplete, &[Body], "FetchError straight insufficient bytes", LOG),
    log_line(E::ConnectionTerminated, &[Body], "FetchError Connection reset by peer", LOG),
    log_line(E::ConnectionReadTimeout, &[Body], "FetchError Resource temporarily unavailable", LOG),
    log_line(E::HttpResponseContentCoding, &[], "FetchError Invalid Gzip data", LOG),
    log_line(E::HttpResponseContentCoding, &[], "FetchError tGunzip failed", LOG),
    log_line(E::ProxyInternalError, &[Head], "Error Body cannot be fetched", LOG),
];

const REMEDIES: &[Remedy] = &[
    remedy(
        E::ConnectionRefused,
        &[Connect],
        "Let the backend name the address and port at which the upstream listens. Varnish looks a name up once, \
         when it loads its configuration, and leaves an address alone for 10 s after a refusal.",
        "backend default {\n    .host = \"10.0.3.7\";\n    .port = \"8080\";\n}",
    ),
    remedy(
        E::ConnectionTimeout,
        &[Connect],
        "Varnish answers 503 where RFC 9209 recommends 504. A longer limit helps only where the way is slow.",
        "backend default {\n    .host = \"10.0.3.7\";\n    .connect_timeout = 10s;\n}",
    ),
    remedy(
        E::DestinationUnavailable,
        &[],
        "The probe of the backend fails. Look why: it sends the host of the backend as Host, and expects 200.",
        "backend default {\n    .host = \"10.0.3.7\";\n    .probe = {\n        .request = \"GET /health HTTP/1.1\" \
         \"Host: app.example.com\" \"Connection: close\";\n    }\n}",
    ),
    remedy(
        E::ConnectionTerminated,
        &[Wait],
        "Varnish repeats a GET by itself if a kept connection fails, and no POST. If it comes only now and then, \
         let the upstream keep its connections for longer than the 60 s of backend_idle_timeout, or use none twice.",
        "sub vcl_backend_fetch {\n    set bereq.http.Connection = \"close\";\n}",
    ).when(When::NotEachTime),
    remedy(
        E::ConnectionReadTimeout,
        &[],
        "Varnish answers 503 where RFC 9209 recommends 504. Longer limits are a stop-gap until the upstream answers \
         sooner; gateways in front of Varnish need them too.",
        "backend default {\n    .host = \"10.0.3.7\";\n    .first_byte_timeout = 300s;\n    \
         .between_bytes_timeout = 300s;\n}",
    ),
    remedy(
        E::HttpProtocolError,
        &[Wait],
        "Varnish speaks no TLS to its backends. The port speaks TLS: put something between that does, such as \
         HAProxy or nginx.",
        "",
    ).when(When::SpeaksTls),
    remedy(
        E::HttpProtocolError,
        &[Head],
        "Varnish has no parameter that makes it accept an invalid head; the repair is the upstream's.",
        "",
    ).when(When::InvalidHead),
    remedy(
        E::HttpResponseHeaderSectionSize,
        &[],
        "A line may have 8 kB, the head 32 kB, and there may be some fifty fields. Parameters of varnishd; a \
         stop-gap, the repair is a smaller head.",
        "-p http_resp_hdr_len=32k -p http_resp_size=64k -p http_max_hdr=256 -p workspace_backend=256k",
    ),
    remedy(
        E::HttpResponseTransferCoding,
        &[],
        "Varnish knows `chunked` alone, and no chunk extensions and trailers; the repair is the upstream's.",
        "",
    ),
    remedy(
        E::HttpResponseContentCoding,
        &[],
        "Varnish checks what it gets compressed. Asking for plain content is a stop-gap.",
        "sub vcl_backend_fetch {\n    unset bereq.http.Accept-Encoding;\n}",
    ),
    remedy(
        E::HttpUpgradeFailed,
        &[],
        "Varnish passes an upgrade (WebSocket) on only where it is told to.",
        "sub vcl_recv {\n    if (req.http.upgrade ~ \"(?i)websocket\") {\n        return (pipe);\n    }\n}\n\
         sub vcl_pipe {\n    set bereq.http.upgrade = req.http.upgrade;\n    set bereq.http.connection = \"upgrade\";\n}",
    ),
];
