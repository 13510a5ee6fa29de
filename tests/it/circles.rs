//! No files of one folder import each other in a circle, and no folders of one folder do.
//!
//! Reads the source as `layers` does. A name that is imported from a folder is followed to
//! the file that its `mod.rs` hands it on from. `mod.rs` is the face of its folder: it may use
//! its files and define what they share. `#[cfg(test)]` modules do not count.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::source::{Word, rust_files, words};

/// A module's path from the crate's root.
type Place = Vec<String>;

/// The source of one crate, file by file.
struct Tree {
    files: BTreeMap<Place, File>,
}

/// One file.
struct File {
    words: Vec<Word>,
    /// Whether it is its folder's `mod.rs`, or the crate's root.
    is_face: bool,
}

impl Tree {
    fn read(folder: &Path) -> Self {
        let mut files = BTreeMap::new();
        for file in rust_files(folder) {
            let path = file.strip_prefix(folder).unwrap();
            let path = path.to_str().unwrap().replace('\\', "/");
            let name = path.rsplit('/').next().unwrap_or_default();
            if path.contains("/tests/")
                || name == "tests.rs"
                || name.ends_with("_tests.rs")
                || path == "main.rs"
            {
                continue;
            }
            let is_face = name == "mod.rs" || path == "lib.rs";
            let place = path.strip_suffix(".rs").unwrap().split('/');
            let mut place: Place = place.map(str::to_owned).collect();
            if is_face {
                place.pop();
            }
            let source = fs::read_to_string(&file).unwrap();
            let words = without_tests(&words(&source));
            files.insert(place, File { words, is_face });
        }
        Self { files }
    }

    /// The files that each file imports.
    fn arrows(&self) -> BTreeSet<(&Place, &Place)> {
        let mut arrows = BTreeSet::new();
        for (from, file) in &self.files {
            for at in 0..file.words.len() {
                for path in self.paths_at(from, at, PathRole::Import) {
                    if let Some(to) = self.file_of(&path, 0).filter(|to| *to != from) {
                        arrows.insert((from, to));
                    }
                }
            }
        }
        arrows
    }

    /// The paths from the root that begin at a word, if one of ours does there.
    fn paths_at(&self, from: &Place, at: usize, role: PathRole) -> Vec<Place> {
        let words = &self.files[from].words;
        let text = |at: usize| words.get(at).map_or("", |word| word.text.as_str());
        if text(at + 1) != "::" || (at > 0 && text(at - 1) == "::") {
            return Vec::new();
        }
        let is_child = |name: &str| self.files.contains_key(&child(from, name));
        let mut base = match text(at) {
            "crate" => Place::new(),
            "self" | "super" => from.clone(),
            name if self.files[from].is_face && is_child(name) => from.clone(),
            _ => return Vec::new(),
        };
        if is_handed_on(words, at) != (role == PathRole::ReExport) {
            return Vec::new();
        }
        let mut next = at;
        while matches!(text(next), "crate" | "self" | "super") && text(next + 1) == "::" {
            if text(next) == "super" {
                base.pop();
            }
            next += 2;
        }
        let mut paths = Vec::new();
        follow(&words[next..], &base, &mut paths);
        paths
    }

    /// The file that a path leads into.
    fn file_of(&self, path: &[String], depth: usize) -> Option<&Place> {
        let prefixes = (0..=path.len()).rev();
        let mut prefixes = prefixes.filter_map(|len| self.files.get_key_value(&path[..len]));
        let (place, file) = prefixes.next()?;
        let name = path.get(place.len());
        let (true, Some(name)) = (file.is_face && depth < 8, name) else {
            return Some(place);
        };
        for at in 0..file.words.len() {
            for handed in self.paths_at(place, at, PathRole::ReExport) {
                let is_it = match handed.last().map(String::as_str) {
                    Some("*") => {
                        let within = self.file_of(&handed[..handed.len() - 1], depth + 1);
                        within.is_some_and(|within| self.defines(within, name))
                    }
                    last => last == Some(name.as_str()),
                };
                if is_it {
                    return self.file_of(&handed, depth + 1);
                }
            }
        }
        Some(place)
    }

    fn defines(&self, place: &Place, name: &str) -> bool {
        const KINDS: [&str; 7] = ["fn", "struct", "enum", "trait", "type", "const", "static"];
        let words = &self.files[place].words;
        words.windows(2).any(|pair| {
            let (kind, defined) = (pair[0].text.as_str(), pair[1].text.as_str());
            // Rows are declared by a macro: `name by field {`.
            defined == name && (KINDS.contains(&kind) || kind == "]")
        })
    }

    /// The circles, each as its folder and the members of it, with the arrows between them.
    fn circles(&self) -> Vec<Circle> {
        let mut by_folder: BTreeMap<Place, Links> = BTreeMap::new();
        for (from, to) in self.arrows() {
            let common = from.iter().zip(to).take_while(|(a, b)| a == b).count();
            // A folder's face may use its files, and define what they share.
            let (Some(one), Some(other)) = (from.get(common), to.get(common)) else {
                continue;
            };
            let links = by_folder.entry(from[..common].to_vec()).or_default();
            let arrow = format!("{} -> {}", from.join("/"), to.join("/"));
            let link = links.entry((one.clone(), other.clone())).or_default();
            link.insert(arrow);
        }
        let circles = by_folder.into_iter().flat_map(|(folder, links)| {
            let folder = folder.join("/");
            circles_of(&links)
                .into_iter()
                .map(move |members| Circle::new(&folder, members, &links))
        });
        circles.collect()
    }
}

/// By two members of a folder, the arrows from the one to the other.
type Links = BTreeMap<(String, String), BTreeSet<String>>;

