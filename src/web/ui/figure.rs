//! How a number is written: counts, shares, durations, and what became of them.
//!
//! The only place that turns a figure into text. A figure that is not there is "–".

use super::text::{fill, form_of, t};
use crate::report::{Better, Figure, Figures, Measurement, Unit};

/// What is shown where there is no figure.
pub(super) const NOTHING: &str = "–";
/// The two-sided 95 % quantile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;
const MINUS: char = '\u{2212}';
const THIN: char = '\u{202f}';

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
/// The texts of the units of time, the longest first.
const UNITS: [&str; 4] = ["unit.day", "unit.hour", "unit.minute", "unit.second"];

/// A whole number, its thousands grouped.
pub(super) fn count(value: f64) -> String {
    if !value.is_finite() {
        return NOTHING.to_owned();
    }
    let digits = format!("{:.0}", value.abs());
    let group = t("number.group");
    let mut grouped = String::new();
    let lead = digits.len() % 3;
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && place % 3 == lead {
            grouped.push_str(group);
        }
        grouped.push(digit);
    }
    if value <= -0.5 {
        grouped.insert(0, MINUS);
    }
    grouped
}

/// One thing or several: the text of `key.one` or `key.many`, with `{count}` in it.
pub fn plural(key: &str, number: u64) -> String {
    let form = form_of(number);
    let grouped = count(number as f64);
    fill(&format!("{key}.{form}"), &[("count", &grouped)])
}

/// A share with one decimal.
pub(super) fn share(value: f64) -> String {
    format!("{}{THIN}%", decimal(value * 100.0))
}

/// A duration in its two largest units.
pub(super) fn duration(secs: f64) -> String {
    if secs < 0.0 {
        return format!("{MINUS}{}", duration(-secs));
    }
    let whole = whole(secs);
    let (days, hours) = (whole / DAY, whole % DAY / HOUR);
    let (minutes, rest) = (whole % HOUR / MINUTE, whole % MINUTE);
    let [d, h, m, s] = UNITS.map(t);
    match whole {
        0 if secs > 0.0 => format!("< 1 {s}"),
        0..MINUTE => format!("{rest} {s}"),
        MINUTE..HOUR => format!("{minutes} {m} {rest:02} {s}"),
        HOUR..DAY => format!("{hours} {h} {minutes:02} {m}"),
        _ => format!("{days} {d} {hours} {h}"),
    }
}

/// A round duration as an axis has it: no unit that is zero.
pub(super) fn round_duration(secs: f64) -> String {
    let whole = whole(secs);
    let amounts = [
        whole / DAY,
        whole % DAY / HOUR,
        whole % HOUR / MINUTE,
        whole % MINUTE,
    ];
    let parts = amounts.into_iter().zip(UNITS.map(t));
    let parts = parts.filter(|(amount, _)| *amount > 0).take(2);
    let parts: Vec<String> = parts
        .map(|(amount, unit)| format!("{amount} {unit}"))
        .collect();
    if parts.is_empty() {
        return "0".to_owned();
    }
    parts.join(" ")
}

/// Seconds as a whole number, rounded.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast holds itself within the range"
)]
fn whole(secs: f64) -> u64 {
    secs.round() as u64
}

/// A number with one decimal, such as a mean score.
pub(super) fn decimal(value: f64) -> String {
    format!("{value:.1}").replace('.', t("number.decimal"))
}

/// A value in its unit.
pub(super) fn amount(unit: Unit, value: Option<f64>) -> String {
    let Some(value) = value.filter(|value| value.is_finite()) else {
        return NOTHING.to_owned();
    };
    match unit {
        Unit::Count => count(value),
        Unit::Score => decimal(value),
        Unit::Share => share(value),
        Unit::Seconds => duration(value),
    }
}

/// The value with all its digits, for a title or a machine.
pub(super) fn exact(unit: Unit, value: Option<f64>) -> String {
    match (unit, value) {
        (_, None) => String::new(),
        (Unit::Seconds, Some(value)) => fill("figure.seconds", &[("value", &format!("{value}"))]),
        (_, Some(value)) => format!("{value}"),
    }
}

