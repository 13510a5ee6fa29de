//! HTML of help-centre articles and messages, brought into Markdown or plain text.
//!
//! The crate's tokenizer reads the HTML as browsers do; this writes what its tags mean. What
//! it knows keeps its meaning, what it does not know loses its tag, and what is no content
//! (scripts, menus) goes. Nothing of the HTML itself gets through; in Markdown, words that mean
//! something there are escaped. One pass without a tree: the work and the output grow with the
//! length of the input alone, however it is nested.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{StartTag, Token, Tokenizer};

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
/// The deepest indent of a list in a list, in levels: the output stays in proportion.
const DEEPEST: usize = 8;

/// The Markdown of an article.
pub(super) fn to_markdown(html: &str) -> String {
    written(html, Style::Markdown)
}

/// The words of a message, in lines as it has them.
pub(super) fn to_text(html: &str) -> String {
    written(html, Style::Plain)
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Markdown,
    Plain,
}

fn written(html: &str, style: Style) -> String {
    let mut writer = Writer::new(style);
    // While an element is left out, its name.
    let mut left_out = None;
    for token in tokens(html) {
        match token {
            Token::StartTag(tag) if left_out.is_none() => left_out = writer.start(&tag),
            Token::EndTag(tag) => match left_out {
                Some(name) if text(&tag.name) == name => left_out = None,
                Some(_) => {}
                None => writer.end(&text(&tag.name)),
            },
            Token::String(words) if left_out.is_none() => writer.text(&text(&words)),
            _ => {}
        }
    }
    writer.out.trim().to_owned()
}

/// The tags and texts of `html`, in order; what scripts and titles hold is text.
fn tokens(html: &str) -> impl Iterator<Item = Token> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let tokens = Tokenizer::new_with_emitter(html, emitter);
    // Reading from memory cannot fail.
    tokens.map_while(Result::ok)
}

fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

struct Writer {
    style: Style,
    out: String,
    /// Addresses of the links that are open, and where their words begin.
    links: Vec<Option<(String, usize)>>,
    /// The next number of each list that is open; none: it has no numbers.
    lists: Vec<Option<u32>>,
    /// Whether a list was opened and has no item yet.
    begins_list: bool,
}

impl Writer {
    const fn new(style: Style) -> Self {
        Self {
            style,
            out: String::new(),
            links: Vec::new(),
            lists: Vec::new(),
            begins_list: false,
        }
    }

    /// Writes a sign of Markdown.
    fn sign(&mut self, sign: &str) {
        if self.style == Style::Markdown {
            self.out.push_str(sign);
        }
    }

