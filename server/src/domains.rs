//! Domains of the owners': what the DNS says about one, and whether it leads to the store.

mod dns;
mod judge;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use app::model::{DomainName, DomainReport, StoreId};
use futures::future;
use jiff::Timestamp;
use tokio::sync::Semaphore;

use self::{
    dns::Resolver,
    judge::{Asked, Seen, judge},
};

/// How long the DNS may take in all: somebody waits for the page.
const PATIENCE: Duration = Duration::from_secs(8);

/// Look-ups that run at once.
const AT_ONCE: usize = 4;

/// Asks the DNS. Clones are the same.
#[derive(Clone, Debug)]
pub struct Domains {
    server: Option<SocketAddr>,
    /// Look-ups at once: each is some questions, and members may ask for as many as they like.
    turns: Arc<Semaphore>,
}

impl Default for Domains {
    fn default() -> Self {
        Self::new(None)
    }
}

impl Domains {
    /// Asks this server; without one, those that the system is told to ask.
    #[must_use]
    pub fn new(server: Option<SocketAddr>) -> Self {
        Self { server, turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// What the DNS says about a domain that is to lead to a store, whose own host is `own`, the one
    /// with its id.
    pub async fn look_up(&self, domain: &DomainName, store: &StoreId, own: &str, at: Timestamp) -> DomainReport {
        let asked = Asked { domain, store, own };
        let looked = tokio::time::timeout(PATIENCE, async {
            let _turn = self.turns.acquire().await;
            let resolver = Resolver::new(self.server)?;
            let proof = domain.proof_name();
            let asked = (resolver.find(domain.as_str()), resolver.find(own), resolver.texts(&proof));
            let (theirs, ours, proofs) = future::join3(asked.0, asked.1, asked.2).await;
            // An alias of the store's own address needs neither.
            let or_none =
                |error: &dns::NoAnswer| tracing::info!(%error, "a part of what is to be known of a domain is not");
            let ours = ours.inspect_err(or_none).unwrap_or_default();
            let proofs = proofs.inspect_err(or_none).unwrap_or_default();
            Ok::<_, dns::NoAnswer>(Seen { theirs: theirs?, ours, proofs })
        });
        let seen = match looked.await {
            Ok(seen) => seen.map_err(|error| error.to_string()),
            Err(_) => Err(format!("there was no answer within {} s", PATIENCE.as_secs())),
        };
        judge(&asked, seen.as_ref().map_err(String::as_str), at)
    }
}
