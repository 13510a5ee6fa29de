//! Money for bills: exact to the hundredth of a cent.

use std::fmt;

/// An amount in ten-thousandths of a currency that nobody has to name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Price(u64);

impl Price {
    /// Reads a number such as `0.99`, with up to four digits behind the point.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_number = !whole.is_empty() && digits(whole) && digits(part);
        if !is_number || part.len() > 4 || whole.len() > 9 {
            return None;
        }
        let part = format!("{part:0<4}");
        Some(Self(
            whole.parse::<u64>().ok()? * 10_000 + part.parse::<u64>().ok()?,
        ))
    }

    /// It so many times.
    #[must_use]
    pub const fn times(self, count: u64) -> Self {
        Self(self.0.saturating_mul(count))
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / 10_000, self.0 % 10_000);
        if part % 100 == 0 {
            return write!(f, "{whole}.{:02}", part / 100);
        }
        write!(f, "{whole}.{part:04}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_exact() {
        for (text, wanted) in [
            ("0.99", Some("0.99")),
            ("1", Some("1.00")),
            ("0.5", Some("0.50")),
            ("0.0125", Some("0.0125")),
            ("", None),
            ("-1", None),
            ("1e3", None),
            ("0.00001", None),
            (".5", None),
        ] {
            let read = Price::parse(text).map(|price| price.to_string());
            assert_eq!(read.as_deref(), wanted, "{text}");
        }
        let three = Price::parse("0.99").unwrap().times(3);
        assert_eq!(three.to_string(), "2.97");
    }
}
