//! What contacts say of themselves, by their codes.

use super::dictionary::NONE;
use super::own::OwnFields;
use super::pages::Pages;

/// What a contact says; its place is the contact's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContactRow {
    /// The contact as which it counts, merges followed.
    pub root: u32,
    /// Its language.
    pub language: u32,
    /// Its company's key.
    pub company: u32,
}

/// What codes of contacts stand for where rows are cut by their contacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactField {
    /// The contact as which it counts.
    Root,
    /// That one's company.
    Company,
    /// That one's language.
    Language,
}

/// Contacts by code; one without a row counts as itself.
#[derive(Clone, Debug, Default)]
pub struct Contacts(Pages<Option<ContactRow>>, pub OwnFields);

impl Contacts {
    /// Writes the row of the contact `code`.
    pub fn set(&mut self, code: u32, row: ContactRow) {
        self.0.set(code, Some(row));
    }

    /// The row of the contact `code`.
    pub fn get(&self, code: u32) -> ContactRow {
        self.0.get(code).unwrap_or(ContactRow {
            root: code,
            language: NONE,
            company: NONE,
        })
    }

    /// The row of the one as which the contact `code` counts.
    pub fn counted(&self, code: u32) -> ContactRow {
        let row = self.get(code);
        if row.root == code {
            return row;
        }
        self.get(row.root)
    }

    /// A field of the contact `code`, as a code.
    pub fn field(&self, code: u32, field: ContactField) -> u32 {
        match field {
            ContactField::Root => self.get(code).root,
            ContactField::Company => self.counted(code).company,
            ContactField::Language => self.counted(code).language,
        }
    }
}
