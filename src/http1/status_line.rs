//! The status line, read as a lenient client would read it, with everything that is wrong with it.
//!
//! RFC 9112 section 4: `status-line = HTTP-version SP status-code SP [ reason-phrase ]`.

use super::grammar::{first, from, is_blank, is_control, quoted, shown_byte, split_where, trim_start};
use super::{DefectCode, Field};

/// What a status line says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct StatusLine<'a> {
    /// The version as written.
    pub(super) version: &'a [u8],
    /// The status code, if there are three digits.
    pub(super) status: Option<u16>,
    /// The reason phrase.
    pub(super) reason: &'a [u8],
    /// What is wrong with it.
    pub(super) flaws: Vec<Flaw>,
}

/// A defect of one line; its offset counts from the beginning of that line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Flaw {
    pub(super) code: DefectCode,
    pub(super) at: usize,
    pub(super) length: usize,
    pub(super) text: String,
}

/// Reads a status line without its line end.
pub(super) fn parse(line: &[u8]) -> StatusLine<'_> {
    let mut flaws = Vec::new();
    let mut flaw = |code, at, length, text| flaws.push(Flaw { code, at, length, text });
    let position = |part: &[u8]| line.len().saturating_sub(part.len());

    let start = trim_start(line);
    if start.len() < line.len() {
        let text = "White space stands before the status line.".to_owned();
        flaw(DefectCode::StatusLineSpace, 0, position(start), text);
    }

    let (version, rest) = split_version(start);
    let at = position(start);
    if let Some((code, text)) = version_flaw(version) {
        flaw(code, at, version.len(), text);
    }

    let code_start = trim_start(rest);
    let gap = first(rest, rest.len().saturating_sub(code_start.len()));
    if gap != b" " && !code_start.is_empty() {
        let text = match gap {
            b"" => "The space between the version and the status code is missing.".to_owned(),
            b"\t" => "A tab stands between the version and the status code instead of a space.".to_owned(),
            _ => format!(
                "{} characters of white space stand between version and status code instead of one space.",
                gap.len()
            ),
        };
        flaw(DefectCode::StatusLineSpace, position(rest), gap.len(), text);
    }

    let (code, after) = split_code(code_start);
    let (status, problem) = status_of(code);
    if let Some((kind, text)) = problem {
        flaw(kind, position(code_start), code.len(), text);
    }

    let reason = match after {
        [b' ', reason @ ..] => reason,
        // "A server MUST send the space that separates the status-code from the reason-phrase even when the
        // reason-phrase is absent (i.e., the status-line would end with the space)."
        [] => {
            if status.is_some() {
                let text = "The space after the status code is missing; it must stand there even without a reason phrase.";
                flaw(DefectCode::StatusLineSpace, position(after), 0, text.to_owned());
            }
            after
        }
        reason => {
            let text = "The space between the status code and the reason phrase is missing.".to_owned();
            flaw(DefectCode::StatusLineSpace, position(after), 0, text);
            trim_start(reason)
        }
    };
    // reason-phrase = 1*( HTAB / SP / VCHAR / obs-text )
    if let Some(index) = reason.iter().position(|&byte| is_control(byte)) {
        let byte = reason.get(index).copied().unwrap_or_default();
        let text = format!("The reason phrase contains the control character {}.", shown_byte(byte));
        flaw(DefectCode::ReasonInvalid, position(reason).saturating_add(index), 1, text);
    }
    StatusLine { version, status, reason: first(reason, Field::VALUE_KEPT), flaws }
}

/// Reads as much as is certain from a status line that was cut off.
pub(super) fn parse_cut(line: &[u8]) -> (&[u8], Option<u16>) {
    let (version, rest) = split_version(trim_start(line));
    let (code, after) = split_code(trim_start(rest));
    // Without the space after it, more digits might have followed.
    let certain = after.first().is_some_and(|&byte| is_blank(byte));
    let version = if rest.is_empty() { b"" } else { version };
    (version, if certain { status_of(code).0 } else { None })
}

