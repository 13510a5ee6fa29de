//! What a report's page offers for keeping it: the form that saves it, and, of a saved one, what can
//! be done to that.

use super::{audience, owner};
use crate::command::Role;
use crate::model::event::{Audience, SavedChart};
use crate::model::saved::SavedReport;
use crate::report::{Every, KeyValue, Report};
use crate::web::ui::desk::Desk;
use crate::web::ui::kept::{chart, kept};
use crate::web::ui::text::{fill, title_of};
use crate::web::ui::view::View;

/// The form that saves a report as it is looked at.
pub(in crate::web::ui::page) struct SaveForm {
    pub(in crate::web::ui::page) report: &'static str,
    pub(in crate::web::ui::page) parameters: Vec<(String, String)>,
    pub(in crate::web::ui::page) chart: &'static str,
    pub(in crate::web::ui::page) name: String,
    pub(in crate::web::ui::page) target: String,
    /// The second measure and the columns, as parameters.
    pub(in crate::web::ui::page) look: Vec<(String, String)>,
    pub(in crate::web::ui::page) audiences: Vec<(&'static str, &'static str, bool)>,
    pub(in crate::web::ui::page) mail_form: Option<MailForm>,
    /// The saved one that it is, where it is one.
    pub(in crate::web::ui::page) saved: Option<SavedTools>,
}

/// A saved report, and what can be done to it.
pub(in crate::web::ui::page) struct SavedTools {
    pub(in crate::web::ui::page) id: String,
    pub(in crate::web::ui::page) name: String,
    pub(in crate::web::ui::page) whose: String,
    /// Whether the page shows something else than was saved.
    pub(in crate::web::ui::page) is_changed: bool,
    pub(in crate::web::ui::page) is_removed: bool,
    /// What whoever asks may do to it.
    may: May,
    /// The dashboards that it can be put on.
    pub(in crate::web::ui::page) dashboards: Vec<(String, String)>,
}

/// What somebody may do to what is saved, from little to much.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum May {
    /// Look at it, and copy it.
    Look,
    /// Change it.
    Change,
    /// Show it outside, too.
    Share,
}

/// The form by which a report goes out by mail.
pub(in crate::web::ui::page) struct MailForm {
    pub(in crate::web::ui::page) weekdays: Vec<(u32, String)>,
    pub(in crate::web::ui::page) zone: String,
}

impl MailForm {
    /// None: no mail can go out.
    pub(in crate::web::ui::page) fn new(desk: &Desk, view: &View) -> Option<Self> {
        let days = (1..=7).map(|day| (day, desk.label("weekday", &KeyValue::Number(day))));
        desk.app.can_mail().then(|| Self {
            weekdays: days.collect(),
            zone: view.zone.name().to_owned(),
        })
    }
}

impl SaveForm {
    /// The form for a view of a report, whose chart is cut by `every`.
    pub(in crate::web::ui::page) fn new(
        desk: &Desk,
        report: &'static Report,
        view: &View,
        every: Option<Every>,
    ) -> Self {
        let saved = view.saved.as_deref();
        let saved = saved.and_then(|id| desk.app.saved_report(desk.caller(), id).ok());
        let saved = saved.filter(|saved| saved.report == report.id);
        let parameters = kept(view, desk.now, every);
        let chosen = saved
            .as_ref()
            .map_or(Audience::Owner, |saved| saved.audience);
        let audiences = [
            ("owner", Audience::Owner),
            ("everybody", Audience::Everybody),
        ];
        let tools = saved.map(|saved| {
            let is_changed = saved.parameters != parameters
                || saved.chart != chart(view)
                || saved.target != view.aim()
                || saved.second != view.look.second
                || saved.columns != view.look.columns;
            SavedTools::new(desk, saved, is_changed)
        });
        Self {
            report: report.id,
            chart: match chart(view) {
                SavedChart::OverTime => "over_time",
                SavedChart::Totals => "totals",
            },
            parameters: parameters.into_iter().collect(),
            name: tools
                .as_ref()
                .map_or(title_of(report), |tools| &tools.name)
                .to_owned(),
            target: view.target.clone().unwrap_or_default(),
            look: view.look.pairs(),
            audiences: audiences
                .map(|(word, one)| (word, audience(one), one == chosen))
                .to_vec(),
            mail_form: MailForm::new(desk, view),
            saved: tools,
        }
    }
}

impl SavedTools {
    /// Whether whoever asks may change it.
    pub(in crate::web::ui::page) fn is_theirs(&self) -> bool {
        self.may >= May::Change
    }

    /// Whether whoever asks may show it outside.
    pub(in crate::web::ui::page) fn may_share(&self) -> bool {
        self.may >= May::Share
    }

    fn new(desk: &Desk, saved: SavedReport, is_changed: bool) -> Self {
        let caller = desk.caller();
        let is_own = |by: &str| caller.role >= Role::Admin || by == caller.actor();
        let is_theirs = is_own(&saved.owner.by);
        let by = owner(desk, &saved.owner.by);
        let dashboards = desk.app.dashboards(caller).into_iter();
        let dashboards = dashboards.filter(|one| is_own(&one.owner.by));
        Self {
            whose: fill(
                "saved.whose",
                &[("by", &by), ("who", audience(saved.audience))],
            ),
            is_changed,
            may: match (is_theirs, caller.role >= Role::Rep) {
                (false, _) => May::Look,
                (true, false) => May::Change,
                (true, true) => May::Share,
            },
            is_removed: saved.owner.removed_at.is_some(),
            dashboards: dashboards
                .map(|one| (one.id.to_string(), one.name))
                .collect(),
            id: saved.id.to_string(),
            name: saved.name,
        }
    }
}
