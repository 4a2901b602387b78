//! Squid as an accelerator. Measured with 5.7 (Debian's squid-openssl) in front of the lab; see
//! `tests/gateways/measured`. Debian's plain `squid` is built with `GnuTLS`, and could not be made to trust the lab.
//!
//! Its own errors name what happened in `X-Squid-Error`, with the number of the system's error: nobody says it better.
//! What is no HTTP at all it passes on with 200, as HTTP/0.9. It connects to each of its peers when it starts, and
//! says nothing more precise than `ERR_READ_ERROR 0` of one that it has not reached since.

use super::{Gateway, LogLine, Mark, MarkGroup, Remedy, Saying, Timeout, When, log_line, remedy, rule};
use crate::http1::DefectCode as D;
use crate::observation::Phase::{self, Body, Connect, Handshake, Head, Resolve, Send, Wait};
use crate::proxy_status::ErrorType as E;
use crate::tolerance::Treatment::{Cuts, Passes, Raw, Refuses, Repairs, WaitsThen};
use crate::tolerance::{Rule, SizeLimit, Tolerance};

/// Squid.
pub(super) static SQUID: Gateway = Gateway {
    name: "squid",
    title: "Squid",
    basis: super::Basis::Measured,
    version: Some(("Server", "squid/")),
    own_error: OWN_ERROR,
    relayed: RELAYED,
    sayings: SAYINGS,
    fault_statuses: &[500, 502, 503, 504],
    asks_upstream: "in HTTP/1.1 over connections that it keeps, with the Host of the client (or of defaultsite), Via, \
                    X-Forwarded-For and Cache-Control added; over TLS with a server name (SNI) and verifying the \
                    certificate",
    tolerance: Tolerance {
        rules: RULES,
        // 65535 bytes pass and 65536 do not (bisected).
        head_size: Some(SizeLimit { at_most: 65_535, each_field: 0, directive: "reply_header_max_size" }),
        field_size: None,
        fields: None,
        measured_with: "Squid 5.7",
    },
    timeouts: TIMEOUTS,
    log_lines: LOG_LINES,
    remedies: REMEDIES,
    spoils: super::spoils::SQUID,
    docs: "https://www.squid-cache.org/Doc/config/",
};

const OWN_ERROR: &[MarkGroup] = &[MarkGroup {
    marks: &[Mark::Field("X-Squid-Error", "ERR_*"), Mark::Field("Server", "squid*")],
    what: "Squid\u{2019}s own error response, which says so in X-Squid-Error",
}];

const RELAYED: &[MarkGroup] = &[MarkGroup {
    marks: &[Mark::Field("X-Cache", "*"), Mark::Field("X-Cache-Lookup", "*"), Mark::Field("Via", "1.*")],
    what: "the fields X-Cache, X-Cache-Lookup and Via that Squid adds",
}];

const SAYINGS: &[Saying] = &[
    saying("ERR_DNS_FAIL*", &[E::DnsError, E::DnsTimeout], Some(Resolve)),
    saying("ERR_CONNECT_FAIL 111", &[E::ConnectionRefused], Some(Connect)),
    saying("ERR_CONNECT_FAIL 110", &[E::ConnectionTimeout], Some(Connect)),
    saying("ERR_CONNECT_FAIL 101", &[E::DestinationIpUnroutable], Some(Connect)),
    saying("ERR_CONNECT_FAIL 113", &[E::DestinationIpUnroutable], Some(Connect)),
    saying("ERR_CONNECT_FAIL 104", &[E::ConnectionTerminated], Some(Wait)),
    saying("ERR_CANNOT_FORWARD*", NO_PEER, None),
    saying("ERR_READ_ERROR 0", NO_PEER, None),
    saying(
        "ERR_SECURE_CONNECT_FAIL*",
        &[
            E::TlsCertificateError,
            E::TlsProtocolError,
            E::TlsAlertReceived,
            E::ConnectionTimeout,
            E::ConnectionTerminated,
        ],
        Some(Handshake),
    ),
    saying("ERR_READ_ERROR 104", &[E::ConnectionTerminated], None),
    saying("ERR_ZERO_SIZE_OBJECT*", &[E::ConnectionTerminated, E::TlsAlertReceived], None),
    saying("ERR_READ_TIMEOUT*", &[E::ConnectionReadTimeout, E::HttpResponseTimeout], None),
    saying("ERR_WRITE_ERROR*", &[E::ConnectionTerminated, E::ConnectionWriteTimeout], Some(Send)),
    saying("ERR_ACCESS_DENIED*", &[E::HttpRequestDenied], None),
    saying("ERR_TOO_BIG*", &[E::HttpResponseHeaderSectionSize], Some(Head)),
    saying(
        "ERR_INVALID_RESP*",
        &[
            E::HttpProtocolError,
            E::HttpResponseTransferCoding,
            E::HttpResponseIncomplete,
            E::HttpUpgradeFailed,
        ],
        Some(Head),
    ),
];

