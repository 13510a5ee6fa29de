//! What happened, beside the figures of a report: notes of people and marks of what changed, on the
//! time axis and as a list, each with the measured before and after.
//!
//! Before and after are the same report over equally many whole days, seven at most, before the day of
//! it and after its last. Days that are not over are not counted, and the day itself is in neither.

use chrono::Days;

use super::PanelContext;
use super::draw::axis;
use crate::command::Role;
use crate::model::Timestamp;
use crate::model::chart_notes::{ChartMark, ChartNote, MarkKind};
use crate::report::{Figures, Measure, Report, ReportResult};
use crate::web::ui::chart::FrameMark;
use crate::web::ui::date;
use crate::web::ui::desk::Desk;
use crate::web::ui::figure::{Change, amount, change};
use crate::web::ui::range::Range;
use crate::web::ui::text::{fill, find, t};
use crate::web::ui::view::{Notes, View};

/// The most days before and after.
const MOST_DAYS: i64 = 7;
/// The most that are listed with their before and after, the latest.
const MOST: usize = 20;

/// Something that happened within a window.
#[derive(Clone, Debug)]
pub(in crate::web::ui) struct Happened {
    /// What it is called within the page.
    pub(in crate::web::ui) anchor: String,
    pub(in crate::web::ui) at: Timestamp,
    pub(in crate::web::ui) until: Option<Timestamp>,
    /// What happened.
    pub(in crate::web::ui) text: String,
    /// The note, where somebody wrote it.
    pub(in crate::web::ui) note: Option<ChartNote>,
}

/// Something that happened, in the list.
pub(in crate::web::ui) struct HappenedLine {
    pub(in crate::web::ui) happened: Happened,
    /// When.
    pub(in crate::web::ui) when: String,
    /// Before and after, in words; empty: nothing can be said yet.
    pub(in crate::web::ui) measured: String,
    pub(in crate::web::ui) change: Option<Change>,
}

/// What happened within a window, for charts of a report seen by a view.
pub(in crate::web::ui) fn happened(
    desk: &Desk,
    report: &Report,
    view: &View,
    (from, to): (Timestamp, Timestamp),
) -> Vec<Happened> {
    if view.notes == Notes::Hidden {
        return Vec::new();
    }
    let all = desk.app.chart_notes();
    let is_in = |at: Timestamp, until: Option<Timestamp>| at < to && until.unwrap_or(at) >= from;
    let channels = view.filters.get("channel");
    let is_for = |note: &ChartNote| {
        let of_report = note.report.as_deref().is_none_or(|id| id == report.id);
        let of_channel = note
            .channel
            .as_ref()
            .is_none_or(|channel| channels.is_none_or(|channels| channels.contains(channel)));
        of_report && of_channel && is_in(note.on, note.until)
    };
    let notes = all.items.into_iter().filter(is_for).map(|note| Happened {
        anchor: format!("note-{}", note.id),
        at: note.on,
        until: note.until,
        text: note.text.clone(),
        note: Some(note),
    });
    let marks = all.marks.into_iter().enumerate();
    let marks = marks.filter(|(_, mark)| is_in(mark.at, mark.until));
    let marks = marks.map(|(place, mark)| Happened {
        anchor: format!("mark-{place}"),
        at: mark.at,
        until: mark.until,
        text: said(desk, &mark),
        note: None,
    });
    let mut happened: Vec<Happened> = notes.chain(marks).collect();
    happened.sort_by_key(|one| one.at);
    happened
}

/// What a mark says.
fn said(desk: &Desk, mark: &ChartMark) -> String {
    let word = mark.kind.as_str();
    let text = find(&format!("notes.kind.{word}")).unwrap_or(word);
    let installation = &desk.present().snapshot().installation;
    let id = mark.id.as_deref().unwrap_or_default();
    let name = match mark.kind {
        MarkKind::Answer if desk.role() >= Role::Rep => {
            let answer = installation.knowledge.answers.get(id);
            answer
                .and_then(|answer| answer.current(desk.now))
                .map(|version| version.question)
        }
        MarkKind::Rule if desk.role() >= Role::Admin => installation
            .routing
            .rule(id)
            .map(|rule| rule.set.name.clone()),
        MarkKind::Outage => find(&format!("alerts.part.{id}")).map(str::to_owned),
        MarkKind::Answer | MarkKind::Rule | MarkKind::Threshold => None,
        _ => Some(id.to_owned()),
    };
    match name.filter(|name| !name.is_empty()) {
        Some(name) => format!("{text}: {name}"),
        None => text.to_owned(),
    }
}

/// When it was, in the view's zone.
fn when(one: &Happened, view: &View) -> String {
    let first = date::local(one.at, view.zone).date_naive();
    let last = one.until.map_or(first, |until| {
        date::local(until.plus_millis(-1), view.zone).date_naive()
    });
    date::span(first, last.max(first))
}

