//! The parts of a store.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A part of a store that has pods and logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
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
        match self {
            Self::Wordpress => "wordpress",
            Self::Database => "database",
            Self::Bootstrap => "bootstrap",
        }
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

impl FromStr for Component {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|c| c.as_str() == text)
            .ok_or_else(|| format!("no component is called {text:?}; there are wordpress, database and bootstrap"))
    }
}