/// What a path of a file is there for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PathRole {
    /// It names what the file uses.
    Import,
    /// It names what a `mod.rs` hands on.
    ReExport,
}

/// Members of a folder that import each other in a circle.
struct Circle {
    folder: String,
    members: BTreeSet<String>,
    arrows: Vec<String>,
}

impl Circle {
    fn new(folder: &str, members: BTreeSet<String>, links: &Links) -> Self {
        let inside = links
            .iter()
            .filter(|((a, b), _)| members.contains(a) && members.contains(b));
        let arrows = inside
            .flat_map(|(_, arrows)| arrows.iter().cloned())
            .collect();
        Self {
            folder: folder.to_owned(),
            members,
            arrows,
        }
    }
}

/// The largest sets of members that reach each other.
fn circles_of(links: &Links) -> Vec<BTreeSet<String>> {
    let reached = |start: &String| {
        let mut reached = BTreeSet::new();
        let mut open = vec![start.clone()];
        while let Some(member) = open.pop() {
            let next = links.keys().filter(|(from, _)| *from == member);
            for (_, to) in next {
                if reached.insert(to.clone()) {
                    open.push(to.clone());
                }
            }
        }
        reached
    };
    let members: BTreeSet<&String> = links.keys().map(|(from, _)| from).collect();
    let mut circles: BTreeSet<BTreeSet<String>> = BTreeSet::new();
    for member in &members {
        let ahead = reached(member);
        let circle = ahead
            .iter()
            .filter(|other| reached(other).contains(*member));
        let circle: BTreeSet<String> = circle.cloned().collect();
        if circle.len() > 1 {
            circles.insert(circle);
        }
    }
    circles.into_iter().collect()
}

fn child(place: &[String], name: &str) -> Place {
    let mut place = place.to_vec();
    place.push(name.to_owned());
    place
}

/// Whether the path at a word is that of a `pub use`.
fn is_handed_on(words: &[Word], at: usize) -> bool {
    let before: Vec<&str> = words[..at]
        .iter()
        .rev()
        .take(12)
        .map(|word| word.text.as_str())
        .take_while(|text| !matches!(*text, ";" | "{"))
        .collect();
    // An attribute of the item before may stand between.
    before.first() == Some(&"use") && before.contains(&"pub")
}

/// Gathers the paths at the head of `words`, one for each name of a group.
fn follow(words: &[Word], base: &[String], paths: &mut Vec<Place>) -> usize {
    let text = |at: usize| words.get(at).map_or("", |word| word.text.as_str());
    if text(0) != "{" {
        let mut place = base.to_vec();
        if text(0) != "self" {
            place.push(text(0).to_owned());
        }
        if text(1) == "::" {
            return 2 + follow(&words[2..], &place, paths);
        }
        paths.push(place);
        return 1;
    }
    let mut at = 1;
    while at < words.len() && text(at) != "}" {
        if text(at) == "," {
            at += 1;
        } else if text(at) == "as" {
            at += 2;
        } else {
            at += follow(&words[at..], base, paths);
        }
    }
    at + 1
}

/// The words without items that are compiled for tests only.
fn without_tests(words: &[Word]) -> Vec<Word> {
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let mark = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut lines = Vec::new();
    let mut at = 0;
    while at < words.len() {
        if !texts[at..].starts_with(&mark) {
            lines.push(words[at].clone());
            at += 1;
            continue;
        }
        // Up to the `;` or the closing brace of the item.
        let mut depth = 0;
        while at < words.len() {
            match texts[at] {
                "{" => depth += 1,
                "}" => depth -= 1,
                _ => {}
            }
            let is_end = depth == 0 && matches!(texts[at], ";" | "}");
            at += 1;
            if is_end {
                break;
            }
        }
    }
    lines
}

#[test]
fn no_files_and_no_folders_import_each_other_in_a_circle() {
    let mut complaints = String::new();
    for root in ["src", "index/src"] {
        let tree = Tree::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(root));
        for circle in tree.circles() {
            let folder = format!("{root}/{}", circle.folder);
            let folder = folder.trim_end_matches('/');
            let members: Vec<String> = circle.members.into_iter().collect();
            writeln!(complaints, "{folder}: {}", members.join(", ")).unwrap();
            for arrow in circle.arrows {
                writeln!(complaints, "    {arrow}").unwrap();
            }
        }
    }
    assert!(complaints.is_empty(), "\n{complaints}");
}

#[test]
fn a_circle_is_found_through_a_face_and_not_through_tests() {
    let file = |source: &str, is_face| File {
        words: without_tests(&words(source)),
        is_face,
    };
    let tree = |b: &str| Tree {
        files: BTreeMap::from([
            (Place::new(), file("mod f;", true)),
            (
                vec!["f".to_owned()],
                file("mod a; mod b; pub use a::*; pub use b::{B as C, B};", true),
            ),
            (
                child(&["f".to_owned()], "a"),
                file("use super::B; struct A;", false),
            ),
            (child(&["f".to_owned()], "b"), file(b, false)),
        ]),
    };
    for circle in [
        "use crate::f::A; struct B;",
        "struct B(super::a::A);",
        "use super::{a::{self, A}, x}; struct B;",
        "#[cfg(test)] mod tests { use super::x; } struct B(super::A);",
    ] {
        let circles = tree(circle).circles();
        assert_eq!(circles.len(), 1, "{circle}");
        assert_eq!(
            circles[0].members,
            BTreeSet::from(["a".to_owned(), "b".to_owned()])
        );
    }
    for none in [
        "struct B;",
        "struct B; #[cfg(test)] mod tests { use super::super::A; }",
    ] {
        assert_eq!(tree(none).circles().len(), 0, "{none}");
    }
}
