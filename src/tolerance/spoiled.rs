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
    /// More interim responses than this.
    ManyInterim(usize),
    /// An interim response other than 100 and 103.
    OtherInterim,
    /// Content that is gzip of several members, or with zeros behind it (RFC 1952 section 2.2).
    SeveralGzipMembers,
    /// `Connection` names this field, which says where the response ends.
    ConnectionNames(&'static str),
    /// White space behind the value of `Content-Length` or `Transfer-Encoding`, which RFC 9110 section 5.5 has left out.
    SpaceAfterFraming,
    /// A tab there.
    TabAfterFraming,
    /// An empty element in `Transfer-Encoding`: `, chunked`. A recipient has to overlook it (RFC 9110 section 5.6.1).
    EmptyCoding,
    /// The same before the first coding.
    EmptyFirstCoding,
    /// White space among chunk extensions.
    SpaceAmongChunkExtensions,
    /// White space between a chunk size and its extensions.
    SpaceBeforeChunkExtensions,
    /// Several chunk extensions with values in one line.
    SeveralChunkValues,
    /// More trailer fields than this.
    ManyTrailers(usize),
    /// More fields and trailer fields together than this.
    ManyFieldsAndTrailers(usize),
    /// A trailer field of this name.
    TrailerNamed(&'static str),
    /// Content in a 205.
    ContentOf205,
    /// A part (206) of content that is gzip.
    PartOfGzip,
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
            Self::ManyInterim(_) => "many interim responses",
            Self::OtherInterim => "an interim response other than 100 and 103",
            Self::SeveralGzipMembers => "gzip content of several members, or with zeros behind it",
            Self::ConnectionNames(_) => "a Connection field that names a field of the framing",
            Self::SpaceAfterFraming | Self::TabAfterFraming => {
                "white space behind the value of Content-Length or Transfer-Encoding"
            }
            Self::EmptyCoding | Self::EmptyFirstCoding => "an empty element in Transfer-Encoding",
            Self::SpaceAmongChunkExtensions | Self::SpaceBeforeChunkExtensions => {
                "white space among chunk extensions"
            }
            Self::SeveralChunkValues => "several chunk extensions with values",
            Self::ManyTrailers(_) | Self::ManyFieldsAndTrailers(_) => "many trailer fields",
            Self::TrailerNamed(_) => "a trailer field that is none",
            Self::ContentOf205 => "content in a 205",
            Self::PartOfGzip => "a part of gzip content",
        }
    }

    /// The name of the rule that its sender breaks, though recipients may well overlook it; `None` for what is valid.
    #[must_use]
    pub fn broken_rule(self) -> Option<&'static str> {
        match self {
            // RFC 9110 section 5.6.1.1: "a sender MUST NOT generate empty list elements".
            Self::EmptyCoding | Self::EmptyFirstCoding => Some("empty-coding"),
            // RFC 9110 section 7.6.1: no option for a field that is intended for all recipients of the content.
            Self::ConnectionNames("Content-Length") => Some("connection-names-length"),
            // RFC 9110 section 6.5.1: no trailer field for the framing.
            Self::TrailerNamed(_) => Some("trailer-field-not-allowed"),
            // RFC 9110 section 15.3.6: "a server MUST NOT generate content in a 205 response".
            Self::ContentOf205 => Some("content-of-205"),
            _ => None,
        }
    }

    /// Whether a gateway comes upon it only behind the head: it may have passed that on by then.
    #[must_use]
    pub fn is_behind_the_head(self) -> bool {
        matches!(
            self,
            Self::Trailers
                | Self::ChunkExtensions
                | Self::LongChunkSize(_)
                | Self::LargeChunkExtensions(_)
                | Self::LargeTrailer(_)
                | Self::SeveralGzipMembers
                | Self::SpaceAmongChunkExtensions
                | Self::SpaceBeforeChunkExtensions
                | Self::SeveralChunkValues
                | Self::ManyTrailers(_)
                | Self::ManyFieldsAndTrailers(_)
                | Self::TrailerNamed(_)
        )
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
            Self::ManyInterim(most) => response().is_some() && reading.interim().count() > most,
            Self::OtherInterim => {
                let is_other = |message: &Message| !matches!(message.status, Some(100 | 103));
                response().is_some() && reading.interim().any(is_other)
            }
            Self::SeveralGzipMembers => reading.body.gzip_members > 1,
            Self::ConnectionNames(name) => response().is_some_and(|response| {
                let options =
                    response.values("Connection").flat_map(|value| value.0.split(|&byte| byte == b','));
                response.values(name).next().is_some()
                    && options
                        .map(<[u8]>::trim_ascii)
                        .any(|option| option.eq_ignore_ascii_case(name.as_bytes()))
            }),
            Self::SpaceAfterFraming => ends_of_framing(reading).iter().any(|end| matches!(end, b' ' | b'\t')),
            Self::TabAfterFraming => ends_of_framing(reading).contains(&b'\t'),
            Self::EmptyCoding => response().is_some_and(|response| {
                let is_empty = |coding: &[u8]| coding.trim_ascii().is_empty();
                let mut values = response.values("Transfer-Encoding").map(|value| &value.0);
                values.any(|value| value.contains(&b',') && value.split(|&byte| byte == b',').any(is_empty))
            }),
            Self::EmptyFirstCoding => response().is_some_and(|response| {
                response.values("Transfer-Encoding").any(|value| value.0.trim_ascii().starts_with(b","))
            }),
            Self::SpaceAmongChunkExtensions => {
                extensions(reading).any(|text| text.iter().copied().any(is_blank))
            }
            Self::SpaceBeforeChunkExtensions => {
                extensions(reading).any(|text| text.first().copied().is_some_and(is_blank))
            }
            Self::SeveralChunkValues => {
                extensions(reading).any(|text| text.split(|&byte| byte == b'=').count() > 2)
            }
            Self::ContentOf205 => {
                response().is_some_and(|response| response.status == Some(205)) && reading.body.length > 0
            }
            Self::PartOfGzip => response().is_some_and(|response| {
                let coding = response.text("Content-Encoding").map(str::trim);
                response.status == Some(206)
                    && coding.is_some_and(|coding| coding.eq_ignore_ascii_case("gzip"))
            }),
            Self::ManyTrailers(most) => reading.body.trailers.len() > most,
            Self::ManyFieldsAndTrailers(most) => {
                let fields = response().map_or(0, |response| response.fields.len());
                let trailers = reading.body.trailers.len();
                trailers > 0 && fields.saturating_add(trailers) > most
            }
            Self::TrailerNamed(name) => {
                reading.body.trailers.iter().any(|field| field.name.eq_ignore_case(name))
            }
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
pub(crate) fn chunk_lines(reading: &Reading) -> Vec<&[u8]> {
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

/// What follows a chunk size in its line and has an extension in it, without the line end and what stands in quotes.
fn extensions(reading: &Reading) -> impl Iterator<Item = Vec<u8>> {
    let lines = chunk_lines(reading).into_iter();
    let unquoted = |text: &[u8]| {
        let mut quoted = false;
        let is_outside = |byte: &&u8| {
            quoted ^= **byte == b'"';
            !quoted
        };
        text.iter().filter(is_outside).copied().collect::<Vec<u8>>()
    };
    let texts = lines.map(move |line| unquoted(line[digits(line)..].trim_ascii_end()));
    texts.filter(|text| text.contains(&b';'))
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// With which byte the lines of `Content-Length` and `Transfer-Encoding` end, before their line end.
fn ends_of_framing(reading: &Reading) -> Vec<u8> {
    let Some(response) = reading.response() else { return Vec::new() };
    let head = reading.excerpt(response.offset, response.head_size);
    let lines = head.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let is_framing = |line: &&[u8]| {
        let name = line.split(|&byte| byte == b':').next().unwrap_or_default();
        [&b"content-length"[..], b"transfer-encoding"].iter().any(|known| name.eq_ignore_ascii_case(known))
    };
    lines.filter(is_framing).filter_map(|line| line.last().copied()).collect()
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
