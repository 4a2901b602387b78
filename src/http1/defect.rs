//! A defect: a place in the bytes that breaks a rule, and which rule.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A place in the bytes of a stream that breaks a rule of HTTP/1.x.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Defect {
    /// What kind of place this is.
    pub code: DefectCode,
    /// The RFC and section whose rule is broken, such as `9112 6.3`.
    pub section: Cow<'static, str>,
    /// Offset of the first byte concerned, from the first byte of the stream.
    pub offset: u64,
    /// How many bytes are concerned. 0 where something is missing: the place at which it should stand.
    pub length: u64,
    /// One sentence for a person, with the figures; already safe to print.
    pub text: String,
}

impl Defect {
    /// A defect with the section of its code.
    #[must_use]
    pub fn new(code: DefectCode, offset: u64, length: u64, text: impl Into<String>) -> Self {
        Self { code, section: Cow::Borrowed(code.section()), offset, length, text: text.into() }
    }
}

/// A family of defects: what a diagnosis makes one cause of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DefectKind {
    /// The bytes are of another protocol than HTTP/1.x.
    Protocol,
    /// The status line.
    StatusLine,
    /// A field line of the head.
    Field,
    /// Sizes that no rule forbids and that gateways limit.
    Size,
    /// `Content-Length`, alone or beside `Transfer-Encoding`.
    Length,
    /// `Transfer-Encoding`.
    TransferCoding,
    /// The chunked coding itself.
    Chunk,
    /// The stream ended too early.
    Cut,
    /// Bytes where none may be.
    Extra,
    /// Interim (1xx) responses.
    Interim,
    /// `Content-Encoding`.
    ContentCoding,
}

