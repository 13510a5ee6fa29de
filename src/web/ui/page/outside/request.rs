//! `/widget/request`: a form by which anybody asks for a service.
//!
//! Whoever opens it becomes nobody yet: the page carries a visitor's token and a fresh id of the
//! request, so that a form that is sent twice is there once. A form that is refused keeps what was
//! typed and the files that have arrived.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query as Parameters, Request, State};
use axum::http::{Extensions, HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use super::super::sent::{Begin, SentFile, SentForm, files_of, read_with};
use super::super::{Frame, fault_page, field_of};
use super::{frame, may_say, off, said, shown};
use crate::app::{
    App, Error, RequestClosed, RequestOffer, Upload, UploadedFile, VisitLimit, Visitor,
    VisitorsRequest,
};
use crate::clock::Clock;
use crate::command::{Caller, RequestDraft, RequestWay, Role};
use crate::model::file::{FileKind, size_words};
use crate::model::{Invalid, Service};
use crate::web::session::address_of;
use crate::web::ui::error::Fault;
use crate::web::ui::text::{ContactLanguage, Words};
use crate::web::ui::url::{Pairs, address, pair};

/// The page's address.
const PAGE: &str = "/widget/request";
/// The longest id of a request, in bytes.
const MAX_ID: usize = 64;

/// A service that is offered.
struct OfferLine {
    id: String,
    name: String,
    description: String,
    price: String,
}

/// What the form holds.
#[derive(Default)]
struct Typed {
    name: String,
    email: String,
    company: String,
    url: String,
    service: String,
    customer: String,
    text: String,
}

#[derive(Template)]
#[template(path = "request.html")]
struct Page {
    frame: Frame,
    language: ContactLanguage,
    fault: String,
    is_done: bool,
    /// Why nothing may be asked for.
    closed: String,
    /// Whether whoever looks may open it.
    is_admin: bool,
    token: String,
    id: String,
    typed: Typed,
    services: Vec<OfferLine>,
    customers: Vec<String>,
    /// Which files may be sent, in words and as a browser's dialogue takes it.
    endings: String,
    accept: String,
    files: Vec<(String, String)>,
}

/// The form.
pub(in crate::web::ui) async fn get_request(
    State(app): State<Arc<App>>,
    Parameters(pairs): Parameters<Pairs>,
    request: Request,
) -> Response {
    let asker = Asker::of(&pairs, request.headers(), request.extensions());
    let made = off(&app, move |app| {
        let mut page = Page::new(app, asker);
        page.is_done = field_of(&pairs, "done").is_some();
        if page.is_done {
            return Ok(page);
        }
        let visitor = Visitor {
            contact: App::fresh_id("visitor"),
            is_verified: false,
        };
        page.token = app.visitor_token(&visitor)?;
        page.id = Clock::fresh_id();
        Ok(page)
    });
    match made.await {
        Ok(page) => shown(StatusCode::OK, page.render()),
        Err(fault) => fault_page(fault),
    }
}

/// Takes in what a form asks for.
pub(in crate::web::ui) async fn post_request(
    State(app): State<Arc<App>>,
    request: Request,
) -> Response {
    let (headers, extensions) = (request.headers().clone(), request.extensions().clone());
    let from = address_of(&app, &extensions, &headers);
    let form = match read_with(&app, beginning(&app, from), request).await {
        Ok(form) => form,
        Err(refusal) => return refusal,
    };
    let SentForm { pairs, fault } = form;
    let asker = Asker::of(&pairs, &headers, &extensions);
    let language = asker.language;
    let taken = match fault {
        Some(fault) => Err(fault),
        None => take(&app, &pairs, (language, from)).await,
    };
    let fault = match taken {
        Ok(()) => {
            let done = [pair("done", "yes"), pair("lang", language.code())];
            return Redirect::to(&address(PAGE, &done)).into_response();
        }
        Err(fault) => fault,
    };
    let made = off(&app, move |app| {
        let mut page = Page::new(app, asker);
        page.fault = format!("{} {fault}", language.say("wrong"));
        page.hold(app, &pairs)?;
        Ok(page)
    });
    match made.await {
        Ok(page) => shown(StatusCode::OK, page.render()),
        Err(fault) => fault_page(fault),
    }
}

/// How the files of a form are begun: of the visitor whose token came before them.
fn beginning(app: &Arc<App>, from: Option<std::net::IpAddr>) -> Begin {
    let app = Arc::clone(app);
    Arc::new(
        move |fields: &Pairs, file: &SentFile| -> Result<Upload, Error> {
            let visitor = visitor_of(&app, fields)?;
            let limits = [
                from.map(VisitLimit::FileFrom),
                Some(VisitLimit::File(&visitor.contact)),
            ];
            for limit in limits.into_iter().flatten() {
                app.check_visit(limit).map_err(|wait| {
                    let secs = wait.as_secs() + 1;
                    Invalid::new(
                        "file",
                        format!("too many files; try again in {secs} seconds"),
                    )
                })?;
            }
            app.begin_visitors_upload(&visitor.contact, (&file.name, file.told.as_deref()))
        },
    )
}

/// Whose form it is.
fn visitor_of(app: &App, fields: &[(String, String)]) -> Result<Visitor, Error> {
    let token = field_of(fields, "token").unwrap_or_default();
    let visitor = app.visitor(token)?;
    visitor.ok_or_else(|| Invalid::new("token", "it does not hold; load the page again").into())
}

/// Takes a request in, or says why not.
async fn take(
    app: &Arc<App>,
    form: &[(String, String)],
    (language, from): (ContactLanguage, Option<std::net::IpAddr>),
) -> Result<(), String> {
    let text = |name: &str| field_of(form, name).map(str::to_owned);
    let visitor = visitor_of(app, form).map_err(|error| error.to_string())?;
    let limits = [
        from.map(VisitLimit::RequestFrom),
        Some(VisitLimit::Request(&visitor.contact)),
    ];
    for limit in limits.into_iter().flatten() {
        may_say(app, limit, language)?;
    }
    let request = VisitorsRequest {
        id: request_id(form).map_err(|fault| fault.to_string())?,
        draft: RequestDraft {
            name: text("name").unwrap_or_default(),
            email: text("email").unwrap_or_default(),
            company: text("company"),
            url: text("url"),
            service: text("service"),
            customer: text("customer"),
            // Browsers send other line ends than were typed.
            text: text("text").unwrap_or_default().replace("\r\n", "\n"),
            language: Some(language.code().to_owned()),
            request: RequestWay::Direct,
        },
        files: files_of(form),
    };
    let taken = app.take_visitors_request(&visitor, request).await;
    taken
        .map(|_receipt| ())
        .map_err(|error| said(language, &error))
}

/// What the page calls the request.
fn request_id(form: &[(String, String)]) -> Result<String, Invalid> {
    let id = field_of(form, "id").unwrap_or_default();
    let is_fit = (1..=MAX_ID).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_fit {
        return Ok(id.to_owned());
    }
    let reason = "expected 1 to 64 letters, digits and hyphens; load the page again";
    Err(Invalid::new("id", reason))
}

/// Who reads the page.
#[derive(Clone, Copy)]
struct Asker {
    language: ContactLanguage,
    is_admin: bool,
}

impl Asker {
    fn of(pairs: &[(String, String)], headers: &HeaderMap, extensions: &Extensions) -> Self {
        let caller = extensions.get::<Caller>();
        Self {
            language: ContactLanguage::of(&[field_of(pairs, "lang")], headers),
            is_admin: caller.is_some_and(|caller| caller.role >= Role::Admin),
        }
    }
}

impl Page {
    fn new(app: &App, asker: Asker) -> Self {
        let language = asker.language;
        let (offer, closed) = match app.request_offer() {
            Ok(offer) => (Some(offer), String::new()),
            Err(RequestClosed::NoService) => (None, language.say("request.no_service").to_owned()),
            Err(RequestClosed::NotAvailable(words)) => {
                let usual = || language.say("request.not_available").to_owned();
                (None, words.unwrap_or_else(usual))
            }
        };
        let RequestOffer {
            services,
            customers,
        } = offer.unwrap_or(RequestOffer {
            services: Vec::new(),
            customers: Vec::new(),
        });
        let kinds = app.snapshot().installation.widget.file_kinds.clone();
        let endings: Vec<&str> = kinds
            .iter()
            .flat_map(|kind: &FileKind| kind.endings())
            .collect();
        let accept: Vec<String> = endings.iter().map(|one| format!(".{one}")).collect();
        let about = [
            ("size", size_words(app.most_file_bytes())),
            ("endings", endings.join(", ")),
        ];
        let about = about
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        let services = services.iter().map(|service| line(language, service));
        Self {
            frame: frame(language.say("request.title")),
            language,
            fault: String::new(),
            is_done: false,
            closed,
            is_admin: asker.is_admin,
            token: String::new(),
            id: String::new(),
            typed: Typed::default(),
            services: services.collect(),
            customers,
            endings: if endings.is_empty() {
                String::new()
            } else {
                language.say_with("request.files_about", &about)
            },
            accept: accept.join(","),
            files: Vec::new(),
        }
    }

    /// Keeps what was typed, and the files that are here.
    fn hold(&mut self, app: &App, form: &[(String, String)]) -> Result<(), Fault> {
        let text = |name: &str| field_of(form, name).unwrap_or_default().to_owned();
        self.typed = Typed {
            name: text("name"),
            email: text("email"),
            company: text("company"),
            url: text("url"),
            service: text("service"),
            customer: text("customer"),
            text: text("text"),
        };
        (self.token, self.id) = (text("token"), text("id"));
        let Some(visitor) = app.visitor(&self.token)? else {
            // The next try is somebody's whose token holds.
            let contact = App::fresh_id("visitor");
            let visitor = Visitor {
                contact,
                is_verified: false,
            };
            self.token = app.visitor_token(&visitor)?;
            return Ok(());
        };
        let files = app.uploaded_by_visitor(&visitor.contact, &files_of(form));
        let named = files
            .into_iter()
            .map(|UploadedFile { id, name, .. }| (id, name));
        self.files = named.collect();
        Ok(())
    }
}

fn line(language: ContactLanguage, service: &Service) -> OfferLine {
    let price = service.price_from.as_ref().map(|price| {
        let price = format!("{} {}", price.amount, price.currency);
        language.say_with("request.from", &[("price", &price)])
    });
    OfferLine {
        id: service.id.to_string(),
        name: service.name.clone(),
        description: service.description.clone().unwrap_or_default(),
        price: price.unwrap_or_default(),
    }
}
