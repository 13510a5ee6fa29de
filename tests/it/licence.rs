//! The licence of every dependency lets Svar be given away under Apache-2.0.
//!
//! Asks `cargo metadata` for the whole tree, all platforms and development
//! dependencies included, and reads each SPDX expression. A new licence is allowed
//! here, on purpose, or the crate is not taken.

use std::process::Command;

use serde_json::Value;

/// Licences that ask for no more than a notice. Only those that some dependency
/// offers no other choice than: a longer list would be decided without a case.
const ALLOWED: &[&str] = &[
    // Asks for nothing at all.
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Zlib",
];

/// The ways to ask, the one that needs no network first. A machine that has built
/// Svar may lack other platforms' crates; without a network its own must do.
const WAYS: [&[&str]; 3] = [
    &["--offline"],
    &[],
    &["--offline", "--filter-platform", HOST],
];

const HOST: &str = if cfg!(target_os = "macos") {
    "aarch64-apple-darwin"
} else if cfg!(windows) {
    "x86_64-pc-windows-msvc"
} else {
    "x86_64-unknown-linux-gnu"
};

/// What cargo knows of the workspace and of all its dependencies.
fn metadata() -> Value {
    let mut answers = String::new();
    for way in WAYS {
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--format-version", "1", "--locked"])
            .args(way)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        if output.status.success() {
            return serde_json::from_slice(&output.stdout).unwrap();
        }
        answers.push_str(&String::from_utf8_lossy(&output.stderr));
    }
    panic!("cargo metadata failed; run `cargo fetch --locked` once with a network\n{answers}");
}

/// Whether the allowed licences satisfy an SPDX expression. The old `MIT/Apache-2.0`
/// means OR. An error says what cannot be read.
fn is_allowed(expression: &str) -> Result<bool, String> {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let allowed = any_of(&mut rest)?;
    match rest.first() {
        None => Ok(allowed),
        Some(word) => Err(format!("`{word}` out of place")),
    }
}

fn any_of(rest: &mut &[&str]) -> Result<bool, String> {
    let mut allowed = all_of(rest)?;
    while take(rest, "OR") {
        allowed |= all_of(rest)?;
    }
    Ok(allowed)
}

fn all_of(rest: &mut &[&str]) -> Result<bool, String> {
    let mut allowed = one_of(rest)?;
    while take(rest, "AND") {
        allowed &= one_of(rest)?;
    }
    Ok(allowed)
}

fn one_of(rest: &mut &[&str]) -> Result<bool, String> {
    if take(rest, "(") {
        let allowed = any_of(rest)?;
        return if take(rest, ")") {
            Ok(allowed)
        } else {
            Err("`(` without `)`".to_owned())
        };
    }
    let mut name = take_name(rest)?.to_owned();
    if take(rest, "WITH") {
        name = format!("{name} WITH {}", take_name(rest)?);
    }
    Ok(ALLOWED.contains(&name.as_str()))
}

fn take(rest: &mut &[&str], wanted: &str) -> bool {
    match rest.split_first() {
        Some((word, behind)) if *word == wanted => {
            *rest = behind;
            true
        }
        _ => false,
    }
}

fn take_name<'a>(rest: &mut &[&'a str]) -> Result<&'a str, String> {
    match rest.split_first() {
        Some((word, behind)) if !["OR", "AND", "WITH", "(", ")"].contains(word) => {
            *rest = behind;
            Ok(word)
        }
        _ => Err("a licence's name is missing".to_owned()),
    }
}

#[test]
fn every_dependency_has_a_licence_that_asks_for_no_more_than_a_notice() {
    let metadata = metadata();
    let members = metadata["workspace_members"].as_array().unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100, "only {} packages", packages.len());
    let mut complaints = Vec::new();
    for package in packages.iter().filter(|one| !members.contains(&one["id"])) {
        let name = format!("{} {}", package["name"], package["version"]).replace('"', "");
        let Some(expression) = package["license"].as_str() else {
            complaints.push(format!("{name}: names no licence"));
            continue;
        };
        match is_allowed(expression) {
            Ok(true) => {}
            Ok(false) => complaints.push(format!("{name}: {expression}")),
            Err(error) => complaints.push(format!("{name}: {expression} ({error})")),
        }
    }
    assert!(
        complaints.is_empty(),
        "not allowed:\n{}",
        complaints.join("\n")
    );
}

#[test]
fn our_own_crates_are_under_apache() {
    let metadata = metadata();
    let members = metadata["workspace_members"].as_array().unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    for package in packages.iter().filter(|one| members.contains(&one["id"])) {
        assert_eq!(package["license"], "Apache-2.0", "{}", package["name"]);
    }
}

#[test]
fn expressions_are_read_as_they_bind() {
    for expression in [
        "MIT",
        "GPL-3.0 OR MIT",
        "Unlicense/MIT",
        "Apache-2.0 / MIT",
        "(GPL-2.0 OR MIT) AND Unicode-3.0",
        "GPL-2.0 AND LGPL-2.1 OR MIT",
        "Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT",
        "((MIT))",
    ] {
        assert_eq!(is_allowed(expression), Ok(true), "{expression}");
    }
    for expression in [
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "MIT AND (GPL-2.0 OR LGPL-2.1)",
        "GPL-2.0 OR MIT AND GPL-3.0",
        "GPL-2.0 WITH Classpath-exception-2.0",
        "MITX",
    ] {
        assert_eq!(is_allowed(expression), Ok(false), "{expression}");
    }
    for expression in [
        "",
        "MIT OR",
        "(MIT",
        "MIT)",
        "MIT Apache-2.0",
        "AND MIT",
        "MIT WITH",
    ] {
        assert!(is_allowed(expression).is_err(), "{expression}");
    }
}
