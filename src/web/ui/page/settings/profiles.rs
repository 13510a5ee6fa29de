//! `/settings/profiles`: after how much silence what counts, and what a change would do to the numbers
//! before it is saved.

use askama::Template;
use axum::Form;
use axum::extract::Query as Parameters;
use axum::response::Response;

use super::super::{Answer, Frame, Visit, field_of, make};
use super::answered;
use super::span::{span, typed_span};
use crate::app::{Error, ProfileView, profile_on_trial};
use crate::command::{Command, ProfileCommand, ProfileDraft};
use crate::model::{Invalid, Profile};
use crate::report::{NamedRange, Query, Unit};
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure;
use crate::web::ui::text::{Words, fill, t, title_of};
use crate::web::ui::url::{Pairs, address, pair};

/// The reports that depend on the switches of a profile.
const TOUCHED: [&str; 6] = [
    "resolved",
    "resolution_rate",
    "deflection_rate",
    "handoff_rate",
    "durable_rate",
    "recontact_rate",
];

/// A profile in the table.
struct Line {
    name: String,
    version: u32,
    is_own: bool,
    edit: String,
    quiet: String,
    reopen: String,
    durable: String,
    rep_quiet: String,
}

/// What a profile does to a report.
struct Effect {
    report: &'static str,
    title: &'static str,
    now: String,
    then: String,
    difference: String,
}

/// A profile as it stands in the form.
#[derive(Clone, Default)]
struct Typed {
    name: String,
    quiet: String,
    reopen: String,
    durable: String,
    rep_quiet: String,
}

#[derive(Template)]
#[template(path = "profiles.html")]
struct Page {
    frame: Frame,
    lines: Vec<Line>,
    heading: String,
    typed: Typed,
    /// The profile that is in force.
    now: String,
    effect: Vec<Effect>,
    effect_about: String,
    done: &'static str,
    fault: String,
}

/// The profiles, and of one that is tried its effect.
pub(in crate::web::ui) async fn get_profiles(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| {
        let typed = Typed::in_form(&pairs);
        let done = match field_of(&pairs, "done") {
            Some("removed") => t("profiles.removed"),
            Some(_) => t("profiles.saved"),
            None => "",
        };
        if field_of(&pairs, "try").is_none() {
            return page(desk, typed, Vec::new(), (done, String::new()));
        }
        match typed.draft().and_then(|draft| profile_on_trial(&draft)) {
            Ok(trial) => {
                let effect = effect(desk, &trial)?;
                page(desk, typed, effect, (done, String::new()))
            }
            Err(fault) => page(desk, typed, Vec::new(), ("", said(&fault))),
        }
    })
    .await
}

/// Saves one, or takes one away.
pub(in crate::web::ui) async fn post_profiles(visit: Visit, Form(form): Form<Pairs>) -> Response {
    let typed = Typed::in_form(&form);
    let is_removal = field_of(&form, "do") == Some("remove");
    let command = if is_removal {
        let name = typed.name.clone();
        Ok(ProfileCommand::Remove { name })
    } else {
        typed.draft().map(ProfileCommand::Set)
    };
    let tried: Result<_, Error> = match command {
        Ok(command) => {
            let command = Command::Profile(command);
            visit.app.write(visit.caller.clone(), command).await
        }
        Err(fault) => Err(fault.into()),
    };
    let word = if is_removal { "removed" } else { "saved" };
    let done = format!("/settings/profiles?done={word}");
    answered(visit, tried, done, move |desk, fault| {
        page(desk, typed, Vec::new(), ("", fault))
    })
    .await
}

fn said(fault: &Invalid) -> String {
    let values = [("field", fault.field.as_str()), ("reason", &fault.reason)];
    fill("fault.query.detail", &values)
}

