//! Lists of lying bars: a name, one or several bars, and a figure.
//!
//! Written twice from the same rows: as links of a page, whose texts wrap, and as a
//! picture that stands alone.

use std::fmt::Write;

use super::element::Element;
use super::{Frame, escape};

/// The height of a row in a picture, in pixels.
const ROW: f64 = 30.0;
/// Where bars begin and end in a picture.
const PLOT: Stretch = Stretch {
    left: 30.0,
    right: 78.0,
};
/// In a page they have all the room.
const WHOLE: Stretch = Stretch {
    left: 0.0,
    right: 100.0,
};

/// The edges between which bars lie, in percent.
struct Stretch {
    left: f64,
    right: f64,
}

/// A stretch of a bar.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::web::ui) struct Segment {
    /// The class that colours it.
    pub(in crate::web::ui) class: &'static str,
    /// How much of the full width it takes.
    pub(in crate::web::ui) share: f64,
}

/// A row of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::web::ui) struct Row {
    /// Its name.
    pub(in crate::web::ui) name: String,
    /// Its bars, one above the other, each of stretches end to end.
    pub(in crate::web::ui) bars: Vec<Vec<Segment>>,
    /// Its figure.
    pub(in crate::web::ui) figure: String,
    /// What is written behind the figure.
    pub(in crate::web::ui) beside: String,
    /// Where it leads.
    pub(in crate::web::ui) href: String,
}

/// A list for a page.
pub(in crate::web::ui) fn html(rows: &[Row]) -> String {
    let mut drawn = String::from("<ul class=\"bar-list\">");
    for row in rows {
        let (open, close) = if row.href.is_empty() {
            ("<span class=\"row\">".to_owned(), "</span>")
        } else {
            (format!("<a href=\"{}\">", escape(&row.href)), "</a>")
        };
        let _written = write!(
            drawn,
            "<li>{open}<span class=\"name\">{}</span>{}<span class=\"figure\">{}{}</span>{close}</li>",
            escape(&row.name),
            lying(&row.bars),
            escape(&row.figure),
            quiet(&row.beside),
        );
    }
    drawn.push_str("</ul>");
    drawn
}

fn quiet(beside: &str) -> String {
    if beside.is_empty() {
        return String::new();
    }
    format!(" <span class=\"quiet\">{}</span>", escape(beside))
}

/// Where each bar of a row lies, and how thick it is.
fn places(bars: usize) -> Vec<(f64, f64)> {
    match bars {
        0 | 1 => vec![(0.0, 12.0)],
        _ => (0..bars).map(|place| (place as f64 * 8.0, 6.0)).collect(),
    }
}

fn lying(bars: &[Vec<Segment>]) -> String {
    let places = places(bars.len());
    let height = places.last().map_or(12.0, |(y, thick)| y + thick);
    let drawn = Element::new("svg")
        .class("lying")
        .with("width", "100%")
        .pixels("height", height)
        .with("aria-hidden", "true");
    drawn.holding(draw(bars, &WHOLE, 0.0)).page()
}

/// The bars of a row, from a height down.
fn draw(bars: &[Vec<Segment>], within: &Stretch, top: f64) -> Vec<Element> {
    let mut drawn = Vec::new();
    for (bar, (y, thick)) in bars.iter().zip(places(bars.len())) {
        let mut x = within.left;
        for segment in bar {
            let share = if segment.share.is_finite() {
                segment.share.clamp(0.0, 1.0)
            } else {
                0.0
            };
            let width = share * (within.right - within.left);
            let part = Element::new("rect")
                .class(format!("bar {}", segment.class))
                .percent("x", x)
                .pixels("y", top + y)
                .percent("width", width)
                .pixels("height", thick);
            drawn.push(part);
            x += width;
        }
    }
    drawn
}

/// A list as a picture.
pub(in crate::web::ui) fn svg(title: &str, rows: &[Row]) -> Element {
    let mut inside = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let top = place as f64 * ROW;
        let figure = format!("{} {}", row.figure, row.beside);
        let words = |x: &str| {
            Element::new("text")
                .class("name")
                .with("x", x)
                .pixels("y", top + 17.0)
        };
        inside.push(words("0").text(shortened(&row.name)));
        inside.push(words("100%").with("text-anchor", "end").text(figure.trim()));
        inside.extend(draw(&row.bars, &PLOT, top + 7.0));
    }
    let frame = Frame {
        aim: None,
        marks: Vec::new(),
        title: title.to_owned(),
        about: String::new(),
        height: rows.len() as f64 * ROW,
    };
    frame.wrap("list", inside)
}

/// As much of a name as a picture has room for.
fn shortened(name: &str) -> String {
    const ROOM: usize = 34;
    if name.chars().count() <= ROOM {
        return name.to_owned();
    }
    let beginning: String = name.chars().take(ROOM - 1).collect();
    format!("{beginning}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        let part = |class, share| Segment { class, share };
        Row {
            name: "<Ada>".to_owned(),
            bars: vec![vec![
                part("s1", 0.25),
                part("s2", f64::NAN),
                part("s3", 0.5),
            ]],
            figure: "3 h".to_owned(),
            href: "/a?b=1&c=2".to_owned(),
            ..Row::default()
        }
    }

    #[test]
    fn stretches_lie_end_to_end_and_what_is_no_number_takes_no_room() {
        let drawn = html(&[row()]);
        assert!(
            drawn.contains("class=\"bar s1\" x=\"0%\" y=\"0\" width=\"25%\""),
            "{drawn}"
        );
        assert!(
            drawn.contains("class=\"bar s2\" x=\"25%\" y=\"0\" width=\"0%\""),
            "{drawn}"
        );
        assert!(
            drawn.contains("class=\"bar s3\" x=\"25%\" y=\"0\" width=\"50%\""),
            "{drawn}"
        );
        assert!(drawn.contains("&lt;Ada&gt;") && drawn.contains("b=1&amp;c=2"));
    }

    #[test]
    fn a_picture_of_a_list_has_its_names_and_figures_as_text() {
        let drawn = svg("Times", &[row(), row()]).page();
        assert_eq!(drawn.matches("3 h</text>").count(), 2);
        assert!(
            drawn.contains("height=\"84\"") && !drawn.contains("<a "),
            "{drawn}"
        );
    }
}
