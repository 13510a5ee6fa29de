//! What a source has that the customer agent could say: articles and macros come along as drafts.

use serde_json::json;

use super::output::Output;
use crate::model::Timestamp;

/// An article or a macro.
pub(super) struct Drafted<'a> {
    /// `article` or `macro`.
    pub(super) what: &'static str,
    /// Its id in the source.
    pub(super) id: String,
    pub(super) at: Timestamp,
    pub(super) title: &'a str,
    pub(super) text: String,
    /// Where it is read in the source.
    pub(super) url: Option<&'a str>,
    pub(super) language: Option<&'a str>,
}

impl Drafted<'_> {
    /// Makes it a draft of a short answer.
    pub(super) fn write(self, output: &mut Output<'_>) {
        let (what, id) = (self.what, self.id);
        let mut text = self.text;
        if let Some(url) = self.url {
            text.push_str("\n\n");
            text.push_str(url);
        }
        let fields = json!({
            "short_answer": output.thing(format_args!("{what}:{id}")),
            "question": self.title,
            "text": text,
            "language": self.language,
            "status": "draft",
        });
        let event = format_args!("{what}/{id}");
        output.event(event, self.at, "short_answer.upserted", fields);
    }
}
