//! A mapping as a form says it: what each column is, and what its words mean. Written as the
//! mapping file that everybody else uses, so that there is one way into a table.

use std::fmt::Write as _;

use super::role::{ColumnRole, RowPart};

/// A mapping of a table by its columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableForm {
    /// What the ids of things begin with.
    pub source: String,
    /// The zone of its instants.
    pub zone: String,
    /// How its instants are written, where the year is not first.
    pub dates: Vec<String>,
    /// What stands between cells; none: it is found out.
    pub delimiter: Option<char>,
    /// How its bytes stand for letters; empty: UTF-8, or UTF-16 with its mark.
    pub encoding: String,
    /// The columns, in the order of the table.
    pub columns: Vec<TableColumn>,
}

/// What a column is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableColumn {
    /// How it is called.
    pub head: String,
    /// What it is; none: it is left out.
    pub role: Option<ColumnRole>,
    /// What its words mean.
    pub words: Vec<(String, String)>,
}

/// A text as TOML has it on one line, which a key has to be on: written as JSON is, but that DEL is
/// escaped, too.
fn quoted(text: &str) -> String {
    let json = serde_json::Value::from(text).to_string();
    json.replace('\u{7f}', "\\u007F")
}

fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.into_iter().map(quoted).collect();
    format!("[{}]", words.join(", "))
}

/// Writes what rows make one event of.
struct Rule {
    kind: &'static str,
    at: String,
    /// Further lines of it.
    more: Vec<String>,
    fields: Vec<(String, String)>,
}

impl Rule {
    fn new(kind: &'static str, at: &str) -> Self {
        Self {
            kind,
            at: at.to_owned(),
            more: Vec::new(),
            fields: Vec::new(),
        }
    }

    /// Only of rows where a column has one of these words.
    fn when<'a>(mut self, column: &str, is: impl IntoIterator<Item = &'a str>) -> Self {
        let words = list(is);
        self.more
            .push(format!("when = {{ column = {column}, is = {words} }}"));
        self
    }

    /// Only of rows where a column has something in it.
    fn where_said(mut self, column: &str) -> Self {
        self.more
            .push(format!("when = {{ column = {column}, not = [\"\"] }}"));
        self
    }

    fn field(mut self, name: &str, value: impl Into<String>) -> Self {
        self.fields.push((quoted(name), value.into()));
        self
    }

    fn maybe(self, name: &str, value: Option<String>) -> Self {
        match value {
            Some(value) => self.field(name, value),
            None => self,
        }
    }

    fn write(self, text: &mut String) {
        // Writing to a text cannot fail.
        write!(
            text,
            "\n[[event]]\ntype = \"{}\"\nat = {}\n",
            self.kind, self.at
        )
        .unwrap_or_default();
        for line in &self.more {
            writeln!(text, "{line}").unwrap_or_default();
        }
        writeln!(text, "[event.fields]").unwrap_or_default();
        for (name, value) in &self.fields {
            writeln!(text, "{name} = {value}").unwrap_or_default();
        }
    }
}

fn always(word: &str) -> String {
    format!("{{ value = {} }}", quoted(word))
}

impl TableForm {
    /// The first column of a role.
    fn of(&self, role: ColumnRole) -> Option<&TableColumn> {
        self.columns.iter().find(|column| column.role == Some(role))
    }

    /// Its name, as TOML has it.
    fn named(&self, role: ColumnRole) -> Option<String> {
        self.of(role).map(|column| quoted(&column.head))
    }

    /// What is in a column, with what its words mean.
    fn mapped(&self, role: ColumnRole) -> Option<String> {
        let column = self.of(role)?;
        let words = column.words.iter().filter(|(_, means)| !means.is_empty());
        let words: Vec<String> = words
            .map(|(word, means)| format!("{} = {}", quoted(word), quoted(means)))
            .collect();
        let head = quoted(&column.head);
        if words.is_empty() {
            return Some(head);
        }
        let words = words.join(", ");
        Some(format!("{{ column = {head}, map = {{ {words} }} }}"))
    }

    /// The words of the column that says what each row is, by what they mean.
    fn rows_that(&self, part: RowPart) -> Vec<&str> {
        let words = self.of(ColumnRole::Row).into_iter();
        let words = words.flat_map(|column| &column.words);
        let of = words.filter(|(_, means)| means == part.as_str());
        of.map(|(word, _)| word.as_str()).collect()
    }

