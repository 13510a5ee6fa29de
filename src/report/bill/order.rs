//! What somebody asks of a bill: a window and a price.

use super::Price;
use crate::model::{Invalid, Timestamp};

/// The window of a bill, and its price.
#[derive(Clone, Copy, Debug)]
pub struct BillOrder {
    /// The start of the window.
    pub from: Timestamp,
    /// Its end, no longer in it.
    pub to: Timestamp,
    /// The price of one.
    pub price: Price,
}

impl BillOrder {
    /// Reads what somebody asks for.
    pub fn parse<'a>(
        parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, Invalid> {
        let (mut from, mut to, mut price) = (None, None, None);
        for (name, value) in parameters {
            match name {
                "from" => from = Some(instant("from", value)?),
                "to" => to = Some(instant("to", value)?),
                "price" => {
                    let read = Price::parse(value.trim());
                    let reason =
                        || format!("`{value}` is no price; expected a number such as `0.99`");
                    price = Some(read.ok_or_else(|| Invalid::new("price", reason()))?);
                }
                other => return Err(Invalid::new(other, "no such parameter")),
            }
        }
        let missing = |name: &str| Invalid::new(name, "it is missing");
        let order = Self {
            from: from.ok_or_else(|| missing("from"))?,
            to: to.ok_or_else(|| missing("to"))?,
            price: price.ok_or_else(|| missing("price"))?,
        };
        if order.from >= order.to {
            return Err(Invalid::new("to", "the window ends before it begins"));
        }
        Ok(order)
    }
}

/// A day of UTC or an instant.
fn instant(name: &str, text: &str) -> Result<Timestamp, Invalid> {
    let day = || Timestamp::parse(&format!("{text}T00:00:00Z")).ok();
    let at = Timestamp::parse(text).ok().or_else(day);
    let reason = || format!("`{text}` is neither a day such as 2026-10-01 nor an instant");
    at.ok_or_else(|| Invalid::new(name, reason()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_is_read_and_what_is_wrong_named() {
        let parse =
            |text: &str| BillOrder::parse(text.split('&').filter_map(|pair| pair.split_once('=')));
        let order = parse("from=2026-10-01&to=2026-11-01T00:00:00Z&price=0.99").unwrap();
        assert_eq!(order.from.to_string(), "2026-10-01T00:00:00Z");
        assert_eq!(order.price.to_string(), "0.99");
        for (text, words) in [
            ("from=2026-10-01&to=2026-11-01", "price"),
            ("from=October&to=2026-11-01&price=1", "`October`"),
            (
                "from=2026-11-01&to=2026-10-01&price=1",
                "ends before it begins",
            ),
            ("from=2026-10-01&to=2026-11-01&price=-1", "`-1` is no price"),
            ("from=2026-10-01&to=2026-11-01&price=1&who=me", "who"),
        ] {
            let fault = parse(text).unwrap_err().to_string();
            assert!(fault.contains(words), "{text}: {fault}");
        }
    }
}
