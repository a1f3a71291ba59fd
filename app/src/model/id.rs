//! The id of a store: part of its namespace and host name, so it must be a DNS label.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Letters and digits that cannot be confused and, having no vowels, spell no words.
const ALPHABET: &[u8; 27] = b"bcdfghjkmnpqrstvwxz23456789";

/// Characters of a generated id: 27^8 is about 2.8 * 10^11 ids.
const GENERATED_LENGTH: usize = 8;

/// Longest id that is understood; with `store-` before it, far below the 63 characters of a DNS label.
const MAX_LENGTH: usize = 20;

/// The id of a store: 4 to 20 lower-case letters and digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(value_type = String, example = "k7xw2mzp"))]
#[serde(try_from = "String", into = "String")]
pub struct StoreId(String);

/// What is wrong with a text that should be a store's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a store's id is 4 to 20 lower-case letters and digits")]
pub struct InvalidId;

impl StoreId {
    /// An id made of eight random numbers.
    #[must_use]
    pub fn from_random(numbers: [u8; GENERATED_LENGTH]) -> Self {
        let pick = |number: u8| char::from(ALPHABET[usize::from(number) % ALPHABET.len()]);
        Self(numbers.into_iter().map(pick).collect())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the namespace and the first host label of every store begin with, before its id.
    pub const PREFIX: &str = "store-";

    /// The namespace and first host label of the store, `store-<id>`.
    #[must_use]
    pub fn namespace(&self) -> String {
        format!("{}{}", Self::PREFIX, self.0)
    }

    /// The id in such a namespace or label; none where it is no store's.
    #[must_use]
    pub fn from_namespace(name: &str) -> Option<Self> {
        name.strip_prefix(Self::PREFIX)?.parse().ok()
    }
}

impl FromStr for StoreId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        if (4..=MAX_LENGTH).contains(&text.len()) && text.bytes().all(legal) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidId)
        }
    }
}

impl TryFrom<String> for StoreId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<StoreId> for String {
    fn from(id: StoreId) -> Self {
        id.0
    }
}

impl fmt::Display for StoreId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_id_is_a_legal_id() {
        let id = StoreId::from_random([0, 1, 26, 27, 100, 200, 254, 255]);
        assert_eq!(id.as_str().parse::<StoreId>(), Ok(id.clone()));
        assert_eq!(id.namespace(), format!("store-{id}"));
    }

    #[test]
    fn what_could_leave_a_host_name_or_a_path_is_refused() {
        for text in ["", "abc", "../../etc", "Abcdef", "ab-cd", "ab.cd", "abcd\n", "abcdefghijklmnopqrstu"] {
            assert_eq!(text.parse::<StoreId>(), Err(InvalidId), "{text:?}");
        }
    }
}
