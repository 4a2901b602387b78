//! A response as a compiler shows source: the lines around a place, and a mark under the bytes meant.
//!
//! Bytes are escaped first, and columns are counted in what is shown, so that the mark stands under the right place
//! whatever the stranger sent. A line end of CR LF is not shown unless the mark touches it; any other is.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::layout::{Page, columns, shortened};
use crate::figures;
use crate::http1::{Defect, Reading, WireBytes};

/// How many lines are shown before and after the one with the mark.
const AROUND: usize = 2;
/// How much of a long line is shown before the mark, at least.
const CONTEXT: usize = 16;

/// A place in the bytes of a response, and how to call it.
#[derive(Debug)]
pub struct Marked<'a> {
    /// What was read.
    pub reading: &'a Reading,
    /// What the bytes are, such as `direct response`.
    pub origin: String,
    /// Offset of the first byte meant.
    pub offset: u64,
    /// How many are meant; 0 where something is missing.
    pub length: u64,
    /// A few words beside the mark.
    pub label: String,
}

/// A few words on a defect, to stand beside a mark: `space-before-colon, RFC 9112 5.1`.
#[must_use]
pub fn label(defect: &Defect) -> String {
    format!("{}, RFC {}", defect.code.name(), super::escape::safe(&defect.section))
}

/// Draws the place. Where its bytes were not kept, one line says where it is.
pub fn draw(page: &mut Page, indent: usize, marked: &Marked<'_>) {
    let place = place(marked);
    let Some(view) = View::of(marked, page.width().saturating_sub(indent)) else {
        page.paragraph(indent, &format!("at {place} (these bytes were not kept)"));
        return;
    };
    let mark = AnnotationKind::Primary.span(view.mark.clone()).label(view.label.clone());
    let source =
        Snippet::source(view.source.clone()).line_start(view.first_line).fold(false).annotation(mark);
    let group = Group::with_level(Level::ERROR).element(source);
    let renderer = if page.style.has_colour() { Renderer::styled() } else { Renderer::plain() };
    let origin = format!("{}--> ", " ".repeat(indent + view.digits));
    page.hanging(&origin, indent + view.digits + 4, &place);
    // Lines are already cut to the width, around the mark.
    for line in renderer.term_width(usize::from(u16::MAX)).render(&[group]).lines() {
        page.line(format!("{}{line}", " ".repeat(indent)));
    }
}

fn place(marked: &Marked<'_>) -> String {
    let Marked { origin, offset, length, .. } = marked;
    match length {
        0 | 1 => format!("{origin}, byte {offset}"),
        more => format!("{origin}, bytes {offset} to {}", offset.saturating_add(more - 1)),
    }
}

/// What is shown: some lines, where the first one stands, and the mark as a range of the shown text.
struct View {
    source: String,
    first_line: usize,
    mark: Range<usize>,
    label: String,
    /// How many columns the largest line number takes.
    digits: usize,
}

impl View {
    fn of(marked: &Marked<'_>, width: usize) -> Option<Self> {
        let bytes = marked.reading.bytes.0.as_slice();
        let at = usize::try_from(marked.offset).ok().filter(|&at| at <= bytes.len())?;
        let lines = lines(bytes);
        let chosen = lines.iter().rposition(|line| line.start <= at)?;
        let near = section(marked.reading, at);
        let shown = chosen.saturating_sub(AROUND)..(chosen + AROUND + 1).min(lines.len());
        let shown: Vec<usize> = shown
            .filter(|&index| {
                index == chosen || lines.get(index).is_some_and(|line| near.contains(&line.start))
            })
            .filter(|&index| {
                index <= chosen || lines.get(index).is_some_and(|line| says_something(bytes, line))
            })
            .collect();
        let first = *shown.first()?;
        let digits = shown.last().map_or(1, |last| (last + 1).to_string().len());
        // "12 | " before each line.
        let room = width.saturating_sub(digits + 3).max(20);
        let mut view =
            Self { source: String::new(), first_line: first + 1, mark: 0..0, label: String::new(), digits };
        for index in shown {
            let line = lines.get(index)?.clone();
            if !view.source.is_empty() || index > first {
                view.source.push('\n');
            }
            if index == chosen {
                view.push_marked(bytes, line, at, marked, room);
            } else {
                let text = bytes.get(without_crlf(bytes, line)).unwrap_or_default();
                view.source.push_str(&beginning(text, room));
            }
        }
        Some(view)
    }

