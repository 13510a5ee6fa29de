//! Quick answers: which report answers a question asked in plain words.
//!
//! Words that every question has say nothing; the others are compared by their stems with
//! what a report says of itself, a question of its own weighing most.
//!
//! A question is compared by word stems with what each report says of itself; half of its
//! telling words must be there.

use crate::report::{Report, registry};

/// Words that tell no question from another.
const COMMON: [&str; 50] = [
    "a", "about", "all", "an", "and", "any", "are", "at", "be", "by", "can", "did", "do", "does",
    "for", "from", "has", "have", "how", "i", "in", "is", "it", "long", "many", "me", "much", "my",
    "no", "not", "of", "on", "or", "our", "show", "such", "than", "that", "the", "there", "they",
    "this", "to", "us", "was", "we", "what", "where", "which", "with",
];

/// Words that people say, and the words that reports have for them.
const SAME: [(&str, &str); 22] = [
    ("agent", "rep"),
    ("answer", "repl"),
    ("bot", "agent"),
    ("breach", "promis"),
    ("busiest", "busy"),
    ("client", "contact"),
    ("customer", "contact"),
    ("deadline", "promis"),
    ("escalat", "hand"),
    ("fast", "respons"),
    ("happy", "satisf"),
    ("late", "promis"),
    ("overdue", "promis"),
    ("quick", "fast"),
    ("reopened", "reopen"),
    ("request", "job"),
    ("review", "rating"),
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
pub(super) struct Found {
    /// The report.
    pub(super) report: &'static Report,
    /// Its question that is most like the one asked.
    pub(super) question: &'static str,
}

/// The reports that answer `asked`, the best first; every report where nothing is asked.
pub(super) fn answers(asked: &str) -> Vec<Found> {
    let words = words(asked);
    let whole = asked.trim().trim_end_matches('?').to_lowercase();
    let mut found: Vec<(f64, Found)> = registry::all()
        .filter_map(|report| scored(report, &whole, &words))
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let best = found.first().map_or(0.0, |(score, _)| score % SAID);
    // What fits far worse than the best is noise.
    found.retain(|(score, _)| score % SAID >= best * 0.35);
    found.into_iter().map(|(_, found)| found).collect()
}

/// How well a report answers; `None`: too few of the words are its own.
fn scored(report: &'static Report, whole: &str, words: &[String]) -> Option<(f64, Found)> {
    let first = *report.questions.first()?;
    let rest = format!(
        "{} {}",
        report.definition,
        report
            .cut
            .iter()
            .map(|cut| cut.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    );
    let places = [report.title, &report.id.replace('_', " "), &rest].map(stems);
    let mut best = (0.0, first);
    for question in report.questions {
        let own = stems(question);
        let mut score = 0.0;
        let mut hits = 0;
        for word in words {
            let worth = worth(word, &own, &places);
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
    (best.0 > 0.0 || !is_asked).then_some((
        best.0,
        Found {
            report,
            question: best.1,
        },
    ))
}

/// What a word is worth: as it was said, else by another word for it, a little less.
fn worth(word: &str, question: &[String], places: &[Vec<String>; 3]) -> f64 {
    let in_place = |word: &str| {
        let all = std::iter::once(question).chain(places.iter().map(Vec::as_slice));
        let found = all.zip(WORTH).filter(|(stems, _)| has(stems, word));
        found.map(|(_, worth)| worth).fold(0.0, f64::max)
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
        .filter(|word| !COMMON.contains(&word.as_str()))
        .cloned()
        .collect();
    if telling.is_empty() { all } else { telling }
}

/// The words of a text without the endings that grammar gives them.
fn stems(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let split = lower.split(|letter: char| !letter.is_alphanumeric());
    let words = split.filter(|word| !word.is_empty());
    words.map(stem).collect()
}

fn stem(word: &str) -> String {
    for ending in [
        "ations", "ation", "ings", "ing", "ies", "ied", "ers", "est", "ed", "es", "s", "e", "y",
    ] {
        if let Some(rest) = word.strip_suffix(ending)
            && rest.chars().count() >= 3
        {
            return rest.to_owned();
        }
    }
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(asked: &str) -> Vec<&'static str> {
        let found = answers(asked);
        found.iter().take(3).map(|found| found.report.id).collect()
    }

    #[test]
    fn a_question_of_a_report_finds_it_first() {
        for report in registry::all() {
            for question in report.questions {
                let found = answers(question);
                let same = found.iter().take_while(|found| {
                    found.report.questions.contains(question) || found.report.id == report.id
                });
                assert!(
                    same.clone().any(|found| found.report.id == report.id),
                    "{question}: {:?}",
                    best(question)
                );
            }
        }
    }

    #[test]
    fn questions_in_other_words_find_what_they_mean() {
        for (asked, id) in [
            ("Where do customers wait longest?", "first_response_time"),
            ("did we keep our SLA", "sla_attainment"),
            ("when are we busiest", "messages_by_hour"),
            ("jobs about to expire", "jobs_at_risk"),
            ("csat", "csat"),
            ("in which stage do tickets get stuck", "time_in_stage"),
        ] {
            assert!(best(asked).contains(&id), "{asked}: {:?}", best(asked));
        }
    }

    #[test]
    fn others_that_answer_stand_behind_the_one_that_was_named() {
        let found = answers("Where do customers wait longest?");
        let ids: Vec<&str> = found.iter().map(|found| found.report.id).collect();
        assert_eq!(ids.first(), Some(&"first_response_time"));
        assert!(ids.contains(&"contact_wait_time"), "{ids:?}");
    }

    #[test]
    fn nothing_asked_is_every_report_and_nonsense_is_none() {
        assert_eq!(answers("  ").len(), registry::all().count());
        assert!(answers("zebra crossing").is_empty());
    }
}
