//! A drawn chart: a small tree of elements, which knows no markup until it is written.
//!
//! Charts make it; a page writes it with classes for its stylesheet, `alone` with attributes
//! in place of them.

use super::{escape, n};

/// An element with what it holds.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::web::ui) struct Element {
    /// What it is.
    pub(super) name: &'static str,
    /// Its classes, apart by spaces; empty: none.
    pub(super) classes: String,
    /// Its other attributes, in the order they are written.
    pub(super) attributes: Vec<(&'static str, String)>,
    /// What it holds.
    pub(super) inside: Vec<Node>,
}

/// What an element holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    /// Another element.
    Element(Element),
    /// Words.
    Text(String),
}

impl Element {
    /// An element without attributes.
    pub(super) fn new(name: &'static str) -> Self {
        Self {
            name,
            classes: String::new(),
            attributes: Vec::new(),
            inside: Vec::new(),
        }
    }

    /// The same with classes.
    pub(super) fn class(mut self, classes: impl Into<String>) -> Self {
        self.classes = classes.into();
        self
    }

    /// The same with an attribute.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// The same with an attribute in pixels.
    pub(super) fn pixels(self, name: &'static str, value: f64) -> Self {
        self.with(name, n(value))
    }

    /// The same with an attribute in percent.
    pub(super) fn percent(self, name: &'static str, value: f64) -> Self {
        self.with(name, format!("{}%", n(value)))
    }

    /// The same with words in it.
    pub(super) fn text(mut self, words: impl Into<String>) -> Self {
        self.inside.push(Node::Text(words.into()));
        self
    }

    /// The same with elements in it.
    pub(super) fn holding(mut self, elements: impl IntoIterator<Item = Self>) -> Self {
        self.inside.extend(elements.into_iter().map(Node::Element));
        self
    }

    /// Whether it has a class.
    pub(super) fn has_class(&self, class: &str) -> bool {
        self.classes.split(' ').any(|own| own == class)
    }

    /// The height that it says of itself, in pixels.
    pub(super) fn height(&self) -> f64 {
        let mut attributes = self.attributes.iter();
        let height = attributes.find(|(name, _)| *name == "height");
        height
            .and_then(|(_, height)| height.parse().ok())
            .unwrap_or_default()
    }

    /// Its markup in a page.
    pub(in crate::web::ui) fn page(&self) -> String {
        let mut drawn = String::new();
        self.write(&mut drawn, &Style::Classes);
        drawn
    }

    /// Appends its markup.
    pub(super) fn write(&self, drawn: &mut String, style: &Style) {
        let name = match style {
            Style::Classes => self.open_for_page(drawn),
            Style::Attributes(meaning) => self.open_alone(drawn, *meaning),
        };
        // Shapes hold nothing.
        if matches!(name, "rect" | "line" | "path" | "circle") {
            drawn.push_str("/>");
            return;
        }
        drawn.push('>');
        for node in &self.inside {
            match node {
                Node::Element(element) => element.write(drawn, style),
                Node::Text(words) => drawn.push_str(&escape(words)),
            }
        }
        drawn.push_str("</");
        drawn.push_str(name);
        drawn.push('>');
    }

    fn open_for_page(&self, drawn: &mut String) -> &'static str {
        drawn.push('<');
        drawn.push_str(self.name);
        if !self.classes.is_empty() {
            push_attribute(drawn, "class", &self.classes);
        }
        for (name, value) in &self.attributes {
            push_attribute(drawn, name, value);
        }
        self.name
    }

    /// Without links, which become groups.
    fn open_alone(&self, drawn: &mut String, meaning: fn(&str) -> &'static str) -> &'static str {
        let name = if self.name == "a" { "g" } else { self.name };
        drawn.push('<');
        drawn.push_str(name);
        // Some classes mean another thing together.
        let together = Some(self.classes.as_str()).filter(|all| !meaning(all).is_empty());
        let classes = together.into_iter();
        let each = self.classes.split(' ').filter(|_| together.is_none());
        for attributes in classes.chain(each).map(meaning) {
            if !attributes.is_empty() {
                drawn.push(' ');
                drawn.push_str(attributes);
            }
        }
        if self.name != "a" {
            for (name, value) in &self.attributes {
                push_attribute(drawn, name, value);
            }
        }
        name
    }
}

/// How elements are written.
pub(super) enum Style {
    /// With classes and links, for a page's stylesheet.
    Classes,
    /// With attributes in place of each class, for any program.
    Attributes(fn(&str) -> &'static str),
}

fn push_attribute(drawn: &mut String, name: &str, value: &str) {
    drawn.push(' ');
    drawn.push_str(name);
    drawn.push_str("=\"");
    drawn.push_str(&escape(value));
    drawn.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_close_themselves_and_nothing_leaves_its_place() {
        let drawn = Element::new("a")
            .class("at")
            .with("href", "/x?a=1&b=\"2\"")
            .holding([
                Element::new("title").text("</title>"),
                Element::new("rect")
                    .percent("x", 100.0 / 3.0)
                    .pixels("y", f64::NAN),
                Element::new("text"),
            ]);
        assert_eq!(
            drawn.page(),
            "<a class=\"at\" href=\"/x?a=1&amp;b=&quot;2&quot;\"><title>&lt;/title&gt;</title>\
             <rect x=\"33.33%\" y=\"0\"/><text></text></a>"
        );
        let meaning = |class: &str| if class == "at" { "fill=\"red\"" } else { "" };
        let mut alone = String::new();
        drawn.write(&mut alone, &Style::Attributes(meaning));
        assert!(alone.starts_with("<g fill=\"red\"><title>"), "{alone}");
        assert!(alone.ends_with("</text></g>"), "{alone}");
    }
}
