//! What a gateway logs for one kind of defect, where the lines of its class of fault say too much: as measured, see
//! `tests/gateways/measured`.

use crate::http1::DefectCode as D;

/// Which lines, for which defects; none where the gateway passes them over in silence.
struct Row {
    codes: &'static [D],
    lines: &'static [&'static str],
}

/// What the gateway of this name logs for a defect; `None` where its class of fault says it as well.
#[must_use]
pub fn logged(gateway: &str, code: D) -> Option<&'static [&'static str]> {
    let rows = if gateway == "nginx" { NGINX } else { &[] };
    rows.iter().find(|row| row.codes.contains(&code)).map(|row| row.lines)
}

/// nginx 1.22.1.
const NGINX: &[Row] = &[
    Row {
        codes: &[
            D::NotHttp,
            D::ProtocolName,
            D::VersionInvalid, // In one shape; in others it passes in silence.
            D::LeadingEmptyLine,
            D::StatusInvalid,
            D::StatusLineSpace,
            D::ReasonInvalid,
        ],
        lines: &["upstream sent no valid HTTP/1.0 header while reading response header from upstream"],
    },
    Row {
        codes: &[
            D::WhitespaceBeforeFirstField,
            D::ObsFold,
            D::FieldWithoutColon,
            D::FieldNameEmpty,
            D::SpaceBeforeColon,
            D::FieldNameInvalid,
            D::ValueNul,
            D::ValueBareCr,
        ],
        lines: &["upstream sent invalid header: "],
    },
    // It waits for the end of a body of which it knows no length: with `proxy_http_version 1.1` in vain. Of two lengths it
    // takes the later, and in HTTP/1.0 the connection ends before that.
    Row {
        codes: &[
            D::ContentLengthInvalid,
            D::ContentLengthSigned,
            D::ContentLengthOverflow,
            D::ContentLengthList,
        ],
        lines: &["upstream timed out (110: Connection timed out) while reading upstream"],
    },
    Row {
        codes: &[D::ContentLengthConflict],
        lines: &[
            "upstream prematurely closed connection while reading upstream",
            "upstream timed out (110: Connection timed out) while reading upstream",
        ],
    },
    Row {
        codes: &[
            D::StatusOutOfRange,
            D::ValueControl,
            D::BareLf,
            D::ContentLengthRepeated,
            D::ContentLengthWithTransferEncoding,
            D::TransferCodingUnknown,
            D::ChunkedRepeated,
            D::ChunkedNotLast,
            D::TransferEncodingInHttp10,
        ],
        lines: &[],
    },
    Row {
        codes: &[
            D::TransferEncodingForbidden,
            D::ChunkSizeInvalid,
            D::ChunkSizeOverflow,
            D::ChunkDataUnterminated,
        ],
        lines: &["upstream sent invalid chunked response"],
    },
];
