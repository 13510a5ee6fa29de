//! `/imports/tasks/{id}`: how far an import is, and what it came to; `POST /imports` begins one.

use askama::Template;
use axum::extract::{Path, Request};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};

use super::imports::{mined, page};
use crate::app::{App, ImportProgress, MiningView, TaskState};
use crate::model::{DAY_MS, Timestamp};
use crate::report::registry;
use crate::web::Problem;
use crate::web::import_form::take_import;
use crate::web::ui::error::Fault;
use crate::web::ui::figure::count;
use crate::web::ui::page::{Answer, Frame, Visit, make};
use crate::web::ui::text::{Words, blocking, fill, t, title_of};
use crate::web::ui::url::encode;

/// How many seconds a page waits before it looks again.
const LOOK_AGAIN: HeaderValue = HeaderValue::from_static("2");
/// The reports that are shown first, the best first.
const FIRST: [&str; 3] = ["first_response_time", "time_to_close", "messages_by_hour"];

#[derive(Template)]
#[template(path = "import_task.html")]
struct Page {
    frame: Frame,
    task: ImportProgress,
    sums: String,
    /// How much was read, of a hundred.
    percent: u64,
    /// Where it is accounted for: once it is kept.
    account: Option<String>,
    /// How far the search for questions in what people answered is.
    mining: String,
    /// Address and name of the first report.
    report: Option<(String, &'static str)>,
}

impl Page {
    fn is_running(&self) -> bool {
        self.task.state == TaskState::Running
    }

    fn title(&self) -> &'static str {
        t(match (self.task.state, self.task.dry_run) {
            (TaskState::Running, _) => "imports.running",
            (TaskState::Failed, _) => "imports.failed",
            (TaskState::Done, true) => "imports.tried",
            (TaskState::Done, false) => "imports.done",
        })
    }
}

/// Takes an export in, and leads to where it is followed.
pub(in crate::web::ui) async fn post_imports(visit: Visit, request: Request) -> Response {
    let begun = match take_import(&visit.app, request).await {
        Ok((parcel, order)) => {
            let (app, caller) = (visit.app.clone(), visit.caller.clone());
            let begun = blocking(move || {
                app.start_import(&caller, parcel, &order)
                    .map_err(Problem::from)
            });
            begun
                .await
                .unwrap_or_else(|_panicked| Err(Problem::internal("the work ended early")))
        }
        Err(problem) => Err(problem),
    };
    match begun {
        Ok(task) => Redirect::to(&format!("/imports/tasks/{}", encode(&task.id))).into_response(),
        Err(problem) => make(visit, move |desk| page(desk, problem.detail)).await,
    }
}

/// Shows how far an import is; while it runs, the page looks again by itself.
pub(in crate::web::ui) async fn get_import_task(visit: Visit, Path(id): Path<String>) -> Response {
    let progress = visit.app.import_progress(&id);
    let is_running = progress.is_some_and(|task| {
        task.state == TaskState::Running || task.mining.is_some_and(MiningView::is_running)
    });
    let mut response = make(visit, move |desk| {
        let found = desk.app.import_progress(&id);
        let task = found.ok_or_else(|| Fault::missing("import", &id))?;
        let page = Page {
            frame: desk.frame(t("imports.title"), "settings/imports"),
            sums: sums(&task),
            percent: (task.done_bytes * 100)
                .checked_div(task.total_bytes)
                .unwrap_or(0)
                .min(100),
            account: account(&desk.app, &task),
            mining: task.mining.map_or_else(String::new, mined),
            report: report(&task),
            task,
        };
        Ok(Answer::Page(page.render()?))
    })
    .await;
    if is_running {
        let name = HeaderName::from_static("refresh");
        response.headers_mut().insert(name, LOOK_AGAIN);
    }
    response
}

fn sums(task: &ImportProgress) -> String {
    let number = |number: u64| count(number as f64);
    let (accepted, duplicates) = (number(task.accepted), number(task.duplicates));
    let rejected = number(task.rejected);
    let numbers = [
        ("accepted", accepted.as_str()),
        ("duplicates", duplicates.as_str()),
        ("rejected", rejected.as_str()),
    ];
    let key = if task.dry_run {
        "imports.task_tried"
    } else {
        "imports.task_sums"
    };
    fill(key, &numbers)
}

/// Where what it came to is kept.
fn account(app: &App, task: &ImportProgress) -> Option<String> {
    let wanted = task.completeness.as_ref().filter(|_| !task.dry_run)?;
    let snapshot = app.snapshot();
    let mut kept = snapshot.installation.imports.latest();
    let found = kept.find(|kept| kept.completeness == *wanted)?;
    Some(format!("/imports#import-{}", found.seq))
}

/// The first report that the export says enough for, over what was imported.
fn report(task: &ImportProgress) -> Option<(String, &'static str)> {
    let (first, last) = (task.first_at?, task.last_at?);
    if task.dry_run || task.state != TaskState::Done {
        return None;
    }
    let is_blind = |id: &&str| {
        let blind = task.completeness.iter().flat_map(|all| &all.blind);
        blind.flat_map(|one| &one.reports).any(|blind| blind == id)
    };
    let id = FIRST.iter().copied().find(|id| !is_blind(id))?;
    let day = |at: Timestamp| at.to_string().chars().take(10).collect::<String>();
    let (from, to) = (day(first), day(last.plus_millis(DAY_MS)));
    let report = registry::find(id)?;
    Some((
        format!("/reports/{id}?from={from}&to={to}"),
        title_of(report),
    ))
}
