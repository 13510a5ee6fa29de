//! From similarities to a probability that the first answer is right.
//!
//! A logistic regression over ten features of a lookup, fitted on what people
//! confirmed. Before there are enough of those, nobody should believe it: the fixed
//! threshold holds till then. Pure and deterministic; kept as JSON by whoever fits it.

use serde::{Deserialize, Serialize};

use super::Hit;

/// So many confirmed cases are needed, and [`MIN_EACH`] of right and of wrong ones.
const MIN_CASES: usize = 100;

/// So many right and so many wrong cases are needed.
const MIN_EACH: usize = 10;

/// The numbers that a probability is made of.
const COUNT: usize = 10;

/// The pull of each weight towards zero, in units of one case.
const RIDGE: f64 = 1.0;

/// Newton steps; it stops moving after about ten.
const STEPS: usize = 25;

/// What of a lookup tells whether its first answer is right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Features {
    /// The first score.
    pub score: f32,
    /// The first score less the second.
    pub margin: f32,
    /// The first's best variant's cosine.
    pub vector: f32,
    /// The first's centroid's cosine.
    pub centroid: f32,
    /// The first's lexical similarity.
    pub lexical: f32,
    /// The most lexical similarity of any other answer.
    pub other_lexical: f32,
    /// The share of the sentence's words, by weight, that any variant has, 0 to 1.
    pub known: f32,
    /// The logarithm of one plus the sentence's different words.
    pub words: f32,
    /// The logarithm of one plus the first answer's variants.
    pub variants: f32,
    /// How much of the ten best scores is the first's: a peak or a plateau.
    pub peak: f32,
}

impl Features {
    pub(super) fn of(hits: &[Hit], known: f32, words: usize, variants: usize) -> Self {
        let Some(first) = hits.first() else {
            return Self::default();
        };
        let others = hits.get(1..).unwrap_or_default();
        let mean = others.iter().map(|hit| hit.score).sum::<f32>() / others.len().max(1) as f32;
        Self {
            score: first.score,
            margin: first.score - others.first().map_or(0.0, |hit| hit.score.max(0.0)),
            vector: first.vector,
            centroid: first.centroid,
            lexical: first.lexical,
            other_lexical: others.iter().map(|hit| hit.lexical).fold(0.0, f32::max),
            known,
            words: (1.0 + words as f32).ln(),
            variants: (1.0 + variants as f32).ln(),
            peak: first.score - mean,
        }
    }

    fn numbers(&self) -> [f64; COUNT] {
        [
            self.score,
            self.margin,
            self.vector,
            self.centroid,
            self.lexical,
            self.other_lexical,
            self.known,
            self.words,
            self.variants,
            self.peak,
        ]
        .map(f64::from)
    }
}

/// A fitted regression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// How many confirmed cases it was fitted on.
    pub cases: usize,
    bias: f64,
    weights: [f64; COUNT],
    means: [f64; COUNT],
    spreads: [f64; COUNT],
    /// The cases' own probabilities, each as if it had not been among them, and whether
    /// it was right; by falling probability.
    curve: Vec<(f32, bool)>,
}

/// One point of the curve of what a threshold would have done.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The probability from which answers are given.
    pub threshold: f32,
    /// The share of all cases that would be answered.
    pub coverage: f32,
    /// The share of those answered that would be right.
    pub precision: f32,
}

impl Calibration {
    /// One that was fitted elsewhere, without cases of its own.
    pub(super) const fn fixed(
        bias: f64,
        weights: [f64; COUNT],
        means: [f64; COUNT],
        spreads: [f64; COUNT],
    ) -> Self {
        Self {
            cases: 0,
            bias,
            weights,
            means,
            spreads,
            curve: Vec::new(),
        }
    }

    /// Fits on cases: what was seen, and whether the first answer was right. None while
    /// there are fewer than 100, or fewer than 10 right or wrong ones.
    pub fn fit(cases: &[(Features, bool)]) -> Option<Self> {
        Self::fit_from(cases, MIN_CASES)
    }

    /// As [`Self::fit`], from `least` cases on.
    pub(super) fn fit_from(cases: &[(Features, bool)], least: usize) -> Option<Self> {
        let right = cases.iter().filter(|case| case.1).count();
        if cases.len() < least || right < MIN_EACH || cases.len() - right < MIN_EACH {
            return None;
        }
        let mut fitted = Self::fit_all(cases)?;
        // Ten fits, each judging the tenth that it has not seen.
        for fold in 0..10 {
            let seen = |at: usize| at % 10 != fold;
            let rest: Vec<_> = chosen(cases, seen);
            let judge = Self::fit_all(&rest)?;
            let unseen = chosen(cases, |at| !seen(at));
            let judged = unseen
                .iter()
                .map(|(features, right)| (judge.probability(features), *right));
            fitted.curve.extend(judged);
        }
        fitted
            .curve
            .sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        Some(fitted)
    }

