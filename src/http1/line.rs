//! Lines as they come in: of the head, of the chunk framing, of the trailer section.
//!
//! A line is held back until its LF came, so that however the bytes are split, the same line is read. Its memory is
//! bounded: of a very long line the beginning is kept, and the rest is counted.

use super::grammar::{first, wide};

/// How much of one line is kept.
pub(super) const LINE_KEPT: usize = 1024 * 1024;

/// A whole line.
#[derive(Debug)]
pub(super) struct Line {
    /// Offset of its first byte.
    pub(super) offset: u64,
    /// Its size with its line end.
    pub(super) size: u64,
    /// Its bytes without its line end; their beginning, if it is very long.
    pub(super) content: Vec<u8>,
    /// Whether it ended with LF alone.
    pub(super) bare_lf: bool,
}

impl Line {
    /// The offset after its last byte.
    pub(super) fn end(&self) -> u64 {
        self.offset.saturating_add(self.size)
    }
}

/// The line that is just coming in.
#[derive(Debug)]
pub(super) struct LineBuffer {
    offset: u64,
    size: u64,
    content: Vec<u8>,
    last: Option<u8>,
}

impl LineBuffer {
    /// A line that begins at `offset`.
    pub(super) fn new(offset: u64) -> Self {
        Self { offset, size: 0, content: Vec::new(), last: None }
    }

    /// Where the line begins.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// How many bytes of the line came.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// What came of the line: its beginning, if it is very long.
    pub(super) fn partial(&self) -> &[u8] {
        &self.content
    }

    /// Takes bytes up to the end of the line: how many, and the line, if it is whole.
    pub(super) fn take(&mut self, bytes: &[u8]) -> (usize, Option<Line>) {
        let (used, whole) = match memchr::memchr(b'\n', bytes) {
            Some(at) => (at.saturating_add(1), true),
            None => (bytes.len(), false),
        };
        let content = first(bytes, if whole { used.saturating_sub(1) } else { used });
        self.last = content.last().copied().or(self.last);
        self.content.extend_from_slice(first(content, LINE_KEPT.saturating_sub(self.content.len())));
        self.size = self.size.saturating_add(wide(used));
        (used, whole.then(|| self.finish()))
    }

    fn finish(&mut self) -> Line {
        let next = Self::new(self.offset.saturating_add(self.size));
        let Self { offset, size, mut content, last } = std::mem::replace(self, next);
        // RFC 9112 section 2.2: "a recipient MAY recognize a single LF as a line terminator and ignore any
        // preceding CR."
        let bare_lf = last != Some(b'\r');
        let whole = wide(content.len()).saturating_add(1) == size;
        if !bare_lf && whole {
            content.pop();
        }
        Line { offset, size, content, bare_lf }
    }
}

/// Lines that ended with LF alone: the first of them, and how many there are.
#[derive(Debug, Default)]
pub(super) struct BareLfs {
    first: Option<u64>,
    count: u64,
}

impl BareLfs {
    /// Looks at one more line.
    pub(super) fn see(&mut self, line: &Line) {
        if line.bare_lf {
            self.see_at(line.end().saturating_sub(1));
        }
    }

    /// A bare LF at that offset.
    pub(super) fn see_at(&mut self, offset: u64) {
        self.first.get_or_insert(offset);
        self.count = self.count.saturating_add(1);
    }

    /// Offset of the first one, and a sentence about all of them.
    pub(super) fn defect(&self, place: &str) -> Option<(u64, String)> {
        let text = match self.count {
            1 => format!("One line of the {place} ends with LF alone instead of CRLF."),
            count => format!("{count} lines of the {place} end with LF alone instead of CRLF."),
        };
        self.first.map(|offset| (offset, text))
    }
}
