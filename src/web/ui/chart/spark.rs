//! A sparkline: the course of a figure in the height of two lines of text.

use std::fmt::Write;

use super::element::Element;
use super::n;

const HEIGHT: f64 = 32.0;

/// The course of `values`, from their least to their most; none is a gap.
pub(in crate::web::ui) fn spark(values: &[Option<f64>]) -> String {
    let present = || {
        values
            .iter()
            .copied()
            .flatten()
            .filter(|value| value.is_finite())
    };
    let most = present().fold(f64::NEG_INFINITY, f64::max);
    let least = present().fold(f64::INFINITY, f64::min).min(most);
    let reach = if most > least { most - least } else { 1.0 };
    let last = values.len().saturating_sub(1).max(1) as f64;
    let y = |value: f64| 3.0 + (HEIGHT - 6.0) * (1.0 - (value - least) / reach);
    let mut steps = String::new();
    let mut letter = 'M';
    let mut end = None;
    for (place, value) in values.iter().enumerate() {
        let Some(value) = value.filter(|value| value.is_finite()) else {
            letter = 'M';
            continue;
        };
        let x = place as f64 / last * 1000.0;
        let _written = write!(steps, "{letter}{} {}", n(x), n(y(value)));
        letter = 'L';
        end = Some((x / 10.0, y(value)));
    }
    let dot = end.map(|(x, y)| {
        Element::new("circle")
            .class("dot")
            .percent("cx", x)
            .pixels("cy", y)
            .with("r", "2.5")
    });
    let path = Element::new("path").class("line").with("d", steps);
    let stretched = Element::new("svg")
        .with("x", "0")
        .with("y", "0")
        .with("width", "100%")
        .pixels("height", HEIGHT)
        .with("viewBox", format!("0 0 1000 {}", n(HEIGHT)))
        .with("preserveAspectRatio", "none")
        .holding([path]);
    let spark = Element::new("svg")
        .class("spark")
        .with("width", "100%")
        .pixels("height", HEIGHT)
        .with("aria-hidden", "true");
    spark.holding([stretched]).holding(dot).page()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_course_keeps_its_gaps_and_a_flat_one_its_line() {
        let drawn = spark(&[Some(1.0), None, Some(3.0)]);
        assert!(drawn.contains("d=\"M0 29M1000 3\""), "{drawn}");
        assert!(spark(&[Some(2.0), Some(2.0)]).contains("d=\"M0 29L1000 29\""));
    }

    #[test]
    fn nothing_is_ever_not_a_number() {
        for values in [vec![], vec![None], vec![Some(f64::NAN)], vec![Some(5.0)]] {
            let drawn = spark(&values);
            assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{drawn}");
        }
    }
}
