//! Shapes of a defect that a gateway lets pass, while the rule for the kind is for worse: as measured, see
//! `tests/gateways/measured`.

use super::Fate;
use crate::http1::DefectCode as D;

/// One shape of a kind of defect, and what becomes of it at some gateways.
struct Shape {
    code: D,
    /// Whether the bytes with the defect are of this shape.
    is: fn(&[u8]) -> bool,
    at: &'static [(&'static str, Fate)],
}

const SHAPES: &[Shape] = &[
    Shape {
        code: D::TransferCodingUnknown,
        is: is_identity,
        at: &[("squid", Fate::Repairs), ("h2o", Fate::Repairs)],
    },
    Shape {
        code: D::StatusInvalid,
        is: is_number,
        at: &[("haproxy", Fate::Passes), ("trafficserver", Fate::Passes)],
    },
    Shape { code: D::FieldNameInvalid, is: is_visible, at: &[("nginx", Fate::Passes)] },
    Shape { code: D::FieldNameInvalid, is: is_spaces, at: &[("nghttpx", Fate::Passes)] },
    Shape { code: D::SpaceBeforeColon, is: is_spaces, at: &[("nghttpx", Fate::Passes)] },
];

/// What a gateway does with the bytes of a defect, where that is another thing than its rule for the kind.
pub(super) fn of_shape(gateway: &str, code: D, bytes: &[u8]) -> Option<Fate> {
    let meant = SHAPES.iter().filter(|shape| shape.code == code && (shape.is)(bytes));
    meant.flat_map(|shape| shape.at).find(|(name, _)| *name == gateway).map(|(_, fate)| *fate)
}

/// `Transfer-Encoding: identity`, which RFC 2616 knew.
fn is_identity(bytes: &[u8]) -> bool {
    let value = bytes.split(|&byte| byte == b':').next_back().unwrap_or_default();
    value.trim_ascii().eq_ignore_ascii_case(b"identity")
}

/// A status of digits that are not three.
fn is_number(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit)
}

/// Characters that can be seen, or are not of ASCII: no space and no control.
fn is_visible(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|byte| byte.is_ascii_graphic() || !byte.is_ascii())
}

fn is_spaces(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|&byte| byte == b' ')
}
