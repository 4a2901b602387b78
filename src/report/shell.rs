//! Words for a POSIX shell: quoted so that nothing in them is run, and safe to show.

use std::fmt::Write;

use super::escape;

/// One word of a command line.
#[must_use]
pub fn word(text: &str) -> String {
    let text = escape::safe(text);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:=@%+,".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        return text.into_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Bytes as the format of `printf`, in single quotes. Octal escapes are the ones that every `printf` knows.
#[must_use]
pub fn printf_format(bytes: &[u8]) -> String {
    let mut format = String::with_capacity(bytes.len() + 16);
    for (index, &byte) in bytes.iter().enumerate() {
        match byte {
            // At the beginning it would be an option.
            b'-' if index == 0 => format.push_str("\\055"),
            b'\r' => format.push_str("\\r"),
            b'\n' => format.push_str("\\n"),
            b'%' => format.push_str("%%"),
            b'\\' => format.push_str("\\\\"),
            b'\'' => format.push_str("\\047"),
            b' '..=b'~' => format.push(char::from(byte)),
            // Writing to a String does not fail.
            other => {
                let _ = write!(format, "\\{other:03o}");
            }
        }
    }
    format!("'{format}'")
}

/// Words on as many lines as they need, each but the last with a backslash at its end. A word that is longer than
/// a line stays whole.
#[must_use]
pub fn lines(words: &[String], width: usize) -> String {
    let mut text = String::new();
    let mut column = 0;
    for word in words {
        let taken = super::layout::columns(word);
        if column > 0 && column + 1 + taken + 2 > width {
            text.push_str(" \\\n  ");
            column = 2;
        } else if column > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += taken;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_word_is_run() {
        assert_eq!(word("http://host/a?b"), "'http://host/a?b'");
        assert_eq!(word("it's $(rm -rf /)"), r"'it'\''s $(rm -rf /)'");
        assert_eq!(word("a\u{1b}[2J"), "'a\\x1b[2J'");
        assert_eq!(word(""), "''");
    }

    #[test]
    fn printf_says_the_same_bytes_in_every_shell() {
        assert_eq!(printf_format(b"100% it's\\\x00\xff\r\n"), r"'100%% it\047s\\\000\377\r\n'");
        assert_eq!(printf_format(b"-a-"), r"'\055a-'");
    }

    #[test]
    fn long_commands_go_on_in_the_next_line() {
        let words = ["curl", "-v", "--max-time", "90"].map(str::to_owned);
        assert_eq!(lines(&words, 15), "curl -v \\\n  --max-time \\\n  90");
    }
}
