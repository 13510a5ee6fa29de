//! A source's own figures beside the rows of our reports, once all that was imported is folded.

use std::collections::HashSet;

use crate::app::{App, Delivery, Error, Present, RowWish};
use crate::model::reconciliation::{
    FigureClock, MOST_FIGURES, MOST_MEASURED, Reconciliation, SourceFigure, SourceFigures,
};
use crate::model::{Event, Invalid};
use crate::report::{
    Compared, DurationClock, OurValues, Query, RowQuery, State, Story, reconcile, registry,
};
use crate::store::ThingKind;

/// The longest id of a thing, in characters.
const MAX_ID: usize = 128;
/// The reports that a source's figures are set beside.
const REPORTS: [&str; 6] = [
    "first_response_time",
    "ticket_first_response_time",
    "time_to_first_close",
    "time_to_close",
    "human_resolution_time",
    "csat",
];
/// Since before any conversation.
const SINCE: &str = "1990-01-01T00:00:00Z";

impl App {
    /// Sets a source's figures beside what the reports say of the same conversations and tickets.
    pub fn reconcile(
        &self,
        present: &Present,
        source: &SourceFigures,
    ) -> Result<Vec<Reconciliation>, Error> {
        check(source)?;
        let wanted: HashSet<&str> = source
            .things
            .iter()
            .map(|thing| thing.id.as_str())
            .collect();
        let mut all = Vec::new();
        for (slot, figure) in source.figures.iter().enumerate() {
            let mut values = source.things.iter().map(|thing| thing.values.get(slot));
            if !values.any(|value| value.copied().flatten().is_some()) {
                continue;
            }
            let other = match figure.clock {
                FigureClock::Calendar => DurationClock::Business,
                FigureClock::Business => DurationClock::Calendar,
            };
            let own = match figure.clock {
                FigureClock::Calendar => DurationClock::Calendar,
                FigureClock::Business => DurationClock::Business,
            };
            let compared = Compared {
                slot,
                ours: self.ours(present, figure, &wanted, own)?,
                other_clock: self.ours(present, figure, &wanted, other)?,
            };
            let mut story = |thing: &str| self.story(thing);
            all.extend(reconcile(source, &compared, &mut story));
        }
        Ok(all)
    }

    /// What a report says of the things; none where it cannot count by the clock.
    fn ours<'a>(
        &self,
        present: &Present,
        figure: &'a SourceFigure,
        wanted: &'a HashSet<&'a str>,
        clock: DurationClock,
    ) -> Result<Option<OurValues<'a>>, Error> {
        let report = registry::find(&figure.report);
        let is_timed = report.is_some_and(|report| report.measure.is_timed());
        if !is_timed && clock == DurationClock::Business {
            return Ok(None);
        }
        let until = present.now().to_string();
        let mut query = Query::default();
        query.set("from", SINCE)?;
        query.set("to", &until)?;
        query.clocks = vec![clock];
        let mut ours = OurValues::new(figure, wanted);
        for state in [State::Counted, State::Open, State::Pending, State::Excluded] {
            let rows = RowQuery {
                state: Some(state),
                limit: usize::MAX,
                ..RowQuery::default()
            };
            let wish = RowWish {
                id: &figure.report,
                query: &query,
                wanted: &rows,
            };
            loop {
                let asked = self.ask_row_parts_at(present, wish, &mut |items| {
                    for row in &items {
                        ours.take(row);
                    }
                    true
                });
                match asked {
                    Ok(Delivery::Result(())) => break,
                    Ok(Delivery::Task(_)) => {}
                    // There is no schedule to count by.
                    Err(Error::Query(fault)) if clock == DurationClock::Business => {
                        tracing::debug!(%fault, "a figure in working time is not compared");
                        return Ok(None);
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(Some(ours))
    }

    /// What happened to a conversation or ticket; none: it cannot be read.
    fn story(&self, thing: &str) -> Option<Story> {
        let store = &self.past.store;
        let place = store.thing(ThingKind::Conversation, thing).ok()?;
        let place = match place {
            Some(place) => place,
            None => store.thing(ThingKind::Ticket, thing).ok()??,
        };
        let events: Vec<Event> = store.events_of(&store.unit_of(place).ok()?).ok()?;
        Some(Story::new(thing, &events))
    }
}

/// Refuses what no source gives.
fn check(source: &SourceFigures) -> Result<(), Invalid> {
    for (place, figure) in source.figures.iter().enumerate() {
        if !REPORTS.contains(&figure.report.as_str()) {
            let reason = format!("`{}` is none of {}", figure.report, REPORTS.join(", "));
            return Err(Invalid::new(format!("figures[{place}].report"), reason));
        }
        if figure.name.trim().is_empty() || figure.name.len() > 200 {
            let reason = "expected a name of 1 to 200 bytes";
            return Err(Invalid::new(format!("figures[{place}].name"), reason));
        }
        if !(1..=86_400).contains(&figure.step_secs) {
            let reason = format!("`{}` is no number from 1 to 86400", figure.step_secs);
            return Err(Invalid::new(format!("figures[{place}].step_secs"), reason));
        }
    }
    check_things(source)
}

/// Refuses things that are none, or have other values than there are figures.
fn check_things(source: &SourceFigures) -> Result<(), Invalid> {
    let count = source.figures.len();
    for (place, thing) in source.things.iter().enumerate() {
        if !(1..=MAX_ID).contains(&thing.id.chars().count()) {
            let reason = format!("expected an id of 1 to {MAX_ID} characters");
            return Err(Invalid::new(format!("things[{place}].id"), reason));
        }
        if thing.values.len() != count {
            let reason = format!(
                "there are {}; expected {count}, one for each figure",
                thing.values.len()
            );
            return Err(Invalid::new(format!("things[{place}].values"), reason));
        }
    }
    for (field, there, most) in [
        ("figures", count, MOST_FIGURES),
        ("things", source.things.len(), MOST_MEASURED),
    ] {
        if there > most {
            let reason = format!("there are {there}; at most {most} are expected");
            return Err(Invalid::new(field, reason));
        }
    }
    Ok(())
}
