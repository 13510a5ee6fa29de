//! Panels of several answers in one chart: each with its own figure, name and rows.
//!
//! What the customer agent does and what people do stand beside each other here, and are
//! nowhere added up.

use super::about::About;
use super::base::{Wish, base, legend, nothing, report_href};
use super::draw::{self, Band, Course, course};
use super::part::frame;
use super::table::{by_track, rows_href};
use super::track::{Pick, Track, slots};
use super::{Panel, PanelFigure, is_nothing, panel_href, width_of};
use crate::report::{Figure, ReportResult, Unit};
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure;
use crate::web::ui::text::{fill, find, t, title_of};
use crate::web::ui::url::pair;
use crate::web::ui::view::View;

/// One of the answers of a panel.
struct Strand {
    /// The report that is asked.
    report: &'static str,
    /// The key of its name.
    name: &'static str,
    /// Its colour.
    class: &'static str,
    /// What it is filtered by, if by anything.
    filter: Option<(&'static str, &'static str)>,
}

/// A panel of several answers.
pub(super) struct Bundle {
    id: &'static str,
    title: &'static str,
    strands: &'static [Strand],
    height: f64,
    /// The key of a quiet line on what is drawn; empty: none.
    note: &'static str,
}

const fn strand(report: &'static str, name: &'static str, class: &'static str) -> Strand {
    Strand {
        report,
        name,
        class,
        filter: None,
    }
}

/// The panels that there are.
const BUNDLES: [Bundle; 3] = [
    Bundle {
        id: "rates",
        title: "panel.rates",
        strands: &[
            strand("resolution_rate", "panel.resolution", "s1"),
            strand("deflection_rate", "panel.deflection", "s3"),
            strand("handoff_rate", "panel.handoff", "s4"),
        ],
        height: 220.0,
        note: "",
    },
    Bundle {
        id: "first_answers",
        title: "panel.first_answers",
        strands: &[
            Strand {
                // A first reply that no rep wrote is the customer agent's.
                filter: Some(("rep", "")),
                ..strand("first_reply_time", "panel.first_by_agent", "s1")
            },
            Strand {
                filter: Some(("handled_by", "rep")),
                ..strand("first_response_time", "panel.first_by_people", "s5")
            },
            Strand {
                filter: Some(("handled_by", "both")),
                ..strand("first_response_time", "panel.first_after_handoff", "s4")
            },
        ],
        height: 180.0,
        note: "panel.medians",
    },
    Bundle {
        id: "questions",
        title: "panel.questions",
        strands: &[
            strand("questions_asked", "panel.asked", "s1"),
            strand("unanswered_questions", "panel.unanswered", "s2"),
        ],
        height: 180.0,
        note: "",
    },
];

impl Bundle {
    /// The one called `id`, if there is one.
    pub(super) fn find(id: &str) -> Option<&'static Self> {
        BUNDLES.iter().find(|bundle| bundle.id == id)
    }

    /// What it is called.
    pub(super) fn title(&self) -> &'static str {
        find(self.title).unwrap_or_default()
    }

    /// The panel.
    pub(super) fn panel(&self, desk: &Desk, view: &View, wish: Wish) -> Result<Panel, Fault> {
        let every = Some(view.frequency(desk.now));
        let mut answers = Vec::new();
        for strand in self.strands {
            let Some(own) = strand.narrowed(view) else {
                continue;
            };
            let result = desk.ask(strand.report, &own, every)?;
            answers.push(Answered {
                strand,
                view: own,
                result,
            });
        }
        let Some(first) = answers.first() else {
            return Ok(self.outside(view));
        };
        let (result, title) = (&first.result, self.title());
        let report = Desk::find(first.strand.report)?;
        let tracks: Vec<Track> = answers.iter().filter_map(Answered::track).collect();
        let href = |at| rows_href(report.id, &first.view, Some(at), Vec::new());
        let slots = slots(result, &draw::axis(result), &tracks, href);
        let drawn = Course {
            tracks: &tracks,
            slots: &slots,
        };
        let band = Band::shown_if(wish.with_band);
        let chart = course(frame(title, result, self.height), result, &drawn, band);
        let is_empty = answers.iter().all(|one| is_nothing(&one.result));
        Ok(Panel {
            id: self.id.to_owned(),
            title: title.to_owned(),
            width: width_of(self.id),
            href: panel_href(self.id, view),
            split: answers.iter().map(Answered::figure).collect(),
            chart: chart.page(),
            legend: legend(&tracks),
            labels: draw::room(&tracks),
            note: find(self.note).unwrap_or_default().to_owned(),
            switch: self.switch(view, wish),
            empty: if is_empty {
                nothing(desk, result)
            } else {
                String::new()
            },
            height: if self.height > 200.0 { "tall" } else { "usual" },
            about: about(desk, &answers),
            rows: String::new(),
            csv: String::new(),
            ..base(desk, report, view, result)
        }
        .tabled(result, wish, || by_track(title, result, &tracks, href)))
    }

    /// The panel where the page's filters leave none of its answers.
    fn outside(&self, view: &View) -> Panel {
        Panel {
            id: self.id.to_owned(),
            title: self.title().to_owned(),
            width: width_of(self.id),
            href: panel_href(self.id, view),
            empty: t("empty.window").to_owned(),
            height: "usual",
            ..Panel::default()
        }
    }

    /// Rates can be drawn with their confidence.
    fn switch(&self, view: &View, wish: Wish) -> Option<(&'static str, String)> {
        if self.id != "rates" {
            return None;
        }
        Some(if wish.with_band {
            (t("panel.band_off"), panel_href(self.id, view))
        } else {
            let more = [pair("band", "1")];
            (t("panel.band_on"), view.at_with("/panels/rates", more))
        })
    }
}

