//! JSON of an answer with every number as it was sent.
//!
//! Our `serde_json` reads decimals to within the last digit, which a script that compares two
//! answers would see. Here each is read by the standard library, to the nearest double.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Error, Value, from_slice, from_str};

/// Reads an answer.
pub(super) fn value(body: &[u8]) -> Result<Value, Error> {
    // What is nested too deeply is refused here, so that what follows may descend.
    let near: Value = from_slice(body)?;
    if near.is_array() || near.is_object() {
        return exact(from_slice(body)?);
    }
    Ok(near)
}

fn exact(raw: &RawValue) -> Result<Value, Error> {
    let text = raw.get();
    if text.starts_with('{') {
        let members: BTreeMap<String, &RawValue> = from_str(text)?;
        let members = members
            .into_iter()
            .map(|(key, raw)| Ok((key, exact(raw)?)))
            .collect::<Result<_, Error>>()?;
        return Ok(Value::Object(members));
    }
    if text.starts_with('[') {
        let items: Vec<&RawValue> = from_str(text)?;
        let items = items.into_iter().map(exact).collect::<Result<_, _>>()?;
        return Ok(Value::Array(items));
    }
    let near: Value = from_str(text)?;
    match text.parse::<f64>() {
        Ok(number) if near.is_f64() => Ok(Value::from(number)),
        _ => Ok(near),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_as_it_was_sent() {
        let sent = r#"{"a":[0.24586089127547666,3,null,-1.5e-7],"b":{"c":"0.1","d":18446744073709551615}}"#;
        let read = value(sent.as_bytes()).unwrap();
        let wanted: f64 = "0.24586089127547666".parse().unwrap();
        assert_eq!(read["a"][0].as_f64(), Some(wanted));
        assert_eq!(read["a"][2], Value::Null);
        assert_eq!(read["a"][1], 3);
        assert_eq!(read["a"][3], -1.5e-7);
        assert_eq!(read["b"]["c"], "0.1");
        assert_eq!(read["b"]["d"], u64::MAX);
    }

    #[test]
    fn what_is_no_json_is_refused_however_deep() {
        assert!(value(b"{").is_err());
        let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
        assert!(value(deep.as_bytes()).is_err());
    }
}
