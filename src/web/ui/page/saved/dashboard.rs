//! `/dashboards/{id}`: panels side by side, by those who put them together or as they come.

use askama::Template;
use axum::extract::{Path, Query as Parameters};
use axum::response::Response;
use rayon::prelude::*;

use super::super::{Answer, Frame, Visit, make, read};
use super::tools::MailForm;
use super::{audience, form, owner};
use crate::app::Error;
use crate::command::Role;
use crate::model::event::{DashboardPanel, PanelSource, PanelWidth, SavedChart};
use crate::model::saved::Dashboard;
use crate::report::registry::shipped_dashboard;
use crate::web::ui::controls::Controls;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::kept::view_of;
use crate::web::ui::panel::Panel;
use crate::web::ui::panel::overview::{PanelForm, Wish, panel};
use crate::web::ui::text::{Reader, Words, fill, name_of_shipped, t, title_of};
use crate::web::ui::url::Pairs;
use crate::web::ui::view::{Notes, View};

/// A dashboard to be shown: of somebody's own, or one that everybody has.
pub(super) struct Board {
    pub(super) name: String,
    pub(super) panels: Vec<DashboardPanel>,
    /// The own one, where it is one.
    pub(super) own: Option<Dashboard>,
}

impl Board {
    /// The dashboard called `id`, as whoever asks finds it.
    pub(super) fn find(desk: &Desk, id: &str) -> Result<Self, Error> {
        if let Some(shipped) = shipped_dashboard(id) {
            return Ok(Self {
                name: name_of_shipped(shipped).to_owned(),
                panels: form::panels_of(shipped),
                own: None,
            });
        }
        let own = desk.app.dashboard(desk.caller(), id)?;
        Ok(Self {
            name: own.name.clone(),
            panels: own.panels.clone(),
            own: Some(own),
        })
    }

    /// Whether whoever asks may change it.
    pub(super) fn is_theirs(&self, desk: &Desk) -> bool {
        let caller = desk.caller();
        let is_it = |own: &Dashboard| own.owner.by == caller.actor();
        self.own
            .as_ref()
            .is_some_and(|own| caller.role >= Role::Admin || is_it(own))
    }
}

#[derive(Template)]
#[template(path = "dashboard.html")]
struct Page {
    frame: Frame,
    controls: Controls,
    id: String,
    name: String,
    /// Whose it is and who finds it, or that everybody has it.
    about: String,
    panels: Vec<Panel>,
    is_theirs: bool,
    is_removed: bool,
    may_share: bool,
    mail_form: Option<MailForm>,
}

/// A dashboard.
pub(in crate::web::ui) async fn get_dashboard(
    visit: Visit,
    Path(id): Path<String>,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &id, &pairs)).await
}

fn page(desk: &Desk, id: &str, pairs: &[(String, String)]) -> Result<Answer, Fault> {
    let path = format!("/dashboards/{id}");
    let (view, _, moved) = read(pairs, &path)?;
    if let Some(moved) = moved {
        return Ok(moved);
    }
    let board = Board::find(desk, id)?;
    let is_theirs = board.is_theirs(desk);
    let about = board.own.as_ref().map(|own| {
        let by = owner(desk, &own.owner.by);
        let parts = [("by", by.as_str()), ("who", audience(own.audience))];
        fill("saved.whose", &parts)
    });
    let page = Page {
        frame: desk.frame(board.name.as_str(), "reports"),
        controls: Controls::new(desk, &view, &path, None),
        id: id.to_owned(),
        about: about.unwrap_or_else(|| t("saved.shipped").to_owned()),
        panels: panels(desk, &board.panels, &view, is_asked(pairs)),
        is_theirs,
        is_removed: board
            .own
            .as_ref()
            .is_some_and(|own| own.owner.removed_at.is_some()),
        mail_form: MailForm::new(desk, &view),
        may_share: is_theirs && desk.caller().role >= Role::Rep,
        name: board.name,
    };
    Ok(Answer::Page(page.render()?))
}

/// Whether the address itself says which window it is about.
fn is_asked(pairs: &[(String, String)]) -> bool {
    pairs
        .iter()
        .any(|(name, _)| name == "range" || name == "from")
}

/// The panels, each from an answer of its own. A saved report keeps its window unless the page was
/// asked for one, and is filtered besides by what the page is filtered by.
pub(super) fn panels(
    desk: &Desk,
    panels: &[DashboardPanel],
    view: &View,
    is_asked: bool,
) -> Vec<Panel> {
    let reader = Reader::present();
    let made = panels.par_iter().enumerate().map(|(place, shown)| {
        let mut made = reader.reads(|| one(desk, shown, view, is_asked));
        made.id = format!("{place}-{}", made.id);
        made.width = shown.width.as_str();
        made
    });
    made.collect()
}

fn one(desk: &Desk, shown: &DashboardPanel, page: &View, is_asked: bool) -> Panel {
    let form = match shown.width {
        PanelWidth::Tile => PanelForm::Tile,
        _ => PanelForm::Usual,
    };
    match &shown.shows {
        PanelSource::Report { id } => {
            let wish = Wish {
                form,
                ..Wish::default()
            };
            let mut made = panel(desk, id, page, wish);
            if let Ok(report) = Desk::find(id) {
                title_of(report).clone_into(&mut made.title);
            }
            made
        }
        PanelSource::SavedReport { id } => {
            let saved = desk.app.saved_report(desk.caller(), id.as_str());
            let made = saved.map_err(Fault::from).and_then(|saved| {
                if saved.owner.removed_at.is_some() {
                    return Err(Fault::missing("saved report", id.as_str()));
                }
                let view = laid_over(view_of(&saved)?, page, is_asked);
                let wish = Wish {
                    form: match (form, saved.chart) {
                        (PanelForm::Usual, SavedChart::Totals) => PanelForm::Totals,
                        (form, _) => form,
                    },
                    ..Wish::default()
                };
                let mut made = panel(desk, &saved.report, &view, wish);
                // It is more than its report: what the script would load alone is not it.
                made.href.clear();
                made.title = saved.name;
                Ok(made)
            });
            made.unwrap_or_else(|fault| {
                let mut made = Panel::failed("saved", t("saved.gone"), page, fault);
                made.href.clear();
                made
            })
        }
    }
}

/// The view of a saved report on a page that is asked for a window and filters.
fn laid_over(mut view: View, page: &View, is_asked: bool) -> View {
    if is_asked {
        view.range = page.range;
        view.every = page.every;
    }
    for (field, values) in &page.filters {
        view.filters.insert(field.clone(), values.clone());
    }
    view.is_outside = page.is_outside;
    if page.notes == Notes::Hidden {
        view.notes = Notes::Hidden;
    }
    view.whole |= page.whole;
    view
}
