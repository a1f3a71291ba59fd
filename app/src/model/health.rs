//! How the platform itself is doing.

use serde::{Deserialize, Serialize};

/// How the platform is doing, as its health page tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Health {
    /// The server's version.
    pub version: String,
    /// Whether the cluster answers.
    pub cluster: ClusterHealth,
    /// Jobs that install stores now.
    pub installing: u32,
    /// Installs that wait for a place.
    pub queued: u32,
    /// How many installs may run at once.
    pub max_parallel_installs: u32,
    /// Finished stores that wait for somebody.
    pub pool: PoolState,
}

/// Finished stores that are nobody's yet, of which the next small one with a demo product is taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PoolState {
    /// How many are to wait; 0 where there is no pool.
    pub size: u32,
    /// How many do.
    pub ready: u32,
    /// How many are being made.
    pub filling: u32,
    /// How many are being removed.
    pub leaving: u32,
    /// Why the last try to make or remove one came to nothing.
    pub trouble: Option<String>,
}

/// Whether the cluster answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ClusterHealth {
    /// It answered just now.
    pub reachable: bool,
    /// True when there is no cluster at all and stores are only pretended (`--fake-cluster`).
    pub fake: bool,
    /// `Kubernetes` and its version when it answered, else why it did not.
    pub detail: String,
}
