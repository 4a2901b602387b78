//! What the reader makes of one stream.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Defect, WireBytes};

/// What must be known of the request to read the response (RFC 9112 section 6.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The request method, such as `GET`.
    pub method: String,
    /// Whether the request carried `Upgrade`.
    pub upgrade: bool,
}

impl Default for Asked {
    fn default() -> Self {
        Self { method: "GET".to_owned(), upgrade: false }
    }
}

/// Everything that was read from one stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reading {
    /// The interim responses in their order, then the final one, if it came. The head of the last may be cut.
    pub messages: Vec<Message>,
    /// The protocol that the bytes are of, where they are not HTTP/1.x.
    pub other_protocol: Option<OtherProtocol>,
    /// How the end of the final response is known. `None` as long as there is no final head.
    pub framing: Option<Framing>,
    /// Whether the chunk framing was lost on the way: from a malformed chunk on, nobody can tell framing from
    /// content, and what came counts as content.
    #[serde(default)]
    pub framing_lost: bool,
    /// The body of the final response.
    pub body: Body,
    /// How the stream ended.
    pub end: StreamEnd,
    /// Where the end cut the response off; `None` if nothing is missing.
    pub cut: Option<CutAt>,
    /// What came after the end of the response.
    pub leftover: Leftover,
    /// The defects, by offset.
    pub defects: Vec<Defect>,
    /// How many bytes came in all.
    pub received: u64,
    /// The first bytes of the stream as they came, at most [`Reading::KEPT`].
    pub bytes: WireBytes,
}

impl Reading {
    /// How many bytes of the stream are kept, from its beginning.
    pub const KEPT: usize = 128 * 1024;

    /// The final response, if its head came to an end.
    #[must_use]
    pub fn response(&self) -> Option<&Message> {
        self.messages.last().filter(|message| message.head_complete && !message.interim)
    }

    /// The interim responses.
    pub fn interim(&self) -> impl Iterator<Item = &Message> {
        self.messages.iter().filter(|message| message.interim)
    }

    /// Whether there is a final response and nothing of it is missing.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.cut.is_none() && !self.framing_lost && self.response().is_some()
    }

    /// The kept bytes of a range, as far as they are kept.
    #[must_use]
    pub fn excerpt(&self, offset: u64, length: u64) -> &[u8] {
        let at = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX).min(self.bytes.0.len());
        &self.bytes.0[at(offset)..at(offset.saturating_add(length))]
    }
}

/// One response head: interim or final.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Message {
    /// Offset of its first byte.
    pub offset: u64,
    /// Size of the head with its empty line, in bytes; of what came of it, if it is cut.
    pub head_size: u64,
    /// Whether its empty line came.
    pub head_complete: bool,
    /// Whether it is an interim response (1xx, but not 101).
    pub interim: bool,
    /// The version as written, such as `HTTP/1.1`.
    pub version: WireBytes,
    /// The status code, where it is a number that one can go by.
    pub status: Option<u16>,
    /// The reason phrase.
    pub reason: WireBytes,
    /// How many field lines there are; more than `fields` holds where there are very many.
    pub field_count: u64,
    /// The fields, at most [`Message::FIELDS_KEPT`].
    pub fields: Vec<Field>,
}

impl Message {
    /// The bytes of its largest field, with its line end; 0 without any.
    #[must_use]
    pub fn largest_field(&self) -> u64 {
        self.fields.iter().map(|field| field.size).max().unwrap_or(0)
    }

    /// How many fields of a message are kept.
    pub const FIELDS_KEPT: usize = 512;

    /// The values of the fields with that name, ASCII case ignored.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &WireBytes> {
        self.fields.iter().filter(move |field| field.name.eq_ignore_case(name)).map(|field| &field.value)
    }

    /// The first value of a field, as text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.name.eq_ignore_case(name))?.value.as_str()
    }
}

/// One field line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Field {
    /// The name as written, without white space around it.
    pub name: WireBytes,
    /// The value without white space around it, at most [`Field::VALUE_KEPT`] bytes of it.
    pub value: WireBytes,
    /// Offset of its first byte.
    pub offset: u64,
    /// Size of the line with its line end, in bytes; with its continuation lines, if it is folded.
    pub size: u64,
}

impl Field {
    /// How many bytes of a value are kept.
    pub const VALUE_KEPT: usize = 8 * 1024;
}

/// How the end of a response is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Framing {
    /// The rule applied.
    #[serde(flatten)]
    pub rule: FramingRule,
    /// The section of that rule, such as `9112 6.3 (6)`.
    pub section: Cow<'static, str>,
}

