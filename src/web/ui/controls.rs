//! The line of controls above a page: links and one form, whose submit changes the address.

use super::date;
use super::desk::{Desk, field};
use super::menu::{Item, Menu};
use super::range::Range;
use super::text::{fill, find, t};
use super::url::{Pairs, pair};
use super::view::View;
use super::ways;
use crate::report::{Dimension, Every, Measure, NamedRange, Report, join_values};

/// Zones that the field offers; any other IANA name may be typed.
const ZONES: [&str; 33] = [
    "UTC",
    "Africa/Cairo",
    "Africa/Johannesburg",
    "Africa/Lagos",
    "Africa/Nairobi",
    "America/Argentina/Buenos_Aires",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Toronto",
    "Asia/Dubai",
    "Asia/Hong_Kong",
    "Asia/Jakarta",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Europe/Amsterdam",
    "Europe/Berlin",
    "Europe/Copenhagen",
    "Europe/Helsinki",
    "Europe/Istanbul",
    "Europe/Lisbon",
    "Europe/London",
    "Europe/Oslo",
    "Europe/Paris",
    "Europe/Stockholm",
    "Pacific/Auckland",
];

/// The most values of a field that are offered while typing.
const OFFERED: usize = 40;

/// A filter that holds, and the address without it.
pub(super) struct Chip {
    /// What it keeps or leaves out.
    pub(super) label: String,
    /// The address without it.
    pub(super) href: String,
}

/// The controls of a page.
pub(super) struct Controls {
    /// Where the form leads.
    pub(super) action: String,
    /// What the form carries along unseen.
    pub(super) hidden: Pairs,
    /// Whether the window is chosen by dates, and has one before it.
    pub(super) is_dated: bool,
    /// The window's word.
    pub(super) range_word: &'static str,
    /// The windows.
    pub(super) range: Menu,
    /// The first day.
    pub(super) from: String,
    /// The last day.
    pub(super) until: String,
    /// Today, the last day that can be chosen.
    pub(super) today: String,
    /// The frequencies; none on pages without buckets.
    pub(super) every: Option<Menu>,
    /// The zone.
    pub(super) zone: &'static str,
    /// The zones that are offered.
    pub(super) zones: &'static [&'static str],
    /// The channels.
    pub(super) channels: Menu,
    /// Other fields to filter by: their names and what they are called.
    pub(super) fields: Vec<(String, String)>,
    /// Values of these fields that are offered: what they are, and of which field.
    pub(super) values: Vec<(String, String)>,
    /// The cuts; none on pages without.
    pub(super) by: Option<Menu>,
    /// The date bases, where there are several.
    pub(super) basis: Option<Menu>,
    /// The profiles; none on pages of several reports.
    pub(super) profiles: Option<Menu>,
    /// Over time, or as one; none on pages without.
    pub(super) courses: Option<Menu>,
    /// The second measures; none on pages without buckets.
    pub(super) second: Option<Menu>,
    /// The figures that tables may keep; none on pages of several reports.
    pub(super) columns: Option<Menu>,
    /// The period to compare with.
    pub(super) compare: Menu,
    /// The filters that hold.
    pub(super) chips: Vec<Chip>,
}

impl Controls {
    /// The controls of the page at `path`.
    pub(super) fn new(desk: &Desk, view: &View, path: &str, report: Option<&Report>) -> Self {
        let (from, until) = view.days(desk.now);
        let today = date::local(desk.now, view.zone).date_naive();
        Self {
            action: path.to_owned(),
            hidden: hidden(view),
            // Jobs are at risk at the instant asked about, whatever the dates.
            is_dated: report.is_none_or(|report| report.measure != Measure::AtRisk),
            range_word: view.range.word(),
            range: ranges(desk, view, path),
            from: from.to_string(),
            until: until.to_string(),
            today: today.to_string(),
            every: Some(frequencies(desk, view, path)),
            zone: view.zone.name(),
            zones: &ZONES,
            channels: channels(desk, view, path),
            fields: report.map_or_else(Vec::new, |report| fields(desk, report)),
            values: report.map_or_else(Vec::new, |report| values(desk, report)),
            profiles: report.map(|_| ways::profiles(desk, view, path)),
            courses: None,
            second: None,
            columns: None,
            by: report.and_then(|report| cuts(desk, view, path, report)),
            basis: report.and_then(|report| bases(view, path, report)),
            compare: compare(view, path),
            chips: chips(desk, view, path),
        }
    }
}

