//! The whole server as the pages see it, on one screen.

use std::{pin::Pin, sync::Arc};

use async_trait::async_trait;
use futures::Stream;
use jiff::Timestamp;
use leptos::prelude::use_context;

use crate::{
    error::AppError,
    model::{
        CheckReport, Component, Counts, Credentials, Event, FailedAttempt, Health, NewStore, Object, Pods, SignInLink,
        Slug, Status, Store, StoreDetail, StoreId, StorePage, StoreQuery, StrayRemoval, Strays,
    },
};

/// Lines of a log as they are written, without their line breaks. It ends with the container, or when it cannot be read.
pub type LogLines = Pin<Box<dyn Stream<Item = String> + Send>>;

/// What can be asked of the platform. Both doors, server functions and REST, end here, so a rule holds at both.
#[async_trait]
pub trait Stores: Send + Sync + 'static {
    /// Takes a new store into the queue. With an idempotency key that was used before, answers with the store that was
    /// made then.
    async fn create(&self, request: NewStore, idempotency_key: Option<String>) -> Result<Store, AppError>;

    /// The stores that a query asks for.
    async fn list(&self, query: StoreQuery) -> Result<StorePage, AppError>;

    /// How many stores there are.
    async fn counts(&self) -> Result<Counts, AppError>;

    /// One store, tombstones included.
    async fn get(&self, id: &StoreId) -> Result<StoreDetail, AppError>;

    /// The store with this id and where it is in its life, tombstones included: what the gateway asks before each request.
    async fn resident_by_id(&self, id: &StoreId) -> Result<Option<(StoreId, Status)>, AppError>;

    /// The store whose address begins with this slug, likewise: the living one, or the last that was.
    async fn resident_by_slug(&self, slug: &Slug) -> Result<Option<(StoreId, Status)>, AppError>;

    /// The address that begins with this label.
    fn address_at(&self, label: &str) -> String;

    /// Events of one store with ids above `after`, oldest first, at most `limit`.
    async fn events(&self, id: &StoreId, after: i64, limit: u32) -> Result<Vec<Event>, AppError>;

    /// Queues a failed store again; everything is applied and every step looked at again, done ones in passing.
    async fn retry(&self, id: &StoreId) -> Result<Store, AppError>;

    /// Asks for deletion, which a protected store refuses. Asking again while it is being deleted changes nothing.
    async fn delete(&self, id: &StoreId) -> Result<Store, AppError>;

    /// Does what a failed deletion offered, and deletes again.
    async fn take_up_offer(&self, id: &StoreId) -> Result<Store, AppError>;

    /// The latest times that a store failed or was degraded, newest first, with everything that was to be seen of it then.
    async fn failures(&self, id: &StoreId) -> Result<Vec<FailedAttempt>, AppError>;

    /// What is in the cluster and belongs to no store, as it was seen last.
    async fn strays(&self) -> Result<Strays, AppError>;

    /// The same, looked for now.
    async fn find_strays(&self) -> Result<Strays, AppError>;

    /// Asks for the removal of a stray. It becomes a store that is being deleted, with history and receipt.
    async fn remove_stray(&self, id: &StoreId, removal: StrayRemoval) -> Result<Store, AppError>;

    /// Protects a store against deletion, or no longer.
    async fn protect(&self, id: &StoreId, protected: bool) -> Result<Store, AppError>;

    /// How to sign in to the store's administration. That somebody asked becomes an event.
    async fn credentials(&self, id: &StoreId) -> Result<Credentials, AppError>;

    /// Places an order in a ready store now, reads it back and removes it. How that ended becomes an event.
    async fn check(&self, id: &StoreId) -> Result<CheckReport, AppError>;

    /// A link that signs the owner of a ready store in once. That somebody asked becomes an event.
    async fn sign_in_link(&self, id: &StoreId) -> Result<SignInLink, AppError>;

    /// The store's pods.
    async fn pods(&self, id: &StoreId) -> Result<Pods, AppError>;

    /// Everything of the store that is in the cluster: what its deletion would remove.
    async fn inventory(&self, id: &StoreId) -> Result<Vec<Object>, AppError>;

    /// The last `lines` log lines of a component's newest pod.
    async fn logs(&self, id: &StoreId, component: Component, lines: u32) -> Result<String, AppError>;

    /// The same, and every line that follows until the container ends.
    async fn follow_logs(&self, id: &StoreId, component: Component, lines: u32) -> Result<LogLines, AppError>;

    /// How the platform is doing.
    async fn health(&self) -> Result<Health, AppError>;

    /// The id of the newest event, which what the pages read next is at least as new as.
    fn newest_event(&self) -> i64;

    /// The time on the platform's clock, which the pages count ages from.
    fn now(&self) -> Timestamp;
}

/// The platform, as the router put it in context.
///
/// # Errors
/// [`AppError::Internal`] where a server function runs outside of the router.
pub fn stores() -> Result<Arc<dyn Stores>, AppError> {
    use_context().ok_or_else(|| AppError::Internal { reference: "no-service".to_owned() })
}