/// The version, up to the white space after it or to the code that follows without one (`HTTP/1.1200 OK`).
fn split_version(line: &[u8]) -> (&[u8], &[u8]) {
    let (version, rest) = split_where(line, is_blank);
    if let [b'H', b'T', b'T', b'P', b'/', major, b'.', minor, a, b, c] = version
        && [major, minor, a, b, c].iter().all(|byte| byte.is_ascii_digit())
    {
        return line.split_at_checked(8).unwrap_or((version, rest));
    }
    (version, rest)
}

/// The code, up to the white space after it or to the reason that follows three digits without one (`200OK`).
fn split_code(line: &[u8]) -> (&[u8], &[u8]) {
    let (code, after) = split_where(line, is_blank);
    let digits = code.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 3 && code.len() > 3 {
        return line.split_at_checked(3).unwrap_or((code, after));
    }
    (code, after)
}

/// RFC 9112 section 2.3: `HTTP-version = HTTP-name "/" DIGIT "." DIGIT`, and the name is case-sensitive.
fn version_flaw(version: &[u8]) -> Option<(DefectCode, String)> {
    let shown = quoted(version);
    let (name, number) = split_where(version, |byte| byte == b'/');
    if name != b"HTTP" {
        let text = if name.eq_ignore_ascii_case(b"HTTP") {
            format!("The protocol name must be written HTTP, in capitals; the version is {shown}.")
        } else {
            format!("The status line begins with {shown} instead of HTTP and a version.")
        };
        return Some((DefectCode::ProtocolName, text));
    }
    match from(number, 1) {
        [b'1', b'.', b'0'..=b'9'] => None,
        [b'0'..=b'9', b'.', b'0'..=b'9'] => Some((
            DefectCode::VersionInvalid,
            format!(
                "The version {shown} is none that can be spoken in this form: only HTTP/1.x has a status line."
            ),
        )),
        b"" => Some((DefectCode::VersionInvalid, format!("The version is {shown}, without a number."))),
        _ => {
            let text = format!("The version {shown} is not of the form HTTP/1.1: a digit, a dot, a digit.");
            Some((DefectCode::VersionInvalid, text))
        }
    }
}

/// The status that a code stands for, and what is wrong with the code.
fn status_of(code: &[u8]) -> (Option<u16>, Option<(DefectCode, String)>) {
    let digits: Option<Vec<u16>> =
        code.iter().map(|byte| byte.is_ascii_digit().then(|| u16::from(byte - b'0'))).collect();
    match digits.as_deref() {
        Some(&[a, b, c]) => {
            let status = a * 100 + b * 10 + c;
            // RFC 9110 section 15: "Values outside the range 100..599 are invalid."
            let outside = !(100..=599).contains(&status);
            let text = format!("The status code {a}{b}{c} is outside the range from 100 to 599.");
            (Some(status), outside.then_some((DefectCode::StatusOutOfRange, text)))
        }
        _ if code.is_empty() => {
            (None, Some((DefectCode::StatusInvalid, "The status line has no status code.".to_owned())))
        }
        _ => {
            let text = format!("The status code {} is not three digits.", quoted(code));
            (None, Some((DefectCode::StatusInvalid, text)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(line: &[u8]) -> Vec<DefectCode> {
        parse(line).flaws.into_iter().map(|flaw| flaw.code).collect()
    }

    #[test]
    fn an_empty_reason_is_fine_and_a_missing_space_is_not() {
        assert_eq!(codes(b"HTTP/1.1 200 "), []);
        assert_eq!(codes(b"HTTP/1.1 200"), [DefectCode::StatusLineSpace]);
    }

    #[test]
    fn parts_that_stick_together_are_read_apart() {
        assert_eq!(parse(b"HTTP/1.1200 OK").status, Some(200));
        assert_eq!(parse(b"HTTP/1.1 200OK").reason, b"OK");
        assert_eq!(parse(b"ICY 200 OK").status, Some(200));
        assert_eq!(parse(b"HTTP/1.1 1000 High").status, None);
    }

    #[test]
    fn a_cut_status_line_gives_a_status_only_where_no_digit_can_follow() {
        assert_eq!(parse_cut(b"HTTP/1.1 200"), (&b"HTTP/1.1"[..], None));
        assert_eq!(parse_cut(b"HTTP/1.1 200 "), (&b"HTTP/1.1"[..], Some(200)));
        assert_eq!(parse_cut(b"HTTP/1."), (&b""[..], None));
    }
}
