//! What the customer agent says in its own words, in the contact's language.
//!
//! Short answers are the desk's words; these few lines are Svar's. Nothing here promises more
//! than the schedule says.

use chrono::{DateTime, Datelike};
use chrono_tz::Tz;

/// From when on somebody is there to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Nobody said when.
    Unknown,
    /// Somebody is there.
    Now,
    /// From this instant on, in the zone of the schedule.
    At(DateTime<Tz>),
}

/// The words of a language.
struct Words {
    language: &'static str,
    passed_on: &'static str,
    passed_on_now: &'static str,
    passed_on_until: &'static str,
    which: &'static str,
    greeting: &'static str,
    weekdays: [&'static str; 7],
}

/// Where another language is spoken than those that are here.
const ENGLISH: Words = Words {
    language: "en",
    passed_on: "I have passed this on to my colleagues. They will answer you here.",
    passed_on_now: "I have passed this on to my colleagues. They are here and will answer you as soon as they can.",
    passed_on_until: "I have passed this on to my colleagues. Nobody is here just now; they answer from {opens}.",
    which: "Which of these do you mean?",
    greeting: "Hello! What can we help you with?",
    weekdays: [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ],
};

const OTHERS: [Words; 5] = [
    Words {
        language: "nb",
        passed_on: "Jeg har sendt dette videre til kollegene mine. De svarer deg her.",
        passed_on_now: "Jeg har sendt dette videre til kollegene mine. De er her og svarer deg så snart de kan.",
        passed_on_until: "Jeg har sendt dette videre til kollegene mine. Ingen er her akkurat nå; de svarer fra {opens}.",
        which: "Hvilket av disse mener du?",
        greeting: "Hei! Hva kan vi hjelpe deg med?",
        weekdays: [
            "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag",
        ],
    },
    Words {
        language: "sv",
        passed_on: "Jag har skickat detta vidare till mina kollegor. De svarar dig här.",
        passed_on_now: "Jag har skickat detta vidare till mina kollegor. De är här och svarar dig så snart de kan.",
        passed_on_until: "Jag har skickat detta vidare till mina kollegor. Ingen är här just nu; de svarar från {opens}.",
        which: "Vilket av dessa menar du?",
        greeting: "Hej! Vad kan vi hjälpa dig med?",
        weekdays: [
            "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag",
        ],
    },
    Words {
        language: "da",
        passed_on: "Jeg har sendt det videre til mine kolleger. De svarer dig her.",
        passed_on_now: "Jeg har sendt det videre til mine kolleger. De er her og svarer dig, så snart de kan.",
        passed_on_until: "Jeg har sendt det videre til mine kolleger. Der er ingen her lige nu; de svarer fra {opens}.",
        which: "Hvilket af disse mener du?",
        greeting: "Hej! Hvad kan vi hjælpe dig med?",
        weekdays: [
            "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag",
        ],
    },
    Words {
        language: "fi",
        passed_on: "Välitin tämän kollegoilleni. He vastaavat sinulle tässä.",
        passed_on_now: "Välitin tämän kollegoilleni. He ovat paikalla ja vastaavat sinulle heti kun voivat.",
        passed_on_until: "Välitin tämän kollegoilleni. Juuri nyt kukaan ei ole paikalla; vastaamme taas: {opens}.",
        which: "Mitä näistä tarkoitat?",
        greeting: "Hei! Miten voimme auttaa?",
        weekdays: [
            "maanantai",
            "tiistai",
            "keskiviikko",
            "torstai",
            "perjantai",
            "lauantai",
            "sunnuntai",
        ],
    },
    Words {
        language: "de",
        passed_on: "Ich habe das an meine Kollegen weitergegeben. Sie antworten Ihnen hier.",
        passed_on_now: "Ich habe das an meine Kollegen weitergegeben. Sie sind da und antworten Ihnen, sobald sie können.",
        passed_on_until: "Ich habe das an meine Kollegen weitergegeben. Gerade ist niemand da; sie antworten ab {opens}.",
        which: "Was davon meinen Sie?",
        greeting: "Hallo! Womit können wir Ihnen helfen?",
        weekdays: [
            "Montag",
            "Dienstag",
            "Mittwoch",
            "Donnerstag",
            "Freitag",
            "Samstag",
            "Sonntag",
        ],
    },
];

/// The words of a language tag such as `nb` or `de-AT`; English where there are none.
fn words(language: Option<&str>) -> &'static Words {
    let primary = language.map(svar_index::language::primary);
    let primary = match primary.as_deref() {
        Some("no" | "nn") => Some("nb"),
        other => other,
    };
    let mut others = OTHERS.iter();
    let found = others.find(|words| Some(words.language) == primary);
    found.unwrap_or(&ENGLISH)
}

/// What is said when a conversation is handed off; `away` are the desk's own words for when
/// nobody is there, with `{opens}` where they say from when on somebody is.
pub fn handed_off(language: Option<&str>, opening: Opening, away: Option<&str>) -> String {
    let words = words(language);
    match opening {
        Opening::Unknown => words.passed_on.to_owned(),
        Opening::Now => words.passed_on_now.to_owned(),
        Opening::At(at) => {
            let text = away.unwrap_or(words.passed_on_until);
            text.replace("{opens}", &opens(words, at))
        }
    }
}

/// From when on somebody is there, such as "Monday 2026-11-30 09:00 (Europe/Oslo)".
pub fn opening_text(language: Option<&str>, at: DateTime<Tz>) -> String {
    opens(words(language), at)
}

/// What stands before a choice.
pub fn which(language: Option<&str>) -> &'static str {
    words(language).which
}

/// What a visitor is greeted with.
pub fn greeting(language: Option<&str>) -> &'static str {
    words(language).greeting
}

fn opens(words: &Words, at: DateTime<Tz>) -> String {
    let place = at.weekday().num_days_from_monday() as usize;
    let weekday = words.weekdays.get(place).copied().unwrap_or_default();
    format!(
        "{weekday} {} ({})",
        at.format("%Y-%m-%d %H:%M"),
        at.timezone().name()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    #[test]
    fn it_says_from_when_on_somebody_is_there_in_the_contacts_language() {
        let zone: Tz = "Europe/Oslo".parse().unwrap();
        let at = zone.with_ymd_and_hms(2026, 11, 30, 9, 0, 0).unwrap();
        let said = |language| handed_off(Some(language), Opening::At(at), None);
        assert!(said("nb-NO").contains("fra mandag 2026-11-30 09:00 (Europe/Oslo)"));
        assert!(said("no").contains("mandag"));
        assert!(said("de").contains("ab Montag"));
        assert!(said("xx").contains("from Monday"));
        let own = handed_off(None, Opening::At(at), Some("Back {opens}!"));
        assert_eq!(own, "Back Monday 2026-11-30 09:00 (Europe/Oslo)!");
        assert!(!handed_off(None, Opening::Now, Some("away")).contains("away"));
    }

    #[test]
    fn every_language_has_every_word_and_says_when() {
        for words in OTHERS.iter().chain([&ENGLISH]) {
            assert!(
                words.passed_on_until.contains("{opens}"),
                "{}",
                words.language
            );
            assert!(words.weekdays.iter().all(|day| !day.is_empty()));
            for text in [
                words.passed_on,
                words.passed_on_now,
                words.which,
                words.greeting,
            ] {
                assert!(
                    !text.is_empty() && !text.contains('{'),
                    "{}",
                    words.language
                );
            }
        }
    }
}
