//! Is it HTTP/1.x at all, and if not, what is it?
//!
//! A gateway that talks to the wrong port meets an SSH banner, a TLS alert, a database's greeting. The first bytes
//! tell. [`recognise`] is asked after each byte until it is sure, so that the answer does not depend on how the
//! bytes were split; [`recognise_end`] is asked when no more will come.
//!
//! What only *tries* to be a status line (`ICY 200 OK`, `HTTQ/1.1 200 OK`, `http/1.1 200`) is read as one; what is
//! wrong with it is for [`status_line`](super::status_line) to say.

use super::OtherProtocol;
use super::grammar::{first, is_blank, trim_start};

/// What the first bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recognised {
    /// They begin a status line, well or badly written.
    StatusLine,
    /// They are something else.
    Other(OtherProtocol),
    /// More bytes are needed.
    Unsure,
}

/// The longest beginning that is looked at.
const LONGEST: usize = 256;

/// Looks at the beginning of a stream, which is empty lines aside; to be asked after each byte.
pub(super) fn recognise(line: &[u8]) -> Recognised {
    if is_status_line(line) {
        return Recognised::StatusLine;
    }
    if let [0x14..=0x17, 0x03, ..] = line {
        return Recognised::Other(binary(line));
    }
    // A document without a head, HTTP/0.9 or a broken CGI: its first character tells.
    if let Some(b'<' | b'{' | b'[') = trim_start(line).first() {
        return Recognised::Other(OtherProtocol::Http09);
    }
    let sure = if is_binary(line) {
        line.len() >= 9
    } else {
        line.len() >= LONGEST || (line.ends_with(b"\n") && !might_be_binary(line))
    };
    if sure { Recognised::Other(classify(line)) } else { Recognised::Unsure }
}

/// Looks at the whole of a stream that ended before [`recognise`] was sure.
pub(super) fn recognise_end(line: &[u8], first_of_stream: bool) -> Recognised {
    if begins_status_line(line) {
        return Recognised::StatusLine;
    }
    match line {
        // PostgreSQL, frontend/backend protocol, "SSL Session Encryption": one byte, `S` or `N`.
        b"S" | b"N" if first_of_stream => Recognised::Other(OtherProtocol::Postgresql),
        _ => Recognised::Other(classify(line)),
    }
}

/// Whether this is enough of a status line to read on as one.
fn is_status_line(line: &[u8]) -> bool {
    let line = trim_start(line);
    if let Some(after) = strip_ignoring_case(line, b"HTTP") {
        return matches!(after.first(), Some(b'/' | b' ' | b'\t'));
    }
    if let Some(after) = strip_ignoring_case(line, b"ICY") {
        return matches!(after, [blank, digit, ..] if is_blank(*blank) && digit.is_ascii_digit());
    }
    // NAME/1.1 200: a sibling (RTSP/1.0, SIP/2.0) or a typing error (HTTQ/1.1).
    let Some(after) = strip_name_and_slash(line) else { return false };
    let digits = after.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    let Some((version, rest)) = after.split_at_checked(digits) else { return false };
    let status = trim_start(rest);
    (1..=8).contains(&version.len())
        && status.len() < rest.len()
        && status.first().is_some_and(u8::is_ascii_digit)
}

/// Whether a stream that ends here was cut off within a status line, as far as one can tell.
fn begins_status_line(line: &[u8]) -> bool {
    let line = trim_start(line);
    let name = b"HTTP";
    let common = line.len().min(name.len());
    first(line, common).eq_ignore_ascii_case(first(name, common))
        || strip_name_and_slash(line).is_some_and(|after| after.first().is_some_and(u8::is_ascii_digit))
}

/// What follows `NAME/`.
fn strip_name_and_slash(line: &[u8]) -> Option<&[u8]> {
    let letters = line.iter().take(17).take_while(|byte| byte.is_ascii_alphabetic()).count();
    match line.split_at_checked(letters)? {
        (name, [b'/', after @ ..]) if (1..=16).contains(&name.len()) => Some(after),
        _ => None,
    }
}

fn strip_ignoring_case<'a>(line: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    let (name, after) = line.split_at_checked(prefix.len())?;
    name.eq_ignore_ascii_case(prefix).then_some(after)
}

