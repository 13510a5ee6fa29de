//! What contacts read on Svar's own pages, in their language, from `contacts.toml`.
//!
//! Keys are dotted paths, the same in each language; a test holds them to that.

use std::sync::LazyLock;

use axum::http::{HeaderMap, header};

use super::{Catalogue, catalogue, filled};
use crate::model::Language;

const SOURCE: &str = include_str!("contacts.toml");
static TEXTS: LazyLock<Catalogue> = LazyLock::new(|| catalogue(SOURCE));

/// The language of a page for contacts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::web::ui) struct ContactLanguage(Language);

impl ContactLanguage {
    /// The one that is named first among those that there are: in an address, by what is known of a
    /// contact, by the browser.
    pub(in crate::web::ui) fn of(named: &[Option<&str>], headers: &HeaderMap) -> Self {
        let named = named.iter().flatten().find_map(|tag| Language::of_tag(tag));
        Self(named.or_else(|| accepted(headers)).unwrap_or_default())
    }

    /// Its code.
    pub(in crate::web::ui) const fn code(self) -> &'static str {
        self.0.code()
    }

    /// The text of `key` in it.
    pub(in crate::web::ui) fn say(self, key: &str) -> &'static str {
        let text = TEXTS.get(&format!("{}.{key}", self.code()));
        text.map_or("…", String::as_str)
    }

    /// The text of `key` with each `{name}` replaced.
    pub(in crate::web::ui) fn say_with(self, key: &str, values: &[(&str, &str)]) -> String {
        filled(self.say(key), values)
    }
}

/// The language that a browser wants, among those that there are.
pub(in crate::web::ui) fn accepted(headers: &HeaderMap) -> Option<Language> {
    let value = headers.get(header::ACCEPT_LANGUAGE)?;
    Language::accepted(value.to_str().ok()?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn keys_of(language: &str) -> BTreeSet<&str> {
        let start = format!("{language}.");
        let keys = TEXTS.keys();
        keys.filter_map(|key| key.strip_prefix(&start)).collect()
    }

    #[test]
    fn every_language_has_every_text_with_the_same_values() {
        assert!(keys_of("en").len() > 20);
        let value = regex::Regex::new(r"\{[a-z]+\}").unwrap();
        let values = |text: &str| -> BTreeSet<String> {
            let hits = value.find_iter(text);
            hits.map(|hit| hit.as_str().to_owned()).collect()
        };
        for language in Language::ALL.map(Language::code) {
            assert_eq!(keys_of(language), keys_of("en"), "{language}");
            for key in keys_of("en") {
                let text = TEXTS[&format!("{language}.{key}")].as_str();
                let english = ContactLanguage::default().say(key);
                assert_eq!(values(text), values(english), "{language}.{key}");
            }
        }
    }

    #[test]
    fn the_first_language_that_there_is_holds() {
        let of = |named: &[Option<&str>], accepted: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, accepted.parse().unwrap());
            ContactLanguage::of(named, &headers).code()
        };
        assert_eq!(of(&[], "fr-FR,fr;q=0.9,de-AT;q=0.8,en;q=0.5"), "de");
        assert_eq!(of(&[Some("no")], "de"), "nb");
        assert_eq!(of(&[Some("fr"), None, Some("fi")], "de"), "fi");
        assert_eq!(of(&[None], "ja"), "en");
    }

    #[test]
    fn every_text_that_a_page_asks_for_exists() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/web/ui/page/outside");
        let asked = regex::Regex::new(r#"\.(?:say|say_with)\(\s*"([a-z_.]+)""#).unwrap();
        let mut found = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let source = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            for hit in asked.captures_iter(&source) {
                assert!(keys_of("en").contains(&hit[1]), "{}", &hit[1]);
                found += 1;
            }
        }
        assert!(found > 15, "{found}");
    }
}
