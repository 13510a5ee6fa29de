//! What each kind of measure comes to, and the figures that are worked out of it.
//!
//! Keeps what was counted; a share, a mean or a rate is worked out when it is read.

use super::figure::{Figure, FigureValue};
use crate::metrics::{Cell, Interval, Spread, wilson};

/// What a measure comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Measurement {
    /// Nothing is known, as of a bucket that has not begun.
    #[default]
    Nothing,
    /// A number of rows.
    Count(u64),
    /// Jobs declined, with those received in the same time.
    Declines {
        /// Those declined.
        declined: u64,
        /// Those received.
        received: u64,
    },
    /// A share.
    Ratio(Ratio),
    /// The share of answered jobs that contacts declined, with the number of all declines.
    ContactDeclines {
        /// The share.
        ratio: Ratio,
        /// All declines.
        declined_all: u64,
    },
    /// The share handed off, with the times from assignment to close.
    Handoffs {
        /// The share.
        ratio: Ratio,
        /// The times.
        closing: Option<Box<Spread>>,
    },
    /// The share deflected: resolved, or left by the contact.
    Deflection {
        /// The share.
        ratio: Ratio,
        /// Those resolved.
        resolved: u64,
    },
    /// The share of satisfied ratings.
    Satisfaction {
        /// The share.
        ratio: Ratio,
        /// The sum of all scores.
        scores: u64,
        /// Surveys sent.
        sent: u64,
        /// Surveys that came back.
        responded: u64,
    },
    /// Durations; their value is the mean, as managers know it from other tools.
    Duration(Durations),
    /// Times in stages, with the spans from first entry to last exit.
    Stages {
        /// The times.
        times: Durations,
        /// The spans.
        spans: Option<Box<Spread>>,
    },
    /// Scores on two scales.
    Ratings {
        /// How many ratings there are.
        count: u64,
        /// The sum of the scores for communication.
        communication: u64,
        /// The sum of the scores for quality.
        quality: u64,
    },
    /// A level; nothing where the bucket lies ahead.
    Level(Option<i64>),
    /// A sum of time, in milliseconds.
    Time(i64),
    /// Available time, in milliseconds.
    WorkingTime {
        /// Inside working hours.
        inside: i64,
        /// Outside working hours.
        outside: i64,
    },
}

/// A share, and what is needed to judge it.
#[derive(Clone, Debug, PartialEq)]
pub struct Ratio {
    /// Rows in it.
    pub numerator: u64,
    /// Rows that it is of.
    pub denominator: u64,
    /// Of these, the ones that are not settled yet.
    pub unsettled: u64,
    /// Wilson's interval; nothing where the denominator is 0.
    pub interval: Option<Interval>,
}

impl Ratio {
    pub(super) fn new(cell: &Cell) -> Self {
        Self {
            numerator: cell.numerator,
            denominator: cell.denominator,
            unsettled: cell.unsettled,
            interval: wilson(cell.numerator, cell.denominator),
        }
    }

    fn figure(&self, figure: Figure) -> Option<FigureValue<'static>> {
        Some(match figure {
            Figure::Numerator => FigureValue::Count(self.numerator),
            Figure::Denominator | Figure::Count => FigureValue::Count(self.denominator),
            Figure::Low => FigureValue::Number(self.interval.map(|interval| interval.low)),
            Figure::High => FigureValue::Number(self.interval.map(|interval| interval.high)),
            Figure::SettledValue if self.unsettled > 0 => {
                let settled = self.denominator.saturating_sub(self.unsettled);
                FigureValue::Number(share(self.numerator, settled))
            }
            _ => return None,
        })
    }
}

/// Durations and how they are spread; nothing where there are none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Durations(pub Option<Box<Spread>>);

impl Durations {
    fn figure(&self, figure: Figure) -> Option<FigureValue<'_>> {
        let times = self.0.as_deref();
        let of = |pick: fn(&Spread) -> f64| FigureValue::Number(times.map(pick));
        Some(match figure {
            Figure::Count => FigureValue::Count(times.map_or(0, |times| times.count)),
            Figure::Mean => of(|times| times.mean),
            Figure::P50 => of(|times| times.p50),
            Figure::P90 => of(|times| times.p90),
            Figure::P95 => of(|times| times.p95),
            Figure::Max => of(|times| times.max),
            Figure::Histogram => FigureValue::Classes(&times?.histogram),
            _ => return None,
        })
    }
}

