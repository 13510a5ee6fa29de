//! A short answer as it is shown: safe HTML for pages, plain text for other channels.
//!
//! HTML inside the Markdown is shown as text, never let through, and only links that lead
//! to the web, to mail or to a telephone are links; so nothing has to be cleaned afterwards.
//!
//! It is safe by how it is made, and needs no crate that cleans HTML.

use std::fmt::Write as _;

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};
use serde::Serialize;
use utoipa::ToSchema;

/// How links of an answer may begin.
const SCHEMES: [&str; 4] = ["https://", "http://", "mailto:", "tel:"];

/// A short answer exactly as a visitor sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Preview {
    /// On pages, in the widget and in mails.
    pub html: String,
    /// On channels that show text only.
    pub text: String,
}

impl Preview {
    /// The look of a text in Markdown.
    pub fn of(markdown: &str) -> Self {
        Self {
            html: to_html(markdown),
            text: to_text(markdown),
        }
    }
}

pub(super) fn parser(markdown: &str) -> Parser<'_> {
    Parser::new_ext(markdown, Options::ENABLE_STRIKETHROUGH)
}

fn is_safe(url: &str) -> bool {
    let url = url.trim().to_ascii_lowercase();
    SCHEMES.iter().any(|scheme| url.starts_with(scheme))
}

/// The events of the text with nothing in them that could do harm.
pub(super) fn safe<'a>(events: impl Iterator<Item = Event<'a>>) -> impl Iterator<Item = Event<'a>> {
    let mut open = Vec::new();
    events.filter_map(move |event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock) => None,
        Event::Start(Tag::Link { ref dest_url, .. } | Tag::Image { ref dest_url, .. }) => {
            let is_safe = is_safe(dest_url);
            open.push(is_safe);
            is_safe.then_some(event)
        }
        Event::End(TagEnd::Link | TagEnd::Image) => open.pop().unwrap_or(false).then_some(event),
        other => Some(other),
    })
}

/// Safe HTML.
fn to_html(markdown: &str) -> String {
    let mut out = String::new();
    html::push_html(&mut out, safe(parser(markdown)));
    out
}

/// Plain text: lists keep their signs, a link's address follows its words.
fn to_text(markdown: &str) -> String {
    let mut out = String::new();
    let mut links: Vec<CowStr<'_>> = Vec::new();
    let mut lists: Vec<Option<u64>> = Vec::new();
    for event in safe(parser(markdown)) {
        match event {
            Event::Text(text) | Event::Code(text) => out.push_str(&text),
            Event::SoftBreak => out.push(' '),
            Event::HardBreak => out.push('\n'),
            Event::Rule => out.push_str("\n—\n"),
            Event::Start(Tag::List(first)) => lists.push(first),
            Event::End(TagEnd::List(_)) => {
                lists.pop();
                paragraph(&mut out);
            }
            Event::Start(Tag::Item) => item(&mut out, &mut lists),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                links.push(dest_url);
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                if let Some(url) = links.pop().filter(|url| !out.ends_with(&**url)) {
                    out.push_str(" (");
                    out.push_str(&url);
                    out.push(')');
                }
            }
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock) => {
                paragraph(&mut out);
            }
            _ => {}
        }
    }
    out.trim().to_owned()
}

fn item(out: &mut String, lists: &mut [Option<u64>]) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    match lists.last_mut() {
        Some(Some(number)) => {
            // Writing to a text cannot fail.
            write!(out, "{number}. ").unwrap_or_default();
            *number += 1;
        }
        _ => out.push_str("- "),
    }
}

fn paragraph(out: &mut String) {
    while out.ends_with('\n') {
        out.pop();
    }
    out.push_str("\n\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_is_shown_with_links_lists_and_images() {
        let shown = Preview::of(
            "Press **Forgot**:\n\n1. open [settings](https://x.example/s)\n2. wait\n\n![a key](https://x.example/k.png)",
        );
        assert_eq!(
            shown.html,
            "<p>Press <strong>Forgot</strong>:</p>\n<ol>\n<li>open <a href=\"https://x.example/s\">settings</a></li>\n<li>wait</li>\n</ol>\n<p><img src=\"https://x.example/k.png\" alt=\"a key\" /></p>\n"
        );
        assert_eq!(
            shown.text,
            "Press Forgot:\n\n1. open settings (https://x.example/s)\n2. wait\n\na key (https://x.example/k.png)"
        );
    }

    #[test]
    fn nothing_that_acts_gets_through() {
        for text in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](data:text/html,<script>)",
            "![x](javascript:alert(1))",
            "<javascript:alert(1)>",
            "[x](https://a.example/\"onmouseover=\"alert(1))",
            "a <b onclick=x>b</b>",
            "<div>\n\n[x](vbscript:x)\n\n</div>",
        ] {
            let html = to_html(text);
            let tags = html.replace("&lt;", "").replace("&quot;", "");
            assert!(!tags.contains("<script") && !tags.contains("<b "), "{html}");
            assert!(
                !html.contains("href=\"java") && !html.contains("src=\"java"),
                "{html}"
            );
            assert!(
                !html.contains("<img src=\"x") && !html.contains("href=\"data"),
                "{html}"
            );
            assert!(
                !html.contains("\" onmouseover") && !html.contains("\"onmouse"),
                "{html}"
            );
        }
        assert_eq!(to_html("<b>x</b>"), "<p>&lt;b&gt;x&lt;/b&gt;</p>\n");
    }
}
