//! The secrets that are known by their value, and where they occur.

use std::collections::BTreeSet;
use std::ops::Bound;

use super::places::Range;
use super::view::View;

/// Shorter values are not looked for: they would be found everywhere.
pub(super) const SHORTEST: usize = 6;

/// A longer value is looked for in pieces of so many bytes, each of which begins in the middle of the one before: at no
/// place is more than that compared, however alike the bytes of a long secret are; and what the end of a text leaves of
/// the last piece is still long enough to be found as the beginning of one.
const PIECE: usize = 64;

/// Who calls a secret by one of these words hides nothing, and would have the framing masked.
const PROTOCOL: &[&str] = &[
    "chunked",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "deflate",
    "http/1.0",
    "http/1.1",
    "identity",
    "keep-alive",
    "location",
    "server",
    "transfer-encoding",
    "upgrade",
];

/// A set of values in which each place of a text is looked up in logarithmic time: a peer can fill a head with
/// thousands of them.
#[derive(Debug, Clone)]
pub(super) struct Values {
    /// The values as they are.
    whole: BTreeSet<Vec<u8>>,
    /// What is looked for: the values, the long ones in pieces.
    sorted: BTreeSet<Vec<u8>>,
    longest: usize,
    first_bytes: [bool; 256],
}

impl Default for Values {
    fn default() -> Self {
        Self { whole: BTreeSet::new(), sorted: BTreeSet::new(), longest: 0, first_bytes: [false; 256] }
    }
}

impl Values {
    /// Adds what stands at these places, in all its forms.
    pub(super) fn take(&mut self, bytes: &[u8], ranges: Vec<Range>) {
        let values = ranges.into_iter().filter_map(|range| bytes.get(range));
        values.flat_map(forms).for_each(|value| self.insert(value));
    }

    /// Adds a value, if it is long enough and not masked already.
    pub(super) fn insert(&mut self, value: Vec<u8>) {
        if value.len() < SHORTEST || value.iter().all(|&byte| byte == b'*') || is_of_the_protocol(&value) {
            return;
        }
        for piece in pieces(&value) {
            self.longest = self.longest.max(piece.len());
            if let Some(first) = piece.first().and_then(|&first| self.first_bytes.get_mut(usize::from(first)))
            {
                *first = true;
            }
            self.sorted.insert(piece.to_vec());
        }
        self.whole.insert(value);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Vec<u8>> {
        self.whole.iter()
    }

    /// Where values stand, also one that is cut off by the end, and also escaped.
    pub(super) fn occurrences(&self, bytes: &[u8]) -> Vec<Range> {
        self.everywhere(bytes, |text| self.whole(text).or_else(|| self.cut(text)))
    }

    /// Where at least the beginnings of values stand, as far as they go on.
    pub(super) fn beginnings(&self, bytes: &[u8]) -> Vec<Range> {
        self.everywhere(bytes, |text| {
            let same = [self.before(text), self.after(text)].into_iter().flatten();
            same.map(|value| common(value, text)).max().filter(|&length| length >= SHORTEST)
        })
    }

    fn everywhere(&self, bytes: &[u8], length: impl Fn(&[u8]) -> Option<usize>) -> Vec<Range> {
        let mut ranges = self.in_plain(bytes, &length);
        if let Some(view) = View::unescaped(bytes).filter(|_| !self.sorted.is_empty()) {
            let found = self.in_plain(&view.bytes, &length);
            ranges.extend(found.into_iter().flat_map(|range| view.sources(range)));
        }
        ranges
    }

    /// `length` says how much of a value stands at the beginning of a text.
    fn in_plain(&self, bytes: &[u8], length: impl Fn(&[u8]) -> Option<usize>) -> Vec<Range> {
        let mut ranges: Vec<Range> = Vec::new();
        for (at, &first) in bytes.iter().enumerate() {
            if self.first_bytes.get(usize::from(first)) != Some(&true) {
                continue;
            }
            let text = bytes.get(at..).unwrap_or_default();
            let text = text.get(..self.longest).unwrap_or(text);
            let Some(length) = length(text) else { continue };
            match ranges.last_mut() {
                Some(last) if at <= last.end => last.end = last.end.max(at + length),
                _ => ranges.push(at..at + length),
            }
        }
        ranges
    }

    /// The length of the longest value with which a text begins. If there is one, all values between it and the text
    /// begin with it; so what the greatest of them has not in common with the text can be cut off.
    fn whole(&self, mut text: &[u8]) -> Option<usize> {
        loop {
            let value = self.before(text)?;
            let same = common(value, text);
            match same {
                _ if same == value.len() => return Some(same),
                0..SHORTEST => return None,
                _ => text = text.get(..same)?,
            }
        }
    }

    /// The length of a text that is the beginning of a value.
    fn cut(&self, text: &[u8]) -> Option<usize> {
        let is_cut = text.len() >= SHORTEST && text.len() < self.longest;
        let value = is_cut.then(|| self.after(text)).flatten()?;
        value.starts_with(text).then_some(text.len())
    }

    /// The greatest value that is not greater than a text.
    fn before(&self, text: &[u8]) -> Option<&Vec<u8>> {
        self.sorted.range::<[u8], _>((Bound::Unbounded, Bound::Included(text))).next_back()
    }

    /// The smallest value that is not smaller than a text.
    fn after(&self, text: &[u8]) -> Option<&Vec<u8>> {
        self.sorted.range::<[u8], _>((Bound::Included(text), Bound::Unbounded)).next()
    }
}

/// A value in pieces that overlap; the last one is as long as the others.
fn pieces(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let last = value.len().saturating_sub(PIECE);
    let starts = (0..last).step_by(PIECE / 2).chain([last]);
    starts.filter_map(move |start| value.get(start..value.len().min(start + PIECE)))
}

/// How many bytes two texts have in common at their beginning.
fn common(one: &[u8], other: &[u8]) -> usize {
    one.iter().zip(other).take_while(|(one, other)| one == other).count()
}

fn is_of_the_protocol(value: &[u8]) -> bool {
    let value = String::from_utf8_lossy(value).to_ascii_lowercase();
    PROTOCOL.iter().any(|word| word.contains(&value))
}

/// What a peer can make of a secret that it repeats: with its escapes undone, without the quotes around it, in
/// another encoding of spaces; and of the credentials of `Basic`, decoded, user and password.
fn forms(secret: &[u8]) -> Vec<Vec<u8>> {
    let mut forms = vec![secret.to_vec()];
    forms.extend(View::unescaped(secret).map(|view| view.bytes));
    let unquoted = secret.strip_prefix(b"\"").and_then(|secret| secret.strip_suffix(b"\""));
    forms.extend(unquoted.map(<[u8]>::to_vec));
    for (from, to) in [(b'+', b' '), (b' ', b'+')] {
        let replaced =
            |form: &Vec<u8>| form.iter().map(|&byte| if byte == from { to } else { byte }).collect();
        let more: Vec<Vec<u8>> = forms.iter().filter(|form| form.contains(&from)).map(replaced).collect();
        forms.extend(more);
    }
    if let Some(decoded) = base64_decoded(secret)
        && let Some(colon) = memchr::memchr(b':', &decoded)
    {
        let (user, password) = decoded.split_at(colon);
        forms.push(user.to_vec());
        forms.push(password.get(1..).unwrap_or_default().to_vec());
        forms.push(decoded);
    }
    forms
}

/// What a text is the base64 of (RFC 4648 sections 4 and 5), with its padding or without.
fn base64_decoded(text: &[u8]) -> Option<Vec<u8>> {
    let end = text.iter().rposition(|&byte| byte != b'=')? + 1;
    let mut decoded = Vec::with_capacity(end);
    let (mut group, mut bits) = (0_u32, 0_u32);
    for &byte in text.get(..end)? {
        let sextet = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        group = group << 6 & 0xffff | u32::from(sextet);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            decoded.push((group >> bits & 0xff) as u8);
        }
    }
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(all: &[&str]) -> Values {
        let mut values = Values::default();
        for value in all {
            values.insert(value.as_bytes().to_vec());
        }
        values
    }

