//! lighttpd with `mod_proxy`. Measured with 1.4.69 (Debian) in front of the lab; see `tests/gateways/measured`.
//!
//! It opens a connection for each request, and reads the whole response before it sends
//! any of it. So a chunked body that was cut becomes a shorter one that is whole, and a stall becomes 404. It speaks
//! no TLS to its upstreams.

use super::{Gateway, LogLine, Mark, MarkGroup, Remedy, Saying, Timeout, When, log_line, remedy, rule};
use crate::http1::DefectCode as D;
use crate::observation::Phase::{self, Body, Connect, Head, Send, Wait};
use crate::proxy_status::ErrorType as E;
use crate::tolerance::Treatment::{Cuts, Passes, Refuses, Repairs, WaitsThen};
use crate::tolerance::{Rule, SizeLimit, Tolerance};

/// lighttpd.
pub(super) static LIGHTTPD: Gateway = Gateway {
    name: "lighttpd",
    title: "lighttpd",
    basis: super::Basis::Measured,
    version: Some(("Server", "lighttpd/")),
    own_error: OWN_ERROR,
    relayed: RELAYED,
    sayings: SAYINGS,
    fault_statuses: &[404, 500, 502, 503, 504],
    asks_upstream: "in HTTP/1.1 with Connection: close, so a connection for each request, in plain HTTP only, with the Host of the client, \
                    X-Forwarded-For, -Proto and -Host and X-Host added",
    tolerance: Tolerance {
        rules: RULES,
        // 65535 bytes pass and 65536 do not (bisected); no directive changes it.
        head_size: Some(SizeLimit { at_most: 65_535, each_field: 0, directive: "built in" }),
        field_size: None,
        fields: None,
        measured_with: "lighttpd 1.4.69",
    },
    timeouts: TIMEOUTS,
    log_lines: LOG_LINES,
    remedies: REMEDIES,
    spoils: super::spoils::LIGHTTPD,
    docs: "https://redmine.lighttpd.net/projects/lighttpd/wiki/Mod_proxy",
};

const OWN_ERROR: &[MarkGroup] = &[MarkGroup {
    marks: &[
        Mark::Status(&[400, 403, 404, 405, 408, 411, 413, 417, 431, 500, 501, 502, 503, 504, 505]),
        Mark::Field("Server", "lighttpd*"),
        Mark::Field("Content-Type", "text/html"),
        Mark::Body(
            "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0",
        ),
        Mark::Body("</title>\n </head>\n <body>\n  <h1>"),
    ],
    what: "lighttpd\u{2019}s own error page, with its Server field",
}];

/// Where the upstream sends no `Server`, it adds its own.
const RELAYED: &[MarkGroup] =
    &[MarkGroup { marks: &[Mark::Field("Server", "lighttpd*")], what: "lighttpd's Server field" }];

const SAYINGS: &[Saying] = &[
    Saying {
        mark: Mark::Body("<h1>503 Service Unavailable</h1>"),
        means: &[
            E::ConnectionRefused,
            E::ConnectionTimeout,
            E::DestinationUnavailable,
            E::DestinationIpUnroutable,
            E::ConnectionLimitReached,
        ],
        phase: Some(Connect),
    },
    Saying {
        mark: Mark::Body("<h1>504 Gateway Timeout</h1>"),
        means: &[E::ConnectionReadTimeout, E::ConnectionWriteTimeout, E::HttpProtocolError],
        phase: None,
    },
    Saying {
        mark: Mark::Body("<h1>502 Bad Gateway</h1>"),
        means: &[E::HttpProtocolError, E::HttpResponseHeaderSectionSize],
        phase: None,
    },
    Saying {
        mark: Mark::Body("<h1>500 Internal Server Error</h1>"),
        means: &[
            E::ConnectionTerminated,
            E::HttpResponseIncomplete,
            E::HttpProtocolError,
            E::ProxyInternalError,
        ],
        phase: None,
    },
];

