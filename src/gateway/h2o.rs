//! h2o as a reverse proxy. Measured with 2.2.5 (Debian) in front of the lab; see `tests/gateways/measured`.
//!
//! Its own errors are all 502 and name the cause in the body. On some lengths and transfer codings it crashes
//! (`Assertion '!client->_can_keepalive' failed`), and with it every connection that it has.

use super::{Gateway, LogLine, Mark, MarkGroup, Remedy, Saying, Timeout, When, log_line, remedy, rule};
use crate::http1::DefectCode as D;
use crate::observation::Phase::{Body, Connect, Handshake, Head, Resolve, Send, Wait};
use crate::proxy_status::ErrorType as E;
use crate::tolerance::Treatment::{Closes, Cuts, Passes, Raw, Refuses, Repairs, WaitsThen};
use crate::tolerance::{Rule, SizeLimit, Tolerance};

/// h2o.
pub(super) static H2O: Gateway = Gateway {
    name: "h2o",
    title: "h2o",
    basis: super::Basis::Measured,
    version: Some(("Server", "h2o/")),
    own_error: OWN_ERROR,
    relayed: RELAYED,
    sayings: SAYINGS,
    fault_statuses: &[502],
    asks_upstream: "in HTTP/1.1 over connections that it keeps, with the host of proxy.reverse.url as Host, \
                    X-Forwarded-For, X-Forwarded-Proto and Via added; over TLS with a server name (SNI) and a check \
                    of the certificate, but not of its name",
    tolerance: Tolerance {
        rules: RULES,
        head_size: None,
        field_size: None,
        // Bisected; there is no limit of size up to 2 MB, and no directive for this one.
        fields: Some(SizeLimit { at_most: 100, each_field: 0, directive: "compiled in" }),
        measured_with: "h2o 2.2.5",
    },
    timeouts: TIMEOUTS,
    log_lines: LOG_LINES,
    remedies: REMEDIES,
    spoils: super::spoils::H2O,
    docs: "https://h2o.examp1e.net/configure/proxy_directives.html",
};

const SERVER: Mark = Mark::Field("Server", "h2o*");

const OWN_ERROR: &[MarkGroup] = &[MarkGroup {
    marks: &[
        Mark::Status(&[502]),
        Mark::Reason("Gateway Error"),
        SERVER,
        Mark::Field("Content-Type", "text/plain; charset=utf-8"),
    ],
    what: "the reason phrase Gateway Error, with plain text as h2o sends it",
}];

/// It puts its own `Server` in the place of the upstream's.
const RELAYED: &[MarkGroup] = &[MarkGroup { marks: &[SERVER], what: "h2o's Server field" }];

/// The body is the cause; what is not listed is OpenSSL's word on a certificate.
const SAYINGS: &[Saying] = &[
    said("Name or service not known", &[E::DnsError], Some(Resolve)),
    said("Temporary failure in name resolution", &[E::DnsTimeout, E::DnsError], Some(Resolve)),
    said("connection failed", &[E::ConnectionRefused, E::DestinationIpUnroutable], Some(Connect)),
    // One limit for the connection and for the handshake.
    said("connection timeout", &[E::ConnectionTimeout], None),
    said("certificate has expired", &[E::TlsCertificateError], Some(Handshake)),
    said("certificate is not yet valid", &[E::TlsCertificateError], Some(Handshake)),
    said("self-signed certificate", &[E::TlsCertificateError], Some(Handshake)),
    said("unable to get local issuer certificate", &[E::TlsCertificateError], Some(Handshake)),
    said("unsuitable certificate purpose", &[E::TlsCertificateError], Some(Handshake)),
    said("ssl handshake failure", &[E::TlsProtocolError, E::TlsAlertReceived], Some(Handshake)),
    said("socket closed by peer", &[E::TlsProtocolError], Some(Handshake)),
    // Also an alert that comes after the handshake, as in TLS 1.3.
    said(
        "I/O error (head)",
        &[E::ConnectionTerminated, E::HttpResponseIncomplete, E::TlsAlertReceived],
        None,
    ),
    said("I/O timeout", &[E::ConnectionReadTimeout, E::ConnectionWriteTimeout], None),
    said("failed to parse the response", &[E::HttpProtocolError, E::HttpResponseHeaderSectionSize], None),
    said("invalid response from upstream (malformed content-length)", &[E::HttpProtocolError], Some(Head)),
];

