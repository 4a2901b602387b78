//! One field line of a head or of a trailer section, with everything that is wrong with it.
//!
//! RFC 9112 section 5: `field-line = field-name ":" OWS field-value OWS`. Lines that begin with white space are no
//! field lines (they fold, or stand where nothing may); who reads the lines sees to them.

use super::DefectCode;
use super::grammar::{is_control, is_tchar, quoted, shown_byte, split_where, trim, trim_end};
use super::status_line::Flaw;

/// What a field line says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FieldLine<'a> {
    /// Name and value without the white space around them; `None` for a line without a colon.
    pub(super) field: Option<(&'a [u8], &'a [u8])>,
    /// What is wrong with it.
    pub(super) flaws: Vec<Flaw>,
}

/// Reads a field line without its line end.
pub(super) fn parse(line: &[u8]) -> FieldLine<'_> {
    let (before, rest) = split_where(line, |byte| byte == b':');
    let [_, value @ ..] = rest else {
        let what = if line.starts_with(b"HTTP/") { ": a second status line within the head" } else { "" };
        let text = format!("The line {} has no colon{what}.", quoted(line));
        let flaw = Flaw { code: DefectCode::FieldWithoutColon, at: 0, length: line.len(), text };
        return FieldLine { field: None, flaws: vec![flaw] };
    };
    let name = trim_end(before);
    let mut flaws: Vec<Flaw> = name_flaws(name, before).collect();
    let value_at = line.len().saturating_sub(value.len());
    flaws.extend(value_flaws(value, value_at, &format!("the field {}", quoted(name))));
    FieldLine { field: Some((name, trim(value))), flaws }
}

/// What is wrong with a name, of which `before` is all that stands before the colon.
fn name_flaws(name: &[u8], before: &[u8]) -> impl Iterator<Item = Flaw> {
    [name_flaw(name), space_flaw(name, before)].into_iter().flatten()
}

fn name_flaw(name: &[u8]) -> Option<Flaw> {
    if name.is_empty() {
        let text = "The line begins with its colon: the field has no name.".to_owned();
        return Some(Flaw { code: DefectCode::FieldNameEmpty, at: 0, length: 1, text });
    }
    let at = name.iter().position(|&byte| !is_tchar(byte))?;
    let byte = shown_byte(name.get(at).copied().unwrap_or_default());
    let text = format!("The field name {} contains {byte}, which no field name may.", quoted(name));
    Some(Flaw { code: DefectCode::FieldNameInvalid, at, length: 1, text })
}

/// RFC 9112 section 5.1: "No whitespace is allowed between the field name and colon."
fn space_flaw(name: &[u8], before: &[u8]) -> Option<Flaw> {
    let length = before.len().saturating_sub(name.len());
    let text = format!("White space stands between the field name {} and its colon.", quoted(name));
    (length > 0).then_some(Flaw { code: DefectCode::SpaceBeforeColon, at: name.len(), length, text })
}

/// What is wrong with a value that begins at `at` of its line: the first place of each kind.
pub(super) fn value_flaws(value: &[u8], at: usize, whose: &str) -> impl Iterator<Item = Flaw> {
    // RFC 9110 section 5.5: "Field values containing CR, LF, or NUL characters are invalid and dangerous [...]
    // Field values containing other CTL characters are also invalid".
    let first = |code, wanted: fn(u8) -> bool| {
        let index = value.iter().position(|&byte| wanted(byte))?;
        let text = match code {
            DefectCode::ValueNul => format!("The value of {whose} contains a NUL byte."),
            DefectCode::ValueBareCr => format!("The value of {whose} contains a CR that no LF follows."),
            _ => {
                let byte = value.get(index).copied().unwrap_or_default();
                format!("The value of {whose} contains the control character 0x{byte:02x}.")
            }
        };
        Some(Flaw { code, at: at.saturating_add(index), length: 1, text })
    };
    [
        first(DefectCode::ValueNul, |byte| byte == 0),
        first(DefectCode::ValueBareCr, |byte| byte == b'\r'),
        first(DefectCode::ValueControl, |byte| is_control(byte) && !matches!(byte, 0 | b'\r')),
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(line: &[u8]) -> Vec<DefectCode> {
        parse(line).flaws.into_iter().map(|flaw| flaw.code).collect()
    }

    #[test]
    fn a_plain_field_has_no_flaw() {
        assert_eq!(parse(b"Server: \t a\tb \xe9 ").field, Some((&b"Server"[..], &b"a\tb \xe9"[..])));
        assert_eq!(codes(b"Server: \t a\tb \xe9 "), []);
        assert_eq!(codes(b"Empty:"), []);
    }

    #[test]
    fn each_kind_of_control_is_told_once() {
        let all = [DefectCode::ValueNul, DefectCode::ValueBareCr, DefectCode::ValueControl];
        assert_eq!(codes(b"X: \x07\0\x07\r\0\r"), all);
    }
}
