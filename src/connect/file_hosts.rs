//! Files that messages link to: fetched from the hosts of their source and from nowhere else.
//!
//! A redirect is followed only to such a host. Names that lead into a private network are refused,
//! save that of the account itself, which somebody set. A token goes to the account's host alone.

use ureq::Agent;
use ureq::http::{Uri, header};

use super::Product;
use crate::fetch;
use crate::model::Invalid;

/// How long a file may take, in seconds.
const TIMEOUT_SECS: u64 = 60;
/// How often a file may lie elsewhere than it was said to.
const MOST_HOPS: usize = 4;

/// What came of a file that was to be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// Its bytes.
    Got(Vec<u8>),
    /// It cannot be had: why.
    Stays(String),
    /// It may be had later: why not now.
    Failed(String),
}

/// The hosts from which files are fetched.
#[derive(Clone)]
pub struct FileHosts {
    /// What names of the product's hosts end in.
    endings: &'static [&'static str],
    /// Hosts that somebody named, with their port if it is not the usual one.
    own: Vec<String>,
    headers: Vec<(&'static str, String)>,
    own_agent: Agent,
    agent: Agent,
    most: u64,
}

/// How a host is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// As one that somebody named: wherever it is.
    Own,
    /// As one of the product's: encrypted, in no private network.
    Public,
}

impl FileHosts {
    /// Those of a product, and those that somebody named; a file has `most` bytes at most.
    pub fn new(product: Option<Product>, own: Vec<String>, most: u64) -> Self {
        Self {
            endings: product.map_or(&[], endings),
            own,
            headers: Vec::new(),
            own_agent: fetch::agent("https://", TIMEOUT_SECS),
            agent: fetch::public_agent(TIMEOUT_SECS),
            most,
        }
    }

    /// The same, as somebody who is asked for at the hosts that were named.
    #[must_use]
    pub fn signed(self, headers: Vec<(&'static str, String)>) -> Self {
        Self { headers, ..self }
    }

    /// Fetches a file.
    pub fn fetch(&self, url: &str) -> Fetched {
        let mut url = url.to_owned();
        for _ in 0..MOST_HOPS {
            let Ok(at) = url.parse::<Uri>() else {
                return Fetched::Stays("its address cannot be read".to_owned());
            };
            let Some(way) = self.way(&at) else {
                let host = at.host().unwrap_or("(none)");
                return Fetched::Stays(format!("`{host}` is none of the source's hosts"));
            };
            match self.ask(&url, way) {
                Ok(fetched) => return fetched,
                Err(location) => match behind(&at, &location) {
                    Some(next) => url = next,
                    None => return Fetched::Stays("it leads to no address".to_owned()),
                },
            }
        }
        Fetched::Stays("it leads from one address to the next".to_owned())
    }

    fn way(&self, at: &Uri) -> Option<Way> {
        let authority = at.authority()?;
        let (host, scheme) = (authority.host().to_ascii_lowercase(), at.scheme_str()?);
        let named = authority.as_str().to_ascii_lowercase();
        if named.contains('@') {
            return None;
        }
        let is_own = self.own.contains(&named);
        let is_here = matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]");
        if is_own && (scheme == "https" || (scheme == "http" && is_here)) {
            return Some(Way::Own);
        }
        let is_usual = matches!(authority.port_u16(), None | Some(443));
        let ends = |ending: &&str| host.ends_with(*ending);
        let is_products = scheme == "https" && is_usual && self.endings.iter().any(ends);
        is_products.then_some(Way::Public)
    }

    /// Asks once; where it leads elsewhere, where.
    fn ask(&self, url: &str, way: Way) -> Result<Fetched, String> {
        let (agent, headers) = match way {
            Way::Own => (&self.own_agent, self.headers.as_slice()),
            Way::Public => (&self.agent, [].as_slice()),
        };
        let request = headers.iter().fold(agent.get(url), |asked, (name, value)| {
            asked.header(*name, value)
        });
        let response = match fetch::whole(request.call(), self.most) {
            Ok(response) => response,
            Err(fetch::Lost::TooLong) => {
                let reason = format!("it has more than {} bytes", self.most);
                return Ok(Fetched::Stays(reason));
            }
            Err(fetch::Lost::Private) => {
                let reason = "its host is in a private network".to_owned();
                return Ok(Fetched::Stays(reason));
            }
            Err(fetch::Lost::Broken(reason)) => return Ok(Fetched::Failed(reason)),
        };
        let status = response.status().as_u16();
        Ok(match status {
            200..=299 => Fetched::Got(response.into_body()),
            300..=399 => {
                let location = response.headers().get(header::LOCATION);
                let location = location.and_then(|value| value.to_str().ok());
                return Err(location.unwrap_or_default().to_owned());
            }
            429 | 500.. => Fetched::Failed(format!("it answered {status}")),
            _ => Fetched::Stays(format!("it answered {status}")),
        })
    }
}