/// What the form has no field for.
fn hidden(view: &View) -> Pairs {
    let shown = ["range", "from", "until", "tz"];
    let mut pairs = view.pairs();
    pairs.retain(|(name, _)| !shown.contains(&name.as_str()));
    pairs.push(pair("form", "1"));
    pairs
}

/// A link to the view that `change` makes of this one.
fn item(view: &View, path: &str, label: String, change: impl FnOnce(&mut View)) -> Item {
    let mut other = view.clone();
    change(&mut other);
    Item {
        label,
        href: other.at(path),
        is_current: other == *view,
    }
}

fn ranges(desk: &Desk, view: &View, path: &str) -> Menu {
    let name = |range: Range| find(&format!("range.{}", range.word())).unwrap_or_default();
    let items = NamedRange::ALL.map(Range::Named).into_iter().map(|range| {
        item(view, path, name(range).to_owned(), |other| {
            other.range = range;
        })
    });
    let (from, until) = view.days(desk.now);
    let days = date::span(from, until);
    let value = match view.range {
        Range::Custom(..) => days,
        Range::Named(_) => format!("{} · {days}", name(view.range)),
    };
    Menu {
        name: t("controls.range"),
        value,
        items: items.collect(),
    }
}

fn frequencies(desk: &Desk, view: &View, path: &str) -> Menu {
    let current = view.frequency(desk.now);
    let name = |every: Every| {
        let label = find(&format!("every.{}", every.as_str()));
        label.unwrap_or_default().to_owned()
    };
    let items = view.offered(desk.now).into_iter().map(|every| Item {
        is_current: every == current,
        ..item(view, path, name(every), |other| other.every = Some(every))
    });
    Menu {
        name: t("controls.every"),
        value: name(current),
        items: items.collect(),
    }
}

fn channels(desk: &Desk, view: &View, path: &str) -> Menu {
    let chosen = view.filters.get("channel");
    let items = desk
        .values(Dimension::Channel)
        .into_iter()
        .map(|(value, label)| Item {
            label,
            href: view.toggled("channel", &value).at(path),
            is_current: chosen.is_some_and(|chosen| chosen.contains(&value)),
        });
    let value = match chosen.map_or(0, Vec::len) {
        0 => t("controls.channel_all").to_owned(),
        some => fill("controls.channel_some", &[("count", &some.to_string())]),
    };
    Menu {
        name: t("controls.channel"),
        value,
        items: items.collect(),
    }
}

/// The own fields that a report can be cut and filtered by: those of what has a contact.
fn own_fields(desk: &Desk, report: &Report) -> Vec<String> {
    if report.fields().contains(&Dimension::Contact) {
        desk.own_fields(OFFERED)
    } else {
        Vec::new()
    }
}

fn fields(desk: &Desk, report: &Report) -> Vec<(String, String)> {
    let own = own_fields(desk, report);
    let names = report.fields().into_iter().map(Dimension::as_str);
    let named = names.filter(|name| *name != "channel");
    let named = named.map(|name| (name.to_owned(), field(name)));
    let own = own.into_iter().map(|name| {
        let label = fill("controls.own_field", &[("name", &name)]);
        (format!("attr.{name}"), label)
    });
    named.chain(own).collect()
}

