//! The languages of the desk: who speaks them, and where their texts stand.
//!
//! Spoken by contacts and reps; `text` reads what is said in them.

/// A language of the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    /// English.
    En,
    /// Norwegian Bokmål.
    Nb,
    /// Swedish.
    Sv,
    /// Danish.
    Da,
    /// Finnish.
    Fi,
    /// German.
    De,
}

impl Language {
    /// All languages and how many contacts speak them.
    pub(super) const WEIGHTS: &[(Self, u32)] = &[
        (Self::En, 34),
        (Self::Nb, 26),
        (Self::Sv, 14),
        (Self::Da, 9),
        (Self::Fi, 6),
        (Self::De, 11),
    ];

    /// The tag of the language in events.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Nb => "nb",
            Self::Sv => "sv",
            Self::Da => "da",
            Self::Fi => "fi",
            Self::De => "de",
        }
    }

    /// The currency that its contacts pay in.
    pub(super) const fn currency(self) -> &'static str {
        match self {
            Self::Nb => "NOK",
            Self::Sv => "SEK",
            Self::Da => "DKK",
            Self::En | Self::Fi | Self::De => "EUR",
        }
    }

    /// How much later than English its answers come, as a share of the window.
    pub(super) const fn lag(self) -> f64 {
        match self {
            Self::En | Self::Nb => 0.0,
            Self::Sv => 0.02,
            Self::De => 0.03,
            Self::Da => 0.05,
            Self::Fi => 0.1,
        }
    }

    /// The file of its texts.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::En => include_str!("texts/en.txt"),
            Self::Nb => include_str!("texts/nb.txt"),
            Self::Sv => include_str!("texts/sv.txt"),
            Self::Da => include_str!("texts/da.txt"),
            Self::Fi => include_str!("texts/fi.txt"),
            Self::De => include_str!("texts/de.txt"),
        }
    }
}