/// A host that somebody names, with its port if it is not the usual one.
pub fn file_host(text: &str) -> Result<String, Invalid> {
    let named = text.trim().to_ascii_lowercase();
    let parsed = format!("https://{named}/").parse::<Uri>();
    let is_host = parsed.is_ok_and(|at| {
        at.authority().is_some_and(|one| one.as_str() == named) && !named.contains('@')
    });
    if is_host {
        return Ok(named);
    }
    let reason = format!("`{text}` is no host such as files.shop.example");
    Err(Invalid::new("attachment_hosts", reason))
}

/// Where an answer leads.
fn behind(at: &Uri, location: &str) -> Option<String> {
    if location.starts_with("https://") || location.starts_with("http://") {
        return Some(location.to_owned());
    }
    let is_path = location.starts_with('/') && !location.starts_with("//");
    let (scheme, authority) = (at.scheme_str()?, at.authority()?);
    is_path.then(|| format!("{scheme}://{authority}{location}"))
}

/// What names of a product's hosts end in.
const fn endings(product: Product) -> &'static [&'static str] {
    match product {
        Product::Chatwoot => &[".chatwoot.com"],
        Product::HubSpot => &[
            ".hubspot.com",
            ".hubapi.com",
            ".hubspotusercontent-na1.net",
            ".hubspotusercontent-na2.net",
            ".hubspotusercontent-na3.net",
            ".hubspotusercontent-eu1.net",
            ".hubspotusercontent-ap1.net",
        ],
        Product::Intercom => &[".intercomcdn.com", ".intercomcdn.eu", ".intercom.io"],
        Product::Zendesk => &[".zendesk.com", ".zdusercontent.com"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(own: &[&str], url: &str) -> Option<Way> {
        let own = own.iter().map(|one| (*one).to_owned()).collect();
        let hosts = FileHosts::new(Some(Product::Zendesk), own, 10);
        hosts.way(&url.parse().unwrap())
    }

    #[test]
    fn files_are_fetched_from_the_sources_hosts_only() {
        for url in [
            "https://shop.zendesk.com/attachments/token/x/?name=bill.pdf",
            "https://p19.zdusercontent.com/attachment/1",
            "https://SHOP.ZENDESK.COM:443/x",
        ] {
            assert_eq!(way(&[], url), Some(Way::Public), "{url}");
        }
        for url in [
            "http://shop.zendesk.com/x",
            "https://shop.zendesk.com:8443/x",
            "https://shop.zendesk.com@evil.example/x",
            "https://evil.example/shop.zendesk.com",
            "https://evilzendesk.com/x",
            "https://zendesk.com.evil.example/x",
            "https://127.0.0.1/x",
            "file:///etc/passwd",
        ] {
            let parsed = url.parse::<Uri>();
            let found = parsed.is_ok().then(|| way(&[], url)).flatten();
            assert_eq!(found, None, "{url}");
        }
    }

    #[test]
    fn a_host_that_somebody_named_may_be_anywhere_and_is_it_with_its_port() {
        let own = ["files.shop.example", "127.0.0.1:9000"];
        assert_eq!(way(&own, "https://files.shop.example/x"), Some(Way::Own));
        assert_eq!(way(&own, "http://127.0.0.1:9000/x"), Some(Way::Own));
        assert_eq!(way(&own, "http://127.0.0.1:9001/x"), None);
        assert_eq!(way(&own, "http://files.shop.example/x"), None);
        assert_eq!(
            file_host(" Files.Shop.Example:8443 ").unwrap(),
            "files.shop.example:8443"
        );
        for odd in [
            "",
            "a b",
            "https://a.example",
            "a.example/x",
            "me@a.example",
        ] {
            assert_eq!(
                file_host(odd).unwrap_err().field,
                "attachment_hosts",
                "{odd}"
            );
        }
    }
}
