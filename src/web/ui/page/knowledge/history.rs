//! The versions of a short answer: who wrote which when, and what became different.

use chrono_tz::Tz;

use super::who::who;
use crate::app::VersionView;
use crate::web::ui::date;
use crate::web::ui::desk::Desk;
use crate::web::ui::text::t;

/// Longer texts are not compared line by line.
const MOST_LINES: usize = 400;

/// A line of a text, beside the version before.
pub(super) struct TextLine {
    pub(super) text: String,
    pub(super) is_new: bool,
    pub(super) is_gone: bool,
}

/// A version of the answer.
pub(super) struct VersionLine {
    pub(super) at: String,
    pub(super) exact: String,
    pub(super) actor: String,
    /// What is different from the version before.
    pub(super) changes: String,
    /// The words, with those of the version before struck out.
    pub(super) lines: Vec<TextLine>,
    pub(super) is_current: bool,
}

/// The versions of an answer, the latest first.
pub(super) fn history(desk: &Desk, versions: &[VersionView], zone: Tz) -> Vec<VersionLine> {
    let lines = versions.iter().enumerate().map(|(place, version)| {
        let before = versions.get(place + 1);
        VersionLine {
            at: date::instant(version.at, zone),
            exact: version.at.to_string(),
            actor: who(desk, &version.actor),
            changes: changes(version, before),
            lines: before.map_or_else(Vec::new, |before| diff(&words(before), &words(version))),
            is_current: place == 0,
        }
    });
    lines.collect()
}

fn words(version: &VersionView) -> Vec<String> {
    let ways = std::iter::once(&version.question).chain(&version.variants);
    let ways = ways.map(|way| format!("? {way}"));
    let text = version.text.lines().map(str::to_owned);
    ways.chain(text).collect()
}

fn changes(version: &VersionView, before: Option<&VersionView>) -> String {
    let Some(before) = before else {
        return t("answers.first_version").to_owned();
    };
    let published = match (before.published, version.published) {
        (false, true) => t("answers.was_published"),
        (true, false) => t("answers.was_unpublished"),
        _ => "",
    };
    let of = |is_other: bool, key: &str| if is_other { t(key) } else { "" };
    let changes = [
        published,
        of(before.question != version.question, "answers.new_question"),
        of(before.variants != version.variants, "answers.new_variants"),
        of(before.text != version.text, "answers.new_text"),
        of(before.language != version.language, "answers.new_language"),
    ];
    let changes: Vec<&str> = changes.into_iter().filter(|one| !one.is_empty()).collect();
    changes.join(", ")
}

/// The lines of both texts in order: the longest run of lines that both have stays as it is.
fn diff(before: &[String], after: &[String]) -> Vec<TextLine> {
    let line = |text: &String, is_new: bool, is_gone: bool| TextLine {
        text: text.clone(),
        is_new,
        is_gone,
    };
    if before == after || before.len().max(after.len()) > MOST_LINES {
        return after.iter().map(|text| line(text, false, false)).collect();
    }
    let common = common(before, after);
    let length = |i: usize, j: usize| common.get(i).and_then(|row| row.get(j)).copied();
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    loop {
        match (before.get(i), after.get(j)) {
            (Some(old), Some(new)) if old == new => {
                lines.push(line(new, false, false));
                (i, j) = (i + 1, j + 1);
            }
            (Some(old), new) if new.is_none() || length(i + 1, j) >= length(i, j + 1) => {
                lines.push(line(old, false, true));
                i += 1;
            }
            (_, Some(new)) => {
                lines.push(line(new, true, false));
                j += 1;
            }
            (_, None) => return lines,
        }
    }
}

/// How many lines the rest of both texts have in common, by where the rests begin.
fn common(before: &[String], after: &[String]) -> Vec<Vec<usize>> {
    let mut rows = vec![vec![0; after.len() + 1]];
    for old in before.iter().rev() {
        let mut row = vec![0; after.len() + 1];
        let below = rows.last().cloned().unwrap_or_default();
        let at = |row: &[usize], place: usize| row.get(place).copied().unwrap_or_default();
        for (place, new) in after.iter().enumerate().rev() {
            let length = if old == new {
                at(&below, place + 1) + 1
            } else {
                at(&below, place).max(at(&row, place + 1))
            };
            if let Some(cell) = row.get_mut(place) {
                *cell = length;
            }
        }
        rows.push(row);
    }
    rows.reverse();
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(before: &[&str], after: &[&str]) -> Vec<String> {
        let owned = |lines: &[&str]| -> Vec<String> {
            lines.iter().map(|line| (*line).to_owned()).collect()
        };
        let lines = diff(&owned(before), &owned(after)).into_iter();
        let sign = |line: &TextLine| match (line.is_new, line.is_gone) {
            (true, _) => "+",
            (_, true) => "-",
            _ => " ",
        };
        lines
            .map(|line| format!("{}{}", sign(&line), line.text))
            .collect()
    }

    #[test]
    fn what_is_new_and_what_is_gone_stand_where_they_changed() {
        assert_eq!(
            told(&["a", "b", "c"], &["a", "x", "c"]),
            [" a", "-b", "+x", " c"]
        );
        assert_eq!(told(&["a"], &["a", "b"]), [" a", "+b"]);
        assert_eq!(told(&["a", "b"], &["b"]), ["-a", " b"]);
        assert_eq!(told(&["a"], &["a"]), [" a"]);
        assert_eq!(told(&[], &["a"]), ["+a"]);
    }
}
