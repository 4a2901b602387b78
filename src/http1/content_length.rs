//! `Content-Length`, in one field or in many (RFC 9110 section 8.6): `Content-Length = 1*DIGIT`.

use super::DefectCode;
use super::defects::Defects;
use super::grammar::{quoted, trim};
use super::head::{FramingField, FramingName};

/// No body is longer than this; RFC 9110 section 8.6 warns recipients of "integer conversion overflows".
const LONGEST: u64 = i64::MAX.unsigned_abs();

/// What the `Content-Length` fields say together.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Length {
    /// There is no such field.
    Unsaid,
    /// There is one, or several.
    Said {
        /// The first valid value.
        length: Option<u64>,
        /// Offset of the first field.
        offset: u64,
        /// Its size.
        size: u64,
    },
}

/// Reads all `Content-Length` fields, and notes what is wrong with them.
pub(super) fn read(fields: &[FramingField], defects: &mut Defects) -> Length {
    let fields: Vec<&FramingField> =
        fields.iter().filter(|field| field.name == FramingName::ContentLength).collect();
    let Some(first_field) = fields.first() else { return Length::Unsaid };
    let mut valid: Option<u64> = None;
    let mut conflict = false;
    let mut all_valid = true;
    for field in &fields {
        let mut in_this_field = 0_u32;
        for member in field.value.split(|&byte| byte == b',') {
            match value(trim(member)) {
                Ok(length) => {
                    in_this_field = in_this_field.saturating_add(1);
                    let first = *valid.get_or_insert(length);
                    if first != length && !conflict {
                        conflict = true;
                        let text = format!(
                            "Content-Length is {length} here and {first} before; the first one, {first}, is taken."
                        );
                        defects.add(DefectCode::ContentLengthConflict, field.offset, field.length, text);
                    }
                }
                Err((code, text)) => {
                    all_valid = false;
                    defects.add(code, field.offset, field.length, text);
                }
            }
        }
        if in_this_field > 1 && !conflict {
            let text =
                format!("One Content-Length field has {in_this_field} values: {}.", quoted(&field.value));
            defects.add(DefectCode::ContentLengthList, field.offset, field.length, text);
        }
    }
    if let [_, second, ..] = fields.as_slice()
        && let Some(length) = valid
        && all_valid
        && !conflict
    {
        let text = format!("There are {} Content-Length fields, and all of them say {length}.", fields.len());
        defects.add(DefectCode::ContentLengthRepeated, second.offset, second.length, text);
    }
    Length::Said { length: valid, offset: first_field.offset, size: first_field.length }
}

/// One value.
fn value(member: &[u8]) -> Result<u64, (DefectCode, String)> {
    let shown = quoted(member);
    match member {
        [] => Err((DefectCode::ContentLengthInvalid, "Content-Length has an empty value.".to_owned())),
        [b'+' | b'-', digits @ ..] if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) => Err((
            DefectCode::ContentLengthSigned,
            format!("Content-Length is {shown}, with a sign; only digits may stand there."),
        )),
        digits if digits.iter().all(u8::is_ascii_digit) => digits
            .iter()
            .try_fold(0_u64, |sum, digit| sum.checked_mul(10)?.checked_add(u64::from(digit - b'0')))
            .filter(|&length| length <= LONGEST)
            .ok_or_else(|| {
                (
                    DefectCode::ContentLengthOverflow,
                    format!("Content-Length is {shown}, more than any body can have."),
                )
            }),
        _ => {
            Err((DefectCode::ContentLengthInvalid, format!("Content-Length is {shown}, which is no number.")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digits_are_a_length() {
        assert_eq!(value(b"0"), Ok(0));
        assert_eq!(value(b"007"), Ok(7));
        assert_eq!(value(b"9223372036854775807"), Ok(LONGEST));
        let code = |member: &[u8]| value(member).map_err(|(code, _)| code);
        assert_eq!(code(b"9223372036854775808"), Err(DefectCode::ContentLengthOverflow));
        assert_eq!(code(b"+5"), Err(DefectCode::ContentLengthSigned));
        assert_eq!(code(b"-1"), Err(DefectCode::ContentLengthSigned));
        assert_eq!(code(b"-"), Err(DefectCode::ContentLengthInvalid));
        assert_eq!(code(b"0x10"), Err(DefectCode::ContentLengthInvalid));
        assert_eq!(code(b""), Err(DefectCode::ContentLengthInvalid));
    }
}
