//! The places at which secrets stand, as ranges of bytes: in URLs and queries, in forms, in members of JSON.
//! Those in field lines are found by [`lines`](super::lines).

use std::ops;

use super::view::View;
use crate::plan::telling;

/// A range of bytes.
pub(super) type Range = ops::Range<usize>;

/// What a parameter can follow, beside the beginning of a text: in a query, in a fragment, in a path
/// (`;jsessionid=`), in a form at the beginning of a line or in quotes.
const BEFORE_PARAMETER: &[u8] = b"?&#;\r\n\"'";
/// What ends the value of a query parameter, beside white space and controls.
const AFTER_PARAMETER: &[u8] = b"&;#\"'<>,\\";
/// What ends the authority of a URL, beside white space and controls.
const AFTER_AUTHORITY: &[u8] = b"/?#\"'<>\\";
/// What ends a member of JSON that is no string, beside white space and controls.
const AFTER_MEMBER: &[u8] = b",]}\"";
/// Longer names are none.
const LONGEST_NAME: usize = 128;

/// The secrets in a text: as it stands, and with its escapes undone.
pub(super) fn in_text(text: &[u8]) -> Vec<Range> {
    let mut ranges = in_plain(text);
    if let Some(view) = View::unescaped(text) {
        ranges.extend(in_plain(&view.bytes).into_iter().flat_map(|range| view.sources(range)));
    }
    ranges
}

fn in_plain(text: &[u8]) -> Vec<Range> {
    let mut ranges: Vec<Range> = memchr::memmem::find_iter(text, b"://")
        .filter_map(|at| credentials(text, at + 3))
        .flatten()
        .chain(memchr::memchr_iter(b':', text).filter_map(|at| member(text, at)))
        .collect();
    let mut end = 0;
    for start in parameter_starts(text) {
        // Within a value there is nothing more to find; to look would take time without bound.
        if let Some(range) = (start >= end).then(|| parameter(text, start)).flatten() {
            end = range.end;
            ranges.push(range);
        }
    }
    ranges.retain(|range| !range.is_empty());
    ranges
}

/// User and password of the authority that begins at `start`.
fn credentials(text: &[u8], start: usize) -> Option<[Range; 2]> {
    let authority = until(text, start, AFTER_AUTHORITY);
    let end = memchr::memrchr(b'@', authority)?;
    let colon = memchr::memchr(b':', authority).map_or(end, |colon| colon.min(end));
    Some([start..start + colon, start + end.min(colon + 1)..start + end])
}

fn parameter_starts(text: &[u8]) -> impl Iterator<Item = usize> {
    let after = text.iter().zip(1..).filter(|(byte, _)| BEFORE_PARAMETER.contains(byte)).map(|(_, at)| at);
    std::iter::once(0).chain(after)
}

/// The value of the parameter whose name begins at `start`, if it is a secret.
fn parameter(text: &[u8], start: usize) -> Option<Range> {
    let rest = text.get(start..)?;
    let rest = rest.get(..LONGEST_NAME).unwrap_or(rest);
    let length = rest.iter().position(|byte| !byte.is_ascii_graphic() || b"=&;#?\"'<>\\:,".contains(byte))?;
    if rest.get(length) != Some(&b'=') || !telling::parameter(rest.get(..length)?) {
        return None;
    }
    let value = start + length + 1;
    let mut secret = until(text, value, AFTER_PARAMETER);
    if start.checked_sub(1).and_then(|before| text.get(before)) == Some(&b';') {
        // Behind a parameter of the path comes the query.
        secret = secret.split(|&byte| byte == b'?').next().unwrap_or_default();
    }
    Some(value..value + secret.len())
}

/// The value of the member of JSON whose colon stands at `colon`, if it is a secret: a string without its quotes,
/// or a number.
fn member(text: &[u8], colon: usize) -> Option<Range> {
    let before = text.get(colon.saturating_sub(LONGEST_NAME)..colon)?.trim_ascii_end().strip_suffix(b"\"")?;
    let name = before.get(memchr::memrchr(b'"', before)? + 1..)?;
    if !telling::field(name) {
        return None;
    }
    let rest = text.get(colon + 1..)?;
    // White space without end is no JSON that anybody wrote.
    let blank = rest.iter().take(LONGEST_NAME).take_while(|byte| byte.is_ascii_whitespace()).count();
    let start = colon + 1 + blank;
    match text.get(start)? {
        b'"' => Some(start + 1..start + 1 + string(text.get(start + 1..)?)),
        b'[' | b'{' => None,
        _ => Some(start..start + until(text, start, AFTER_MEMBER).len()),
    }
}

/// How far it is to the quote that ends a string, or to the end of the line.
fn string(text: &[u8]) -> usize {
    let mut escaped = false;
    let end = text.iter().position(|byte| {
        let ends = matches!(byte, b'\r' | b'\n') || *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    end.unwrap_or(text.len())
}

/// From `start` to the first byte that is one of `ends`, white space or a control.
fn until<'a>(text: &'a [u8], start: usize, ends: &[u8]) -> &'a [u8] {
    let rest = text.get(start..).unwrap_or_default();
    let end = rest.iter().position(|byte| *byte <= b' ' || *byte == 0x7f || ends.contains(byte));
    end.and_then(|end| rest.get(..end)).unwrap_or(rest)
}