/// The rules of RFC 9112 section 6.3 for responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum FramingRule {
    /// There is no body: an answer to HEAD, or 204 or 304.
    NoBody,
    /// 101 or an answer to CONNECT: after the head comes another protocol.
    Tunnel,
    /// `Transfer-Encoding` with `chunked` at the end.
    Chunked,
    /// `Content-Length`.
    ContentLength {
        /// The announced length in bytes.
        length: u64,
    },
    /// The body ends with the connection.
    UntilClose,
}

/// The body of the final response.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Body {
    /// Bytes of content that came, without chunk framing, before content decoding.
    pub length: u64,
    /// SHA-256 of them in lower-case hexadecimal; `None` if nothing came.
    pub sha256: Option<String>,
    /// The first of them, at most [`Body::KEPT`].
    pub beginning: WireBytes,
    /// How many chunks with data came.
    pub chunks: u64,
    /// How many chunk sizes came with something after them: chunk extensions (RFC 9112 section 7.1.1).
    #[serde(default, skip_serializing_if = "is_none")]
    pub chunk_extensions: u64,
    /// The content codings, in the order in which they were applied.
    pub codings: Vec<String>,
    /// Bytes after content decoding, if the body decodes.
    pub decoded_length: Option<u64>,
    /// How many members a body has whose one coding is gzip (RFC 1952 section 2.2), with zeros behind the last counted as
    /// one more; 0 for every other body.
    #[serde(default, skip_serializing_if = "is_none")]
    pub gzip_members: u64,
    /// The trailer fields.
    pub trailers: Vec<Field>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields over by reference")]
fn is_none(count: &u64) -> bool {
    *count == 0
}

impl Body {
    /// How many bytes of a body are kept.
    pub const KEPT: usize = 4 * 1024;
}

/// What came after the end of the final response.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Leftover {
    /// How many bytes.
    pub length: u64,
    /// The first of them, at most 256.
    pub beginning: WireBytes,
}

/// How the stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StreamEnd {
    /// The peer closed it in order (FIN; with TLS after `close_notify`).
    Fin,
    /// The peer reset it (RST).
    Reset,
    /// It was still open: the response was complete, or nothing more came within the limit.
    Open,
    /// TLS only: closed without `close_notify`.
    Truncated,
}

/// Where the end of the stream cut a response off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CutAt {
    /// Before a byte came.
    Start,
    /// Within the status line.
    StatusLine,
    /// Within a field name.
    FieldName,
    /// Within a field value.
    FieldValue,
    /// After a field line, before the empty line.
    BetweenFields,
    /// After an interim response, before the final one.
    AfterInterim,
    /// Within the body (or before its first byte), with a length announced.
    Body,
    /// Within a chunk size, or before it.
    ChunkSize,
    /// Within chunk data, or before the CRLF after it.
    ChunkData,
    /// After the last chunk, within the trailer section.
    Trailers,
    /// Within a body that ends with the connection, which did not end in order.
    UntilClose,
}

impl CutAt {
    /// Whether the cut is within a head that had begun.
    #[must_use]
    pub fn in_head(self) -> bool {
        matches!(self, Self::StatusLine | Self::FieldName | Self::FieldValue | Self::BetweenFields)
    }

    /// Whether the cut is after the final head.
    #[must_use]
    pub fn in_body(self) -> bool {
        matches!(self, Self::Body | Self::ChunkSize | Self::ChunkData | Self::Trailers | Self::UntilClose)
    }
}

/// A protocol that was recognised where HTTP/1.x was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OtherProtocol {
    /// `SSH-2.0-...`
    Ssh,
    /// A TLS alert record.
    TlsAlert,
    /// Another TLS record.
    TlsRecord,
    /// HTTP/2 frames (SETTINGS, GOAWAY).
    Http2,
    /// HTTP/1.x, in answer to a request in HTTP/2.
    Http1,
    /// `220 ... SMTP`/`ESMTP`.
    Smtp,
    /// `220 ...` of FTP.
    Ftp,
    /// A MySQL or MariaDB greeting packet.
    Mysql,
    /// A PostgreSQL error message.
    Postgresql,
    /// `-ERR ...` and the like of Redis.
    Redis,
    /// A FastCGI record.
    FastCgi,
    /// A document without a head: HTTP/0.9.
    Http09,
    /// Nothing that is known.
    Unknown,
}

impl OtherProtocol {
    /// Its name for people, with an article where one is needed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ssh => "SSH",
            Self::TlsAlert => "TLS (an alert record)",
            Self::TlsRecord => "TLS",
            Self::Http2 => "HTTP/2",
            Self::Http1 => "HTTP/1.x",
            Self::Smtp => "SMTP",
            Self::Ftp => "FTP",
            Self::Mysql => "MySQL",
            Self::Postgresql => "PostgreSQL",
            Self::Redis => "Redis",
            Self::FastCgi => "FastCGI",
            Self::Http09 => "HTTP/0.9 (a document without a head)",
            Self::Unknown => "no protocol that why502 knows",
        }
    }
}
