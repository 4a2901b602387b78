//! Cloudflare, from its pages on 5xx errors (error-502-504 and error-520 to error-526) and on connection limits.

use super::super::{Gateway, LogLine, Mark, MarkGroup, Remedy, Saying, Timeout, log_line, remedy};
use super::{documented, saying, timeout};
use crate::observation::Phase::{Connect, Handshake, Head, Send, Wait};
use crate::proxy_status::ErrorType as E;

/// Cloudflare.
pub(in crate::gateway) static CLOUDFLARE: Gateway = Gateway {
    own_error: OWN_ERROR,
    relayed: RELAYED,
    sayings: SAYINGS,
    fault_statuses: &[502, 504, 520, 521, 522, 523, 524, 525, 526, 527, 530],
    timeouts: TIMEOUTS,
    log_lines: LOG_LINES,
    remedies: REMEDIES,
    ..documented(
        "cloudflare",
        "Cloudflare",
        "not measured: Cloudflare's pages on 5xx errors",
        "https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/",
    )
};

const SERVER: Mark = Mark::Field("Server", "cloudflare");

/// 520 to 530 are numbers of its own. Of 502 and 504, the page that is not branded and names `cloudflare` is its own.
const OWN_ERROR: &[MarkGroup] = &[
    MarkGroup {
        marks: &[Mark::Status(&[520, 521, 522, 523, 524, 525, 526, 527, 530]), SERVER],
        what: "a status that Cloudflare alone gives, beside its Server field",
    },
    MarkGroup {
        marks: &[Mark::Status(&[502, 504]), SERVER, Mark::Body("<center>cloudflare")],
        what: "Cloudflare's page without its brand, which is for errors of its own",
    },
];

const RELAYED: &[MarkGroup] = &[
    MarkGroup {
        marks: &[Mark::Status(&[502, 504]), SERVER, Mark::Body("cf-error-details")],
        what: "Cloudflare's branded page, which means that the origin itself answered with this status",
    },
    MarkGroup { marks: &[SERVER], what: "Cloudflare's Server field" },
];

const SAYINGS: &[Saying] = &[
    saying(Mark::Status(&[504]), &[E::ConnectionReadTimeout, E::ConnectionTimeout], None),
    saying(
        Mark::Status(&[520]),
        &[
            E::ConnectionTerminated,
            E::HttpResponseIncomplete,
            E::HttpProtocolError,
            E::HttpResponseHeaderSectionSize,
            E::HttpResponseTransferCoding,
        ],
        None,
    ),
    saying(Mark::Status(&[521]), &[E::ConnectionRefused], Some(Connect)),
    // No SYN+ACK in 19 s, or no acknowledgement of the request in 90 s.
    saying(Mark::Status(&[522]), &[E::ConnectionTimeout, E::ConnectionWriteTimeout], None),
    saying(Mark::Status(&[523]), &[E::DestinationIpUnroutable], Some(Connect)),
    saying(Mark::Status(&[524]), &[E::ConnectionReadTimeout, E::ConnectionWriteTimeout], None),
    saying(
        Mark::Status(&[525]),
        &[E::TlsProtocolError, E::TlsAlertReceived, E::ConnectionTimeout],
        Some(Handshake),
    ),
    saying(Mark::Status(&[526]), &[E::TlsCertificateError], Some(Handshake)),
    // The page has a number of four digits (1xxx) that says more.
    saying(Mark::Status(&[530]), &[E::DnsError, E::DestinationUnavailable], None),
];

/// The read timeout is 120 s by the newer of two pages, and 100 s by the older.
const TIMEOUTS: &[Timeout] = &[
    timeout("limit for SYN+ACK", Some(19.0), &[Connect], 522, false),
    timeout("limit for the acknowledgement of the request", Some(90.0), &[Send], 522, false),
    timeout("Proxy Read Timeout", Some(120.0), &[Wait, Head], 524, false),
    timeout("Proxy Read Timeout of older days", Some(100.0), &[Wait, Head], 524, false),
    timeout("Proxy Write Timeout", Some(30.0), &[Send], 524, true),
    timeout("limit for the handshake", None, &[Handshake], 525, false),
];

const LOG: &str = "HTTP requests log (Logpush; OriginResponseStatus is 0 where the origin gave none)";

const LOG_LINES: &[LogLine] = &[
    log_line(E::ConnectionRefused, &[], "EdgeResponseStatus 521", LOG),
    log_line(E::ConnectionTimeout, &[Connect], "EdgeResponseStatus 522", LOG),
    log_line(E::DestinationIpUnroutable, &[], "EdgeResponseStatus 523", LOG),
    log_line(E::ConnectionReadTimeout, &[], "EdgeResponseStatus 524", LOG),
    log_line(E::TlsProtocolError, &[], "EdgeResponseStatus 525", LOG),
    log_line(E::TlsCertificateError, &[], "EdgeResponseStatus 526", LOG),
];

const REMEDIES: &[Remedy] = &[
    remedy(
        E::ConnectionRefused,
        &[],
        "Let the origin listen on port 80 or 443, as the SSL/TLS mode wants it, and let its firewall take in all of \
         Cloudflare's addresses (cloudflare.com/ips).",
        "",
    ),
    remedy(
        E::ConnectionTimeout,
        &[],
        "Let no firewall or rate limit at the origin drop packets from Cloudflare's addresses, and compare the A and \
         AAAA records in its DNS with the addresses of the origin.",
        "",
    ),
    remedy(
        E::ConnectionReadTimeout,
        &[],
        "Answer within 120 s, or let the client ask again for the result; only the Enterprise plan can raise the Proxy \
         Read Timeout. A name that is not proxied (grey cloud) has no such limit.",
        "",
    ),
    remedy(
        E::TlsCertificateError,
        &[],
        "In the mode Full (strict) the certificate of the origin must be valid, of its name, and of a public \
         authority or of Cloudflare's Origin CA.",
        "",
    ),
    remedy(
        E::TlsProtocolError,
        &[],
        "In the modes Full and Full (strict) the origin must speak TLS on port 443, with a certificate for the name \
         and a cipher that Cloudflare offers.",
        "",
    ),
    remedy(
        E::HttpResponseHeaderSectionSize,
        &[],
        "Cloudflare takes 128 kB of header fields (its page on error 520); large Set-Cookie fields are the usual reason.",
        "",
    ),
];