impl Measurement {
    pub(super) fn value(&self) -> FigureValue<'static> {
        let number = match self {
            Self::Count(count)
            | Self::Declines {
                declined: count, ..
            } => return FigureValue::Count(*count),
            Self::Level(Some(level)) => return FigureValue::Level(*level),
            Self::Ratings {
                count,
                communication,
                quality,
            } => share(communication + quality, 2 * count),
            Self::Time(millis) | Self::WorkingTime { inside: millis, .. } => Some(secs(*millis)),
            _ => match (self.ratio(), self.times()) {
                (Some(ratio), _) => share(ratio.numerator, ratio.denominator),
                (None, times) => times.and_then(|times| Some(times.0.as_deref()?.mean)),
            },
        };
        FigureValue::Number(number)
    }

    pub(super) fn figure(&self, figure: Figure) -> Option<FigureValue<'_>> {
        let of_ratio = || self.ratio()?.figure(figure);
        let of_times = || self.times()?.figure(figure);
        self.own_figure(figure).or_else(of_ratio).or_else(of_times)
    }

    /// The share in it.
    const fn ratio(&self) -> Option<&Ratio> {
        match self {
            Self::Ratio(ratio)
            | Self::ContactDeclines { ratio, .. }
            | Self::Handoffs { ratio, .. }
            | Self::Deflection { ratio, .. }
            | Self::Satisfaction { ratio, .. } => Some(ratio),
            _ => None,
        }
    }

    /// The durations in it.
    const fn times(&self) -> Option<&Durations> {
        match self {
            Self::Duration(times) | Self::Stages { times, .. } => Some(times),
            _ => None,
        }
    }

    /// What only this kind gives, besides the figures of a share or of durations.
    fn own_figure(&self, figure: Figure) -> Option<FigureValue<'static>> {
        let count = |count: &u64| Some(FigureValue::Count(*count));
        match (self, figure) {
            (
                Self::Count(all)
                | Self::Declines { declined: all, .. }
                | Self::Ratings { count: all, .. },
                Figure::Count,
            ) => count(all),
            (Self::Declines { received, .. }, Figure::Received) => count(received),
            (Self::ContactDeclines { declined_all, .. }, Figure::DeclinedAll) => {
                count(declined_all)
            }
            (Self::Handoffs { closing, .. }, _) => closing_figure(closing.as_deref(), figure),
            (Self::Deflection { resolved, .. }, Figure::Resolved) => count(resolved),
            (Self::Deflection { ratio, resolved }, Figure::Abandoned) => {
                count(&ratio.numerator.saturating_sub(*resolved))
            }
            (Self::Satisfaction { ratio, scores, .. }, Figure::Mean) => {
                Some(FigureValue::Number(share(*scores, ratio.denominator)))
            }
            (Self::Satisfaction { sent, .. }, Figure::Sent) => count(sent),
            (Self::Satisfaction { responded, .. }, Figure::Responded) => count(responded),
            (
                Self::Satisfaction {
                    sent, responded, ..
                },
                Figure::ResponseRate,
            ) => Some(FigureValue::Number(share(*responded, *sent))),
            (Self::Stages { spans, .. }, _) => span_figure(spans.as_deref(), figure),
            (
                Self::Ratings {
                    count,
                    communication: sum,
                    ..
                },
                Figure::Communication,
            )
            | (
                Self::Ratings {
                    count,
                    quality: sum,
                    ..
                },
                Figure::Quality,
            ) => Some(FigureValue::Number(share(*sum, *count))),
            (Self::WorkingTime { inside, outside }, _) => working_figure(*inside, *outside, figure),
            _ => None,
        }
    }
}

fn working_figure(inside: i64, outside: i64, figure: Figure) -> Option<FigureValue<'static>> {
    let all = inside + outside;
    Some(FigureValue::Number(match figure {
        Figure::Inside => Some(secs(inside)),
        Figure::Outside => Some(secs(outside)),
        Figure::InsideShare => (all > 0).then(|| inside as f64 / all as f64),
        _ => return None,
    }))
}

fn span_figure(spans: Option<&Spread>, figure: Figure) -> Option<FigureValue<'static>> {
    Some(FigureValue::Number(match figure {
        Figure::SpanMean => spans.map(|spans| spans.mean),
        Figure::SpanP50 => spans.map(|spans| spans.p50),
        _ => return None,
    }))
}

fn share(part: u64, of: u64) -> Option<f64> {
    (of > 0).then(|| part as f64 / of as f64)
}

fn secs(millis: i64) -> f64 {
    millis as f64 / 1000.0
}

fn closing_figure(closing: Option<&Spread>, figure: Figure) -> Option<FigureValue<'static>> {
    Some(match figure {
        Figure::CloseCount => FigureValue::Count(closing.map_or(0, |closing| closing.count)),
        Figure::CloseMean => FigureValue::Number(closing.map(|closing| closing.mean)),
        Figure::CloseP50 => FigureValue::Number(closing.map(|closing| closing.p50)),
        _ => return None,
    })
}
