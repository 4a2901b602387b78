//! Paragraphs, lists and columns within a width. A [`Page`] takes harmless text only: who puts something from the
//! wire on it has escaped it.

use textwrap::{Options, WordSplitter};
use unicode_width::UnicodeWidthStr;

use super::escape;
use super::style::Style;

/// The narrowest and the widest page.
const WIDTHS: std::ops::RangeInclusive<usize> = 40..=100;

/// Between short pieces of one line.
pub const DOT: &str = " · ";

/// Lines of text within a width, grown from the top.
#[derive(Debug)]
pub struct Page {
    width: usize,
    /// How words are coloured on it.
    pub style: Style,
    lines: Vec<String>,
}

impl Page {
    /// An empty page. The width is kept between 40 and 100 columns: longer lines are hard to read.
    #[must_use]
    pub fn new(width: usize, style: Style) -> Self {
        Self { width: width.clamp(*WIDTHS.start(), *WIDTHS.end()), style, lines: Vec::new() }
    }

    /// Its width.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// One line as it is: a picture, a command. The caller sees to its width.
    pub fn line(&mut self, line: impl Into<String>) {
        let line: String = line.into();
        self.lines.push(line.trim_end().to_owned());
    }

    /// An empty line, unless there is one already or the page is empty.
    pub fn gap(&mut self) {
        if self.lines.last().is_some_and(|last| !last.is_empty()) {
            self.lines.push(String::new());
        }
    }

    /// A heading after a gap.
    pub fn heading(&mut self, text: &str) {
        self.gap();
        for line in wrapped(self.width, "", 2, text) {
            let heading = self.style.heading(&line);
            self.line(heading);
        }
    }

    /// A paragraph, `indent` columns from the left.
    pub fn paragraph(&mut self, indent: usize, text: &str) {
        self.hanging(&" ".repeat(indent), indent, text);
    }

    /// A paragraph that begins with `first` and goes on `indent` columns from the left: a list item, a labelled
    /// line. `first` may be coloured.
    pub fn hanging(&mut self, first: &str, indent: usize, text: &str) {
        for line in wrapped(self.width, first, indent, text) {
            self.line(line);
        }
    }

    /// Short pieces with something between them, such as ` · `; broken between pieces.
    pub fn pieces(&mut self, indent: usize, between: &str, pieces: &[String]) {
        let mut line = String::new();
        for piece in pieces {
            let room = self.width.saturating_sub(indent);
            if !line.is_empty() && columns(&line) + columns(between) + columns(piece) > room {
                self.paragraph(indent, &line);
                line.clear();
            }
            if !line.is_empty() {
                line.push_str(between);
            }
            line.push_str(piece);
        }
        if !line.is_empty() {
            self.paragraph(indent, &line);
        }
    }

    /// Lines that are to be copied: as they are, however long, made harmless one by one.
    pub fn verbatim(&mut self, indent: usize, text: &str) {
        for line in escape::safe_lines(text) {
            let shown = format!("{}{}", " ".repeat(indent), self.style.code(&line));
            self.line(shown);
        }
    }

    /// The whole text; ends with a line end unless it is empty.
    #[must_use]
    pub fn into_text(self) -> String {
        let mut text = self.lines.join("\n");
        text.truncate(text.trim_end().len());
        if !text.is_empty() {
            text.push('\n');
        }
        text
    }
}

/// `text` wrapped to `width`, the first line after `first`, the others indented.
#[must_use]
pub fn wrapped(width: usize, first: &str, indent: usize, text: &str) -> Vec<String> {
    let rest = " ".repeat(indent);
    let options = Options::new(width)
        .initial_indent(first)
        .subsequent_indent(&rest)
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(text.trim_end(), options).into_iter().map(std::borrow::Cow::into_owned).collect()
}

/// How many columns a text takes.
#[must_use]
pub fn columns(text: &str) -> usize {
    textwrap::core::display_width(text)
}

/// `text` with spaces after it up to `width` columns.
#[must_use]
pub fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// `text`, cut to at most `width` columns with an ellipsis.
#[must_use]
pub fn shortened(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut shown = String::new();
    for character in text.chars() {
        let mut buffer = [0; 4];
        if columns(&shown) + UnicodeWidthStr::width(&*character.encode_utf8(&mut buffer)) + 1 > width {
            break;
        }
        shown.push(character);
    }
    shown.push('…');
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_break_between_and_not_within() {
        let mut page = Page::new(40, Style::new(false));
        page.pieces(2, DOT, &["one two three four".into(), "five six seven eight".into(), "nine".into()]);
        assert_eq!(page.into_text(), "  one two three four\n  five six seven eight · nine\n");
    }

    #[test]
    fn a_text_is_shortened_to_columns_and_not_bytes() {
        assert_eq!(shortened("東京都庁", 5), "東京…");
        assert_eq!(shortened("abc", 3), "abc");
    }
}
