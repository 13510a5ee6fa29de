//! Bars: stacked over time, in classes of a histogram, and lying ones next to a name.

use super::axis::{Axis, grid};
use super::element::Element;
use super::line::hatching;
use super::scale::Scale;
use super::{Frame, Slot, Stop, n};

/// One series of a stack.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::web::ui) struct Layer {
    /// The class that colours it.
    pub(in crate::web::ui) class: &'static str,
    /// Its name.
    pub(in crate::web::ui) label: String,
    /// A value for each slot; none is a gap.
    pub(in crate::web::ui) values: Vec<Option<f64>>,
}

/// Bars over time.
#[derive(Clone, Debug)]
pub(in crate::web::ui) struct Bars<'a> {
    /// Its name, description and height.
    pub(in crate::web::ui) frame: Frame,
    /// The time axis.
    pub(in crate::web::ui) axis: Axis,
    /// The scale; it must hold the sums.
    pub(in crate::web::ui) scale: Scale,
    /// The buckets.
    pub(in crate::web::ui) slots: &'a [Slot],
    /// The layers, from the base up.
    pub(in crate::web::ui) layers: &'a [Layer],
}

impl Bars<'_> {
    /// The chart.
    pub(in crate::web::ui) fn draw(&self) -> Element {
        let height = self.frame.height;
        let mut inside = hatching(self.slots, height);
        inside.extend(self.axis.draw(&self.scale, height));
        inside.extend(self.frame.aim_line(&self.scale));
        for (place, slot) in self.slots.iter().enumerate() {
            inside.push(slot.link(height, Stop::at(place), self.stack(place, slot)));
        }
        self.frame.wrap("bars", inside)
    }

    fn stack(&self, place: usize, slot: &Slot) -> Vec<Element> {
        let mut drawn = Vec::new();
        let mut sum = 0.0;
        for layer in self.layers {
            let Some(value) = layer.values.get(place).copied().flatten() else {
                continue;
            };
            if !(value > 0.0 && value.is_finite()) {
                continue;
            }
            let base = self.scale.y(sum, self.frame.height);
            sum += value;
            let top = self.scale.y(sum, self.frame.height);
            let bar = Element::new("rect")
                .class(format!("bar {}", layer.class))
                .percent("x", slot.left)
                .pixels("y", top)
                .percent("width", slot.width)
                .pixels("height", base - top);
            drawn.push(bar);
        }
        drawn
    }
}

/// The most that any stack comes to.
pub(in crate::web::ui) fn highest(layers: &[Layer]) -> f64 {
    let length = layers.iter().map(|layer| layer.values.len()).max();
    let sums = (0..length.unwrap_or_default()).map(|place| {
        let values = layers
            .iter()
            .filter_map(|layer| layer.values.get(place)?.as_ref());
        values.sum::<f64>()
    });
    sums.fold(0.0, f64::max)
}

/// A histogram: equally wide classes with their names below.
pub(in crate::web::ui) fn histogram(
    frame: &Frame,
    class: &str,
    classes: &[(String, f64)],
) -> Element {
    let most = classes.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    let scale = Scale::new(crate::report::Unit::Count, most);
    let width = 100.0 / classes.len().max(1) as f64;
    let height = frame.height;
    let mut inside = Vec::new();
    for (value, label) in scale.ticks() {
        let y = scale.y(value, height);
        inside.extend([
            grid(y),
            Element::new("text")
                .class("tick")
                .with("x", "-8")
                .with("y", n(y.round() + 0.5))
                .with("dy", "4")
                .with("text-anchor", "end")
                .text(label),
        ]);
    }
    for (place, (label, value)) in classes.iter().enumerate() {
        let left = place as f64 * width;
        let top = scale.y(*value, height);
        let minor = if place % 2 == 1 { " minor" } else { "" };
        let upright = |class: &str| Element::new("rect").class(class).percent("x", left);
        let tip = format!("{label}\n{}", crate::web::ui::figure::count(*value));
        inside.extend([
            Element::new("g").class("at").with("role", "img").holding([
                Element::new("title").text(tip),
                upright("hit")
                    .with("y", "0")
                    .percent("width", width)
                    .pixels("height", height),
                upright(&format!("bar {class}"))
                    .pixels("y", top)
                    .percent("width", width)
                    .pixels("height", height - top),
            ]),
            Element::new("text")
                .class(format!("tick{minor}"))
                .percent("x", left + width / 2.0)
                .pixels("y", height + 17.0)
                .with("text-anchor", "middle")
                .text(label.as_str()),
        ]);
    }
    frame.wrap("bars", inside)
}

/// A histogram in the height of a line of text; its classes are said beside it.
pub(in crate::web::ui) fn small(class: &str, classes: &[(String, f64)]) -> String {
    const HEIGHT: f64 = 22.0;
    let most = classes.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    let width = 100.0 / classes.len().max(1) as f64;
    let bars = classes.iter().enumerate().map(|(place, (_, value))| {
        let high = if most > 0.0 {
            value / most * HEIGHT
        } else {
            0.0
        };
        Element::new("rect")
            .class(format!("bar {class}"))
            .percent("x", place as f64 * width)
            .pixels("y", HEIGHT - high)
            .percent("width", width)
            .pixels("height", high)
    });
    let drawn = Element::new("svg")
        .class("mini")
        .with("width", "100%")
        .pixels("height", HEIGHT)
        .with("aria-hidden", "true");
    drawn.holding(bars).page()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;
    use crate::report::Unit;

    #[test]
    fn a_stack_is_as_high_as_its_sum_and_its_parts_meet() {
        let layers = [("s1", 3.0), ("s2", 1.0)].map(|(class, value)| Layer {
            class,
            values: vec![Some(value), None],
            ..Layer::default()
        });
        let slots = [0.0, 50.0].map(|left| Slot {
            left,
            width: 50.0,
            ..Slot::default()
        });
        let most = highest(&layers);
        assert!((most - 4.0).abs() < 1e-9);
        let to = Timestamp::from_millis(86_400_000);
        let chart = Bars {
            frame: Frame {
                aim: None,
                marks: Vec::new(),
                height: 100.0,
                ..Frame::default()
            },
            axis: Axis::new(Timestamp::from_millis(0), to, chrono_tz::Tz::UTC),
            scale: Scale::new(Unit::Count, most),
            slots: &slots,
            layers: &layers,
        };
        let drawn = chart.draw().page();
        assert!(drawn.contains("class=\"bar s1\" x=\"0%\" y=\"25\" width=\"50%\" height=\"75\""));
        assert!(drawn.contains("class=\"bar s2\" x=\"0%\" y=\"0\" width=\"50%\" height=\"25\""));
        assert_eq!(drawn.matches("class=\"bar ").count(), 2);
    }

    #[test]
    fn nothing_is_ever_not_a_number() {
        let frame = Frame::default();
        for classes in [vec![], vec![("a".to_owned(), f64::NAN)]] {
            let drawn = histogram(&frame, "s1", &classes).page();
            assert!(!drawn.contains("NaN") && !drawn.contains("inf%"), "{drawn}");
        }
    }
}
