//! The platform as one person may use it: who may do what, at both doors, on one screen.

use std::sync::Arc;

use app::{
    error::AppError,
    model::{
        Action, CheckReport, Component, Counts, Credentials, Deed, DomainReport, Event, FailedAttempt, Health,
        IsolationReport, NewStore, Object, Pods, PoolState, Quota, SignInLink, Slug, Status, Store, StoreDetail,
        StoreId, StorePage, StoreQuery, StrayRemoval, Strays, Verdict,
    },
    service::{LogLines, Stores},
};
use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreService;
use crate::{
    access::{Actor, Reach},
    audit::{AuditLog, Target},
    db::stores,
};

/// The platform, and who asks.
pub struct ActingStores {
    service: Arc<StoreService>,
    audit: AuditLog,
    actor: Actor,
}

impl ActingStores {
    /// On behalf of whoever sent a request.
    #[must_use]
    pub fn new(service: Arc<StoreService>, audit: AuditLog, actor: Actor) -> Self {
        Self { service, audit, actor }
    }

    /// Does something with a store where that is allowed, and notes what became of it.
    async fn noted<T>(
        &self,
        action: Action,
        deed: Deed,
        id: &StoreId,
        done: impl Future<Output = Result<T, AppError>> + Send,
    ) -> Result<T, AppError> {
        let outcome = match self.may_with(action, id).await {
            Ok(()) => done.await,
            Err(refusal) => Err(refusal),
        };
        let kept = self.audit.note(&self.actor, deed, Target::Store(id), outcome.as_ref().err()).await;
        match (action, kept) {
            // Nobody sees what lets them in without its being noted.
            (Action::Enter, Err(error)) => Err(self.service.db_error()(error)),
            // What was done is done; the server's log has it.
            _ => outcome,
        }
    }

    /// Whether something may be done with a store. Its owner never changes, so that this holds when it is done.
    async fn may_with(&self, action: Action, id: &StoreId) -> Result<(), AppError> {
        let owner = self.service.owner_of(id).await?;
        match self.actor.verdict(action, owner) {
            Verdict::Allowed => Ok(()),
            Verdict::Refused => Err(self.actor.refusal(action)),
            Verdict::Unseen => Err(AppError::no_store(id.as_str())),
        }
    }

    fn reach(&self) -> Result<Reach, AppError> {
        self.actor.reach().ok_or_else(|| self.actor.refusal(Action::See))
    }
}

#[async_trait]
impl Stores for ActingStores {
    async fn create(&self, request: NewStore, idempotency_key: Option<String>) -> Result<Store, AppError> {
        let (maker, name) = (self.actor.user().map(|user| self.service.maker(user)), request.name.clone());
        let made = match self.actor.may(Action::Create) {
            Ok(()) => self.service.create_store(maker, request, idempotency_key).await,
            Err(refusal) => Err(refusal),
        };
        let target = made.as_ref().map_or(Target::Wish(&name), |store| Target::Store(&store.id));
        // What was done is done; where it cannot be noted the server's log has it.
        let _kept = self.audit.note(&self.actor, Deed::CreateStore, target, made.as_ref().err()).await;
        made
    }

    async fn list(&self, query: StoreQuery) -> Result<StorePage, AppError> {
        self.service.list_within(self.reach()?, query).await
    }

    async fn counts(&self) -> Result<Counts, AppError> {
        self.service.counts_within(self.reach()?).await
    }

    async fn get(&self, id: &StoreId) -> Result<StoreDetail, AppError> {
        self.may_with(Action::See, id).await?;
        self.service.get(id).await
    }

    async fn resident_by_id(&self, id: &StoreId) -> Result<Option<(StoreId, Status)>, AppError> {
        self.service.resident_by_id(id).await
    }

    async fn resident_by_slug(&self, slug: &Slug) -> Result<Option<(StoreId, Status)>, AppError> {
        self.service.resident_by_slug(slug).await
    }

    async fn resident_by_domain(&self, host: &str) -> Result<Option<(StoreId, Status)>, AppError> {
        self.service.resident_by_domain(host).await
    }

    fn address_at(&self, label: &str) -> String {
        self.service.address_at(label)
    }

    async fn events(&self, id: &StoreId, after: i64, limit: u32) -> Result<Vec<Event>, AppError> {
        self.may_with(Action::See, id).await?;
        self.service.events(id, after, limit).await
    }

    async fn retry(&self, id: &StoreId) -> Result<Store, AppError> {
        self.noted(Action::Change, Deed::RetryStore, id, self.service.retry(id)).await
    }

    async fn delete(&self, id: &StoreId) -> Result<Store, AppError> {
        self.noted(Action::Change, Deed::DeleteStore, id, self.service.delete(id)).await
    }

