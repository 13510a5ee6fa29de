//! Where the real data lies, if it is there, and how expected JSON is compared.

use std::path::PathBuf;

use serde_json::Value;

/// The path of a file of real data; `None`, with a line that says so, in a plain clone.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data")
        .join(name);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {name} is not beside this clone");
    None
}

/// Says where `actual` differs from `expected`; fields that `expected` does not name are no matter.
pub(crate) fn difference(expected: &Value, actual: &Value, path: &str) -> Option<String> {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            expected.iter().find_map(|(name, value)| {
                difference(
                    value,
                    actual.get(name).unwrap_or(&Value::Null),
                    &format!("{path}.{name}"),
                )
            })
        }
        (Value::Array(expected), Value::Array(actual)) if expected.len() == actual.len() => {
            let pairs = expected.iter().zip(actual).enumerate();
            pairs
                .into_iter()
                .find_map(|(place, (a, b))| difference(a, b, &format!("{path}[{place}]")))
        }
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            let close = (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0);
            (!close).then(|| format!("{path}: expected {a}, found {b}"))
        }
        (a, b) if a == b => None,
        (a, b) => Some(format!("{path}: expected {a}, found {b}")),
    }
}
