//! Domains of the owners': what the DNS says about one, and whether it leads to the store.

mod dns;
mod judge;

use std::{net::SocketAddr, time::Duration};

use app::model::{DomainName, DomainReport, StoreId};
use futures::future;
use jiff::Timestamp;

use self::{
    dns::Resolver,
    judge::{Asked, Seen, judge},
};

/// How long the DNS may take in all: somebody waits for the page.
const PATIENCE: Duration = Duration::from_secs(8);

/// Asks the DNS. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Domains {
    server: Option<SocketAddr>,
}

impl Domains {
    /// Asks this server; without one, those that the system is told to ask.
    #[must_use]
    pub fn new(server: Option<SocketAddr>) -> Self {
        Self { server }
    }

    /// What the DNS says about a domain that is to lead to a store, whose first address is at the host `first`.
    pub async fn look_up(&self, domain: &DomainName, store: &StoreId, first: &str, at: Timestamp) -> DomainReport {
        let asked = Asked { domain, store, first };
        let looked = tokio::time::timeout(PATIENCE, async {
            let resolver = Resolver::new(self.server)?;
            let proof = domain.proof_name();
            let (theirs, ours, proofs) =
                future::try_join3(resolver.find(domain.as_str()), resolver.find(first), resolver.texts(&proof)).await?;
            Ok::<_, dns::NoAnswer>(Seen { theirs, ours, proofs })
        });
        let seen = match looked.await {
            Ok(seen) => seen.map_err(|error| error.to_string()),
            Err(_) => Err(format!("there was no answer within {} s", PATIENCE.as_secs())),
        };
        judge(&asked, seen.as_ref().map_err(String::as_str), at)
    }
}
