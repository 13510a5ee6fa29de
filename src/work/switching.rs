//! From one embedder to another: texts get their new vectors, then all changes over at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use svar_index::vector::Embedder;

use super::{Due, Step, Work};
use crate::app::{App, Error};
use crate::command::Caller;
use crate::knowledge::{SwitchProgress, SwitchStep, is_lacking, regrouped};
use crate::model::Body;
use crate::model::event::EmbedderSwitched;

/// How long one step takes about, so that new questions are not kept waiting.
const STEP: Duration = Duration::from_millis(200);

/// Changes over to the model that was chosen.
pub(super) struct Switching;

impl Work for Switching {
    fn name(&self) -> &'static str {
        "the change of the sentence model"
    }

    fn due(&self, app: &App) -> Due {
        let library = app.knowledge();
        let is_changing = library.is_to_switch();
        if is_changing && !library.workshop.switch.is_stuck() {
            library.chosen_endpoint_rests().map_or(Due::Now, Due::After)
        } else {
            Due::WhenMoved
        }
    }

    fn step(&mut self, app: &App) -> Result<Step, Error> {
        let is_more = go_on(app)?;
        let is_over = !app.knowledge().is_to_switch();
        Ok(if is_more || is_over {
            Step::Taken
        } else {
            Step::Nothing
        })
    }
}

/// Changes over to the model that was chosen, if it is another one, telling `progress` of
/// texts; in the command's own time.
pub fn switch_now(app: &App, progress: impl Fn(u64, u64)) -> Result<(), Error> {
    while go_on(app)? {
        let SwitchProgress { done, total } = app.knowledge().workshop.switch.progress();
        progress(done, total);
    }
    match app.knowledge().workshop.switch.fault() {
        Some(reason) => Err(Error::Stopped(reason)),
        None => Ok(()),
    }
}

/// Goes on with the change for about a step; true where there is more to do.
fn go_on(app: &App) -> Result<bool, Error> {
    let library = app.knowledge();
    let began = Instant::now();
    while began.elapsed() < STEP {
        match library.next_switch_step() {
            SwitchStep::Nothing => return Ok(false),
            SwitchStep::Texts(embedder, texts) => {
                if !library.make_vectors(&*embedder, &texts) {
                    return Ok(false);
                }
            }
            SwitchStep::Over(embedder) => {
                let label = library.chosen_embedder();
                return switch(app, label, &embedder).map(|()| false);
            }
        }
    }
    Ok(true)
}

/// Groups all questions by the new embedder and puts it in use.
fn switch(app: &App, label: Option<String>, embedder: &Arc<dyn Embedder>) -> Result<(), Error> {
    let (mut grouped, _former) = app.grouped();
    app.settle()?;
    let snapshot = app.snapshot();
    let knowledge = &snapshot.installation.knowledge;
    if is_lacking(knowledge, &**embedder) {
        // One came meanwhile; it is fetched first.
        return Ok(());
    }
    let Some(old) = grouped.topics() else {
        return Err(Error::Stopped("the topics could not be read".to_owned()));
    };
    let (topics, mut bodies) = regrouped(knowledge, old, &**embedder, snapshot.log_position);
    let switched = EmbedderSwitched { embedder: label };
    bodies.push(Body::EmbedderSwitched(Box::new(switched)));
    app.record(&Caller::system(), bodies)?;
    grouped.replace(topics);
    let workshop = Arc::clone(&app.knowledge().workshop);
    workshop.serving.set(Arc::clone(embedder));
    drop(grouped);
    app.settle()?;
    workshop.switch.retry();
    app.sweep_models()
}
