//! Figures with their units, as people read them.

/// A duration: `0.2 ms`, `31 ms`, `2.00 s`, `61.3 s`.
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

/// A number of bytes, exact, with thousands apart: `1 byte`, `9,012 bytes`.
#[must_use]
pub fn bytes(count: u64) -> String {
    if count == 1 { "1 byte".to_owned() } else { format!("{} bytes", thousands(count)) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_three_digits_or_so() {
        assert_eq!(seconds(0.000_042), "42 µs");
        assert_eq!(seconds(0.000_25), "0.2 ms");
        assert_eq!(seconds(0.031_4), "31 ms");
        assert_eq!(seconds(2.0), "2.00 s");
        assert_eq!(seconds(61.27), "61.3 s");
    }

    #[test]
    fn thousands_are_apart() {
        assert_eq!([0, 999, 1000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(bytes(1), "1 byte");
    }
}
