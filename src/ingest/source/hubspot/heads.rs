//! How the heads of HubSpot's tables are called: by their internal names, and as the account of
//! whoever exported writes them in English, German, French, Spanish, Portuguese and Japanese.

/// What a column may be, with the heads that say so, in small letters: a line each.
const HEADS: &str = include_str!("heads.txt");
/// How heads begin that say when a ticket entered the stage which they name in quotes.
const ENTERED: [&str; 6] = [
    "date entered",
    "eintrittsdatum",
    "date d'entrée",
    "fecha de entrada",
    "data de entrada",
    "入った日",
];
/// Signs that stand for quotes.
const QUOTES: [char; 10] = ['"', '\'', '“', '”', '„', '«', '»', '「', '」', '’'];
/// What a column of an own field is called.
pub(super) const OWN: &str = "attr.";
/// What a column is called that says when a ticket entered a stage.
pub(super) const INTO: &str = "entered.";

/// What a head is, as HubSpot calls it.
pub(super) fn meaning(head: &str) -> Option<String> {
    let small = head.trim().to_lowercase();
    let known = columns().find(|(_, heads)| heads.split(" | ").any(|head| head == small));
    if let Some((what, _)) = known {
        return Some(what.to_owned());
    }
    for prefix in ["hs_v2_date_entered_", "hs_date_entered_"] {
        if let Some(stage) = small.strip_prefix(prefix) {
            return Some(format!("{INTO}{stage}"));
        }
    }
    let start = ENTERED.iter().find(|start| small.starts_with(*start))?;
    stage_in(head.trim().get(start.len()..)?).map(|stage| format!("{INTO}{stage}"))
}

/// What stands in quotes.
fn stage_in(head: &str) -> Option<&str> {
    let (_, rest) = head.split_once(&QUOTES[..])?;
    let (stage, _) = rest.rsplit_once(&QUOTES[..])?;
    let stage = stage.trim_matches(|sign: char| QUOTES.contains(&sign) || sign.is_whitespace());
    (!stage.is_empty()).then_some(stage)
}

/// Whether a mapping may call a column so.
pub(super) fn is_known(what: &str) -> bool {
    let own = what
        .strip_prefix(OWN)
        .or_else(|| what.strip_prefix(INTO))
        .is_some_and(|name| !name.trim().is_empty());
    own || names().any(|name| name == what)
}

/// What columns are called in a mapping.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    columns().map(|(what, _)| what)
}

fn columns() -> impl Iterator<Item = (&'static str, &'static str)> {
    HEADS.lines().filter_map(|line| line.split_once(": "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_known_in_six_languages() {
        for (head, wanted) in [
            ("Ticket name", "name"),
            ("Ticketname", "name"),
            ("Nom du ticket", "name"),
            ("Nombre del ticket", "name"),
            ("Nome do ticket", "name"),
            ("チケット名", "name"),
            ("hs_pipeline_stage", "status"),
            ("Ticketstatus", "status"),
            ("クローズ日", "closed"),
            ("Date de création", "created"),
            ("Fecha de cierre", "closed"),
            ("Proprietário do ticket", "owner"),
            (
                "Date entered \"Closed (Support Pipeline)\"",
                "entered.Closed (Support Pipeline)",
            ),
            ("Date entered 'It's done (A)'", "entered.It's done (A)"),
            ("Date d'entrée dans « Fermé »", "entered.Fermé"),
            ("hs_v2_date_entered_4", "entered.4"),
        ] {
            assert_eq!(meaning(head).as_deref(), Some(wanted), "{head}");
        }
        for head in ["Date exited \"Closed\"", "Time in 'New'", "Shoe size"] {
            assert_eq!(meaning(head), None, "{head}");
        }
    }

    #[test]
    fn no_head_means_two_things() {
        let mut all: Vec<&str> = columns()
            .flat_map(|(_, heads)| heads.split(" | "))
            .collect();
        assert_eq!(names().count(), HEADS.lines().count());
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        assert!(all.iter().all(|head| *head == head.to_lowercase()));
    }
}
