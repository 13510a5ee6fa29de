//! `/settings/widget`: the sites that may show the chat widget, its snippet, and the secret that the
//! host signs its users with; `/widget/demo`: a page that shows it.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::Query as Parameters;
use axum::http::HeaderMap;
use axum::response::Response;

use super::super::{Answer, Frame, Visit, field_of, make};
use super::answered;
use crate::command::{Command, WidgetDraft};
use crate::model::Invalid;
use crate::model::file::{FileKind, size_words};
use crate::web::place::root_of;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::text::{Words, fill, find, t};
use crate::web::ui::url::Pairs;

/// The page's address.
const PAGE: &str = "/settings/widget";

#[derive(Template)]
#[template(path = "widget.html")]
struct Page {
    frame: Frame,
    sites: String,
    /// Kinds of files: the word, its name, and whether visitors may send such.
    kinds: Vec<(&'static str, &'static str, bool)>,
    /// The most that a file may have, in words.
    limit: String,
    snippet: String,
    /// The host's secret, where it was asked for.
    secret: Option<String>,
    done: &'static str,
    fault: String,
}

#[derive(Template)]
#[template(path = "demo.html")]
struct Demo {
    frame: Frame,
    /// Whether it is shown nowhere yet.
    is_off: bool,
}

/// The settings of the widget.
pub(in crate::web::ui) async fn get_widget(
    visit: Visit,
    headers: HeaderMap,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| {
        page(desk, &headers, &pairs, Shown::default())
    })
    .await
}

/// A page that shows the widget.
pub(in crate::web::ui) async fn get_demo(visit: Visit) -> Response {
    make(visit, |desk| {
        let sites = &desk.app.snapshot().installation.widget.sites;
        let page = Demo {
            frame: desk.frame(t("widget_settings.demo"), "settings"),
            is_off: sites.is_empty() && desk.app.people().has_sign_in(),
        };
        Ok(Answer::Page(page.render()?))
    })
    .await
}

/// What is shown besides the settings.
#[derive(Default)]
struct Shown {
    fault: String,
    secret: bool,
}

/// Does what a form says.
pub(in crate::web::ui) async fn post_widget(
    visit: Visit,
    headers: HeaderMap,
    Form(form): Form<Pairs>,
) -> Response {
    let word = field_of(&form, "do").unwrap_or_default().to_owned();
    let draft = match word.as_str() {
        "show" => {
            let shown = Shown {
                secret: true,
                ..Shown::default()
            };
            return make(visit, move |desk| page(desk, &headers, &form, shown)).await;
        }
        "sites" => Ok(WidgetDraft {
            sites: Some(sites(&form)),
            ..WidgetDraft::default()
        }),
        "files" => Ok(WidgetDraft {
            file_kinds: Some(kinds(&form)),
            ..WidgetDraft::default()
        }),
        "renew" => Ok(WidgetDraft {
            renew_host_secret: true,
            ..WidgetDraft::default()
        }),
        other => Err(Invalid::new(
            "do",
            format!("`{other}` is nothing this page does"),
        )),
    };
    let tried = match draft {
        Ok(draft) => {
            let command = Command::Widget(draft);
            visit.app.write(visit.caller.clone(), command).await
        }
        Err(fault) => Err(fault.into()),
    };
    let done = format!("{PAGE}?done={word}");
    let again = move |desk: &Desk, fault| {
        let shown = Shown {
            fault,
            ..Shown::default()
        };
        page(desk, &headers, &form, shown)
    };
    answered(visit, tried, done, again).await
}

fn sites(form: &[(String, String)]) -> Vec<String> {
    let text = field_of(form, "sites").unwrap_or_default();
    text.split_whitespace().map(str::to_owned).collect()
}

fn kinds(form: &[(String, String)]) -> Vec<FileKind> {
    let kinds = form.iter().filter(|(name, _)| name == "kind");
    kinds
        .filter_map(|(_, word)| FileKind::parse(word))
        .collect()
}

fn page(
    desk: &Desk,
    headers: &HeaderMap,
    pairs: &[(String, String)],
    shown: Shown,
) -> Result<Answer, Fault> {
    let widget = Arc::clone(&desk.app.snapshot().installation.widget);
    let held = widget.sites.join("\n");
    let kinds = FileKind::ALL.map(|kind| {
        let word = kind.as_str();
        let name = find(&format!("widget_settings.kind.{word}")).unwrap_or(word);
        (word, name, widget.file_kinds.contains(&kind))
    });
    let typed = field_of(pairs, "sites").filter(|_| !shown.fault.is_empty());
    let root = root_of(&desk.app, headers);
    let secret = shown.secret.then(|| desk.app.host_secret());
    let page = Page {
        frame: desk.frame(t("widget_settings.title"), "settings/widget"),
        sites: typed.map_or(held, str::to_owned),
        kinds: kinds.to_vec(),
        limit: fill(
            "compose.limit",
            &[("size", &size_words(desk.app.most_file_bytes()))],
        ),
        snippet: format!("<script src=\"{root}/widget.js\" defer></script>"),
        secret: secret.transpose()?,
        done: match field_of(pairs, "done").unwrap_or_default() {
            "sites" => t("widget_settings.saved"),
            "files" => t("widget_settings.files_saved"),
            "renew" => t("widget_settings.renewed"),
            _ => "",
        },
        fault: shown.fault,
    };
    Ok(Answer::Page(page.render()?))
}
