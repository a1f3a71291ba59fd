//! Stores in a real Kubernetes. Each test makes a store of its own and removes it.
//!
//! They run where `URUMI_TEST_KUBECONFIG`, `URUMI_TEST_CONTEXT` and `URUMI_TEST_IMAGE` name a cluster and a store image
//! that it has, and are skipped by name elsewhere; with `URUMI_TEST_CLUSTER_REQUIRED=1` a missing one is a failure.

#[path = "cluster/support.rs"]
mod support;

#[path = "cluster/process.rs"]
mod process;

#[path = "platform/support/dns.rs"]
mod dns;

#[path = "cluster/broken.rs"]
mod broken;
#[path = "cluster/care.rs"]
mod care;
#[path = "cluster/crash.rs"]
mod crash;
#[path = "cluster/domain.rs"]
mod domain;
#[path = "cluster/golden.rs"]
mod golden;
#[path = "cluster/isolation.rs"]
mod isolation;
#[path = "cluster/life.rs"]
mod life;
#[path = "cluster/pool.rs"]
mod pool;
#[path = "cluster/soak.rs"]
mod soak;
#[path = "cluster/stray.rs"]
mod stray;
#[path = "cluster/stuck.rs"]
mod stuck;
#[path = "cluster/volumes.rs"]
mod volumes;
