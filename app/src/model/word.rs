//! Words that stand for the values of an enum: on the wire, in the database, in addresses and class names.

/// A text that is none of the words it could be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no {0:?} among the words that can stand here")]
pub struct UnknownWord(String);

impl UnknownWord {
    /// For `strum`, which asks for a function.
    pub(super) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// Gives enums of words, which derive `VariantArray` and `IntoStaticStr`, the list of their values and the word of each.
macro_rules! words {
    ($($of:ty),+) => { $(
        impl $of {
            /// Every one, in the order of their declaration.
            pub const ALL: &'static [Self] = <Self as strum::VariantArray>::VARIANTS;

            /// The word on the wire and in the database.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                self.into()
            }
        }
    )+ };
}

pub(super) use words;
