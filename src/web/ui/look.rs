//! What a report's page shows besides its own measure: another one, and which columns its tables
//! keep.

use super::url::{Pairs, pair};
use crate::model::Invalid;
use crate::report::{Figure, join_values, registry, split_values};

/// How a report is looked at, beyond what it is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    /// The report whose measure is drawn into the same chart, on a scale of its own.
    pub(super) second: Option<String>,
    /// The figures that tables keep besides their keys, by name; none: all.
    pub(super) columns: Vec<String>,
}

impl Look {
    /// Takes a parameter of an address, if it is one of these.
    pub(super) fn take(&mut self, name: &str, value: &str) -> Result<bool, Invalid> {
        match name {
            "second" => {
                let known = registry::find(value).is_some() || value.is_empty();
                let reason = || format!("there is no report `{value}`");
                known
                    .then_some(())
                    .ok_or_else(|| Invalid::new("second", reason()))?;
                self.second = (!value.is_empty()).then(|| value.to_owned());
            }
            "columns" => {
                self.columns = split_values(value);
                self.columns.retain(|column| !column.is_empty());
                if let Some(odd) = self
                    .columns
                    .iter()
                    .find(|column| !Figure::is_column(column))
                {
                    let reason = format!("`{odd}` is no figure of a table; one is `value`");
                    return Err(Invalid::new("columns", reason));
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The parameters of an address.
    pub(super) fn pairs(&self) -> Pairs {
        let mut pairs = Pairs::new();
        pairs.extend(self.second.as_deref().map(|id| pair("second", id)));
        if !self.columns.is_empty() {
            let columns = join_values(self.columns.iter().map(String::as_str));
            pairs.push(pair("columns", &columns));
        }
        pairs
    }
}
