//! nghttpx, the proxy of nghttp2, with HTTP/1.1 behind it. Measured with 1.52.0 (Debian's nghttp2-proxy) in front of the
//! lab; see `tests/gateways/measured`.
//!
//! Where the upstream closes or breaks a chunk in the same moment as its head arrives, the client gets no byte at all.
//! After a failure to connect it answers 502 at once, without trying, for a time that doubles.

use super::{Gateway, LogLine, Mark, MarkGroup, Remedy, Saying, Timeout, When, log_line, remedy, rule};
use crate::http1::DefectCode as D;
use crate::observation::Phase::{Body, Connect, Handshake, Head, Send, Wait};
use crate::proxy_status::ErrorType as E;
use crate::tolerance::Treatment::{Closes, Cuts, Passes, Refuses, Repairs, WaitsThen};
use crate::tolerance::{Rule, SizeLimit, Tolerance};

/// nghttpx.
pub(super) static NGHTTPX: Gateway = Gateway {
    name: "nghttpx",
    title: "nghttpx",
    basis: super::Basis::Measured,
    // It never shows its version.
    version: None,
    own_error: OWN_ERROR,
    relayed: RELAYED,
    sayings: SAYINGS,
    fault_statuses: &[502, 503, 504],
    asks_upstream: "in HTTP/1.1 over connections that it keeps (proto=h2 makes it HTTP/2), with the Host of the client, \
                    Via and X-Forwarded-Proto added; over TLS with a server name (SNI) and a check \
                    of the certificate",
    tolerance: Tolerance {
        rules: RULES,
        // Bisected: what counts are the names and values of all fields.
        head_size: Some(SizeLimit {
            at_most: 65_536,
            each_field: 0,
            directive: "response-header-field-buffer",
        }),
        field_size: None,
        fields: Some(SizeLimit { at_most: 500, each_field: 0, directive: "max-response-header-fields" }),
        measured_with: "nghttpx 1.52.0",
    },
    timeouts: TIMEOUTS,
    log_lines: LOG_LINES,
    remedies: REMEDIES,
    spoils: super::spoils::NGHTTPX,
    docs: "https://nghttp2.org/documentation/nghttpx.1.html",
};

const SERVER: Mark = Mark::Field("Server", "nghttpx");

const OWN_ERROR: &[MarkGroup] = &[MarkGroup {
    marks: &[SERVER, Mark::NoField("Via"), Mark::Body("<footer>nghttpx</footer></body></html>")],
    what: "nghttpx's own error page, without the Via that it adds to what it passes on",
}];

/// It puts its own `Server` in the place of the upstream's, and adds `Via` unless `no-via` is set.
const RELAYED: &[MarkGroup] = &[MarkGroup { marks: &[SERVER], what: "nghttpx's Server field" }];

/// The page says no more than the status. 502 can be anything, also a backend that is left alone for a time.
const SAYINGS: &[Saying] = &[Saying {
    mark: Mark::Body("<h1>504 Gateway Timeout</h1>"),
    means: &[E::ConnectionReadTimeout, E::ConnectionTimeout, E::ConnectionWriteTimeout],
    phase: None,
}];

const RULES: &[Rule] = &[
    rule(D::NotHttp, Refuses(502)),
    rule(D::LeadingEmptyLine, Repairs),
    rule(D::ProtocolName, Refuses(502)),
    rule(D::VersionInvalid, Refuses(502)),
    rule(D::StatusInvalid, Refuses(502)),
    rule(D::StatusOutOfRange, Passes),      // As `0`.
    rule(D::StatusLineSpace, Refuses(502)), // Repaired where only the space before an empty reason is missing.
    rule(D::WhitespaceBeforeFirstField, Refuses(502)),
    rule(D::ObsFold, Repairs),
    rule(D::FieldWithoutColon, Refuses(502)),
    rule(D::FieldNameEmpty, Repairs),        // Drops the line.
    rule(D::SpaceBeforeColon, Refuses(502)), // A tab; a space passes.
    rule(D::FieldNameInvalid, Refuses(502)), // A space passes.
    rule(D::ValueNul, Refuses(502)),
    rule(D::ValueBareCr, Refuses(502)),
    rule(D::ValueControl, Refuses(502)),
    rule(D::BareLf, Refuses(502)),
    // What is large by these codes may still fit; the limits of size decide.
    // Beyond the limits of size it answers 502.
    rule(D::FieldLarge, Passes),
    rule(D::FieldLarge, Refuses(502)),
    rule(D::HeadLarge, Passes),
    rule(D::HeadLarge, Refuses(502)),
    rule(D::FieldsMany, Passes),
    rule(D::FieldsMany, Refuses(502)),
    rule(D::ContentLengthInvalid, Refuses(502)),
    rule(D::ContentLengthSigned, Refuses(502)),
    rule(D::ContentLengthOverflow, Refuses(502)),
    rule(D::ContentLengthConflict, Refuses(502)),
    rule(D::ContentLengthRepeated, Refuses(502)),
    rule(D::ContentLengthList, Refuses(502)),
    rule(D::ContentLengthWithTransferEncoding, Refuses(502)),
    rule(D::ContentLengthForbidden, Refuses(502)), // 204; a 1xx response is repaired.
    rule(D::TransferCodingUnknown, Passes),
    rule(D::ChunkedRepeated, Passes),
    rule(D::ChunkedNotLast, Passes),
    rule(D::TransferEncodingInHttp10, Repairs),
    rule(D::TransferEncodingForbidden, Refuses(502)), // 204; a 1xx response is repaired.
    rule(D::ChunkSizeInvalid, Closes),
    rule(D::ChunkSizeOverflow, Closes),
    rule(D::ChunkExtensionInvalid, Closes),
    rule(D::ChunkDataUnterminated, Closes),
    rule(D::TrailerInvalid, Closes),
    rule(D::HeadCut, Refuses(502)),  // 504 where the connection stays open.
    rule(D::BodyShort, Cuts),        // And no byte at all, where the end comes together with the head.
    rule(D::LastChunkMissing, Cuts), // Or the same.
    rule(D::CloseUnclean, Repairs),  // A clean end to the client: nobody notices that the body is cut.
    rule(D::BytesAfterEnd, Repairs),
    rule(D::BodyForbidden, Repairs),
    rule(D::UnexpectedUpgrade, Passes),
    rule(D::InterimWithoutFinal, Refuses(502)), // 504 where the connection stays open.
    rule(D::InterimTooMany, WaitsThen(504)),
    rule(D::InterimTooMany, Passes), // Where a final response follows.
    rule(D::ContentCodingBroken, Passes),
    rule(D::ContentCodingCut, Passes),
];

