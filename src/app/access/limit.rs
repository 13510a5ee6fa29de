//! How often somebody may try to sign in: by account, and by address.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::clock::Clock;
use crate::lock::Lock;
use crate::model::people::folded_email;

/// How often one account may be tried.
const ACCOUNT: Tries = Tries {
    at_once: 10,
    back_after: Duration::from_secs(30),
};
/// How often a code may be tried after a right password: of a million codes three hold at once.
const CODE: Tries = Tries {
    at_once: 5,
    back_after: Duration::from_mins(1),
};
/// The same for one address, behind which many may sit.
const ADDRESS: Tries = Tries {
    at_once: 50,
    back_after: Duration::from_secs(5),
};
/// How often a visitor may write.
const VISITOR: Tries = Tries {
    at_once: 30,
    back_after: Duration::from_secs(1),
};
/// How often an address may become a visitor, or load what is said.
const ARRIVAL: Tries = Tries {
    at_once: 300,
    back_after: Duration::from_secs(1),
};
/// How often a visitor may send a file up.
const FILE: Tries = Tries {
    at_once: 20,
    back_after: Duration::from_mins(1),
};
/// The same for one address.
const FILE_FROM: Tries = Tries {
    at_once: 100,
    back_after: Duration::from_secs(10),
};
/// How often a contact may ask for something by a form.
const REQUEST: Tries = Tries {
    at_once: 5,
    back_after: Duration::from_mins(1),
};
/// The same for one address, behind which many may sit.
const REQUEST_FROM: Tries = Tries {
    at_once: 20,
    back_after: Duration::from_secs(30),
};
/// After so many accounts or addresses, those with all their tries back are forgotten.
const FORGET_FROM: usize = 10_000;

/// How often something may be tried.
struct Tries {
    at_once: u32,
    /// How long one more takes.
    back_after: Duration,
}

/// Our clock as the limiter reads it.
#[derive(Clone, Debug)]
struct Ticks(Clock);

impl governor::clock::Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let millis = u64::try_from(self.0.now().millis()).unwrap_or_default();
        Nanos::from(Duration::from_millis(millis))
    }
}

type Limiter<K> = RateLimiter<K, HashMapStateStore<K>, Ticks, NoOpMiddleware<Nanos>>;

/// Counts tries.
#[derive(Debug)]
pub(super) struct Limits {
    clock: Ticks,
    /// Begun anew where a password is set with the folder in hand.
    accounts: Lock<Limiter<String>>,
    codes: Lock<Limiter<String>>,
    addresses: Limiter<IpAddr>,
    visitors: Limiter<String>,
    arrivals: Limiter<IpAddr>,
    files: Limiter<String>,
    files_from: Limiter<IpAddr>,
    requests: Limiter<String>,
    requests_from: Limiter<IpAddr>,
}

