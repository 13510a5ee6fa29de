//! Questions that nobody has asked before: each turn another window, filter and zone.

use std::time::Instant;

use serde_json::{Value, json};
use svar::metrics::Facts;

use crate::{by_language, durations, facts, heat_map, rate_by_channel, rate_by_day, top_reps};

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
struct Drawn {
    zone: bool,
    channels: bool,
}

const NOTHING: Drawn = Drawn {
    zone: false,
    channels: false,
};
const ZONE: Drawn = Drawn {
    zone: true,
    channels: false,
};
const CHANNEL: Drawn = Drawn {
    zone: false,
    channels: true,
};
const BOTH: Drawn = Drawn {
    zone: true,
    channels: true,
};

/// How an answer becomes rows that a rival gives, too.
type Rows = fn(&Value) -> Vec<Value>;

/// A question of each turn.
struct Question {
    name: &'static str,
    report: &'static str,
    /// Parameters next to the window.
    more: &'static str,
    drawn: Drawn,
    /// `None`: no rival is asked.
    rows: Option<Rows>,
}

const fn question(
    name: &'static str,
    report: &'static str,
    more: &'static str,
    drawn: Drawn,
    rows: Option<Rows>,
) -> Question {
    Question {
        name,
        report,
        more,
        drawn,
        rows,
    }
}

const QUESTIONS: [Question; 11] = {
    let by_rep = "&by=rep";
    [
        question(
            "rate_by_day",
            "resolution_rate",
            "&every=day",
            BOTH,
            Some(rate_by_day),
        ),
        question(
            "rate_by_channel",
            "resolution_rate",
            "&by=channel",
            NOTHING,
            Some(rate_by_channel),
        ),
        question(
            "handled_by_language",
            "handled",
            "&by=language",
            CHANNEL,
            Some(by_language),
        ),
        question(
            "first_response_by_rep",
            "first_response_time",
            by_rep,
            CHANNEL,
            Some(durations),
        ),
        question("top_reps", "reply_count", "", NOTHING, Some(top_reps)),
        question("heat_map", "messages_by_hour", "", ZONE, Some(heat_map)),
        question("slowest_contacts", "contact_wait_time", "", NOTHING, None),
        question(
            "sla_attainment",
            "sla_attainment",
            "&every=week",
            NOTHING,
            None,
        ),
        question("recontact_rate", "recontact_rate", "", NOTHING, None),
        question("backlog_by_day", "backlog", "&every=day", ZONE, None),
        question(
            "handoffs_by_reason",
            "handoffs",
            "&by=reason",
            CHANNEL,
            None,
        ),
    ]
};

/// A source of numbers that is the same everywhere.
struct Draw(u64);

impl Draw {
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
struct Turn {
    from: i64,
    to: i64,
    zone: (&'static str, i64),
    channels: Vec<&'static str>,
}

impl Turn {
    /// Windows of a third of the desk to all of it.
    fn draw(draw: &mut Draw) -> Self {
        let days = DAYS / 3 + draw.below(DAYS - DAYS / 3);
        let skipped = draw.below(DAYS - days + 1);
        let from = FIRST_DAY + skipped.cast_signed();
        let zone = usize::try_from(draw.below(ZONES.len() as u64)).expect("a place");
        let first = usize::try_from(draw.below(CHANNELS.len() as u64)).expect("a place");
        let channels = [first, (first + 1) % CHANNELS.len()].map(|place| CHANNELS[place]);
        Self {
            from,
            to: from + days.cast_signed(),
            zone: ZONES[zone],
            channels: channels.to_vec(),
        }
    }

    fn parameters(&self, more: &str, drawn: Drawn) -> String {
        let (zone, offset_secs) = if drawn.zone { self.zone } else { ZONES[0] };
        let instant = |day: i64| {
            let secs = day * 86_400 - offset_secs;
            let at = chrono::DateTime::from_timestamp(secs, 0).expect("an instant");
            at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
        };
        let (from, to) = (instant(self.from), instant(self.to));
        let filter = if drawn.channels {
            format!("&where.channel={}", self.channels.join(","))
        } else {
            String::new()
        };
        format!("from={from}&to={to}&tz={zone}{more}{filter}")
    }

    fn json(&self) -> Value {
        json!({
            "from": self.from, "to": self.to, "offset_secs": self.zone.1, "channels": self.channels,
        })
    }
}

/// Asks what the overview page asks, one after the other; in milliseconds.
fn overview(facts: &Facts, turn: &Turn) -> f64 {
    let began = Instant::now();
    for (id, is_cut) in crate::page::ASKED {
        let more = if is_cut {
            "&every=day&compare=previous"
        } else {
            "&compare=previous"
        };
        drop(facts::ask(facts, id, &turn.parameters(more, BOTH)));
    }
    began.elapsed().as_secs_f64() * 1000.0
}

/// Asks every question once a turn, or with `only` that one; what was drawn, and the answers with
/// their times.
pub(crate) fn ask_all(facts: &Facts, turns: u32, seed: u64, only: Option<&str>) -> Value {
    let mut draw = Draw(seed);
    let turns: Vec<Turn> = (0..turns).map(|_| Turn::draw(&mut draw)).collect();
    let mut answers = serde_json::Map::new();
    let is_asked = |name: &str| only.is_none_or(|only| only == name);
    if is_asked("overview") {
        let pages = turns
            .iter()
            .map(|turn| json!({ "ms": overview(facts, turn), "rows": null }));
        answers.insert("overview".to_owned(), pages.collect());
    }
    let questions = QUESTIONS.iter();
    for question in questions.filter(|question| is_asked(question.name)) {
        let asked = turns.iter().map(|turn| {
            let parameters = turn.parameters(question.more, question.drawn);
            let began = Instant::now();
            let answer = facts::ask(facts, question.report, &parameters);
            let millis = began.elapsed().as_secs_f64() * 1000.0;
            let answer = serde_json::to_value(answer).expect("an answer");
            json!({ "ms": millis, "rows": question.rows.map(|rows| rows(&answer)) })
        });
        answers.insert(question.name.to_owned(), asked.collect());
    }
    json!({
        "turns": turns.iter().map(Turn::json).collect::<Vec<Value>>(),
        "answers": answers,
    })
}
