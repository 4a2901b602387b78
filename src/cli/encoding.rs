//! The two small encodings that credentials need: percent decoding (RFC 3986 section 2.1) and base64 (RFC 4648
//! section 4).

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The value of `Authorization` for basic authentication (RFC 7617).
pub(super) fn basic(credentials: &[u8]) -> Vec<u8> {
    [b"Basic ", base64(credentials).as_slice()].concat()
}

fn base64(bytes: &[u8]) -> Vec<u8> {
    let sextet = |group: u32, index: usize| ALPHABET[(group >> (18 - 6 * index)) as usize & 63];
    bytes
        .chunks(3)
        .flat_map(|chunk| {
            let group =
                chunk.iter().zip([16, 8, 0]).fold(0, |sum, (&byte, shift)| sum | u32::from(byte) << shift);
            (0..4).map(move |index| if index <= chunk.len() { sextet(group, index) } else { b'=' })
        })
        .collect()
}

/// Takes `%41` for `A`; a percent sign without two hexadecimal digits stands for itself, as browsers have it.
pub(super) fn percent_decoded(text: &str) -> Vec<u8> {
    let digit = |byte: Option<&u8>| byte.and_then(|&byte| char::from(byte).to_digit(16));
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escaped =
            (byte == b'%').then(|| Some(digit(bytes.get(at + 1))? * 16 + digit(bytes.get(at + 2))?));
        let value = escaped.flatten().and_then(|value| u8::try_from(value).ok());
        decoded.push(value.unwrap_or(byte));
        at += if value.is_some() { 3 } else { 1 };
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648_section_10() {
        let vectors = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, encoded) in vectors {
            assert_eq!(base64(plain.as_bytes()), encoded.as_bytes(), "{plain}");
        }
    }

    #[test]
    fn percent_signs_that_begin_nothing_stay() {
        assert_eq!(percent_decoded("a%40b:%7e100%25 %zz%4"), b"a@b:~100% %zz%4");
    }
}
