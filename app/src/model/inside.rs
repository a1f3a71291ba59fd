//! What is seen inside of a store: its pods, its objects, whether it sells, and the way in.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How an order check ended that somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CheckReport {
    /// Whether an order was placed, read back and removed.
    pub passed: bool,
    /// What happened, one sentence.
    pub text: String,
    /// When it ended.
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
}

/// A link that signs the owner in to the store's administration once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SignInLink {
    /// Where to go. Whoever goes there first is signed in.
    pub url: String,
    /// How long it is good for, in seconds.
    pub seconds: u32,
}

/// The pods of a store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Pods {
    /// Each of them, by name.
    pub pods: Vec<Pod>,
    /// Whether the cluster tells what they use.
    pub measured: bool,
}

/// One pod.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Pod {
    /// Its name.
    pub name: String,
    /// How it is, in Kubernetes' own words: `Running`, `Completed`, `CrashLoopBackOff`, `ContainerCreating` ...
    pub phase: String,
    /// Whether it does what it is there for.
    pub healthy: bool,
    /// How often its containers were started again.
    pub restarts: u32,
    /// Why a container was last started again, such as `OOMKilled (exit code 137)`.
    pub last_end: Option<String>,
    /// When it was made.
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>, format = DateTime))]
    pub created_at: Option<Timestamp>,
    /// Its containers, in the order of the pod.
    pub containers: Vec<Container>,
}

/// One container of a pod.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Container {
    /// Its name.
    pub name: String,
    /// What it uses now; none while that has not been measured.
    pub usage: Option<Usage>,
    /// What it may use.
    pub limit: Usage,
}

/// Processor time and memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Usage {
    /// Thousandths of a processor.
    pub cpu_milli: u64,
    /// Memory, in bytes.
    pub memory: u64,
}

/// An object of a store in the cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Object {
    /// Its kind, such as `PersistentVolume`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What tells it from another one of the same name.
    pub uid: String,
}

/// What a deletion removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ReceiptLine {
    /// What was there before.
    #[serde(flatten)]
    pub object: Object,
    /// When the cluster was seen without it; none while it has not been.
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>, format = DateTime))]
    pub gone_at: Option<Timestamp>,
}