    fn text(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() {
                if !self.out.is_empty() && !self.out.ends_with([' ', '\n']) {
                    self.out.push(' ');
                }
                continue;
            }
            if matches!(c, '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '`' | '#') {
                self.sign("\\");
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

    /// Writes what a start tag means; the name of an element that is to be left out is
    /// returned.
    fn start(&mut self, tag: &StartTag<()>) -> Option<&'static str> {
        let name = text(&tag.name);
        match &*name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.block();
                self.sign("## ");
            }
            "ul" | "ol" => self.begin_list((name == "ol").then_some(1)),
            "li" => self.item(),
            "a" => self.begin_link(tag),
            "img" => self.image(tag),
            name => self.either(name),
        }
        LEFT_OUT.into_iter().find(|left| *left == name)
    }

    /// Writes what an end tag means.
    fn end(&mut self, name: &str) {
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.block(),
            "ul" | "ol" => self.end_list(),
            "a" => self.end_link(),
            name => self.either(name),
        }
    }

    /// Writes what a tag means at the start and at the end alike.
    fn either(&mut self, name: &str) {
        match name {
            "strong" | "b" => self.sign("**"),
            "em" | "i" => self.sign("*"),
            "br" => {
                self.sign("  ");
                self.out.push('\n');
            }
            name if BLOCKS.contains(&name) => self.block(),
            _ => {}
        }
    }

    fn begin_list(&mut self, first: Option<u32>) {
        self.lists.push(first);
        self.begins_list = true;
        self.block();
    }

    fn end_list(&mut self) {
        self.lists.pop();
        self.begins_list = false;
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
        self.out.push_str(&"   ".repeat(depth.min(DEEPEST)));
        if let Some(Some(number)) = self.lists.last_mut() {
            let sign = format!("{number}. ");
            *number += 1;
            self.out.push_str(&sign);
        } else {
            self.out.push_str("- ");
        }
    }

    fn begin_link(&mut self, tag: &StartTag<()>) {
        let href = attribute(tag, "href").map(Cow::into_owned);
        if href.is_some() {
            self.sign("[");
        }
        self.links.push(href.map(|href| (href, self.out.len())));
    }

    fn end_link(&mut self) {
        let Some(Some((href, begin))) = self.links.pop() else {
            return;
        };
        if self.style == Style::Markdown {
            self.write(format_args!("]({})", address(&href)));
            return;
        }
        // An address that is its own words is said once; blocks within it may have cut them.
        let words = self.out.get(begin..).unwrap_or_default().trim();
        let bare = href.trim_start_matches("mailto:");
        if words != bare && !bare.is_empty() {
            self.write(format_args!(" ({})", address(bare)));
        }
    }

    fn image(&mut self, tag: &StartTag<()>) {
        if self.style == Style::Plain {
            let words = attribute(tag, "alt").unwrap_or_default();
            return self.text(&words);
        }
        if let Some(source) = attribute(tag, "src") {
            let words = attribute(tag, "alt").unwrap_or_default();
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

/// The value of an attribute; an empty one says nothing.
fn attribute<'a>(tag: &'a StartTag<()>, name: &str) -> Option<Cow<'a, str>> {
    let value = tag.attributes.get(name.as_bytes())?;
    (!value.is_empty()).then(|| text(value))
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
    fn a_message_keeps_its_lines_and_its_links_addresses() {
        let html = "<div>Hi *Ann*,<br>see <a href=\"https://x.example/a\">the page</a> or <a href=\"https://x.example\">https://x.example</a></div><p>1 &lt; 2 <b>bold</b></p><style>p{}</style><ul><li>a_b</li></ul><img src=x onerror=alert(1) alt=\"photo\">";
        assert_eq!(
            to_text(html),
            "Hi *Ann*,\nsee the page (https://x.example/a) or https://x.example\n\n1 < 2 bold\n\n- a_b\n\nphoto"
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

    /// The Markdown of hostile HTML, made on a thread with as little stack as any has.
    fn of_hostile(html: String) -> String {
        let thread = std::thread::Builder::new().stack_size(2 << 20);
        let made = thread.spawn(move || {
            // Every step of the one loop takes a token; more than bytes there are none.
            assert!(tokens(&html).count() <= html.len() + 1);
            let made = to_markdown(&html);
            // Worst: an item of the deepest list, 4 bytes of HTML to 28 of Markdown.
            assert!(made.len() <= html.len() * 7, "{} bytes", made.len());
            made
        });
        made.unwrap().join().unwrap()
    }

    #[test]
    fn hostile_html_takes_work_and_room_in_proportion_to_its_length() {
        const SIZE: usize = 1 << 20;
        for part in [
            "<b><i>",
            "<div>",
            "<a href=",
            "<a href=x>",
            "<ul>",
            "<ul><li>",
            "<ol><li>x",
            "<script>",
            "</script",
            "<!--",
            "<svg>x</svg>",
            "<b>x</b>",
            "<h2>a</h2>b",
            "<li>",
            "&",
            "&amp",
            "*",
            "<",
        ] {
            of_hostile(part.repeat(SIZE / part.len()));
        }
        let lists = "<ul>".repeat(100_000) + &"<li>x".repeat(100_000);
        assert!(of_hostile(lists).contains("- x"));
    }

    #[test]
    fn a_long_attribute_and_many_of_them_are_read_once() {
        let long = "x".repeat(500_000);
        let made = of_hostile(format!("<p class=\"{long}\"><a href=\"/{long}\">a</a>"));
        assert_eq!(made, format!("[a](/{long})"));
        let many: Vec<String> = (0..50_000).map(|place| format!(" a{place}=b")).collect();
        let many = many.concat();
        assert_eq!(of_hostile(format!("<p{many}>x</p{many}>")), "x");
    }
}
