//! `/imports/tables/{id}`: what the columns of a table are, and what would come of it.
//!
//! A form as any other: it shows what it proposes, takes what is changed, shows the first events,
//! gives the mapping as the file that the command line takes, and imports.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Request};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};

use super::imports::page as imports_page;
use crate::app::{
    ColumnRole, Error, ImportOrder, TableColumn, TableForm, TableSample, WaitingTable,
};
use crate::web::Problem;
use crate::web::import_form::take_import;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::page::{Answer, Frame, Visit, make};
use crate::web::ui::text::{Words, blocking, fill, find, t};
use crate::web::ui::url::{Pairs, encode};

/// Encodings that are offered.
const ENCODINGS: [&str; 6] = [
    "utf-8",
    "windows-1252",
    "iso-8859-15",
    "windows-1251",
    "shift_jis",
    "gb18030",
];
/// Signs between cells that are offered, each with the word for it.
const DELIMITERS: [(&str, &str); 4] = [(",", ","), (";", ";"), ("\t", "tab"), ("|", "|")];

/// A column as the page shows it.
struct ColumnView {
    number: usize,
    head: String,
    /// What is in it in the first rows.
    cells: String,
    role: &'static str,
    words: Vec<WordView>,
    meanings: &'static [&'static str],
}

/// A word of a column.
struct WordView {
    number: usize,
    word: String,
    means: String,
}

#[derive(Template)]
#[template(path = "import_table.html")]
struct Page {
    frame: Frame,
    id: String,
    files: String,
    form: TableForm,
    dates: String,
    columns: Vec<ColumnView>,
    events: Vec<String>,
    fault: String,
    /// Whether it lacks a zone.
    is_unzoned: bool,
}

#[expect(clippy::unused_self, reason = "templates call methods")]
impl Page {
    fn roles(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let roles = ColumnRole::ALL.iter().map(|role| role.as_str());
        roles.map(|word| (word, find(&format!("columns.role_{word}")).unwrap_or(word)))
    }

