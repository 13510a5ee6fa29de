//! Help-centre articles in HTML, brought into Markdown.
//!
//! A tolerant reader of tags: what it knows keeps its meaning, what it does not know loses
//! its tag, and what is no content (scripts, menus) goes. Nothing of the HTML itself gets
//! through; words that mean something in Markdown are escaped.

use std::fmt::{self, Write as _};

/// Elements whose content is left out.
const LEFT_OUT: [&str; 9] = [
    "script", "style", "head", "nav", "header", "footer", "form", "svg", "noscript",
];
/// Elements that end a paragraph.
const BLOCKS: [&str; 10] = [
    "p",
    "div",
    "section",
    "article",
    "table",
    "tr",
    "ul",
    "ol",
    "blockquote",
    "main",
];
const ENTITIES: [(&str, &str); 8] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", " "),
    ("ndash", "–"),
    ("mdash", "—"),
];

/// What comes in the source next.
enum Piece<'a> {
    Text(&'a str),
    Tag(&'a str),
}

/// The Markdown of an article.
pub(super) fn to_markdown(html: &str) -> String {
    let mut writer = Writer::default();
    let mut rest = html;
    while let Some((piece, after)) = next(rest) {
        rest = after;
        match piece {
            Piece::Text(text) => writer.text(text),
            Piece::Tag(tag) => {
                if let Some(name) = writer.tag(tag) {
                    rest = past_end(rest, name);
                }
            }
        }
    }
    writer.out.trim().to_owned()
}

fn next(rest: &str) -> Option<(Piece<'_>, &str)> {
    if let Some(comment) = rest.strip_prefix("<!--") {
        let after = comment.split_once("-->").map_or("", |(_, after)| after);
        return Some((Piece::Text(""), after));
    }
    if let Some(inside) = rest.strip_prefix('<')
        && inside.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!')
    {
        let (tag, after) = inside.split_once('>').unwrap_or((inside, ""));
        return Some((Piece::Tag(tag), after));
    }
    let first = rest.chars().next()?;
    let from = first.len_utf8();
    let end = rest
        .get(from..)?
        .find('<')
        .map_or(rest.len(), |at| at + from);
    Some((Piece::Text(rest.get(..end)?), rest.get(end..)?))
}

/// What follows the end of the element `name`.
fn past_end<'a>(rest: &'a str, name: &str) -> &'a str {
    let lower = rest.to_ascii_lowercase();
    let end = lower.find(&format!("</{name}"));
    end.and_then(|at| rest.get(at..)).unwrap_or_default()
}

#[derive(Default)]
struct Writer {
    out: String,
    /// Addresses of the links that are open.
    links: Vec<Option<String>>,
    /// The next number of each list that is open; none: it has no numbers.
    lists: Vec<Option<u32>>,
    /// Whether a list was opened and has no item yet.
    begins_list: bool,
}

