//! The parts of a platform under test.

use std::{num::NonZeroU32, path::PathBuf, sync::Arc};

use app::model::{Limits, Size};
use server::{
    addresses::Addresses,
    clock::Clock,
    domains::Domains,
    entropy::Entropy,
    http::{Rates, TrustedProxies},
    jobs::Deadlines,
    platform::{Parts, Platform},
    provisioner::{Provisioner, fake::FakeCluster},
    reconcile::Care,
};

use super::SESSION_LIMITS;

/// More often than any test asks.
const MANY: NonZeroU32 = NonZeroU32::MAX;

pub async fn open(database: PathBuf, cluster: Arc<FakeCluster>, deadlines: Deadlines, care: Care) -> Platform {
    open_at(database, cluster, deadlines, care, Clock::system(), Domains::default(), 0).await
}

pub(super) async fn open_at(
    database: PathBuf,
    cluster: Arc<FakeCluster>,
    deadlines: Deadlines,
    care: Care,
    clock: Clock,
    domains: Domains,
    spare_stores: u32,
) -> Platform {
    let parts = Parts {
        clock,
        entropy: Entropy::from_os(),
        provisioner: cluster as Arc<dyn Provisioner>,
        store_client: None,
        addresses: Addresses::new(
            "http",
            "localhost",
            Some(3000),
            &["dashboard.example.com".to_owned(), "panel.localhost".to_owned()],
        ),
        max_parallel_installs: 2,
        spare_stores,
        deadlines,
        care,
        session_limits: SESSION_LIMITS,
        provider: None,
        domains,
        rates: Rates { requests: MANY, entries: MANY, changes: MANY },
        proxies: TrustedProxies::default(),
        // Tests of limits set them for their user.
        limits: Limits { stores: 1_000, creating: 1_000, pause: 0, largest: Size::Large, volume_gib: 100_000 },
        leptos: server::site::options("no-front-end".as_ref()).expect("options"),
    };
    Platform::start(&database, parts).await.expect("the platform starts")
}