/// The fraction behind a share, or the number behind a duration: "49 of 80".
pub(super) fn fraction(unit: Unit, figures: &Figures) -> Option<String> {
    match unit {
        Unit::Share => {
            let part = count(figures.figure(Figure::Numerator)?);
            let of = count(figures.figure(Figure::Denominator)?);
            Some(fill("figure.fraction", &[("part", &part), ("of", &of)]))
        }
        Unit::Seconds | Unit::Score => {
            let cases = count(figures.figure(Figure::Count)?);
            Some(fill("figure.cases", &[("count", &cases)]))
        }
        Unit::Count => None,
    }
}

/// What a share or a mean is of: "of 80".
pub(super) fn base(unit: Unit, figures: &Figures) -> Option<String> {
    let figure = match unit {
        Unit::Share => Figure::Denominator,
        Unit::Seconds | Unit::Score => Figure::Count,
        Unit::Count => return None,
    };
    let of = count(figures.figure(figure)?);
    Some(fill("figure.of", &[("of", &of)]))
}

/// Which way a figure went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// The good way.
    Better,
    /// The bad way.
    Worse,
    /// Neither, or not more than chance would do.
    Even,
}

impl Tone {
    /// The class that colours it.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Even => "even",
        }
    }
}

/// What became of a figure since the period before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// In words and sign.
    pub(super) text: String,
    /// Whether that is good.
    pub(super) tone: Tone,
    /// What it was.
    pub(super) before: String,
}

/// The change from `before` to `now`; `None` where either has no value.
pub(super) fn change(
    unit: Unit,
    better: Better,
    now: &Figures,
    before: &Figures,
) -> Option<Change> {
    let (value, old) = (now.number()?, before.number()?);
    let difference = value - old;
    let is_new = old.abs() < f64::EPSILON && unit != Unit::Share;
    if is_new && difference.abs() < f64::EPSILON {
        return None;
    }
    let noise = is_noise(unit, now, before);
    let moved = match unit {
        Unit::Share => fill("figure.points", &[("value", &signed(difference * 100.0))]),
        _ if is_new => t("figure.from_nothing").to_owned(),
        _ => format!("{}{THIN}%", signed(difference / old * 100.0)),
    };
    let text = match noise {
        Some(true) => format!("{moved}, {}", t("figure.within_noise")),
        Some(false) => format!("{moved}, {}", t("figure.more_than_noise")),
        None => moved,
    };
    let tone = match (better, noise) {
        (Better::None, _) | (_, Some(true)) => Tone::Even,
        _ if difference.abs() < 1e-12 => Tone::Even,
        (Better::Up, _) if difference > 0.0 => Tone::Better,
        (Better::Down, _) if difference < 0.0 => Tone::Better,
        _ => Tone::Worse,
    };
    Some(Change {
        text,
        tone,
        before: if is_new {
            String::new()
        } else {
            amount(unit, Some(old))
        },
    })
}

/// Whether two figures differ by no more than chance; `None` for what cannot be known.
///
/// Shares: their Wilson intervals meet. Counts of two equally long windows: one half lies
/// in the Wilson interval of the share that is now's, which is `|a − b| ≤ z·√(a + b)`.
fn is_noise(unit: Unit, now: &Figures, before: &Figures) -> Option<bool> {
    if unit == Unit::Count {
        let (now, before) = (now.figure(Figure::Count)?, before.figure(Figure::Count)?);
        return Some((now - before).abs() <= Z * (now + before).sqrt());
    }
    let ends = |figures: &Figures| {
        let (low, high) = (Figure::Low, Figure::High);
        figures.figure(low).zip(figures.figure(high))
    };
    let (now, before) = (ends(now)?, ends(before)?);
    Some(now.0 <= before.1 && before.0 <= now.1)
}

/// A number with its sign and one decimal; what rounds to nothing has none.
pub(super) fn signed(value: f64) -> String {
    let text = decimal(value.abs());
    match value {
        _ if text == decimal(0.0) => text,
        _ if value < 0.0 => format!("{MINUS}{text}"),
        _ => format!("+{text}"),
    }
}

