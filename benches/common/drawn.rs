//! What nobody has asked before: each turn another window, filter and zone.

#![allow(dead_code, reason = "each bench takes what it needs")]

use serde_json::{Value, json};

use crate::page::Windows;

/// The channels that filters choose from.
const CHANNELS: [&str; 4] = ["chat", "email", "form", "whatsapp"];

/// Zones that do not change their clocks in the desk's time, and how far they are from UTC.
const ZONES: [(&str, i64); 4] = [
    ("UTC", 0),
    ("Asia/Kolkata", 19_800),
    ("Asia/Tokyo", 32_400),
    ("America/Phoenix", -25_200),
];

/// The first day of the desk, 2026-05-01, and how many it has.
const FIRST_DAY: i64 = 20_574;
const DAYS: u64 = 184;

/// What of the turn a question takes over, next to the window.
#[derive(Clone, Copy)]
pub(crate) struct Drawn {
    zone: bool,
    channels: bool,
}

pub(crate) const NOTHING: Drawn = Drawn {
    zone: false,
    channels: false,
};
pub(crate) const ZONE: Drawn = Drawn {
    zone: true,
    channels: false,
};
pub(crate) const CHANNEL: Drawn = Drawn {
    zone: false,
    channels: true,
};
pub(crate) const BOTH: Drawn = Drawn {
    zone: true,
    channels: true,
};

/// A source of numbers that is the same everywhere.
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) const fn of(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

/// One window, filter and zone.
pub(crate) struct Turn {
    from: i64,
    to: i64,
    zone: (&'static str, i64),
    channels: Vec<&'static str>,
}

impl Turn {
    /// Windows of a third of the desk to all of it.
    pub(crate) fn draw(draw: &mut Draw) -> Self {
        let days = DAYS / 3 + draw.below(DAYS - DAYS / 3);
        let skipped = draw.below(DAYS - days + 1);
        let from = FIRST_DAY + skipped.cast_signed();
        let zone = usize::try_from(draw.below(ZONES.len() as u64)).expect("a place");
        let first = usize::try_from(draw.below(CHANNELS.len() as u64)).expect("a place");
        let channels = [first, (first + 1) % CHANNELS.len()]
            .map(|place| *CHANNELS.get(place).expect("a channel"));
        Self {
            from,
            to: from + days.cast_signed(),
            zone: *ZONES.get(zone).expect("a zone"),
            channels: channels.to_vec(),
        }
    }

    pub(crate) fn parameters(&self, more: &str, drawn: Drawn) -> String {
        self.over(self.from, more, drawn)
    }

    /// The overview page over the window, with its last week for the tiles.
    pub(crate) fn page(&self) -> Windows {
        Windows {
            week: self.over(self.to - 7, "", BOTH),
            range: self.over(self.from, "", BOTH),
            every: "&every=day",
        }
    }

    fn over(&self, from: i64, more: &str, drawn: Drawn) -> String {
        let (zone, offset_secs) = if drawn.zone { self.zone } else { ZONES[0] };
        let instant = |day: i64| {
            let secs = day * 86_400 - offset_secs;
            let at = chrono::DateTime::from_timestamp(secs, 0).expect("an instant");
            at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
        };
        let (from, to) = (instant(from), instant(self.to));
        let filter = if drawn.channels {
            format!("&where.channel={}", self.channels.join(","))
        } else {
            String::new()
        };
        format!("from={from}&to={to}&tz={zone}{more}{filter}")
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "from": self.from, "to": self.to, "offset_secs": self.zone.1, "channels": self.channels,
        })
    }
}
