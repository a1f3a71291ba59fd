//! Everything that touches the world: HTTP, SQLite, Kubernetes.

pub mod clock;
pub mod config;
pub mod db;
pub mod entropy;
pub mod events;
pub mod http;
pub mod jobs;
pub mod kubernetes;
pub mod platform;
pub mod provisioner;
pub mod site;
pub mod stores;
