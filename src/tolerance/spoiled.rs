//! Valid things in a response that some gateway spoils.

use super::Treatment;
use crate::http1::{Defect, DefectCode, FramingRule, Message, Reading};
use crate::observation::Exchange;

/// A valid response that a gateway was seen to spoil.
#[derive(Debug, Clone, Copy)]
pub struct Spoiling {
    /// What is valid and spoiled.
    pub what: Spoiled,
    /// What its client gets then: one of these.
    pub treatments: &'static [Treatment],
    /// One sentence on what the gateway does with it.
    pub sentence: &'static str,
    /// What to change at the gateway.
    pub config: &'static str,
    /// The version that it was seen with.
    pub measured_with: &'static str,
}

/// Valid things in a response that some gateway spoils.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spoiled {
    /// An interim response before the final one.
    Interim,
    /// Trailer fields.
    Trailers,
    /// Chunk extensions.
    ChunkExtensions,
    /// A minor version above 1, such as `HTTP/1.2`: RFC 9110 section 2.5 lets a server send its own.
    MinorVersion,
    /// `Transfer-Encoding: Chunked`: RFC 9112 section 7 has it that names of codings are case-insensitive.
    CodingInCapitals,
    /// A field whose name has more bytes than this.
    LongFieldName(usize),
    /// A status line of more bytes than this, with its line end.
    LongStatusLine(u64),
    /// A head of just so many bytes, with something behind it: the buffer ends where the head does.
    HeadOf(u64),
    /// A chunk size of more digits than this, most of them zeros.
    LongChunkSize(usize),
    /// A `Content-Length` of more digits than this, most of them zeros.
    LongContentLength(usize),
    /// The line of a chunk size with its extensions has more bytes than this, with its line end.
    LargeChunkExtensions(usize),
    /// A trailer field of more bytes than this, with its line end.
    LargeTrailer(u64),
    /// `Content-Range` in answer to a request that asked for no range.
    UnaskedRange,
    /// 304 in answer to a request without a condition.
    UnaskedNotModified,
}

impl Spoiled {
    /// A few words on it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Interim => "an interim response before the final one",
            Self::Trailers => "trailer fields",
            Self::ChunkExtensions => "chunk extensions",
            Self::MinorVersion => "a minor version above 1",
            Self::CodingInCapitals => "the transfer coding chunked in capitals",
            Self::LongFieldName(_) => "a field with a long name",
            Self::LongStatusLine(_) => "a long reason phrase",
            Self::HeadOf(_) => "a head that just fills the buffer",
            Self::LongChunkSize(_) => "a chunk size with many leading zeros",
            Self::LongContentLength(_) => "a Content-Length with many leading zeros",
            Self::LargeChunkExtensions(_) => "large chunk extensions",
            Self::LargeTrailer(_) => "a large trailer field",
            Self::UnaskedRange => "a Content-Range that was not asked for",
            Self::UnaskedNotModified => "a 304 to a request without a condition",
        }
    }

    /// Whether a response has it.
    #[must_use]
    pub fn is_in(self, exchange: &Exchange) -> bool {
        let Some(reading) = &exchange.reading else { return false };
        let response = || reading.response();
        match self {
            Self::LongFieldName(most) => response()
                .is_some_and(|response| response.fields.iter().any(|field| field.name.0.len() > most)),
            Self::LongStatusLine(most) => {
                response().is_some_and(|response| status_line(response, reading) > most)
            }
            Self::HeadOf(size) => {
                response().is_some_and(|response| response.head_size == size) && reading.body.length > 0
            }
            Self::LongContentLength(most) => response().is_some_and(|response| {
                let mut lengths = response.values("Content-Length").map(|value| value.0.trim_ascii());
                lengths.any(|length| length.len() > most && length.iter().all(u8::is_ascii_digit))
            }),
            Self::LongChunkSize(most) => chunk_lines(reading).iter().any(|line| digits(line) > most),
            Self::LargeChunkExtensions(most) => {
                chunk_lines(reading).iter().any(|line| line.len() > most && digits(line) + 2 < line.len())
            }
            Self::LargeTrailer(most) => reading.body.trailers.iter().any(|field| field.size > most),
            Self::UnaskedRange => {
                response().is_some_and(|response| response.text("Content-Range").is_some())
                    && asked_without(exchange, &["range"])
            }
            Self::UnaskedNotModified => {
                response().is_some_and(|response| response.status == Some(304))
                    && asked_without(exchange, &["if-none-match", "if-modified-since"])
            }
            Self::Interim => response().is_some() && reading.interim().next().is_some(),
            Self::Trailers => !reading.body.trailers.is_empty(),
            Self::ChunkExtensions => {
                let is_bad = |defect: &Defect| defect.code == DefectCode::ChunkExtensionInvalid;
                reading.body.chunk_extensions > 0 && !reading.defects.iter().any(is_bad)
            }
            Self::MinorVersion => response().is_some_and(|response| {
                matches!(
                    response.version.0.as_slice(),
                    [b'H', b'T', b'T', b'P', b'/', b'1', b'.', b'2'..=b'9']
                )
            }),
            Self::CodingInCapitals => response().is_some_and(|response| {
                let mut codings = response.values("Transfer-Encoding").map(|value| value.0.trim_ascii());
                codings.any(|coding| coding.eq_ignore_ascii_case(b"chunked") && coding != b"chunked")
            }),
        }
    }
}

/// How many bytes the status line has, with its line end.
fn status_line(response: &Message, reading: &Reading) -> u64 {
    let head = reading.excerpt(response.offset, response.head_size);
    head.iter().position(|&byte| byte == b'\n').map_or(response.head_size, |at| at as u64 + 1)
}

/// The lines of chunk sizes with their line ends, as far as the bytes were kept.
fn chunk_lines(reading: &Reading) -> Vec<&[u8]> {
    let is_chunked = reading.framing.as_ref().is_some_and(|framing| framing.rule == FramingRule::Chunked);
    let Some(response) = reading.response().filter(|_| is_chunked && !reading.framing_lost) else {
        return Vec::new();
    };
    let mut rest = reading.excerpt(response.offset.saturating_add(response.head_size), u64::MAX);
    let mut lines = Vec::new();
    while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
        let (line, after) = rest.split_at(end + 1);
        lines.push(line);
        let digits = std::str::from_utf8(&line[..digits(line)]).ok();
        let size = digits.and_then(|digits| usize::from_str_radix(digits, 16).ok()).unwrap_or(0);
        // The data and the line end after it, which may be a bare LF.
        let Some(after_data) = after.get(size..).filter(|_| size > 0) else { break };
        let line_end = after_data.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count().min(2);
        rest = &after_data[line_end..];
    }
    lines
}

fn digits(line: &[u8]) -> usize {
    line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count()
}

/// Whether it is known what was asked, and none of these fields was in it.
fn asked_without(exchange: &Exchange, names: &[&str]) -> bool {
    let head = exchange.sent.head.0.to_ascii_lowercase();
    let mut lines = head.split(|&byte| byte == b'\n');
    let has = |line: &[u8]| names.iter().any(|name| line.starts_with(name.as_bytes()));
    !head.is_empty() && !lines.any(has)
}
