//! `/search`: questions and contacts' messages by their words, what was found marked.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Query as Parameters, State};
use axum::response::Response;

use super::{Answer, Frame, given, make};
use crate::app::App;
use crate::model::Timestamp;
use crate::ui::date;
use crate::ui::error::Fault;
use crate::ui::text::{Words, fill, plural, t};
use crate::ui::url::{Pairs, encode};
use crate::ui::view::View;

/// The most hits that are shown.
const MOST: usize = 50;

/// A stretch of a text, and whether it was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stretch {
    text: String,
    is_hit: bool,
}

struct Found {
    href: String,
    kind: String,
    conversation: String,
    at: String,
    exact: String,
    text: Vec<Stretch>,
}

#[derive(Template)]
#[template(path = "search.html")]
struct Search {
    frame: Frame,
    found: Vec<Found>,
    summary: String,
}

/// What was found.
pub(in crate::ui) async fn search(
    State(app): State<Arc<App>>,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(app, move |desk| {
        let (view, rest) = View::parse(&pairs)?;
        let sought = given(&rest, "q").unwrap_or_default().to_owned();
        let hits = desk.app.search(&sought, MOST).map_err(Fault::from)?;
        let is_whole = hits.len() < MOST;
        let mut seen = HashSet::new();
        let found: Vec<Found> = hits
            .into_iter()
            .filter(|hit| seen.insert((hit.conversation.clone(), hit.text.clone())))
            .map(|hit| {
                let at = Timestamp::from_millis(hit.at_millis);
                Found {
                    href: format!("/conversations/{}", encode(&hit.conversation)),
                    kind: crate::ui::desk::spoken("hit", hit.kind.name()),
                    conversation: hit.conversation,
                    at: date::instant(at, view.zone),
                    exact: at.to_string(),
                    text: stretches(&hit.text, &hit.highlights),
                }
            })
            .collect();
        let mut frame = Frame::new(t("search.title"), "search");
        frame.sought.clone_from(&sought);
        let summary = match (sought.is_empty(), found.len()) {
            (true, _) => t("search.ask").to_owned(),
            (_, 0) => fill("search.nothing", &[("sought", &sought)]),
            _ if !is_whole => fill("search.most", &[("count", &MOST.to_string())]),
            (_, some) => plural("search.found", some as u64),
        };
        let page = Search {
            frame,
            found,
            summary,
        };
        Ok(Answer::Page(page.render()?))
    })
    .await
}

/// Cuts a text where its hits begin and end.
fn stretches(text: &str, hits: &[Range<usize>]) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    let mut push = |range: Range<usize>, is_hit: bool| {
        let part = text.get(range).unwrap_or_default();
        if !part.is_empty() {
            let text = part.to_owned();
            stretches.push(Stretch { text, is_hit });
        }
    };
    let mut end = 0;
    for hit in hits {
        if hit.start >= end {
            push(end..hit.start, false);
            push(hit.clone(), true);
            end = hit.end;
        }
    }
    push(end..text.len(), false);
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_whole_again_from_its_stretches() {
        let text = "Where is my Größe, my order?";
        let cut = stretches(text, &[12..19, 0..5, 24..29]);
        let whole: String = cut.iter().map(|stretch| stretch.text.as_str()).collect();
        assert_eq!(whole, text);
        let hits: Vec<&str> = cut
            .iter()
            .filter(|stretch| stretch.is_hit)
            .map(|stretch| stretch.text.as_str())
            .collect();
        assert_eq!(hits, ["Größe", "order"]);
    }
}