impl Strand {
    /// The view that it is asked with; none where the page is filtered so that nothing of it is
    /// left.
    fn narrowed(&self, view: &View) -> Option<View> {
        let mut own = view.clone();
        if let Some((field, value)) = self.filter {
            let value = value.to_owned();
            let kept = own.filters.entry(field.to_owned()).or_default();
            if !kept.is_empty() && !kept.contains(&value) {
                return None;
            }
            *kept = vec![value];
        }
        Some(own)
    }
}

/// A strand with what it came to.
struct Answered {
    strand: &'static Strand,
    view: View,
    result: ReportResult,
}

impl Answered {
    fn name(&self) -> &'static str {
        find(self.strand.name).unwrap_or_default()
    }

    fn track(&self) -> Option<Track> {
        let series = self.result.series.first()?;
        let pick = match self.result.report.unit {
            Unit::Seconds => Pick::More(Figure::P50),
            _ => Pick::Value,
        };
        let track = Track::new(&self.result, series, pick);
        Some(track.named(self.name(), self.strand.class))
    }

    /// Its figure, with the way to its rows.
    fn figure(&self) -> SplitFigure {
        let mut shown = PanelFigure::new(&self.result).unwrap_or_default();
        if let (Unit::Seconds, Some(total)) = (self.result.report.unit, &self.result.total) {
            let median = figure::more(Figure::P50, total);
            let count = figure::more(Figure::Count, total);
            let parts = [("median", median.as_str()), ("count", count.as_str())];
            shown.beside = fill("panel.median_of", &parts);
        }
        SplitFigure {
            class: self.strand.class,
            name: self.name(),
            shown,
            href: report_href(self.strand.report, &self.view),
            rows: rows_href(self.strand.report, &self.view, None, Vec::new()),
        }
    }
}

/// One figure of a panel of several.
#[derive(Clone, Debug, Default)]
pub(in crate::web::ui) struct SplitFigure {
    /// The colour that it has in the chart.
    pub(in crate::web::ui) class: &'static str,
    /// What it is called.
    pub(in crate::web::ui) name: &'static str,
    /// The figure.
    pub(in crate::web::ui) shown: PanelFigure,
    /// Its report.
    pub(in crate::web::ui) href: String,
    /// Its rows.
    pub(in crate::web::ui) rows: String,
}

/// How each was counted.
fn about(desk: &Desk, answers: &[Answered]) -> About {
    let mut all = answers.iter().map(|one| {
        let own = About::new(desk, &one.result);
        (one, own)
    });
    let Some((first, mut about)) = all.next() else {
        return About::default();
    };
    let named = |one: &Answered, own: &About| {
        let title = Desk::find(one.strand.report).map_or("", |report| title_of(report));
        (format!("{} ({title})", one.name()), own.definition.clone())
    };
    let mut lines = vec![named(first, &about)];
    lines.extend(all.map(|(one, own)| named(one, &own)));
    lines.append(&mut about.lines);
    About {
        definition: t("panel.several").to_owned(),
        lines,
        ..about
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::ui::panel::colours::colour;

    #[test]
    fn a_strand_has_its_reports_colour_unless_it_is_a_part_of_it() {
        for bundle in &BUNDLES {
            for strand in bundle.strands.iter().filter(|one| one.filter.is_none()) {
                assert_eq!(strand.class, colour(strand.report), "{}", strand.report);
            }
        }
    }

    #[test]
    fn a_filter_of_the_page_holds_within_a_part() {
        let people = &BUNDLES[1].strands[1];
        let filtered = |values: &[&str]| {
            let mut view = View::default();
            let values = values.iter().map(|value| (*value).to_owned()).collect();
            view.filters.insert("handled_by".to_owned(), values);
            people.narrowed(&view)
        };
        let kept = |view: Option<View>| view.map(|view| view.filters["handled_by"].clone());
        assert_eq!(kept(people.narrowed(&View::default())).unwrap(), ["rep"]);
        assert_eq!(kept(filtered(&["both", "rep"])).unwrap(), ["rep"]);
        assert_eq!(filtered(&["both"]), None);
    }
}
