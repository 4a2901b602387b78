//! By what the shapes are told apart that stand behind the head, or that matter for where the body ends.

use crate::http1::{Defect, Reading, StreamEnd};
use crate::tolerance::chunk_lines;

/// The line that a defect stands in, without its line end.
fn line<'a>(defect: &Defect, reading: &'a Reading) -> &'a [u8] {
    let before = reading.excerpt(0, defect.offset);
    let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let rest = reading.excerpt(start as u64, u64::MAX);
    let end = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
    let line = rest.get(..end).unwrap_or_default();
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The upstream closed the connection in order.
pub(super) fn is_closed(_: &Defect, reading: &Reading) -> bool {
    reading.end == StreamEnd::Fin
}

/// LF alone after the size of a chunk that has data.
pub(super) fn is_after_chunk_size(_: &Defect, reading: &Reading) -> bool {
    let is_bare = |line: &&[u8]| line.ends_with(b"\n") && !line.ends_with(b"\r\n");
    let has_data =
        |line: &&[u8]| line.iter().any(|byte| matches!(byte, b'1'..=b'9' | b'a'..=b'f' | b'A'..=b'F'));
    chunk_lines(reading).into_iter().filter(is_bare).any(|line| has_data(&line))
}

/// In the body, and neither after the last chunk size alone nor in the empty line after it alone.
pub(super) fn is_before_the_last_lines(defect: &Defect, reading: &Reading) -> bool {
    let behind_head = |end: u64| defect.offset >= end;
    let rest = reading.excerpt(defect.offset, u64::MAX);
    reading.response().is_some_and(|response| behind_head(response.offset.saturating_add(response.head_size)))
        && !matches!(rest, b"\n\r\n" | b"\n")
}

/// In the empty line that ends the body, and nowhere before.
pub(super) fn is_in_the_last_line(defect: &Defect, reading: &Reading) -> bool {
    reading.response().is_some() && reading.excerpt(defect.offset.saturating_sub(3), u64::MAX) == b"0\r\n\n"
}

/// White space alone between a chunk size and the end of its line.
pub(super) fn is_blank(defect: &Defect, reading: &Reading) -> bool {
    let text = line(defect, reading);
    let digits = text.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    digits > 0 && text.get(digits..).is_some_and(|rest| rest.iter().all(|byte| matches!(byte, b' ' | b'\t')))
}

/// White space before a chunk size that is none the worse for it.
pub(super) fn is_blank_before_size(defect: &Defect, reading: &Reading) -> bool {
    let text = line(defect, reading);
    matches!(text, [b' ' | b'\t', ..])
        && !text.trim_ascii().is_empty()
        && text.trim_ascii().iter().all(u8::is_ascii_hexdigit)
}

/// `3;=a`
pub(super) fn is_without_extension_name(defect: &Defect, reading: &Reading) -> bool {
    let text = line(defect, reading);
    text.iter().position(|&byte| byte == b';').is_some_and(|at| text.get(at + 1) == Some(&b'='))
}

/// A trailer line with a good name and something bad in its value that is no CR, or one that continues the line before it.
pub(super) fn is_bad_in_value_or_fold(defect: &Defect, reading: &Reading) -> bool {
    let text = line(defect, reading);
    let name = text.split(|&byte| byte == b':').next().unwrap_or_default();
    let is_named = !name.is_empty() && name.len() < text.len() && name.iter().copied().all(is_token);
    is_fold(defect, reading) || (is_named && !text.contains(&b'\r'))
}

/// A trailer line that begins with white space.
pub(super) fn is_fold(defect: &Defect, reading: &Reading) -> bool {
    matches!(line(defect, reading), [b' ' | b'\t', ..])
}

/// A trailer line with CR in it.
pub(super) fn is_with_bare_cr(defect: &Defect, reading: &Reading) -> bool {
    line(defect, reading).contains(&b'\r')
}

/// A trailer line that a space before the colon, a fold or an empty name makes bad, or a CR in its value.
pub(super) fn is_bad_in_form_only(defect: &Defect, reading: &Reading) -> bool {
    let text = line(defect, reading);
    let Some(colon) = text.iter().position(|&byte| byte == b':') else { return is_fold(defect, reading) };
    let (name, value) = text.split_at(colon);
    let is_plain = |byte: &u8| matches!(byte, b'\t' | b'\r' | b' '..=b'~' | 0x80..);
    name.iter().all(|byte| *byte == b' ' || is_token(*byte)) && value.iter().all(is_plain)
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// The coding of the content is another than gzip alone.
pub(super) fn is_no_gzip(_: &Defect, reading: &Reading) -> bool {
    let is_gzip = |text: &str| text.trim().eq_ignore_ascii_case("gzip");
    reading.response().is_some_and(|response| !response.text("Content-Encoding").is_some_and(is_gzip))
}

/// A length of several fields, of which the first is a number.
pub(super) fn has_a_good_first_length(_: &Defect, reading: &Reading) -> bool {
    let Some(response) = reading.response() else { return false };
    let mut values = response.values("Content-Length").map(|value| value.0.trim_ascii());
    let is_number = |value: &[u8]| !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    values.next().is_some_and(is_number) && values.next().is_some()
}

/// One number, written in several ways: `3` and `03`.
pub(super) fn is_written_in_several_ways(_: &Defect, reading: &Reading) -> bool {
    let Some(response) = reading.response() else { return false };
    let mut values = response.values("Content-Length").map(|value| value.0.trim_ascii());
    values.next().is_some_and(|first| values.any(|value| value != first))
}

/// `chunked` is among the codings, as it is or with a parameter.
pub(super) fn has_chunked(_: &Defect, reading: &Reading) -> bool {
    codings(reading).iter().any(|coding| {
        let name = coding.split(|&byte| byte == b';').next().unwrap_or_default();
        name.trim_ascii().eq_ignore_ascii_case(b"chunked")
    })
}

/// `chunked;q=1`
pub(super) fn is_chunked_with_parameter(_: &Defect, reading: &Reading) -> bool {
    codings(reading)
        .iter()
        .any(|coding| coding.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"chunked;")))
}

fn codings(reading: &Reading) -> Vec<&[u8]> {
    let Some(response) = reading.response() else { return Vec::new() };
    let values = response.values("Transfer-Encoding");
    values.flat_map(|value| value.0.split(|&byte| byte == b',')).map(<[u8]>::trim_ascii).collect()
}

/// NUL in the reason phrase.
pub(super) fn is_nul(defect: &Defect, reading: &Reading) -> bool {
    reading.excerpt(defect.offset, defect.length).contains(&0)
}
