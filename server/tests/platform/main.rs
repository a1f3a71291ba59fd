//! The whole platform with a real database and the real router; only the cluster is fake.

mod accounts;
mod audit;
mod browser;
mod care;
mod conflicts;
mod crash;
mod disk;
mod domain;
mod failures;
mod http;
mod inside;
mod jobs;
mod limits;
mod list;
mod pages;
mod people;
mod pool;
mod probes;
mod recovery;
mod roles;
mod security;
mod stray;
mod stream;
mod support;
mod wishes;