    /// The line with the mark, cut on both sides where it is too long.
    fn push_marked(&mut self, bytes: &[u8], line: Range<usize>, at: usize, marked: &Marked<'_>, room: usize) {
        let length = usize::try_from(marked.length).unwrap_or(usize::MAX);
        let until = at.saturating_add(length).min(line.end);
        let mut seen = without_crlf(bytes, line.clone());
        if until > seen.end || at > seen.end {
            seen = line;
        }
        let part = |range: Range<usize>| bytes.get(range).unwrap_or_default();
        let (before, under, after) = (part(seen.start..at), part(at..until), part(until..seen.end));
        self.label.clone_from(&marked.label);
        if at.saturating_add(length) > until && length > 1 {
            let separator = if self.label.is_empty() { "" } else { ", " };
            self.label =
                format!("{}{separator}{} in all", self.label, figures::bytes_and_mebibytes(marked.length));
        }
        self.label = shortened(&self.label, (room / 2).saturating_sub(1));
        let beside = room.saturating_sub(columns(&self.label) + 1);
        let under = beginning(under, beside.saturating_sub(before.len().min(CONTEXT)).max(DOTS.len() + 1));
        let before = ending(before, beside.saturating_sub(under.len().max(1)));
        let start = self.source.len() + before.len();
        self.mark = start..start + under.len();
        let after = beginning(after, room.saturating_sub(before.len() + under.len()));
        self.source.extend([before, under, after]);
        // An empty line at the end would be none, and the mark stand at the end of the line before it.
        if self.source.len() == start {
            self.source.push(' ');
        }
    }
}

/// The lines of a stream with their line ends; an empty one at the end if the last is ended.
fn lines(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', bytes) {
        lines.push(start..end + 1);
        start = end + 1;
    }
    lines.push(start..bytes.len());
    lines
}

/// The head or the body that a byte belongs to: what is around it is shown as far as this goes.
fn section(reading: &Reading, at: usize) -> Range<usize> {
    let index = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX);
    let mut body = 0;
    for message in &reading.messages {
        let head = index(message.offset)..index(message.offset.saturating_add(message.head_size));
        // A cut head ends at its last byte, and the place of what is missing is just behind it.
        if head.contains(&at) || (!message.head_complete && at >= head.start) {
            return head.start..head.end.saturating_add(usize::from(!message.head_complete));
        }
        body = head.end;
    }
    body..usize::MAX
}

/// Whether a line after the one with the mark is worth showing: not the empty one at the end of a head.
fn says_something(bytes: &[u8], line: &Range<usize>) -> bool {
    !without_crlf(bytes, line.clone()).is_empty()
}

fn without_crlf(bytes: &[u8], line: Range<usize>) -> Range<usize> {
    match bytes.get(line.clone()) {
        Some([.., b'\r', b'\n']) => line.start..line.end - 2,
        _ => line,
    }
}

/// What is left out at a side.
const DOTS: &str = "...";

/// The beginning of some bytes, escaped, in at most `room` columns. Cut between bytes, never within an escape.
fn beginning(bytes: &[u8], room: usize) -> String {
    fitting(bytes.iter(), bytes.len(), room, |kept, dots| kept.concat() + dots)
}

/// The end of some bytes, likewise.
fn ending(bytes: &[u8], room: usize) -> String {
    fitting(bytes.iter().rev(), bytes.len(), room, |kept, dots| {
        let kept: Vec<String> = kept.iter().rev().cloned().collect();
        dots.to_owned() + &kept.concat()
    })
}

fn fitting<'a>(
    bytes: impl Iterator<Item = &'a u8>,
    count: usize,
    room: usize,
    join: impl Fn(&[String], &str) -> String,
) -> String {
    let mut kept: Vec<String> = Vec::new();
    let mut taken = 0;
    // No byte takes less than a column, so that one more than there is room for is enough to know.
    for &byte in bytes.take(room + 1) {
        let shown = WireBytes(vec![byte]).to_string();
        taken += shown.len();
        kept.push(shown);
    }
    if taken <= room && kept.len() == count {
        return join(&kept, "");
    }
    let dots = DOTS.get(..room.min(DOTS.len())).unwrap_or_default();
    while taken + dots.len() > room {
        let Some(last) = kept.pop() else { break };
        taken -= last.len();
    }
    join(&kept, dots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_bytes_are_cut_between_escapes() {
        assert_eq!(beginning(b"ab\x00cdefgh", 9), "ab\\x00...");
        assert_eq!(beginning(b"ab\x00cdefgh", 8), "ab...");
        assert_eq!(ending(b"abcdef\x00gh", 9), "...\\x00gh");
        assert_eq!(ending(b"abcdef\x00gh", 8), "...gh");
        assert_eq!(beginning(b"abc", 3), "abc");
        assert_eq!(beginning(b"abcd", 2), "..");
    }
}