    /// The probability that the first answer is right, 0 to 1.
    pub fn probability(&self, features: &Features) -> f32 {
        let scaled = self.scaled(features);
        let sum: f64 = self
            .weights
            .iter()
            .zip(scaled)
            .map(|(weight, number)| weight * number)
            .sum();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a probability needs no more digits"
        )]
        let probability = sigmoid(self.bias + sum) as f32;
        probability
    }

    /// What each threshold would have done with the cases, from the most cautious on.
    pub fn curve(&self) -> Vec<Point> {
        let mut right = 0.0;
        let mut points = Vec::with_capacity(self.curve.len());
        for (at, (threshold, is_right)) in self.curve.iter().enumerate() {
            right += if *is_right { 1.0 } else { 0.0 };
            let rank = at as f32 + 1.0;
            points.push(Point {
                threshold: *threshold,
                coverage: rank / self.curve.len() as f32,
                precision: right / rank,
            });
        }
        points
    }

    /// The lowest probability from which on at least `precision` of the cases were
    /// right; never under `precision` − 0.1, so that luck alone opens no gate. None if
    /// no threshold reaches it with ten cases.
    pub fn threshold_for(&self, precision: f32) -> Option<f32> {
        let fits =
            |point: &Point| point.precision >= precision && point.threshold >= precision - 0.1;
        let mut points = self.curve();
        points.drain(..points.len().min(9));
        points
            .iter()
            .rev()
            .find(|&point| fits(point))
            .map(|point| point.threshold)
    }

    /// The lowest probability from which on answers are right in at least `precision` of the cases by
    /// the mean of what each case's own probability says, with ten cases; steadier with few cases
    /// than counting them. None if no threshold reaches it.
    pub fn expected_threshold(&self, precision: f32) -> Option<f32> {
        let mut sum = 0.0;
        let mut lowest = None;
        for (at, (probability, _)) in self.curve.iter().enumerate() {
            sum += probability;
            let count = at + 1;
            if count >= 10 && sum >= precision * count as f32 {
                lowest = Some(*probability);
            }
        }
        lowest
    }

    fn fit_all(cases: &[(Features, bool)]) -> Option<Self> {
        let mut fitted = Self {
            cases: cases.len(),
            bias: 0.0,
            weights: [0.0; COUNT],
            means: [0.0; COUNT],
            spreads: [1.0; COUNT],
            curve: Vec::new(),
        };
        fitted.scale_by(cases);
        let rows: Vec<([f64; COUNT + 1], f64)> = cases
            .iter()
            .map(|(features, right)| {
                (
                    with_one(fitted.scaled(features)),
                    f64::from(u8::from(*right)),
                )
            })
            .collect();
        let mut weights = [0.0; COUNT + 1];
        for _ in 0..STEPS {
            let step = newton_step(&rows, &weights)?;
            for (weight, step) in weights.iter_mut().zip(step) {
                *weight += step;
            }
        }
        let [bias, rest @ ..] = weights;
        (fitted.bias, fitted.weights) = (bias, rest);
        Some(fitted)
    }

    fn scale_by(&mut self, cases: &[(Features, bool)]) {
        let count = cases.len() as f64;
        for (features, _) in cases {
            for (mean, number) in self.means.iter_mut().zip(features.numbers()) {
                *mean += number / count;
            }
        }
        let mut squares = [0.0; COUNT];
        for (features, _) in cases {
            let numbers = features.numbers();
            for ((square, number), mean) in squares.iter_mut().zip(numbers).zip(self.means) {
                *square += (number - mean).powi(2) / count;
            }
        }
        // A feature that never varies says nothing, and must not be blown up.
        self.spreads = squares.map(|square| if square > 1e-9 { square.sqrt() } else { 1.0 });
    }

    fn scaled(&self, features: &Features) -> [f64; COUNT] {
        let mut numbers = features.numbers();
        for ((number, mean), spread) in numbers.iter_mut().zip(self.means).zip(self.spreads) {
            // Far outside of what was seen, more of the same is no further evidence.
            *number = ((*number - mean) / spread).clamp(-4.0, 4.0);
        }
        numbers
    }
}

fn chosen(cases: &[(Features, bool)], wanted: impl Fn(usize) -> bool) -> Vec<(Features, bool)> {
    let numbered = cases.iter().enumerate();
    numbered
        .filter(|(at, _)| wanted(*at))
        .map(|(_, case)| *case)
        .collect()
}

