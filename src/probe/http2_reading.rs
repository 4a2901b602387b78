//! What came of a response in HTTP/2, in the same words as one in HTTP/1.x: so that a diagnosis compares like
//! with like. There are no offsets, because the fields came compressed, and no defects, because the library ends the
//! stream at the first.

use std::fmt::Write;

use http::{HeaderMap, StatusCode};
use sha2::{Digest, Sha256};

use super::tap::Overhearing;
use crate::http1::{
    Body, CutAt, Field, Framing, FramingRule, Leftover, Message, OtherProtocol, Reading, StreamEnd, WireBytes,
};

/// The part of a field's size that RFC 9113 section 6.5.2 adds to its name and value.
const FIELD_OVERHEAD: u64 = 32;

/// A response in the making.
pub(super) struct Http2Reading {
    messages: Vec<Message>,
    body: Body,
    hash: Sha256,
    has_no_body: bool,
    complete: bool,
    overhearing: Overhearing,
}

impl Http2Reading {
    /// Before anything came. `head` says that the request is one with HEAD.
    pub(super) fn new(head: bool, overhearing: Overhearing) -> Self {
        Self {
            messages: Vec::new(),
            body: Body::default(),
            hash: Sha256::new(),
            has_no_body: head,
            complete: false,
            overhearing,
        }
    }

    /// A head came.
    pub(super) fn head(&mut self, status: StatusCode, fields: &HeaderMap) {
        let interim = status.is_informational();
        self.messages.push(message(status, fields, interim));
        if !interim {
            self.has_no_body |= matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
            let codings = fields.get_all(http::header::CONTENT_ENCODING).iter();
            self.body.codings = codings.flat_map(|value| list(value.as_bytes())).collect();
        }
    }

    /// Data came.
    pub(super) fn data(&mut self, bytes: &[u8]) {
        self.body.length += wide(bytes.len());
        self.body.chunks += 1;
        self.hash.update(bytes);
        let missing = Body::KEPT.saturating_sub(self.body.beginning.0.len()).min(bytes.len());
        self.body.beginning.0.extend_from_slice(&bytes[..missing]);
    }

    /// Trailer fields came.
    pub(super) fn trailers(&mut self, fields: &HeaderMap) {
        self.body.trailers = kept(fields);
    }

    /// The peer ended the stream in order.
    pub(super) fn completed(&mut self) {
        self.complete = true;
    }

    /// Whether a byte came at all.
    pub(super) fn has_bytes(&self) -> bool {
        self.overhearing.received() > 0
    }

    /// Whether the peer reset the connection.
    pub(super) fn was_reset(&self) -> bool {
        self.overhearing.was_reset()
    }

    /// What was read.
    pub(super) fn finish(mut self, end: StreamEnd) -> Reading {
        if self.body.length > 0 {
            self.body.sha256 = Some(hexadecimal(&self.hash.finalize()));
        }
        let head = self.messages.last().filter(|message| !message.interim);
        let announced = head.and_then(|head| head.text("content-length")?.parse().ok());
        let framing = head.map(|_| match announced {
            _ if self.has_no_body => rule(FramingRule::NoBody),
            Some(length) => rule(FramingRule::ContentLength { length }),
            None => rule(FramingRule::UntilClose),
        });
        let cut = match framing {
            Some(_) if self.complete => None,
            Some(_) => Some(CutAt::Body),
            None if self.messages.is_empty() => Some(CutAt::Start),
            None => Some(CutAt::AfterInterim),
        };
        let first = self.overhearing.first_bytes();
        let is_http1 = first.starts_with(b"HTTP/1.");
        // Frames tell a reader of text nothing; bytes of something else are the evidence that they are.
        let shown = if self.messages.is_empty() { first } else { Vec::new() };
        Reading {
            messages: self.messages,
            other_protocol: is_http1.then_some(OtherProtocol::Unknown),
            framing,
            framing_lost: false,
            body: self.body,
            end,
            cut,
            leftover: Leftover::default(),
            defects: Vec::new(),
            received: self.overhearing.received(),
            bytes: WireBytes(shown),
        }
    }
}

fn rule(rule: FramingRule) -> Framing {
    Framing { rule, section: "9113 8.1".into() }
}

fn message(status: StatusCode, fields: &HeaderMap, interim: bool) -> Message {
    let size = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        wide(name.as_str().len() + value.len()) + FIELD_OVERHEAD
    };
    Message {
        offset: 0,
        head_size: fields.iter().map(size).sum(),
        head_complete: true,
        interim,
        version: WireBytes::from("HTTP/2"),
        status: Some(status.as_u16()),
        reason: WireBytes::default(),
        field_count: wide(fields.len()),
        fields: kept(fields),
    }
}

fn kept(fields: &HeaderMap) -> Vec<Field> {
    let field = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        let bytes = value.as_bytes();
        Field {
            name: WireBytes::from(name.as_str()),
            value: WireBytes::from(bytes.get(..Field::VALUE_KEPT).unwrap_or(bytes)),
            offset: 0,
            size: wide(name.as_str().len() + bytes.len()) + FIELD_OVERHEAD,
        }
    };
    fields.iter().take(Message::FIELDS_KEPT).map(field).collect()
}

/// The members of a comma-separated list, in lower case.
fn list(value: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(value)
        .split(',')
        .map(|member| member.trim().to_ascii_lowercase())
        .filter(|member| !member.is_empty())
        .collect()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string does not fail.
        write!(text, "{byte:02x}").ok();
        text
    })
}

fn wide(size: usize) -> u64 {
    u64::try_from(size).unwrap_or(u64::MAX)
}
