//! Figures with their units, as people read them. One place, so that all rooms write them alike.
//!
//! A duration comes in two ways. In a sentence a rough one reads better ([`seconds`]); where durations stand one
//! beside another and are compared, they have three digits ([`precise_seconds`]).

/// A duration in a sentence: `0.2 ms`, `31 ms`, `2.00 s`, `61.3 s`.
#[must_use]
pub fn seconds(seconds: f64) -> String {
    let millis = seconds * 1e3;
    if millis < 0.1 {
        format!("{:.0} µs", seconds * 1e6)
    } else if millis < 10.0 {
        format!("{millis:.1} ms")
    } else if millis < 1000.0 {
        format!("{millis:.0} ms")
    } else if seconds < 10.0 {
        format!("{seconds:.2} s")
    } else {
        format!("{seconds:.1} s")
    }
}

/// A duration to be compared with others: `210 µs`, `8.12 ms`, `60.0 s`.
#[must_use]
pub fn precise_seconds(seconds: f64) -> String {
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

/// A number of bytes, exact, with thousands apart: `1 byte`, `9,012 bytes`.
#[must_use]
pub fn bytes(count: u64) -> String {
    counted(count, "byte")
}

/// The same, and what it comes to where that is hard to see: `2,097,152 bytes (2.00 MiB)`.
#[must_use]
pub fn bytes_and_mebibytes(count: u64) -> String {
    if count < 1024 * 1024 {
        return bytes(count);
    }
    format!("{} ({} MiB)", bytes(count), three_digits(mebibytes(count)))
}

/// A count with its noun: `1 field`, `3 fields`.
#[must_use]
pub fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", thousands(count))
}

/// A number with its thousands apart: `9,012`.
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
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
    fn a_duration_in_a_sentence_is_rough() {
        assert_eq!(seconds(0.000_042), "42 µs");
        assert_eq!(seconds(0.000_25), "0.2 ms");
        assert_eq!(seconds(0.031_4), "31 ms");
        assert_eq!(seconds(2.0), "2.00 s");
        assert_eq!(seconds(61.27), "61.3 s");
    }

    #[test]
    fn precise_durations_change_their_unit_where_a_person_would() {
        let shown =
            [0.0, 0.000_21, 0.000_999_6, 0.008_123, 0.0124, 0.999_6, 1.0, 60.004, 120.0].map(precise_seconds);
        assert_eq!(
            shown,
            ["0 µs", "210 µs", "1.00 ms", "8.12 ms", "12.4 ms", "1.00 s", "1.00 s", "60.0 s", "120 s"]
        );
    }

    #[test]
    fn bytes_are_counted_in_words() {
        assert_eq!([1, 12_345].map(bytes), ["1 byte", "12,345 bytes"]);
        assert_eq!([1, 12_345].map(bytes_and_mebibytes), ["1 byte", "12,345 bytes"]);
        assert_eq!(bytes_and_mebibytes(2_097_152), "2,097,152 bytes (2.00 MiB)");
    }

    #[test]
    fn thousands_are_apart() {
        assert_eq!([0, 999, 1000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
    }
}
