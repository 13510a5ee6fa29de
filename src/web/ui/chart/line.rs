//! Lines over time: gaps where there is no figure, hatching where it is not settled.

use std::fmt::Write;

use super::axis::Axis;
use super::scale::Scale;
use super::{Frame, Slot, escape, n};

/// The most lines that are labelled at their end.
pub(in crate::web::ui) const LABELLED: usize = 5;

/// The least distance between two labels, in pixels.
const LABEL_GAP: f64 = 14.0;

/// One line.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::web::ui) struct Line {
    /// The class that colours it: `s1` to `s8`.
    pub(in crate::web::ui) class: &'static str,
    /// Its name.
    pub(in crate::web::ui) label: String,
    /// A value for each slot; none is a gap.
    pub(in crate::web::ui) values: Vec<Option<f64>>,
    /// Where a value is not settled, what it settles at so far.
    pub(in crate::web::ui) settled: Vec<Option<f64>>,
    /// The lower and upper limits of each value, drawn as a faint band.
    pub(in crate::web::ui) band: Vec<Option<(f64, f64)>>,
    /// Whether it is the period before: thin, dashed, without label.
    pub(in crate::web::ui) is_before: bool,
}

/// A chart of lines.
#[derive(Clone, Debug)]
pub(in crate::web::ui) struct Lines<'a> {
    /// Its name, description and height.
    pub(in crate::web::ui) frame: Frame,
    /// The time axis.
    pub(in crate::web::ui) axis: Axis,
    /// The scale.
    pub(in crate::web::ui) scale: Scale,
    /// The buckets.
    pub(in crate::web::ui) slots: &'a [Slot],
    /// The lines, the most important last.
    pub(in crate::web::ui) drawn: &'a [Line],
}

impl Lines<'_> {
    /// The chart.
    pub(in crate::web::ui) fn draw(&self) -> String {
        let height = self.frame.height;
        let mut inside = hatching(self.slots, height);
        inside.push_str(&self.axis.draw(&self.scale, height));
        let _written = write!(
            inside,
            "<svg class=\"paths\" x=\"0\" y=\"0\" width=\"100%\" height=\"{height}\" \
             viewBox=\"0 0 1000 {height}\" preserveAspectRatio=\"none\" aria-hidden=\"true\">",
            height = n(height),
        );
        for line in self.drawn {
            inside.push_str(&self.band(line));
            inside.push_str(&self.path(line));
        }
        inside.push_str("</svg>");
        for line in self.drawn.iter().filter(|line| !line.is_before) {
            inside.push_str(&self.dots(line));
        }
        inside.push_str(&self.labels());
        inside.push_str(&self.links());
        self.frame.wrap("lines", &inside)
    }

    fn y(&self, value: f64) -> f64 {
        self.scale.y(value, self.frame.height)
    }

    /// The points of a line in the stretched box, in runs without a gap.
    fn runs<T: Copy>(&self, values: &[Option<T>]) -> Vec<Vec<(f64, T)>> {
        let mut runs = vec![Vec::new()];
        for (slot, value) in self.slots.iter().zip(values) {
            match value {
                Some(value) => {
                    if let Some(run) = runs.last_mut() {
                        run.push((slot.middle() * 10.0, *value));
                    }
                }
                None => runs.push(Vec::new()),
            }
        }
        runs.retain(|run| !run.is_empty());
        runs
    }

    fn path(&self, line: &Line) -> String {
        let mut steps = String::new();
        for run in self.runs(&line.values) {
            for (place, (x, value)) in run.iter().enumerate() {
                let letter = if place == 0 { 'M' } else { 'L' };
                let _written = write!(steps, "{letter}{} {}", n(*x), n(self.y(*value)));
            }
        }
        let kind = if line.is_before {
            "line before"
        } else {
            "line"
        };
        format!("<path class=\"{kind} {}\" d=\"{steps}\"/>", line.class)
    }

    fn band(&self, line: &Line) -> String {
        let mut steps = String::new();
        for run in self.runs(&line.band) {
            for (place, (x, (_, high))) in run.iter().enumerate() {
                let letter = if place == 0 { 'M' } else { 'L' };
                let _written = write!(steps, "{letter}{} {}", n(*x), n(self.y(*high)));
            }
            for (x, (low, _)) in run.iter().rev() {
                let _written = write!(steps, "L{} {}", n(*x), n(self.y(*low)));
            }
            steps.push('Z');
        }
        if steps.is_empty() {
            return steps;
        }
        format!("<path class=\"band {}\" d=\"{steps}\"/>", line.class)
    }

    /// Points that no line leads to, and what unsettled values settle at.
    fn dots(&self, line: &Line) -> String {
        let mut dots = String::new();
        for run in self.runs(&line.values) {
            if let [(x, value)] = run.as_slice() {
                let _written = write!(dots, "{}", self.dot("alone", line.class, x / 10.0, *value));
            }
        }
        for (slot, settled) in self.slots.iter().zip(&line.settled) {
            if let Some(value) = settled {
                dots.push_str(&self.dot("settled", line.class, slot.middle(), *value));
            }
        }
        dots
    }

    fn dot(&self, kind: &str, class: &str, x: f64, value: f64) -> String {
        format!(
            "<circle class=\"dot {kind} {class}\" cx=\"{}%\" cy=\"{}\" r=\"2.5\"/>",
            n(x),
            n(self.y(value))
        )
    }

    /// The lines' names at their ends, moved apart where they would meet.
    fn labels(&self) -> String {
        let named = self.drawn.iter().filter(|line| !line.is_before);
        let mut ends: Vec<(f64, &Line)> = named
            .filter_map(|line| {
                let last = line.values.iter().rev().copied().flatten().next()?;
                Some((self.y(last), line))
            })
            .collect();
        if ends.len() > LABELLED || ends.len() < 2 {
            return String::new();
        }
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        spread(&mut ends, self.frame.height);
        let mut labels = String::new();
        for (y, line) in ends {
            let _written = write!(
                labels,
                "<text class=\"end {}\" x=\"100%\" dx=\"8\" y=\"{}\">{}</text>",
                line.class,
                n(y + 4.0),
                escape(&line.label)
            );
        }
        labels
    }

    fn links(&self) -> String {
        let mut links = String::new();
        for (place, slot) in self.slots.iter().enumerate() {
            let mut dots = String::new();
            for line in self.drawn.iter().filter(|line| !line.is_before) {
                if let Some(value) = line.values.get(place).copied().flatten() {
                    dots.push_str(&self.dot("here", line.class, slot.middle(), value));
                }
            }
            let middle = n(slot.middle());
            let rule = format!(
                "<line class=\"rule\" x1=\"{middle}%\" x2=\"{middle}%\" y1=\"0\" y2=\"{}\"/>{dots}",
                n(self.frame.height)
            );
            links.push_str(&slot.link(self.frame.height, place == 0, &rule));
        }
        links
    }
}

