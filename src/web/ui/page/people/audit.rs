//! `/audit`: what people did to the installation, the last first.

use askama::Template;
use axum::extract::Query as Parameters;
use axum::response::Response;

use crate::model::AuditEntry;
use crate::web::ui::page::{Answer, Frame, Visit, field_of, make};
use crate::web::ui::text::{Words, t};
use crate::web::ui::url::{Pairs, address, pair};

/// How many entries a page has.
const LENGTH: usize = 100;

struct Line {
    at: String,
    who: String,
    what: String,
    detail: String,
}

#[derive(Template)]
#[template(path = "audit.html")]
struct Page {
    frame: Frame,
    entries: Vec<Line>,
    next: String,
}

/// What people did.
pub(in crate::web::ui) async fn get_audit(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| {
        let before = field_of(&pairs, "before").and_then(|text| text.parse().ok());
        let before: u64 = before.unwrap_or(u64::MAX);
        let snapshot = desk.app.snapshot();
        let people = &snapshot.installation.people;
        let entries = snapshot.installation.audit.latest();
        let mut entries = entries.filter(|entry| entry.seq < before);
        let shown: Vec<&AuditEntry> = entries.by_ref().take(LENGTH).collect();
        let last = shown.last().map(|entry| entry.seq.to_string());
        let last = entries.next().and(last);
        let page = Page {
            frame: desk.frame(t("audit.title"), "settings/audit"),
            next: last.map_or_else(String::new, |last| {
                address("/audit", &[pair("before", &last)])
            }),
            entries: shown.iter().map(|entry| line(entry, people)).collect(),
        };
        Ok(Answer::Page(page.render()?))
    })
    .await
}

fn line(entry: &AuditEntry, people: &crate::model::People) -> Line {
    let user = entry.actor.strip_prefix("user:");
    let user = user.and_then(|id| people.user(id));
    let token = entry.actor.strip_prefix("token:");
    let token = token.and_then(|id| people.token(id));
    let named = user
        .map(|user| format!("{} ({})", user.name, entry.actor))
        .or_else(|| token.map(|token| format!("{} ({})", token.name, entry.actor)));
    let what = entry.kind.strip_prefix("svar.").unwrap_or(&entry.kind);
    Line {
        at: entry.at.to_string(),
        who: named.unwrap_or_else(|| entry.actor.clone()),
        what: what.replace(['_', '.'], " "),
        detail: entry.detail.clone(),
    }
}
