//! Content codings (RFC 9110 section 8.4), undone only to see whether they can be.
//!
//! Decoded bytes are counted and thrown away. The encoded ones are handed to the decoders in blocks of one size,
//! however they came: so that what the decoders say does not depend on how the stream was split.

use super::decoder::{Decoder, Failure};
use super::grammar::{first, wide};

/// How many encoded bytes are decoded at a time.
const BLOCK: usize = 4096;

/// After so many decoded bytes the check is given up: a decompression bomb must not cost more than that.
const MOST_DECODED: u64 = 256 * 1024 * 1024;

/// A body whose content codings are being undone.
#[derive(Debug)]
pub(super) struct Decoding {
    /// The decoders: the coding that was applied last is undone first.
    decoders: Vec<Decoder>,
    names: String,
    block: Vec<u8>,
    /// Where the parts of the block stand in the stream: from this index on, from that offset on.
    places: Vec<(usize, u64)>,
    /// Where the body begins, once it did.
    begins: Option<u64>,
    tally: Tally,
    failure: Option<Outcome>,
}

/// What the decoders put out.
#[derive(Debug)]
struct Tally {
    /// How much that may be in all.
    most: u64,
    /// At the end of the chain.
    decoded: u64,
    /// All of them together: what a bomb within a bomb costs.
    work: u64,
}

impl Tally {
    fn count(&mut self, output: &[u8]) -> Result<(), Failure> {
        self.work = self.work.saturating_add(wide(output.len()));
        if self.work > self.most { Err(Failure::TooMuch) } else { Ok(()) }
    }
}

/// What decoding came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was not tried, or given up.
    Unknown,
    /// The whole body could be decoded.
    Decoded {
        /// To so many bytes.
        length: u64,
        /// From so many gzip members, where gzip is the only coding; else 0.
        members: u32,
    },
    /// It failed at this offset of the stream, for the reason that the text gives.
    Broken { offset: u64, text: String },
    /// The body is over, and its coding is not.
    Cut { text: String },
}

impl Decoding {
    /// A decoding of these codings, if all of them are known.
    pub(super) fn new(codings: &[String]) -> Option<Self> {
        Self::at_most(codings, MOST_DECODED)
    }

    /// The same, given up after so many decoded bytes.
    fn at_most(codings: &[String], most: u64) -> Option<Self> {
        let decoders: Vec<_> = codings.iter().rev().map(|name| Decoder::new(name)).collect::<Option<_>>()?;
        (!decoders.is_empty()).then(|| Self {
            decoders,
            names: codings.join(", "),
            block: Vec::with_capacity(BLOCK),
            places: Vec::new(),
            begins: None,
            tally: Tally { most, decoded: 0, work: 0 },
            failure: None,
        })
    }

    /// Takes encoded bytes that stand at `offset` of the stream.
    pub(super) fn push(&mut self, mut bytes: &[u8], mut offset: u64) {
        while !bytes.is_empty() && self.failure.is_none() {
            let part = first(bytes, BLOCK.saturating_sub(self.block.len()));
            self.place(offset);
            self.block.extend_from_slice(part);
            offset = offset.saturating_add(wide(part.len()));
            bytes = bytes.get(part.len()..).unwrap_or_default();
            if self.block.len() == BLOCK {
                self.decode_block();
            }
        }
    }

    /// What decoding came to, now that the body is whole.
    pub(super) fn finish(mut self) -> Outcome {
        if !self.block.is_empty() && self.failure.is_none() {
            self.decode_block();
        }
        if let Some(failure) = self.failure {
            return failure;
        }
        // A body without a byte has nothing to decode, whatever the field says.
        if self.begins.is_none() {
            return Outcome::Decoded { length: 0, members: 0 };
        }
        match finish_chain(&mut self.decoders, &mut self.tally) {
            Ok(()) => {
                let members = match self.decoders.as_slice() {
                    [Decoder::Gzip(gzip)] => gzip.members(),
                    _ => 0,
                };
                Outcome::Decoded { length: self.tally.decoded, members }
            }
            Err(failure) => self.outcome(failure),
        }
    }

    /// Remembers where the next bytes of the block stand, unless that follows from what is known.
    fn place(&mut self, offset: u64) {
        self.begins.get_or_insert(offset);
        let index = self.block.len();
        let follows = self
            .places
            .last()
            .is_some_and(|&(start, place)| place.saturating_add(wide(index.saturating_sub(start))) == offset);
        if !follows {
            self.places.push((index, offset));
        }
    }

    fn decode_block(&mut self) {
        let block = std::mem::take(&mut self.block);
        if let Err(failure) = push_chain(&mut self.decoders, &block, &mut self.tally) {
            self.failure = Some(self.outcome(failure.not_after(block.len())));
        }
        self.block = block;
        self.block.clear();
        self.places.clear();
    }

    fn outcome(&self, failure: Failure) -> Outcome {
        let names = &self.names;
        match failure {
            Failure::Broken { at, why } => {
                let place = self.places.iter().rev().find(|&&(start, _)| start <= at);
                let within =
                    |&(start, offset): &(usize, u64)| offset.saturating_add(wide(at.saturating_sub(start)));
                let offset = place.map_or(self.begins.unwrap_or_default(), within);
                Outcome::Broken { offset, text: format!("The body cannot be decoded as {names}: {why}.") }
            }
            Failure::Cut => {
                let text = format!(
                    "The body is whole, but its content coding {names} is cut off: the end of the encoded data is missing."
                );
                Outcome::Cut { text }
            }
            Failure::TooMuch => Outcome::Unknown,
        }
    }
}

