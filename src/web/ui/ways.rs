//! The ways of counting that a report's page offers: clocks as tabs, profiles as a menu,
//! and whether the window is shown over time or as one.

use super::desk::Desk;
use super::menu::{Item, Menu};
use super::text::{fill, find, t};
use super::view::{Layout, View};
use crate::report::{Measure, Report};

/// The words of the clocks, in the order in which tabs show them.
const CLOCKS: [&str; 3] = ["calendar", "business", "sla"];

/// What a way of counting is called.
pub(super) fn clock(word: &str) -> &'static str {
    find(&format!("value.clock.{word}")).unwrap_or("…")
}

/// The clocks of a report that measures time, each a tab, and all side by side; empty for
/// one that measures none.
pub(super) fn clocks(view: &View, path: &str, report: &Report) -> Vec<Item> {
    if !report.measure.is_timed() || matches!(report.measure, Measure::Composite(_)) {
        return Vec::new();
    }
    let current = view.way("clock").unwrap_or("calendar");
    let all = CLOCKS.join(",");
    let each = CLOCKS.map(|word| (word.to_owned(), clock(word)));
    let beside = (all, t("ways.beside"));
    let tabs = each.into_iter().chain([beside]).map(|(word, label)| {
        let clock = if word == "calendar" { "" } else { &word };
        let several = word.contains(',') && current.contains(',');
        Item {
            label: label.to_owned(),
            href: view.counted("clock", clock).at(path),
            is_current: current == word || several,
        }
    });
    tabs.collect()
}

/// The profiles, of which several may be side by side.
pub(super) fn profiles(desk: &Desk, view: &View, path: &str) -> Menu {
    let usual = desk.profile();
    let chosen: Vec<&str> = view
        .way("profile")
        .map_or_else(|| vec![usual.as_str()], |way| way.split(',').collect());
    let items = desk.profiles().into_iter().map(|profile| {
        let name = profile.name.as_str();
        let is_current = chosen.contains(&name);
        let mut next = chosen.clone();
        if is_current {
            next.retain(|other| *other != name);
        } else {
            next.push(name);
        }
        let choice = if next == [usual.as_str()] {
            String::new()
        } else {
            next.join(",")
        };
        Item {
            label: profile.name.clone(),
            href: view.counted("profile", &choice).at(path),
            is_current,
        }
    });
    let value = match chosen.as_slice() {
        [only] => (*only).to_owned(),
        some => fill("controls.profiles", &[("count", &some.len().to_string())]),
    };
    Menu {
        name: t("controls.profile"),
        value,
        items: items.collect(),
    }
}

/// Whether the window is shown over time or as one.
pub(super) fn courses(view: &View, path: &str) -> Menu {
    let choice = |key: &str, layout: Layout| {
        let other = View {
            layout,
            ..view.clone()
        };
        Item {
            label: t(key).to_owned(),
            href: other.at(path),
            is_current: view.layout == layout,
        }
    };
    let value = match view.layout {
        Layout::Totals => t("controls.totals"),
        Layout::OverTime => t("controls.over_time"),
    };
    Menu {
        name: t("controls.show"),
        value: value.to_owned(),
        items: vec![
            choice("controls.over_time", Layout::OverTime),
            choice("controls.totals", Layout::Totals),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::registry;

    #[test]
    fn only_what_measures_time_has_clocks_and_each_tab_has_an_address() {
        let view = View::default().counted("clock", "business");
        let timed = registry::find("time_to_close").unwrap();
        let tabs = clocks(&view, "/r", timed);
        let hrefs: Vec<&str> = tabs.iter().map(|tab| tab.href.as_str()).collect();
        assert_eq!(
            hrefs,
            [
                "/r",
                "/r?clock=business",
                "/r?clock=sla",
                "/r?clock=calendar,business,sla"
            ]
        );
        let current: Vec<bool> = tabs.iter().map(|tab| tab.is_current).collect();
        assert_eq!(current, [false, true, false, false]);
        assert!(clocks(&view, "/r", registry::find("handled").unwrap()).is_empty());
    }
}
