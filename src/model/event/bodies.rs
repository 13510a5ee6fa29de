//! What follows from the list of events: the enum, each type's name, its rank, and how one is read
//! by its name. The list itself is in `body`.

macro_rules! bodies {
    (
        format {$($(#[$doc:meta])* $name:ident($type:ty) = $kind:literal rank $rank:literal,)*}
        own {$($(#[$own_doc:meta])* $own:ident = $own_kind:literal,)*}
    ) => {
        /// What happened: one variant for each type of event.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(untagged)]
        pub enum Body {
            $($(#[$doc])* $name(Box<$type>),)*
            $($(#[$own_doc])* $own(Box<$own>),)*
        }

        impl Body {
            /// The types of the interchange format, in its order.
            pub const TYPES: &'static [&'static str] = &[$($kind,)*];
            /// The types of Svar's own events.
            pub const OWN_TYPES: &'static [&'static str] = &[$($own_kind,)*];

            /// The `type` of the event.
            pub const fn kind(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => $kind,)*
                    $(Self::$own(_) => $own_kind,)*
                }
            }

            /// The place among events of one instant. Svar's own events are never put in
            /// order by it: theirs is the journal's.
            pub const fn rank(&self) -> u8 {
                match self {
                    $(Self::$name(_) => $rank,)*
                    $(Self::$own(_) => OWN_RANK,)*
                }
            }

            /// Whether it is one of Svar's own.
            pub const fn is_own(&self) -> bool {
                match self {
                    $(Self::$name(_) => false,)*
                    $(Self::$own(_) => true,)*
                }
            }

            /// Reads the fields of an event of type `kind`; `None` for an unknown type.
            pub(super) fn read<'de, D: serde::Deserializer<'de>>(
                kind: &str,
                fields: D,
            ) -> Option<Result<Self, D::Error>> {
                match kind {
                    $($kind => Some(<$type>::deserialize(fields).map(|body| Self::$name(Box::new(body)))),)*
                    $($own_kind => Some(<$own>::deserialize(fields).map(|body| Self::$own(Box::new(body)))),)*
                    _ => None,
                }
            }
        }
    };
}

pub(super) use bodies;
