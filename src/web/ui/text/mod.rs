//! Every text of the interface, from `en.toml`; no page writes a sentence of its own.
//!
//! Keys are dotted paths. What a report says of itself is in the registry instead; what contacts
//! read is in `contacts`, in their languages.

mod contacts;

use std::collections::HashMap;
use std::sync::LazyLock;

pub(super) use contacts::Language;

const SOURCE: &str = include_str!("en.toml");

static TEXTS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let mut texts = HashMap::new();
    if let Ok(table) = SOURCE.parse::<toml::Table>() {
        gather("", &table, &mut texts);
    }
    texts
});

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

/// The text of `key`, if there is one.
pub(super) fn find(key: &str) -> Option<&'static str> {
    TEXTS.get(key).map(String::as_str)
}

/// The text of `key`.
pub(super) fn t(key: &str) -> &'static str {
    find(key).unwrap_or("…")
}

/// The text of `key` with each `{name}` replaced.
pub(super) fn fill(key: &str, values: &[(&str, &str)]) -> String {
    let mut text = t(key).to_owned();
    for (name, value) in values {
        text = text.replace(&format!("{{{name}}}"), value);
    }
    text
}

/// Texts inside templates: `{{ self.t("overview.title") }}`.
pub(super) trait Words {
    /// The text of `key`.
    fn t(&self, key: &str) -> &'static str {
        t(key)
    }
}

impl<T> Words for T {}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::web::ui::figure;

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
    fn a_text_takes_its_values_and_knows_one_from_many() {
        assert_eq!(figure::plural("rows.total", 1), "1 row");
        assert_eq!(figure::plural("rows.total", 1204), "1,204 rows");
    }
}