/// None of its peers can be used: each was found dead, or its name has no address.
const NO_PEER: &[E] = &[
    E::DestinationUnavailable,
    E::ConnectionRefused,
    E::ConnectionTimeout,
    E::DestinationIpUnroutable,
    E::ConnectionLimitReached,
    E::DnsError,
    E::DnsTimeout,
];

const fn saying(error: &'static str, means: &'static [E], phase: Option<Phase>) -> Saying {
    Saying { mark: Mark::Field("X-Squid-Error", error), means, phase }
}

const RULES: &[Rule] = &[
    // What it does not understand becomes the body of a response of HTTP/0.9, with 200: the status line too. If the
    // connection stays open, it is cut after the read timeout.
    rule(D::NotHttp, Raw),
    rule(D::LeadingEmptyLine, Raw),
    rule(D::ProtocolName, Raw), // `ICY` passes.
    rule(D::VersionInvalid, Raw),
    rule(D::StatusInvalid, Refuses(502)),
    rule(D::StatusOutOfRange, Refuses(502)),
    rule(D::StatusLineSpace, Refuses(502)), // Repaired where only the space before an empty reason is missing.
    rule(D::WhitespaceBeforeFirstField, Repairs),
    rule(D::ObsFold, Repairs),
    rule(D::FieldWithoutColon, Refuses(502)),
    rule(D::FieldNameEmpty, Refuses(502)),
    rule(D::SpaceBeforeColon, Repairs),
    rule(D::FieldNameInvalid, Refuses(502)),
    rule(D::ValueNul, Refuses(502)),
    rule(D::ValueBareCr, Repairs),
    rule(D::ValueControl, Passes),
    rule(D::BareLf, Repairs),
    rule(D::FieldLarge, Refuses(502)),
    rule(D::HeadLarge, Refuses(502)),
    rule(D::FieldsMany, Passes),
    rule(D::ContentLengthInvalid, Refuses(502)),
    rule(D::ContentLengthSigned, Refuses(502)),
    rule(D::ContentLengthOverflow, Refuses(502)),
    rule(D::ContentLengthConflict, Refuses(502)),
    rule(D::ContentLengthRepeated, Repairs),
    rule(D::ContentLengthList, Repairs),
    rule(D::ContentLengthWithTransferEncoding, Repairs),
    rule(D::ContentLengthForbidden, Repairs),
    rule(D::TransferCodingUnknown, Refuses(502)), // `identity` is dropped.
    rule(D::ChunkedRepeated, Refuses(502)),
    rule(D::ChunkedNotLast, Refuses(502)),
    rule(D::TransferEncodingInHttp10, Repairs),
    rule(D::TransferEncodingForbidden, Repairs),
    rule(D::ChunkSizeInvalid, Cuts),
    rule(D::ChunkSizeOverflow, Cuts),
    rule(D::ChunkExtensionInvalid, Cuts),
    rule(D::ChunkDataUnterminated, Cuts),
    rule(D::TrailerInvalid, Repairs),
    rule(D::HeadCut, Refuses(502)), // 200 without a body where the cut is not within the name of a field; 504 where the connection stays open.
    rule(D::BodyShort, Cuts),
    rule(D::LastChunkMissing, Cuts),
    rule(D::CloseUnclean, Cuts),
    rule(D::BytesAfterEnd, Repairs),
    rule(D::BodyForbidden, Passes), // After 204 and 304 it sends the body on.
    rule(D::UnexpectedUpgrade, Refuses(502)),
    rule(D::InterimWithoutFinal, Refuses(502)), // 504 where the connection stays open.
    rule(D::InterimTooMany, WaitsThen(504)),
    rule(D::InterimTooMany, Passes), // Where a final response follows.
    rule(D::ContentCodingBroken, Passes),
    rule(D::ContentCodingCut, Passes),
];

