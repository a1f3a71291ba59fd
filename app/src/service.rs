//! The whole server as the pages see it, on one screen.

use std::{pin::Pin, sync::Arc};

use async_trait::async_trait;
use futures::Stream;
use jiff::Timestamp;
use leptos::prelude::use_context;

use crate::{
    error::AppError,
    model::{
        Action, AuditEntry, AuditQuery, CheckReport, Component, Counts, Credentials, DomainReport, Event,
        FailedAttempt, FreshToken, Health, IsolationReport, NewStore, NewToken, NewUser, Object, OneTimeLink, Pods,
        PoolState, Quota, SignInLink, SignedIn, Slug, Status, Store, StoreDetail, StoreId, StorePage, StoreQuery,
        StrayRemoval, Strays, Token, User, UserChange, UserId, UserName,
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

    /// The store with this domain, likewise. The host is as a browser names it, without a port.
    async fn resident_by_domain(&self, host: &str) -> Result<Option<(StoreId, Status)>, AppError>;

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

    /// What the DNS says about a domain that is to lead to the store.
    async fn look_up_domain(&self, id: &StoreId, domain: &str) -> Result<DomainReport, AppError>;

    /// Moves an open store to a domain, which has to lead to it.
    async fn set_domain(&self, id: &StoreId, domain: &str) -> Result<Store, AppError>;

    /// Moves an open store back to its first address; changes nothing where it is there.
    async fn remove_domain(&self, id: &StoreId) -> Result<Store, AppError>;

    /// How to sign in to the store's administration. That somebody asked becomes an event.
    async fn credentials(&self, id: &StoreId) -> Result<Credentials, AppError>;

    /// Places an order in a ready store now, reads it back and removes it. How that ended becomes an event.
    async fn check(&self, id: &StoreId) -> Result<CheckReport, AppError>;

    /// Tries from inside of an open store what can be reached, and keeps the report.
    async fn probe_isolation(&self, id: &StoreId) -> Result<IsolationReport, AppError>;

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

    /// How much whoever asks may use, and how much they do.
    async fn quota(&self) -> Result<Quota, AppError>;

    /// How the platform is doing.
    async fn health(&self) -> Result<Health, AppError>;

    /// How many finished stores wait for somebody.
    async fn pool(&self) -> Result<PoolState, AppError>;

    /// The id of the newest event, which what the pages read next is at least as new as.
    fn newest_event(&self) -> i64;

    /// How often the pool has become another since the process began.
    fn pool_changes(&self) -> u64;

    /// The time on the platform's clock, which the pages count ages from.
    fn now(&self) -> Timestamp;
}

/// Whether stores are only simulated (`--fake-cluster`), which every page says.
#[derive(Clone, Copy)]
pub struct Demo(pub bool);

/// Whether the page that is being rendered shows simulated stores. False outside of a request.
#[must_use]
pub fn is_demo() -> bool {
    use_context::<Demo>().is_some_and(|Demo(is_demo)| is_demo)
}

/// Lets forms of the page that is being rendered lead to one more origin, such as a store's own domain; the last one counts.
#[derive(Clone)]
pub struct FormsMayLeadTo(pub Arc<dyn Fn(&str) + Send + Sync>);

/// Something that is shown once, on the page that comes back after it was asked for, and kept nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fresh {
    /// A new token.
    Token(FreshToken),
    /// The link with which a user chooses a password.
    Invitation {
        /// The user.
        name: UserName,
        /// The link.
        link: OneTimeLink,
    },
}