/// What a visitor does that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VisitLimit<'a> {
    /// The contact writes.
    Words(&'a str),
    /// Somebody comes from an address.
    Arrival(IpAddr),
    /// The contact sends a file up.
    File(&'a str),
    /// A file comes from an address.
    FileFrom(IpAddr),
    /// The contact asks for something by a form.
    Request(&'a str),
    /// Such a form comes from an address.
    RequestFrom(IpAddr),
}

impl Limits {
    pub(super) fn new(clock: &Clock) -> Self {
        let clock = Ticks(clock.clone());
        Self {
            accounts: Lock::new(limiter(&ACCOUNT, &clock)),
            codes: Lock::new(limiter(&CODE, &clock)),
            addresses: limiter(&ADDRESS, &clock),
            visitors: limiter(&VISITOR, &clock),
            arrivals: limiter(&ARRIVAL, &clock),
            files: limiter(&FILE, &clock),
            files_from: limiter(&FILE_FROM, &clock),
            requests: limiter(&REQUEST, &clock),
            requests_from: limiter(&REQUEST_FROM, &clock),
            clock,
        }
    }

    /// Counts a try; where there were too many, after how long the next one is let through.
    pub(super) fn check(&self, email: &str, address: Option<IpAddr>) -> Result<(), Duration> {
        let accounts = self.accounts.lock();
        if accounts.len() >= FORGET_FROM {
            accounts.retain_recent();
        }
        if self.addresses.len() >= FORGET_FROM {
            self.addresses.retain_recent();
        }
        let wait = |refused: governor::NotUntil<Nanos>| refused.wait_time_from(self.clock.now());
        if let Some(address) = address {
            self.addresses.check_key(&address).map_err(wait)?;
        }
        accounts.check_key(&folded_email(email)).map_err(wait)
    }

    /// As [`Self::check`], of what is no account's.
    pub(super) fn check_address(&self, address: Option<IpAddr>) -> Result<(), Duration> {
        let Some(address) = address else {
            return Ok(());
        };
        if self.addresses.len() >= FORGET_FROM {
            self.addresses.retain_recent();
        }
        let counted = self.addresses.check_key(&address);
        counted.map_err(|refused| refused.wait_time_from(self.clock.now()))
    }

    /// As [`Self::check`], of a code for a user.
    pub(super) fn check_code(&self, user: &str, address: Option<IpAddr>) -> Result<(), Duration> {
        let codes = self.codes.lock();
        if codes.len() >= FORGET_FROM {
            codes.retain_recent();
        }
        let wait = |refused: governor::NotUntil<Nanos>| refused.wait_time_from(self.clock.now());
        if let Some(address) = address {
            self.addresses.check_key(&address).map_err(wait)?;
        }
        codes.check_key(&user.to_owned()).map_err(wait)
    }

    /// As [`Self::check`], of what a visitor does.
    pub(super) fn check_visit(&self, what: VisitLimit<'_>) -> Result<(), Duration> {
        for contacts in [&self.visitors, &self.files, &self.requests] {
            if contacts.len() >= FORGET_FROM {
                contacts.retain_recent();
            }
        }
        for addresses in [&self.arrivals, &self.files_from, &self.requests_from] {
            if addresses.len() >= FORGET_FROM {
                addresses.retain_recent();
            }
        }
        let counted = match what {
            VisitLimit::Words(contact) => self.visitors.check_key(&contact.to_owned()),
            VisitLimit::Arrival(address) => self.arrivals.check_key(&address),
            VisitLimit::File(contact) => self.files.check_key(&contact.to_owned()),
            VisitLimit::FileFrom(address) => self.files_from.check_key(&address),
            VisitLimit::Request(contact) => self.requests.check_key(&contact.to_owned()),
            VisitLimit::RequestFrom(address) => self.requests_from.check_key(&address),
        };
        counted.map_err(|refused| refused.wait_time_from(self.clock.now()))
    }

    /// Gives every account all its tries back.
    pub(super) fn forgive(&self) {
        *self.codes.lock() = limiter(&CODE, &self.clock);
        *self.accounts.lock() = limiter(&ACCOUNT, &self.clock);
    }
}

fn limiter<K: std::hash::Hash + Eq + Clone>(tries: &Tries, clock: &Ticks) -> Limiter<K> {
    let at_once = NonZeroU32::new(tries.at_once).unwrap_or(NonZeroU32::MIN);
    let quota = Quota::with_period(tries.back_after);
    let quota = quota.unwrap_or_else(|| Quota::per_minute(at_once));
    let store = HashMapStateStore::default();
    RateLimiter::new(quota.allow_burst(at_once), store, clock.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;

    #[test]
    fn tries_at_one_account_run_out_and_come_back() {
        let now = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
        let clock = Clock::fixed(now);
        let limits = Limits::new(&clock);
        let check = |email: &str| limits.check(email, None);
        for _ in 0..ACCOUNT.at_once {
            assert_eq!(check("ada@shop.example"), Ok(()));
        }
        let wait = check(" ADA@shop.example").unwrap_err();
        assert!(wait <= ACCOUNT.back_after, "{wait:?}");
        assert_eq!(check("ben@shop.example"), Ok(()));
        clock.set(now.plus_millis(30_000));
        assert_eq!(check("ada@shop.example"), Ok(()));
        assert!(check("ada@shop.example").is_err());
    }

    #[test]
    fn one_address_does_not_get_further_by_other_accounts() {
        let clock = Clock::fixed(Timestamp::parse("2026-01-01T00:00:00Z").unwrap());
        let limits = Limits::new(&clock);
        let address = Some(IpAddr::from([10, 0, 0, 1]));
        for number in 0..ADDRESS.at_once {
            assert_eq!(limits.check(&format!("u{number}"), address), Ok(()));
        }
        assert!(limits.check("other", address).is_err());
        assert_eq!(
            limits.check("other", Some(IpAddr::from([10, 0, 0, 2]))),
            Ok(())
        );
    }
}
