//! The catalogue of reports: which one answers a question asked in plain words.
//!
//! Words that every question has say nothing; the others are compared by their stems, those
//! of the search, with what a report says of itself, a question of its own weighing most; half
//! of the words that say something must be there. Reads the registry alone. Shown by the page
//! of the reports.

use std::sync::LazyLock;

use crate::report::{Report, registry};

/// Words that tell no question from another.
const COMMON: [&str; 50] = [
    "a", "about", "all", "an", "and", "any", "are", "at", "be", "by", "can", "did", "do", "does",
    "for", "from", "has", "have", "how", "i", "in", "is", "it", "long", "many", "me", "much", "my",
    "no", "not", "of", "on", "or", "our", "show", "such", "than", "that", "the", "there", "they",
    "this", "to", "us", "was", "we", "what", "where", "which", "with",
];

/// Beginnings of the stems that people use, and of those that reports have for them.
const SAME: [(&str, &str); 21] = [
    ("agent", "rep"),
    ("answer", "repl"),
    ("bot", "agent"),
    ("breach", "promis"),
    ("busiest", "busi"),
    ("client", "contact"),
    ("customer", "contact"),
    ("deadlin", "promis"),
    ("escalat", "hand"),
    ("fast", "respons"),
    ("happi", "satisf"),
    ("late", "promis"),
    ("overdu", "promis"),
    ("quick", "fast"),
    ("request", "job"),
    ("review", "rate"),
    ("sla", "promis"),
    ("slow", "wait"),
    ("solv", "resolv"),
    ("staff", "rep"),
    ("stuck", "stage"),
];

/// What a word found where is worth: question, title, id, definition.
const WORTH: [f64; 4] = [4.0, 3.0, 2.0, 1.0];

/// What it is worth to be said word for word: more than all words together.
const SAID: f64 = 1_000.0;

/// A report that answers, and by which of its questions.
#[derive(Clone, Copy)]
pub struct ReportMatch {
    /// The report.
    pub report: &'static Report,
    /// Its question that is most like the one asked.
    pub question: &'static str,
}

/// What a report says of itself, in stems.
struct Entry {
    report: &'static Report,
    /// Its questions, each with its stems.
    questions: Vec<(&'static str, Vec<String>)>,
    /// Those of its title, its id, its definition.
    places: [Vec<String>; 3],
}

/// Every report.
static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| registry::all().map(entry).collect());

/// The stems of [`COMMON`].
static COMMON_STEMS: LazyLock<Vec<String>> = LazyLock::new(|| stems(&COMMON.join(" ")));

/// The reports that answer `question`, the best first; every report where nothing is asked.
pub fn match_reports(question: &str) -> Vec<ReportMatch> {
    let words = words(question);
    let whole = question.trim().trim_end_matches('?').to_lowercase();
    let mut matches: Vec<(f64, ReportMatch)> = ENTRIES
        .iter()
        .filter_map(|entry| scored(entry, &whole, &words))
        .collect();
    matches.sort_by(|a, b| b.0.total_cmp(&a.0));
    let best = matches.first().map_or(0.0, |(score, _)| score % SAID);
    // What fits far worse than the best is noise.
    matches.retain(|(score, _)| score % SAID >= best * 0.35);
    matches.into_iter().map(|(_, one)| one).collect()
}

fn entry(report: &'static Report) -> Entry {
    let cuts: Vec<&str> = report.cut.iter().map(|cut| cut.as_str()).collect();
    let rest = format!("{} {}", report.definition, cuts.join(" "));
    let questions = report.questions.iter();
    Entry {
        report,
        questions: questions
            .map(|question| (*question, stems(question)))
            .collect(),
        places: [report.title, &report.id.replace('_', " "), &rest].map(stems),
    }
}

