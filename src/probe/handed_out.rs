//! What a library hands out of a response, in the words of our own reader: fields without their places in the
//! stream, and content without its framing.

use std::fmt::Write;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use sha2::{Digest, Sha256};

use crate::http1::{Body, Field, Message, WireBytes};

/// A head. Its size is that of its fields, each with so much `overhead`.
pub(super) fn message(version: &str, status: StatusCode, fields: &HeaderMap, overhead: u64) -> Message {
    Message {
        offset: 0,
        head_size: fields.iter().map(|(name, value)| size(name, value, overhead)).sum(),
        head_complete: true,
        interim: status.is_informational() && status != StatusCode::SWITCHING_PROTOCOLS,
        version: WireBytes::from(version),
        status: Some(status.as_u16()),
        reason: WireBytes::default(),
        field_count: wide(fields.len()),
        fields: kept(fields, overhead),
    }
}

/// The content, counted and hashed as it comes.
#[derive(Debug, Default)]
pub(super) struct Content {
    body: Body,
    hash: Sha256,
}

impl Content {
    /// The head that it follows.
    pub(super) fn head(&mut self, fields: &HeaderMap) {
        let codings = fields.get_all(http::header::CONTENT_ENCODING).iter();
        self.body.codings = codings.flat_map(|value| list(value.as_bytes())).collect();
    }

    /// A part of it.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.body.length += wide(bytes.len());
        self.body.chunks += 1;
        self.hash.update(bytes);
        let missing = Body::KEPT.saturating_sub(self.body.beginning.0.len()).min(bytes.len());
        self.body.beginning.0.extend_from_slice(&bytes[..missing]);
    }

    /// The fields after it.
    pub(super) fn trailers(&mut self, fields: &HeaderMap, overhead: u64) {
        self.body.trailers = kept(fields, overhead);
    }

    /// All that came of it.
    pub(super) fn finish(mut self) -> Body {
        if self.body.length > 0 {
            self.body.sha256 = Some(hexadecimal(&self.hash.finalize()));
        }
        self.body
    }
}

fn kept(fields: &HeaderMap, overhead: u64) -> Vec<Field> {
    let field = |(name, value): (&HeaderName, &HeaderValue)| {
        let bytes = value.as_bytes();
        Field {
            name: WireBytes::from(name.as_str()),
            value: WireBytes::from(bytes.get(..Field::VALUE_KEPT).unwrap_or(bytes)),
            offset: 0,
            size: size(name, value, overhead),
        }
    };
    fields.iter().take(Message::FIELDS_KEPT).map(field).collect()
}

fn size(name: &HeaderName, value: &HeaderValue, overhead: u64) -> u64 {
    wide(name.as_str().len() + value.len()) + overhead
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
