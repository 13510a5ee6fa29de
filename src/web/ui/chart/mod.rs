//! Our own charts: SVG that a stylesheet themes and that keeps its text size at any width.
//!
//! Across, everything is in percent of the plot, so that no script measures anything;
//! down, in pixels. Only paths need a box of their own, stretched without their stroke.
//! What is drawn comes from a report's answer; nothing here counts.

pub(super) mod alone;
pub(super) mod axis;
pub(super) mod bars;
pub(super) mod element;
pub(super) mod heat;
pub(super) mod line;
pub(super) mod list;
pub(super) mod scale;
pub(super) mod spark;

use super::text::fill;
use element::Element;
use scale::Scale;

/// Text made safe inside markup.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// A coordinate with at most two decimals; what is no number is 0.
pub(super) fn n(value: f64) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let hundredths = (value * 100.0).round();
    if hundredths.abs() >= 1e15 {
        return format!("{value:.0}");
    }
    // As a whole number, which is written many times faster than a fraction.
    #[expect(clippy::cast_possible_truncation, reason = "it is small, and whole")]
    let hundredths = hundredths as i64;
    let sign = if hundredths < 0 { "-" } else { "" };
    let (whole, rest) = (hundredths.abs() / 100, hundredths.abs() % 100);
    match (rest / 10, rest % 10) {
        (0, 0) => format!("{sign}{whole}"),
        (tenths, 0) => format!("{sign}{whole}.{tenths}"),
        _ => format!("{sign}{whole}.{rest:02}"),
    }
}

/// A chart's frame: what it is called, what it shows, how high it is.
#[derive(Clone, Debug, Default)]
pub(super) struct Frame {
    /// Its name.
    pub(super) title: String,
    /// What it shows, in a sentence.
    pub(super) about: String,
    /// The height of the plot in pixels.
    pub(super) height: f64,
    /// What is to be reached, on the vertical scale.
    pub(super) aim: Option<f64>,
    /// What happened, marked on the time axis.
    pub(super) marks: Vec<FrameMark>,
}

/// Something that happened, marked on the time axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct FrameMark {
    /// Where, in percent.
    pub(super) at: f64,
    /// Where it ended, where it lasted.
    pub(super) until: Option<f64>,
    /// What is read on hover and focus.
    pub(super) tip: String,
    /// Where it is told of.
    pub(super) href: String,
}

impl Frame {
    /// The same with a line at what is to be reached.
    #[must_use]
    pub(super) fn aiming(self, aim: Option<f64>) -> Self {
        Self { aim, ..self }
    }

    /// The same with what happened.
    #[must_use]
    pub(super) fn marked(self, marks: Vec<FrameMark>) -> Self {
        Self { marks, ..self }
    }

    /// Each mark a link on the base line, with a stretch for what lasted.
    fn mark_links(&self) -> impl Iterator<Item = Element> + '_ {
        self.marks.iter().map(|mark| {
            let stretch = mark.until.map(|until| {
                Element::new("rect")
                    .class("note-span")
                    .percent("x", mark.at)
                    .percent("width", (until - mark.at).max(0.2))
                    .pixels("y", self.height - 3.0)
                    .with("height", "3")
            });
            let dot = Element::new("circle")
                .class("note-mark")
                .percent("cx", mark.at)
                .pixels("cy", self.height)
                .with("r", "5");
            let link = Stop::First.link("note", &mark.href, &mark.tip);
            link.holding(stretch).holding([dot])
        })
    }

    /// The line at what is to be reached, with its value.
    fn aim_line(&self, scale: &Scale) -> Vec<Element> {
        let Some(aim) = self.aim else {
            return Vec::new();
        };
        let y = scale.y(aim, self.height).round() + 0.5;
        let line = Element::new("line")
            .class("aim")
            .with("x1", "0")
            .with("x2", "100%")
            .pixels("y1", y)
            .pixels("y2", y);
        let name = Element::new("text")
            .class("tick")
            .with("x", "100%")
            .with("dx", "-4")
            .with("text-anchor", "end")
            .pixels("y", if y < 14.0 { y + 14.0 } else { y - 4.0 })
            .text(fill("chart.aim", &[("value", &scale.label(aim))]));
        vec![line, name]
    }

    /// The chart around `inside`, with room for the ticks below.
    pub(super) fn wrap(&self, class: &str, inside: impl IntoIterator<Item = Element>) -> Element {
        Element::new("svg")
            .class(format!("chart {class}"))
            .with("width", "100%")
            .pixels("height", self.height + 24.0)
            .with("role", "group")
            .with("aria-label", self.title.as_str())
            .holding([
                Element::new("title").text(self.title.as_str()),
                Element::new("desc").text(self.about.as_str()),
            ])
            .holding(inside)
            .holding(self.mark_links())
    }
}

/// One bucket of the time axis, and where it leads.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Slot {
    /// Its left edge, in percent.
    pub(super) left: f64,
    /// Its width, in percent.
    pub(super) width: f64,
    /// Whether something in it is not settled.
    pub(super) provisional: bool,
    /// The rows behind it.
    pub(super) href: String,
    /// What is read on hover and focus: a head, then lines of name, tab, value.
    pub(super) tip: String,
}

impl Slot {
    /// Its middle, in percent.
    pub(super) fn middle(&self) -> f64 {
        self.left + self.width / 2.0
    }

    /// The link that covers it, around `inside`.
    pub(super) fn link(
        &self,
        height: f64,
        stop: Stop,
        inside: impl IntoIterator<Item = Element>,
    ) -> Element {
        let cover = Element::new("rect")
            .class("hit")
            .percent("x", self.left)
            .with("y", "0")
            .percent("width", self.width)
            .pixels("height", height);
        stop.link("at", &self.href, &self.tip)
            .holding([cover])
            .holding(inside)
    }
}

/// Whether the tab key stops at a link: of a chart's, at the first only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// It does.
    First,
    /// The arrow keys lead here.
    Further,
}

impl Stop {
    /// That of the link at a place, from 0.
    pub(super) const fn at(place: usize) -> Self {
        if place == 0 {
            Self::First
        } else {
            Self::Further
        }
    }

    /// A link of a chart with what is read on hover and focus.
    fn link(self, class: &str, href: &str, tip: &str) -> Element {
        let index = match self {
            Self::First => "0",
            Self::Further => "-1",
        };
        let title = Element::new("title").text(tip);
        if href.is_empty() {
            let group = Element::new("g").class(class).with("role", "img");
            return group.holding([title]);
        }
        Element::new("a")
            .class(class)
            .with("href", href)
            .with("tabindex", index)
            .holding([title])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_short_and_always_numbers() {
        assert_eq!(n(12.0), "12");
        assert_eq!(n(1.0 / 3.0), "0.33");
        assert_eq!(n(-0.001), "0");
        assert_eq!(n(-12.5), "-12.5");
        assert_eq!(n(0.05), "0.05");
        assert_eq!(n(100.999), "101");
        assert_eq!(n(2e16), "20000000000000000");
        assert_eq!(n(f64::NAN), "0");
        assert_eq!(n(f64::INFINITY), "0");
    }

    #[test]
    fn a_title_cannot_leave_its_element() {
        let frame = Frame {
            aim: None,
            marks: Vec::new(),
            title: "</title><script>".to_owned(),
            about: "a & \"b\"".to_owned(),
            height: 10.0,
        };
        let drawn = frame.wrap("x", []).page();
        assert!(!drawn.contains("<script>") && drawn.contains("a &amp; &quot;b&quot;"));
    }
}
