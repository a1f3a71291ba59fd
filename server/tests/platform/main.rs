//! The whole platform with a real database and the real router; only the cluster is fake.

mod care;
mod crash;
mod disk;
mod http;
mod inside;
mod jobs;
mod list;
mod probes;
mod recovery;
mod stream;
mod support;
mod wishes;
