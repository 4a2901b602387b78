//! The places at which secrets stand, as ranges of bytes.

use std::ops;

/// A range of bytes.
pub(super) type Range = ops::Range<usize>;

/// Fields that carry a secret, in lower case. Beside them all whose name has one of [`TELLING`] in it.
const FIELDS: &[&str] = &[
    "authorization",
    "cf-access-jwt-assertion",
    "cookie",
    "dpop",
    "ocp-apim-subscription-key",
    "proxy-authorization",
    "set-cookie",
    "x-amzn-oidc-data",
    "x-functions-key",
    "x-goog-iap-jwt-assertion",
    "x-hub-signature",
    "x-hub-signature-256",
    "x-session-id",
];

/// Parts of names that tell of a secret: `X-Auth-Token`, `X-Amz-Security-Token`, `X-Csrf-Token`, `X-Api-Key`.
const TELLING: &[&str] = &["token", "secret", "password", "passwd", "api-key", "apikey", "credential"];

/// Query parameters that carry a secret, in lower case.
const PARAMETERS: &[&str] = &[
    "access_key",
    "access_token",
    "api-key",
    "api_key",
    "apikey",
    "auth",
    "auth_token",
    "authorization",
    "client_secret",
    "code",
    "credential",
    "id_token",
    "jwt",
    "key",
    "passwd",
    "password",
    "pwd",
    "refresh_token",
    "secret",
    "session",
    "session_id",
    "sessionid",
    "sid",
    "sig",
    "signature",
    "token",
    "x-amz-credential",
    "x-amz-security-token",
    "x-amz-signature",
    "x-goog-credential",
    "x-goog-signature",
];

/// What ends the value of a query parameter, beside white space and controls.
const AFTER_PARAMETER: &[u8] = b"&;#\"'<>,\\";
/// What ends the authority of a URL, beside white space and controls.
const AFTER_AUTHORITY: &[u8] = b"/?#\"'<>\\";

/// The secrets in bytes of a stream: in its field lines, and in the URLs anywhere.
pub(super) fn in_stream(bytes: &[u8]) -> Vec<Range> {
    let mut ranges = in_text(bytes);
    let mut secret_field: Option<&[u8]> = None;
    for line in lines(bytes) {
        let content = bytes.get(line.clone()).unwrap_or_default();
        let folded = content.first().is_some_and(|byte| matches!(byte, b' ' | b'\t'));
        let value = match (folded, memchr::memchr(b':', content)) {
            (true, _) => line.clone(),
            (false, Some(colon)) => {
                let name = content.get(..colon).unwrap_or_default().trim_ascii();
                secret_field = is_secret_field(name).then_some(name);
                line.start + colon + 1..line.end
            }
            (false, None) => {
                secret_field = None;
                continue;
            }
        };
        if let Some(name) = secret_field {
            let inside = in_value(name, bytes.get(value.clone()).unwrap_or_default());
            ranges.extend(inside.into_iter().map(|range| range.start + value.start..range.end + value.start));
        }
    }
    ranges
}

/// The secrets in the value of a field.
pub(super) fn in_field(name: &[u8], value: &[u8]) -> Vec<Range> {
    let mut ranges = in_text(value);
    if is_secret_field(name) {
        ranges.extend(in_value(name, value));
    }
    ranges
}

/// The secrets in a text: in the URLs and queries in it.
pub(super) fn in_text(text: &[u8]) -> Vec<Range> {
    let mut ranges: Vec<Range> = memchr::memmem::find_iter(text, b"://")
        .filter_map(|at| credentials(text, at + 3))
        .flatten()
        .chain(memchr::memchr2_iter(b'?', b'&', text).filter_map(|at| parameter(text, at + 1)))
        .collect();
    ranges.retain(|range| !range.is_empty());
    ranges
}

fn is_secret_field(name: &[u8]) -> bool {
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    FIELDS.contains(&name.as_str()) || TELLING.iter().any(|part| name.contains(part))
}

/// The secret part of the value of a secret field.
fn in_value(name: &[u8], value: &[u8]) -> Vec<Range> {
    if name.eq_ignore_ascii_case(b"cookie") {
        return cookies(value);
    }
    if name.eq_ignore_ascii_case(b"set-cookie") {
        // The first pair is the cookie, the rest are attributes.
        let end = memchr::memchr(b';', value).unwrap_or(value.len());
        return cookies(value.get(..end).unwrap_or(value));
    }
    let all = trimmed(value, 0..value.len());
    let is_credentials =
        name.eq_ignore_ascii_case(b"authorization") || name.eq_ignore_ascii_case(b"proxy-authorization");
    let content = value.get(all.clone()).unwrap_or_default();
    // The scheme tells nothing; `Bearer` where `Basic` is wanted may be the finding.
    let scheme = if is_credentials { memchr::memchr2(b' ', b'\t', content) } else { None };
    let start = scheme.map_or(all.start, |at| all.start + at + 1);
    vec![trimmed(value, start..all.end)]
}

/// The values of `name=value; name=value`; a cookie without a name is all value.
fn cookies(value: &[u8]) -> Vec<Range> {
    let mut ranges = Vec::new();
    let mut start = 0;
    for pair in value.split(|&byte| byte == b';') {
        let from = memchr::memchr(b'=', pair).map_or(start, |at| start + at + 1);
        ranges.push(trimmed(value, from..start + pair.len()));
        start += pair.len() + 1;
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

/// The value of the query parameter whose name begins at `start`, if it is a secret.
fn parameter(text: &[u8], start: usize) -> Option<Range> {
    // In HTML the ampersand is written `&amp;`.
    let start =
        if text.get(start..).is_some_and(|rest| rest.starts_with(b"amp;")) { start + 4 } else { start };
    let pair = until(text, start, AFTER_PARAMETER);
    let equals = memchr::memchr(b'=', pair)?;
    let name = String::from_utf8_lossy(pair.get(..equals)?).to_ascii_lowercase();
    PARAMETERS.contains(&name.as_str()).then_some(start + equals + 1..start + pair.len())
}

/// From `start` to the first byte that is one of `ends`, white space or a control.
fn until<'a>(text: &'a [u8], start: usize, ends: &[u8]) -> &'a [u8] {
    let rest = text.get(start..).unwrap_or_default();
    let end = rest.iter().position(|byte| *byte <= b' ' || *byte == 0x7f || ends.contains(byte));
    end.and_then(|end| rest.get(..end)).unwrap_or(rest)
}

/// The lines without their line ends.
fn lines(bytes: &[u8]) -> impl Iterator<Item = Range> {
    let mut start = 0;
    bytes.split(|&byte| byte == b'\n').map(move |line| {
        let range = start..start + line.strip_suffix(b"\r").unwrap_or(line).len();
        start += line.len() + 1;
        range
    })
}

/// A range without the white space at its ends.
fn trimmed(bytes: &[u8], range: Range) -> Range {
    let content = bytes.get(range.clone()).unwrap_or_default();
    let start = range.start + (content.len() - content.trim_ascii_start().len());
    start..start + content.trim_ascii().len()
}
