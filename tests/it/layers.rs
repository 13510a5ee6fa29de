//! The layers of ARCHITECTURE.md: who may import whom, and the few places that may
//! touch time, environment and sled.
//!
//! Reads the source; compiles nothing. A layer is a folder or a file directly under
//! `src/`. A new arrow is a change of the table here, with the reason next to its row.
//! Within a layer `circles` looks.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::source::{Word, heads, rust_files, words};

/// Each layer and what it may import next to itself, [`SHARED`] and outside crates. In
/// the order of the flow: an arrow to a layer further down is a mistake.
const LAYERS: &[(&str, &[&str])] = &[
    ("model", &[]),
    // The clock gives the model's instants.
    ("clock", &["model"]),
    ("config", &["model"]),
    // Any write may be one that the recovery tests stop at.
    ("failpoint", &[]),
    ("disk", &[]),
    ("lock", &[]),
    ("fetch", &[]),
    ("demo", &["model"]),
    // Imported words are acknowledgements by the same measure as live ones.
    ("ingest", &["model", "svar_index"]),
    ("command", &["model"]),
    ("connect", &["model"]),
    ("agent", &["model", "svar_index"]),
    ("journal", &["model"]),
    ("store", &["model"]),
    ("metrics", &["model"]),
    (
        "projection",
        &["model", "journal", "store", "metrics", "svar_index"],
    ),
    ("report", &["model", "metrics"]),
    // Drafts of answers come from a command or a file.
    (
        "knowledge",
        &[
            "model",
            "ingest",
            "command",
            "agent",
            "metrics",
            "svar_index",
        ],
    ),
    (
        "app",
        &[
            "model",
            "knowledge",
            "demo",
            "ingest",
            "command",
            "connect",
            "agent",
            "journal",
            "store",
            "metrics",
            "projection",
            "report",
            "svar_index",
        ],
    ),
    (
        "work",
        &["app", "knowledge", "command", "model", "svar_index"],
    ),
    ("web", &["app", "command", "report", "model"]),
    // A report by mail says what its page shows.
    (
        "notify",
        &["app", "work", "web", "command", "report", "model"],
    ),
    (
        "cli",
        &[
            "app", "command", "work", "web", "notify", "report", "model", "demo",
        ],
    ),
    ("main", &["cli"]),
    ("lib", &[]),
];

/// What every layer may import.
const SHARED: &[&str] = &["clock", "config", "disk", "failpoint", "fetch", "lock"];

/// The crates of ours that `svar` is made of, as a path begins with them.
const LEAVES: &[&str] = &["svar_index"];

/// Paths that read the time, make ids or read the environment, and the one layer
/// that may. Next to clippy's list, because that one can be silenced at the place.
const GUARDED: &[(&str, &str, &str)] = &[
    ("SystemTime", "now", "clock"),
    ("Utc", "now", "clock"),
    ("Local", "now", "clock"),
    ("Uuid", "new_v4", "clock"),
    ("Uuid", "now_v7", "clock"),
    ("env", "var", "config"),
    ("env", "var_os", "config"),
    ("env", "vars", "config"),
    ("env", "vars_os", "config"),
];

/// The most lines of a file before its tests.
const MAX_LINES: usize = 400;

/// What is wrong in one file: line and complaint.
type Faults = Vec<(usize, String)>;

/// Checks the code of one file, `path` being relative to `src/`.
fn faults_of(path: &str, source: &str) -> Faults {
    let layer = layer_of(path);
    let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
        return vec![(1, format!("`{layer}` is no layer of the table"))];
    };
    let words = words(source);
    let first_test_line = lines_before_tests(source) + 1;
    let mut faults = Faults::new();
    for (at, word) in words.iter().enumerate() {
        for import in imports_at(&words, at, path) {
            let name = import.text.as_str();
            // Tests may start from the synthetic desk, whatever they test.
            let is_test_data = name == "demo" && import.line >= first_test_line;
            let is_allowed =
                name == layer || SHARED.contains(&name) || allowed.contains(&name) || is_test_data;
            if !is_allowed {
                faults.push((import.line, format!("`{layer}` may not import `{name}`")));
            }
        }
        if word.text == "sled" && layer != "store" {
            faults.push((word.line, "only `store` may name `sled`".to_owned()));
        }
        if let Some(owner) = owner_of(&words, at).filter(|owner| *owner != layer) {
            let complaint = format!("only `{owner}` may call `{}`", path_at(&words, at));
            faults.push((word.line, complaint));
        }
    }
    faults
}