/// What can be asked about users, by whoever sent the request.
#[async_trait]
pub trait Accounts: Send + Sync + 'static {
    /// Who asks; none where nobody is signed in.
    fn me(&self) -> Option<User>;

    /// Signs in with a password, for this browser.
    async fn sign_in(&self, name: &str, password: &str) -> Result<(), AppError>;

    /// Whom a one-time link is for: their name, or none for the first administrator, who chooses one.
    async fn invitation(&self, word: &str) -> Result<Option<String>, AppError>;

    /// Takes up an invitation: keeps the password and signs in. `name` is the first administrator's.
    async fn accept(&self, word: &str, name: &str, password: &str) -> Result<(), AppError>;

    /// Signs in with a one-time link that asks for no password.
    async fn enter(&self, word: &str) -> Result<(), AppError>;

    /// Whether there is any user yet.
    async fn any(&self) -> Result<bool, AppError>;

    /// What the other service is called where people can sign in; none where there is none.
    fn provider(&self) -> Option<String>;

    /// Whether whoever asks can sign in there, too.
    async fn is_connected(&self) -> Result<bool, AppError>;

    /// Has them sign in there no longer.
    async fn disconnect(&self) -> Result<(), AppError>;

    /// Has the next page of whoever asks show this.
    fn show_once(&self, fresh: Fresh);

    /// What this page of theirs shows, where it is what the page is for.
    fn shown_once(&self, is_wanted: fn(&Fresh) -> bool) -> Option<Fresh>;

    /// Signs out, here.
    async fn sign_out(&self) -> Result<(), AppError>;

    /// Signs out everywhere.
    async fn sign_out_everywhere(&self) -> Result<(), AppError>;

    /// Chooses another password, which signs out everywhere else. `old` is looked at where there is one.
    async fn change_password(&self, old: &str, new: &str) -> Result<(), AppError>;

    /// Where whoever asks is signed in, the place that was used last first.
    async fn sessions(&self) -> Result<Vec<SignedIn>, AppError>;

    /// Their tokens, the newest first.
    async fn tokens(&self) -> Result<Vec<Token>, AppError>;

    /// A new token of theirs.
    async fn create_token(&self, new: NewToken) -> Result<FreshToken, AppError>;

    /// Makes one of their tokens worth nothing.
    async fn revoke_token(&self, id: i64) -> Result<(), AppError>;

    /// Every user, by name.
    async fn users(&self) -> Result<Vec<User>, AppError>;

    /// Adds a user; the link lets them choose a password.
    async fn add_user(&self, new: NewUser) -> Result<(User, OneTimeLink), AppError>;

    /// Changes a user. Whoever is disabled is signed out.
    async fn change_user(&self, id: UserId, change: UserChange) -> Result<User, AppError>;

    /// Lines of the audit log, the newest first.
    async fn audit(&self, query: AuditQuery) -> Result<Vec<AuditEntry>, AppError>;

    /// Lines with greater numbers, the oldest first; none when there are no more.
    async fn audit_after(&self, id: i64) -> Result<Vec<AuditEntry>, AppError>;

    /// A link with which a user chooses a password, as for one who forgot it.
    async fn invite_again(&self, id: UserId) -> Result<OneTimeLink, AppError>;
}

/// The users, as whoever sent the request may ask about them.
///
/// # Errors
/// [`AppError::Internal`] where a server function runs outside of the router.
pub fn accounts() -> Result<Arc<dyn Accounts>, AppError> {
    use_context().ok_or_else(|| AppError::Internal { reference: "no-service".to_owned() })
}

/// Who asks; none where nobody is signed in.
#[must_use]
pub fn me() -> Option<User> {
    accounts().ok()?.me()
}

/// Whether whoever asks may do something that is about no store, so that pages leave out what would be refused.
#[must_use]
pub fn may(action: Action) -> bool {
    me().is_some_and(|user| user.may(action, false))
}

/// The same about a store.
#[must_use]
pub fn may_with(action: Action, store: &Store) -> bool {
    me().is_some_and(|user| user.may(action, store.owner.as_ref().is_some_and(|owner| owner.id == user.id)))
}

/// The platform, as the router put it in context.
///
/// # Errors
/// [`AppError::Internal`] where a server function runs outside of the router.
pub fn stores() -> Result<Arc<dyn Stores>, AppError> {
    use_context().ok_or_else(|| AppError::Internal { reference: "no-service".to_owned() })
}
