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