/// Whether a control character that no text has stands among the first nine bytes.
fn is_binary(line: &[u8]) -> bool {
    first(line, 9).iter().any(|&byte| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\r' | b'\n'))
}

/// Whether what looks like a text line so far is short enough to be the header of a binary frame yet.
fn might_be_binary(line: &[u8]) -> bool {
    line.len() < 3
}

fn classify(line: &[u8]) -> OtherProtocol {
    if is_binary(line) { binary(line) } else { text(line) }
}

/// Protocols of binary frames.
fn binary(bytes: &[u8]) -> OtherProtocol {
    match bytes {
        // RFC 8446 section 5.1: ContentType (21 is alert), then legacy_record_version 0x03XX.
        [0x15, 0x03, ..] => OtherProtocol::TlsAlert,
        [0x14 | 0x16 | 0x17, 0x03, ..] => OtherProtocol::TlsRecord,
        // RFC 9113 section 4.1: Length (24), Type (8), Flags (8), Stream Identifier (32), which is 0 for
        // SETTINGS (0x04) and GOAWAY (0x07).
        [0x00, _, _, 0x04 | 0x07, _, 0x00, 0x00, 0x00, 0x00, ..] => OtherProtocol::Http2,
        // PostgreSQL: ErrorResponse is 'E', its length in 4 bytes, then fields, each with its type; 'S' is severity,
        // which is a word in capitals.
        [b'E', 0x00, 0x00, _, _, b'S', b'A'..=b'Z', ..] => OtherProtocol::Postgresql,
        // MySQL client/server protocol: length (3 bytes, little endian), sequence number, then 0x0a for
        // HandshakeV10 or 0xff for ERR_Packet.
        [_, _, 0x00, 0x00 | 0x01, 0x0a | 0xff, ..] => OtherProtocol::Mysql,
        // FastCGI specification section 3.3: version 1, type 1 to 11, request id, content length, padding, 0.
        [0x01, 1..=11, _, _, _, _, _, 0x00, ..] => OtherProtocol::FastCgi,
        _ => OtherProtocol::Unknown,
    }
}

/// Protocols of lines.
fn text(line: &[u8]) -> OtherProtocol {
    let has = |word: &[u8]| line.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    match line {
        // RFC 4253 section 4.2.
        [b'S', b'S', b'H', b'-', ..] => OtherProtocol::Ssh,
        // Redis serialization protocol: "-" begins an error, whose first word is in capitals.
        [b'-', b'A'..=b'Z', b'A'..=b'Z', ..] | [b'+', b'P', b'O', b'N', b'G', ..] => OtherProtocol::Redis,
        // RFC 9113 section 3.4: the preface of a client, from a server that sends back what it gets.
        [b'P', b'R', b'I', b' ', b'*', b' ', ..] => OtherProtocol::Http2,
        // PostgreSQL before protocol 3: 'E', then the message.
        [b'E', b'F', b'A', b'T', b'A', b'L', b':', ..] => OtherProtocol::Postgresql,
        // RFC 5321 section 4.2 and RFC 959 section 4.2: a reply code of three digits, and a greeting that tells.
        [b'2'..=b'5', b'0'..=b'9', b'0'..=b'9', b' ' | b'-', ..] if has(b"SMTP") => OtherProtocol::Smtp,
        [b'2'..=b'5', b'0'..=b'9', b'0'..=b'9', b' ' | b'-', ..] if has(b"FTP") => OtherProtocol::Ftp,
        _ => OtherProtocol::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_sure_more_bytes_change_nothing() {
        for stream in [
            &b"HTTP/1.1 200 OK\r\n"[..],
            b"ICY 200 OK\r\n",
            b"SSH-2.0-OpenSSH_9.2\r\n",
            b"\x15\x03\x01\x00\x02\x02\x46",
            b"J\0\0\0\n8.0.36\0rest of a greeting",
            b"<html>\n",
            b"garbage\n",
        ] {
            let mut sure = Recognised::Unsure;
            for length in 1..=stream.len() {
                let now = recognise(&stream[..length]);
                assert!(
                    sure == Recognised::Unsure || sure == now,
                    "{stream:?} at {length}: {sure:?}, then {now:?}"
                );
                sure = now;
            }
            assert_ne!(sure, Recognised::Unsure, "{stream:?}");
        }
    }
}