/// Measured: its clocks are coarse, a limit of 2 s ended between 1 and 4 s. A head that drips is ended as a whole.
const TIMEOUTS: &[Timeout] = &[
    timeout("dns_timeout", 30.0, &[Resolve], 502, false),
    timeout("peer_connect_timeout", 30.0, &[Connect], 503, false),
    timeout("peer_connect_timeout", 30.0, &[Handshake], 504, false),
    timeout("write_timeout", 900.0, &[Send], 502, true),
    timeout("read_timeout", 900.0, &[Wait, Head], 504, false),
    timeout("read_timeout", 900.0, &[Body], 504, true),
];

const fn timeout(
    directive: &'static str,
    seconds: f64,
    phases: &'static [Phase],
    status: u16,
    between_reads: bool,
) -> Timeout {
    Timeout { directive, default: Some(seconds), phases, status, between_reads }
}

const LOG: &str = "access log with %err_code/%err_detail in its logformat";

const CONNECT_FAIL: &str = "ERR_CONNECT_FAIL/WITH_SERVER";

const LOG_LINES: &[LogLine] = &[
    log_line(E::DnsError, &[Resolve], "ERR_READ_ERROR/WITH_SERVER", LOG),
    // Measured with a peer that ended while Squid ran: ERR_CONNECT_FAIL for the first ten requests, and ERR_READ_ERROR
    // from then on, as Squid takes the peer for dead. So does one that was not there when Squid started.
    log_line(E::ConnectionRefused, &[Connect], CONNECT_FAIL, LOG),
    log_line(E::ConnectionRefused, &[Connect], "ERR_READ_ERROR/WITH_SERVER", LOG),
    log_line(E::ConnectionTimeout, &[Connect], CONNECT_FAIL, LOG),
    log_line(E::ConnectionTimeout, &[Connect], "ERR_READ_ERROR/WITH_SERVER", LOG),
    log_line(E::DestinationUnavailable, &[], "ERR_READ_ERROR/WITH_SERVER", LOG),
    log_line(E::TlsCertificateError, &[], "ERR_SECURE_CONNECT_FAIL/X509_V_ERR_", LOG),
    log_line(E::TlsCertificateError, &[], "ERR_SECURE_CONNECT_FAIL/SQUID_X509_V_ERR_DOMAIN_MISMATCH", LOG),
    log_line(
        E::TlsAlertReceived,
        &[Handshake],
        "ERR_SECURE_CONNECT_FAIL/SQUID_TLS_ERR_CONNECT+TLS_LIB_ERR=",
        LOG,
    ),
    log_line(E::TlsAlertReceived, &[Wait], "ERR_ZERO_SIZE_OBJECT/WITH_SERVER", LOG),
    log_line(E::TlsProtocolError, &[Handshake], "ERR_SECURE_CONNECT_FAIL/SQUID_TLS_ERR_CONNECT+TLS_", LOG),
    log_line(E::ConnectionTimeout, &[Handshake], "ERR_SECURE_CONNECT_FAIL/TLS_CONNECT_TIMEOUT", LOG),
    log_line(E::ConnectionTerminated, &[Wait], "ERR_ZERO_SIZE_OBJECT/WITH_SERVER", LOG),
    log_line(E::ConnectionTerminated, &[], "ERR_READ_ERROR/WITH_SERVER", LOG),
    log_line(E::HttpResponseIncomplete, &[Head], "ERR_INVALID_RESP/WITH_SERVER", LOG),
    log_line(E::ConnectionReadTimeout, &[], "ERR_READ_TIMEOUT/WITH_SERVER", LOG),
    log_line(E::HttpProtocolError, &[Wait, Head], "ERR_INVALID_RESP/WITH_SERVER", LOG),
    log_line(E::HttpResponseTransferCoding, &[Head], "ERR_INVALID_RESP/WITH_SERVER", LOG),
    log_line(E::HttpResponseHeaderSectionSize, &[], "ERR_TOO_BIG/WITH_SERVER", LOG),
];