/// The layer of a file: `report` for `report/query.rs`, `app` for `app.rs`.
fn layer_of(path: &str) -> &str {
    let first = path.split('/').next().unwrap_or_default();
    first.strip_suffix(".rs").unwrap_or(first)
}

/// The layers and leaf crates that the path beginning at `words[at]` leads into.
fn imports_at<'a>(words: &'a [Word], at: usize, path: &str) -> Vec<&'a Word> {
    let text = words[at].text.as_str();
    let is_path = words.get(at + 1).is_some_and(|next| next.text == "::");
    let begins = at == 0 || words[at - 1].text != "::";
    if LEAVES.contains(&text) {
        return if begins { vec![&words[at]] } else { Vec::new() };
    }
    match text {
        // The library is `svar` to its own binary, and `$crate` to its own macros.
        "crate" | "svar" if is_path && begins => heads(&words[at + 2..]),
        "super" if is_path && begins => imports_from_root(&words[at..], path),
        _ => Vec::new(),
    }
}

/// What `super::super::…` leads into, if it climbs as far as the root.
fn imports_from_root<'a>(words: &'a [Word], path: &str) -> Vec<&'a Word> {
    let climbs = words
        .chunks(2)
        .take_while(|pair| pair[0].text == "super" && pair.len() == 2 && pair[1].text == "::")
        .count();
    let depth = path.trim_end_matches("/mod.rs").split('/').count();
    if climbs < depth {
        return Vec::new();
    }
    // Inside a module of the file itself one climb more is needed, so a name that is
    // no layer's is none of the root.
    let is_layer = |word: &&Word| LAYERS.iter().any(|(name, _)| *name == word.text);
    let reached = heads(&words[2 * climbs..]);
    reached.into_iter().filter(is_layer).collect()
}

/// The layer that alone may use the path at `words[at]`, if it is a guarded one.
fn owner_of(words: &[Word], at: usize) -> Option<&'static str> {
    let text = |n: usize| words.get(at + n).map_or("", |word| word.text.as_str());
    if text(1) != "::" {
        return None;
    }
    let named: Vec<&str> = heads(words.get(at + 2..)?)
        .into_iter()
        .map(|word| word.text.as_str())
        .collect();
    GUARDED
        .iter()
        .find(|(parent, name, _)| *parent == text(0) && named.contains(name))
        .map(|(_, _, owner)| *owner)
}

fn path_at(words: &[Word], at: usize) -> String {
    let path = words.iter().skip(at).take(3);
    path.map(|word| word.text.as_str()).collect()
}

/// How many lines stand before the module of unit tests at the file's foot.
fn lines_before_tests(source: &str) -> usize {
    let lines: Vec<&str> = source.lines().collect();
    let begins_tests = |pair: &[&str]| {
        pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod ") && pair[1].ends_with('{')
    };
    lines
        .windows(2)
        .position(begins_tests)
        .unwrap_or(lines.len())
}

/// Whether the file holds nothing but tests, by its name.
fn is_test_file(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.ends_with("_tests.rs")
}

/// Runs `check` over every Rust file under `folder` and complains about all at once.
fn check_all(folder: &str, check: impl Fn(&str, &str) -> Faults) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut complaints = String::new();
    for file in rust_files(&folder) {
        let source = fs::read_to_string(&file).unwrap();
        let path = file.strip_prefix(&folder).unwrap();
        let path = path.to_str().unwrap().replace('\\', "/");
        for (line, complaint) in check(&path, &source) {
            writeln!(complaints, "{}:{line}: {complaint}", file.display()).unwrap();
        }
    }
    assert!(complaints.is_empty(), "\n{complaints}");
}

#[test]
fn every_layer_imports_only_what_its_row_names() {
    check_all("src", faults_of);
}

