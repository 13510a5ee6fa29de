//! What contacts read on Svar's own pages, in their language, from `contacts.toml`.
//!
//! Keys are dotted paths, the same in each language; a test holds them to that.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::http::{HeaderMap, header};

use super::gather;

const SOURCE: &str = include_str!("contacts.toml");
/// The languages, the one first that others fall back to.
const LANGUAGES: [&str; 6] = ["en", "nb", "sv", "da", "fi", "de"];

static TEXTS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let mut texts = HashMap::new();
    if let Ok(table) = SOURCE.parse::<toml::Table>() {
        gather("", &table, &mut texts);
    }
    texts
});

/// The language of a page for contacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::web::ui) struct Language(&'static str);

impl Language {
    /// The one that is named first among those that there are: in an address, by what is known of a
    /// contact, by the browser.
    pub(in crate::web::ui) fn of(named: &[Option<&str>], headers: &HeaderMap) -> Self {
        let accepted = headers.get(header::ACCEPT_LANGUAGE);
        let accepted = accepted.and_then(|value| value.to_str().ok());
        let accepted = accepted.into_iter().flat_map(|value| value.split(','));
        let named = named.iter().flatten().copied();
        named.chain(accepted).find_map(known).unwrap_or_default()
    }

    /// Its code.
    pub(in crate::web::ui) const fn code(self) -> &'static str {
        self.0
    }

    /// The text of `key` in it.
    pub(in crate::web::ui) fn say(self, key: &str) -> &'static str {
        let text = TEXTS.get(&format!("{}.{key}", self.0));
        text.map_or("…", String::as_str)
    }

    /// The text of `key` with each `{name}` replaced.
    pub(in crate::web::ui) fn say_with(self, key: &str, values: &[(&str, &str)]) -> String {
        let mut text = self.say(key).to_owned();
        for (name, value) in values {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }
}

impl Default for Language {
    fn default() -> Self {
        Self("en")
    }
}

/// The language of a tag such as `no` or `de-AT;q=0.8`.
fn known(tag: &str) -> Option<Language> {
    let tag = tag.split([';', '-', '_']).next().unwrap_or_default();
    let tag = tag.trim().to_ascii_lowercase();
    let tag = match tag.as_str() {
        "no" | "nn" => "nb",
        other => other,
    };
    let hit = LANGUAGES.into_iter().find(|language| *language == tag);
    hit.map(Language)
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
        for language in LANGUAGES {
            assert_eq!(keys_of(language), keys_of("en"), "{language}");
            for key in keys_of("en") {
                let text = Language(language).say(key);
                let english = Language::default().say(key);
                assert_eq!(values(text), values(english), "{language}.{key}");
            }
        }
    }

    #[test]
    fn the_first_language_that_there_is_holds() {
        let of = |named: &[Option<&str>], accepted: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, accepted.parse().unwrap());
            Language::of(named, &headers).code()
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
