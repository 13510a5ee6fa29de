//! Texts as a support desk has them, made up by a seed: common words often, and the more
//! rare ones there are the rarer (Zipf's law), some inflected, some misspelt.

/// Words that nearly every question has.
const SMALL: [&str; 32] = [
    "the", "my", "i", "is", "to", "a", "not", "it", "and", "for", "of", "in", "how", "do", "can",
    "you", "on", "have", "with", "was", "but", "why", "when", "where", "that", "me", "this",
    "from", "be", "are", "what", "please",
];

/// What questions are about, the most common first.
const THINGS: [&str; 60] = [
    "order",
    "card",
    "account",
    "payment",
    "invoice",
    "refund",
    "delivery",
    "address",
    "password",
    "parcel",
    "return",
    "price",
    "transfer",
    "charge",
    "app",
    "email",
    "number",
    "contract",
    "phone",
    "change",
    "cancel",
    "money",
    "bank",
    "login",
    "code",
    "subscription",
    "discount",
    "shipping",
    "balance",
    "router",
    "ticket",
    "voucher",
    "track",
    "size",
    "update",
    "receipt",
    "limit",
    "fee",
    "name",
    "store",
    "product",
    "date",
    "verify",
    "exchange",
    "currency",
    "cash",
    "pending",
    "declined",
    "missing",
    "broken",
    "late",
    "wrong",
    "damaged",
    "duplicate",
    "expired",
    "country",
    "transaction",
    "customer",
    "warranty",
    "installation",
];

/// What rare words are put together from.
const SYLLABLES: [&str; 40] = [
    "ka", "lo", "mer", "tin", "sa", "vo", "rel", "dis", "pro", "con", "ta", "ne", "bri", "sto",
    "ful", "gra", "den", "mi", "ster", "pla", "qui", "ra", "fen", "hol", "jun", "kel", "lum",
    "nor", "pas", "rit", "sel", "tor", "ur", "ven", "wic", "yor", "zan", "dra", "cle", "ob",
];

/// How many different words there are next to the small ones.
const WORDS: usize = 60_000;

/// Numbers that follow from a seed (xorshift64*).
struct Dice(u64);

impl Dice {
    /// A number from 0 up to 1.
    fn share(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let bits = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11;
        bits as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, end: usize) -> usize {
        whole(self.share() * end as f64)
    }
}

/// A number without its fraction.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small and never negative"
)]
pub(crate) fn whole(number: f64) -> usize {
    number as usize
}

/// Texts without end.
pub(crate) struct Texts(Dice);

impl Texts {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1))
    }

    /// The next text: one to three sentences of four to fourteen words.
    pub(crate) fn next(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..=self.0.below(3) {
            for nth in 0..4 + self.0.below(11) {
                if nth > 0 {
                    text.push(' ');
                }
                text.push_str(&self.word());
            }
            text.push_str(". ");
        }
        text
    }

    fn word(&mut self) -> String {
        let dice = &mut self.0;
        if dice.share() < 0.45 {
            let small = SMALL.get(whole(dice.share().powi(2) * SMALL.len() as f64));
            return small.copied().unwrap_or("the").to_owned();
        }
        // The rank of a word drawn by Zipf's law over so many.
        let rank = whole((WORDS as f64).powf(dice.share()) - 1.0);
        let mut word = named(rank);
        match dice.below(100) {
            0..10 => word.push('s'),
            10..14 => word.push_str("ing"),
            14 => word = misspelt(&word, dice.below(64)),
            _ => {}
        }
        word
    }
}

/// The word of a rank.
fn named(rank: usize) -> String {
    if let Some(&thing) = THINGS.get(rank) {
        return thing.to_owned();
    }
    let (mut word, mut rest) = (String::new(), rank * 7 + 11);
    while rest > 0 || word.len() < 4 {
        word.push_str(SYLLABLES.get(rest % SYLLABLES.len()).unwrap_or(&"ka"));
        rest /= SYLLABLES.len();
    }
    word
}

/// A word with two letters swapped.
fn misspelt(word: &str, at: usize) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let end = letters.len().saturating_sub(2).max(1);
    let at = 1 + at % end;
    if at + 1 < letters.len() {
        letters.swap(at, at + 1);
    }
    letters.into_iter().collect()
}

/// What is asked.
pub(crate) struct Sample {
    pub(crate) text: String,
    pub(crate) is_phrase: bool,
    pub(crate) channel: Option<&'static str>,
}

/// A sort of query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    One,
    Three,
    Slip,
    Phrase,
    Filtered,
}

impl Sort {
    const ALL: [Self; 5] = [
        Self::One,
        Self::Three,
        Self::Slip,
        Self::Phrase,
        Self::Filtered,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::One => "one word",
            Self::Three => "three words",
            Self::Slip => "with a slip",
            Self::Phrase => "phrase",
            Self::Filtered => "filtered",
        }
    }

    fn ask(self, sample: &str, seed: usize) -> Sample {
        let words: Vec<&str> = sample
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let telling: Vec<&str> = words
            .iter()
            .copied()
            .filter(|word| !SMALL.contains(word))
            .collect();
        let nth = |n: usize| {
            let at = (seed + n * 3) % telling.len().max(1);
            telling.get(at).copied().unwrap_or("order")
        };
        let text = match self {
            Self::One => nth(0).to_owned(),
            Self::Three | Self::Filtered => [nth(0), nth(1), nth(2)].join(" "),
            Self::Slip => format!("{} {}", misspelt(nth(0), seed), nth(1)),
            Self::Phrase => {
                let from = seed % words.len().saturating_sub(2).max(1);
                let two: Vec<&str> = words.iter().copied().skip(from).take(2).collect();
                format!("\"{}\"", two.join(" "))
            }
        };
        Sample {
            text,
            is_phrase: self == Self::Phrase,
            channel: (self == Self::Filtered).then_some("email"),
        }
    }
}

/// Queries of every sort, made of the words of texts that are there.
pub(crate) fn queries(samples: &[String], each: usize) -> Vec<(Sort, Vec<Sample>)> {
    let of = |sort: Sort| {
        let texts = samples.iter().cycle().enumerate().take(each);
        (sort, texts.map(|(n, sample)| sort.ask(sample, n)).collect())
    };
    Sort::ALL.into_iter().map(of).collect()
}