#[test]
fn the_index_knows_nothing_of_ours() {
    check_all("index/src", |_path, source| {
        let ours = ["svar", "sled", "axum"];
        let words = words(source).into_iter();
        words
            .filter(|word| ours.contains(&word.text.as_str()))
            .map(|word| (word.line, format!("the index may not name `{}`", word.text)))
            .collect()
    });
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/index/Cargo.toml");
    assert!(!fs::read_to_string(manifest).unwrap().contains("path ="));
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    for folder in ["src", "index/src", "tests", "benches"] {
        check_all(folder, |_path, source| {
            if source.starts_with("//! ") {
                return Faults::new();
            }
            vec![(1, "opens without `//!`".to_owned())]
        });
    }
}

#[test]
fn no_file_is_too_long_to_read_in_one_sitting() {
    for folder in ["src", "index/src"] {
        check_all(folder, |path, source| {
            let lines = lines_before_tests(source);
            if lines <= MAX_LINES || is_test_file(path) {
                return Faults::new();
            }
            vec![(
                lines,
                format!("{lines} lines, {MAX_LINES} at most: split it at a noun"),
            )]
        });
    }
}

#[test]
fn the_table_has_no_circles() {
    let mut above: Vec<&str> = LEAVES.to_vec();
    for (name, allowed) in LAYERS {
        for other in *allowed {
            assert!(above.contains(other), "`{name}` stands above `{other}`");
        }
        above.push(name);
    }
}

#[test]
fn a_file_ends_for_the_line_count_where_its_tests_begin() {
    let source = "//! x\n#[cfg(test)]\nmod parse_tests;\nfn f() {}\n#[cfg(test)]\nmod tests {\n}\n";
    assert_eq!(lines_before_tests(source), 4);
    assert_eq!(lines_before_tests("//! x\n"), 1);
}

#[test]
fn a_forbidden_import_is_caught_however_it_is_written() {
    for source in [
        "use crate::store::Key;",
        "pub use crate::{model::Id, store};",
        "use crate::{\n    model::{Id, Event},\n    store::{self, Key},\n};",
        "fn f() { let k = crate::store::Key::new(); }",
        "fn f(k: &'a crate::store::Key) -> char { '\"' }",
        "macro_rules! m { () => { $crate::store::open() } }",
        "use super::super::store;",
        "use super::super::{model, store::Key};",
        "use svar_index::Index;",
        "use sled::Db;",
        "use crate::elsewhere::Thing;",
        "fn f() { std::env::var(\"HOME\"); }",
        "use std::env::{args, var};",
        "fn f() { chrono::Utc::now(); }",
        "#[cfg(test)]\nmod tests {\n    use crate::store::Key;\n}",
    ] {
        assert_eq!(faults_of("report/query.rs", source).len(), 1, "{source}");
    }
    assert_eq!(faults_of("model/mod.rs", "use super::store;").len(), 1);
    assert_eq!(
        faults_of("main.rs", "fn main() { svar::app::run(); }").len(),
        1
    );
    assert_eq!(faults_of("helpers.rs", "").len(), 1);
    assert_eq!(faults_of("report/query.rs", "use crate::demo;").len(), 1);
}

#[test]
fn what_the_table_allows_is_let_through() {
    for source in [
        "use crate::{clock::Clock, metrics, model::{store, Id}, metrics::Facts};",
        "use super::{store, Query};",
        "use crate::report::sled_like; // crate::store",
        "/// See [`crate::store`] and `sled`.\npub(crate) fn f() { g(\"crate::store\"); }",
        "use std::env; fn f() { let v = env!(\"CARGO_PKG_VERSION\"); }",
        "#[cfg(test)]\nmod tests {\n    use crate::demo;\n    use super::*;\n}",
    ] {
        assert_eq!(faults_of("report/query.rs", source), [], "{source}");
    }
    assert_eq!(faults_of("main.rs", "use svar::cli;"), []);
    assert_eq!(faults_of("store/mod.rs", "use sled::Db;"), []);
    assert_eq!(faults_of("clock.rs", "fn f() { SystemTime::now(); }"), []);
}
