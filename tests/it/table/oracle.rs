//! What is true of each fault, written down by hand and not taken from the product: the error type of RFC 9209, the
//! status that the RFC recommends for it, and whose fault it is; and whether a diagnosis says so.

use why502::diagnosis::{Blame, Diagnosis, Outcome};
use why502::http1::FramingRule;
use why502::observation::{Exchange, Observations};
use why502::proxy_status::ErrorType;

/// What is true of some faults.
pub(super) struct Truth {
    /// The error type; `None` where the RFC has none, as for an error that the upstream sends itself.
    pub(super) error_type: Option<ErrorType>,
    /// The status of section 2.3 of the RFC; `None` where the right one is the upstream's own.
    pub(super) status: Option<u16>,
    /// Whose fault it is.
    pub(super) blame: Blame,
}

/// What is true of this fault; `None` if nothing is written down, as for a healthy control.
pub(super) fn truth(fault: &str) -> Option<&'static Truth> {
    TRUTHS.iter().find(|(faults, _)| faults.contains(&fault)).map(|(_, truth)| truth)
}

/// What a diagnosis that names the right cause says amiss about it; `None` if it says all of it rightly.
pub(super) fn amiss(fault: &str, slug: &str, seen: &Observations, diagnosis: &Diagnosis) -> Option<String> {
    let truth = truth(fault)?;
    let verdict = &diagnosis.verdict;
    if verdict.outcome != Outcome::Fault {
        let warning = diagnosis.warnings.iter().find(|warning| warning.cause == slug)?;
        let error_type = truth.error_type_at(seen, warning.error_type);
        // Where the gateway fares well, it is this side that asks in the wrong way.
        let blame = if truth.blame == Blame::Gateway { Blame::Client } else { truth.blame };
        return (warning.error_type != error_type || warning.blame != blame)
            .then(|| format!("a warning of {:?} by {:?}", warning.error_type, warning.blame));
    }
    if verdict.error_type != truth.error_type_at(seen, verdict.error_type) {
        return Some(format!("the error type {:?}", verdict.error_type));
    }
    if verdict.blame != truth.blame {
        return Some(format!("the blame {:?}", verdict.blame));
    }
    let right = truth.status_is_right(fault, seen);
    // A page that is a product's stock page, passed on, could be the gateway's own: that may be left open.
    let is_left_open = fault == "ok-502-nginx" && verdict.status_is_right.is_none();
    (verdict.status_is_right != right && !is_left_open)
        .then(|| format!("{:?} of the status, not {right:?}", verdict.status_is_right))
}

impl Truth {
    /// The error type, given what a diagnosis has: a gateway that limits one field meets a large head as a large
    /// field.
    fn error_type_at(&self, seen: &Observations, said: Option<ErrorType>) -> Option<ErrorType> {
        let of_one_field = said == Some(ErrorType::HttpResponseHeaderSize)
            && self.error_type == Some(ErrorType::HttpResponseHeaderSectionSize)
            && seen
                .direct()
                .filter_map(Exchange::response)
                .any(|response| response.fields.iter().any(|field| field.size * 2 > response.head_size));
        if of_one_field { said } else { self.error_type }
    }

    /// Whether the gateway's status is the right one, by what the client got.
    fn status_is_right(&self, fault: &str, seen: &Observations) -> Option<bool> {
        let gateway = seen.gateway()?;
        let direct = seen.direct().next().and_then(Exchange::status);
        if fault == "http10-426" || (gateway.is_tunnelled() && self.status.is_some()) {
            return None;
        }
        let Some(right) = self.status else { return Some(gateway.status() == direct) };
        match gateway.status() {
            // RFC 9209 section 2.1.1: the status is sent already when the body fails. Then it must be seen that some
            // is missing.
            Some(200..=299) if AFTER_THE_HEAD.contains(&fault) => Some(is_visibly_cut(gateway)),
            status => Some(status == Some(right)),
        }
    }
}

/// Whether a body of known length, or in chunks, ends before it is whole.
fn is_visibly_cut(exchange: &Exchange) -> bool {
    let framing = exchange.reading.as_ref().and_then(|reading| reading.framing.as_ref());
    let is_framed = framing.is_some_and(|framing| {
        matches!(framing.rule, FramingRule::Chunked | FramingRule::ContentLength { .. })
    });
    is_framed && !exchange.is_complete()
}

/// Faults that come after a head that is in order.
const AFTER_THE_HEAD: &[&str] = &[
    "fin-after-headers",
    "stall-after-headers",
    "fin-mid-body",
    "rst-mid-body",
    "stall-mid-body",
    "fin-mid-chunk",
    "rst-mid-chunk",
    "stall-mid-chunk",
    "fin-no-last-chunk",
    "rst-close-body",
    "tls-cut-body",
    "tls-cut-close-body",
    "chunk-bad-end",
    "chunk-bad-ext",
    "chunk-bad-size",
    "chunk-bad-trailer",
    "chunk-overflow",
    "br-bad",
    "deflate-bad",
    "gzip-but-plain",
    "gzip-cut",
    "zstd-bad",
    "extra-bytes",
    "body-204",
    "body-304",
    "body-head",
];

const fn of(error_type: ErrorType, status: u16, blame: Blame) -> Truth {
    Truth { error_type: Some(error_type), status: Some(status), blame }
}

const fn upstreams(error_type: ErrorType, status: u16) -> Truth {
    of(error_type, status, Blame::Upstream)
}

