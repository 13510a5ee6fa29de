//! A record's fields, read as leniently as exports are written.
//!
//! A number may stand as text, an instant as epoch seconds, a list's one entry without its list;
//! what is absent, null, empty or of another kind is `None`. Nothing is refused here: whoever
//! needs a field says so. Fed by `pages`; read by translations.

use serde_json::{Map, Value};

use crate::model::Timestamp;

/// Instants from here on stand in milliseconds, not in seconds: the year 2286.
const FIRST_MILLIS: i64 = 10_000_000_000;

/// The fields of a record, or of an object in it.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    pub(super) const fn new(fields: &'a Map<String, Value>) -> Self {
        Self(fields)
    }

    /// The fields of a value, if it is an object.
    pub(super) fn of(value: &'a Value) -> Option<Self> {
        value.as_object().map(Self)
    }

    /// A field as it stands.
    pub(super) fn value(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// Whether there is such a field, be it null.
    pub(super) fn has(self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// An id: a whole number or a text.
    pub(super) fn id(self, name: &str) -> Option<String> {
        id(self.value(name)?)
    }

    /// A text with something in it, without blanks around it.
    pub(super) fn text(self, name: &str) -> Option<&'a str> {
        let text = self.value(name)?.as_str()?.trim();
        (!text.is_empty()).then_some(text)
    }

    /// A whole number, also as text.
    pub(super) fn whole(self, name: &str) -> Option<i64> {
        whole(self.value(name)?)
    }

    /// A length of time in seconds, which may have a fraction; whole ones of it.
    pub(super) fn seconds(self, name: &str) -> Option<u64> {
        let secs = match self.value(name)? {
            Value::Number(number) => number.as_f64()?,
            Value::String(text) => text.trim().parse().ok()?,
            _ => return None,
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is neither negative nor longer than a century"
        )]
        let whole = secs.round() as u64;
        (0.0..3_200_000_000.0).contains(&secs).then_some(whole)
    }

    /// Yes or no, also as text or number.
    pub(super) fn truth(self, name: &str) -> Option<bool> {
        match self.value(name)? {
            Value::Bool(truth) => Some(*truth),
            Value::Number(number) => Some(number.as_f64()? != 0.0),
            Value::String(text) => Self::truth_of(text),
            _ => None,
        }
    }

    /// Yes or no as a text.
    pub(super) fn truth_of(text: &str) -> Option<bool> {
        match text.trim().to_ascii_lowercase().as_str() {
            "true" | "t" | "1" | "yes" => Some(true),
            "false" | "f" | "0" | "no" => Some(false),
            _ => None,
        }
    }

    /// An instant.
    pub(super) fn instant(self, name: &str) -> Option<Timestamp> {
        instant(self.value(name)?)
    }

    /// The first of several fields that is an instant.
    pub(super) fn instant_of(self, names: &[&str]) -> Option<Timestamp> {
        names.iter().find_map(|name| self.instant(name))
    }

    /// The entries of a list; a single value is a list of one.
    pub(super) fn list(self, name: &str) -> &'a [Value] {
        match self.value(name) {
            Some(Value::Array(entries)) => entries,
            Some(one) => std::slice::from_ref(one),
            None => &[],
        }
    }

    /// The objects of a list.
    pub(super) fn objects(self, name: &str) -> impl Iterator<Item = Self> {
        self.list(name).iter().filter_map(Self::of)
    }

    /// The texts and numbers of a list; a text is also taken apart at blanks and commas.
    pub(super) fn words(self, name: &str) -> Vec<String> {
        match self.value(name) {
            Some(Value::String(text)) => text
                .split([',', ' '])
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect(),
            Some(Value::Array(entries)) => entries.iter().filter_map(id).collect(),
            _ => Vec::new(),
        }
    }

    /// An object.
    pub(super) fn object(self, name: &str) -> Option<Self> {
        Self::of(self.value(name)?)
    }

    /// All names and values.
    pub(super) fn all(self) -> impl Iterator<Item = (&'a String, &'a Value)> {
        self.0.iter()
    }

    /// The record as JSON.
    pub(super) fn to_json(self) -> String {
        // A map with text keys: writing it cannot fail.
        serde_json::to_string(self.0).unwrap_or_default()
    }
}

