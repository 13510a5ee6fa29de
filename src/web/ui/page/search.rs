//! `/search`: everything that can be found by its words, what was found marked.

use std::collections::HashSet;
use std::ops::Range;

use askama::Template;
use axum::extract::Query as Parameters;
use axum::response::Response;

use super::{Answer, Frame, Visit, field_of, make};
use crate::app::{Hit, Kind, Search as Sought};
use crate::model::Timestamp;
use crate::report::Dimension;
use crate::web::ui::date;
use crate::web::ui::desk::{Desk, spoken};
use crate::web::ui::error::Fault;
use crate::web::ui::figure::plural;
use crate::web::ui::text::{Words, fill, t};
use crate::web::ui::url::{Pairs, address, encode, pair};
use crate::web::ui::view::View;

/// The most hits that are shown.
const MOST: usize = 50;

/// A stretch of a text, and whether it was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stretch {
    text: String,
    is_hit: bool,
}

struct HitLine {
    /// Where it leads, if anywhere.
    href: Option<String>,
    facts: String,
    at: String,
    exact: String,
    text: Vec<Stretch>,
}

/// A kind to keep to, or none.
struct Tab {
    label: String,
    href: String,
    is_current: bool,
}

/// A value to choose.
struct Choice {
    value: String,
    label: String,
    is_current: bool,
}

#[derive(Template)]
#[template(path = "search.html")]
struct Search {
    frame: Frame,
    tabs: Vec<Tab>,
    kind: String,
    languages: Vec<Choice>,
    channels: Vec<Choice>,
    from: String,
    to: String,
    /// Whether something besides the words narrows what is found.
    is_narrowed: bool,
    hits: Vec<HitLine>,
    summary: String,
}

/// What was found.
pub(in crate::web::ui) async fn search(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| {
        let is_own = |(name, _): &(String, String)| Sought::PARAMETERS.contains(&name.as_str());
        let (own, rest): (Pairs, Pairs) = pairs.iter().cloned().partition(is_own);
        let zone = own.iter().filter(|(name, _)| name == "tz").cloned();
        let (view, _) = View::parse(&rest.into_iter().chain(zone).collect::<Pairs>())?;
        let query = own.iter().filter(|(name, _)| name != "limit");
        let query = query.map(|(name, value)| (name.as_str(), value.as_str()));
        let most = MOST.to_string();
        let search = Sought::parse(query.chain([("limit", most.as_str())]), view.zone)?;
        let hits = desk
            .app
            .search_as(desk.sight(), &search)
            .map_err(Fault::from)?;
        let is_whole = hits.len() < MOST;
        let mut seen = HashSet::new();
        let hits: Vec<HitLine> = hits
            .into_iter()
            .filter(|hit| {
                let text = hit.text.clone();
                seen.insert((hit.conversation.clone(), text))
            })
            .map(|hit| HitLine::of(hit, &view))
            .collect();
        let sought = search.sought();
        let mut frame = desk.frame(t("search.title"), "search");
        sought.clone_into(&mut frame.sought);
        let summary = match (sought.is_empty(), hits.len()) {
            (true, _) => t("search.ask").to_owned(),
            (_, 0) => fill("search.nothing", &[("sought", sought)]),
            _ if !is_whole => fill("search.most", &[("count", &most)]),
            (_, some) => plural("search.found", some as u64),
        };
        let value = |name| field_of(&own, name).unwrap_or_default().to_owned();
        let names = ["kind", "language", "channel", "from", "to"];
        let page = Search {
            frame,
            tabs: tabs(&own),
            kind: value("kind"),
            languages: choices(desk, Dimension::Language, &value("language")),
            channels: choices(desk, Dimension::Channel, &value("channel")),
            from: value("from"),
            to: value("to"),
            is_narrowed: names.iter().any(|name| field_of(&own, name).is_some()),
            hits,
            summary,
        };
        Ok(Answer::Page(page.render()?))
    })
    .await
}

impl HitLine {
    fn of(hit: Hit, view: &View) -> Self {
        let at = Timestamp::from_millis(hit.at_millis);
        let kind = match hit.is_published {
            Some(false) => t("search.draft").to_owned(),
            _ => spoken("hit", hit.kind.name()),
        };
        let href = match hit.kind {
            Kind::Answer => Some(address("/knowledge/answers", &[pair("answer", &hit.id)])),
            Kind::Contact => Some(format!("/contacts/{}", encode(&hit.id))),
            Kind::Question | Kind::Message => hit
                .conversation
                .as_ref()
                .map(|id| format!("/conversations/{}", encode(id))),
        };
        let place = hit.conversation.unwrap_or(hit.id);
        let channel = hit.channel.map(|channel| spoken("channel", &channel));
        let facts = [Some(kind), Some(place), channel, hit.language];
        Self {
            href,
            facts: facts.into_iter().flatten().collect::<Vec<_>>().join(" · "),
            at: date::instant(at, view.zone),
            exact: at.to_string(),
            text: stretches(&hit.text, &hit.highlights),
        }
    }
}

/// All kinds, and each alone, with what else was asked.
fn tabs(own: &[(String, String)]) -> Vec<Tab> {
    let current = field_of(own, "kind").unwrap_or_default();
    let tab = |kind: &str, label: String| {
        let others = own
            .iter()
            .filter(|(name, value)| name != "kind" && !value.is_empty());
        let mut pairs: Pairs = others.cloned().collect();
        if !kind.is_empty() {
            pairs.push(pair("kind", kind));
        }
        Tab {
            label,
            href: address("/search", &pairs),
            is_current: kind == current,
        }
    };
    let kinds = Kind::ALL.map(|kind| tab(kind.name(), spoken("hits", kind.name())));
    let all = tab("", t("search.all").to_owned());
    std::iter::once(all).chain(kinds).collect()
}

/// The values that a field has, the one asked for among them.
fn choices(desk: &Desk, dimension: Dimension, current: &str) -> Vec<Choice> {
    let mut values = desk.values(dimension);
    if !current.is_empty() && values.iter().all(|(value, _)| value != current) {
        values.push((current.to_owned(), current.to_owned()));
    }
    let values = values.into_iter().filter(|(value, _)| !value.is_empty());
    let choice = values.map(|(value, label)| Choice {
        is_current: value == current,
        value,
        label,
    });
    choice.collect()
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
