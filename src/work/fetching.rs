//! Vectors that are made elsewhere are fetched before somebody waits for them; an endpoint that
//! failed is asked again.

use std::time::{Duration, Instant};

use super::{Due, Step, Work};
use crate::app::{App, Error};
use crate::knowledge::FetchDue;

/// How long one step takes about, if the endpoint is quick.
const STEP: Duration = Duration::from_millis(200);

/// Fetches what is missing.
pub(super) struct Fetching;

impl Work for Fetching {
    fn name(&self) -> &'static str {
        "the fetching of vectors"
    }

    fn due(&self, app: &App) -> Due {
        match app.knowledge().fetch_due() {
            FetchDue::Not => Due::WhenMoved,
            FetchDue::Now => Due::Now,
            FetchDue::After(left) => Due::After(left),
        }
    }

    fn step(&mut self, app: &App) -> Result<Step, Error> {
        let began = Instant::now();
        while began.elapsed() < STEP {
            match some(app)? {
                Ok(true) => {}
                Ok(false) if app.knowledge().fetch_due() != FetchDue::Now => {
                    return Ok(Step::Taken);
                }
                Ok(false) | Err(_) => return Ok(Step::Nothing),
            }
        }
        Ok(Step::Taken)
    }
}

/// Fetches all that is missing; else says why it does not come.
pub fn fetch_vectors(app: &App) -> Result<(), Error> {
    loop {
        match some(app)? {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(reason) => return Err(Error::Stopped(reason)),
        }
    }
}

/// Fetches some; once all is there, topics and answers go by it.
fn some(app: &App) -> Result<Result<bool, String>, Error> {
    let library = app.knowledge();
    let fetched = library.fetch_some();
    if fetched == Ok(false) && library.is_fetched() {
        app.look_again()?;
    }
    Ok(fetched)
}
