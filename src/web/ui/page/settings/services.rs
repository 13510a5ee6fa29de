//! `/settings/services`: the services that contacts may ask for by a form.

use askama::Template;
use axum::Form;
use axum::extract::Query as Parameters;
use axum::http::HeaderMap;
use axum::response::Response;

use super::super::{Answer, Frame, Visit, field_of, make};
use super::answered;
use crate::app::{Error, WriteResult};
use crate::command::{Command, ServiceCommand, ServiceDraft};
use crate::model::event::StartingPrice;
use crate::model::{Invalid, Service};
use crate::web::place::root_of;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::text::{Words, fill, t};
use crate::web::ui::url::{Pairs, address, pair};

/// The page's address.
const SERVICES: &str = "/settings/services";

/// A service in the list.
struct ServiceLine {
    name: String,
    description: String,
    price: String,
    published: bool,
    href: String,
}

/// What the form holds.
#[derive(Default)]
struct Typed {
    id: String,
    name: String,
    description: String,
    amount: String,
    currency: String,
    published: bool,
}

#[derive(Template)]
#[template(path = "services.html")]
struct Page {
    frame: Frame,
    services: Vec<ServiceLine>,
    /// Whether the form of contacts is open: one of them is published.
    is_open: bool,
    /// The address of that form.
    form: String,
    typed: Typed,
    done: &'static str,
    fault: String,
}

/// All services, and a form for one.
pub(in crate::web::ui) async fn get_services(
    visit: Visit,
    headers: HeaderMap,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| {
        page(desk, &headers, &pairs, String::new())
    })
    .await
}

/// Does what a form says.
pub(in crate::web::ui) async fn post_services(
    visit: Visit,
    headers: HeaderMap,
    Form(form): Form<Pairs>,
) -> Response {
    let word = field_of(&form, "do").unwrap_or_default().to_owned();
    let tried = run(&visit, &word, &form).await;
    let done = address(SERVICES, &[pair("done", &word)]);
    let again = move |desk: &Desk, fault| page(desk, &headers, &form, fault);
    answered(visit, tried, done, again).await
}

async fn run(visit: &Visit, word: &str, form: &[(String, String)]) -> Result<WriteResult, Error> {
    let (app, caller) = (&visit.app, visit.caller.clone());
    match word {
        "save" => app.save_service(caller, draft(form)?).await,
        "remove" => {
            let service = field_of(form, "id").unwrap_or_default().to_owned();
            let command = Command::Service(ServiceCommand::Remove { service });
            app.write(caller, command).await
        }
        other => {
            let reason = format!("`{other}` is nothing this page does");
            Err(Invalid::new("do", reason).into())
        }
    }
}

fn draft(form: &[(String, String)]) -> Result<ServiceDraft, Invalid> {
    let text = |name: &str| field_of(form, name).map(str::to_owned);
    let amount = text("amount").map(|amount| {
        let number = amount.trim().parse::<f64>();
        number.map_err(|_odd| Invalid::new("amount", format!("`{amount}` is no number")))
    });
    let currency = text("currency").unwrap_or_default();
    let price_from = amount.transpose()?.map(|amount| StartingPrice {
        amount,
        currency: currency.trim().to_uppercase(),
    });
    Ok(ServiceDraft {
        id: text("id"),
        name: text("name").unwrap_or_default(),
        description: text("description"),
        price_from,
        published: text("published").is_some(),
    })
}

fn page(
    desk: &Desk,
    headers: &HeaderMap,
    pairs: &[(String, String)],
    fault: String,
) -> Result<Answer, Fault> {
    let text = |name: &str| field_of(pairs, name).unwrap_or_default().to_owned();
    let snapshot = desk.app.snapshot();
    let services = &snapshot.installation.services;
    let chosen = field_of(pairs, "edit").and_then(|id| services.get(id));
    let typed = match chosen {
        Some(service) => typed_of(service),
        None => Typed {
            id: text("id"),
            name: text("name"),
            description: text("description"),
            amount: text("amount"),
            currency: text("currency"),
            published: !text("published").is_empty(),
        },
    };
    let all = services.all().into_iter();
    let page = Page {
        frame: desk.frame(t("service_settings.title"), "settings/services"),
        services: all.map(line).collect(),
        is_open: !services.published().is_empty(),
        form: format!("{}/widget/request", root_of(&desk.app, headers)),
        typed,
        done: match field_of(pairs, "done").unwrap_or_default() {
            "save" => t("service_settings.done.save"),
            "remove" => t("service_settings.done.remove"),
            _ => "",
        },
        fault,
    };
    Ok(Answer::Page(page.render()?))
}

fn typed_of(service: &Service) -> Typed {
    let price = service.price_from.as_ref();
    Typed {
        id: service.id.to_string(),
        name: service.name.clone(),
        description: service.description.clone().unwrap_or_default(),
        amount: price.map_or_else(String::new, |price| price.amount.to_string()),
        currency: price.map_or_else(String::new, |price| price.currency.clone()),
        published: service.published,
    }
}

fn line(service: &Service) -> ServiceLine {
    let price = service.price_from.as_ref().map(|price| {
        let price = format!("{} {}", price.amount, price.currency);
        fill("service_settings.from", &[("price", &price)])
    });
    ServiceLine {
        name: service.name.clone(),
        description: service.description.clone().unwrap_or_default(),
        price: price.unwrap_or_default(),
        published: service.published,
        href: address(SERVICES, &[pair("edit", service.id.as_str())]),
    }
}
