//! What is in the cluster and belongs to no store.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Object, StoreId, StoreName};

/// A namespace, or volumes, of a store that is not known or was deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Stray {
    /// The id of the store that it was made for.
    pub id: StoreId,
    /// The namespace, where there is one.
    pub namespace: Option<Object>,
    /// Persistent volumes that are or were claimed from that namespace.
    pub volumes: Vec<Object>,
    /// Who made it.
    pub origin: Origin,
    /// When the namespace was made.
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>, format = DateTime))]
    pub created_at: Option<Timestamp>,
    /// Whether the namespace is being deleted already.
    pub is_leaving: bool,
    /// The name of the deleted store that it belonged to.
    pub tombstone: Option<StoreName>,
}

/// Who made something in the cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Origin {
    /// This installation of Urumi.
    Ours,
    /// It does not say: an older Urumi, or volumes, which cannot.
    Unmarked,
    /// Another installation, which may still run; or this one before it lost its database.
    Other {
        /// Its id.
        installation: String,
    },
}

/// Everything that belongs to no store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Strays {
    /// What was found.
    pub found: Vec<Stray>,
    /// When it was looked for; none before the cluster has answered for the first time.
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>, format = DateTime))]
    pub looked_at: Option<Timestamp>,
    /// Why the last look did not succeed; then this is older.
    pub trouble: Option<String>,
}

/// What a person sends to remove a stray.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct StrayRemoval {
    /// The other installation that made it, when it was another one: it is taken away from that one.
    pub taken_from: Option<String>,
}

impl Stray {
    /// Whether another installation made it, which may still need it.
    #[must_use]
    pub fn is_of_others(&self) -> bool {
        matches!(self.origin, Origin::Other { .. })
    }
}