const fn said(words: &'static str, means: &'static [E], phase: Option<crate::observation::Phase>) -> Saying {
    Saying { mark: Mark::Body(words), means, phase }
}

const RULES: &[Rule] = &[
    rule(D::NotHttp, Refuses(502)),
    rule(D::LeadingEmptyLine, Refuses(502)),
    rule(D::ProtocolName, Refuses(502)),
    rule(D::VersionInvalid, Refuses(502)),
    rule(D::StatusInvalid, Refuses(502)),
    rule(D::StatusOutOfRange, Passes), // As `0`.
    rule(D::StatusLineSpace, Refuses(502)),
    rule(D::WhitespaceBeforeFirstField, Refuses(502)),
    rule(D::ObsFold, Repairs),
    rule(D::FieldWithoutColon, Refuses(502)),
    rule(D::FieldNameEmpty, Refuses(502)),
    rule(D::SpaceBeforeColon, Refuses(502)),
    rule(D::FieldNameInvalid, Refuses(502)),
    rule(D::ValueNul, Refuses(502)),
    rule(D::ValueBareCr, Refuses(502)),
    rule(D::ValueControl, Refuses(502)),
    rule(D::BareLf, Repairs),
    // What is large by these codes may still fit; the limits of size decide.
    rule(D::FieldLarge, Passes),
    rule(D::HeadLarge, Passes),
    rule(D::FieldsMany, Refuses(502)),
    rule(D::ContentLengthInvalid, Closes),  // It crashes.
    rule(D::ContentLengthSigned, Closes),   // It crashes.
    rule(D::ContentLengthOverflow, Closes), // It crashes.
    rule(D::ContentLengthConflict, Closes), // In one field it crashes, in two it answers 502.
    rule(D::ContentLengthConflict, Refuses(502)),
    rule(D::ContentLengthRepeated, Refuses(502)),
    rule(D::ContentLengthList, Closes), // It crashes.
    // It keeps the length, and sends what it reads of the chunked body below it: all is well with the true length.
    rule(D::ContentLengthWithTransferEncoding, Cuts),
    rule(D::ContentLengthForbidden, Passes),
    rule(D::TransferCodingUnknown, Closes), // It crashes; `identity` it repairs.
    rule(D::ChunkedRepeated, Closes),       // In one field it crashes, in two it repairs.
    rule(D::ChunkedNotLast, Closes),
    rule(D::TransferEncodingInHttp10, Repairs),
    rule(D::TransferEncodingForbidden, Repairs),
    rule(D::ChunkSizeInvalid, Cuts),
    rule(D::ChunkSizeOverflow, Cuts),
    rule(D::ChunkExtensionInvalid, Repairs),
    rule(D::ChunkDataUnterminated, Cuts),
    rule(D::TrailerInvalid, Repairs),
    rule(D::HeadCut, Refuses(502)), // Where the connection stays open, after its timeout.
    rule(D::BodyShort, Cuts),
    rule(D::LastChunkMissing, Raw), // It sends the chunk lines of the upstream as content, and ends that well.
    rule(D::CloseUnclean, Repairs), // A clean end to the client: nobody notices that the body is cut.
    rule(D::BytesAfterEnd, Repairs),
    rule(D::BodyForbidden, Repairs),
    rule(D::UnexpectedUpgrade, Passes),
    rule(D::InterimWithoutFinal, Refuses(502)), // The same.
    rule(D::InterimTooMany, WaitsThen(502)),
    rule(D::InterimTooMany, Repairs), // Where a final response follows.
    rule(D::ContentCodingBroken, Passes),
    rule(D::ContentCodingCut, Passes),
];

/// The default is that of its documentation; there is one limit for everything. Measured: it starts anew with each
/// byte, also within a head.
const TIMEOUTS: &[Timeout] = &[Timeout {
    directive: "proxy.timeout.io",
    default: Some(30.0),
    phases: &[Connect, Handshake, Send, Wait, Head, Body],
    status: 502,
    between_reads: true,
}];

