//! A domain of the owner's: taken when it leads to the store, and given back.

use app::{
    error::AppError,
    model::{DomainName, DomainReport, DomainVerdict, EventKind, Level, Status, Store, StoreId},
};

use super::StoreService;
use crate::{
    addresses,
    db::{
        Change, care, domains,
        jobs::{self, JobKind},
    },
};

impl StoreService {
    /// What the DNS says about a domain that is to lead to the store.
    pub(super) async fn report_on_domain(&self, id: &StoreId, domain: &str) -> Result<DomainReport, AppError> {
        let store = self.find(id).await?;
        let domain = self.parse_domain(domain)?;
        Ok(self.ask_dns(&store, &domain).await)
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
        let mut change = self.db.change().await.map_err(self.db_error())?;
        let store = self.find_in(&mut change, id).await?;
        if store.domain.as_ref() == Some(&domain) {
            return Ok(store);
        }
        let holder = domains::holder(change.connection(), &domain).await.map_err(self.db_error())?;
        if holder.is_some() {
            return Err(AppError::Taken {
                field: "domain".to_owned(),
                reason: format!("Another store is at {domain} already. It has to be taken away there first."),
            });
        }
        self.readdress(change, store, Some(&domain)).await
    }

    /// Moves an open store back to its first address.
    pub(super) async fn move_to_first_address(&self, id: &StoreId) -> Result<Store, AppError> {
        let mut change = self.db.change().await.map_err(self.db_error())?;
        let store = self.find_in(&mut change, id).await?;
        if store.domain.is_none() {
            return Ok(store);
        }
        self.readdress(change, store, None).await
    }

    /// Keeps the address and queues what brings the store there.
    async fn readdress(
        &self,
        mut change: Change,
        store: Store,
        domain: Option<&DomainName>,
    ) -> Result<Store, AppError> {
        refuse_closed(&store)?;
        let id = &store.id;
        if care::has_job(change.connection(), id).await.map_err(self.db_error())? {
            let reason = "Urumi is working on the store at this moment. Try again when it is done.".to_owned();
            return Err(AppError::Conflict { reason });
        }
        let now = self.clock.now();
        domains::set(change.connection(), id, domain).await.map_err(self.db_error())?;
        jobs::enqueue(change.connection(), id, JobKind::Readdress, now).await.map_err(self.db_error())?;
        let text = match (domain, &store.domain) {
            (Some(domain), _) => format!("The domain {domain} was chosen"),
            (None, Some(former)) => format!("The domain {former} was taken away"),
            (None, None) => return Ok(store),
        };
        change.record(id, now, Level::Info, EventKind::DomainChosen, text).await.map_err(self.db_error())?;
        self.commit_and_wake(change, id, None).await
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
        Ok(domain)
    }

    async fn ask_dns(&self, store: &Store, domain: &DomainName) -> DomainReport {
        self.domains.look_up(domain, &store.id, addresses::host_of_url(&store.first_url), self.clock.now()).await
    }
}

fn refuse_closed(store: &Store) -> Result<(), AppError> {
    if matches!(store.status, Status::Ready | Status::Degraded) {
        return Ok(());
    }
    let reason = format!("Only a store that is ready can be given another address: this one is {}.", store.status);
    Err(AppError::Conflict { reason })
}
