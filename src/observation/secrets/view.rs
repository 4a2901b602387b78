//! Bytes as somebody else reads them, each of which knows where it comes from.

use super::places::Range;

/// Bytes, and the range of the original that each was made of; an empty one for a byte that was put in.
#[derive(Debug, Default)]
pub(super) struct View {
    pub(super) bytes: Vec<u8>,
    sources: Vec<Range>,
}

impl View {
    /// What a text says with its escapes undone: `%2F` of URLs, `\u002f` and `\/` of JSON. `None` if it has none.
    pub(super) fn unescaped(text: &[u8]) -> Option<Self> {
        memchr::memchr2(b'%', b'\\', text)?;
        let mut view = Self::default();
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            let (byte, length) = escape(text.get(at..).unwrap_or_default()).unwrap_or((byte, 1));
            view.push(byte, at..at + length);
            at += length;
        }
        (view.bytes.len() < text.len()).then_some(view)
    }

    pub(super) fn push(&mut self, byte: u8, source: Range) {
        self.bytes.push(byte);
        self.sources.push(source);
    }

    /// Where the bytes of a range come from; neighbours in one range.
    pub(super) fn sources(&self, range: Range) -> Vec<Range> {
        let mut ranges: Vec<Range> = Vec::new();
        for source in self.sources.get(range).unwrap_or_default().iter().filter(|source| !source.is_empty()) {
            match ranges.last_mut() {
                Some(last) if last.end == source.start => last.end = source.end,
                _ => ranges.push(source.clone()),
            }
        }
        ranges
    }
}

/// The byte that an escape at the beginning of a text stands for, and how long it is.
fn escape(text: &[u8]) -> Option<(u8, usize)> {
    match text {
        [b'%', high, low, ..] => Some((hexadecimal(*high)? << 4 | hexadecimal(*low)?, 3)),
        [b'\\', b'u', b'0', b'0', high, low, ..] => Some((hexadecimal(*high)? << 4 | hexadecimal(*low)?, 6)),
        [b'\\', plain @ (b'/' | b'"' | b'\\'), ..] => Some((*plain, 2)),
        _ => None,
    }
}

fn hexadecimal(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}
