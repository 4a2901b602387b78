//! The gzip file format (RFC 1952), as a content coding: one member after the other, each with a header, deflate
//! data, and a trailer with CRC and length.

use flate2::{Crc, Decompress};

use super::decoder::{Failure, Output, after_the_end, inflate};
use super::grammar::{first, from};

/// A header longer than this is none that a client would take.
const LONGEST_HEADER: usize = 128 * 1024;

/// More members than this are not followed: each costs more than its few bytes.
const MOST_MEMBERS: u32 = 10_000;

/// A gzip stream that is coming in.
pub(super) struct Gzip {
    part: Part,
    /// What came of the header or of the trailer.
    held: Vec<u8>,
    inflater: Box<Decompress>,
    crc: Crc,
    members: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Header,
    Data,
    Trailer,
    /// After a member: the end, another member, or padding.
    After,
    /// Zeros after the last member, which every gunzip ignores.
    Padding,
}

impl Gzip {
    pub(super) fn new() -> Self {
        let inflater = Box::new(Decompress::new(false));
        Self { part: Part::Header, held: Vec::new(), inflater, crc: Crc::new(), members: 1 }
    }

    /// Whether it may end here.
    pub(super) fn is_whole(&self) -> bool {
        matches!(self.part, Part::After | Part::Padding)
    }

    /// How many members there were, with zeros behind the last counted as one.
    pub(super) fn members(&self) -> u32 {
        self.members.saturating_add(u32::from(self.part == Part::Padding))
    }

    pub(super) fn push(&mut self, bytes: &[u8], output: &mut Output<'_>) -> Result<(), Failure> {
        let mut used = 0_usize;
        while used < bytes.len() {
            let rest = from(bytes, used);
            let step = self.step(rest, output).map_err(|failure| match failure {
                Failure::Broken { at, why } => Failure::Broken { at: at.saturating_add(used), why },
                other => other,
            })?;
            used = used.saturating_add(step);
        }
        Ok(())
    }

    /// Takes some of the bytes: how many.
    fn step(&mut self, bytes: &[u8], output: &mut Output<'_>) -> Result<usize, Failure> {
        match self.part {
            Part::Header => self.header(bytes),
            Part::Data => {
                let crc = &mut self.crc;
                let (used, end) = inflate(&mut self.inflater, bytes, &mut |piece| {
                    crc.update(piece);
                    output(piece)
                })?;
                if end {
                    self.part = Part::Trailer;
                }
                Ok(used)
            }
            Part::Trailer => self.trailer(bytes),
            Part::After if bytes.first() == Some(&0x1f) => {
                self.members = self.members.saturating_add(1);
                if self.members > MOST_MEMBERS {
                    return Err(Failure::TooMuch);
                }
                self.part = Part::Header;
                self.inflater.reset(false);
                self.crc.reset();
                Ok(0)
            }
            Part::After | Part::Padding => {
                self.part = Part::Padding;
                match bytes.iter().position(|&byte| byte != 0) {
                    Some(at) => Err(after_the_end(at)),
                    None => Ok(bytes.len()),
                }
            }
        }
    }

    fn header(&mut self, bytes: &[u8]) -> Result<usize, Failure> {
        let earlier = self.held.len();
        self.held.extend_from_slice(bytes);
        match header_length(&self.held) {
            Err(why) => Err(Failure::broken(0, why)),
            Ok(None) if self.held.len() > LONGEST_HEADER => {
                Err(Failure::broken(0, "its gzip header does not end"))
            }
            Ok(None) => Ok(bytes.len()),
            Ok(Some(length)) => {
                self.held.clear();
                self.part = Part::Data;
                Ok(length.saturating_sub(earlier))
            }
        }
    }

    /// RFC 1952 section 2.3.1: CRC32 and ISIZE, the size of the decoded data "modulo 2^32".
    fn trailer(&mut self, bytes: &[u8]) -> Result<usize, Failure> {
        let part = first(bytes, 8_usize.saturating_sub(self.held.len()));
        self.held.extend_from_slice(part);
        if let &[c0, c1, c2, c3, s0, s1, s2, s3] = self.held.as_slice() {
            if u32::from_le_bytes([c0, c1, c2, c3]) != self.crc.sum() {
                return Err(Failure::broken(0, "its gzip checksum does not match"));
            }
            if u32::from_le_bytes([s0, s1, s2, s3]) != self.crc.amount() {
                return Err(Failure::broken(0, "its length in the gzip trailer does not match"));
            }
            self.held.clear();
            self.part = Part::After;
        }
        Ok(part.len())
    }
}

/// How long the header is, if all of it is there (RFC 1952 section 2.3).
fn header_length(bytes: &[u8]) -> Result<Option<usize>, &'static str> {
    const FHCRC: u8 = 2;
    const FEXTRA: u8 = 4;
    const FNAME: u8 = 8;
    const FCOMMENT: u8 = 16;
    let signature: &[u8] = &[0x1f, 0x8b];
    let common = bytes.len().min(2);
    if first(bytes, common) != first(signature, common) {
        return Err("it does not begin with the gzip signature 1f 8b");
    }
    if bytes.get(2).is_some_and(|&method| method != 8) {
        return Err("its gzip header names a compression method other than deflate");
    }
    let (Some(&flags), Some(_)) = (bytes.get(3), bytes.get(9)) else { return Ok(None) };
    let mut at = 10_usize;
    if flags & FEXTRA != 0 {
        let Some((&length, _)) = from(bytes, at).split_first_chunk() else { return Ok(None) };
        at = at.saturating_add(2).saturating_add(usize::from(u16::from_le_bytes(length)));
    }
    for flag in [FNAME, FCOMMENT] {
        if flags & flag != 0 {
            let Some(length) = memchr::memchr(0, from(bytes, at)) else { return Ok(None) };
            at = at.saturating_add(length).saturating_add(1);
        }
    }
    if flags & FHCRC != 0 {
        at = at.saturating_add(2);
    }
    Ok((bytes.len() >= at).then_some(at))
}
