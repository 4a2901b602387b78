//! Valid things in a response that some gateway spoils.

use super::Treatment;
use crate::http1::{Defect, DefectCode, Reading};

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
        }
    }

    /// Whether a response has it.
    #[must_use]
    pub fn is_in(self, reading: &Reading) -> bool {
        let response = || reading.response();
        match self {
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
