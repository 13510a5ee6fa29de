//! A chart as a file of its own: what a page's stylesheet says of classes is in
//! attributes, so that any program draws it the same.
//!
//! This is the page's own drawing, so that no style has to be let in from elsewhere.
//! `/reports/ID/chart.svg` takes the parameters of the CSV, and `--format svg` gives the same.

use std::fmt::Write;

use super::element::{Element, Style};
use super::{escape, n};

const WIDTH: f64 = 960.0;
const LEFT: f64 = 72.0;
const RIGHT: f64 = 160.0;
const FONT: &str = "system-ui, -apple-system, Segoe UI, Roboto, sans-serif";
const INK: &str = "#16232b";
const QUIET: &str = "#566570";

/// What a class means: attributes, in the colours of the light theme.
const CLASSES: [(&str, &str); 45] = [
    ("s0", "color=\"#989ea1\""),
    ("s1", "color=\"#007384\""),
    ("s2", "color=\"#d27c00\""),
    ("s3", "color=\"#008f60\""),
    ("s4", "color=\"#c9461c\""),
    ("s5", "color=\"#2d5ba6\""),
    ("s6", "color=\"#c15f9d\""),
    ("s7", "color=\"#909000\""),
    ("s8", "color=\"#6c7b82\""),
    (
        "line",
        "fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.75\" vector-effect=\"non-scaling-stroke\" stroke-linejoin=\"round\" stroke-linecap=\"round\"",
    ),
    ("before", "stroke-dasharray=\"3 4\" opacity=\"0.6\""),
    ("band", "fill=\"currentColor\" opacity=\"0.14\""),
    ("dot", "fill=\"currentColor\""),
    ("settled", "stroke=\"currentColor\" stroke-width=\"1.5\""),
    ("here", "visibility=\"hidden\""),
    ("rule", "visibility=\"hidden\""),
    ("hit", "visibility=\"hidden\""),
    (
        "bar",
        "fill=\"currentColor\" stroke=\"#ffffff\" stroke-width=\"1\"",
    ),
    ("grid", "stroke=\"#dee3e5\""),
    ("base", "stroke-opacity=\"1\""),
    ("stop", "stroke=\"#bcc4c8\""),
    (
        "note-mark",
        "fill=\"#b4690e\" stroke=\"#ffffff\" stroke-width=\"1.5\"",
    ),
    ("note-span", "fill=\"#b4690e\" opacity=\"0.5\""),
    ("aim", "stroke=\"#566570\" stroke-dasharray=\"5 4\""),
    ("tick", "fill=\"#566570\" font-size=\"11\""),
    (
        "end",
        "fill=\"currentColor\" font-size=\"12\" font-weight=\"550\"",
    ),
    ("name", "fill=\"#16232b\" font-size=\"13\""),
    ("hatching", "stroke=\"#bcc4c8\" stroke-width=\"1.5\""),
    (
        "h0",
        "fill=\"#eff3f4\" stroke=\"#ffffff\" stroke-width=\"2\"",
    ),
    (
        "h1",
        "fill=\"#e0eef0\" stroke=\"#ffffff\" stroke-width=\"2\"",
    ),
    (
        "h2",
        "fill=\"#c2dde1\" stroke=\"#ffffff\" stroke-width=\"2\"",
    ),
    (
        "h3",
        "fill=\"#a3cdd2\" stroke=\"#ffffff\" stroke-width=\"2\"",
    ),
    (
        "h4",
        "fill=\"#85bcc4\" stroke=\"#ffffff\" stroke-width=\"2\"",
    ),
    (
        "h5",
        "fill=\"#66abb5\" stroke=\"#ffffff\" stroke-width=\"2\"",
    ),
    (
        "h6",
        "fill=\"#4297a4\" stroke=\"#ffffff\" stroke-width=\"2\"",
    ),
    (
        "h7",
        "fill=\"#218594\" stroke=\"#ffffff\" stroke-width=\"2\"",
    ),
    (
        "h8",
        "fill=\"#007384\" stroke=\"#ffffff\" stroke-width=\"2\"",
    ),
    // A cell's figure, which a page shows on hover.
    ("cell", "font-size=\"11\" fill=\"#16232b\""),
    ("cell deep", "font-size=\"11\" fill=\"#ffffff\""),
    ("chart", "overflow=\"visible\""),
    ("paths", "overflow=\"visible\""),
    ("lines", ""),
    ("bars", ""),
    ("heat", ""),
    ("list", ""),
];