const LOG: &str = "error log ([lib/core/proxy.c] in request:PATH:...)";

const LOG_LINES: &[LogLine] = &[
    log_line(E::DnsError, &[Resolve], "Name or service not known", LOG),
    log_line(E::ConnectionRefused, &[Connect], "connection failed", LOG),
    log_line(E::ConnectionTimeout, &[Connect, Handshake], "connection timeout", LOG),
    log_line(E::TlsCertificateError, &[], "certificate", LOG),
    log_line(E::TlsAlertReceived, &[Handshake], "ssl handshake failure", LOG),
    log_line(E::TlsProtocolError, &[Handshake], "ssl handshake failure", LOG),
    log_line(E::ConnectionTerminated, &[Send, Wait, Head], "I/O error (head)", LOG),
    log_line(E::HttpResponseIncomplete, &[Head], "I/O error (head)", LOG),
    log_line(E::ConnectionReadTimeout, &[], "I/O timeout", LOG),
    log_line(E::HttpProtocolError, &[Wait, Head], "failed to parse the response", LOG),
    log_line(E::HttpResponseHeaderSectionSize, &[], "failed to parse the response", LOG),
    log_line(E::HttpResponseTransferCoding, &[Body], "failed to parse the response (chunked)", LOG),
    log_line(E::HttpResponseIncomplete, &[Body], "I/O error (body; ", LOG),
    log_line(E::ConnectionTerminated, &[Body], "I/O error (body; ", LOG),
];

const REMEDIES: &[Remedy] = &[
    remedy(
        E::DnsError,
        &[],
        "h2o asks the system's resolver; what /etc/resolv.conf and /etc/hosts say on its host counts.",
        "proxy.reverse.url: http://app.example.com:8080/",
    ),
    remedy(
        E::ConnectionRefused,
        &[Connect],
        "Let proxy.reverse.url name the address and port at which the upstream listens; of a name with several \
         addresses h2o takes one by chance.",
        "proxy.reverse.url: http://127.0.0.1:8080/",
    ),
    remedy(
        E::ConnectionTimeout,
        &[Connect, Handshake],
        "One limit (30 s) goes for connecting and for each read, and all of it is 502 where RFC 9209 recommends 504.",
        "proxy.timeout.io: 5000",
    ),
    remedy(
        E::ConnectionReadTimeout,
        &[],
        "h2o answers 502 where RFC 9209 recommends 504. A longer limit is a stop-gap until the upstream answers sooner.",
        "proxy.timeout.io: 300000",
    ),
    remedy(
        E::ConnectionTerminated,
        &[Wait],
        "If it comes only now and then, h2o used a kept connection that the upstream was closing: keep idle \
         connections for a shorter time than the upstream does (2 s by default), or none.",
        "proxy.timeout.keepalive: 0",
    ).when(When::NotEachTime),
    remedy(
        E::TlsCertificateError,
        &[],
        "Give h2o the authority that signed the certificate. It does not compare the name.",
        "proxy.ssl.cafile: /etc/ssl/certs/ca-certificates.crt",
    ),
    remedy(
        E::TlsProtocolError,
        &[Handshake],
        "The port speaks plain HTTP: ask it so.",
        "proxy.reverse.url: http://127.0.0.1:8080/",
    ).when(When::SpeaksPlain),
    remedy(
        E::HttpProtocolError,
        &[Wait],
        "The port speaks TLS: ask it so.",
        "proxy.reverse.url: https://app.example.com:8443/",
    ).when(When::SpeaksTls),
    remedy(
        E::HttpProtocolError,
        &[Head],
        "h2o has no directive that makes it accept an invalid head; the repair is the upstream's. A bad length or \
         transfer coding even ends h2o 2.2.5 with all its connections.",
        "",
    ).when(When::InvalidHead),
    remedy(
        E::HttpResponseTransferCoding,
        &[],
        "A transfer coding that it does not know ends h2o 2.2.5 with all its connections; the repair is the upstream's.",
        "",
    ),
    remedy(
        E::HttpResponseHeaderSectionSize,
        &[],
        "h2o takes 100 fields, and there is no directive for more; the repair is a smaller head.",
        "",
    ),
];
