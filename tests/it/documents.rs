//! What the documents name is there: paths of the tree, modules, and the test of each invariant.
//!
//! Reads ARCHITECTURE.md, README.md, CONTRIBUTING.md and the `//!` of `lib.rs` and of each
//! `mod.rs`; compiles nothing. A name counts when it is in backticks.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use crate::source::rust_files;

/// Where paths of the tree begin.
const ROOTS: &[&str] = &["src/", "tests/it/", "examples/", "index/", "benches/"];
/// The crate that is not a folder of `src`.
const INDEX: &str = "svar_index";
/// How long ARCHITECTURE.md may be, in lines.
const MAX_LINES: usize = 200;
/// How long a line of it may be, in characters.
const MAX_COLUMNS: usize = 120;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// What stands in backticks in `text`, each with its line; blocks of code are left out.
fn quoted(text: &str) -> Vec<(usize, String)> {
    let mut names = Vec::new();
    let mut is_code = false;
    let mut open: Option<(usize, String)> = None;
    for (line, words) in (1..).zip(text.lines()) {
        if words.trim_start().starts_with("```") {
            is_code = !is_code;
            continue;
        }
        if is_code || words.is_empty() {
            open = None;
            continue;
        }
        for (place, part) in words.split('`').enumerate() {
            if place > 0 {
                open = match open {
                    Some(name) => {
                        names.push(name);
                        None
                    }
                    None => Some((line, String::new())),
                };
            }
            if let Some((_, name)) = &mut open {
                name.push_str(part);
            }
        }
    }
    names
}

/// The `//!` at the head of a file.
fn head(source: &str) -> String {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    lines.fold(String::new(), |mut text, line| {
        writeln!(text, "{}", line.strip_prefix(' ').unwrap_or(line)).unwrap();
        text
    })
}

/// The documents, and the heads of the files that describe a folder.
fn documents() -> Vec<(PathBuf, String)> {
    let named = ["ARCHITECTURE.md", "README.md", "CONTRIBUTING.md"];
    let mut all: Vec<(PathBuf, String)> =
        named.map(|name| (PathBuf::from(name), read(name))).to_vec();
    for folder in ["src", "index/src", "benches"] {
        for file in rust_files(&root().join(folder)) {
            if file.ends_with("mod.rs") || file.ends_with("lib.rs") {
                let text = head(&fs::read_to_string(&file).unwrap());
                all.push((file.strip_prefix(root()).unwrap().to_owned(), text));
            }
        }
    }
    all
}

/// Whether `path` names something of the tree.
fn is_there(path: &str) -> bool {
    root().join(path).exists()
}

/// Whether a folder, or one above it, has a module of this name, or of its file's name.
fn has_module(folder: &Path, name: &str) -> bool {
    if Path::new(name).extension() == Some("rs".as_ref()) {
        return is_there(&folder.join(name).display().to_string());
    }
    folder.ancestors().any(|folder| {
        let folder = root().join(folder);
        folder.join(name).is_dir() || folder.join(format!("{name}.rs")).is_file()
    })
}

