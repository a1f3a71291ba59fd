//! The part of a store's address that a person may choose.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::StoreId;

/// What stands before the stores' domain in an address of one's own: 3 to 40 lower-case letters, digits and single hyphens.
///
/// It is a DNS label (RFC 1123) that cannot be taken for an encoded one (RFC 5891) nor for one that the platform makes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(value_type = String, example = "corner-shop"))]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

/// What is wrong with a text that should be a slug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSlug {
    /// Shorter than [`Slug::MIN_CHARACTERS`].
    #[error("An address has at least 3 characters.")]
    TooShort,
    /// Longer than [`Slug::MAX_CHARACTERS`].
    #[error("An address has at most 40 characters.")]
    TooLong,
    /// Others than lower-case letters, digits and hyphens.
    #[error("An address holds only lower-case letters, digits and hyphens.")]
    Character,
    /// A hyphen at an end, or two in a row.
    #[error("An address has single hyphens only, and none at its ends.")]
    Hyphen,
    /// Names that belong to the platform or mean something else to people and programs.
    #[error("This address is reserved. Choose another.")]
    Reserved,
}

/// Labels that visitors would take for the platform's own, and those that programs look for by themselves.
const RESERVED: [&str; 12] = [
    "admin",
    "api",
    "app",
    "autoconfig",
    "autodiscover",
    "dashboard",
    "localhost",
    "mail",
    "smtp",
    "urumi",
    "wpad",
    "www",
];

impl Slug {
    /// Shortest slug, in characters.
    pub const MIN_CHARACTERS: usize = 3;

    /// Longest slug, in characters.
    pub const MAX_CHARACTERS: usize = 40;

    /// The slug as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Slug {
    type Err = InvalidSlug;

    fn from_str(text: &str) -> Result<Self, InvalidSlug> {
        let slug = text.trim();
        if !slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
            return Err(InvalidSlug::Character);
        }
        if slug.len() < Self::MIN_CHARACTERS {
            return Err(InvalidSlug::TooShort);
        }
        if slug.len() > Self::MAX_CHARACTERS {
            return Err(InvalidSlug::TooLong);
        }
        if slug.starts_with('-') || slug.ends_with('-') || slug.contains("--") {
            return Err(InvalidSlug::Hyphen);
        }
        if slug.starts_with(StoreId::PREFIX) || RESERVED.contains(&slug) {
            return Err(InvalidSlug::Reserved);
        }
        Ok(Self(slug.to_owned()))
    }
}

impl TryFrom<String> for Slug {
    type Error = InvalidSlug;

    fn try_from(text: String) -> Result<Self, InvalidSlug> {
        text.parse()
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_loses_the_space_around_it() {
        assert_eq!(" corner-shop-2 ".parse::<Slug>().expect("a slug").as_str(), "corner-shop-2");
    }

    #[test]
    fn each_kind_of_bad_slug_has_its_own_reason() {
        let cases = [
            ("Corner", InvalidSlug::Character),
            ("a.b.c", InvalidSlug::Character),
            ("käse", InvalidSlug::Character),
            ("ab", InvalidSlug::TooShort),
            (&"x".repeat(41), InvalidSlug::TooLong),
            ("-abc", InvalidSlug::Hyphen),
            ("abc-", InvalidSlug::Hyphen),
            ("xn--abc", InvalidSlug::Hyphen),
            ("www", InvalidSlug::Reserved),
            ("store-abcd1234", InvalidSlug::Reserved),
        ];
        for (text, reason) in cases {
            assert_eq!(text.parse::<Slug>(), Err(reason), "{text:?}");
        }
    }
}
