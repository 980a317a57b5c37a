//! Sizes such as `10MB`, in all the readings that their unit allows.

/// The bytes that a size means with decimal and with binary units: `10MB` is 10,000,000 or 10,485,760.
pub(super) fn readings(text: &str) -> Option<(u64, u64)> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().ok()?;
    let (decimal, binary): (u64, u64) = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" | "bytes" => (1, 1),
        "k" | "kb" => (1_000, 1 << 10),
        "m" | "mb" => (1_000_000, 1 << 20),
        "g" | "gb" => (1_000_000_000, 1 << 30),
        "kib" => (1 << 10, 1 << 10),
        "mib" => (1 << 20, 1 << 20),
        "gib" => (1 << 30, 1 << 30),
        _ => return None,
    };
    Some((number.checked_mul(decimal)?, number.checked_mul(binary)?))
}

#[cfg(test)]
mod tests {
    use super::readings;

    #[test]
    fn units_without_a_binary_mark_have_two_readings() {
        assert_eq!(readings("10MB"), Some((10_000_000, 10_485_760)));
        assert_eq!(readings("64 KiB"), Some((65_536, 65_536)));
        assert_eq!(readings("1000"), Some((1000, 1000)));
        assert_eq!(readings("ten"), None);
    }
}