macro_rules! defect_codes {
    ($($(#[doc = $doc:literal])+ $name:ident, $text:literal, $kind:ident, $section:literal;)+) => {
        /// Every kind of defect that the reader finds. The names are stable: reports and recordings carry them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum DefectCode {
            $($(#[doc = $doc])+ $name,)+
        }

        impl DefectCode {
            /// All codes, in the order in which a response is read.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The stable name, as in reports.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// The family it belongs to.
            #[must_use]
            pub fn kind(self) -> DefectKind {
                match self { $(Self::$name => DefectKind::$kind,)+ }
            }

            /// The RFC and section whose rule it breaks.
            #[must_use]
            pub fn section(self) -> &'static str {
                match self { $(Self::$name => $section,)+ }
            }
        }
    };
}

defect_codes! {
    /// No status line: the bytes are of another protocol, or of none.
    NotHttp, "not-http", Protocol, "9112 4";
    /// Empty lines before the status line.
    LeadingEmptyLine, "leading-empty-line", StatusLine, "9112 4";
    /// Another protocol name than `HTTP` in the status line, such as `ICY` or `http`.
    ProtocolName, "protocol-name", StatusLine, "9112 2.3";
    /// A version that is no HTTP/1.x version: not `DIGIT.DIGIT`, or another major version.
    VersionInvalid, "version-invalid", StatusLine, "9112 2.3";
    /// The status code is not three digits.
    StatusInvalid, "status-invalid", StatusLine, "9112 4";
    /// Three digits outside 100 to 599.
    StatusOutOfRange, "status-out-of-range", StatusLine, "9110 15";
    /// A space of the status line is missing, or there are too many.
    StatusLineSpace, "status-line-space", StatusLine, "9112 4";
    /// A control character in the reason phrase.
    ReasonInvalid, "reason-invalid", StatusLine, "9112 4";

    /// White space between the status line and the first field.
    WhitespaceBeforeFirstField, "whitespace-before-first-field", Field, "9112 2.2";
    /// A line that begins with white space and so continues the field before it.
    ObsFold, "obs-fold", Field, "9112 5.2";
    /// A field line without a colon.
    FieldWithoutColon, "field-without-colon", Field, "9112 5";
    /// A field line that begins with its colon.
    FieldNameEmpty, "field-name-empty", Field, "9110 5.1";
    /// Space or tab between field name and colon.
    SpaceBeforeColon, "space-before-colon", Field, "9112 5.1";
    /// A character in a field name that is no token character.
    FieldNameInvalid, "field-name-invalid", Field, "9110 5.6.2";
    /// NUL in a field value.
    ValueNul, "value-nul", Field, "9110 5.5";
    /// CR in a field value that is not followed by LF.
    ValueBareCr, "value-bare-cr", Field, "9112 2.2";
    /// Another control character in a field value.
    ValueControl, "value-control", Field, "9110 5.5";
    /// A line that ends with LF alone. Recipients may take it.
    BareLf, "bare-lf", Field, "9112 2.2";

    /// One field line larger than 4, 8, 16, 32 or 64 KiB.
    FieldLarge, "field-large", Size, "9110 5.4";
    /// A head larger than 4, 8, 16, 32 or 64 KiB.
    HeadLarge, "head-large", Size, "9110 5.4";
    /// More than 64 fields in one head.
    FieldsMany, "fields-many", Size, "9110 5.4";

    /// `Content-Length` that is no number.
    ContentLengthInvalid, "content-length-invalid", Length, "9112 6.3";
    /// `Content-Length` with a sign.
    ContentLengthSigned, "content-length-signed", Length, "9112 6.3";
    /// `Content-Length` larger than any body (above 2^63 - 1).
    ContentLengthOverflow, "content-length-overflow", Length, "9112 6.3";
    /// Several `Content-Length` values that differ.
    ContentLengthConflict, "content-length-conflict", Length, "9112 6.3";
    /// The same `Content-Length` in several fields.
    ContentLengthRepeated, "content-length-repeated", Length, "9110 8.6";
    /// The same `Content-Length` several times in one field.
    ContentLengthList, "content-length-list", Length, "9110 8.6";
    /// `Content-Length` beside `Transfer-Encoding`.
    ContentLengthWithTransferEncoding, "content-length-with-transfer-encoding", Length, "9112 6.3";
    /// `Content-Length` in a 1xx or 204 response.
    ContentLengthForbidden, "content-length-forbidden", Length, "9110 8.6";

    /// A transfer coding that is not registered, or that nobody asked for.
    TransferCodingUnknown, "transfer-coding-unknown", TransferCoding, "9112 7";
    /// `chunked` applied more than once.
    ChunkedRepeated, "chunked-repeated", TransferCoding, "9112 6.1";
    /// `chunked` is not the last transfer coding.
    ChunkedNotLast, "chunked-not-last", TransferCoding, "9112 6.3";
    /// `Transfer-Encoding` in an HTTP/1.0 response.
    TransferEncodingInHttp10, "transfer-encoding-in-http10", TransferCoding, "9112 6.1";
    /// `Transfer-Encoding` in a 1xx or 204 response.
    TransferEncodingForbidden, "transfer-encoding-forbidden", TransferCoding, "9112 6.1";

    /// A chunk size that is no hexadecimal number.
    ChunkSizeInvalid, "chunk-size-invalid", Chunk, "9112 7.1";
    /// A chunk size larger than any body.
    ChunkSizeOverflow, "chunk-size-overflow", Chunk, "9112 7.1";
    /// Bytes after the chunk size that are no chunk extension.
    ChunkExtensionInvalid, "chunk-extension-invalid", Chunk, "9112 7.1.1";
    /// Chunk data that is not followed by CRLF.
    ChunkDataUnterminated, "chunk-data-unterminated", Chunk, "9112 7.1";
    /// A malformed trailer field.
    TrailerInvalid, "trailer-invalid", Chunk, "9112 7.1.2";

    /// The stream ended within a head.
    HeadCut, "head-cut", Cut, "9112 8";
    /// The stream ended before as many bytes came as `Content-Length` announced.
    BodyShort, "body-short", Cut, "9112 8";
    /// The stream ended within a chunked body: no last chunk.
    LastChunkMissing, "last-chunk-missing", Cut, "9112 8";
    /// The connection of a body that ends with it was reset, or a TLS close went without `close_notify`.
    CloseUnclean, "close-unclean", Cut, "9112 9.8";

    /// Bytes after the end of the final response.
    BytesAfterEnd, "bytes-after-end", Extra, "9112 6.3";
    /// Body bytes where there is no body: after a 204 or 304, or an answer to HEAD.
    BodyForbidden, "body-forbidden", Extra, "9112 6.3";

    /// 101 (Switching Protocols) that nobody asked for.
    UnexpectedUpgrade, "unexpected-upgrade", Interim, "9110 15.2.2";
    /// Interim responses and then no final one.
    InterimWithoutFinal, "interim-without-final", Interim, "9110 15.2";
    /// More than 16 interim responses.
    InterimTooMany, "interim-too-many", Interim, "9110 15.2";

    /// A body that its `Content-Encoding` cannot decode.
    ContentCodingBroken, "content-coding-broken", ContentCoding, "9110 8.4";
    /// A whole body whose content coding is cut off.
    ContentCodingCut, "content-coding-cut", ContentCoding, "9110 8.4";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_serde_writes() {
        for code in DefectCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.name());
        }
    }
}
