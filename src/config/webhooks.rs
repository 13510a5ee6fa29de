//! Where webhooks may lead besides the internet, as `svar.toml` says.

use std::net::IpAddr;

use serde::Deserialize;

/// Where webhooks may lead.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhooksConfig {
    /// Private networks and addresses that they may lead to, such as `10.1.0.0/16` or `127.0.0.1`;
    /// none by default.
    #[serde(default)]
    pub allow_private: Vec<AddressRange>,
}

/// Addresses that begin with the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct AddressRange {
    first: IpAddr,
    bits: u32,
}

impl AddressRange {
    /// Reads one, as `10.1.0.0/16` or a single address.
    pub fn parse(text: &str) -> Result<Self, String> {
        let fault =
            || format!("`{text}` is no network such as 10.1.0.0/16 and no address such as ::1");
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let first: IpAddr = address.parse().map_err(|_odd| fault())?;
        let most = if first.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.parse().map_err(|_odd| fault())?,
            None => most,
        };
        if bits > most {
            return Err(fault());
        }
        Ok(Self { first, bits })
    }

    /// Whether an address is one of them.
    pub fn has(&self, address: IpAddr) -> bool {
        match (self.first, address) {
            (IpAddr::V4(first), IpAddr::V4(other)) => {
                let differs = u32::from(first) ^ u32::from(other);
                differs.leading_zeros() >= self.bits
            }
            (IpAddr::V6(first), IpAddr::V6(other)) => {
                let differs = u128::from(first) ^ u128::from(other);
                differs.leading_zeros() >= self.bits
            }
            _ => false,
        }
    }
}

impl TryFrom<String> for AddressRange {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_the_addresses_that_begin_like_it() {
        for (range, address, is_in) in [
            ("10.1.0.0/16", "10.1.255.1", true),
            ("10.1.0.0/16", "10.2.0.1", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.2", false),
            ("0.0.0.0/0", "192.168.1.1", true),
            ("0.0.0.0/0", "::1", false),
            ("fd00::/8", "fd12::1", true),
            ("::1", "::1", true),
        ] {
            let has = AddressRange::parse(range).unwrap();
            assert_eq!(
                has.has(address.parse().unwrap()),
                is_in,
                "{range} {address}"
            );
        }
        for odd in [
            "",
            "10.1",
            "10.0.0.0/33",
            "::1/129",
            "localhost",
            "10.0.0.0/x",
        ] {
            assert!(AddressRange::parse(odd).is_err(), "{odd}");
        }
        let odd: Result<WebhooksConfig, _> = toml::from_str("allow_private = [\"10.0.0.0/33\"]");
        assert!(odd.unwrap_err().to_string().contains("10.0.0.0/33"));
    }
}
