//! Who uses the platform.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use super::{UnknownWord, word::words};

/// The number of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct UserId(pub i64);

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for UserId {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// What a user is to the platform.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", parse_err_ty = UnknownWord, parse_err_fn = UnknownWord::new)]
pub enum Role {
    /// Does everything, for all stores and users.
    Administrator,
    /// Has stores, and sees no others.
    #[default]
    Member,
    /// Sees all stores and changes nothing.
    Viewer,
}

words!(Role);

impl Role {
    /// The word for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Administrator => "Administrator",
            Self::Member => "Member",
            Self::Viewer => "Viewer",
        }
    }

    /// What it means, in a sentence.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Administrator => "Does everything, with all stores and users.",
            Self::Member => "Creates stores, and sees and changes only those.",
            Self::Viewer => "Sees all stores and changes nothing.",
        }
    }
}

/// The name that somebody signs in with: 2 to 64 letters, digits and `.`, `_`, `-`, `@`, `+`, beginning with a letter or digit.
/// Upper and lower case are the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(value_type = String, example = "ada"))]
#[serde(try_from = "String", into = "String")]
pub struct UserName(String);

/// What is wrong with a text that should be a user's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUserName {
    /// Shorter than 2 or longer than 64 characters.
    #[error("A user's name has 2 to 64 characters.")]
    Length,
    /// A character that can be mistaken for others, or begins nothing.
    #[error("A user's name holds only a to z, digits and . _ - @ +, and begins with a letter or digit.")]
    Character,
}

impl UserName {
    /// Longest name, in characters.
    pub const MAX_CHARACTERS: usize = 64;

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What makes two names the same.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl FromStr for UserName {
    type Err = InvalidUserName;

    fn from_str(text: &str) -> Result<Self, InvalidUserName> {
        let name = text.trim();
        if !(2..=Self::MAX_CHARACTERS).contains(&name.chars().count()) {
            return Err(InvalidUserName::Length);
        }
        let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || b"._-@+".contains(&byte);
        if !name.bytes().all(is_legal) || !name.starts_with(|first: char| first.is_ascii_alphanumeric()) {
            return Err(InvalidUserName::Character);
        }
        Ok(Self(name.to_owned()))
    }
}

impl TryFrom<String> for UserName {
    type Error = InvalidUserName;

    fn try_from(text: String) -> Result<Self, InvalidUserName> {
        text.parse()
    }
}

impl From<UserName> for String {
    fn from(name: UserName) -> Self {
        name.0
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A password that somebody chooses: long, and not plainly guessable; of which characters is theirs to decide, as NIST SP 800-63B
/// advises.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPassword(String);

/// What is wrong with a text that should be a new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPassword {
    /// Shorter than [`NewPassword::MIN_CHARACTERS`].
    #[error("A password has at least 12 characters. A few words in a row are easy to remember.")]
    TooShort,
    /// Longer than [`NewPassword::MAX_BYTES`].
    #[error("A password has at most 512 bytes.")]
    TooLong,
    /// The user's name, or one character again and again.
    #[error("That is too easy to guess. Choose another.")]
    Obvious,
}

impl NewPassword {
    /// Shortest password, in characters.
    pub const MIN_CHARACTERS: usize = 12;

    /// Longest password, in bytes: more would only keep the processor busy.
    pub const MAX_BYTES: usize = 512;

    /// Checks what a user with this name typed.
    ///
    /// # Errors
    /// [`InvalidPassword`].
    pub fn parse(text: &str, name: &UserName) -> Result<Self, InvalidPassword> {
        if text.len() > Self::MAX_BYTES {
            return Err(InvalidPassword::TooLong);
        }
        if text.chars().count() < Self::MIN_CHARACTERS {
            return Err(InvalidPassword::TooShort);
        }
        let first = text.chars().next();
        if text.chars().all(|c| Some(c) == first) || text.to_lowercase().replace(&name.key(), "").len() < 6 {
            return Err(InvalidPassword::Obvious);
        }
        Ok(Self(text.to_owned()))
    }

    /// The password as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

// Passwords stay out of logs.
impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_users_name_has_no_character_that_looks_like_another() {
        for name in ["ada", "Ada.Lovelace", "ada@example.com", "a+b", "42"] {
            assert!(name.parse::<UserName>().is_ok(), "{name}");
        }
        for name in ["a", "", ".ada", "ada lovelace", "аda", "ada\nb", "<b>", &"x".repeat(65)] {
            assert!(name.parse::<UserName>().is_err(), "{name:?}");
        }
        assert_eq!("ADA".parse::<UserName>().map(|name| name.key()), Ok("ada".to_owned()));
    }

    #[test]
    fn a_password_is_long_and_not_the_name() {
        let name: UserName = "ada.lovelace".parse().expect("a name");
        let refusal = |text: &str| NewPassword::parse(text, &name).err();
        assert_eq!(refusal("correct horse"), None);
        assert_eq!(refusal("ěščřžýáíéůúň"), None);
        assert_eq!(refusal("too short"), Some(InvalidPassword::TooShort));
        assert_eq!(refusal("aaaaaaaaaaaaaaa"), Some(InvalidPassword::Obvious));
        assert_eq!(refusal("Ada.Lovelace1"), Some(InvalidPassword::Obvious));
        assert_eq!(refusal(&"long".repeat(200)), Some(InvalidPassword::TooLong));
        assert!(!format!("{:?}", NewPassword::parse("correct horse", &name)).contains("horse"));
    }
}