const RULES: &[Rule] = &[
    rule(D::NotHttp, Refuses(502)), // 500 where no line ends.
    rule(D::NotHttp, Refuses(500)),
    rule(D::LeadingEmptyLine, Refuses(502)),
    rule(D::ProtocolName, Refuses(502)),
    rule(D::VersionInvalid, Refuses(502)),
    rule(D::StatusInvalid, Refuses(502)),
    rule(D::StatusOutOfRange, Refuses(502)), // 000; from 600 on it passes.
    rule(D::StatusLineSpace, Refuses(502)), // Repaired where only the space before an empty reason is missing.
    rule(D::WhitespaceBeforeFirstField, Passes),
    rule(D::ObsFold, Repairs),
    rule(D::FieldWithoutColon, Repairs),
    rule(D::FieldNameEmpty, Repairs),
    rule(D::SpaceBeforeColon, Repairs),
    rule(D::FieldNameInvalid, Passes),
    rule(D::ValueNul, Passes),
    rule(D::ValueBareCr, Passes),
    rule(D::ValueControl, Passes),
    rule(D::BareLf, Repairs),
    rule(D::FieldLarge, Refuses(502)),
    rule(D::HeadLarge, Refuses(502)),
    rule(D::FieldsMany, Passes),
    rule(D::ContentLengthInvalid, Passes),
    rule(D::ContentLengthSigned, Passes),
    rule(D::ContentLengthOverflow, Passes),
    rule(D::ContentLengthConflict, Passes),
    rule(D::ContentLengthRepeated, Repairs),
    rule(D::ContentLengthList, Passes),
    rule(D::ContentLengthWithTransferEncoding, Repairs),
    rule(D::ContentLengthForbidden, Repairs), // In 204; in a 1xx response it passes.
    rule(D::TransferCodingUnknown, Cuts),
    rule(D::ChunkedRepeated, Repairs),
    rule(D::ChunkedNotLast, Repairs),
    rule(D::TransferEncodingInHttp10, Repairs),
    rule(D::TransferEncodingForbidden, Repairs),
    rule(D::ChunkSizeInvalid, Cuts), // With a length of its own: nobody notices.
    rule(D::ChunkSizeOverflow, Cuts),
    rule(D::ChunkExtensionInvalid, Repairs),
    rule(D::ChunkDataUnterminated, Repairs),
    rule(D::TrailerInvalid, Repairs),
    rule(D::HeadCut, Refuses(500)), // 504 where the connection stays open.
    rule(D::BodyShort, Cuts),       // 404 where the connection stays open.
    rule(D::LastChunkMissing, WaitsThen(404)), // Where it stalls; else it is made a shorter body that is whole.
    rule(D::CloseUnclean, Repairs),            // Nobody notices that the body is cut.
    rule(D::BytesAfterEnd, Repairs),
    rule(D::BodyForbidden, Repairs),
    rule(D::UnexpectedUpgrade, WaitsThen(404)),
    rule(D::InterimWithoutFinal, Refuses(500)), // 504 where the connection stays open.
    rule(D::InterimTooMany, WaitsThen(504)),
    rule(D::InterimTooMany, Passes), // Where a final response follows.
    rule(D::ContentCodingBroken, Passes),
    rule(D::ContentCodingCut, Passes),
];

/// Measured: it looks at its clocks now and then only, so that 2 s became 4 s. A head that drips is ended as a whole.
const TIMEOUTS: &[Timeout] = &[
    timeout("connect-timeout", Some(8.0), &[Connect], 503, false),
    timeout("write-timeout", None, &[Send], 504, true),
    timeout("read-timeout", None, &[Wait, Head], 504, false),
    timeout("read-timeout", None, &[Body], 404, true),
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

const LOG: &str = "error log (server.errorlog)";

const LOG_LINES: &[LogLine] = &[
    log_line(E::ConnectionRefused, &[Connect], "establishing connection failed: socket: tcp:", LOG),
    log_line(E::ConnectionTimeout, &[Connect], "establishing connection failed: socket: tcp:", LOG),
    log_line(E::DestinationUnavailable, &[], "all handlers for ", LOG),
    log_line(E::ConnectionTerminated, &[Send, Wait, Head], "response not received, request sent: ", LOG),
    log_line(
        E::ConnectionTerminated,
        &[Body],
        "response already sent out, but backend returned error on socket: ",
        LOG,
    ),
    log_line(
        E::HttpResponseTransferCoding,
        &[],
        "response already sent out, but backend returned error on socket: ",
        LOG,
    ),
    log_line(E::HttpResponseHeaderSectionSize, &[], "response headers too large for ", LOG),
];

const REMEDIES: &[Remedy] = &[
    remedy(
        E::ConnectionRefused,
        &[Connect],
        "Let proxy.server name the address and port at which the upstream listens. lighttpd looks a name up once, \
         when it starts.",
        "proxy.server = ( \"\" => (( \"host\" => \"127.0.0.1\", \"port\" => 8080 )) )",
    ),
    remedy(
        E::ConnectionTimeout,
        &[Connect],
        "lighttpd answers 503 where RFC 9209 recommends 504. A longer limit than 8 s helps only where the way is slow.",
        "proxy.server = ( \"\" => (( \"host\" => \"10.0.3.7\", \"port\" => 8080, \"connect-timeout\" => 20 )) )",
    ),
    remedy(
        E::DestinationUnavailable,
        &[],
        "After a failure to connect lighttpd leaves an upstream alone for a second (`all handlers ... are down`).",
        "proxy.server = ( \"\" => (( \"host\" => \"10.0.3.7\", \"port\" => 8080, \"disable-time\" => 0 )) )",
    ),
    remedy(
        E::ConnectionReadTimeout,
        &[],
        "lighttpd has no limit unless one is set. A longer one is a stop-gap until the upstream answers sooner; \
         gateways in front of lighttpd need it too.",
        "proxy.server = ( \"\" => (( \"host\" => \"10.0.3.7\", \"port\" => 8080, \"read-timeout\" => 300 )) )",
    ),
    remedy(
        E::HttpProtocolError,
        &[Wait],
        "lighttpd speaks no TLS to its upstreams. The port speaks TLS: put something between that does, such as \
         HAProxy or nginx.",
        "",
    ).when(When::SpeaksTls),
    remedy(
        E::HttpResponseHeaderSectionSize,
        &[],
        "The head may have 64 kB, and no directive changes that; the repair is a smaller head.",
        "",
    ),
    remedy(
        E::HttpUpgradeFailed,
        &[],
        "lighttpd passes an upgrade (WebSocket) on only where it is told to.",
        "proxy.header = ( \"upgrade\" => \"enable\" )\n\
         proxy.server = ( \"\" => (( \"host\" => \"10.0.3.7\", \"port\" => 8080 )) )",
    ),
];
