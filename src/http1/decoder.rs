//! One decoder for each content coding of the registry that a browser asks for (RFC 9110 section 8.4.1, RFC 7932,
//! RFC 8878), behind one shape: bytes in, decoded bytes out, in pieces of bounded size.

use std::fmt::{self, Debug, Formatter};
use std::io::Read;

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};
use flate2::{Decompress, FlushDecompress, Status};
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

use super::grammar::{first, from};
use super::gzip::Gzip;

/// How much is decoded at a time.
const PIECE: usize = 16 * 1024;

/// Of a `zstd` body at most so much is kept until its end to be decoded; a larger one is not checked.
const ZSTD_KEPT: usize = 1024 * 1024;

/// RFC 8878 section 3.1.1.1.2: "it's recommended for decoders to support values of `Window_Size` up to 8 MB"; RFC 9659
/// makes that the limit for `zstd` as a content coding.
const ZSTD_WINDOW: u64 = 8 * 1024 * 1024;

/// Where decoded bytes go.
pub(super) type Output<'a> = dyn FnMut(&[u8]) -> Result<(), Failure> + 'a;

/// Why decoding ended early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// The bytes are none of this coding; `at` is the place in the bytes that were pushed last.
    Broken { at: usize, why: String },
    /// They are, but their end is missing.
    Cut,
    /// It is too much to go on.
    TooMuch,
}

impl Failure {
    pub(super) fn broken(at: usize, why: &str) -> Self {
        Self::Broken { at, why: why.to_owned() }
    }

    /// The same failure; if it came to light after the last of so many bytes, it is said of the last one.
    pub(super) fn not_after(self, length: usize) -> Self {
        match self {
            Self::Broken { at, why } => Self::Broken { at: at.min(length.saturating_sub(1)), why },
            other => other,
        }
    }

    /// The same failure, in a decoder further on, as seen from this one, which was at `at`.
    fn seen_from(self, at: usize) -> Self {
        match self {
            Self::Broken { at: _, why } => Self::Broken { at, why },
            other => other,
        }
    }
}

/// A decoder for one coding.
pub(super) enum Decoder {
    Identity,
    Gzip(Gzip),
    Deflate(Deflate),
    Brotli(Brotli),
    Zstd(Zstd),
}

impl Debug for Decoder {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identity => "Identity",
            Self::Gzip(_) => "Gzip",
            Self::Deflate(_) => "Deflate",
            Self::Brotli(_) => "Brotli",
            Self::Zstd(_) => "Zstd",
        })
    }
}

impl Decoder {
    /// The decoder for a coding, if it is known.
    pub(super) fn new(coding: &str) -> Option<Self> {
        Some(match coding {
            "identity" => Self::Identity,
            "gzip" | "x-gzip" => Self::Gzip(Gzip::new()),
            "deflate" => Self::Deflate(Deflate::Begin(Vec::new())),
            "br" => Self::Brotli(Brotli::new()),
            "zstd" => Self::Zstd(Zstd::default()),
            _ => return None,
        })
    }

    /// Decodes more bytes.
    pub(super) fn push(&mut self, bytes: &[u8], output: &mut Output<'_>) -> Result<(), Failure> {
        match self {
            Self::Identity => output(bytes),
            Self::Gzip(gzip) => gzip.push(bytes, output),
            Self::Deflate(deflate) => deflate.push(bytes, output),
            Self::Brotli(brotli) => brotli.push(bytes, output),
            Self::Zstd(zstd) => zstd.push(bytes),
        }
    }

    /// No more bytes will come.
    pub(super) fn finish(&mut self, output: &mut Output<'_>) -> Result<(), Failure> {
        let whole = match self {
            Self::Identity => true,
            Self::Gzip(gzip) => gzip.is_whole(),
            Self::Deflate(deflate) => matches!(deflate, Deflate::Done),
            Self::Brotli(brotli) => brotli.done,
            Self::Zstd(zstd) => return zstd.finish(output),
        };
        if whole { Ok(()) } else { Err(Failure::Cut) }
    }
}

/// Inflates until the end of the deflate stream: how many bytes that took, and whether the end came.
pub(super) fn inflate(
    inflater: &mut Decompress,
    bytes: &[u8],
    output: &mut Output<'_>,
) -> Result<(usize, bool), Failure> {
    let mut piece = vec![0; PIECE];
    let mut used = 0_usize;
    loop {
        let (before_in, before_out) = (inflater.total_in(), inflater.total_out());
        let status = inflater.decompress(from(bytes, used), &mut piece, FlushDecompress::None);
        let moved = |now: u64, before: u64| super::grammar::narrow(now.saturating_sub(before));
        used = used.saturating_add(moved(inflater.total_in(), before_in));
        let produced = moved(inflater.total_out(), before_out);
        let status = status.map_err(|_| Failure::broken(used, "the deflate data is corrupt"))?;
        output(first(&piece, produced)).map_err(|failure| failure.seen_from(used))?;
        match status {
            Status::StreamEnd => return Ok((used, true)),
            _ if used >= bytes.len() && produced < piece.len() => return Ok((used, false)),
            Status::BufError if produced == 0 => return Ok((used, false)),
            Status::Ok | Status::BufError => {}
        }
    }
}

/// RFC 9110 section 8.4.1.2: `deflate` is the zlib format; "some non-conformant implementations send the "deflate"
/// compressed data without the zlib wrapper", and every client takes that.
pub(super) enum Deflate {
    /// Up to two bytes, that tell whether there is a wrapper.
    Begin(Vec<u8>),
    Data(Box<Decompress>),
    Done,
}

