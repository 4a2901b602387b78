//! Makes text from strangers harmless before it is shown.
//!
//! Bytes from the wire are [`crate::http1::WireBytes`] and escape themselves. What arrives here as a `String` (a
//! certificate's subject, the kernel's words, a recording that somebody sent) keeps its letters, of whatever
//! script, and loses what steers a terminal or reorders a line: control characters, bidirectional controls, and
//! characters that take no room.

use std::borrow::Cow;
use std::fmt::Write;

use crate::figures;

/// How long a mask is shown as it is. It has a star for each byte, so that places in what is masked stay true.
const LONGEST_MASK: usize = 32;
/// What is shown of a longer one.
const BEGINNING: &str = "********";

/// `text` on one line, with everything that could steer a terminal or mislead the eye written out, and the mask of a long
/// secret shortened.
#[must_use]
pub fn safe(text: &str) -> Cow<'_, str> {
    match without_long_masks(text) {
        Cow::Borrowed(text) => harmless(text),
        Cow::Owned(text) => Cow::Owned(harmless(&text).into_owned()),
    }
}

/// `text` with the beginning and the size of each long mask in its place.
fn without_long_masks(text: &str) -> Cow<'_, str> {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('*') {
        let after = rest.get(start..).unwrap_or_default();
        let length = after.bytes().take_while(|&byte| byte == b'*').count();
        if length > LONGEST_MASK {
            shown.push_str(rest.get(..start).unwrap_or_default());
            let _ = write!(shown, "{BEGINNING}\u{2026} ({})", figures::bytes(length as u64));
        } else {
            shown.push_str(rest.get(..start + length).unwrap_or_default());
        }
        rest = after.get(length..).unwrap_or_default();
    }
    if shown.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(shown + rest) }
}

fn harmless(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_harmless) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\r' => shown.push_str("\\r"),
            '\n' => shown.push_str("\\n"),
            '\t' => shown.push_str("\\t"),
            plain if is_harmless(plain) => shown.push(plain),
            // Writing to a String does not fail.
            low if u32::from(low) < 0x100 => {
                let _ = write!(shown, "\\x{:02x}", u32::from(low));
            }
            other => {
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(other));
            }
        }
    }
    Cow::Owned(shown)
}

/// The lines of `text`, each made harmless; for what is a block of its own, such as lines of configuration.
pub fn safe_lines(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    text.lines().map(safe)
}

/// Whether a character shows itself and nothing else.
#[must_use]
pub fn is_harmless(character: char) -> bool {
    !character.is_control() && !is_format(character)
}

/// Characters that are not seen: they reorder (Unicode bidirectional algorithm), join, vary or separate.
fn is_format(character: char) -> bool {
    matches!(
        u32::from(character),
        0xad | 0x34f
            | 0x600..=0x605
            | 0x61c
            | 0x6dd
            | 0x70f
            | 0x115f..=0x1160
            | 0x17b4..=0x17b5
            | 0x180b..=0x180f
            | 0x200b..=0x200f
            | 0x2028..=0x202e
            | 0x2060..=0x206f
            | 0x3164
            | 0xfe00..=0xfe0f
            | 0xfeff
            | 0xffa0
            | 0xfff0..=0xfffb
            | 0x1_bca0..=0x1_bca3
            | 0x1_d173..=0x1_d17a
            | 0xe_0000..=0xe_ffff
            | 0xf_0000..=0x10_ffff
    ) || (0xe000..=0xf8ff).contains(&u32::from(character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_any_script_stay() {
        assert!(matches!(safe("Zertifikat für Süd, 東京"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_long_mask_is_shown_by_its_beginning_and_its_size() {
        let command = format!("-H 'Cookie: {}' -H 'A: ***'", "*".repeat(40_000));
        assert_eq!(safe(&command), "-H 'Cookie: ********\u{2026} (40,000 bytes)' -H 'A: ***'");
        assert_eq!(safe("a ** b"), "a ** b");
    }

    #[test]
    fn what_steers_a_terminal_or_the_eye_is_written_out() {
        assert_eq!(safe("a\u{1b}[2Jb\r\n\u{9b}c\u{7f}"), "a\\x1b[2Jb\\r\\n\\x9bc\\x7f");
        assert_eq!(safe("gpj\u{202e}exe\u{200b}"), "gpj\\u{202e}exe\\u{200b}");
    }
}
