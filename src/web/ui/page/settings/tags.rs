//! `/settings/tags`: the tags that all share, with the number of conversations that each is on.

use askama::Template;
use axum::Form;
use axum::extract::Query as Parameters;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::{Answer, Frame, Visit, field_of, make};
use crate::app::{Error, TagView};
use crate::command::{Command, Refusal, TagCommand};
use crate::model::Invalid;
use crate::report::join_values;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure::plural;
use crate::web::ui::text::{Words, fill, t};
use crate::web::ui::url::{Pairs, address, pair};

/// The page's address.
const TAGS: &str = "/settings/tags";

/// A tag in the list.
struct TagLine {
    tag: String,
    conversations: String,
    href: String,
    /// Where it is asked once more whether it shall be deleted.
    delete: String,
}

#[derive(Template)]
#[template(path = "tags.html")]
struct Page {
    frame: Frame,
    tags: Vec<TagLine>,
    /// The one that is about to be deleted.
    doomed: Option<TagLine>,
    typed: String,
    done: &'static str,
    fault: String,
}

/// All tags.
pub(in crate::web::ui) async fn get_tags(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &pairs, String::new())).await
}

/// Does what a form says.
pub(in crate::web::ui) async fn post_tags(visit: Visit, Form(form): Form<Pairs>) -> Response {
    let word = field_of(&form, "do").unwrap_or_default().to_owned();
    let tried = match read(&word, &form) {
        Ok(command) => {
            let written = visit.app.write(visit.caller.clone(), Command::Tag(command));
            written.await.map(|_written| ())
        }
        Err(fault) => Err(fault.into()),
    };
    let fault = match tried {
        Ok(()) => return Redirect::to(&address(TAGS, &[pair("done", &word)])).into_response(),
        Err(Error::Query(error)) => {
            let values = [("field", error.field.as_str()), ("reason", &error.reason)];
            fill("fault.query.detail", &values)
        }
        Err(error @ Error::Refused(Refusal::Conflict(_))) => error.to_string(),
        Err(other) => return make(visit, move |_desk| Err::<Answer, Fault>(other.into())).await,
    };
    make(visit, move |desk| page(desk, &form, fault)).await
}

fn read(word: &str, form: &[(String, String)]) -> Result<TagCommand, Invalid> {
    let text = |name: &str| field_of(form, name).unwrap_or_default().to_owned();
    let tag = text("tag");
    match word {
        "create" => Ok(TagCommand::Create { tag }),
        "rename" => Ok(TagCommand::Rename {
            tag,
            to: text("to"),
        }),
        "delete" => Ok(TagCommand::Delete { tag }),
        other => {
            let reason = format!("`{other}` is nothing this page does");
            Err(Invalid::new("do", reason))
        }
    }
}

fn page(desk: &Desk, pairs: &[(String, String)], fault: String) -> Result<Answer, Fault> {
    let is_new = field_of(pairs, "do") == Some("create");
    let typed = field_of(pairs, "tag").filter(|_tag| is_new);
    let tags = desk.app.tags_at(desk.present());
    let doomed = field_of(pairs, "delete");
    let doomed = doomed.and_then(|doomed| tags.iter().find(|tag| tag.tag == doomed));
    let doomed = doomed.cloned();
    let page = Page {
        frame: desk.frame(t("tags.title"), "settings/tags"),
        doomed: doomed.map(line),
        tags: tags.into_iter().map(line).collect(),
        typed: typed.unwrap_or_default().to_owned(),
        done: match field_of(pairs, "done").unwrap_or_default() {
            "create" => t("tags.done.create"),
            "rename" => t("tags.done.rename"),
            "delete" => t("tags.done.delete"),
            _ => "",
        },
        fault,
    };
    Ok(Answer::Page(page.render()?))
}

fn line(view: TagView) -> TagLine {
    let on = plural("inbox.count", view.conversations as u64);
    TagLine {
        href: address("/inbox", &[pair("tag", &join_values([view.tag.as_str()]))]),
        delete: address(TAGS, &[pair("delete", &view.tag)]),
        conversations: on,
        tag: view.tag,
    }
}