/// An id as text: exports write it as number or text, tables with a fraction of zero.
pub(super) fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => {
            let text = text.trim();
            (!text.is_empty()).then(|| text.to_owned())
        }
        Value::Number(number) if number.is_f64() => whole(value).map(|whole| whole.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| of_fraction(number.as_f64()?)),
        Value::String(text) => {
            let text = text.trim();
            text.parse()
                .ok()
                .or_else(|| of_fraction(text.parse().ok()?))
        }
        _ => None,
    }
}

/// A whole number that stands with a fraction of zero.
fn of_fraction(number: f64) -> Option<i64> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it has no fraction and is less than 2^53"
    )]
    let whole = number as i64;
    (number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0).then_some(whole)
}

/// An instant: RFC 3339, the same with a blank or without an offset (then UTC), or seconds or
/// milliseconds since 1970.
pub(super) fn instant(value: &Value) -> Option<Timestamp> {
    if let Value::String(text) = value {
        let text = text.trim();
        if let Some(at) = written(text) {
            return Some(at);
        }
    }
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    if !number.is_finite() || number <= 0.0 {
        return None;
    }
    let scale = if number < FIRST_MILLIS as f64 {
        1_000.0
    } else {
        1.0
    };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it is held within the instants that there are"
    )]
    let millis = (number * scale).min(Timestamp::MAX.millis() as f64) as i64;
    Some(Timestamp::from_millis(millis))
}

fn written(text: &str) -> Option<Timestamp> {
    if let Ok(at) = Timestamp::parse(text) {
        return Some(at);
    }
    if text.len() < 10 || !text.is_ascii() {
        return None;
    }
    let text = text.strip_suffix(" UTC").unwrap_or(text);
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00:00"));
    Timestamp::parse(&format!("{date}T{time}Z"))
        .or_else(|_| Timestamp::parse(&format!("{date}T{time}:00Z")))
        .ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_come_as_numbers_and_texts_of_any_size() {
        for (value, wanted) in [
            (json!(5), Some("5")),
            (json!("5"), Some("5")),
            (json!(5.0), Some("5")),
            (json!(-1), Some("-1")),
            (
                json!(18_446_744_073_709_551_615_u64),
                Some("18446744073709551615"),
            ),
            (json!(9_007_199_254_740_993_u64), Some("9007199254740993")),
            (json!(""), None),
            (json!([]), None),
            (json!(1.5), None),
        ] {
            assert_eq!(id(&value).as_deref(), wanted, "{value}");
        }
    }

    #[test]
    fn an_instant_comes_in_all_ways_that_exports_write_it() {
        let wanted = Timestamp::parse("2026-01-02T03:04:05Z").unwrap();
        for value in [
            json!("2026-01-02T03:04:05Z"),
            json!("2026-01-02T04:04:05+01:00"),
            json!("2026-01-02 03:04:05"),
            json!("2026-01-02 03:04:05 UTC"),
            json!("2026-01-02T03:04:05"),
            json!(1_767_323_045),
            json!("1767323045"),
            json!(1_767_323_045_000_i64),
            json!(1_767_323_045.0),
        ] {
            assert_eq!(instant(&value), Some(wanted), "{value}");
        }
        for value in [
            json!(null),
            json!({}),
            json!(""),
            json!("soon"),
            json!(-5),
            json!(0),
        ] {
            assert_eq!(instant(&value), None, "{value}");
        }
        assert_eq!(
            instant(&json!("2026-01-02 03:04")),
            Some(Timestamp::parse("2026-01-02T03:04:00Z").unwrap())
        );
    }

    #[test]
    fn what_is_of_another_kind_is_as_absent() {
        let record = json!({"a": {"b": 1}, "n": "7", "yes": "TRUE", "tags": "vip, new", "one": "x", "e": " "});
        let fields = Fields::of(&record).unwrap();
        assert_eq!(fields.text("a"), None);
        assert_eq!(fields.text("e"), None);
        assert_eq!(fields.whole("n"), Some(7));
        assert_eq!(fields.truth("yes"), Some(true));
        assert_eq!(fields.words("tags"), ["vip", "new"]);
        assert_eq!(fields.list("one").len(), 1);
        assert!(fields.object("a").is_some());
        assert!(fields.object("n").is_none());
    }
}
