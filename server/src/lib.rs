//! Everything that touches the world: HTTP, SQLite, Kubernetes.

pub mod access;
pub mod accounts;
pub mod addresses;
pub mod audit;
mod autopsy;
pub mod checks;
pub mod clock;
pub mod config;
pub mod data_dir;
pub mod db;
pub mod domains;
pub mod entropy;
pub mod events;
pub mod faults;
pub mod forecast;
#[cfg(test)]
mod fuzz;
pub mod gateway;
pub mod http;
pub mod isolation;
pub mod jobs;
pub mod kubernetes;
pub mod metrics;
pub mod order_check;
pub mod platform;
pub mod pool;
pub mod preflight;
pub mod provisioner;
pub mod reconcile;
pub mod serving;
pub mod sign_in_check;
pub mod sign_in_link;
pub mod site;
pub mod store_client;
pub mod stores;
pub mod strays;
pub mod telemetry;