fn values(desk: &Desk, report: &Report) -> Vec<(String, String)> {
    let fields = report.fields().into_iter();
    let listed =
        fields.filter(|dimension| !matches!(dimension, Dimension::Contact | Dimension::Ticket));
    let values = listed.flat_map(|dimension| {
        let name = field(dimension.as_str());
        let values = desk.values(dimension).into_iter().take(OFFERED);
        values.map(move |(value, label)| {
            let written = join_values([value.as_str()]);
            (written, format!("{name}: {label}"))
        })
    });
    values.collect()
}

fn cuts(desk: &Desk, view: &View, path: &str, report: &Report) -> Option<Menu> {
    let own: Vec<String> = report.cut.iter().map(|own| field(own.as_str())).collect();
    let own = if own.is_empty() {
        t("controls.by_none").to_owned()
    } else {
        own.join(", ")
    };
    let mut items = vec![item(view, path, own.clone(), |other| other.by = None)];
    if !report.cut.is_empty() {
        let none = t("controls.by_none").to_owned();
        items.push(item(view, path, none, |other| {
            other.by = Some("none".to_owned());
        }));
    }
    let fields = report.fields();
    let cut_by = |dimension: &&Dimension| report.cut != [**dimension];
    for dimension in fields.iter().filter(cut_by) {
        let name = dimension.as_str();
        items.push(item(view, path, field(name), |other| {
            other.by = Some(name.to_owned());
        }));
    }
    for name in own_fields(desk, report) {
        let label = fill("controls.own_field", &[("name", &name)]);
        items.push(item(view, path, label, |other| {
            other.by = Some(format!("attr.{name}"));
        }));
    }
    let current = items.iter().find(|item| item.is_current);
    let value = current.map_or_else(
        || view.by.clone().unwrap_or_default(),
        |current| current.label.clone(),
    );
    (items.len() > 1).then_some(Menu {
        name: t("controls.by"),
        value,
        items,
    })
}

fn bases(view: &View, path: &str, report: &Report) -> Option<Menu> {
    let usual = report.bases.first()?;
    let items: Vec<Item> = report
        .bases
        .iter()
        .map(|basis| {
            let chosen = (basis != usual).then(|| (*basis).to_owned());
            let label = super::panel::basis(basis);
            item(view, path, label, |other| other.basis = chosen)
        })
        .collect();
    let current = view.basis.as_deref().unwrap_or(usual);
    (items.len() > 1).then_some(Menu {
        name: t("controls.basis"),
        value: super::panel::basis(current),
        items,
    })
}

fn compare(view: &View, path: &str) -> Menu {
    let choice =
        |key: &str, on: bool| item(view, path, t(key).to_owned(), |other| other.compare = on);
    let whole = |key: &str, on: bool| item(view, path, t(key).to_owned(), |other| other.whole = on);
    let items = vec![
        choice("controls.compare_on", true),
        choice("controls.compare_off", false),
        whole("controls.whole_off", false),
        whole("controls.whole_on", true),
    ];
    let value = match (view.compare, view.whole) {
        (true, false) => t("controls.compare_on"),
        (true, true) => t("controls.compare_whole"),
        (false, false) => t("controls.compare_off"),
        (false, true) => t("controls.whole_on"),
    };
    Menu {
        name: t("controls.compare"),
        value: value.to_owned(),
        items,
    }
}

fn chips(desk: &Desk, view: &View, path: &str) -> Vec<Chip> {
    let filters = view.filters.iter();
    let single = filters.flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
    let chips = single.map(|(name, value)| {
        let (plain, key) = match name.strip_suffix(".not") {
            Some(plain) => (plain, "controls.chip_not"),
            None => (name.as_str(), "controls.chip"),
        };
        let shown = if value.is_empty() {
            t("controls.no_value").to_owned()
        } else {
            desk.label(plain, &crate::report::KeyValue::Text(value.as_str().into()))
        };
        Chip {
            label: fill(key, &[("field", &field(plain)), ("value", &shown)]),
            href: view.toggled(name, value).at(path),
        }
    });
    chips.collect()
}