/// How well a report answers; `None`: too few of the words are its own.
fn scored(entry: &Entry, whole: &str, words: &[String]) -> Option<(f64, ReportMatch)> {
    let report = entry.report;
    let mut best = (0.0, entry.questions.first()?.0);
    for (question, own) in &entry.questions {
        let mut score = 0.0;
        let mut hits = 0;
        for word in words {
            let worth = worth(word, own, &entry.places);
            hits += usize::from(worth > 0.0);
            score += worth;
        }
        // Half of the words must be there; those that the question has besides count against it.
        if words.is_empty() || hits * 2 < words.len() {
            score = 0.0;
        }
        score /= 1.0 + own.len().saturating_sub(words.len()) as f64 * 0.05;
        if !whole.is_empty() && question.to_lowercase().contains(whole) {
            score += SAID;
        }
        if score > best.0 {
            best = (score, question);
        }
    }
    if whole == report.id || whole == report.title.to_lowercase() {
        best.0 += SAID;
    }
    let is_asked = !whole.is_empty();
    let (score, question) = best;
    (score > 0.0 || !is_asked).then_some((score, ReportMatch { report, question }))
}

/// What a word is worth: as it was said, else by another word for it, a little less.
fn worth(word: &str, question: &[String], places: &[Vec<String>; 3]) -> f64 {
    let in_place = |word: &str| {
        let all = std::iter::once(question).chain(places.iter().map(Vec::as_slice));
        let weight = all.zip(WORTH).filter(|(stems, _)| has(stems, word));
        weight.map(|(_, worth)| worth).fold(0.0, f64::max)
    };
    let same = SAME.iter().filter(|(said, _)| word.starts_with(said));
    let same = same.map(|(_, meant)| in_place(meant) * 0.8);
    same.fold(in_place(word), f64::max)
}

fn has(stems: &[String], word: &str) -> bool {
    let is_same =
        |stem: &String| stem == word || (word.chars().count() >= 4 && stem.starts_with(word));
    stems.iter().any(is_same)
}

/// The words of a question that say something.
fn words(text: &str) -> Vec<String> {
    let all = stems(text);
    let telling: Vec<String> = all
        .iter()
        .filter(|word| !COMMON_STEMS.contains(word))
        .cloned()
        .collect();
    if telling.is_empty() { all } else { telling }
}

/// The stems of a text in English, as all that reports say of themselves is.
fn stems(text: &str) -> Vec<String> {
    svar_index::stems(text, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(question: &str) -> Vec<&'static str> {
        let matches = match_reports(question);
        matches.iter().take(3).map(|one| one.report.id).collect()
    }

    #[test]
    fn a_question_of_a_report_finds_it_first() {
        for report in registry::all() {
            for question in report.questions {
                let matches = match_reports(question);
                let same = matches.iter().take_while(|one| {
                    one.report.questions.contains(question) || one.report.id == report.id
                });
                assert!(
                    same.clone().any(|one| one.report.id == report.id),
                    "{question}: {:?}",
                    best(question)
                );
            }
        }
    }

    #[test]
    fn questions_in_other_words_find_what_they_mean() {
        for (question, id) in [
            ("Where do customers wait longest?", "first_response_time"),
            ("did we keep our SLA", "sla_attainment"),
            ("when are we busiest", "messages_by_hour"),
            ("jobs about to expire", "jobs_at_risk"),
            ("csat", "csat"),
            ("in which stage do tickets get stuck", "time_in_stage"),
        ] {
            assert!(
                best(question).contains(&id),
                "{question}: {:?}",
                best(question)
            );
        }
    }

    #[test]
    fn others_that_answer_stand_behind_the_one_that_was_named() {
        let matches = match_reports("Where do customers wait longest?");
        let ids: Vec<&str> = matches.iter().map(|one| one.report.id).collect();
        assert_eq!(ids.first(), Some(&"first_response_time"));
        assert!(ids.contains(&"contact_wait_time"), "{ids:?}");
    }

    #[test]
    fn nothing_asked_is_every_report_and_nonsense_is_none() {
        assert_eq!(match_reports("  ").len(), registry::all().count());
        assert!(match_reports("zebra crossing").is_empty());
    }
}
