//! The content of the final response: what the transfer coding carries (RFC 9112 section 6).
//!
//! It is counted, hashed, and undone of its content codings as it comes; only its beginning is kept.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::coding::{Decoding, Outcome};
use super::grammar::{first, wide};
use super::{Body, Field};

/// A body that is coming in.
#[derive(Debug, Default)]
pub(super) struct Content {
    body: Body,
    hash: Sha256,
    decoding: Option<Decoding>,
}

impl Content {
    /// A body with these content codings; `check` says whether decoding is to be tried.
    pub(super) fn new(codings: Vec<String>, check: bool) -> Self {
        let decoding = if check { Decoding::new(&codings) } else { None };
        Self { body: Body { codings, ..Body::default() }, hash: Sha256::new(), decoding }
    }

    /// How many bytes came.
    pub(super) fn length(&self) -> u64 {
        self.body.length
    }

    /// Takes bytes of content that stand at `offset` of the stream.
    pub(super) fn push(&mut self, bytes: &[u8], offset: u64) {
        self.body.length = self.body.length.saturating_add(wide(bytes.len()));
        self.hash.update(bytes);
        let beginning = &mut self.body.beginning.0;
        beginning.extend_from_slice(first(bytes, Body::KEPT.saturating_sub(beginning.len())));
        if let Some(decoding) = &mut self.decoding {
            decoding.push(bytes, offset);
        }
    }

    /// One more chunk with data begins.
    pub(super) fn count_chunk(&mut self) {
        self.body.chunks = self.body.chunks.saturating_add(1);
    }

    /// A chunk size came with an extension.
    pub(super) fn count_extension(&mut self) {
        self.body.chunk_extensions = self.body.chunk_extensions.saturating_add(1);
    }

    /// How many trailer fields are kept.
    pub(super) fn trailers(&self) -> usize {
        self.body.trailers.len()
    }

    pub(super) fn keep_trailer(&mut self, field: Field) {
        self.body.trailers.push(field);
    }

    /// The body, and what decoding came to; of a body that is not `whole` nothing can be said.
    pub(super) fn finish(self, whole: bool) -> (Body, Outcome) {
        let Self { mut body, hash, decoding } = self;
        if body.length > 0 {
            body.sha256 = Some(hash.finalize().iter().fold(String::new(), |mut hex, byte| {
                // Writing to a String does not fail.
                let _ = write!(hex, "{byte:02x}");
                hex
            }));
        }
        let outcome = match decoding {
            Some(decoding) if whole => decoding.finish(),
            _ => Outcome::Unknown,
        };
        if let Outcome::Decoded { length, members } = outcome {
            body.decoded_length = Some(length);
            body.gzip_members = members.into();
        }
        (body, outcome)
    }
}