impl Deflate {
    fn push(&mut self, bytes: &[u8], output: &mut Output<'_>) -> Result<(), Failure> {
        let joined;
        let mut bytes = bytes;
        let mut earlier = 0;
        if let Self::Begin(held) = self {
            earlier = held.len();
            joined = [held.as_slice(), bytes].concat();
            let &[cmf, flg, ..] = joined.as_slice() else {
                *held = joined;
                return Ok(());
            };
            // RFC 1950 section 2.2: CM is 8, and CMF and FLG, "when viewed as a 16-bit unsigned integer", are a
            // multiple of 31.
            let wrapped = cmf & 0x0f == 8 && u16::from_be_bytes([cmf, flg]) % 31 == 0;
            *self = Self::Data(Box::new(Decompress::new(wrapped)));
            bytes = &joined;
        }
        let at = |used: usize| used.saturating_sub(earlier);
        match self {
            Self::Begin(_) => Ok(()),
            Self::Data(inflater) => {
                let (used, end) = inflate(inflater, bytes, output).map_err(|failure| match failure {
                    Failure::Broken { at: used, why } => Failure::Broken { at: at(used), why },
                    other => other,
                })?;
                if end {
                    *self = Self::Done;
                }
                if end && used < bytes.len() { Err(after_the_end(at(used))) } else { Ok(()) }
            }
            Self::Done if bytes.is_empty() => Ok(()),
            Self::Done => Err(after_the_end(0)),
        }
    }
}

/// RFC 7932.
pub(super) struct Brotli {
    state: Box<BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>>,
    done: bool,
}

impl Brotli {
    fn new() -> Self {
        let alloc = StandardAlloc::default;
        Self { state: Box::new(BrotliState::new_strict(alloc(), alloc(), alloc())), done: false }
    }

    fn push(&mut self, bytes: &[u8], output: &mut Output<'_>) -> Result<(), Failure> {
        if self.done {
            return if bytes.is_empty() { Ok(()) } else { Err(after_the_end(0)) };
        }
        let mut piece = vec![0; PIECE];
        let (mut left, mut used, mut total) = (bytes.len(), 0, 0);
        loop {
            let (mut room, mut produced) = (piece.len(), 0);
            let result = BrotliDecompressStream(
                &mut left,
                &mut used,
                bytes,
                &mut room,
                &mut produced,
                &mut piece,
                &mut total,
                &mut self.state,
            );
            output(first(&piece, produced)).map_err(|failure| failure.seen_from(used))?;
            match result {
                BrotliResult::ResultSuccess if left > 0 => return Err(after_the_end(used)),
                BrotliResult::ResultSuccess => {
                    self.done = true;
                    return Ok(());
                }
                BrotliResult::NeedsMoreInput => return Ok(()),
                BrotliResult::NeedsMoreOutput => {}
                BrotliResult::ResultFailure => {
                    return Err(Failure::broken(used, "the brotli data is corrupt"));
                }
            }
        }
    }
}

/// RFC 8878. The decoder draws its input, so the input is kept until all of it came.
#[derive(Default)]
pub(super) struct Zstd {
    kept: Vec<u8>,
}

impl Zstd {
    fn push(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        if self.kept.len().saturating_add(bytes.len()) > ZSTD_KEPT {
            return Err(Failure::TooMuch);
        }
        self.kept.extend_from_slice(bytes);
        Ok(())
    }

    fn finish(&mut self, output: &mut Output<'_>) -> Result<(), Failure> {
        let kept = std::mem::take(&mut self.kept);
        let mut rest = kept.as_slice();
        let mut piece = vec![0; PIECE];
        let mut frames = FrameDecoder::new();
        frames.set_max_window_size(ZSTD_WINDOW);
        // RFC 8878 section 3: "Zstandard compressed data is made up of one or more frames."
        loop {
            if let Some(after) = skippable_frame(rest)? {
                rest = after;
            } else {
                let mut decoder = StreamingDecoder::new_with_decoder(&mut rest, &mut frames)
                    .map_err(|_| Failure::broken(0, "there is no zstd frame that a client would take"))?;
                loop {
                    match decoder.read(&mut piece) {
                        Ok(0) => break,
                        Ok(produced) => output(first(&piece, produced))?,
                        Err(_) if decoder.get_ref().is_empty() => return Err(Failure::Cut),
                        Err(_) => return Err(Failure::broken(0, "the zstd data is corrupt")),
                    }
                }
            }
            if rest.is_empty() {
                return Ok(());
            }
        }
    }
}

/// RFC 8878 section 3.1.2: magic number 0x184D2A5?, size in 4 bytes, and as many bytes to skip.
fn skippable_frame(bytes: &[u8]) -> Result<Option<&[u8]>, Failure> {
    let [0x50..=0x5f, 0x2a, 0x4d, 0x18, rest @ ..] = bytes else { return Ok(None) };
    let Some((size, data)) = rest.split_first_chunk() else { return Err(Failure::Cut) };
    let size = usize::try_from(u32::from_le_bytes(*size)).unwrap_or(usize::MAX);
    data.get(size..).map(Some).ok_or(Failure::Cut)
}

pub(super) fn after_the_end(at: usize) -> Failure {
    Failure::broken(at, "other bytes follow the end of the encoded data")
}