/// How a figure next to the value is written.
pub(super) fn more(figure: Figure, figures: &Figures) -> String {
    let Some(value) = figures.figure(figure) else {
        return NOTHING.to_owned();
    };
    let is_survey = matches!(figures.measurement, Measurement::Satisfaction { .. });
    match figure {
        Figure::Low
        | Figure::High
        | Figure::SettledValue
        | Figure::ResponseRate
        | Figure::InsideShare => share(value),
        Figure::Mean if is_survey => decimal(value),
        Figure::Communication | Figure::Quality => decimal(value),
        Figure::Mean
        | Figure::P50
        | Figure::P90
        | Figure::P95
        | Figure::Max
        | Figure::CloseMean
        | Figure::CloseP50
        | Figure::SpanMean
        | Figure::SpanP50
        | Figure::Inside
        | Figure::Outside => duration(value),
        Figure::Abandoned
        | Figure::CloseCount
        | Figure::Count
        | Figure::DeclinedAll
        | Figure::Denominator
        | Figure::Histogram
        | Figure::Numerator
        | Figure::Provisional
        | Figure::Received
        | Figure::Resolved
        | Figure::Responded
        | Figure::Sent => count(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Interval, Ratio};

    fn of(measurement: Measurement) -> Figures {
        Figures {
            measurement,
            is_provisional: false,
        }
    }

    fn shares(percent: u64, low: f64, high: f64) -> Figures {
        of(Measurement::Ratio(Ratio {
            numerator: percent,
            denominator: 100,
            unsettled: 0,
            interval: Some(Interval { low, high }),
        }))
    }

    #[test]
    fn durations_have_their_two_largest_units() {
        let cases = [
            (0.0, "0 s"),
            (0.2, "< 1 s"),
            (38.0, "38 s"),
            (59.6, "1 m 00 s"),
            (760.0, "12 m 40 s"),
            (3_599.7, "1 h 00 m"),
            (11_100.0, "3 h 05 m"),
            (187_200.0, "2 d 4 h"),
            (-65.0, "\u{2212}1 m 05 s"),
        ];
        for (secs, text) in cases {
            assert_eq!(duration(secs), text);
        }
        assert_eq!(round_duration(5_400.0), "1 h 30 m");
        assert_eq!(round_duration(0.0), "0");
    }

    #[test]
    fn counts_are_grouped_and_what_is_missing_is_a_dash() {
        assert_eq!(count(1_234_567.0), "1,234,567");
        assert_eq!(count(999.0), "999");
        assert_eq!(count(100_000.0), "100,000");
        assert_eq!(count(-1_204.0), "\u{2212}1,204");
        assert_eq!(amount(Unit::Share, Some(0.613)), "61.3\u{202f}%");
        assert_eq!(amount(Unit::Share, None), NOTHING);
        assert_eq!(amount(Unit::Seconds, Some(f64::NAN)), NOTHING);
    }

    #[test]
    fn a_share_moves_in_points_and_chance_is_told_from_change() {
        let far = change(
            Unit::Share,
            Better::Up,
            &shares(64, 0.62, 0.66),
            &shares(60, 0.58, 0.61),
        );
        let far = far.unwrap();
        assert_eq!(
            (far.text.as_str(), far.tone),
            ("+4.0 points, more than noise", Tone::Better)
        );
        let near = change(
            Unit::Share,
            Better::Up,
            &shares(58, 0.5, 0.66),
            &shares(60, 0.5, 0.7),
        );
        let near = near.unwrap();
        assert_eq!(
            (near.text.as_str(), near.tone),
            ("\u{2212}2.0 points, within noise", Tone::Even)
        );
    }

    #[test]
    fn a_count_moves_by_chance_as_much_as_its_root() {
        let of = |value| of(Measurement::Count(value));
        let tone = |now, before| {
            let movement = change(Unit::Count, Better::Up, &of(now), &of(before));
            movement.unwrap().tone
        };
        assert_eq!(tone(619, 624), Tone::Even);
        assert_eq!(tone(700, 624), Tone::Better);
        assert_eq!(tone(0, 30), Tone::Worse);
    }

    #[test]
    fn less_is_better_where_the_report_says_so() {
        let time = |secs: i64| of(Measurement::Time(secs * 1_000));
        let movement = change(Unit::Seconds, Better::Down, &time(90), &time(120)).unwrap();
        assert_eq!(
            (movement.text.as_str(), movement.tone),
            ("\u{2212}25.0\u{202f}%", Tone::Better)
        );
        assert!(change(Unit::Count, Better::Up, &time(1), &Figures::default()).is_none());
    }
}
