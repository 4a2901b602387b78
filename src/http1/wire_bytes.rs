//! Bytes from the wire that are safe to show and to store: they print themselves escaped, and are read back
//! without loss.

use std::borrow::Cow;
use std::fmt::{self, Debug, Display, Formatter, Write};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Bytes as they came. `Display` and JSON show printable ASCII as it is, `\r` `\n` `\t` `\\` as those escapes,
/// and every other byte as `\xNN`; so no control byte of a stranger reaches a terminal.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WireBytes(pub Vec<u8>);

impl WireBytes {
    /// The bytes as text, if they are UTF-8.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// Whether the bytes are the same as `text`, ASCII case ignored.
    #[must_use]
    pub fn eq_ignore_case(&self, text: &str) -> bool {
        self.0.eq_ignore_ascii_case(text.as_bytes())
    }

    /// Whether `text` occurs in the bytes.
    #[must_use]
    pub fn contains(&self, text: &str) -> bool {
        memchr::memmem::find(&self.0, text.as_bytes()).is_some()
    }

    /// Reads back what `Display` wrote. `None` if a backslash is followed by something it never writes.
    #[must_use]
    pub fn unescape(text: &str) -> Option<Self> {
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text.bytes();
        while let Some(byte) = rest.next() {
            bytes.push(match byte {
                b'\\' => match rest.next()? {
                    b'r' => b'\r',
                    b'n' => b'\n',
                    b't' => b'\t',
                    b'\\' => b'\\',
                    b'x' => {
                        let (high, low) = (rest.next()?, rest.next()?);
                        let digits = [high, low];
                        u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
                    }
                    _ => return None,
                },
                plain => plain,
            });
        }
        Some(Self(bytes))
    }
}

/// Writes one byte as `Display` shows it.
///
/// # Errors
/// Only those of `out`.
pub fn escape_byte(byte: u8, out: &mut impl Write) -> fmt::Result {
    match byte {
        b'\r' => out.write_str("\\r"),
        b'\n' => out.write_str("\\n"),
        b'\t' => out.write_str("\\t"),
        b'\\' => out.write_str("\\\\"),
        b' '..=b'~' => out.write_char(char::from(byte)),
        other => write!(out, "\\x{other:02x}"),
    }
}

impl Display for WireBytes {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|&byte| escape_byte(byte, f))
    }
}

impl Debug for WireBytes {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{self}\"")
    }
}

impl From<&[u8]> for WireBytes {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }
}

impl From<&str> for WireBytes {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl Serialize for WireBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for WireBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::unescape(&text).ok_or_else(|| {
            de::Error::custom("a backslash in wire bytes must begin \\r, \\n, \\t, \\\\ or \\xNN")
        })
    }
}

impl JsonSchema for WireBytes {
    fn schema_name() -> Cow<'static, str> {
        "WireBytes".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "Bytes from the wire: printable ASCII as it is, \\r \\n \\t \\\\ escaped, every other byte as \\xNN."
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_shown_as_printable_ascii_and_read_back() {
        let all = WireBytes((0..=255).collect());
        let shown = all.to_string();
        assert!(shown.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
        assert_eq!(WireBytes::unescape(&shown), Some(all));
    }
}
