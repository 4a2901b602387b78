//! Requests that a gateway refuses by a limit of its own, with a page that says so.
//!
//! Measured with the versions of `tests/gateways/measured`: with a field and a request target of 40,000 and of 150,000 bytes,
//! and content of 2,000,000. Caddy and h2o took all of these, and Varnish resets the connection without an answer.

use super::configured_as;
use crate::http1::Body;
use crate::tolerance::Refused;

/// Such a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// The status.
    pub status: u16,
    /// What stands in the page; empty where the status is enough.
    pub page: &'static str,
    /// What the request has too much of, with the directive and its default: a clause.
    pub limit: &'static str,
    /// What of the request has that limit.
    pub part: Part,
    /// The limit by default, in bytes, where it is known.
    pub default: Option<u64>,
    /// The log line that settles it, and the log in which it stands; empty where none was seen.
    pub log: &'static str,
}

/// A part of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Its first line.
    FirstLine,
    /// Each of its fields.
    Field,
    /// Each of its fields, and with this limit its head.
    FieldOrHead(u64),
    /// Its head.
    Head,
    /// Its content.
    Content,
}

impl Refusal {
    /// What is known of it for a request with this head, and so many bytes of content.
    #[must_use]
    pub fn of(&self, head: &[u8], content: u64) -> Refused {
        let size = |bytes: &[u8]| u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let mut lines = head.split(|&byte| byte == b'\n').map(size);
        let is_within = self.default.is_some_and(|default| match self.part {
            Part::FirstLine => lines.next().unwrap_or(0) < default,
            Part::Field => lines.all(|line| line < default),
            Part::FieldOrHead(all) => lines.all(|line| line < default) && size(head) < all,
            Part::Head => size(head) < default,
            Part::Content => content < default,
        });
        Refused { limit: self.limit, is_within }
    }
}

/// The refusals of the gateway of this name.
#[must_use]
pub fn refusals(gateway: &str) -> &'static [Refusal] {
    let gateway = configured_as(gateway);
    ROWS.iter().find(|(name, _)| *name == gateway).map_or(&[], |(_, refusals)| refusals)
}

/// The refusal that an error page of the gateway of this name stands for.
#[must_use]
pub fn refusal(gateway: &str, status: u16, body: &Body) -> Option<&'static Refusal> {
    refusals(gateway).iter().find(|refusal| {
        refusal.status == status && (refusal.page.is_empty() || body.beginning.contains(refusal.page))
    })
}

const fn row(
    status: u16,
    page: &'static str,
    part: Part,
    default: Option<u64>,
    limit: &'static str,
    log: &'static str,
) -> Refusal {
    Refusal { status, page, limit, part, default, log }
}

use Part::{Content, Field, FieldOrHead, FirstLine, Head};

const ROWS: &[(&str, &[Refusal])] = &[
    (
        "nginx",
        &[
            row(
                400,
                "Request Header Or Cookie Too Large",
                FieldOrHead(32_768),
                Some(8192),
                "a field of it, or all of them, is larger than large_client_header_buffers allows (8 kB a field and 32 kB in \
                 all by default)",
                "\"client sent too long header line\" in the error log (level info)",
            ),
            row(
                414,
                "",
                FirstLine,
                Some(8192),
                "its first line is larger than one of large_client_header_buffers (8 kB by default)",
                "\"client sent too long URI\" in the error log (level info)",
            ),
            row(
                413,
                "",
                Content,
                Some(1_048_576),
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
            Head,
            Some(15_360),
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
                Field,
                Some(8190),
                "a field of it is larger than LimitRequestFieldSize (8190 bytes by default)",
                "",
            ),
            row(
                414,
                "",
                FirstLine,
                Some(8190),
                "its first line is larger than LimitRequestLine (8190 bytes by default)",
                "",
            ),
        ],
    ),
    (
        "lighttpd",
        &[row(
            431,
            "",
            Head,
            Some(8192),
            "its first line or its fields are larger than server.max-request-field-size (8 kB by default)",
            "",
        )],
    ),
    (
        "squid",
        &[
            row(
                431,
                "",
                Head,
                Some(65_536),
                "its head is larger than request_header_max_size (64 kB by default)",
                "",
            ),
            row(
                414,
                "",
                Head,
                Some(65_536),
                "its head is larger than request_header_max_size (64 kB by default)",
                "",
            ),
        ],
    ),
    (
        "envoy",
        &[row(
            431,
            "",
            Head,
            Some(61_440),
            "its head is larger than max_request_headers_kb (60 kB by default), or has more fields than max_headers_count",
            "\"http1.headers_too_large\" in the access log",
        )],
    ),
    (
        "nghttpx",
        &[row(
            431,
            "",
            Head,
            Some(65_536),
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
            Head,
            Some(131_072),
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
            Field,
            None,
            "a field of it is larger than what is compiled in",
            "\"Could not retrieve all the headers from the client\" in the log",
        )],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn of_nginx(status: u16) -> &'static Refusal {
        refusals("nginx").iter().find(|refusal| refusal.status == status).unwrap()
    }

    #[test]
    fn a_request_within_the_default_met_a_lower_limit_or_something_else() {
        let small = b"POST / HTTP/1.1\r\nHost: a\r\n\r\n";
        let of_content = |content| of_nginx(413).of(small, content);
        assert!(of_content(100).because().contains("within that default"));
        assert!(!of_content(2_000_000).because().contains("within that default"));
        let long = format!("GET /?{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(9000));
        assert!(of_nginx(414).of(small, 0).is_within && !of_nginx(414).of(long.as_bytes(), 0).is_within);
    }
}