    async fn take_up_offer(&self, id: &StoreId) -> Result<Store, AppError> {
        self.noted(Action::Change, Deed::TakeUpOffer, id, self.service.take_up_offer(id)).await
    }

    async fn failures(&self, id: &StoreId) -> Result<Vec<FailedAttempt>, AppError> {
        self.may_with(Action::See, id).await?;
        self.service.failures(id).await
    }

    async fn strays(&self) -> Result<Strays, AppError> {
        self.actor.may(Action::SeeStrays)?;
        self.service.strays().await
    }

    async fn find_strays(&self) -> Result<Strays, AppError> {
        self.actor.may(Action::SeeStrays)?;
        self.service.find_strays().await
    }

    async fn remove_stray(&self, id: &StoreId, removal: StrayRemoval) -> Result<Store, AppError> {
        let removed = match self.actor.may(Action::RemoveStrays) {
            Ok(()) => self.service.remove_stray(id, removal).await,
            Err(refusal) => Err(refusal),
        };
        let (deed, target) = (Deed::RemoveStray, Target::Store(id));
        let _kept = self.audit.note(&self.actor, deed, target, removed.as_ref().err()).await;
        removed
    }

    async fn protect(&self, id: &StoreId, protected: bool) -> Result<Store, AppError> {
        let deed = if protected { Deed::ProtectStore } else { Deed::UnprotectStore };
        self.noted(Action::Change, deed, id, self.service.protect(id, protected)).await
    }

    async fn look_up_domain(&self, id: &StoreId, domain: &str) -> Result<DomainReport, AppError> {
        // Whoever may not move the store has no business with having the DNS asked.
        self.may_with(Action::Change, id).await?;
        self.service.look_up_domain(id, domain).await
    }

    async fn set_domain(&self, id: &StoreId, domain: &str) -> Result<Store, AppError> {
        self.noted(Action::Change, Deed::SetDomain, id, self.service.set_domain(id, domain)).await
    }

    async fn remove_domain(&self, id: &StoreId) -> Result<Store, AppError> {
        self.noted(Action::Change, Deed::RemoveDomain, id, self.service.remove_domain(id)).await
    }

    async fn credentials(&self, id: &StoreId) -> Result<Credentials, AppError> {
        self.noted(Action::Enter, Deed::ShowCredentials, id, self.service.credentials(id)).await
    }

    async fn check(&self, id: &StoreId) -> Result<CheckReport, AppError> {
        self.noted(Action::Change, Deed::TestCheckout, id, self.service.check(id)).await
    }

    async fn probe_isolation(&self, id: &StoreId) -> Result<IsolationReport, AppError> {
        self.noted(Action::Change, Deed::ProbeIsolation, id, self.service.probe_isolation(id)).await
    }

    async fn sign_in_link(&self, id: &StoreId) -> Result<SignInLink, AppError> {
        self.noted(Action::Enter, Deed::OpenAdmin, id, self.service.sign_in_link(id)).await
    }

    async fn pods(&self, id: &StoreId) -> Result<Pods, AppError> {
        self.may_with(Action::See, id).await?;
        self.service.pods(id).await
    }

    async fn inventory(&self, id: &StoreId) -> Result<Vec<Object>, AppError> {
        self.may_with(Action::See, id).await?;
        self.service.inventory(id).await
    }

    async fn logs(&self, id: &StoreId, component: Component, lines: u32) -> Result<String, AppError> {
        self.may_with(Action::See, id).await?;
        self.service.logs(id, component, lines).await
    }

    async fn follow_logs(&self, id: &StoreId, component: Component, lines: u32) -> Result<LogLines, AppError> {
        self.may_with(Action::See, id).await?;
        self.service.follow_logs(id, component, lines).await
    }

    async fn quota(&self) -> Result<Quota, AppError> {
        self.reach()?;
        match self.actor.user() {
            Some(user) => self.service.quota_of(self.service.maker(user)).await,
            None => self.service.quota().await,
        }
    }

    async fn health(&self) -> Result<Health, AppError> {
        self.reach()?;
        self.service.health().await
    }

    async fn pool(&self) -> Result<PoolState, AppError> {
        self.reach()?;
        self.service.pool().await
    }

    fn newest_event(&self) -> i64 {
        self.service.newest_event()
    }

    fn pool_changes(&self) -> u64 {
        self.service.pool_changes()
    }

    fn now(&self) -> Timestamp {
        self.service.now()
    }
}

impl StoreService {
    /// Whose store it is.
    ///
    /// # Errors
    /// There is no such store, or the database refuses.
    async fn owner_of(&self, id: &StoreId) -> Result<Option<app::model::UserId>, AppError> {
        let mut read = self.db.read().await.map_err(self.db_error())?;
        let found = stores::owner_of(&mut read, id).await.map_err(self.db_error())?;
        found.ok_or_else(|| AppError::no_store(id.as_str()))
    }
}
