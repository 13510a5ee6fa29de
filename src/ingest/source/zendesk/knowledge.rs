//! Help-centre articles and macros: drafts of short answers.
//!
//! Each comes once: an article that changed later does not write over what an admin made of it.

use serde_json::Value;

use super::people::known;
use crate::ingest::html;
use crate::ingest::source::drafted::Drafted;
use crate::ingest::source::field::Fields;
use crate::ingest::source::output::Output;

pub(super) fn article(record: Fields<'_>, output: &mut Output<'_>) {
    let Some((id, at)) = known(record, output) else {
        return;
    };
    let title = record.text("title").or_else(|| record.text("name"));
    let (Some(title), Some(body)) = (title, record.text("body")) else {
        // An article without words is one nobody has written yet.
        output.wanted::<()>("body", None);
        return;
    };
    let drafted = Drafted {
        what: "article",
        id,
        at,
        title,
        text: html::to_markdown(body),
        url: record.text("html_url"),
        language: record.text("locale"),
    };
    drafted.write(output);
}

pub(super) fn macro_reply(record: Fields<'_>, output: &mut Output<'_>) {
    let Some((id, at)) = known(record, output) else {
        return;
    };
    let words = record.objects("actions").find_map(|action| {
        let is_html = match action.text("field")? {
            "comment_value" => false,
            "comment_value_html" => true,
            _ => return None,
        };
        // With a channel before it, the words come second.
        let words = match action.value("value")? {
            Value::String(words) => words.as_str(),
            Value::Array(parts) => parts.last()?.as_str()?,
            _ => return None,
        };
        let words = words.trim();
        (!words.is_empty()).then(|| {
            if is_html {
                html::to_markdown(words)
            } else {
                words.to_owned()
            }
        })
    });
    let (Some(title), Some(text)) = (record.text("title"), words) else {
        // A macro that only moves tickets is none that can answer.
        return;
    };
    let drafted = Drafted {
        what: "macro",
        id,
        at,
        title,
        text,
        url: None,
        language: None,
    };
    drafted.write(output);
}