const REMEDIES: &[Remedy] = &[
    remedy(
        E::DnsError,
        &[],
        "Squid asks the name servers of /etc/resolv.conf, or those that it is given.",
        "dns_nameservers 192.0.2.53\ndns_timeout 5 seconds",
    ),
    remedy(
        E::ConnectionRefused,
        &[Connect],
        "Let cache_peer name the address and port at which the upstream listens. A peer that refuses ten times is \
         left alone until a trial succeeds.",
        "cache_peer 10.0.3.7 parent 8080 0 no-query originserver name=app connect-fail-limit=100",
    ),
    remedy(
        E::ConnectionTimeout,
        &[Connect, Handshake],
        "A shorter limit repairs nothing, but spares the client the wait of 30 s.",
        "cache_peer 10.0.3.7 parent 8080 0 no-query originserver name=app connect-timeout=5",
    ),
    remedy(
        E::DestinationUnavailable,
        &[],
        "No peer can be used: none is alive, or none is allowed for this request. cache.log has `Detected DEAD \
         Parent`; look at cache_peer_access too.",
        "cache_peer 10.0.3.7 parent 8080 0 no-query originserver name=app\ncache_peer_access app allow all",
    ),
    remedy(
        E::ConnectionTerminated,
        &[Wait],
        "If it comes only now and then, Squid used a kept connection that the upstream was closing: keep idle \
         connections for a shorter time than the upstream does.",
        "server_idle_pconn_timeout 4 seconds",
    ).when(When::NotEachTime),
    remedy(
        E::ConnectionReadTimeout,
        &[],
        "A stop-gap until the upstream answers sooner. Gateways in front of Squid need a longer limit too.",
        "read_timeout 30 minutes",
    ),
    remedy(
        E::TlsCertificateError,
        &[],
        "Give Squid the authority that signed the certificate, and the name that it was made out for. It answers \
         503 where RFC 9209 recommends 502.",
        "cache_peer 10.0.3.7 parent 443 0 no-query originserver name=app tls \
         tls-cafile=/etc/ssl/certs/ca-certificates.crt ssldomain=app.example.com",
    ),
    remedy(
        E::TlsProtocolError,
        &[Handshake],
        "The port speaks plain HTTP: take tls from the cache_peer line.",
        "cache_peer 127.0.0.1 parent 8080 0 no-query originserver name=app",
    ).when(When::SpeaksPlain),
    remedy(
        E::HttpProtocolError,
        &[Wait],
        "The port speaks TLS: ask it so.",
        "cache_peer 127.0.0.1 parent 8443 0 no-query originserver name=app tls ssldomain=app.example.com",
    ).when(When::SpeaksTls),
    remedy(
        E::HttpProtocolError,
        &[Head],
        "Squid is lenient by default (relaxed_header_parser); what it refuses all the same, the upstream has to repair.",
        "relaxed_header_parser warn",
    ),
    remedy(
        E::HttpResponseHeaderSectionSize,
        &[],
        "The head may have 64 kB, and a higher limit is advised against; the repair is a smaller head.",
        "",
    ),
    remedy(
        E::HttpResponseTransferCoding,
        &[],
        "Squid has no directive that makes it accept this; the repair is the upstream's.",
        "",
    ),
];
