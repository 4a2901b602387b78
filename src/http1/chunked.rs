//! The chunked transfer coding (RFC 9112 section 7.1):
//!
//! ```text
//! chunked-body = *chunk last-chunk trailer-section CRLF
//! chunk        = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
//! ```
//!
//! Where a size cannot be read or the CRLF after the data is missing, nobody can tell any more what is framing and
//! what is content: the framing is lost, and the rest of the stream is taken for content as it stands.

use super::chunk_line::{self, Size};
use super::content::Content;
use super::defects::Defects;
use super::field_line;
use super::grammar::{counted, first, from, is_blank, narrow, quoted, shown_byte, trim, wide};
use super::line::{BareLfs, Line, LineBuffer};
use super::{CutAt, DefectCode, Field, Message};

/// By this many bytes of a line it is known whether it begins with a chunk size.
const SIZE_DECIDED: u64 = 4096;

/// How many bytes of trailer fields are kept.
const TRAILERS_KEPT: usize = 64 * 1024;

/// A chunked body that is coming in.
#[derive(Debug)]
pub(super) struct Chunked {
    part: Part,
    lines: LineBuffer,
    bare_lfs: BareLfs,
    budget: usize,
}

#[derive(Debug, Clone, Copy)]
enum Part {
    /// The line with the chunk size; whether the size is known to be good.
    SizeLine { good: bool },
    /// Chunk data; how many bytes are still to come, and of how many.
    Data { remaining: u64, size: u64 },
    /// The CRLF after so many bytes of chunk data; whether its CR came.
    DataEnd { size: u64, cr: bool },
    /// The trailer section.
    Trailers,
}

/// How far the body is.
#[derive(Debug)]
pub(super) enum Progress {
    /// More is to come.
    More,
    /// The empty line after the trailer section came.
    End,
    /// The framing is lost. These bytes, from that offset on, were taken for framing and are none.
    Lost { bytes: Vec<u8>, offset: u64 },
}

impl Chunked {
    /// A chunked body that begins at `offset`.
    pub(super) fn new(offset: u64) -> Self {
        Self {
            part: Part::SizeLine { good: false },
            lines: LineBuffer::new(offset),
            bare_lfs: BareLfs::default(),
            budget: TRAILERS_KEPT,
        }
    }

    /// Takes some of the bytes, which begin at `offset`: how many, and how far the body is.
    pub(super) fn push(
        &mut self,
        bytes: &[u8],
        offset: u64,
        content: &mut Content,
        defects: &mut Defects,
    ) -> (usize, Progress) {
        match self.part {
            Part::SizeLine { good } => self.size_line(good, bytes, content, defects),
            Part::Data { remaining, size } => {
                let data = first(bytes, narrow(remaining));
                content.push(data, offset);
                let remaining = remaining.saturating_sub(wide(data.len()));
                self.part = if remaining == 0 {
                    Part::DataEnd { size, cr: false }
                } else {
                    Part::Data { remaining, size }
                };
                (data.len(), Progress::More)
            }
            Part::DataEnd { size, cr } => self.data_end(size, cr, bytes, offset, defects),
            Part::Trailers => {
                let (used, line) = self.lines.take(bytes);
                let end = line.is_some_and(|line| self.trailer(&line, content, defects));
                (used, if end { Progress::End } else { Progress::More })
            }
        }
    }

