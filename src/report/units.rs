//! Figures for people: a number and its unit, never more digits than help.

/// A duration: `210 µs`, `8.12 ms`, `60.0 s`.
#[must_use]
pub fn duration(seconds: f64) -> String {
    let micros = seconds * 1e6;
    if !micros.is_finite() || micros < 0.0 {
        return "unknown".to_owned();
    }
    if micros < 999.5 {
        format!("{micros:.0} µs")
    } else if micros < 999_500.0 {
        format!("{} ms", three_digits(micros / 1e3))
    } else {
        format!("{} s", three_digits(seconds))
    }
}

/// A number of bytes in words: `1 byte`, `34 bytes`, `12,345 bytes`, `2,097,152 bytes (2.00 MiB)`.
#[must_use]
pub fn bytes(count: u64) -> String {
    let plain = counted(count, "byte");
    if count < 1024 * 1024 {
        return plain;
    }
    let mib = mebibytes(count);
    format!("{plain} ({} MiB)", three_digits(mib))
}

/// A count with its noun: `1 field`, `3 fields`.
#[must_use]
pub fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(count))
}

/// A number with its digits in groups of three.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

fn three_digits(value: f64) -> String {
    if value < 9.995 {
        format!("{value:.2}")
    } else if value < 99.95 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}

fn mebibytes(count: u64) -> f64 {
    // In steps of a KiB, so that the count fits a u32 up to 4 TiB; above that the figure is only an order.
    let kibibytes = u32::try_from(count / 1024).unwrap_or(u32::MAX);
    f64::from(kibibytes) / 1024.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_change_their_unit_where_a_person_would() {
        let shown =
            [0.0, 0.000_21, 0.000_999_6, 0.008_123, 0.0124, 0.999_6, 1.0, 60.004, 120.0].map(duration);
        assert_eq!(
            shown,
            ["0 µs", "210 µs", "1.00 ms", "8.12 ms", "12.4 ms", "1.00 s", "1.00 s", "60.0 s", "120 s"]
        );
    }

    #[test]
    fn bytes_are_counted_in_words() {
        assert_eq!(bytes(1), "1 byte");
        assert_eq!(bytes(12_345), "12,345 bytes");
        assert_eq!(bytes(2_097_152), "2,097,152 bytes (2.00 MiB)");
    }
}
