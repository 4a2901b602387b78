//! What later versions of a measured gateway do otherwise, from their documents or their source: nothing here was
//! measured, and reports say so.

use crate::http1::DefectCode as D;
use crate::tolerance::Later;
use crate::tolerance::Treatment::Refuses;

/// What later versions of the gateway of this name do otherwise.
#[must_use]
pub fn later(gateway: &str) -> &'static [Later] {
    if gateway == "nginx" { NGINX } else { &[] }
}

/// `ngx_http_upstream_process_content_length` and `..._transfer_encoding`: since 1.23.0 header handlers can refuse a
/// response, and these do.
const UPSTREAM_C: &str = "its source, src/http/ngx_http_upstream.c";

const NGINX: &[Later] = &[
    Later {
        since: [1, 23, 0],
        codes: &[
            D::ContentLengthInvalid,
            D::ContentLengthSigned,
            D::ContentLengthOverflow,
            D::ContentLengthList,
        ],
        treatment: Refuses(502),
        log: "upstream sent invalid \"Content-Length\" header: ",
        source: UPSTREAM_C,
    },
    Later {
        since: [1, 23, 0],
        codes: &[D::ContentLengthConflict, D::ContentLengthRepeated, D::ChunkedRepeated],
        treatment: Refuses(502),
        log: "upstream sent duplicate header line: ",
        source: UPSTREAM_C,
    },
    Later {
        since: [1, 23, 0],
        codes: &[D::ContentLengthWithTransferEncoding],
        treatment: Refuses(502),
        log: "upstream sent \"Content-Length\" and \"Transfer-Encoding\" headers at the same time",
        source: UPSTREAM_C,
    },
    Later {
        since: [1, 23, 0],
        codes: &[D::TransferCodingUnknown, D::ChunkedNotLast],
        treatment: Refuses(502),
        log: "upstream sent unknown \"Transfer-Encoding\": ",
        source: UPSTREAM_C,
    },
];
