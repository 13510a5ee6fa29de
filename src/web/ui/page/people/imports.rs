//! `/imports`: what came of other products' exports, the last import first.

use askama::Template;
use axum::response::Response;

use super::reconciled::FigureView;
use crate::app::{Mapping, MiningView, TaskState};
use crate::model::completeness::{Blind, Completeness, Counter};
use crate::model::imports::FinishedImport;
use crate::report::registry;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure::count;
use crate::web::ui::page::{Answer, Frame, Visit, make};
use crate::web::ui::text::{Words, fill, t, title_of};
use crate::web::ui::url::encode;

/// An import as the page shows it.
struct Account {
    seq: u64,
    title: String,
    at: String,
    sums: String,
    completeness: Completeness,
    figures: Vec<FigureView>,
}

#[derive(Template)]
#[template(path = "imports.html")]
struct Page {
    frame: Frame,
    imports: Vec<Account>,
    /// Why what was sent is not imported.
    fault: String,
    /// Where the import is followed that runs, and its files.
    running: Option<(String, String)>,
    /// How far the search for questions in what people answered is.
    mining: String,
}

#[expect(
    clippy::unused_self,
    clippy::trivially_copy_pass_by_ref,
    reason = "templates call methods, and hand references over"
)]
impl Page {
    fn number(&self, number: &u64) -> String {
        count(*number as f64)
    }

    fn compared(&self, counter: &Counter) -> String {
        let (differing, compared) = (
            self.number(&counter.differing),
            self.number(&counter.compared),
        );
        let numbers = [
            ("differing", differing.as_str()),
            ("compared", compared.as_str()),
        ];
        fill("imports.compared", &numbers)
    }

    fn conversation(&self, id: &str) -> String {
        format!("/conversations/{}", encode(id))
    }

    /// Formats by word and name.
    fn formats(&self) -> [(&'static str, &'static str); 6] {
        [
            ("chatwoot", "Chatwoot"),
            ("hubspot", "HubSpot"),
            ("intercom", "Intercom"),
            ("zendesk", "Zendesk"),
            ("csv", t("imports.table")),
            ("svar", "Svar"),
        ]
    }

    /// Mappings that come along.
    fn presets(&self) -> Vec<&'static str> {
        Mapping::presets().collect()
    }

    /// The reports that an export says too little for: address and name.
    fn reports(&self, blind: &Blind) -> Vec<(String, &'static str)> {
        let known = blind.reports.iter().filter_map(|id| registry::find(id));
        let named = known.map(|report| (format!("/reports/{}", report.id), title_of(report)));
        named.collect()
    }
}

/// What came of other products' exports, and the form that brings one.
pub(in crate::web::ui) async fn get_imports(visit: Visit) -> Response {
    make(visit, |desk| page(desk, String::new())).await
}

/// The page, with why what was sent is not imported.
pub(super) fn page(desk: &Desk, fault: String) -> Result<Answer, Fault> {
    let snapshot = desk.app.snapshot();
    let imports = snapshot.installation.imports.latest();
    let latest = desk.app.latest_import();
    let running = latest.filter(|task| task.state == TaskState::Running);
    let page = Page {
        frame: desk.frame(t("imports.title"), "settings/imports"),
        imports: imports.map(account).collect(),
        fault,
        mining: mined(desk.app.knowledge().mining()),
        running: running.map(|task| {
            let place = format!("/imports/tasks/{}", encode(&task.id));
            (place, task.files.join(", "))
        }),
    };
    Ok(Answer::Page(page.render()?))
}

/// How far the search for questions in what people answered is, in words; empty: nothing came yet.
pub(super) fn mined(seen: MiningView) -> String {
    let (read, of) = (count(seen.read as f64), count(seen.of as f64));
    let numbers = [("read", read.as_str()), ("of", of.as_str())];
    match (seen.of, seen.is_running()) {
        (0, _) => String::new(),
        (_, true) => fill("gaps.mining", &numbers),
        (_, false) => fill("imports.mined", &numbers),
    }
}

fn account(import: &FinishedImport) -> Account {
    let all = &import.completeness;
    let number = |number: u64| count(number as f64);
    let (read, imported) = (number(all.read()), number(all.imported));
    let (duplicates, refused) = (number(all.duplicates), number(all.refused()));
    let numbers = [
        ("read", read.as_str()),
        ("imported", imported.as_str()),
        ("duplicates", duplicates.as_str()),
        ("refused", refused.as_str()),
    ];
    Account {
        seq: import.seq,
        title: fill(
            "imports.of",
            &[
                ("format", all.format.as_str()),
                ("actor", import.actor.as_str()),
            ],
        ),
        at: import.at.to_string(),
        sums: fill("imports.sums", &numbers),
        completeness: all.clone(),
        figures: all.reconciled.iter().map(FigureView::new).collect(),
    }
}