/// A chart of a picture, under a head of its own where there are several.
pub(in crate::web::ui) struct Plate {
    /// Its head; empty: none.
    pub(in crate::web::ui) title: String,
    /// The names of its colours.
    pub(in crate::web::ui) legend: Vec<(&'static str, String)>,
    /// What is drawn.
    pub(in crate::web::ui) chart: Element,
}

/// A picture of charts under a title and a line that says what they show.
pub(in crate::web::ui) fn picture(title: &str, about: &str, plates: &[Plate]) -> String {
    let mut y = 64.0;
    let mut inside = String::new();
    for plate in plates {
        if !plate.title.is_empty() {
            text(&mut inside, 24.0, y + 14.0, &HEAD, &plate.title);
            y += 28.0;
        }
        if !plate.legend.is_empty() {
            legend(&mut inside, y, &plate.legend);
            y += 28.0;
        }
        let height = plate.chart.height();
        let is_list = plate.chart.has_class("list");
        let left = if is_list { 24.0 } else { LEFT };
        let right = if is_list { 24.0 } else { RIGHT };
        let _written = write!(
            inside,
            "<svg x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" overflow=\"visible\">",
            n(left),
            n(y + 8.0),
            n(WIDTH - left - right),
            n(height),
        );
        plate.chart.write(&mut inside, &Style::Attributes(meaning));
        inside.push_str("</svg>");
        y += height + 24.0;
    }
    let mut head = String::new();
    text(&mut head, 24.0, 32.0, &TITLE, title);
    text(&mut head, 24.0, 52.0, &ABOUT, about);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" \
         font-family=\"{FONT}\" role=\"img\" aria-label=\"{label}\"><title>{label}</title><defs>\
         <pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
         patternTransform=\"rotate(45)\"><line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\" stroke=\"#bcc4c8\" \
         stroke-width=\"1.5\"/></pattern></defs>\
         <rect width=\"{w}\" height=\"{h}\" fill=\"#ffffff\"/>{head}{inside}</svg>\n",
        w = n(WIDTH),
        h = n(y + 8.0),
        label = escape(title),
    )
}

/// How words are set.
struct Face {
    size: &'static str,
    fill: &'static str,
}

const TITLE: Face = Face {
    size: "18",
    fill: INK,
};
const HEAD: Face = Face {
    size: "14",
    fill: INK,
};
const NAME: Face = Face {
    size: "12",
    fill: INK,
};
const ABOUT: Face = Face {
    size: "12",
    fill: QUIET,
};

fn text(drawn: &mut String, x: f64, y: f64, face: &Face, text: &str) {
    let Face { size, fill } = face;
    let _written = write!(
        drawn,
        "<text x=\"{}\" y=\"{}\" font-size=\"{size}\" fill=\"{fill}\">{}</text>",
        n(x),
        n(y),
        escape(text)
    );
}

fn legend(drawn: &mut String, y: f64, names: &[(&'static str, String)]) {
    let mut x = 24.0;
    for (class, name) in names {
        let _written = write!(
            drawn,
            "<rect x=\"{}\" y=\"{}\" width=\"10\" height=\"10\" fill=\"currentColor\" {}/>",
            n(x),
            n(y + 5.0),
            meaning(class),
        );
        text(drawn, x + 16.0, y + 14.0, &NAME, name);
        // Text is not measured here; this leaves enough room for usual letters.
        x += 40.0 + name.chars().count() as f64 * 6.6;
    }
}

fn meaning(class: &str) -> &'static str {
    let entry = CLASSES.iter().find(|(name, _)| *name == class);
    entry.map_or("", |(_, attributes)| attributes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_no_link_no_class_and_no_style_and_every_colour() {
        let link = Element::new("a")
            .class("at")
            .with("href", "/x")
            .with("tabindex", "0")
            .holding([
                Element::new("title").text("a < b"),
                Element::new("rect").class("hit").with("x", "0"),
            ]);
        let chart = Element::new("svg")
            .class("chart lines")
            .with("width", "100%")
            .with("height", "84")
            .holding([
                Element::new("path").class("line s1").with("d", "M0 0"),
                link,
            ]);
        let plate = Plate {
            title: String::new(),
            legend: vec![("s2", "Two & more".to_owned())],
            chart,
        };
        let drawn = picture("Title", "About", &[plate]);
        for unwanted in ["class=", "style", "href", "<a", "</a"] {
            assert!(!drawn.contains(unwanted), "{unwanted}: {drawn}");
        }
        assert!(drawn.contains("stroke=\"currentColor\"") && drawn.contains("color=\"#007384\""));
        assert!(drawn.contains("Two &amp; more") && drawn.contains("a &lt; b"));
        assert_eq!(drawn.matches("<g>").count(), drawn.matches("</g>").count());
    }

    #[test]
    fn no_attribute_stands_twice_in_a_tag() {
        let attribute = regex::Regex::new(r#" ([a-z-]+)=""#).unwrap();
        for classes in [
            "line before s1",
            "dot settled s3",
            "bar s2",
            "end s4",
            "grid base",
            "tick",
            "cell deep",
        ] {
            let mut drawn = String::new();
            let path = Element::new("path").class(classes).with("d", "");
            path.write(&mut drawn, &Style::Attributes(meaning));
            let mut names: Vec<&str> = attribute
                .captures_iter(&drawn)
                .map(|hit| hit.get(1).unwrap().as_str())
                .collect();
            let all = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), all, "{drawn}");
        }
    }
}
