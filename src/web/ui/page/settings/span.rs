//! Spans of time as people type them.

use crate::model::Invalid;

/// The units of a span, the longest first: what it is typed with, and its seconds.
const UNITS: [(&str, u64); 3] = [("d", 86_400), ("h", 3_600), ("m", 60)];

/// Seconds of a text such as `30 m`, `4 h` or `2 d`; of nothing: none.
pub(super) fn span(field: &str, text: &str) -> Result<Option<u64>, Invalid> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || {
        let reason = format!("`{text}` is no span; expected one such as 30 m, 4 h or 2 d");
        Invalid::new(field, reason)
    };
    let mut all = 0_u64;
    let mut digits = String::new();
    for part in text.split_inclusive(char::is_alphabetic) {
        let (number, unit) = part.split_at(part.trim_end_matches(char::is_alphabetic).len());
        digits.clear();
        digits.push_str(number.trim());
        let number: u64 = digits.parse().map_err(|_error| wrong())?;
        let unit = UNITS.iter().find(|(name, _)| *name == unit);
        let secs = unit.and_then(|(_, secs)| number.checked_mul(*secs));
        all = secs
            .and_then(|secs| all.checked_add(secs))
            .ok_or_else(wrong)?;
    }
    Ok(Some(all))
}

/// Seconds as [`span`] reads them.
pub(super) fn typed_span(secs: u64) -> String {
    let mut left = secs;
    let mut parts = Vec::new();
    for (name, unit) in UNITS {
        if left / unit > 0 {
            parts.push(format!("{} {name}", left / unit));
        }
        left %= unit;
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_typed_as_people_write_it() {
        for (text, secs) in [("30 m", 1_800), ("4h", 14_400), ("1 d 12 h", 129_600)] {
            assert_eq!(span("close_secs", text).unwrap(), Some(secs), "{text}");
            assert_eq!(span("close_secs", &typed_span(secs)).unwrap(), Some(secs));
        }
        assert_eq!(span("close_secs", "").unwrap(), None);
        for odd in ["4", "soon", "4 y", "-4 h", "h", "99999999999999999999 d"] {
            assert!(span("close_secs", odd).is_err(), "{odd}");
        }
    }
}
