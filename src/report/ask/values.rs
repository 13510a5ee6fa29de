//! The values of a filter in one text, as addresses, flags and forms have them.
//!
//! Commas part them; `\,` is a comma in a value and `\\` a backslash. Any other character,
//! also a backslash before another one, stands for itself. What is joined is split into the same.

/// Splits a text into its values.
pub fn split_values(text: &str) -> Vec<String> {
    let mut values = vec![String::new()];
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let escaped = (character == '\\')
            .then(|| characters.next_if(|next| matches!(next, ',' | '\\')))
            .flatten();
        if character == ',' {
            values.push(String::new());
        } else if let Some(value) = values.last_mut() {
            value.push(escaped.unwrap_or(character));
        }
    }
    values
}

/// Joins values into a text.
pub fn join_values<'a>(values: impl IntoIterator<Item = &'a str>) -> String {
    let escaped = values
        .into_iter()
        .map(|value| value.replace('\\', "\\\\").replace(',', "\\,"));
    escaped.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_comma_or_backslash_in_a_value_is_written_with_a_backslash() {
        assert_eq!(split_values(r"a\,b,c"), ["a,b", "c"]);
        assert_eq!(split_values(r"a\\,b"), [r"a\", "b"]);
        assert_eq!(split_values(r"C:\temp\"), [r"C:\temp\"]);
        assert_eq!(split_values(""), [""]);
        assert_eq!(join_values([r"a,\", "b"]), r"a\,\\,b");
    }

    proptest! {
        #[test]
        fn what_is_joined_is_split_into_the_same(values in prop::collection::vec(r#"[a\\,()="\[ ]{0,6}"#, 1..5)) {
            let joined = join_values(values.iter().map(String::as_str));
            prop_assert_eq!(split_values(&joined), values);
        }
    }
}