impl Writer {
    fn text(&mut self, text: &str) {
        let decoded = decoded(text);
        for c in decoded.chars() {
            if c.is_whitespace() {
                if !self.out.is_empty() && !self.out.ends_with([' ', '\n']) {
                    self.out.push(' ');
                }
                continue;
            }
            if matches!(c, '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '`' | '#') {
                self.out.push('\\');
            }
            self.out.push(c);
        }
    }

    fn write(&mut self, text: fmt::Arguments<'_>) {
        // Writing to a text cannot fail.
        self.out.write_fmt(text).unwrap_or_default();
    }

    fn block(&mut self) {
        while self.out.ends_with([' ', '\n']) {
            self.out.pop();
        }
        if !self.out.is_empty() {
            self.out.push_str("\n\n");
        }
    }

    /// Writes what a tag means; the name of an element that is to be left out is returned.
    fn tag(&mut self, tag: &str) -> Option<&'static str> {
        let is_end = tag.starts_with('/');
        let inside = tag.trim_start_matches('/');
        let name: String = inside
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        if !is_end && let Some(left) = LEFT_OUT.iter().find(|left| **left == name) {
            return Some(left);
        }
        match name.as_str() {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.block();
                if !is_end {
                    self.out.push_str("## ");
                }
            }
            "ul" | "ol" => self.list(is_end, name == "ol"),
            "li" if !is_end => self.item(),
            "a" => self.link(is_end, inside),
            "img" => self.image(inside),
            "strong" | "b" => self.out.push_str("**"),
            "em" | "i" => self.out.push('*'),
            "br" => self.out.push_str("  \n"),
            name if BLOCKS.contains(&name) => self.block(),
            _ => {}
        }
        None
    }

    fn list(&mut self, is_end: bool, is_numbered: bool) {
        if is_end {
            self.lists.pop();
        } else {
            self.lists.push(is_numbered.then_some(1));
        }
        self.begins_list = !is_end;
        self.block();
    }

    fn item(&mut self) {
        let depth = self.lists.len().saturating_sub(1);
        // A list is set apart from what is before it, its items and lists within them do not.
        let is_apart = std::mem::take(&mut self.begins_list) && depth == 0;
        while self.out.ends_with([' ', '\n']) {
            self.out.pop();
        }
        if !self.out.is_empty() {
            self.out.push_str(if is_apart { "\n\n" } else { "\n" });
        }
        self.out.push_str(&"   ".repeat(depth));
        if let Some(Some(number)) = self.lists.last_mut() {
            let sign = format!("{number}. ");
            *number += 1;
            self.out.push_str(&sign);
        } else {
            self.out.push_str("- ");
        }
    }

    fn link(&mut self, is_end: bool, inside: &str) {
        if !is_end {
            let href = attribute(inside, "href");
            if href.is_some() {
                self.out.push('[');
            }
            self.links.push(href);
        } else if let Some(Some(href)) = self.links.pop() {
            self.write(format_args!("]({})", address(&href)));
        }
    }

    fn image(&mut self, inside: &str) {
        if let Some(source) = attribute(inside, "src") {
            let words = attribute(inside, "alt").unwrap_or_default();
            self.out.push_str("![");
            self.text(&words);
            self.write(format_args!("]({})", address(&source)));
        }
    }
}

/// An address without what would end it.
fn address(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '(' | ')' | '<' | '>'))
        .collect()
}

/// The value of an attribute.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let at = lower.find(&format!(" {name}="))? + name.len() + 2;
    let rest = tag.get(at..)?;
    let value = match rest.chars().next()? {
        quote @ ('"' | '\'') => rest.get(1..)?.split(quote).next()?,
        _ => rest.split([' ', '/']).next()?,
    };
    Some(decoded(value))
}

/// The text with its entities as characters.
fn decoded(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let end = after.find(';').filter(|end| *end <= 10);
        let known = end.and_then(|end| Some((entity(after.get(..end)?)?, after.get(end + 1..)?)));
        if let Some((character, behind)) = known {
            out.push_str(&character);
            rest = behind;
        } else {
            out.push('&');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).map(String::from);
    }
    let known = ENTITIES.iter().find(|(known, _)| *known == name);
    known.map(|(_, character)| (*character).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_keeps_its_headings_lists_and_links() {
        let html = "<html><head><title>x</title></head><nav>menu</nav><h2>How do I <em>reset</em>?</h2><p>Open <a href=\"https://x.example/a?b=1&amp;c\">settings</a>:</p><ol><li>press</li><li>wait &amp; see</li></ol><!-- no --><script>alert('<p>')</script><p>Done&nbsp;*</p>";
        assert_eq!(
            to_markdown(html),
            "## How do I *reset*?\n\nOpen [settings](https://x.example/a?b=1&c):\n\n1. press\n2. wait & see\n\nDone \\*"
        );
    }

    #[test]
    fn broken_html_ends_in_some_text() {
        for html in [
            "<",
            "<p",
            "a < b",
            "</",
            "<a href=>x</a>",
            "&#xffffffff;",
            "&",
            "<!--",
            "<script>",
        ] {
            to_markdown(html);
        }
        assert_eq!(to_markdown("a < b"), "a \\< b");
    }
}
