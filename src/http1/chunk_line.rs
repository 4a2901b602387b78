//! The line before chunk data (RFC 9112 section 7.1): `chunk-size [ chunk-ext ]`. Pure functions of bytes.

use super::grammar::{from, is_blank, quoted, split_where, token, token_or_quoted_string, trim_start};

/// No chunk is larger than this.
const LARGEST: u64 = i64::MAX.unsigned_abs();

/// More digits than this are no size, even if all of them are zeros.
const MOST_DIGITS: usize = 4095;

/// What stands where a chunk size should.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Size {
    /// A size of so many digits, which nothing can make longer.
    Good { size: u64, length: usize },
    /// A size of so many digits, at the end of the bytes: in a line that is not whole, digits may follow.
    Open { size: u64, length: usize },
    /// Something else, of that length; or digits that stand for too much.
    Bad { length: usize, overflow: bool },
}

/// `chunk-size = 1*HEXDIG`, at the beginning of a line.
pub(super) fn size(line: &[u8]) -> Size {
    let (word, rest) = split_where(line, |byte| is_blank(byte) || matches!(byte, b';' | b'\r'));
    let digits = word.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    if digits < word.len() || (word.is_empty() && !line.is_empty()) {
        return Size::Bad { length: word.len().max(1), overflow: false };
    }
    if digits > MOST_DIGITS {
        return Size::Bad { length: digits, overflow: true };
    }
    let value = word.iter().try_fold(0_u64, |sum, &digit| {
        let digit = char::from(digit).to_digit(16)?;
        sum.checked_mul(16)?.checked_add(u64::from(digit)).filter(|&sum| sum <= LARGEST)
    });
    match value {
        None => Size::Bad { length: word.len(), overflow: true },
        Some(_) if word.is_empty() => Size::Bad { length: 0, overflow: false },
        Some(size) if rest.is_empty() => Size::Open { size, length: digits },
        Some(size) => Size::Good { size, length: digits },
    }
}

/// What is wrong with the bytes after the chunk size, and where.
///
/// `chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )`
pub(super) fn extension_flaw(extension: &[u8]) -> Option<(usize, String)> {
    let mut rest = extension;
    loop {
        let at = extension.len().saturating_sub(rest.len());
        let flaw = |what: &str| Some((at, format!("After the chunk size, {} {what}.", quoted(rest))));
        if rest.is_empty() {
            return None;
        }
        let [b';', after @ ..] = trim_start(rest) else {
            let only_blanks = trim_start(rest).is_empty();
            return flaw(if only_blanks {
                "is white space that nothing follows"
            } else {
                "is no chunk extension"
            });
        };
        let name = trim_start(after);
        let Some(length) = token(name) else {
            return flaw("is a chunk extension without a name");
        };
        rest = from(name, length);
        if let [b'=', value @ ..] = trim_start(rest) {
            let value = trim_start(value);
            let Some(length) = token_or_quoted_string(value) else {
                return flaw("is a chunk extension without a value after its =");
            };
            rest = from(value, length);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_hexadecimal_digits_only() {
        assert_eq!(size(b"1aF;x"), Size::Good { size: 0x1af, length: 3 });
        assert_eq!(size(b"0000"), Size::Open { size: 0, length: 4 });
        assert_eq!(size(b"7fffffffffffffff"), Size::Open { size: LARGEST, length: 16 });
        assert_eq!(size(b"8000000000000000"), Size::Bad { length: 16, overflow: true });
        assert_eq!(size(b"0x5"), Size::Bad { length: 3, overflow: false });
        assert_eq!(size(b"-1"), Size::Bad { length: 2, overflow: false });
        assert_eq!(size(b" 5"), Size::Bad { length: 1, overflow: false });
        assert_eq!(size(b""), Size::Bad { length: 0, overflow: false });
    }

    #[test]
    fn extensions_follow_their_grammar() {
        for good in [&b""[..], b";a", b";a=b", b" ; a = \"x;\\\"y\" ;c", b";a;b=1"] {
            assert_eq!(extension_flaw(good), None, "{}", quoted(good));
        }
        for bad in [&b" "[..], b";", b";a=", b";a=\"x", b"x", b";a b", b";a;"] {
            assert!(extension_flaw(bad).is_some(), "{}", quoted(bad));
        }
    }
}