    #[test]
    fn the_longest_value_is_found_among_those_that_begin_alike() {
        let values = values(&["abcdef", "abcdefgh", "abcdefghijk", "abcdefgg", "abcdefx"]);
        for (text, expected) in [
            ("-abcdef-", Some(1..7)),
            ("abcdefghij-", Some(0..8)),
            ("abcdefghijkl", Some(0..11)),
            ("-abcde-", None),
            ("abcdefabcdef", Some(0..12)),
        ] {
            assert_eq!(values.occurrences(text.as_bytes()), Vec::from_iter(expected), "{text}");
        }
    }

    #[test]
    fn a_value_that_the_end_cuts_off_is_found() {
        let values = values(&["abcdefghijk"]);
        assert_eq!(values.occurrences(b"a abcdefg").first(), Some(&(2..9)));
        assert!(values.occurrences(b"a abcde").is_empty());
        assert_eq!(values.beginnings(b"a \"abcdefg...\"").first(), Some(&(3..10)));
    }

    #[test]
    fn a_long_value_is_found_to_its_last_byte() {
        for length in [63, 64, 65, 95, 96, 97, 128, 1000_u32] {
            let value: String =
                (0..length).map(|at| char::from_digit(at * at % 31 + at / 40 % 5, 36).unwrap()).collect();
            let values = values(&[&value]);
            let text = format!("- {value} -");
            let found = |text: &str| values.occurrences(text.as_bytes()).into_iter().next();
            assert_eq!(found(&text), Some(2..2 + value.len()), "{length}");
            for end in SHORTEST..value.len() {
                let text = format!("- {}", &value[..end]);
                assert_eq!(found(&text), Some(2..2 + end), "{end} of {length}");
            }
        }
    }

    #[test]
    fn words_of_the_protocol_are_no_secret() {
        assert_eq!(values(&["Content", "chunked", "HTTP/1.1"]).iter().count(), 0);
    }

    #[test]
    fn base64_is_decoded_in_either_alphabet() {
        assert_eq!(base64_decoded(b"bWU6c2VzYW0=").unwrap(), b"me:sesam");
        assert_eq!(base64_decoded(b"-_8").unwrap(), base64_decoded(b"+/8=").unwrap());
        assert_eq!(base64_decoded(b"no base64"), None);
    }
}