    /// Which role two columns have that only one can; none: it can be used.
    pub fn twice(&self) -> Option<ColumnRole> {
        let roles = self.columns.iter().filter_map(|column| column.role);
        let mut seen = Vec::new();
        for role in roles.filter(|role| !role.may_come_twice()) {
            if seen.contains(&role) {
                return Some(role);
            }
            seen.push(role);
        }
        None
    }

    /// The mapping file that says the same.
    pub fn to_toml(&self) -> String {
        let mut text = format!(
            "# What ids begin with: a word for where the table comes from.\nsource = {}\n# The zone of the account that exported it.\nzone = {}\n# How instants are written where the year is not first, such as \"%d/%m/%Y %H:%M\".\ndates = {}\n",
            quoted(&self.source),
            quoted(&self.zone),
            list(self.dates.iter().map(String::as_str)),
        );
        if let Some(delimiter) = self.delimiter {
            let delimiter = quoted(&delimiter.to_string());
            writeln!(text, "delimiter = {delimiter}").unwrap_or_default();
        }
        if !self.encoding.is_empty() {
            writeln!(text, "encoding = {}", quoted(&self.encoding)).unwrap_or_default();
        }
        let first = self.columns.first().map_or("id", |one| one.head.as_str());
        let ids = Ids {
            conversation: self
                .named(ColumnRole::Conversation)
                .unwrap_or_else(|| quoted(first)),
            created: self
                .named(ColumnRole::Created)
                .unwrap_or_else(|| quoted(first)),
        };
        self.started(&ids, &mut text);
        self.messages(&ids, &mut text);
        self.ends(&ids, &mut text);
        if let Some(tags) = self.named(ColumnRole::Tags) {
            let mut rule = Rule::new("conversation.tagged", &ids.created);
            rule.more
                .push(format!("each = {{ column = {tags}, by = \",\" }}"));
            let rule = rule.field("conversation", &*ids.conversation);
            rule.field("tag", tags).write(&mut text);
        }
        text
    }

    fn started(&self, ids: &Ids, text: &mut String) {
        let is_row_each = self.of(ColumnRole::Row).is_some();
        let row = self.named(ColumnRole::Row).unwrap_or_default();
        let contact = self
            .named(ColumnRole::Contact)
            .or_else(|| self.named(ColumnRole::Author).filter(|_| is_row_each))
            .unwrap_or_else(|| ids.conversation.clone());
        let mut rule = Rule::new("conversation.started", &ids.created);
        if is_row_each {
            rule = rule.when(&row, self.rows_that(RowPart::Contact));
        }
        let mut rule = rule
            .field("conversation", &*ids.conversation)
            .field("contact", &*contact)
            .field(
                "channel",
                self.mapped(ColumnRole::Channel)
                    .unwrap_or_else(|| always("other")),
            )
            .maybe("subject", self.named(ColumnRole::Subject))
            .maybe("inbox", self.named(ColumnRole::Inbox));
        for column in &self.columns {
            if column.role == Some(ColumnRole::Own) {
                let name = column.head.replace('.', "_");
                rule = rule.field(&format!("attributes.{name}"), quoted(&column.head));
            }
        }
        rule.write(text);
        if let Some(name) = self.named(ColumnRole::ContactName) {
            let is_address = self
                .of(ColumnRole::Contact)
                .is_some_and(|column| column.head.to_lowercase().contains("mail"));
            Rule::new("contact.upserted", &ids.created)
                .field("contact", &*contact)
                .field("name", name)
                .maybe("email", is_address.then(|| contact.clone()))
                .write(text);
        }
        if let Some(priority) = self.mapped(ColumnRole::Priority) {
            let column = self.named(ColumnRole::Priority).unwrap_or_default();
            Rule::new("conversation.updated", &ids.created)
                .where_said(&column)
                .field("conversation", &*ids.conversation)
                .field("priority", priority)
                .write(text);
        }
        if let Some(rep) = self.named(ColumnRole::Rep) {
            Rule::new("conversation.assigned", &ids.created)
                .where_said(&rep)
                .field("conversation", &*ids.conversation)
                .field("to.kind", always("rep"))
                .field("to.id", rep)
                .write(text);
        }
    }

