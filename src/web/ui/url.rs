//! Addresses: names and values to a query string, and texts safe inside a path.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What a path or a value must not hold as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b':')
    .remove(b',');

/// Parameters in the order in which they came; a name may come twice.
pub(super) type Pairs = Vec<(String, String)>;

/// A pair of owned texts.
pub(super) fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// `text` percent-encoded, for a path segment or a value.
pub(super) fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// `path` with its parameters.
pub(super) fn address(path: &str, pairs: &[(String, String)]) -> String {
    let mut address = path.to_owned();
    for (place, (name, value)) in pairs.iter().enumerate() {
        address.push(if place == 0 { '?' } else { '&' });
        address.push_str(&encode(name));
        address.push('=');
        address.push_str(&encode(value));
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_url_means_otherwise_is_encoded() {
        let pairs = [
            pair("where.channel", "a&b=c,d"),
            pair("tz", "Europe/Oslo"),
            pair("q", "ø \"x\""),
        ];
        assert_eq!(
            address("/", &pairs),
            "/?where.channel=a%26b%3Dc,d&tz=Europe%2FOslo&q=%C3%B8%20%22x%22"
        );
        assert_eq!(address("/", &[]), "/");
    }
}
