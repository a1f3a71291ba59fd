//! The name that a person gives a store.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The name of a store as people see it: 1 to 60 characters with at least one letter or digit, none of them a control
/// character, with no white space around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(value_type = String, example = "Corner shop"))]
#[serde(try_from = "String", into = "String")]
pub struct StoreName(String);

/// What is wrong with a text that should be a store's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    /// Nothing but white space.
    #[error("Give the store a name.")]
    Empty,
    /// Longer than [`StoreName::MAX_CHARACTERS`].
    #[error("A name has at most 60 characters.")]
    TooLong,
    /// Line breaks, tabs, or invisible characters that change how text around them reads.
    #[error("A name cannot contain line breaks or invisible characters.")]
    Unprintable,
    /// Only punctuation.
    #[error("A name needs at least one letter or digit.")]
    NoLetter,
}

impl StoreName {
    /// Longest name, in characters.
    pub const MAX_CHARACTERS: usize = 60;

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Characters that reorder or hide the text around them: zero-width ones, direction marks, isolates and overrides.
fn is_deceptive(character: char) -> bool {
    matches!(character, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

impl FromStr for StoreName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let name = text.trim();
        if name.is_empty() {
            return Err(InvalidName::Empty);
        }
        if name.chars().count() > Self::MAX_CHARACTERS {
            return Err(InvalidName::TooLong);
        }
        if name.chars().any(|c| c.is_control() || is_deceptive(c)) {
            return Err(InvalidName::Unprintable);
        }
        if !name.chars().any(char::is_alphanumeric) {
            return Err(InvalidName::NoLetter);
        }
        Ok(Self(name.to_owned()))
    }
}

impl TryFrom<String> for StoreName {
    type Error = InvalidName;

    fn try_from(text: String) -> Result<Self, InvalidName> {
        text.parse()
    }
}

impl From<StoreName> for String {
    fn from(name: StoreName) -> Self {
        name.0
    }
}

impl fmt::Display for StoreName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_letters_and_loses_the_space_around_it() {
        let name: StoreName = "  Čaj & Káva <3  ".parse().expect("a legal name");
        assert_eq!(name.as_str(), "Čaj & Káva <3");
    }

    #[test]
    fn each_kind_of_bad_name_has_its_own_reason() {
        let cases = [
            ("   ", InvalidName::Empty),
            (&"x".repeat(61), InvalidName::TooLong),
            ("two\nlines", InvalidName::Unprintable),
            ("evil\u{202E}eman", InvalidName::Unprintable),
            ("!!!", InvalidName::NoLetter),
        ];
        for (text, reason) in cases {
            assert_eq!(text.parse::<StoreName>(), Err(reason), "{text:?}");
        }
    }

    #[test]
    fn length_is_counted_in_characters_not_bytes() {
        assert!("ž".repeat(60).parse::<StoreName>().is_ok());
    }
}