fn with_one(numbers: [f64; COUNT]) -> [f64; COUNT + 1] {
    let mut row = [1.0; COUNT + 1];
    for (place, number) in row.iter_mut().skip(1).zip(numbers) {
        *place = number;
    }
    row
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// The step of Newton's method for the ridge-penalised log-likelihood.
fn newton_step<const N: usize>(rows: &[([f64; N], f64)], weights: &[f64; N]) -> Option<[f64; N]> {
    let mut gradient = [0.0; N];
    let mut hessian = [[0.0; N]; N];
    for (at, ((slope, row), weight)) in gradient
        .iter_mut()
        .zip(&mut hessian)
        .zip(weights)
        .enumerate()
    {
        // The bias is not pulled.
        let ridge = if at == 0 { 1e-6 } else { RIDGE };
        *slope = -ridge * weight;
        if let Some(own) = row.get_mut(at) {
            *own = ridge;
        }
    }
    for (numbers, right) in rows {
        let sum: f64 = numbers
            .iter()
            .zip(weights)
            .map(|(number, weight)| number * weight)
            .sum();
        let probability = sigmoid(sum);
        let certainty = probability * (1.0 - probability);
        for ((slope, row), number) in gradient.iter_mut().zip(&mut hessian).zip(numbers) {
            *slope += (right - probability) * number;
            for (cell, other) in row.iter_mut().zip(numbers) {
                *cell += certainty * number * other;
            }
        }
    }
    solve(hessian, gradient)
}

/// Solves `matrix · x = right` for a positive definite matrix by Gauss's elimination.
fn solve<const N: usize>(mut matrix: [[f64; N]; N], mut right: [f64; N]) -> Option<[f64; N]> {
    for at in 0..N {
        let pivot_row = *matrix.get(at)?;
        let pivot = *pivot_row.get(at)?;
        let pivot_right = *right.get(at)?;
        if pivot.abs() < 1e-12 || !pivot.is_finite() {
            return None;
        }
        for (row, value) in matrix.iter_mut().zip(&mut right).skip(at + 1) {
            let factor = row.get(at)? / pivot;
            for (cell, above) in row.iter_mut().zip(pivot_row) {
                *cell -= factor * above;
            }
            *value -= factor * pivot_right;
        }
    }
    let mut solution = [0.0; N];
    for at in (0..N).rev() {
        let row = matrix.get(at)?;
        let sum: f64 = row
            .iter()
            .zip(&solution)
            .skip(at + 1)
            .map(|(cell, x)| cell * x)
            .sum();
        *solution.get_mut(at)? = (right.get(at)? - sum) / row.get(at)?;
    }
    Some(solution)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cases whose chance of being right grows with the score; noise of a fixed seed.
    fn cases(count: usize) -> Vec<(Features, bool)> {
        let mut state = 7_u64;
        let mut next = move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1_u64 << 24) as f32
        };
        (0..count)
            .map(|_| {
                let score = next();
                let features = Features {
                    score,
                    margin: score * next(),
                    words: next(),
                    ..Features::default()
                };
                (features, next() < score)
            })
            .collect()
    }

    #[test]
    fn too_few_cases_or_only_right_ones_fit_nothing() {
        assert_eq!(Calibration::fit(&cases(99)), None);
        let right: Vec<_> = cases(500)
            .into_iter()
            .map(|(features, _)| (features, true))
            .collect();
        assert_eq!(Calibration::fit(&right), None);
    }

    #[test]
    fn probabilities_are_what_happens() {
        let fitted = Calibration::fit(&cases(4_000)).unwrap();
        for score in [0.1, 0.5, 0.9] {
            let features = Features {
                score,
                margin: score / 2.0,
                words: 0.5,
                ..Features::default()
            };
            let probability = fitted.probability(&features);
            assert!((probability - score).abs() < 0.1, "{score}: {probability}");
        }
    }

    #[test]
    fn the_threshold_keeps_the_precision_it_was_asked_for() {
        let fitted = Calibration::fit(&cases(2_000)).unwrap();
        let threshold = fitted.threshold_for(0.9).unwrap();
        let fresh = cases(6_000).split_off(2_000);
        let outcomes: Vec<_> = fresh
            .iter()
            .filter(|case| fitted.probability(&case.0) >= threshold)
            .collect();
        let right = outcomes.iter().filter(|case| case.1).count();
        let precision = right as f32 / outcomes.len() as f32;
        assert!(
            outcomes.len() > 100 && precision > 0.86,
            "{} {precision}",
            outcomes.len()
        );
        assert_eq!(fitted.threshold_for(1.01), None);
    }

    #[test]
    fn it_comes_back_from_json_as_it_was() {
        let fitted = Calibration::fit(&cases(200)).unwrap();
        let text = serde_json::to_string(&fitted).unwrap();
        let back: Calibration = serde_json::from_str(&text).unwrap();
        for (features, _) in cases(50) {
            let difference = back.probability(&features) - fitted.probability(&features);
            assert!(difference.abs() < 1e-6);
        }
        assert_eq!(back.threshold_for(0.8), fitted.threshold_for(0.8));
    }

    #[test]
    fn strange_features_give_a_probability_still() {
        let fitted = Calibration::fit(&cases(200)).unwrap();
        let strange = Features {
            score: 1e30,
            margin: -1e30,
            ..Features::default()
        };
        assert!((0.0..=1.0).contains(&fitted.probability(&strange)));
    }

    #[test]
    fn the_curve_ends_with_everything_answered() {
        let fitted = Calibration::fit(&cases(300)).unwrap();
        let curve = fitted.curve();
        let last = curve.last().unwrap();
        assert!((last.coverage - 1.0).abs() < 1e-6);
        assert!(
            curve
                .windows(2)
                .all(|pair| pair[0].threshold >= pair[1].threshold)
        );
    }
}
