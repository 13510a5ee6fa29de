//! What mails say, in their readers' language, from `words.toml`.
//!
//! Keys are dotted paths, the same in each language; a test holds them to that.

use std::sync::LazyLock;

const SOURCE: &str = include_str!("words.toml");
/// The languages, the one first that others fall back to.
const LANGUAGES: [&str; 6] = ["en", "nb", "sv", "da", "fi", "de"];

static TEXTS: LazyLock<toml::Table> = LazyLock::new(|| SOURCE.parse().unwrap_or_default());

/// The language of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Language(&'static str);

impl Language {
    /// That of a tag such as `no` or `de-AT`; English where it is none of those.
    pub(super) fn of(tag: Option<&str>) -> Self {
        let tag = tag.unwrap_or_default().split(['-', '_']).next();
        let tag = tag.unwrap_or_default().to_ascii_lowercase();
        let tag = match tag.as_str() {
            "no" | "nn" => "nb",
            other => other,
        };
        let known = LANGUAGES.into_iter().find(|language| *language == tag);
        Self(known.unwrap_or("en"))
    }

    /// Its code.
    pub(super) const fn code(self) -> &'static str {
        self.0
    }

    /// The text of `key` in it.
    pub(super) fn say(self, key: &str) -> &'static str {
        let mut value = TEXTS.get(self.0);
        for part in key.split('.') {
            value = value.and_then(|value| value.get(part));
        }
        value.and_then(toml::Value::as_str).unwrap_or("…")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn gather(place: &str, table: &toml::Table, into: &mut BTreeMap<String, String>) {
        for (name, value) in table {
            let place = format!("{place}.{name}");
            match value {
                toml::Value::Table(inner) => gather(&place, inner, into),
                toml::Value::String(text) => drop(into.insert(place, text.clone())),
                other => panic!("{place} is {other}"),
            }
        }
    }

    fn texts(language: &str) -> BTreeMap<String, String> {
        let mut texts = BTreeMap::new();
        gather("", TEXTS[language].as_table().unwrap(), &mut texts);
        texts
    }

    #[test]
    fn every_language_has_every_text_with_the_same_values() {
        let value = regex::Regex::new(r"\{[a-z]+\}").unwrap();
        let values = |text: &str| -> Vec<String> {
            let hits = value.find_iter(text);
            let mut hits: Vec<String> = hits.map(|hit| hit.as_str().to_owned()).collect();
            hits.sort();
            hits
        };
        let english = texts("en");
        assert!(english.len() > 10);
        for language in LANGUAGES {
            let texts = texts(language);
            assert!(texts.keys().eq(english.keys()), "{language}");
            for (key, text) in &texts {
                assert_eq!(values(text), values(&english[key]), "{language}{key}");
                assert!(!text.trim().is_empty(), "{language}{key}");
            }
        }
        assert_eq!(TEXTS.len(), LANGUAGES.len());
    }

    #[test]
    fn a_language_that_there_is_not_is_english() {
        for (tag, code) in [
            (Some("de-AT"), "de"),
            (Some("no"), "nb"),
            (Some("SV"), "sv"),
            (Some("fr"), "en"),
            (None, "en"),
        ] {
            assert_eq!(Language::of(tag).code(), code);
        }
    }
}
