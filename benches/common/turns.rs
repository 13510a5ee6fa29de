//! Two sides of a comparison in one run, turn by turn, so that what else the machine does
//! meets both alike.

use std::time::Duration;

/// How often each side takes its turn.
pub(crate) const TURNS: u32 = 9;

/// Whose turn it is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Side {
    Ours,
    Rival,
}

/// What each side does in a second, ours first: `count` things a turn, by the median of turns.
pub(crate) fn rates(count: u32, mut turn: impl FnMut(Side) -> Duration) -> (f64, f64) {
    let (mut ours, mut rival) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        ours.push(turn(Side::Ours));
        rival.push(turn(Side::Rival));
    }
    let rate = |times| f64::from(count) / median(times).as_secs_f64();
    (rate(ours), rate(rival))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().expect("some times")
}