    fn messages(&self, ids: &Ids, text: &mut String) {
        let Some(words) = self.of(ColumnRole::Text) else {
            return;
        };
        let words = format!("{{ column = {}, html = true }}", quoted(&words.head));
        let message = self.named(ColumnRole::Message);
        let message = message.unwrap_or_else(|| ids.conversation.clone());
        let rule = Rule::new("message.added", &ids.created);
        let Some(row) = self.named(ColumnRole::Row) else {
            rule.field("conversation", &*ids.conversation)
                .field("message", message)
                .field("author.kind", always("contact"))
                .maybe("author.id", self.named(ColumnRole::Contact))
                .field("text", words)
                .write(text);
            return;
        };
        let parts = [
            (RowPart::Contact, "contact", "public"),
            (RowPart::Rep, "rep", "public"),
            (RowPart::Note, "rep", "note"),
            (RowPart::CustomerAgent, "customer_agent", "public"),
            (RowPart::Automation, "automation", "public"),
        ];
        let (mut is, mut kinds, mut seen) = (Vec::new(), Vec::new(), Vec::new());
        for (part, kind, visibility) in parts {
            for word in self.rows_that(part) {
                is.push(word);
                kinds.push(format!("{} = \"{kind}\"", quoted(word)));
                seen.push(format!("{} = \"{visibility}\"", quoted(word)));
            }
        }
        let mapped = |words: Vec<String>| {
            let words = words.join(", ");
            format!("{{ column = {row}, map = {{ {words} }} }}")
        };
        if is.is_empty() {
            return;
        }
        rule.when(&row, is)
            .field("conversation", &*ids.conversation)
            .field("message", message)
            .field("author.kind", mapped(kinds))
            .maybe("author.id", self.named(ColumnRole::Author))
            .field("visibility", mapped(seen))
            .field("text", words)
            .write(text);
    }

    fn ends(&self, ids: &Ids, text: &mut String) {
        let row = self.named(ColumnRole::Row);
        let resolved = self.named(ColumnRole::Resolved);
        let rep = self.named(ColumnRole::Rep);
        if let Some(resolved) = &resolved {
            Rule::new("conversation.resolved", resolved)
                .field("conversation", &*ids.conversation)
                .field("by.kind", always("rep"))
                .maybe("by.id", rep.clone())
                .write(text);
        }
        let ended = self.rows_that(RowPart::Resolved);
        if let Some(row) = row.as_ref().filter(|_| !ended.is_empty()) {
            Rule::new("conversation.resolved", &ids.created)
                .when(row, ended)
                .field("conversation", &*ids.conversation)
                .field("by.kind", always("rep"))
                .maybe("by.id", self.named(ColumnRole::Author).or(rep))
                .write(text);
        }
        let Some(score) = self.mapped(ColumnRole::Rating) else {
            return;
        };
        let rated = self.rows_that(RowPart::Rated);
        let column = self.named(ColumnRole::Rating).unwrap_or_default();
        let rule = if let Some(row) = row.filter(|_| !rated.is_empty()) {
            Rule::new("csat.rated", &ids.created).when(&row, rated)
        } else {
            let at = resolved.unwrap_or_else(|| ids.created.clone());
            Rule::new("csat.rated", &at).where_said(&column)
        };
        rule.field("conversation", &*ids.conversation)
            .field("score", score)
            .write(text);
    }
}

/// The columns that every event has.
struct Ids {
    conversation: String,
    created: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::source::table::Mapping;

    fn column(head: &str, role: ColumnRole, words: &[(&str, &str)]) -> TableColumn {
        let words = words.iter();
        TableColumn {
            head: head.to_owned(),
            role: Some(role),
            words: words
                .map(|(word, means)| ((*word).to_owned(), (*means).to_owned()))
                .collect(),
        }
    }

    #[test]
    fn whatever_a_form_says_is_a_mapping() {
        let mut columns: Vec<TableColumn> = ColumnRole::ALL
            .iter()
            .map(|role| column(&format!("The \"{}\" = x", role.as_str()), *role, &[]))
            .collect();
        for column in &mut columns {
            if column.role == Some(ColumnRole::Row) {
                let parts = RowPart::ALL.iter();
                column.words = parts
                    .map(|part| (format!("w.{}'\"", part.as_str()), part.as_str().to_owned()))
                    .collect();
            }
        }
        let mut form = TableForm {
            source: "cases".to_owned(),
            zone: "Europe/Oslo".to_owned(),
            dates: vec!["%d/%m/%Y".to_owned()],
            delimiter: Some(';'),
            encoding: "windows-1252".to_owned(),
            columns,
        };
        assert_eq!(form.twice(), None);
        Mapping::parse("m", &form.to_toml(), None).unwrap();
        form.columns.push(column("again", ColumnRole::Created, &[]));
        assert_eq!(form.twice(), Some(ColumnRole::Created));
        form.columns.clear();
        Mapping::parse("m", &form.to_toml(), None).unwrap();
    }
}