fn is_module_name(name: &str) -> bool {
    let stem = name.strip_suffix(".rs").unwrap_or(name);
    !stem.is_empty() && stem.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

/// Names in the head of `path` that are neither modules nor anything else of that file.
fn strangers(path: &Path, text: &str) -> Vec<(usize, String)> {
    let source = fs::read_to_string(root().join(path)).unwrap_or_default();
    let code: String = source
        .lines()
        .filter(|line| !line.starts_with("//!"))
        .collect();
    let words: Vec<&str> = code
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .collect();
    let folder = path.parent().unwrap_or(path);
    let mut names = quoted(text);
    names.retain(|(_, name)| {
        is_module_name(name) && name != INDEX && !words.contains(&name.as_str())
    });
    names.retain(|(_, name)| !has_module(folder, name));
    names
}

/// Whether a name such as `laws::law_2_the_rows_are_the_number` is a test, or a module of tests.
fn is_test(name: &str) -> bool {
    let parts: Vec<&str> = name.split("::").collect();
    match parts.split_first() {
        Some((&INDEX, rest)) => leads_to_test(&root().join("index/src"), rest),
        _ => ["tests/it", "src"]
            .iter()
            .any(|base| leads_to_test(&root().join(base), &parts)),
    }
}

/// Follows the parts of a name from a folder into files, and in the last of them to a test.
fn leads_to_test(base: &Path, parts: &[&str]) -> bool {
    let mut folder = base.to_owned();
    let mut file: Option<PathBuf> = None;
    for (place, part) in parts.iter().enumerate() {
        let inside = folder.join(part);
        let next = folder.join(format!("{part}.rs"));
        if next.is_file() {
            file = Some(next);
        } else if inside.is_dir() {
            file = Some(inside.join("mod.rs"));
        } else {
            let source = file.and_then(|file| fs::read_to_string(file).ok());
            let is_last = place + 1 == parts.len();
            return is_last && source.is_some_and(|source| has_test(&source, part));
        }
        folder = inside;
    }
    let files = rust_files(&folder).into_iter().chain(file);
    files
        .filter_map(|file| fs::read_to_string(file).ok())
        .any(|source| source.contains("#[test]"))
}

/// Whether the source has a test function of this name.
fn has_test(source: &str, name: &str) -> bool {
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let head = format!("fn {name}(");
    lines.iter().enumerate().any(|(place, line)| {
        line.starts_with(&head)
            && lines[..place]
                .iter()
                .rev()
                .take_while(|line| line.starts_with("#["))
                .any(|line| *line == "#[test]")
    })
}

/// The names of tests among the invariants of a text, each with its line there.
fn tests_named(text: &str) -> Vec<(usize, String)> {
    let (_, section) = text.split_once("\n## Invariants").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let is_path = |name: &str| {
        name.chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':')
    };
    let mut names = quoted(section);
    names.retain(|(_, name)| is_path(name));
    names
}

fn report(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_path_that_a_document_names_exists() {
    let mut faults = Vec::new();
    for (path, text) in documents() {
        for (line, name) in quoted(&text) {
            if ROOTS.iter().any(|root| name.starts_with(root)) && !is_there(&name) {
                faults.push(format!("{}:{line}: no `{name}`", path.display()));
            }
        }
    }
    report(&faults);
}

#[test]
fn every_module_that_a_head_names_exists() {
    let mut faults = Vec::new();
    for (path, text) in documents() {
        if path.extension().is_some_and(|extension| extension == "rs") {
            let strangers = strangers(&path, &text).into_iter();
            faults.extend(
                strangers.map(|(line, name)| format!("{}:{line}: no `{name}`", path.display())),
            );
        }
    }
    report(&faults);
}

#[test]
fn every_invariant_names_a_test_that_exists() {
    let named = tests_named(&read("ARCHITECTURE.md"));
    assert!(named.len() > 30, "the invariants were not found");
    let missing = named.into_iter().filter(|(_, name)| !is_test(name));
    let faults: Vec<String> = missing
        .map(|(_, name)| format!("no test `{name}`"))
        .collect();
    report(&faults);
}

#[test]
fn the_architecture_is_read_in_one_sitting() {
    let text = read("ARCHITECTURE.md");
    let count = text.lines().count();
    assert!(count <= MAX_LINES, "{count} lines, {MAX_LINES} at most");
    for (line, words) in (1..).zip(text.lines()) {
        let columns = words.chars().count();
        assert!(columns <= MAX_COLUMNS, "line {line} has {columns} columns");
    }
}

#[test]
fn a_wrong_name_is_found() {
    let text = "See `src/nowhere.rs`, `mod.rs` and\n`nobody`.\n\n```\n`left`\n```\n";
    let names: Vec<(usize, String)> = quoted(text);
    let expected = [(1, "src/nowhere.rs"), (1, "mod.rs"), (2, "nobody")];
    assert_eq!(names, expected.map(|(line, name)| (line, name.to_owned())));
    assert!(!is_there("src/nowhere.rs"));
    let path = Path::new("src/app/mod.rs");
    assert_eq!(strangers(path, text), [(2, "nobody".to_owned())]);

    assert!(is_test("documents::a_wrong_name_is_found"));
    assert!(!is_test("documents::a_wrong_name_is_lost"));
    // A function, but no test.
    assert!(!is_test("documents::is_test"));
    assert!(!is_test("nowhere"));
}
