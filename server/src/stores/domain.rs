//! A domain of the owner's: taken when it leads to the store, and given back.

use app::{
    error::AppError,
    model::{DomainName, DomainReport, DomainVerdict, EventKind, Level, Reason, Status, Store, StoreId},
};

use super::StoreService;
use crate::{
    addresses::host_by_id,
    db::{
        Change, addresses, care,
        jobs::{self, JobKind},
    },
};

/// Zones that are no part of the public DNS, or have a meaning to machines (RFC 6761, RFC 6762, RFC 8375, and what clusters use): to
/// look them up would tell members what there is behind the platform.
const INSIDE: [&str; 10] =
    ["arpa", "cluster.local", "corp", "home", "internal", "lan", "local", "localdomain", "localhost", "svc"];

/// Another store that is at a domain.
struct Rival {
    id: StoreId,
    /// Whether the domain leads to it.
    is_still_theirs: bool,
}

impl StoreService {
    /// What the DNS says about a domain that is to lead to the store.
    pub(super) async fn report_on_domain(&self, id: &StoreId, domain: &str) -> Result<DomainReport, AppError> {
        let store = self.find(id).await?;
        let domain = self.parse_domain(domain)?;
        let mut report = self.ask_dns(&store, &domain).await;
        if report.verdict == DomainVerdict::Usable
            && self.rival(id, &domain).await?.is_some_and(|rival| rival.is_still_theirs)
        {
            report.verdict = DomainVerdict::Taken;
            report.told = taken(&domain);
        }
        Ok(report)
    }

    /// Moves an open store to a domain that leads to it.
    pub(super) async fn move_to_domain(&self, id: &StoreId, domain: &str) -> Result<Store, AppError> {
        let domain = self.parse_domain(domain)?;
        let store = self.find(id).await?;
        refuse_closed(&store)?;
        // Before the change: others wait for their turn to write.
        let report = self.ask_dns(&store, &domain).await;
        if report.verdict != DomainVerdict::Usable {
            return Err(AppError::Conflict { reason: report.told });
        }
        let superseded = self.rival(id, &domain).await?.filter(|rival| !rival.is_still_theirs).map(|rival| rival.id);
        let mut change = self.db.change().await.map_err(self.db_error())?;
        let store = self.find_in(&mut change, id).await?;
        if store.domain.as_ref() == Some(&domain) {
            return Ok(store);
        }
        let holder =
            addresses::resident_by_domain(change.connection(), domain.as_str()).await.map_err(self.db_error())?;
        if let Some((holder, _)) = holder {
            let refused = || AppError::Taken { field: "domain".to_owned(), reason: taken(&domain) };
            if Some(&holder) != superseded.as_ref() {
                return Err(refused());
            }
            let gone = self.readdress(&mut change, &holder, None, "and leads to another store now").await;
            gone.map_err(|error| match error {
                // How the other store is doing is its owner's business.
                AppError::Conflict { .. } => refused(),
                error => error,
            })?;
        }
        self.readdress(&mut change, id, Some(&domain), "").await?;
        self.commit_and_wake(change, id, None).await
    }

    /// Moves an open store back to its first address.
    pub(super) async fn move_to_first_address(&self, id: &StoreId) -> Result<Store, AppError> {
        let mut change = self.db.change().await.map_err(self.db_error())?;
        let store = self.find_in(&mut change, id).await?;
        if store.domain.is_none() {
            return Ok(store);
        }
        self.readdress(&mut change, id, None, "").await?;
        self.commit_and_wake(change, id, None).await
    }

    /// The other store that is at the domain, and whether that still leads there: domains are sold, and expire.
    async fn rival(&self, id: &StoreId, domain: &DomainName) -> Result<Option<Rival>, AppError> {
        let holder = {
            let mut read = self.db.read().await.map_err(self.db_error())?;
            addresses::resident_by_domain(&mut read, domain.as_str()).await.map_err(self.db_error())?
        };
        let Some((holder, _)) = holder.filter(|(holder, _)| holder != id) else { return Ok(None) };
        let verdict = self.ask_dns(&self.find(&holder).await?, domain).await.verdict;
        let is_still_theirs = matches!(verdict, DomainVerdict::Usable | DomainVerdict::Unanswered);
        Ok(Some(Rival { id: holder, is_still_theirs }))
    }

    /// Keeps the address and queues what brings the store there. `why` goes on after a domain that is taken away.
    async fn readdress(
        &self,
        change: &mut Change,
        id: &StoreId,
        domain: Option<&DomainName>,
        why: &str,
    ) -> Result<(), AppError> {
        let store = self.find_in(change, id).await?;
        refuse_closed(&store)?;
        if care::has_job(change.connection(), id).await.map_err(self.db_error())? {
            let reason = "Urumi is working on the store at this moment. Try again when it is done.".to_owned();
            return Err(AppError::Conflict { reason });
        }
        let now = self.clock.now();
        addresses::set_domain(change.connection(), id, domain).await.map_err(self.db_error())?;
        jobs::enqueue(change.connection(), id, JobKind::Readdress, now).await.map_err(self.db_error())?;
        let text = match (domain, &store.domain) {
            (Some(domain), _) => format!("The domain {domain} was chosen"),
            (None, Some(former)) => format!("The domain {former} was taken away {why}").trim_end().to_owned(),
            (None, None) => "Its first address was chosen".to_owned(),
        };
        change.record(id, now, Level::Info, EventKind::DomainChosen, text).await.map_err(self.db_error())
    }

    /// A domain that can be somebody's own.
    fn parse_domain(&self, text: &str) -> Result<DomainName, AppError> {
        let domain: DomainName = text.parse()?;
        let refuse = |reason: &str| AppError::Invalid { field: "domain".to_owned(), reason: reason.to_owned() };
        if self.addresses.is_dashboard(domain.as_str()) {
            return Err(refuse("The dashboard is at this name. Choose another."));
        }
        if self.addresses.label_of(domain.as_str()).is_some() {
            return Err(refuse(
                "Names below the stores' own domain are given when a store is created. Choose a domain that belongs to you.",
            ));
        }
        let is_within = |zone: &str| domain.as_str().strip_suffix(zone).is_some_and(|rest| rest.ends_with('.'));
        if INSIDE.into_iter().any(is_within) {
            return Err(refuse("Names of this kind are for use inside of a network, and nobody's own."));
        }
        Ok(domain)
    }

    async fn ask_dns(&self, store: &Store, domain: &DomainName) -> DomainReport {
        let own = host_by_id(&store.id, &store.first_url);
        self.domains.look_up(domain, &store.id, &own, self.clock.now()).await
    }
}

fn taken(domain: &DomainName) -> String {
    format!("Another store is at {domain} already. It has to be taken away there first.")
}

/// Only what is open has an address, and where data is gone nothing is applied.
fn refuse_closed(store: &Store) -> Result<(), AppError> {
    if let Some(lost) = store.failure.as_ref().filter(|failure| failure.reason == Reason::DataLost) {
        return Err(AppError::Conflict { reason: format!("The shop cannot be moved. {}", lost.cause) });
    }
    if matches!(store.status, Status::Ready | Status::Degraded) {
        return Ok(());
    }
    let reason = format!("Only a store that is ready can be given another address: this one is {}.", store.status);
    Err(AppError::Conflict { reason })
}
