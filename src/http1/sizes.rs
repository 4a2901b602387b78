//! Sizes that no rule forbids and that gateways limit. RFC 9110 section 5.4: "HTTP does not place a predefined limit
//! on the length of each field line, field value, or on the length of a header or trailer section as a whole"; every
//! gateway does.

use super::grammar::quoted;
use super::{Field, Message};

/// Sizes at which gateways stop, in KiB: one page (nginx), 8 (Apache, Varnish), 16 (HAProxy), 32, 64 (Squid).
const LIMITS: [u64; 5] = [4, 8, 16, 32, 64];

/// More fields than this are many: Varnish stops here.
pub(super) const MANY_FIELDS: u64 = 64;

/// A sentence about a field line that some gateway will find too large.
pub(super) fn large_field(field: &Field) -> Option<String> {
    let limit = exceeded(field.size)?;
    let (name, size) = (quoted(&field.name.0), field.size);
    Some(format!("The field {name} has {size} bytes with its line end, more than {limit} KiB."))
}

/// A sentence about a head that some gateway will find too large.
pub(super) fn large_head(message: &Message) -> Option<String> {
    let limit = exceeded(message.head_size)?;
    let size = message.head_size;
    let so_far = if message.head_complete { "" } else { " so far" };
    Some(format!("The head has {size} bytes{so_far}, more than {limit} KiB."))
}

/// A sentence about a head with too many fields for some gateway.
pub(super) fn many_fields(message: &Message) -> String {
    format!("The head has {} fields, more than {MANY_FIELDS}.", message.field_count)
}

/// The largest limit, in KiB, that a size exceeds.
fn exceeded(size: u64) -> Option<u64> {
    LIMITS.into_iter().rev().find(|limit| size > limit.saturating_mul(1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_exceeded_by_one_byte_more() {
        assert_eq!(exceeded(4096), None);
        assert_eq!(exceeded(4097), Some(4));
        assert_eq!(exceeded(10_000_000), Some(64));
    }
}
