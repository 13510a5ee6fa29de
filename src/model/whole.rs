//! Whole numbers of JSON, however they are written: `30` and `30.0` are the same to JSON Schema.

use serde::{Deserialize, Deserializer, de};

/// Reads a whole number or null.
pub fn whole_number<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: TryFrom<i64>,
    D: Deserializer<'de>,
{
    let Some(number) = Option::<serde_json::Number>::deserialize(deserializer)? else {
        return Ok(None);
    };
    let wrong = || de::Error::custom(format!("`{number}` is no whole number that can be used"));
    let whole = number.as_i64().or_else(|| exact(number.as_f64()?));
    let whole = whole.and_then(|whole| T::try_from(whole).ok());
    whole.map(Some).ok_or_else(wrong)
}

/// Reads a whole number that may not be left out.
pub fn required_number<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: TryFrom<i64>,
    D: Deserializer<'de>,
{
    let number = whole_number(deserializer)?;
    number.ok_or_else(|| de::Error::custom("null is no whole number that can be used"))
}

/// The whole number that a float is, as far as floats tell whole numbers apart.
fn exact(float: f64) -> Option<i64> {
    const MAX_EXACT: f64 = 9_007_199_254_740_992.0;
    let is_whole = float.fract() == 0.0 && float.abs() <= MAX_EXACT;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it is whole and small enough"
    )]
    let whole = float as i64;
    is_whole.then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Days {
        #[serde(default, deserialize_with = "whole_number")]
        days: Option<u32>,
    }

    #[test]
    fn a_whole_number_may_be_written_as_a_float() {
        let read = |text: &str| serde_json::from_str::<Days>(text).map(|days| days.days);
        assert_eq!(read(r#"{"days":30.0}"#).unwrap(), Some(30));
        assert_eq!(read(r#"{"days":30}"#).unwrap(), Some(30));
        assert_eq!(read(r#"{"days":null}"#).unwrap(), None);
        assert_eq!(read("{}").unwrap(), None);
        for bad in ["30.5", "-1", "1e300", r#""30""#, "5000000000"] {
            assert!(read(&format!(r#"{{"days":{bad}}}"#)).is_err(), "{bad}");
        }
    }
}
