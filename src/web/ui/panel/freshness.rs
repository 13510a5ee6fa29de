//! How fresh and how complete figures are: live, or only as far as the accounts were read that are
//! connected.

use crate::app::{ConnectorState, ConnectorView};
use crate::model::Timestamp;
use crate::web::ui::date;
use crate::web::ui::figure;
use crate::web::ui::text::{fill, t};
use chrono_tz::Tz;

/// An account that is behind by less than this is up to date: it is asked every few minutes.
const USUAL_SECS: u64 = 600;

/// How fresh figures are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::web::ui) struct Freshness {
    /// In words.
    pub(in crate::web::ui) said: String,
    /// Whether something of what happened may not be in them yet.
    pub(in crate::web::ui) lags: bool,
}

impl Freshness {
    /// Of figures as of an instant, with what is read from elsewhere.
    pub(super) fn of(connectors: &[ConnectorView], as_of: Timestamp, zone: Tz) -> Self {
        let at_work = connectors
            .iter()
            .filter(|one| one.state != ConnectorState::Paused);
        let behind: Vec<&ConnectorView> = at_work.filter(|one| is_behind(one, as_of)).collect();
        // What nobody has read yet is behind all others.
        let Some(worst) = behind.iter().min_by_key(|one| one.read_until) else {
            return Self {
                said: t("fresh.live").to_owned(),
                lags: false,
            };
        };
        let said = match (worst.read_until, worst.lag_secs) {
            (Some(until), Some(lag)) => fill(
                "fresh.until",
                &[
                    ("at", &date::instant(until, zone)),
                    ("name", &worst.name),
                    ("lag", &figure::round_duration(lag as f64)),
                ],
            ),
            _ => fill("fresh.unread", &[("name", &worst.name)]),
        };
        Self { said, lags: true }
    }
}

/// Whether an account may have something from before an instant that is not here.
fn is_behind(connector: &ConnectorView, as_of: Timestamp) -> bool {
    match (connector.read_until, connector.lag_secs) {
        (Some(until), Some(lag)) => lag > USUAL_SECS && until < as_of,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Product;

    fn connector(name: &str, until: Option<&str>, lag_secs: u64) -> ConnectorView {
        let at = |text| Timestamp::parse(text).unwrap();
        ConnectorView {
            name: name.to_owned(),
            product: Product::Zendesk,
            url: String::new(),
            user: None,
            account: None,
            since: None,
            fetch_attachments: false,
            mapping: None,
            added_at: at("2026-01-01T00:00:00Z"),
            state: ConnectorState::Failing,
            read_until: until.map(at),
            lag_secs: until.map(|_| lag_secs),
            success_at: None,
            fault: None,
            next_at: None,
            rounds: 0,
            accepted: 0,
            duplicates: 0,
            rejected: 0,
            missed: Vec::new(),
        }
    }

    #[test]
    fn figures_are_complete_as_far_as_the_account_that_lags_most() {
        let as_of = Timestamp::parse("2026-11-01T14:09:00Z").unwrap();
        let of = |all: &[ConnectorView]| Freshness::of(all, as_of, Tz::UTC);
        assert_eq!((of(&[]).said.as_str(), of(&[]).lags), ("live", false));
        let fresh = connector("HubSpot", Some("2026-11-01T14:05:00Z"), 240);
        assert!(!of(std::slice::from_ref(&fresh)).lags);
        let slow = connector("Zendesk", Some("2026-11-01T13:02:00Z"), 4_020);
        let both = of(&[fresh, slow.clone()]);
        assert_eq!(
            both.said,
            "complete to 1 Nov 2026, 13:02 UTC; Zendesk lags 1 h 7 m"
        );
        // Of an earlier instant everything is there.
        let before = Timestamp::parse("2026-11-01T12:00:00Z").unwrap();
        assert!(!Freshness::of(std::slice::from_ref(&slow), before, Tz::UTC).lags);
        let unread = of(&[slow, connector("Chatwoot", None, 0)]);
        assert_eq!(unread.said, "Chatwoot is not read to its end yet");
    }
}
