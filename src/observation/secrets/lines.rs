//! The secrets in field lines.

use super::places::{self, Range};
use super::view::View;
use crate::plan::telling;

/// Attributes of a cookie (RFC 6265 section 4.1.1 and later drafts), in lower case.
const ATTRIBUTES: &[&str] =
    &["domain", "expires", "httponly", "max-age", "partitioned", "path", "priority", "samesite", "secure"];

/// The secrets in bytes of a stream: in its field lines, and in the texts anywhere.
pub(super) fn in_stream(bytes: &[u8]) -> Vec<Range> {
    let mut ranges = places::in_text(bytes);
    let mut pending: Option<Pending> = None;
    for (line, continues) in lines(bytes) {
        let content = bytes.get(line.clone()).unwrap_or_default();
        if let (true, Some(pending)) = (continues, &mut pending) {
            pending.add(bytes, line);
            continue;
        }
        ranges.extend(pending.take().into_iter().flat_map(Pending::secrets));
        if let Some((name, value)) = secret_field(content) {
            let mut begun = Pending { name, value: View::default() };
            begun.add(bytes, line.start + value..line.end);
            pending = Some(begun);
        }
    }
    ranges.extend(pending.into_iter().flat_map(Pending::secrets));
    ranges
}

/// The secrets in the value of a field.
pub(super) fn in_field(name: &[u8], value: &[u8]) -> Vec<Range> {
    let mut ranges = places::in_text(value);
    if is_secret(name) {
        ranges.extend(in_value(name, value));
    }
    ranges
}

/// A field that carries a secret, as far as its lines have come.
struct Pending<'a> {
    name: &'a [u8],
    value: View,
}

impl Pending<'_> {
    /// Adds a line as the reader does: a fold becomes a space.
    fn add(&mut self, bytes: &[u8], line: Range) {
        let line = trimmed(bytes, line);
        if !self.value.bytes.is_empty() {
            self.value.push(b' ', 0..0);
        }
        for (&byte, at) in bytes.get(line.clone()).unwrap_or_default().iter().zip(line.start..) {
            self.value.push(byte, at..at + 1);
        }
    }

    fn secrets(self) -> Vec<Range> {
        let ranges = in_value(self.name, &self.value.bytes);
        ranges.into_iter().flat_map(|range| self.value.sources(range)).collect()
    }
}

/// The name of the secret field in a line, and where its value begins. Without a colon the name may end with its
/// first word: then it is a known one.
fn secret_field(line: &[u8]) -> Option<(&[u8], usize)> {
    if let Some(colon) = memchr::memchr(b':', line) {
        let name = line.get(..colon)?.trim_ascii();
        return is_secret(name).then_some((name, colon + 1));
    }
    let start = line.len() - line.trim_ascii_start().len();
    let end = start + memchr::memchr2(b' ', b'\t', line.get(start..)?)?;
    let name = line.get(start..end)?;
    (kind(name) != Kind::Other).then_some((name, end))
}

/// A name with anything but the bytes of a name in it is rather a text, in which short words mean little.
fn is_secret(name: &[u8]) -> bool {
    let is_name = name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte));
    if is_name {
        telling::field(name) || kind(name) == Kind::Challenge
    } else {
        telling::text(name) || kind(name) != Kind::Other
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Credentials,
    Cookie,
    SetCookie,
    /// Secret only where the scheme goes on with a token instead of parameters (RFC 4559 section 4).
    Challenge,
    Other,
}

/// What the value of a field is made of; bytes that no name may have in it are passed over.
fn kind(name: &[u8]) -> Kind {
    let name: Vec<u8> =
        name.iter().filter(|byte| byte.is_ascii_graphic()).map(u8::to_ascii_lowercase).collect();
    match name.as_slice() {
        b"authorization" | b"proxy-authorization" => Kind::Credentials,
        b"cookie" => Kind::Cookie,
        b"set-cookie" => Kind::SetCookie,
        b"www-authenticate" | b"proxy-authenticate" => Kind::Challenge,
        _ => Kind::Other,
    }
}

/// The secret part of the value of a secret field.
fn in_value(name: &[u8], value: &[u8]) -> Vec<Range> {
    let kind = kind(name);
    match kind {
        Kind::Cookie => return cookies(value, |_, _| true),
        // The first pair is the cookie; of the rest, attributes are no secret.
        Kind::SetCookie => return cookies(value, |index, pair| index == 0 || !is_attribute(pair)),
        Kind::Challenge if !has_token(value) => return Vec::new(),
        Kind::Credentials | Kind::Challenge | Kind::Other => {}
    }
    let all = trimmed(value, 0..value.len());
    let content = value.get(all.clone()).unwrap_or_default();
    // The scheme tells nothing; `Bearer` where `Basic` is wanted may be the finding.
    let scheme = if matches!(kind, Kind::Credentials | Kind::Challenge) {
        memchr::memchr2(b' ', b'\t', content)
    } else {
        None
    };
    let start = scheme.map_or(all.start, |at| all.start + at + 1);
    let secret = trimmed(value, start..all.end);
    if secret.is_empty() { Vec::new() } else { vec![secret] }
}

/// Whether a challenge is one of the schemes whose tokens go on in responses.
fn has_token(value: &[u8]) -> bool {
    let scheme = value.trim_ascii().split(u8::is_ascii_whitespace).next().unwrap_or_default();
    ["negotiate", "ntlm", "kerberos"].iter().any(|known| scheme.eq_ignore_ascii_case(known.as_bytes()))
}

/// The values of those of `name=value; name=value` that are wanted; a cookie without a name is all value.
fn cookies(value: &[u8], wanted: impl Fn(usize, &[u8]) -> bool) -> Vec<Range> {
    let mut ranges = Vec::new();
    let mut start = 0;
    for (index, pair) in value.split(|&byte| byte == b';').enumerate() {
        let from = memchr::memchr(b'=', pair).map_or(start, |at| start + at + 1);
        if wanted(index, pair) {
            ranges.push(trimmed(value, from..start + pair.len()));
        }
        start += pair.len() + 1;
    }
    ranges.retain(|range| !range.is_empty());
    ranges
}

/// Whether it is an attribute and nothing else: not also the next cookie, behind a comma.
fn is_attribute(pair: &[u8]) -> bool {
    let mut parts = pair.split(|&byte| byte == b'=');
    let name = parts.next().unwrap_or_default().trim_ascii();
    name.is_empty() && pair.trim_ascii().is_empty()
        || parts.nth(1).is_none()
            && ATTRIBUTES.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

/// The lines without their line ends, and whether each can go on with the one before: because it begins with white
/// space, or because there is but a CR between them, which for some is a line end.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (Range, bool)> {
    let mut start = 0;
    bytes.split(|&byte| byte == b'\n').flat_map(move |line| {
        let mut from = start;
        start += line.len() + 1;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        line.split(|&byte| byte == b'\r').enumerate().map(move |(index, piece)| {
            let range = from..from + piece.len();
            from = range.end + 1;
            (range, index > 0 || piece.first().is_some_and(|byte| matches!(byte, b' ' | b'\t')))
        })
    })
}

/// A range without the white space at its ends.
fn trimmed(bytes: &[u8], range: Range) -> Range {
    let content = bytes.get(range.clone()).unwrap_or_default();
    let start = range.start + (content.len() - content.trim_ascii_start().len());
    start..start + content.trim_ascii().len()
}
