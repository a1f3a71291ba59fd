//! The parts of a store.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr};

use super::UnknownWord;

/// A part of a store that has pods and logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, IntoStaticStr)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", parse_err_ty = UnknownWord, parse_err_fn = UnknownWord::new)]
pub enum Component {
    /// The web server with WordPress.
    Wordpress,
    /// The database.
    Database,
    /// The job that installs the shop.
    Bootstrap,
}

impl Component {
    /// Every component.
    pub const ALL: [Self; 3] = [Self::Wordpress, Self::Database, Self::Bootstrap];

    /// The value of the label `app.kubernetes.io/component`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The words for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Wordpress => "WordPress",
            Self::Database => "Database",
            Self::Bootstrap => "Bootstrap",
        }
    }
}
