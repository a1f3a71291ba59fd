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