    /// What is to be said when no more comes: where the body was cut, or that the last line is no chunk size.
    pub(super) fn end(&self, defects: &mut Defects) -> ChunkedEnd<'_> {
        match self.part {
            Part::SizeLine { good } => {
                let partial = self.lines.partial();
                match chunk_line::size(partial) {
                    Size::Bad { .. } if !good && !partial.is_empty() => {
                        self.note_bad_size(partial, defects);
                        ChunkedEnd::Lost { bytes: partial, offset: self.lines.offset() }
                    }
                    _ if partial.is_empty() => {
                        ChunkedEnd::Cut(CutAt::ChunkSize, " before a chunk size".to_owned())
                    }
                    _ => ChunkedEnd::Cut(CutAt::ChunkSize, " within a chunk size".to_owned()),
                }
            }
            Part::Data { remaining, size } => {
                let came = size.saturating_sub(remaining);
                ChunkedEnd::Cut(CutAt::ChunkData, format!(" after {came} of {size} bytes of a chunk"))
            }
            Part::DataEnd { .. } => {
                ChunkedEnd::Cut(CutAt::ChunkData, " before the CRLF after a chunk".to_owned())
            }
            Part::Trailers => ChunkedEnd::Cut(CutAt::Trailers, String::new()),
        }
    }

    /// What can be said of the framing only when it is over.
    pub(super) fn conclude(&self, defects: &mut Defects) {
        if let Some((offset, text)) = self.bare_lfs.defect("chunked body") {
            defects.add(DefectCode::BareLf, offset, 1, text);
        }
        defects.end_place("chunked body");
    }

    fn size_line(
        &mut self,
        good: bool,
        bytes: &[u8],
        content: &mut Content,
        defects: &mut Defects,
    ) -> (usize, Progress) {
        let most = if good { u64::MAX } else { SIZE_DECIDED.saturating_sub(self.lines.size()) };
        let (used, line) = self.lines.take(first(bytes, narrow(most)));
        let Some(line) = line else {
            if !good && self.lines.size() >= SIZE_DECIDED {
                let partial = self.lines.partial().to_vec();
                if let Size::Bad { .. } = chunk_line::size(&partial) {
                    self.note_bad_size(&partial, defects);
                    return (used, Progress::Lost { bytes: partial, offset: self.lines.offset() });
                }
                self.part = Part::SizeLine { good: true };
            }
            return (used, Progress::More);
        };
        let (Size::Good { size, length } | Size::Open { size, length }) = chunk_line::size(&line.content)
        else {
            note_bad_size(line.offset, &line.content, defects);
            let end: &[u8] = if line.bare_lf { b"\n" } else { b"\r\n" };
            return (used, Progress::Lost { bytes: [&line.content, end].concat(), offset: line.offset });
        };
        self.bare_lfs.see(&line);
        let extension = from(&line.content, length);
        if extension.contains(&b';') {
            content.count_extension();
        }
        if let Some((at, text)) = chunk_line::extension_flaw(extension) {
            let at = length.saturating_add(at);
            let rest = from(&line.content, at).len();
            defects.add(
                DefectCode::ChunkExtensionInvalid,
                line.offset.saturating_add(wide(at)),
                wide(rest),
                text,
            );
        }
        self.part = if size == 0 {
            Part::Trailers
        } else {
            content.count_chunk();
            Part::Data { remaining: size, size }
        };
        (used, Progress::More)
    }

    fn data_end(
        &mut self,
        size: u64,
        cr: bool,
        bytes: &[u8],
        offset: u64,
        defects: &mut Defects,
    ) -> (usize, Progress) {
        match (cr, bytes.first()) {
            (_, None) => return (0, Progress::More),
            (false, Some(b'\r')) => self.part = Part::DataEnd { size, cr: true },
            (_, Some(b'\n')) => {
                if !cr {
                    self.bare_lfs.see_at(offset);
                }
                self.lines = LineBuffer::new(offset.saturating_add(1));
                self.part = Part::SizeLine { good: false };
            }
            (_, Some(&found)) => {
                let at = if cr { offset.saturating_sub(1) } else { offset };
                let found = shown_byte(found);
                let found = if cr { format!("a CR and then {found}") } else { found };
                let data = counted(size, "byte");
                let text = format!(
                    "No CRLF follows the {data} of chunk data, but {found}: the chunk size does not fit the data."
                );
                defects.add(DefectCode::ChunkDataUnterminated, at, 0, text);
                let bytes = if cr { b"\r".to_vec() } else { Vec::new() };
                return (0, Progress::Lost { bytes, offset: at });
            }
        }
        (1, Progress::More)
    }

    /// One line of the trailer section; whether it is the empty one that ends it.
    fn trailer(&mut self, line: &Line, content: &mut Content, defects: &mut Defects) -> bool {
        self.bare_lfs.see(line);
        if line.content.is_empty() {
            return true;
        }
        if line.content.first().is_some_and(|&byte| is_blank(byte)) {
            let text = "A line of the trailer section begins with white space.";
            defects.add(DefectCode::TrailerInvalid, line.offset, wide(line.content.len()), text);
            return false;
        }
        let read = field_line::parse(&line.content);
        for flaw in read.flaws {
            let text = format!("In the trailer section: {}", flaw.text);
            defects.add(
                DefectCode::TrailerInvalid,
                line.offset.saturating_add(wide(flaw.at)),
                wide(flaw.length),
                text,
            );
        }
        let Some((name, value)) = read.field else { return false };
        let field = Field {
            name: first(name, Field::VALUE_KEPT).into(),
            value: first(value, Field::VALUE_KEPT).into(),
            offset: line.offset,
            size: line.size,
        };
        let cost = field.name.0.len().saturating_add(field.value.0.len());
        if content.trailers() < Message::FIELDS_KEPT && cost <= self.budget {
            self.budget = self.budget.saturating_sub(cost);
            content.keep_trailer(field);
        }
        false
    }

    fn note_bad_size(&self, line: &[u8], defects: &mut Defects) {
        note_bad_size(self.lines.offset(), line, defects);
    }
}

/// How a chunked body stands when no more comes.
#[derive(Debug)]
pub(super) enum ChunkedEnd<'a> {
    /// It is cut off: where, and words about the place.
    Cut(CutAt, String),
    /// The line that was coming in is no chunk size.
    Lost { bytes: &'a [u8], offset: u64 },
}

fn note_bad_size(offset: u64, line: &[u8], defects: &mut Defects) {
    let Size::Bad { length, overflow } = chunk_line::size(line) else { return };
    let shown = quoted(first(line, length));
    if overflow {
        let text = format!(
            "The chunk size {shown} is larger than any body; where the chunks end is unknown from here on."
        );
        defects.add(DefectCode::ChunkSizeOverflow, offset, wide(length), text);
    } else {
        let what = match first(line, length) {
            b"" => "an empty line stands".to_owned(),
            blank if trim(blank).is_empty() => "white space stands".to_owned(),
            word => format!("{} stands", quoted(word)),
        };
        let text =
            format!("Where a chunk size should stand, {what}; where the chunks end is unknown from here on.");
        defects.add(DefectCode::ChunkSizeInvalid, offset, wide(length), text);
    }
}