/// The marks of a chart over time.
pub(super) fn frame_marks(seen: PanelContext<'_>) -> Vec<FrameMark> {
    let window = (seen.result.window.from, seen.result.window.to);
    let axis = axis(seen.result);
    let happened = happened(seen.desk, seen.report, seen.view, window);
    let marks = happened.into_iter().map(|one| FrameMark {
        at: axis.at(one.at),
        until: one.until.map(|until| axis.at(until)),
        tip: format!("{}\n{}", when(&one, seen.view), one.text),
        href: format!("#{}", one.anchor),
    });
    marks.collect()
}

/// How near two marks of a panel are, in percent of its width, that are one.
const NEAR: f64 = 3.0;

/// The marks of a panel's chart: each leads to the page of its report, where it is told of.
pub(super) fn panel_marks(
    desk: &Desk,
    report: &'static Report,
    view: &View,
    result: &ReportResult,
) -> Vec<FrameMark> {
    let page = view.at(&format!("/reports/{}", report.id));
    let mut marks = frame_marks(PanelContext {
        desk,
        report,
        view,
        result,
    });
    for mark in &mut marks {
        mark.href = format!("{page}{}", mark.href);
    }
    gathered(marks)
}

/// Marks that would lie on each other as one: it says them all, and leads to the first.
fn gathered(mut marks: Vec<FrameMark>) -> Vec<FrameMark> {
    marks.sort_by(|a, b| a.at.total_cmp(&b.at));
    let mut kept: Vec<FrameMark> = Vec::new();
    for mark in marks {
        match kept.last_mut() {
            Some(last) if mark.at - last.at < NEAR => {
                last.tip = format!("{}\n{}", last.tip, mark.tip);
                last.until = last.until.or(mark.until);
            }
            _ => kept.push(mark),
        }
    }
    kept
}

/// What happened within a window as a list, the latest first.
pub(in crate::web::ui) fn lines(
    desk: &Desk,
    report: &'static Report,
    view: &View,
    window: (Timestamp, Timestamp),
) -> Vec<HappenedLine> {
    let mut happened = happened(desk, report, view, window);
    happened.reverse();
    happened.truncate(MOST);
    let lines = happened.into_iter().map(|one| {
        let measured = measured(desk, report, view, &one);
        let said = measured.as_ref().map(|(before, after, days)| {
            let in_unit = |figures: &Figures| amount(report.unit, figures.number());
            let (before, after, days) = (in_unit(before), in_unit(after), days.to_string());
            let values = [("before", &*before), ("after", &*after), ("days", &*days)];
            fill("notes.measured", &values)
        });
        HappenedLine {
            when: when(&one, view),
            measured: said.unwrap_or_else(|| t("notes.unmeasured").to_owned()),
            change: measured
                .and_then(|(before, after, _)| change(report.unit, report.better, &after, &before)),
            happened: one,
        }
    });
    lines.collect()
}

/// The figures before and after, and of how many days each; none: there is no whole day after, or
/// nothing in them.
fn measured(
    desk: &Desk,
    report: &'static Report,
    view: &View,
    one: &Happened,
) -> Option<(Figures, Figures, i64)> {
    if matches!(report.measure, Measure::Composite(_)) {
        return None;
    }
    let day = |at: Timestamp| date::local(at, view.zone).date_naive();
    let first = day(one.at);
    let last = one
        .until
        .map_or(first, |until| day(until.plus_millis(-1)))
        .max(first);
    let days = (day(desk.now) - last).num_days() - 1;
    let days = days.min(MOST_DAYS);
    let span = u64::try_from(days).ok().filter(|span| *span > 0)?;
    let total = |from: chrono::NaiveDate| {
        let until = from.checked_add_days(Days::new(span - 1))?;
        let asked = View {
            range: Range::Custom(from, until),
            every: None,
            compare: false,
            whole: false,
            by: Some("none".to_owned()),
            ..view.clone()
        };
        let result = desk.ask(report.id, &asked, None).ok()?;
        result.total.filter(|total| total.number().is_some())
    };
    let before = total(first.checked_sub_days(Days::new(span))?)?;
    let after = total(date::next(last))?;
    Some((before, after, days))
}

/// The same in a line of text, as mails have it.
pub(in crate::web::ui) fn in_words(line: &HappenedLine) -> String {
    let change = line.change.as_ref().map_or("", |change| &change.text);
    let parts = [line.measured.as_str(), change];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!(
        "{}: {} ({})",
        line.when,
        line.happened.text,
        parts.join("; ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_that_would_lie_on_each_other_are_one() {
        let mark = |at: f64, word: &str| FrameMark {
            at,
            until: None,
            tip: word.to_owned(),
            href: format!("#{word}"),
        };
        let all = vec![mark(50.0, "c"), mark(10.0, "a"), mark(12.0, "b")];
        let kept: Vec<_> = gathered(all)
            .into_iter()
            .map(|one| (one.tip, one.href))
            .collect();
        let told = |tip: &str, href: &str| (tip.to_owned(), href.to_owned());
        assert_eq!(kept, [told("a\nb", "#a"), told("c", "#c")]);
    }
}
