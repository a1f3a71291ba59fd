//! Everything that touches the world: HTTP, SQLite, Kubernetes.

pub mod provisioner;
