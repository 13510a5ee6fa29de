//! The menus of a report's page alone: a second measure, and the columns of its tables.

use crate::report::{Report, registry};
use crate::web::ui::menu::{Item, Menu};
use crate::web::ui::panel::columns::figures_of;
use crate::web::ui::panel::parts::is_over_time;
use crate::web::ui::text::{fill, find, t, title_of};
use crate::web::ui::view::View;

/// The measures that can be drawn into the same chart.
pub(super) fn seconds(view: &View, path: &str, report: &Report) -> Menu {
    let choice = |second: Option<&str>, label: &str| {
        let mut other = view.clone();
        other.look.second = second.map(str::to_owned);
        Item {
            label: label.to_owned(),
            href: other.at(path),
            is_current: view.look.second.as_deref() == second,
        }
    };
    let others = registry::all().filter(|other| other.id != report.id && is_over_time(other));
    let mut items: Vec<Item> = others
        .map(|other| choice(Some(other.id), title_of(other)))
        .collect();
    items.sort_by(|one, other| one.label.cmp(&other.label));
    items.insert(0, choice(None, t("controls.second_none")));
    let chosen = view.look.second.as_deref().and_then(registry::find);
    Menu {
        name: t("controls.second"),
        value: chosen
            .map_or(t("controls.second_none"), title_of)
            .to_owned(),
        items,
    }
}

/// The figures that the tables of a report may keep; each choice keeps one more, or one fewer.
pub(super) fn columns(view: &View, path: &str, report: &Report) -> Option<Menu> {
    let figures = figures_of(report.measure);
    if figures.is_empty() {
        return None;
    }
    let names = figures.iter().map(|figure| figure.as_str());
    let all: Vec<&str> = std::iter::once("value").chain(names).collect();
    let kept = &view.look.columns;
    let is_kept = |name: &str| kept.is_empty() || kept.iter().any(|one| one == name);
    let with = |columns: Vec<String>| {
        let mut other = view.clone();
        other.look.columns = columns;
        other.at(path)
    };
    let mut items = vec![Item {
        label: t("controls.columns_all").to_owned(),
        href: with(Vec::new()),
        is_current: kept.is_empty(),
    }];
    items.extend(all.iter().map(|name| {
        let turned = |other: &&&str| (*other == name) != is_kept(other);
        let columns = all.iter().filter(turned).map(|name| (*name).to_owned());
        let columns: Vec<String> = columns.collect();
        Item {
            label: find(&format!("column.{name}")).unwrap_or(name).to_owned(),
            href: with(columns),
            is_current: is_kept(name),
        }
    }));
    let number = all.iter().filter(|name| is_kept(name)).count().to_string();
    let value = match kept.len() {
        0 => t("controls.columns_all").to_owned(),
        _ => fill("controls.channel_some", &[("count", &number)]),
    };
    Some(Menu {
        name: t("controls.columns"),
        value,
        items,
    })
}
