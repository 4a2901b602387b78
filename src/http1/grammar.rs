//! The character classes and small rules of RFC 9110 section 5.6 and RFC 9112 that every part of the reader
//! shares, and the way wire bytes are quoted in a sentence. Pure functions of bytes.

use super::WireBytes;

/// `tchar` (RFC 9110 section 5.6.2): what a token, such as a field name, is made of.
pub(super) fn is_tchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// SP or HTAB: what `OWS`, `RWS` and `BWS` are made of (RFC 9110 section 5.6.3).
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// A control character that no field value and no reason phrase may hold: HTAB may stand in both.
pub(super) fn is_control(byte: u8) -> bool {
    byte.is_ascii_control() && byte != b'\t'
}

/// The bytes without the white space before and after them.
pub(super) fn trim(bytes: &[u8]) -> &[u8] {
    trim_end(trim_start(bytes))
}

/// The bytes without the white space before them.
pub(super) fn trim_start(mut bytes: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = bytes
        && is_blank(*first)
    {
        bytes = rest;
    }
    bytes
}

/// The bytes without the white space after them.
pub(super) fn trim_end(mut bytes: &[u8]) -> &[u8] {
    while let [rest @ .., last] = bytes
        && is_blank(*last)
    {
        bytes = rest;
    }
    bytes
}

/// Splits at the first byte for which `ends` holds; that byte begins the second part.
pub(super) fn split_where(bytes: &[u8], ends: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    let at = bytes.iter().position(|&byte| ends(byte)).unwrap_or(bytes.len());
    bytes.split_at_checked(at).unwrap_or((bytes, b""))
}

/// The bytes from `at` on; nothing if there are none.
pub(super) fn from(bytes: &[u8], at: usize) -> &[u8] {
    bytes.get(at..).unwrap_or_default()
}

/// The first bytes, at most `most` of them.
pub(super) fn first(bytes: &[u8], most: usize) -> &[u8] {
    bytes.get(..most).unwrap_or(bytes)
}

/// The members of a comma-separated list (RFC 9110 section 5.6.1), without the empty ones.
pub(super) fn list(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|&byte| byte == b',').map(trim).filter(|member| !member.is_empty())
}

/// How long a `token` or a `quoted-string` at the beginning of `bytes` is; `None` if there is neither.
pub(super) fn token_or_quoted_string(bytes: &[u8]) -> Option<usize> {
    if bytes.first() == Some(&b'"') { quoted_string(bytes) } else { token(bytes) }
}

/// How long a `token` at the beginning of `bytes` is.
pub(super) fn token(bytes: &[u8]) -> Option<usize> {
    let length = bytes.iter().take_while(|&&byte| is_tchar(byte)).count();
    (length > 0).then_some(length)
}

/// RFC 9110 section 5.6.4: `quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE`.
fn quoted_string(bytes: &[u8]) -> Option<usize> {
    let mut escaped = false;
    for (at, &byte) in bytes.iter().enumerate().skip(1) {
        match byte {
            _ if is_control(byte) => return None,
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Wire bytes in double quotes, escaped, for a sentence; long ones are cut at 60 bytes.
pub(super) fn quoted(bytes: &[u8]) -> String {
    const MOST: usize = 60;
    let cut = if bytes.len() > MOST { "..." } else { "" };
    format!("\"{}{cut}\"", WireBytes::from(first(bytes, MOST)))
}

/// One byte for a sentence: `a space`, `"("` or `0x07`.
pub(super) fn shown_byte(byte: u8) -> String {
    match byte {
        b' ' => "a space".to_owned(),
        b'\t' => "a tab".to_owned(),
        _ if byte.is_ascii_graphic() => format!("\"{}\"", char::from(byte)),
        _ => format!("the byte 0x{byte:02x}"),
    }
}

/// `1 byte`, `2 bytes`.
pub(super) fn counted(count: u64, singular: &str) -> String {
    if count == 1 { format!("1 {singular}") } else { format!("{count} {singular}s") }
}

/// A length as an offset in a stream.
pub(super) fn wide(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// A stream length as a length in memory, as large as that can be.
pub(super) fn narrow(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_string_ends_at_the_first_quote_that_is_not_escaped() {
        assert_eq!(token_or_quoted_string(br#""a\"b" rest"#), Some(6));
        assert_eq!(token_or_quoted_string(br#""never closed"#), None);
        assert_eq!(token_or_quoted_string(b"token;x"), Some(5));
        assert_eq!(token_or_quoted_string(b" "), None);
    }

    #[test]
    fn trimming_takes_spaces_and_tabs_only() {
        assert_eq!(trim(b" \t a b\r \t"), b"a b\r");
        assert_eq!(trim(b" \t "), b"");
    }
}
