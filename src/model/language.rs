//! The languages that Svar speaks to people, and how it writes the time of day.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A language that pages and mails are in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English, which others fall back to.
    #[default]
    English,
    /// Norwegian bokmål.
    Norwegian,
    /// Swedish.
    Swedish,
    /// Danish.
    Danish,
    /// Finnish.
    Finnish,
    /// German.
    German,
}

impl Language {
    /// All of them, the one first that others fall back to.
    pub const ALL: [Self; 6] = [
        Self::English,
        Self::Norwegian,
        Self::Swedish,
        Self::Danish,
        Self::Finnish,
        Self::German,
    ];

    /// Its code (ISO 639-1).
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Norwegian => "nb",
            Self::Swedish => "sv",
            Self::Danish => "da",
            Self::Finnish => "fi",
            Self::German => "de",
        }
    }

    /// What it calls itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Norwegian => "Norsk",
            Self::Swedish => "Svenska",
            Self::Danish => "Dansk",
            Self::Finnish => "Suomi",
            Self::German => "Deutsch",
        }
    }

    /// That of a tag such as `no` or `de-AT;q=0.8`, if Svar speaks it.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let tag = tag.split([';', '-', '_']).next().unwrap_or_default();
        let tag = match tag.trim().to_ascii_lowercase().as_str() {
            "no" | "nn" => "nb".to_owned(),
            other => other.to_owned(),
        };
        let mut all = Self::ALL.into_iter();
        all.find(|language| language.code() == tag)
    }

    /// The first that Svar speaks of those that a browser accepts, as it says so itself.
    pub fn accepted(header: &str) -> Option<Self> {
        header.split(',').find_map(Self::of_tag)
    }
}

/// In which language somebody wants Svar's pages and mails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LanguageChoice {
    /// Pages in that of the browser, mails in English.
    #[default]
    Browser,
    /// English.
    En,
    /// Norwegian bokmål.
    Nb,
    /// Swedish.
    Sv,
    /// Danish.
    Da,
    /// Finnish.
    Fi,
    /// German.
    De,
}

impl LanguageChoice {
    /// The word of "as the browser says".
    pub const BROWSER: &str = "browser";

    /// The choice of a word, if it is one.
    pub fn parse(word: &str) -> Option<Self> {
        let code = match word {
            Self::BROWSER => return Some(Self::Browser),
            code => Language::of_tag(code).filter(|language| language.code() == code)?,
        };
        Some(match code {
            Language::English => Self::En,
            Language::Norwegian => Self::Nb,
            Language::Swedish => Self::Sv,
            Language::Danish => Self::Da,
            Language::Finnish => Self::Fi,
            Language::German => Self::De,
        })
    }

    /// The language, where one was chosen.
    pub const fn language(self) -> Option<Language> {
        Some(match self {
            Self::Browser => return None,
            Self::En => Language::English,
            Self::Nb => Language::Norwegian,
            Self::Sv => Language::Swedish,
            Self::Da => Language::Danish,
            Self::Fi => Language::Finnish,
            Self::De => Language::German,
        })
    }
}

/// How the time of day is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum ClockFormat {
    /// "14:05".
    #[default]
    #[serde(rename = "24h")]
    Hours24,
    /// "2:05 PM".
    #[serde(rename = "12h")]
    Hours12,
}

impl ClockFormat {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Hours24, Self::Hours12];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hours24 => "24h",
            Self::Hours12 => "12h",
        }
    }

    /// That of a word, if it is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_names_a_language_whatever_its_country() {
        assert_eq!(Language::of_tag("no"), Some(Language::Norwegian));
        assert_eq!(Language::of_tag("de-AT;q=0.8"), Some(Language::German));
        assert_eq!(Language::of_tag("fr"), None);
        let accepted = Language::accepted("fr-FR,fr;q=0.9,sv;q=0.8,en;q=0.5");
        assert_eq!(accepted, Some(Language::Swedish));
    }

    #[test]
    fn each_word_of_a_choice_is_read_as_it_is_written() {
        let mut words = vec![LanguageChoice::BROWSER];
        words.extend(Language::ALL.map(Language::code));
        for word in words {
            let choice = LanguageChoice::parse(word).unwrap();
            assert_eq!(serde_json::to_value(choice).unwrap(), word);
            let code = choice.language().map(Language::code);
            assert_eq!(code.unwrap_or(LanguageChoice::BROWSER), word);
        }
        assert_eq!(LanguageChoice::parse("no"), None);
        for clock in ClockFormat::ALL {
            assert_eq!(ClockFormat::parse(clock.as_str()), Some(clock));
            assert_eq!(serde_json::to_value(clock).unwrap(), clock.as_str());
        }
    }
}