#[rustfmt::skip]
const TRUTHS: &[(&[&str], Truth)] = &[
    (&["dns-nxdomain"], of(ErrorType::DnsError, 502, Blame::NameService)),
    (&["refused"], upstreams(ErrorType::ConnectionRefused, 502)),
    (&["blackhole"], of(ErrorType::ConnectionTimeout, 504, Blame::Network)),
    (&["tls-stall-handshake"], upstreams(ErrorType::ConnectionTimeout, 504)),
    // Section 2.3.8: "closed before a complete response is received".
    (
        &[
            "accept-fin", "accept-rst", "fin-after-request", "rst-after-request", "rst-mid-headers", "rst-mid-body",
            "rst-mid-chunk", "rst-close-body", "flapping",
        ],
        upstreams(ErrorType::ConnectionTerminated, 502),
    ),
    // A field that everybody may send is the upstream's to bear; and in the table `Host` is the same on both routes.
    (&["xff-rst", "via-fin", "host-rst"], upstreams(ErrorType::ConnectionTerminated, 502)),
    // The connection is in order there, and speaks HTTP/1.1; the request in HTTP/1.0 is the gateway's choice.
    (&["http10-drop"], of(ErrorType::ConnectionTerminated, 502, Blame::Gateway)),
    (&["http10-426"], Truth { error_type: None, status: None, blame: Blame::Gateway }),
    // Section 2.3.10: no new data within a time limit.
    (
        &[
            "no-answer", "slow-over-timeout", "stall-mid-headers", "stall-after-headers", "stall-mid-body",
            "stall-mid-chunk", "stall-after-100",
        ],
        upstreams(ErrorType::ConnectionReadTimeout, 504),
    ),
    // Section 2.3.26: data comes, and the response is not complete in time.
    (&["drip-headers"], upstreams(ErrorType::HttpResponseTimeout, 504)),
    // Section 2.3.18: the message ends where its framing says that more is to come.
    (
        &[
            "fin-mid-status-line", "fin-mid-headers", "fin-mid-field-name", "fin-mid-field-value",
            "fin-between-fields", "fin-after-headers", "fin-mid-body", "fin-mid-chunk", "fin-no-last-chunk",
            "fin-after-100", "rst-after-103", "tls-cut-body", "tls-cut-close-body",
        ],
        upstreams(ErrorType::HttpResponseIncomplete, 502),
    ),
    (
        &[
            "tls-expired", "tls-not-yet-valid", "tls-self-signed", "tls-unknown-issuer", "tls-wrong-host",
            "tls-wrong-purpose",
        ],
        upstreams(ErrorType::TlsCertificateError, 502),
    ),
    (&["tls-alert-70"], upstreams(ErrorType::TlsAlertReceived, 502)),
    // They are asked by their address: what they mind is, or may be, that this side sends no name.
    (&["tls-alert-40"], of(ErrorType::TlsAlertReceived, 502, Blame::None)),
    (&["tls-sni-required"], of(ErrorType::TlsAlertReceived, 502, Blame::Client)),
    // An upstream may ask for a client certificate; that this side has none says nothing of the gateway.
    (&["tls-client-cert"], of(ErrorType::TlsAlertReceived, 502, Blame::None)),
    (
        &["tls-fin-handshake", "tls-rst-handshake", "tls-garbage-handshake"],
        upstreams(ErrorType::TlsProtocolError, 502),
    ),
    // TLS against plain HTTP, HTTP/2 against HTTP/1.1: the gateway is set up for what the upstream does not speak.
    (&["tls-plain-server"], of(ErrorType::TlsProtocolError, 502, Blame::Gateway)),
    (
        &["plain-to-tls", "plain-to-tls-400", "tls-alert", "tls-record", "h2-only"],
        of(ErrorType::HttpProtocolError, 502, Blame::Gateway),
    ),
    // Section 2.3.19: of all fields together; 2.3.20 is for one that is named.
    (
        &["header-5k", "header-9k", "header-17k", "header-40k", "header-70k", "headers-200", "headers-2000"],
        upstreams(ErrorType::HttpResponseHeaderSectionSize, 502),
    ),
    (
        &[
            "chunk-bad-end", "chunk-bad-ext", "chunk-bad-size", "chunk-bad-trailer", "chunk-overflow", "te-1xx",
            "te-204", "te-chunked-chunked", "te-gzip", "te-http10", "te-identity", "te-not-last", "te-twice",
            "te-unknown",
        ],
        upstreams(ErrorType::HttpResponseTransferCoding, 502),
    ),
    (
        &["br-bad", "deflate-bad", "gzip-but-plain", "gzip-cut", "zstd-bad"],
        upstreams(ErrorType::HttpResponseContentCoding, 502),
    ),
    // Section 2.3.28: a violation of HTTP in the response that no other type names.
    (
        &[
            "101-unasked", "1xx-flood", "1xx-many", "body-204", "body-304", "body-head", "cl-and-te", "cl-and-te-right", "cl-conflict", "cl-conflict-first", "cl-empty",
            "cl-junk", "cl-list-differing", "cl-list-same", "cl-negative", "cl-overflow", "cl-plus", "cl-twice-same",
            "extra-bytes", "fastcgi", "ftp", "garbage", "http09", "icy", "leading-newline", "leading-space", "lf-only",
            "lower-case-http", "mysql", "name-ctl", "name-empty", "name-inner-space", "name-nonascii", "name-paren",
            "name-space", "name-tab", "no-colon", "no-colon-word", "no-reason", "obs-fold", "postgres", "redis", "smtp", "ssh-banner",
            "status-000", "status-1000", "status-600", "status-99", "status-abc", "status-no-space", "value-cr", "value-ctl",
            "value-nul", "version-2", "version-2.0", "version-9.9", "version-httq",
        ],
        upstreams(ErrorType::HttpProtocolError, 502),
    ),
    // What the upstream says itself is to be passed on.
    (
        &["ok-500", "ok-502", "ok-502-nginx", "ok-503", "ok-504"],
        Truth { error_type: None, status: None, blame: Blame::Upstream },
    ),
];
