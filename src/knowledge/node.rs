//! A short answer as a tree of what may be shown, for clients that build it piece by piece and
//! never read HTML.

use pulldown_cmark::{Event, Tag, TagEnd};
use serde::Serialize;
use utoipa::ToSchema;

use super::markdown::{parser, safe};

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Node {
    /// Words.
    Text(String),
    /// Something with pieces in it.
    #[schema(no_recursion)]
    Element {
        /// What: `p`, `strong`, `em`, `del`, `code`, `pre`, `ul`, `ol`, `li`, `a`, `br`, `hr`.
        #[serde(rename = "t")]
        tag: &'static str,
        /// Where a link leads.
        #[serde(rename = "h", skip_serializing_if = "Option::is_none")]
        href: Option<String>,
        /// The pieces.
        #[serde(rename = "c", skip_serializing_if = "Vec::is_empty")]
        children: Vec<Node>,
    },
}

impl Node {
    fn of(tag: &'static str, children: Vec<Self>) -> Self {
        Self::Element {
            tag,
            href: None,
            children,
        }
    }

    /// Plain words, as one paragraph.
    pub fn plain(text: &str) -> Vec<Self> {
        vec![Self::of("p", vec![Self::Text(text.to_owned())])]
    }

    /// A text in Markdown; an image becomes a link to it.
    pub fn tree(markdown: &str) -> Vec<Self> {
        let mut open = vec![(Self::of("", Vec::new()), Vec::new())];
        for event in safe(parser(markdown)) {
            match event {
                Event::Start(tag) => open.push((Self::begun(&tag), Vec::new())),
                Event::End(end) => Self::close(&mut open, end),
                Event::Text(text) => Self::add(&mut open, Self::Text(text.into_string())),
                Event::Code(text) => {
                    let words = vec![Self::Text(text.into_string())];
                    Self::add(&mut open, Self::of("code", words));
                }
                Event::SoftBreak => Self::add(&mut open, Self::Text(" ".to_owned())),
                Event::HardBreak => Self::add(&mut open, Self::of("br", Vec::new())),
                Event::Rule => Self::add(&mut open, Self::of("hr", Vec::new())),
                _ => {}
            }
        }
        open.into_iter()
            .next()
            .map_or_else(Vec::new, |(_, pieces)| pieces)
    }

    fn begun(tag: &Tag<'_>) -> Self {
        let name = match tag {
            Tag::Strong | Tag::Heading { .. } => "strong",
            Tag::Emphasis => "em",
            Tag::Strikethrough => "del",
            Tag::CodeBlock(_) => "pre",
            Tag::List(None) => "ul",
            Tag::List(Some(_)) => "ol",
            Tag::Item => "li",
            Tag::Link { .. } | Tag::Image { .. } => "a",
            _ => "p",
        };
        let href = match tag {
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => Some(dest_url.to_string()),
            _ => None,
        };
        Self::Element {
            tag: name,
            href,
            children: Vec::new(),
        }
    }

    fn close(open: &mut Vec<(Self, Vec<Self>)>, end: TagEnd) {
        let Some((begun, pieces)) = open.pop().filter(|_| !open.is_empty()) else {
            return;
        };
        let Self::Element { tag, href, .. } = begun else {
            return;
        };
        let done = Self::Element {
            tag,
            href,
            children: pieces,
        };
        // A heading stands alone.
        let is_heading = matches!(end, TagEnd::Heading(_));
        Self::add(
            open,
            if is_heading {
                Self::of("p", vec![done])
            } else {
                done
            },
        );
    }

    fn add(open: &mut [(Self, Vec<Self>)], piece: Self) {
        if let Some((_, pieces)) = open.last_mut() {
            pieces.push(piece);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_pieces_with_nothing_that_acts() {
        let tree = Node::tree(
            "# Hi\n\nPress **[Forgot](https://x.example/f)**:\n\n1. one\n2. <b onclick=x>two</b>\n\n[x](javascript:alert(1)) ![k](https://x.example/k.png)",
        );
        let json = serde_json::to_string(&tree).unwrap();
        let wanted = concat!(
            r#"[{"t":"p","c":[{"t":"strong","c":["Hi"]}]},"#,
            r#"{"t":"p","c":["Press ",{"t":"strong","c":[{"t":"a","h":"https://x.example/f","c":["Forgot"]}]},":"]},"#,
            r#"{"t":"ol","c":[{"t":"li","c":["one"]},{"t":"li","c":["<b onclick=x>","two","</b>"]}]},"#,
            r#"{"t":"p","c":["x"," ",{"t":"a","h":"https://x.example/k.png","c":["k"]}]}]"#
        );
        assert_eq!(json, wanted);
        assert!(Node::tree("").is_empty());
    }
}
