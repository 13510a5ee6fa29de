//! Lines over time: gaps where there is no figure, hatching where it is not settled.

use std::fmt::Write;

use super::axis::Axis;
use super::element::Element;
use super::scale::Scale;
use super::{Frame, Slot, Stop, n};

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
    /// Values that the line does not go through: unsettled ones, and those of cut buckets.
    pub(in crate::web::ui) apart: Vec<Option<f64>>,
    /// The lower and upper limits of each value, drawn as a faint band.
    pub(in crate::web::ui) band: Vec<Option<(f64, f64)>>,
    /// Whether it is the period before: thin, dashed, without label.
    pub(in crate::web::ui) is_before: bool,
    /// Whether it is read by the second scale, on the right.
    pub(in crate::web::ui) is_second: bool,
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
    /// The scale of a second measure.
    pub(in crate::web::ui) second: Option<Scale>,
    /// The buckets.
    pub(in crate::web::ui) slots: &'a [Slot],
    /// The lines, the most important last.
    pub(in crate::web::ui) drawn: &'a [Line],
}

impl Lines<'_> {
    /// The chart.
    pub(in crate::web::ui) fn draw(&self) -> Element {
        let height = self.frame.height;
        let mut inside = hatching(self.slots, height);
        inside.extend(self.axis.draw(&self.scale, height));
        inside.extend(self.frame.aim_line(&self.scale));
        inside.extend(self.second_labels());
        let mut paths = Element::new("svg")
            .class("paths")
            .with("x", "0")
            .with("y", "0")
            .with("width", "100%")
            .pixels("height", height)
            .with("viewBox", format!("0 0 1000 {}", n(height)))
            .with("preserveAspectRatio", "none")
            .with("aria-hidden", "true");
        for line in self.drawn {
            paths = paths.holding(self.band(line)).holding([self.path(line)]);
        }
        inside.push(paths);
        for line in self.drawn.iter().filter(|line| !line.is_before) {
            inside.extend(self.dots(line));
        }
        inside.extend(self.labels());
        inside.extend(self.links());
        self.frame.wrap("lines", inside)
    }

    fn y(&self, line: &Line, value: f64) -> f64 {
        let second = self.second.as_ref().filter(|_| line.is_second);
        second.unwrap_or(&self.scale).y(value, self.frame.height)
    }

    /// The labels of the second scale, within the plot on its right, in its line's colour.
    fn second_labels(&self) -> Vec<Element> {
        let line = self.drawn.iter().find(|line| line.is_second);
        let (Some(scale), Some(line)) = (&self.second, line) else {
            return Vec::new();
        };
        let labels = scale.ticks().into_iter().map(|(value, label)| {
            let y = scale.y(value, self.frame.height);
            Element::new("text")
                .class(format!("tick second {}", line.class))
                .with("x", "100%")
                .with("dx", "-4")
                .with("text-anchor", "end")
                .pixels("y", if y < 14.0 { y + 12.0 } else { y - 4.0 })
                .text(label)
        });
        labels.collect()
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

    fn path(&self, line: &Line) -> Element {
        let mut steps = String::new();
        for run in self.runs(&line.values) {
            for (place, (x, value)) in run.iter().enumerate() {
                let letter = if place == 0 { 'M' } else { 'L' };
                let _written = write!(steps, "{letter}{} {}", n(*x), n(self.y(line, *value)));
            }
        }
        let kind = if line.is_before {
            "line before"
        } else {
            "line"
        };
        let path = Element::new("path").class(format!("{kind} {}", line.class));
        path.with("d", steps)
    }

    fn band(&self, line: &Line) -> Option<Element> {
        let mut steps = String::new();
        for run in self.runs(&line.band) {
            for (place, (x, (_, high))) in run.iter().enumerate() {
                let letter = if place == 0 { 'M' } else { 'L' };
                let _written = write!(steps, "{letter}{} {}", n(*x), n(self.y(line, *high)));
            }
            for (x, (low, _)) in run.iter().rev() {
                let _written = write!(steps, "L{} {}", n(*x), n(self.y(line, *low)));
            }
            steps.push('Z');
        }
        let band = Element::new("path").class(format!("band {}", line.class));
        (!steps.is_empty()).then(|| band.with("d", steps))
    }

    /// Points that no line leads to.
    fn dots(&self, line: &Line) -> Vec<Element> {
        let mut dots = Vec::new();
        for run in self.runs(&line.values) {
            if let [(x, value)] = run.as_slice() {
                dots.push(self.dot("alone", line, x / 10.0, *value));
            }
        }
        for (slot, apart) in self.slots.iter().zip(&line.apart) {
            if let Some(value) = apart {
                dots.push(self.dot("apart", line, slot.middle(), *value));
            }
        }
        dots
    }

    fn dot(&self, kind: &str, line: &Line, x: f64, value: f64) -> Element {
        Element::new("circle")
            .class(format!("dot {kind} {}", line.class))
            .percent("cx", x)
            .pixels("cy", self.y(line, value))
            .with("r", "2.5")
    }

    /// The lines' names at their ends, moved apart where they would meet.
    fn labels(&self) -> Vec<Element> {
        let named = self.drawn.iter().filter(|line| !line.is_before);
        let mut ends: Vec<(f64, &Line)> = named
            .filter_map(|line| {
                let last = line.values.iter().rev().copied().flatten().next()?;
                Some((self.y(line, last), line))
            })
            .collect();
        if ends.len() > LABELLED || ends.len() < 2 {
            return Vec::new();
        }
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        spread(&mut ends, self.frame.height);
        let labels = ends.into_iter().map(|(y, line)| {
            Element::new("text")
                .class(format!("end {}", line.class))
                .with("x", "100%")
                .with("dx", "8")
                .pixels("y", y + 4.0)
                .text(line.label.as_str())
        });
        labels.collect()
    }

    fn links(&self) -> Vec<Element> {
        let links = self.slots.iter().enumerate().map(|(place, slot)| {
            let lines = self.drawn.iter().filter(|line| !line.is_before);
            let dots = lines.filter_map(|line| {
                let value_of = |values: &[Option<f64>]| values.get(place).copied().flatten();
                let value = value_of(&line.values).or_else(|| value_of(&line.apart))?;
                Some(self.dot("here", line, slot.middle(), value))
            });
            let rule = Element::new("line")
                .class("rule")
                .percent("x1", slot.middle())
                .percent("x2", slot.middle())
                .with("y1", "0")
                .pixels("y2", self.frame.height);
            let inside = std::iter::once(rule).chain(dots);
            slot.link(self.frame.height, Stop::at(place), inside)
        });
        links.collect()
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
pub(super) fn hatching(slots: &[Slot], height: f64) -> Vec<Element> {
    let slots = slots.iter().filter(|slot| slot.provisional);
    let hatched = slots.map(|slot| {
        Element::new("rect")
            .class("hatch")
            .percent("x", slot.left)
            .with("y", "0")
            .percent("width", slot.width)
            .pixels("height", height)
            .with("fill", "url(#hatch)")
    });
    hatched.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;
    use crate::report::Unit;

    fn draw(values: &[Option<f64>], apart: &[Option<f64>]) -> String {
        let slots: Vec<Slot> = (0..values.len())
            .map(|place| Slot {
                left: place as f64 * 100.0 / values.len() as f64,
                width: 100.0 / values.len() as f64,
                provisional: apart.get(place).copied().flatten().is_some(),
                ..Slot::default()
            })
            .collect();
        let lines = [Line {
            class: "s1",
            values: values.to_vec(),
            apart: apart.to_vec(),
            ..Line::default()
        }];
        let to = Timestamp::from_millis(86_400_000);
        let chart = Lines {
            frame: Frame {
                aim: None,
                marks: Vec::new(),
                height: 100.0,
                ..Frame::default()
            },
            axis: Axis::new(Timestamp::from_millis(0), to, chrono_tz::Tz::UTC),
            scale: Scale::new(Unit::Share, 1.0),
            second: None,
            slots: &slots,
            drawn: &lines,
        };
        chart.draw().page()
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
    fn what_is_not_settled_is_hatched_and_apart_from_the_line() {
        let drawn = draw(&[Some(0.5), None], &[None, Some(0.4)]);
        assert_eq!(drawn.matches("class=\"hatch\"").count(), 1);
        assert!(
            drawn.contains("class=\"dot apart s1\" cx=\"75%\" cy=\"60\""),
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
