//! What programs show instead of a session.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use super::{UnknownWord, word::words};

/// A part of what a token may do, within what its owner may.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
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
pub enum Scope {
    /// See stores with their history and logs, and how the platform is doing.
    Read,
    /// Create, change and delete stores.
    Manage,
    /// Credentials and sign-in links of stores.
    Enter,
    /// Users, the audit log, and what belongs to no store.
    Administer,
}

words!(Scope);

impl Scope {
    /// What it allows, for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Read => "See stores",
            Self::Manage => "Create, change and delete stores",
            Self::Enter => "Credentials and sign-in links of stores",
            Self::Administer => "Users, and by way of them everything; the audit log; what belongs to no store",
        }
    }
}
