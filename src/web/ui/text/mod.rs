//! Every text of the interface, from `en.toml` and its sisters; no page writes a sentence of its own.
//!
//! Keys are dotted paths, the same in each language. What a report says of itself is in the
//! registry instead; what contacts read is in `contacts`.

mod contacts;
mod reader;
mod report;

use std::collections::HashMap;
use std::sync::LazyLock;

use icu_locale_core::locale;
use icu_plurals::{PluralCategory, PluralRules};

pub(super) use contacts::{ContactLanguage, accepted};
pub use reader::Reader;
pub(super) use reader::blocking;
pub(super) use report::{definition_of, name_of_shipped, questions_of, title_of};

use crate::model::Language;
use crate::report::Report;

/// The texts of a language, by their keys.
type Catalogue = HashMap<String, String>;

static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| catalogue(include_str!("en.toml")));
static NORWEGIAN: LazyLock<Catalogue> = LazyLock::new(|| catalogue(include_str!("nb.toml")));
static SWEDISH: LazyLock<Catalogue> = LazyLock::new(|| catalogue(include_str!("sv.toml")));
static DANISH: LazyLock<Catalogue> = LazyLock::new(|| catalogue(include_str!("da.toml")));
static FINNISH: LazyLock<Catalogue> = LazyLock::new(|| catalogue(include_str!("fi.toml")));
static GERMAN: LazyLock<Catalogue> = LazyLock::new(|| catalogue(include_str!("de.toml")));

fn catalogue(source: &str) -> Catalogue {
    let mut texts = HashMap::new();
    if let Ok(table) = source.parse::<toml::Table>() {
        gather("", &table, &mut texts);
    }
    texts
}

fn catalogue_of(language: Language) -> &'static Catalogue {
    match language {
        Language::English => &ENGLISH,
        Language::Norwegian => &NORWEGIAN,
        Language::Swedish => &SWEDISH,
        Language::Danish => &DANISH,
        Language::Finnish => &FINNISH,
        Language::German => &GERMAN,
    }
}

fn gather(path: &str, table: &toml::Table, texts: &mut HashMap<String, String>) {
    for (name, value) in table {
        let path = if path.is_empty() {
            name.clone()
        } else {
            format!("{path}.{name}")
        };
        match value {
            toml::Value::Table(table) => gather(&path, table, texts),
            toml::Value::String(text) => {
                texts.insert(path, text.clone());
            }
            _ => {}
        }
    }
}

/// The text of `key` in the reader's language, if there is one.
pub(super) fn find(key: &str) -> Option<&'static str> {
    let text = catalogue_of(Reader::present().language).get(key);
    text.or_else(|| ENGLISH.get(key)).map(String::as_str)
}

/// The text of `key`.
pub fn t(key: &str) -> &'static str {
    find(key).unwrap_or("…")
}

/// The text of `key` with each `{name}` replaced.
pub fn fill(key: &str, values: &[(&str, &str)]) -> String {
    filled(t(key), values)
}

fn filled(text: &str, values: &[(&str, &str)]) -> String {
    let mut text = text.to_owned();
    for (name, value) in values {
        text = text.replace(&format!("{{{name}}}"), value);
    }
    text
}

/// A word as it stands within a sentence, in the reader's language: small, other than in German.
pub(super) fn inside(word: &str) -> String {
    match Reader::present().language {
        Language::German => word.to_owned(),
        _ => word.to_lowercase(),
    }
}

/// The form that goes with a number, in the reader's language: `one` or `many`.
pub(super) fn form_of(number: u64) -> &'static str {
    let locale = match Reader::present().language {
        Language::English => locale!("en"),
        Language::Norwegian => locale!("nb"),
        Language::Swedish => locale!("sv"),
        Language::Danish => locale!("da"),
        Language::Finnish => locale!("fi"),
        Language::German => locale!("de"),
    };
    match PluralRules::try_new_cardinal(locale.into()) {
        Ok(rules) if rules.category_for(number) == PluralCategory::One => "one",
        _ => "many",
    }
}

