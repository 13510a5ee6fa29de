//! What mails say, in their readers' language, from `words.toml`.
//!
//! Keys are dotted paths, the same in each language; a test holds them to that.

use std::sync::LazyLock;

use crate::model::Language;

const SOURCE: &str = include_str!("words.toml");
static TEXTS: LazyLock<toml::Table> = LazyLock::new(|| SOURCE.parse().unwrap_or_default());

/// The text of `key` in a language.
pub(super) fn say(language: Language, key: &str) -> &'static str {
    let mut value = TEXTS.get(language.code());
    for part in key.split('.') {
        value = value.and_then(|value| value.get(part));
    }
    value.and_then(toml::Value::as_str).unwrap_or("…")
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
        for language in Language::ALL.map(Language::code) {
            let texts = texts(language);
            assert!(texts.keys().eq(english.keys()), "{language}");
            for (key, text) in &texts {
                assert_eq!(values(text), values(&english[key]), "{language}{key}");
                assert!(!text.trim().is_empty(), "{language}{key}");
            }
        }
        assert_eq!(TEXTS.len(), Language::ALL.len());
    }
}