fn push_chain(decoders: &mut [Decoder], bytes: &[u8], tally: &mut Tally) -> Result<(), Failure> {
    let Some((decoder, rest)) = decoders.split_first_mut() else {
        tally.decoded = tally.decoded.saturating_add(wide(bytes.len()));
        return Ok(());
    };
    decoder.push(bytes, &mut |output| tally.count(output).and_then(|()| push_chain(rest, output, tally)))
}

fn finish_chain(decoders: &mut [Decoder], tally: &mut Tally) -> Result<(), Failure> {
    let Some((decoder, rest)) = decoders.split_first_mut() else { return Ok(()) };
    decoder.finish(&mut |output| tally.count(output).and_then(|()| push_chain(rest, output, tally)))?;
    finish_chain(rest, tally)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    /// Bytes that do not compress, so that the encoded body has many blocks.
    fn noise(length: usize) -> Vec<u8> {
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            state.to_be_bytes()[0]
        };
        std::iter::repeat_with(&mut next).take(length).collect()
    }

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    fn decode(codings: &[&str], body: &[u8]) -> Outcome {
        decode_at_most(MOST_DECODED, codings, body)
    }

    fn decode_at_most(most: u64, codings: &[&str], body: &[u8]) -> Outcome {
        let names: Vec<String> = codings.iter().map(|&name| name.to_owned()).collect();
        let mut decoding = Decoding::at_most(&names, most).unwrap();
        for (index, piece) in body.chunks(1000).enumerate() {
            decoding.push(piece, wide(index) * 1010);
        }
        decoding.finish()
    }

    #[test]
    fn bodies_of_many_blocks_are_decoded() {
        let content = noise(50_000);
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(&content).unwrap();
        let mut raw = DeflateEncoder::new(Vec::new(), Compression::fast());
        raw.write_all(&content).unwrap();
        let zstd = compress_to_vec(content.as_slice(), CompressionLevel::Fastest);
        let decoded = Outcome::Decoded { length: 50_000, members: 0 };
        assert_eq!(decode(&["gzip"], &gzip(&content)), Outcome::Decoded { length: 50_000, members: 1 });
        assert_eq!(decode(&["gzip", "gzip"], &gzip(&gzip(&content))), decoded);
        assert_eq!(decode(&["deflate"], &zlib.finish().unwrap()), decoded);
        assert_eq!(decode(&["deflate"], &raw.finish().unwrap()), decoded);
        assert_eq!(decode(&["zstd"], &zstd), decoded);
        assert_eq!(
            decode(&["gzip", "zstd"], &compress_to_vec(gzip(&content).as_slice(), CompressionLevel::Fastest)),
            decoded
        );
    }

    #[test]
    fn a_broken_place_is_an_offset_of_the_stream() {
        let mut body = gzip(&noise(50_000));
        let at = body.len() - 8;
        body[at] ^= 1;
        // The pieces of 1000 bytes stood 1010 bytes apart; the checksum is compared when its last byte came.
        let offset = wide(at / 1000 * 1010 + at % 1000);
        let Outcome::Broken { offset: found, text } = decode(&["gzip"], &body) else {
            panic!("it is not broken")
        };
        assert!(found.abs_diff(offset) <= 8, "{found} is not near {offset}");
        assert_eq!(text, "The body cannot be decoded as gzip: its gzip checksum does not match.");
    }

    #[test]
    fn brotli_is_decoded_from_single_bytes() {
        let mut decoder = Decoder::new("br").unwrap();
        let mut text = Vec::new();
        for byte in b"\x0b\x02\x80hello\x03" {
            decoder
                .push(&[*byte], &mut |output| {
                    text.extend_from_slice(output);
                    Ok(())
                })
                .unwrap();
        }
        assert_eq!(decoder.finish(&mut |_| Ok(())), Ok(()));
        assert_eq!(text, b"hello");
    }

    #[test]
    fn a_decompression_bomb_is_given_up() {
        let bomb = gzip(&vec![0; 64 * 1024]).repeat(4);
        let whole = wide(4 * 64 * 1024);
        assert_eq!(decode_at_most(whole, &["gzip"], &bomb), Outcome::Decoded { length: whole, members: 4 });
        assert_eq!(decode_at_most(whole - 1, &["gzip"], &bomb), Outcome::Unknown);
        // A bomb within a bomb: what comes out in between counts as well.
        assert_eq!(decode_at_most(whole, &["gzip", "gzip"], &gzip(&bomb)), Outcome::Unknown);
    }

    #[test]
    fn members_of_gzip_are_counted_with_zeros_behind_the_last() {
        let members = |body: &[u8]| match decode(&["gzip"], body) {
            Outcome::Decoded { members, .. } => members,
            other => panic!("{other:?}"),
        };
        let one = gzip(b"hello");
        assert_eq!((members(&one), members(&one.repeat(2))), (1, 2));
        assert_eq!(members(&[one.as_slice(), &[0; 20]].concat()), 2);
    }

    #[test]
    fn members_without_end_are_given_up() {
        let empty = gzip(b"");
        assert_eq!(decode(&["gzip"], &empty.repeat(10_000)), Outcome::Decoded { length: 0, members: 10_000 });
        assert_eq!(decode(&["gzip"], &empty.repeat(10_001)), Outcome::Unknown);
        // What comes out at the end is little, what comes out in between is not.
        assert_eq!(decode(&["gzip", "gzip"], &gzip(&empty.repeat(10_001))), Outcome::Unknown);
    }
}
