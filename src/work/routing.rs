//! Routing rules are asked about what happens to conversations, in the order of the journal, and
//! about silences when they have lasted for long enough.
//!
//! Everything is asked about once: a rule that acted is in the journal with its deeds, and so is up
//! to where all were asked. After a kill the rest is asked about.

use std::time::Duration;

use super::{Due, Step, Work};
use crate::app::{App, Error};
use crate::command::{Caller, Command, RoutingCommand};
use crate::model::Timestamp;
use crate::model::routing::{Occasion, Routing};

/// How much is asked about before that is noted.
const AT_ONCE: usize = 100;
/// What was not known yet is asked about again after so long.
const HELD: Duration = Duration::from_millis(500);

/// Asks rules about what happens.
#[derive(Default)]
pub(super) struct Happenings {
    /// What is waited for, and nothing else, up to this record.
    held_until: u64,
}

impl Work for Happenings {
    fn name(&self) -> &'static str {
        "the routing of conversations"
    }

    fn due(&self, app: &App) -> Due {
        let snapshot = app.snapshot();
        let last = snapshot.installation.routing.occasions().next_back();
        match last {
            Some((record, _)) if record > self.held_until => Due::Now,
            Some(_) => Due::After(HELD),
            None => Due::WhenMoved,
        }
    }

    fn pace(&self) -> Duration {
        Duration::ZERO
    }

    fn step(&mut self, app: &App) -> Result<Step, Error> {
        self.held_until = ask_about_happenings(app)?.1;
        Ok(Step::Taken)
    }
}

/// Asks rules about silences.
pub(super) struct Silences;

impl Work for Silences {
    fn name(&self) -> &'static str {
        "the routing of silent conversations"
    }

    fn due(&self, app: &App) -> Due {
        let snapshot = app.snapshot();
        let routing = &snapshot.installation.routing;
        Due::at(next_silence(routing), app.clock().now())
    }

    fn step(&mut self, app: &App) -> Result<Step, Error> {
        Ok(if ask_about_silences(app)? > 0 {
            Step::Taken
        } else {
            Step::Nothing
        })
    }
}

/// Asks the rules about everything that is due; how often one of them fitted.
pub fn route_conversations(app: &App) -> Result<usize, Error> {
    let (acted, _) = ask_about_happenings(app)?;
    Ok(acted + ask_about_silences(app)?)
}

/// How often a rule fitted, and up to which record all is held that is left.
fn ask_about_happenings(app: &App) -> Result<(usize, u64), Error> {
    let snapshot = app.snapshot();
    let mut acted = 0;
    let mut until = 0;
    let mut held = Vec::new();
    let mut settled = 0;
    for (record, occasion) in snapshot.installation.routing.occasions() {
        let asked = app.ask_rules(record, occasion)?;
        acted += asked.acted;
        until = record;
        if asked.is_held {
            held.push(record);
        } else {
            settled += 1;
        }
        if settled >= AT_ONCE {
            break;
        }
    }
    if settled > 0 {
        let settle = Command::Routing(RoutingCommand::Settle { until, held });
        app.write_now(&Caller::system(), settle)?;
    }
    Ok((acted, until))
}

/// When the next silence has lasted for so long as a rule says.
fn next_silence(routing: &Routing) -> Option<Timestamp> {
    let rules = routing.rules.iter();
    let due = rules.filter_map(|rule| {
        let silences = routing.silences(rule);
        silences.map(|(_, silence)| rule.asked_at(silence)).min()
    });
    due.min()
}

/// Asks every rule about the silences that have lasted for long enough; how many that were.
fn ask_about_silences(app: &App) -> Result<usize, Error> {
    let (snapshot, now) = (app.snapshot(), app.clock().now());
    let routing = &snapshot.installation.routing;
    let mut asked = 0;
    for rule in &routing.rules {
        let due = |silence: &Occasion| rule.asked_at(silence) <= now;
        let silences = routing.silences(rule).filter(|(_, silence)| due(silence));
        for silence in silences.take(AT_ONCE) {
            app.ask_of_silence(rule, silence)?;
            asked += 1;
        }
    }
    if asked > 0 {
        app.wait_for(app.position());
    }
    Ok(asked)
}
