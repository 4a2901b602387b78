//! Shapes of a defect that a gateway does not treat as its rule for the kind says: as measured, see
//! `tests/gateways/measured`. What is not of the lab was measured with the same programs, one response at a time.

mod behind;
mod is;

use crate::http1::DefectCode as D;
use crate::tolerance::Treatment::{Closes, Cuts, Passes, Raw, Refuses, Repairs};
use crate::tolerance::{Shape, Shapes};

/// How the gateway of this name treats certain shapes.
#[must_use]
pub fn shapes(gateway: &'static str) -> Shapes {
    Shapes::new(gateway, TABLE)
}

const TABLE: &[Shape] = &[
    // No HTTP. lighttpd takes what has a colon for a field, and misses the end of the head; Apache makes a 200 of a line
    // of text (measured with json, and the first lines of SSH, SMTP and a page).
    Shape {
        code: D::NotHttp,
        is: is::is_without_line_end,
        at: &[("lighttpd", Refuses(500)), ("tinyproxy", Closes)],
    },
    Shape { code: D::NotHttp, is: is::is_line_of_text, at: &[("apache", Raw)] },
    Shape { code: D::NotHttp, is: is::is_text_with_colon_without_end, at: &[("lighttpd", Refuses(500))] },
    // The status line.
    Shape { code: D::ProtocolName, is: is::is_http_in_small_letters, at: &[("varnish", Repairs)] },
    Shape { code: D::ProtocolName, is: is::is_four_capitals, at: &[("haproxy", Repairs)] },
    Shape { code: D::ProtocolName, is: is::is_icy, at: &[("squid", Passes)] },
    Shape {
        code: D::VersionInvalid,
        is: is::is_later_major,
        at: &[("haproxy", Repairs), ("varnish", Repairs)],
    },
    Shape { code: D::VersionInvalid, is: is::is_two_digits, at: &[("caddy", Repairs), ("envoy", Repairs)] },
    Shape { code: D::VersionInvalid, is: is::is_two_numbers, at: &[("trafficserver", Repairs)] },
    Shape { code: D::VersionInvalid, is: is::is_two_numbers_above_0, at: &[("nginx", Repairs)] },
    Shape { code: D::VersionInvalid, is: is::is_0_9, at: &[("nghttpx", Repairs)] },
    Shape { code: D::VersionInvalid, is: is::is_no_two_digits, at: &[("apache", Cuts)] },
    Shape { code: D::VersionInvalid, is: is::is_1_and_more, at: &[("squid", Refuses(502))] },
    Shape { code: D::StatusInvalid, is: is::is_number, at: &[("haproxy", Passes)] },
    Shape { code: D::StatusInvalid, is: is::is_two_digits_or_more, at: &[("trafficserver", Passes)] },
    Shape { code: D::StatusInvalid, is: is::is_long_number, at: &[("envoy", Passes)] },
    Shape {
        code: D::StatusOutOfRange,
        is: is::is_from_600,
        at: &[
            ("caddy", Passes),
            ("envoy", Passes),
            ("lighttpd", Passes),
            ("pingora", Passes),
            ("trafficserver", Passes),
            ("varnish", Passes),
        ],
    },
    Shape { code: D::StatusLineSpace, is: is::lacks_only_a_space, at: ALL_BUT_H2O },
    Shape {
        code: D::StatusLineSpace,
        is: is::is_wide_gap,
        at: &[
            ("nginx", Repairs),
            ("haproxy", Repairs),
            ("caddy", Repairs),
            ("varnish", Repairs),
            ("envoy", Repairs),
            ("trafficserver", Repairs),
        ],
    },
    Shape {
        code: D::StatusLineSpace,
        is: is::is_tab_before_status,
        at: &[
            ("haproxy", Repairs),
            ("varnish", Repairs),
            ("envoy", Repairs),
            ("squid", Repairs),
            ("trafficserver", Repairs),
        ],
    },
    Shape {
        code: D::StatusLineSpace,
        is: is::is_tab_after_status,
        at: &[
            ("haproxy", Repairs),
            ("apache", Repairs),
            ("envoy", Repairs),
            ("lighttpd", Repairs),
            ("squid", Repairs),
            ("trafficserver", Repairs),
        ],
    },
    Shape {
        code: D::StatusLineSpace,
        is: is::is_reason_at_once,
        at: &[("apache", Repairs), ("trafficserver", Repairs)],
    },
    Shape {
        code: D::StatusLineSpace,
        is: is::is_before_status_line,
        at: &[("varnish", Repairs), ("squid", Raw)],
    },
    Shape {
        code: D::LeadingEmptyLine,
        is: is::is_lone_cr,
        at: &[("haproxy", Refuses(502)), ("pingora", Refuses(502)), ("apache", Cuts)],
    },
    Shape { code: D::LeadingEmptyLine, is: is::is_no_empty_line, at: &[("apache", Refuses(502))] },
    // Measured with NUL, 01, 0b, 1b and 7f.
    Shape {
        code: D::ReasonInvalid,
        is: behind::is_nul,
        at: &[("apache", Refuses(502)), ("trafficserver", Refuses(502))],
    },
    Shape {
        code: D::ReasonInvalid,
        is: is::is_no_cr,
        at: &[
            ("nginx", Passes),
            ("haproxy", Passes),
            ("apache", Passes),
            ("caddy", Passes),
            ("varnish", Refuses(503)),
            ("nghttpx", Passes),
            ("envoy", Refuses(502)),
            ("squid", Refuses(502)),
            ("lighttpd", Passes),
            ("h2o", Refuses(502)),
            ("tinyproxy", Passes),
            ("pingora", Refuses(502)),
            ("trafficserver", Passes),
        ],
    },
    // Fields.
    Shape {
        code: D::FieldWithoutColon,
        is: is::is_status_line,
        at: &[("nginx", Repairs), ("apache", Repairs)],
    },
    Shape { code: D::FieldNameInvalid, is: is::is_at_sign, at: &[("trafficserver", Repairs)] },
    Shape {
        code: D::ValueBareCr,
        is: is::is_cr_at_the_end,
        at: &[("nginx", Repairs), ("apache", Repairs), ("trafficserver", Repairs)],
    },
    Shape { code: D::ValueBareCr, is: is::is_cr_at_the_start, at: &[("apache", Repairs), ("nghttpx", Cuts)] },
    // The rules for a bare LF are those for the head. lighttpd ends the response there as if it were whole.
    Shape { code: D::BareLf, is: behind::is_after_chunk_size, at: &[("lighttpd", Cuts)] },
    Shape { code: D::BareLf, is: behind::is_in_the_last_line, at: &[("nghttpx", Repairs)] },
    Shape { code: D::BareLf, is: behind::is_before_the_last_lines, at: &[("trafficserver", Closes)] },
    Shape {
        code: D::BareLf,
        is: is::is_in_first_chunk_line,
        at: &[
            ("apache", Refuses(502)),
            ("envoy", Cuts),
            ("nghttpx", Closes),
            ("pingora", Cuts),
            ("squid", Cuts),
            ("tinyproxy", Passes),
            ("trafficserver", Closes),
        ],
    },
    Shape {
        code: D::BareLf,
        is: is::is_in_chunked_body,
        at: &[
            ("apache", Cuts),
            ("nghttpx", Closes),
            ("pingora", Cuts),
            ("squid", Cuts),
            ("tinyproxy", Passes),
        ],
    },
    Shape { code: D::BareLf, is: is::is_lf_around_the_fields, at: &[("nghttpx", Repairs)] },
    Shape { code: D::FieldWithoutColon, is: is::is_visible, at: &[("nginx", Repairs)] },
    Shape { code: D::FieldNameInvalid, is: is::is_visible, at: &[("nginx", Passes)] },
    Shape { code: D::FieldNameInvalid, is: is::is_spaces, at: &[("nghttpx", Passes)] },
    Shape { code: D::SpaceBeforeColon, is: is::is_spaces_after_another_name, at: &[("nghttpx", Passes)] },
    Shape { code: D::FieldsMany, is: is::is_100_beside_connection, at: &[("haproxy", Passes)] },
    // Lengths and transfer codings.
    Shape {
        code: D::ContentLengthConflict,
        is: is::is_in_fields_of_their_own,
        at: &[("apache", Repairs), ("varnish", Passes), ("h2o", Refuses(502))],
    },
    Shape { code: D::ContentLengthWithTransferEncoding, is: is::is_the_true_length, at: &[("h2o", Repairs)] },
    Shape {
        code: D::TransferCodingUnknown,
        is: is::is_identity_alone,
        at: &[("squid", Repairs), ("h2o", Repairs)],
    },
    Shape { code: D::TransferCodingUnknown, is: is::is_identity_or_chunked, at: &[("h2o", Repairs)] },
    Shape {
        code: D::TransferCodingUnknown,
        is: is::is_empty_beside_chunked,
        at: &[("haproxy", Repairs), ("envoy", Repairs), ("squid", Repairs)],
    },
    Shape {
        code: D::ChunkedRepeated,
        is: is::is_chunked_line_by_line,
        at: &[("varnish", Repairs), ("trafficserver", Repairs)],
    },
    Shape { code: D::ChunkedRepeated, is: is::is_small_chunked_line_by_line, at: &[("h2o", Repairs)] },
    Shape {
        code: D::ContentLengthRepeated,
        is: behind::is_written_in_several_ways,
        at: &[("caddy", Refuses(502)), ("trafficserver", Refuses(502))],
    },
    // What is no length makes a body that ends with the connection.
    Shape { code: D::ContentLengthInvalid, is: behind::is_closed, at: &[("nginx", Repairs)] },
    Shape { code: D::ContentLengthSigned, is: behind::is_closed, at: &[("nginx", Repairs)] },
    Shape { code: D::ContentLengthOverflow, is: behind::is_closed, at: &[("nginx", Repairs)] },
    Shape { code: D::ContentLengthList, is: behind::is_closed, at: &[("nginx", Repairs)] },
    Shape {
        code: D::ContentLengthInvalid,
        is: behind::has_a_good_first_length,
        at: &[("apache", Repairs), ("varnish", Passes), ("caddy", Refuses(502))],
    },
    Shape {
        code: D::ContentLengthSigned,
        is: behind::has_a_good_first_length,
        at: &[("apache", Repairs), ("varnish", Passes)],
    },
    Shape {
        code: D::ContentLengthForbidden,
        is: is::is_in_final,
        at: &[
            ("nginx", Repairs),
            ("apache", Repairs),
            ("caddy", Repairs),
            ("varnish", Refuses(503)),
            ("nghttpx", Refuses(502)),
            ("envoy", Refuses(502)),
            ("squid", Repairs),
            ("lighttpd", Repairs),
            ("h2o", Repairs),
            ("tinyproxy", Repairs),
            ("pingora", Repairs),
            ("trafficserver", Repairs),
        ],
    },
    Shape { code: D::ContentLengthInvalid, is: is::is_with_a_comma_at_the_end, at: &[("squid", Repairs)] },
    Shape {
        code: D::ContentLengthOverflow,
        is: is::is_of_64_bits,
        at: &[("envoy", Cuts), ("pingora", Cuts), ("h2o", Cuts), ("nghttpx", Closes)],
    },
    Shape { code: D::TransferCodingUnknown, is: is::is_empty_coding, at: &[("haproxy", Repairs)] },
    // Apache takes all of the body as it is, chunk lines and all.
    Shape { code: D::TransferCodingUnknown, is: behind::is_chunked_with_parameter, at: &[("apache", Raw)] },
    Shape { code: D::TransferCodingUnknown, is: behind::has_chunked, at: &[("lighttpd", Repairs)] },
    Shape { code: D::ContentLengthInvalid, is: is::is_without_value, at: &[("caddy", Repairs)] },
    Shape { code: D::TransferEncodingForbidden, is: is::is_in_final, at: &[("nginx", Repairs)] },
    Shape { code: D::ContentLengthForbidden, is: is::is_in_final, at: &[("nginx", Passes)] },
    Shape { code: D::ContentLengthForbidden, is: is::is_in_interim, at: &[("nghttpx", Repairs)] },
    Shape { code: D::TransferEncodingForbidden, is: is::is_in_interim, at: &[("nghttpx", Repairs)] },
    Shape { code: D::ChunkExtensionInvalid, is: is::is_white_space, at: &[("varnish", Repairs)] },
    Shape { code: D::ChunkExtensionInvalid, is: is::is_next_to_nothing, at: &[("apache", Repairs)] },
    Shape { code: D::ChunkExtensionInvalid, is: behind::is_blank, at: &[("varnish", Repairs)] },
    Shape {
        code: D::ChunkExtensionInvalid,
        is: behind::is_without_extension_name,
        at: &[("apache", Repairs), ("nghttpx", Repairs)],
    },
    Shape { code: D::ChunkSizeInvalid, is: behind::is_blank_before_size, at: &[("varnish", Repairs)] },
    Shape {
        code: D::TrailerInvalid,
        is: behind::is_with_bare_cr,
        at: &[("nginx", Closes), ("pingora", Cuts), ("envoy", Repairs)],
    },
    Shape { code: D::TrailerInvalid, is: behind::is_fold, at: &[("apache", Repairs), ("envoy", Repairs)] },
    Shape { code: D::TrailerInvalid, is: behind::is_bad_in_form_only, at: &[("nghttpx", Passes)] },
    // Of a bad name 2.6.12 answers 502 in one process, and passes it on in the next.
    Shape { code: D::TrailerInvalid, is: behind::is_bad_in_value_or_fold, at: &[("haproxy", Passes)] },
    // lighttpd makes a shorter body of it that is whole.
    Shape { code: D::LastChunkMissing, is: behind::is_closed, at: &[("lighttpd", Repairs)] },
    // Varnish and Caddy undo gzip alone.
    Shape {
        code: D::ContentCodingBroken,
        is: behind::is_no_gzip,
        at: &[("varnish", Passes), ("caddy", Passes)],
    },
    Shape {
        code: D::ContentCodingCut,
        is: behind::is_no_gzip,
        at: &[("varnish", Passes), ("caddy", Passes)],
    },
    // Interim responses: of a flood that never ends the rule is. Who passes or drops all of them does not mind many.
    Shape {
        code: D::InterimTooMany,
        is: is::has_a_final_response,
        at: &[
            ("haproxy", Passes),
            ("nghttpx", Passes),
            ("lighttpd", Passes),
            ("squid", Passes),
            ("pingora", Passes),
            ("tinyproxy", Passes),
            ("envoy", Repairs),
            ("h2o", Repairs),
        ],
    },
    Shape {
        code: D::InterimTooMany,
        is: is::has_a_final_response_and_no_102,
        at: &[("trafficserver", Repairs)],
    },
];

const ALL_BUT_H2O: &[(&str, crate::tolerance::Treatment)] = &[
    ("apache", Repairs),
    ("caddy", Repairs),
    ("envoy", Repairs),
    ("haproxy", Repairs),
    ("lighttpd", Repairs),
    ("nghttpx", Repairs),
    ("nginx", Repairs),
    ("pingora", Repairs),
    ("squid", Repairs),
    ("tinyproxy", Repairs),
    ("trafficserver", Repairs),
    ("varnish", Repairs),
];
