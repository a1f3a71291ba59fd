//! Everything that touches the world: HTTP, SQLite, Kubernetes.

pub mod clock;
pub mod entropy;
pub mod provisioner;