/// Moves labels apart, downwards first, then back up from the base.
fn spread<T>(ends: &mut [(f64, T)], height: f64) {
    let mut least = f64::NEG_INFINITY;
    for (y, _) in ends.iter_mut() {
        *y = y.max(least);
        least = *y + LABEL_GAP;
    }
    let mut most = height;
    for (y, _) in ends.iter_mut().rev() {
        *y = y.min(most);
        most = *y - LABEL_GAP;
    }
}

/// The stretches that are not settled.
pub(super) fn hatching(slots: &[Slot], height: f64) -> String {
    let mut hatched = String::new();
    for slot in slots.iter().filter(|slot| slot.provisional) {
        let _written = write!(
            hatched,
            "<rect class=\"hatch\" x=\"{}%\" y=\"0\" width=\"{}%\" height=\"{}\" fill=\"url(#hatch)\"/>",
            n(slot.left),
            n(slot.width),
            n(height)
        );
    }
    hatched
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;
    use crate::report::Unit;

    fn draw(values: &[Option<f64>], settled: &[Option<f64>]) -> String {
        let slots: Vec<Slot> = (0..values.len())
            .map(|place| Slot {
                left: place as f64 * 100.0 / values.len() as f64,
                width: 100.0 / values.len() as f64,
                provisional: settled.get(place).copied().flatten().is_some(),
                ..Slot::default()
            })
            .collect();
        let lines = [Line {
            class: "s1",
            values: values.to_vec(),
            settled: settled.to_vec(),
            ..Line::default()
        }];
        let to = Timestamp::from_millis(86_400_000);
        let chart = Lines {
            frame: Frame {
                height: 100.0,
                ..Frame::default()
            },
            axis: Axis::new(Timestamp::from_millis(0), to, chrono_tz::Tz::UTC),
            scale: Scale::new(Unit::Share, 1.0),
            slots: &slots,
            drawn: &lines,
        };
        chart.draw()
    }

    #[test]
    fn no_figure_is_a_gap_and_never_zero() {
        let drawn = draw(&[Some(0.5), Some(1.0), None, Some(0.0), Some(0.25)], &[]);
        assert!(
            drawn.contains("d=\"M100 50L300 0M700 100L900 75\""),
            "{drawn}"
        );
    }

    #[test]
    fn a_figure_between_two_gaps_is_a_dot() {
        let drawn = draw(&[None, Some(0.5), None], &[]);
        assert!(
            drawn.contains("class=\"dot alone s1\" cx=\"50%\" cy=\"50\""),
            "{drawn}"
        );
    }

    #[test]
    fn what_is_not_settled_is_hatched_with_its_settled_value() {
        let drawn = draw(&[Some(0.5), Some(0.2)], &[None, Some(0.4)]);
        assert_eq!(drawn.matches("class=\"hatch\"").count(), 1);
        assert!(
            drawn.contains("class=\"dot settled s1\" cx=\"75%\" cy=\"60\""),
            "{drawn}"
        );
    }

    #[test]
    fn nothing_is_ever_not_a_number() {
        for values in [
            vec![],
            vec![None],
            vec![Some(f64::NAN), Some(f64::INFINITY)],
        ] {
            let drawn = draw(&values, &[]);
            assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{drawn}");
        }
    }

    #[test]
    fn labels_move_apart_and_stay_in_the_plot() {
        let mut ends = [(95.0, 'a'), (97.0, 'b'), (98.0, 'c')];
        spread(&mut ends, 100.0);
        assert_eq!(ends.map(|(y, _)| n(y)), ["72", "86", "100"]);
    }
}
