//! Requests that a gateway refuses by a limit of its own, with a page that says so.
//!
//! Measured with the versions of `tests/gateways/measured`: with a field and a request target of 40,000 and of 150,000 bytes,
//! and content of 2,000,000. Caddy and h2o took all of these, and Varnish resets the connection without an answer.

use crate::http1::Body;

/// Such a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// The status.
    pub status: u16,
    /// What stands in the page; empty where the status is enough.
    pub page: &'static str,
    /// What the request has too much of, with the directive and its default: a clause.
    pub limit: &'static str,
    /// The log line that settles it, and the log in which it stands; empty where none was seen.
    pub log: &'static str,
}

/// The refusals of the gateway of this name.
#[must_use]
pub fn refusals(gateway: &str) -> &'static [Refusal] {
    ROWS.iter().find(|(name, _)| *name == gateway).map_or(&[], |(_, refusals)| refusals)
}

/// The refusal that an error page of the gateway of this name stands for.
#[must_use]
pub fn refusal(gateway: &str, status: u16, body: &Body) -> Option<&'static Refusal> {
    refusals(gateway).iter().find(|refusal| {
        refusal.status == status && (refusal.page.is_empty() || body.beginning.contains(refusal.page))
    })
}

const fn row(status: u16, page: &'static str, limit: &'static str, log: &'static str) -> Refusal {
    Refusal { status, page, limit, log }
}

const ROWS: &[(&str, &[Refusal])] = &[
    (
        "nginx",
        &[
            row(
                400,
                "Request Header Or Cookie Too Large",
                "a field of it, or all of them, is larger than large_client_header_buffers allows (8 kB a field and 32 kB in \
                 all by default)",
                "\"client sent too long header line\" in the error log (level info)",
            ),
            row(
                414,
                "",
                "its first line is larger than one of large_client_header_buffers (8 kB by default)",
                "\"client sent too long URI\" in the error log (level info)",
            ),
            row(
                413,
                "",
                "its content is larger than client_max_body_size (1 MB by default)",
                "\"client intended to send too large body\" in the error log (level error)",
            ),
        ],
    ),
    (
        "haproxy",
        &[row(
            400,
            "Your browser sent an invalid request.",
            "its head is larger than tune.bufsize less tune.maxrewrite (15 kB by default), or HAProxy cannot read it",
            "the termination state PR-- in the log (option httplog)",
        )],
    ),
    (
        "apache",
        &[
            row(
                400,
                "Size of a request header field exceeds server limit",
                "a field of it is larger than LimitRequestFieldSize (8190 bytes by default)",
                "",
            ),
            row(414, "", "its first line is larger than LimitRequestLine (8190 bytes by default)", ""),
        ],
    ),
    (
        "lighttpd",
        &[row(
            431,
            "",
            "its first line or its fields are larger than server.max-request-field-size (8 kB by default)",
            "",
        )],
    ),
    (
        "squid",
        &[
            row(431, "", "its head is larger than request_header_max_size (64 kB by default)", ""),
            row(414, "", "its head is larger than request_header_max_size (64 kB by default)", ""),
        ],
    ),
    (
        "envoy",
        &[row(
            431,
            "",
            "its head is larger than max_request_headers_kb (60 kB by default), or has more fields than max_headers_count",
            "\"http1.headers_too_large\" in the access log",
        )],
    ),
    (
        "nghttpx",
        &[row(
            431,
            "",
            "its head is larger than request-header-field-buffer (64 kB by default), or has more fields than \
             max-request-header-fields",
            "",
        )],
    ),
    (
        "trafficserver",
        &[row(
            400,
            "Could not process this request.",
            "its head is larger than proxy.config.http.request_header_max_size (128 kB by default), or Traffic Server cannot \
             read it",
            "",
        )],
    ),
    (
        "tinyproxy",
        &[row(
            400,
            "Could not retrieve all the headers from the client.",
            "a field of it is larger than what is compiled in",
            "\"Could not retrieve all the headers from the client\" in the log",
        )],
    ),
];
