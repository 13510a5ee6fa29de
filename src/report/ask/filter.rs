//! Filters: which rows a query keeps or leaves out, by the names that fields have in addresses.
//!
//! Fed by `query` with what was read from text, and by fronts that have values at hand.

use super::dimension::Dimension;
use crate::model::Invalid;

/// A filter: rows whose value of `dimension` is, or is not, one of `values`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Filter {
    /// Of what.
    pub dimension: Dimension,
    /// Of an own field, which one.
    pub own: Option<String>,
    /// Whether the values are left out rather than kept.
    pub not: bool,
    /// Any of these; an empty text is "no value".
    pub values: Vec<String>,
}

/// Filters as they are named one after the other.
#[derive(Clone, Debug, Default)]
pub struct FilterList {
    filters: Vec<Filter>,
    /// Those of `tag.all`, one a tag, which never join with another.
    tags: Vec<Filter>,
}

impl FilterList {
    /// Adds values of `field`, which is named as after `where.`: `.not` leaves its values out,
    /// `tag.all` keeps what has every one of them.
    pub fn add(&mut self, field: &str, values: Vec<String>) -> Result<(), Invalid> {
        if let Some(field) = field.strip_suffix(".all") {
            return self.add_tags(field, values);
        }
        let (plain, not) = match field.strip_suffix(".not") {
            Some(plain) => (plain, true),
            None => (field, false),
        };
        let own = plain.strip_prefix("attr.").filter(|own| !own.is_empty());
        let dimension = match own {
            Some(_) => Dimension::Own,
            None => dimension(plain)
                .ok_or_else(|| unknown_dimension(&format!("where.{field}"), plain))?,
        };
        let own = own.map(str::to_owned);
        let same = self
            .filters
            .iter_mut()
            .find(|one| (one.dimension, &one.own, one.not) == (dimension, &own, not));
        match same {
            Some(same) => same.values.extend(values),
            None => self.filters.push(Filter {
                dimension,
                own,
                not,
                values,
            }),
        }
        Ok(())
    }

    fn add_tags(&mut self, field: &str, values: Vec<String>) -> Result<(), Invalid> {
        if field != Dimension::Tag.as_str() {
            let reason = "`all` is for tags only; of other fields a row has one value";
            return Err(Invalid::new(format!("where.{field}.all"), reason));
        }
        self.tags.extend(values.into_iter().map(|tag| Filter {
            dimension: Dimension::Tag,
            own: None,
            not: false,
            values: vec![tag],
        }));
        Ok(())
    }

    /// All of them, in an order that does not depend on that in which they were named.
    pub fn into_filters(self) -> Vec<Filter> {
        let mut filters = self.filters;
        filters.extend(self.tags);
        filters.sort_by_key(|filter| (filter.dimension, filter.own.clone(), filter.not));
        filters
    }
}

/// The public dimension called `name`.
pub(super) fn dimension(name: &str) -> Option<Dimension> {
    Dimension::ALL
        .into_iter()
        .filter(|dimension| !dimension.is_key_only())
        .find(|dimension| dimension.as_str() == name)
}

pub(super) fn unknown_dimension(field: &str, name: &str) -> Invalid {
    Invalid::new(field, format!("`{name}` is no field to cut or filter by"))
}
