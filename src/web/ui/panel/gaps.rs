//! The panel of open gaps: what was asked and no short answer covers, the dearest first.

use super::about::About;
use super::{Panel, PanelFigure, panel_href, width_of};
use crate::app::Gap;
use crate::command::Role;
use crate::web::ui::chart::list::{Row, Segment, html};
use crate::web::ui::desk::Desk;
use crate::web::ui::figure::{self, plural};
use crate::web::ui::text::t;
use crate::web::ui::url::{address, pair};
use crate::web::ui::view::View;

/// Its name in addresses.
pub(super) const ID: &str = "gaps";

/// The panel. Topics are named by what contacts wrote, which not everybody may read.
pub(super) fn panel(desk: &Desk, view: &View) -> Panel {
    let is_theirs = desk.role() >= Role::Rep && !view.is_outside;
    let list = desk.open_gaps();
    let most = list.items.iter().map(asked).max();
    let named = list.items.iter().filter(|_| desk.reads_words());
    let rows: Vec<Row> = named
        .map(|gap| row(gap, most.unwrap_or_default(), is_theirs))
        .collect();
    Panel {
        id: ID.to_owned(),
        title: t("panel.gaps").to_owned(),
        width: width_of(ID),
        href: panel_href(ID, view),
        more: if is_theirs {
            "/knowledge/gaps".to_owned()
        } else {
            String::new()
        },
        shown: Some(PanelFigure {
            exact: list.total.to_string(),
            text: figure::count(list.total as f64),
            beside: match list.waiting {
                0 => String::new(),
                waiting => plural("gaps.waiting", waiting as u64),
            },
            change: None,
        }),
        about: About {
            definition: t("panel.gaps_about").to_owned(),
            ..About::default()
        },
        empty: if list.total == 0 {
            t("gaps.empty").to_owned()
        } else {
            String::new()
        },
        chart: html(&rows),
        height: "usual",
        ..Panel::default()
    }
}

fn row(gap: &Gap, most: usize, is_theirs: bool) -> Row {
    let share = asked(gap) as f64 / most.max(1) as f64;
    Row {
        name: gap.title.clone(),
        bars: vec![vec![Segment { class: "s2", share }]],
        figure: figure::count(asked(gap) as f64),
        beside: gap
            .cost_secs
            .map_or_else(String::new, figure::round_duration),
        href: if is_theirs {
            address("/knowledge/gaps", &[pair("topic", &gap.topic)])
        } else {
            String::new()
        },
    }
}

/// How often it was asked, of the customer agent and of people.
const fn asked(gap: &Gap) -> usize {
    gap.questions + gap.people
}