    fn meaning(&self, word: &&'static str) -> &'static str {
        find(&format!("columns.means_{word}")).unwrap_or(word)
    }

    fn encodings(&self) -> [&'static str; 6] {
        ENCODINGS
    }

    fn delimiters(&self) -> [(&'static str, &'static str); 4] {
        DELIMITERS
    }

    fn is_delimiter(&self, sign: &str) -> bool {
        self.form.delimiter.is_some_and(|own| sign.starts_with(own))
    }
}

/// Keeps a table that is sent, and leads to its columns.
pub(in crate::web::ui) async fn post_table(visit: Visit, request: Request) -> Response {
    let kept = match take_import(&visit.app, request).await {
        Ok((parcel, order)) => {
            let app = visit.app.clone();
            let kept = blocking(move || app.keep_table(parcel));
            let kept = kept
                .await
                .unwrap_or_else(|_panicked| Err(Error::Stopped("the work ended early".to_owned())));
            kept.map(|id| (id, order.zone)).map_err(Problem::from)
        }
        Err(problem) => Err(problem),
    };
    match kept {
        Ok((id, zone)) => {
            let zone = zone.map(|zone| format!("?zone={}", encode(&zone)));
            let place = format!(
                "/imports/tables/{}{}",
                encode(&id),
                zone.unwrap_or_default()
            );
            Redirect::to(&place).into_response()
        }
        Err(problem) => make(visit, move |desk| imports_page(desk, problem.detail)).await,
    }
}

/// Shows what the columns of a table seem to be.
pub(in crate::web::ui) async fn get_table(
    visit: Visit,
    Path(id): Path<String>,
    axum::extract::Query(pairs): axum::extract::Query<Pairs>,
) -> Response {
    make(visit, move |desk| {
        let form = TableForm {
            source: "table".to_owned(),
            zone: said(&pairs, "zone").to_owned(),
            ..TableForm::default()
        };
        again(desk, &id, form, String::new())
    })
    .await
}

/// Takes what was changed: shows what comes of it, gives the mapping, or imports.
pub(in crate::web::ui) async fn post_columns(
    visit: Visit,
    Path(id): Path<String>,
    Form(pairs): Form<Pairs>,
) -> Response {
    let caller = visit.caller.clone();
    let what = said(&pairs, "do").to_owned();
    if what == "download" {
        let form = form_of(&pairs);
        let named = [
            (header::CONTENT_TYPE, "application/toml; charset=utf-8"),
            (
                header::CONTENT_DISPOSITION,
                "attachment; filename=\"mapping.toml\"",
            ),
        ];
        return (named, form.to_toml()).into_response();
    }
    make(visit, move |desk| {
        let form = form_of(&pairs);
        let begun = match what.as_str() {
            "import" | "try" => begin(desk, &caller, &id, &form, what == "try").map(Some),
            _ => Ok(None),
        };
        match begun {
            Ok(Some(place)) => Ok(Answer::Moved(place)),
            Ok(None) => again(desk, &id, form, String::new()),
            Err(fault) => again(desk, &id, form, fault),
        }
    })
    .await
}

/// Begins the import; gives where it is followed, or why it does not begin.
fn begin(
    desk: &Desk,
    caller: &crate::command::Caller,
    id: &str,
    form: &TableForm,
    dry_run: bool,
) -> Result<String, String> {
    if let Some(role) = form.twice() {
        return Err(twice(role));
    }
    let order = ImportOrder {
        format: Some("csv".to_owned()),
        mapping: Some(form.to_toml()),
        dry_run,
        ..ImportOrder::default()
    };
    let begun = desk.app.import_table(caller, id, &order);
    let begun = begun.map_err(|error| Problem::from(error).detail)?;
    Ok(format!("/imports/tasks/{}", encode(&begun.id)))
}

fn twice(role: ColumnRole) -> String {
    let word = role.as_str();
    let name = find(&format!("columns.role_{word}")).unwrap_or(word);
    fill("columns.twice", &[("role", name)])
}

/// The page once more, as the form says.
fn again(desk: &Desk, id: &str, mut form: TableForm, fault: String) -> Result<Answer, Fault> {
    let table = match desk.app.waiting_table(id, Some(&form)) {
        Ok(table) => table,
        Err(error @ Error::Unknown { .. }) => return Err(error.into()),
        Err(error) => {
            // It can be read as something else: the form stays, to be changed.
            let table = WaitingTable {
                id: id.to_owned(),
                files: Vec::new(),
                sample: TableSample::default(),
            };
            return shown(desk, &table, form, Problem::from(error).detail);
        }
    };
    let same = table
        .sample
        .heads
        .iter()
        .eq(form.columns.iter().map(|column| &column.head));
    if !same {
        let guessed = table.sample.guess(Some(&form.zone));
        form.columns = guessed.columns;
    }
    table.sample.fill_in(&mut form);
    shown(desk, &table, form, fault)
}

fn shown(
    desk: &Desk,
    table: &WaitingTable,
    form: TableForm,
    mut fault: String,
) -> Result<Answer, Fault> {
    let mut events = Vec::new();
    if fault.is_empty() {
        match form.twice() {
            Some(role) => fault = twice(role),
            None => match desk.app.try_table(&table.id, &form.to_toml()) {
                Ok(made) => events = made,
                Err(error) => fault = Problem::from(error).detail,
            },
        }
    }
    let page = Page {
        frame: desk.frame(t("columns.title"), "settings/imports"),
        id: table.id.clone(),
        files: table.files.join(", "),
        dates: form.dates.join("\n"),
        columns: columns(&form, &table.sample),
        is_unzoned: form.zone.is_empty(),
        form,
        events,
        fault,
    };
    Ok(Answer::Page(page.render()?))
}

fn columns(form: &TableForm, sample: &TableSample) -> Vec<ColumnView> {
    let columns = form.columns.iter().enumerate();
    let columns = columns.map(|(number, column)| {
        let cells = sample.rows.iter().filter_map(|row| row.get(number));
        let cells: Vec<&str> = cells
            .map(String::as_str)
            .filter(|cell| !cell.is_empty())
            .collect();
        let words = column.words.iter().enumerate();
        ColumnView {
            number,
            head: column.head.clone(),
            cells: cells.join(" · "),
            role: column.role.map_or("", ColumnRole::as_str),
            words: words
                .map(|(number, (word, means))| WordView {
                    number,
                    word: word.clone(),
                    means: means.clone(),
                })
                .collect(),
            meanings: column.role.map_or(&[], ColumnRole::meanings),
        }
    });
    columns.collect()
}

/// What a form says in a field; empty: nothing.
fn said<'a>(pairs: &'a Pairs, name: &str) -> &'a str {
    let found = pairs.iter().find(|(field, _)| field == name);
    found.map_or("", |(_, value)| value.trim())
}

/// The form that was sent.
fn form_of(pairs: &Pairs) -> TableForm {
    let own = |name: &str| {
        let found = pairs.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.as_str())
    };
    let mut columns = Vec::new();
    while let Some(head) = own(&format!("head.{}", columns.len())) {
        let number = columns.len();
        let role = own(&format!("role.{number}")).and_then(ColumnRole::parse);
        let mut words = Vec::new();
        while let Some(word) = own(&format!("word.{number}.{}", words.len())) {
            let means = own(&format!("means.{number}.{}", words.len()));
            let means =
                means.filter(|means| role.is_some_and(|role| role.meanings().contains(means)));
            words.push((word.to_owned(), means.unwrap_or_default().to_owned()));
        }
        columns.push(TableColumn {
            head: head.to_owned(),
            role,
            words,
        });
    }
    let delimiter = own("delimiter").and_then(|sign| sign.chars().next());
    let dates = said(pairs, "dates").lines().map(str::trim);
    TableForm {
        source: said(pairs, "source").to_owned(),
        zone: said(pairs, "zone").to_owned(),
        dates: dates
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect(),
        delimiter,
        encoding: said(pairs, "encoding").to_owned(),
        columns,
    }
}
