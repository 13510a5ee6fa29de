//! A text with placeholders: read strictly, filled visibly.
//!
//! A placeholder that does not exist is refused by its name when the text is written. A value that
//! is not known when it is filled in is marked in the text, so that nobody sends a gap unseen.

use std::fmt;

use crate::model::Invalid;

/// What stands where a value is to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Placeholder {
    /// The contact's name.
    ContactName,
    /// Its first word.
    ContactFirstName,
    /// The contact's address.
    ContactEmail,
    /// The name of the contact's company.
    ContactCompany,
    /// The name of the rep who writes.
    RepName,
    /// Its first word.
    RepFirstName,
    /// What the conversation is about.
    Subject,
}

impl Placeholder {
    /// Every placeholder, in the order in which they are offered.
    pub const ALL: [Self; 7] = [
        Self::ContactName,
        Self::ContactFirstName,
        Self::ContactEmail,
        Self::ContactCompany,
        Self::RepName,
        Self::RepFirstName,
        Self::Subject,
    ];

    /// Its name in a text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ContactName => "contact.name",
            Self::ContactFirstName => "contact.first_name",
            Self::ContactEmail => "contact.email",
            Self::ContactCompany => "contact.company",
            Self::RepName => "rep.name",
            Self::RepFirstName => "rep.first_name",
            Self::Subject => "conversation.subject",
        }
    }

    fn parse(name: &str) -> Result<Self, Invalid> {
        let name = name.trim();
        let found = Self::ALL.into_iter().find(|one| one.as_str() == name);
        found.ok_or_else(|| {
            let names = Self::ALL.map(Self::as_str).join(", ");
            Invalid::new(
                "text",
                format!("`{{{{{name}}}}}` is no placeholder; there are {names}"),
            )
        })
    }
}

impl fmt::Display for Placeholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Words(String),
    Value(Placeholder),
}

/// A text taken apart at its placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Part>);

/// A text with its values in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilledText {
    /// The text; what is missing is marked as `[contact.name?]`.
    pub text: String,
    /// What is missing, each once.
    pub missing: Vec<Placeholder>,
}

impl Template {
    /// Takes a text apart, or names what is no placeholder.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((words, after)) = rest.split_once("{{") {
            let Some((name, behind)) = after.split_once("}}") else {
                let reason =
                    "`{{` opens a placeholder that nothing closes; expected `}}` behind it";
                return Err(Invalid::new("text", reason));
            };
            parts.push(Part::Words(words.to_owned()));
            parts.push(Part::Value(Placeholder::parse(name)?));
            rest = behind;
        }
        parts.push(Part::Words(rest.to_owned()));
        Ok(Self(parts))
    }

    /// Puts the values in; what is not known is marked.
    pub fn fill(&self, value: impl Fn(Placeholder) -> Option<String>) -> FilledText {
        let mut filled = FilledText {
            text: String::new(),
            missing: Vec::new(),
        };
        for part in &self.0 {
            match part {
                Part::Words(words) => filled.text.push_str(words),
                Part::Value(placeholder) => {
                    // A value is never read as a text with placeholders of its own.
                    let value = value(*placeholder);
                    filled
                        .missing
                        .extend(value.is_none().then_some(*placeholder));
                    let marked = || format!("[{placeholder}?]");
                    filled.text.push_str(&value.unwrap_or_else(marked));
                }
            }
        }
        filled.missing.sort_unstable();
        filled.missing.dedup();
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_placeholder_is_named_and_an_open_one_refused() {
        let fault = |text: &str| Template::parse(text).unwrap_err().to_string();
        let odd = fault("Hi {{contact.nmae}}");
        assert!(
            odd.contains("`{{contact.nmae}}`") && odd.contains("contact.name"),
            "{odd}"
        );
        assert!(fault("Hi {{contact.name").contains("nothing closes"));
        assert!(Template::parse("No } and { and }} are words").is_ok());
    }

    #[test]
    fn a_missing_value_is_marked_and_a_value_is_taken_as_it_is() {
        let template = Template::parse("Hi {{ contact.name }}, {{rep.name}} {{rep.name}}").unwrap();
        let filled = template.fill(|placeholder| {
            (placeholder == Placeholder::ContactName).then(|| "{{rep.name}}".to_owned())
        });
        assert_eq!(filled.text, "Hi {{rep.name}}, [rep.name?] [rep.name?]");
        assert_eq!(filled.missing, [Placeholder::RepName]);
    }
}
