//! A response as a compiler shows source: the lines around a place, and a mark under the bytes meant.
//!
//! Bytes are escaped first, and columns are counted in what is shown, so that the mark stands under the right place
//! whatever the stranger sent. A line end of CR LF is not shown unless the mark touches it; any other is.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::layout::{Page, shortened};
use super::units;
use crate::http1::{Defect, Reading, WireBytes};

/// How many lines are shown before and after the one with the mark.
const AROUND: usize = 2;

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
    let group = Group::with_level(Level::ERROR).element(Origin::path(place)).element(source);
    let renderer = if page.style.has_colour() { Renderer::styled() } else { Renderer::plain() };
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
            Self { source: String::new(), first_line: first + 1, mark: 0..0, label: String::new() };
        for index in shown {
            let line = lines.get(index)?.clone();
            if !view.source.is_empty() || index > first {
                view.source.push('\n');
            }
            if index == chosen {
                view.push_marked(bytes, line, at, marked, room);
            } else {
                let text = escaped(bytes.get(without_crlf(bytes, line)).unwrap_or_default());
                view.source.push_str(&cut_off(&text, room));
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
        let part = |range: Range<usize>| escaped(bytes.get(range).unwrap_or_default());
        let before = part(seen.start..at);
        let under = part(at..until);
        let after = part(until..seen.end);
        let shown_of_mark = under.len().max(1);

        let label_room = room / 2;
        self.label = shortened(&marked.label, label_room.saturating_sub(1));
        let label = super::layout::columns(&self.label) + 1;
        let under = cut_off(&under, room.saturating_sub(label).saturating_sub(8).max(4));
        // The longest beginning of the line that leaves room for mark and label.
        let room_before = room.saturating_sub(label + shown_of_mark.min(under.len().max(1)));
        let before = cut_front(&before, room_before);
        let start = self.source.len() + before.len();
        self.mark = start..start + under.len();
        let room_after = room.saturating_sub(before.len() + under.len());
        self.source.push_str(&before);
        self.source.push_str(&under);
        self.source.push_str(&cut_off(&after, room_after));
        if at.saturating_add(length) > until && length > 1 {
            let total = format!("{} ({} in all)", self.label, units::bytes(marked.length));
            if super::layout::columns(&total) + 1 + before.len() + shown_of_mark.min(room) <= room {
                self.label = total;
            }
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

fn escaped(bytes: &[u8]) -> String {
    WireBytes::from(bytes).to_string()
}

/// What is left out at a side.
const DOTS: &str = "...";

/// The beginning of an ASCII text.
fn cut_off(text: &str, room: usize) -> String {
    if text.len() <= room {
        return text.to_owned();
    }
    let kept = room.saturating_sub(DOTS.len());
    format!("{}{DOTS}", text.get(..kept).unwrap_or_default())
}

/// The end of an ASCII text.
fn cut_front(text: &str, room: usize) -> String {
    if text.len() <= room {
        return text.to_owned();
    }
    let kept = room.saturating_sub(DOTS.len());
    format!("{DOTS}{}", text.get(text.len() - kept..).unwrap_or_default())
}