/// Texts inside templates: `{{ self.t("overview.title") }}`.
pub(super) trait Words {
    /// The text of `key`.
    fn t(&self, key: &str) -> &'static str {
        t(key)
    }

    /// The title of a report.
    fn title_of(&self, report: &Report) -> &'static str {
        title_of(report)
    }

    /// The questions that a report answers.
    fn questions_of(&self, report: &Report) -> Vec<&'static str> {
        questions_of(report)
    }

    /// The code of the language that they are in.
    fn language(&self) -> &'static str {
        Reader::present().language.code()
    }
}

impl<T> Words for T {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::model::{ClockFormat, Timestamp};
    use crate::web::ui::{date, figure};

    fn keys_in(folder: &Path, keys: &mut Vec<(String, String)>) {
        let pattern = regex::Regex::new(r#"\b(?:t|fill|plural)\(\s*"([a-z_.]+)""#).unwrap();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                keys_in(&path, keys);
            } else if let Ok(source) = std::fs::read_to_string(&path) {
                for hit in pattern.captures_iter(&source) {
                    let plural = hit[0].starts_with("plural");
                    let key = format!("{}{}", &hit[1], if plural { ".many" } else { "" });
                    keys.push((key, path.display().to_string()));
                }
            }
        }
    }

    #[test]
    fn every_text_that_is_asked_for_exists() {
        let mut keys = Vec::new();
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/web/ui"));
        keys_in(folder, &mut keys);
        assert!(keys.len() > 50, "only {} found", keys.len());
        let missing: Vec<_> = keys.iter().filter(|(key, _)| find(key).is_none()).collect();
        assert!(missing.is_empty(), "{missing:#?}");
    }

    #[test]
    fn every_language_has_every_text_with_the_same_values() {
        let value = regex::Regex::new(r"\{[a-z_]+\}").unwrap();
        let values = |text: &str| -> BTreeSet<String> {
            let hits = value.find_iter(text);
            hits.map(|hit| hit.as_str().to_owned()).collect()
        };
        for language in Language::ALL.into_iter().skip(1) {
            let (texts, code) = (catalogue_of(language), language.code());
            let missing: Vec<_> = ENGLISH
                .keys()
                .filter(|key| !texts.contains_key(*key))
                .collect();
            assert!(missing.is_empty(), "{code} has not: {missing:#?}");
            let odd: Vec<_> = texts
                .keys()
                .filter(|key| !ENGLISH.contains_key(*key))
                .collect();
            assert!(odd.is_empty(), "{code} has besides: {odd:#?}");
            for (key, text) in texts {
                assert!(!text.is_empty(), "{code}: {key}");
                assert_eq!(values(text), values(&ENGLISH[key]), "{code}: {key}");
            }
        }
    }

    #[test]
    fn numbers_days_and_durations_are_written_as_the_reader_does() {
        let written = |language| {
            let reader = Reader {
                language,
                clock: ClockFormat::Hours12,
            };
            let at = Timestamp::parse("2025-11-03T13:05:00Z").unwrap();
            reader.reads(|| {
                let day = date::instant(at, chrono_tz::Europe::Oslo);
                let number = figure::count(1_234_567.0);
                let (share, time) = (figure::share(0.6125), figure::duration(11_100.0));
                format!("{day} | {number} | {share} | {time}")
            })
        };
        let expected = [
            "3 Nov 2025, 2:05 PM CET | 1,234,567 | 61.3\u{202f}% | 3 h 05 m",
            "3. nov. 2025, 2:05 PM CET | 1\u{a0}234\u{a0}567 | 61,3\u{202f}% | 3 t 05 m",
            "3 nov 2025, 2:05 PM CET | 1\u{a0}234\u{a0}567 | 61,3\u{202f}% | 3 h 05 m",
            "3. nov 2025, 2:05 PM CET | 1.234.567 | 61,3\u{202f}% | 3 t 05 m",
            "3.11.2025, 2:05 PM CET | 1\u{a0}234\u{a0}567 | 61,3\u{202f}% | 3 h 05 min",
            "3. Nov 2025, 2:05 PM CET | 1.234.567 | 61,3\u{202f}% | 3 h 05 min",
        ];
        for (language, expected) in Language::ALL.into_iter().zip(expected) {
            assert_eq!(written(language), expected, "{}", language.code());
        }
    }

    #[test]
    fn a_text_takes_its_values_and_knows_one_from_many() {
        assert_eq!(figure::plural("rows.total", 1), "1 row");
        assert_eq!(figure::plural("rows.total", 1204), "1,204 rows");
    }
}
