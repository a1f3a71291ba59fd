//! What a person can choose when a store is made.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr};

use super::UnknownWord;

/// What a person sends to create a store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewStore {
    /// The name, as typed: 1 to 60 characters.
    #[cfg_attr(feature = "ssr", schema(example = "Corner shop", min_length = 1, max_length = 60))]
    pub name: String,
    /// What stands before the stores' domain in its address, as typed: 3 to 40 lower-case letters, digits and single hyphens. When
    /// it is empty or not given, the platform makes the address.
    #[serde(default)]
    #[cfg_attr(feature = "ssr", schema(example = "corner-shop", max_length = 40))]
    pub slug: String,
    /// How much it may use.
    #[serde(default)]
    pub size: Size,
    /// What is in it at first.
    #[serde(default)]
    pub content: Content,
}

/// How much a store may use. The chart's folder `sizes` says what each means to Kubernetes.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", parse_err_ty = UnknownWord, parse_err_fn = UnknownWord::new)]
pub enum Size {
    /// For a new shop.
    #[default]
    Small,
    /// For a shop with customers.
    Medium,
    /// For a busy shop.
    Large,
}

/// What a size allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Processors that WordPress, and as many that the database, may use at most.
    pub cpus: u8,
    /// Memory that WordPress, and as much that the database, may use at most, in MiB.
    pub memory_mib: u16,
    /// The volume of plugins, themes and uploads, in GiB.
    pub files_gib: u8,
    /// The volume of the database, in GiB.
    pub database_gib: u8,
    /// Requests that are answered at once; more wait.
    pub workers: u8,
}

impl Size {
    /// Every size, the smallest first.
    pub const ALL: [Self; 3] = [Self::Small, Self::Medium, Self::Large];

    /// The word for wire and database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The word for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Small => "Small",
            Self::Medium => "Medium",
            Self::Large => "Large",
        }
    }

    /// Its volumes together, in GiB.
    #[must_use]
    pub fn volume_gib(self) -> u32 {
        let Allowance { files_gib, database_gib, .. } = self.allowance();
        u32::from(files_gib) + u32::from(database_gib)
    }

    /// What it allows.
    #[must_use]
    pub fn allowance(self) -> Allowance {
        match self {
            Self::Small => Allowance { cpus: 1, memory_mib: 384, files_gib: 2, database_gib: 1, workers: 10 },
            Self::Medium => Allowance { cpus: 2, memory_mib: 768, files_gib: 5, database_gib: 2, workers: 20 },
            Self::Large => Allowance { cpus: 4, memory_mib: 1536, files_gib: 20, database_gib: 5, workers: 40 },
        }
    }
}

/// What is in a store at first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, IntoStaticStr)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", parse_err_ty = UnknownWord, parse_err_fn = UnknownWord::new)]
pub enum Content {
    /// A product to buy at once.
    #[default]
    Demo,
    /// No product.
    Empty,
}

impl Content {
    /// Every content.
    pub const ALL: [Self; 2] = [Self::Demo, Self::Empty];

    /// The word for wire and database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The word for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Demo => "Demo product",
            Self::Empty => "Empty",
        }
    }
}