fn page(
    desk: &Desk,
    typed: Typed,
    effect: Vec<Effect>,
    (done, fault): (&'static str, String),
) -> Result<Answer, Fault> {
    let known = desk.app.profiles();
    let is_own = known
        .iter()
        .any(|one| one.own && one.profile.name == typed.name);
    let now = desk.profile();
    let page = Page {
        frame: desk.frame(t("profiles.title"), "settings/profiles"),
        lines: known.iter().map(line).collect(),
        heading: if is_own {
            fill("profiles.change", &[("name", &typed.name)])
        } else {
            t("profiles.add").to_owned()
        },
        effect_about: fill("profiles.effect_about", &[("now", &now)]),
        typed,
        now,
        effect,
        done,
        fault,
    };
    Ok(Answer::Page(page.render()?))
}

fn line(view: &ProfileView) -> Line {
    let profile = &view.profile;
    let said = |secs: i64| figure::round_duration(secs as f64);
    let rep_quiet = profile.rep_quiet_secs;
    Line {
        name: profile.name.clone(),
        version: profile.version,
        is_own: view.own,
        edit: Typed::of(profile).address(),
        quiet: said(profile.quiet_secs),
        reopen: said(profile.reopen_secs),
        durable: said(profile.durable_secs),
        rep_quiet: rep_quiet.map_or_else(|| t("profiles.never").to_owned(), said),
    }
}

/// What the numbers of the last 90 days are now, and by a profile.
fn effect(desk: &Desk, trial: &Profile) -> Result<Vec<Effect>, Fault> {
    let now = Query {
        range: Some(NamedRange::Last90),
        ..Query::default()
    };
    let then = Query {
        trial: Some(trial.clone()),
        ..now.clone()
    };
    let effects = TOUCHED.iter().map(|id| {
        let report = Desk::find(id)?;
        let value = |query: &Query| -> Result<Option<f64>, Fault> {
            let result = desk.answer(id, query)?;
            Ok(result
                .total
                .as_ref()
                .and_then(crate::report::Figures::number))
        };
        let (now, then) = (value(&now)?, value(&then)?);
        let difference = now.zip(then).map(|(now, then)| {
            if report.unit == Unit::Share {
                let points = figure::signed((then - now) * 100.0);
                return fill("figure.points", &[("value", &points)]);
            }
            let sign = if then < now { "\u{2212}" } else { "+" };
            format!("{sign}{}", figure::count((then - now).abs()))
        });
        Ok(Effect {
            report: report.id,
            title: title_of(report),
            now: figure::amount(report.unit, now),
            then: figure::amount(report.unit, then),
            difference: difference.unwrap_or_default(),
        })
    });
    effects.collect()
}

impl Typed {
    fn of(profile: &Profile) -> Self {
        let typed = |secs: i64| typed_span(u64::try_from(secs).unwrap_or_default());
        Self {
            name: profile.name.clone(),
            quiet: typed(profile.quiet_secs),
            reopen: typed(profile.reopen_secs),
            durable: typed(profile.durable_secs),
            rep_quiet: profile.rep_quiet_secs.map(typed).unwrap_or_default(),
        }
    }

    fn in_form(form: &[(String, String)]) -> Self {
        let text = |name: &str| field_of(form, name).unwrap_or_default().trim().to_owned();
        Self {
            name: text("name"),
            quiet: text("quiet"),
            reopen: text("reopen"),
            durable: text("durable"),
            rep_quiet: text("rep_quiet"),
        }
    }

    /// Where it stands in the form.
    fn address(&self) -> String {
        let pairs = [
            pair("name", &self.name),
            pair("quiet", &self.quiet),
            pair("reopen", &self.reopen),
            pair("durable", &self.durable),
            pair("rep_quiet", &self.rep_quiet),
        ];
        format!("{}#add", address("/settings/profiles", &pairs))
    }

    fn draft(&self) -> Result<ProfileDraft, Invalid> {
        let secs = |field, text: &str| -> Result<Option<i64>, Invalid> {
            let secs = span(field, text)?;
            Ok(secs.map(|secs| i64::try_from(secs).unwrap_or(i64::MAX)))
        };
        Ok(ProfileDraft {
            name: self.name.clone(),
            quiet_secs: secs("quiet_secs", &self.quiet)?,
            reopen_secs: secs("reopen_secs", &self.reopen)?,
            durable_secs: secs("durable_secs", &self.durable)?,
            rep_quiet_secs: secs("rep_quiet_secs", &self.rep_quiet)?,
        })
    }
}