/// The defaults are those of its manual. Measured: each read starts the read timeout anew, also within a head; a
/// handshake that stalls is ended by it too.
const TIMEOUTS: &[Timeout] = &[
    timeout("backend-connect-timeout", 30.0, &[Connect], false),
    timeout("backend-read-timeout", 60.0, &[Handshake, Wait, Head, Body], true),
    timeout("backend-write-timeout", 30.0, &[Send], true),
];

const fn timeout(
    directive: &'static str,
    seconds: f64,
    phases: &'static [crate::observation::Phase],
    between_reads: bool,
) -> Timeout {
    Timeout { directive, default: Some(seconds), phases, status: 504, between_reads }
}

const LOG: &str = "error log (level WARN; it names no request)";

const LOG_LINES: &[LogLine] = &[
    log_line(E::ConnectionRefused, &[Connect], "Backend connect failed; addr=", LOG),
    log_line(E::ConnectionTimeout, &[Connect, Handshake], "Connect time out; addr=", LOG),
    log_line(E::TlsCertificateError, &[], "Certificate verification failed: ", "error log (level ERROR)"),
    log_line(E::DestinationUnavailable, &[], "Could not connect ", LOG),
];

const REMEDIES: &[Remedy] = &[
    remedy(
        E::ConnectionRefused,
        &[Connect],
        "Let the backend be the address and port at which the upstream listens.",
        "backend=127.0.0.1,8080",
    ),
    remedy(
        E::DestinationUnavailable,
        &[],
        "After a failure to connect nghttpx answers 502 without trying for a time that doubles up to two minutes.",
        "backend-max-backoff=5s",
    ),
    remedy(
        E::DnsError,
        &[],
        "nghttpx looks a name up once, when it starts; with dns it asks again while it runs.",
        "backend=localhost,8080;;dns",
    ),
    remedy(
        E::ConnectionTimeout,
        &[Connect],
        "A shorter limit repairs nothing, but spares the client the wait of 30 s.",
        "backend-connect-timeout=5s",
    ),
    remedy(
        E::ConnectionTerminated,
        &[Wait],
        "If it comes only now and then, nghttpx used a kept connection that the upstream was closing: keep idle \
         connections for a shorter time than the upstream does (2 s by default).",
        "backend-keep-alive-timeout=1s",
    ).when(When::NotEachTime),
    remedy(
        E::ConnectionReadTimeout,
        &[],
        "A stop-gap until the upstream answers sooner. Gateways in front of nghttpx need a longer limit too.",
        "backend-read-timeout=300s",
    ),
    remedy(
        E::TlsCertificateError,
        &[],
        "Give nghttpx the authority that signed the certificate, and the name that it was made out for.",
        "cacert=/etc/ssl/certs/ca-certificates.crt\nbackend=127.0.0.1,8443;;tls;sni=app.example.com",
    ),
    remedy(
        E::TlsProtocolError,
        &[Handshake],
        "The port speaks plain HTTP: take tls from the backend.",
        "backend=127.0.0.1,8080",
    ).when(When::SpeaksPlain),
    remedy(
        E::HttpProtocolError,
        &[Wait],
        "The port speaks TLS: ask it so.",
        "backend=127.0.0.1,8443;;tls;sni=app.example.com",
    ).when(When::SpeaksTls),
    remedy(
        E::HttpProtocolError,
        &[Head],
        "nghttpx has no option that makes it accept an invalid head; the repair is the upstream's.",
        "",
    ).when(When::InvalidHead),
    remedy(
        E::HttpProtocolError,
        &[Head],
        "The upstream speaks HTTP/2 only: ask it so.",
        "backend=127.0.0.1,8080;;proto=h2",
    ).when(When::Http2Only),
    remedy(
        E::HttpProtocolError,
        &[Head],
        "The upstream speaks HTTP/2 only: ask it so.",
        "backend=127.0.0.1,443;;tls;proto=h2",
    ).when(When::Http2OnlyTls),
    remedy(
        E::HttpResponseHeaderSectionSize,
        &[],
        "A stop-gap, which takes memory for every request; the repair is a smaller head.",
        "response-header-field-buffer=256K\nmax-response-header-fields=1000",
    ),
];
