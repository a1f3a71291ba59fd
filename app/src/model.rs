//! The words that browser, server and database share: a store, its events, and the steps of the job that makes it.
//!
//! The browser shows what the server rendered, so it knows only what people type or ask for by themselves.

mod component;
mod credentials;
mod id;
mod name;
mod slug;
mod theme;
mod token;
mod user;
mod wishes;
mod word;

#[cfg(feature = "ssr")]
mod access;
#[cfg(feature = "ssr")]
mod account;
#[cfg(feature = "ssr")]
mod audit;
#[cfg(feature = "ssr")]
mod domain;
#[cfg(feature = "ssr")]
mod event;
#[cfg(feature = "ssr")]
mod failure;
#[cfg(feature = "ssr")]
mod health;
#[cfg(feature = "ssr")]
mod inside;
#[cfg(feature = "ssr")]
mod isolation;
#[cfg(feature = "ssr")]
mod limits;
#[cfg(feature = "ssr")]
mod query;
#[cfg(feature = "ssr")]
mod status;
#[cfg(feature = "ssr")]
mod step;
#[cfg(feature = "ssr")]
mod store;
#[cfg(feature = "ssr")]
mod stray;
#[cfg(feature = "ssr")]
mod trouble;

pub use component::Component;
pub use credentials::Credentials;
pub use id::{InvalidId, StoreId};
pub use name::{InvalidName, StoreName};
pub use slug::{InvalidSlug, Slug};
pub use theme::Theme;
pub use token::Scope;
pub use user::{InvalidPassword, InvalidUserName, NewPassword, Role, UserId, UserName};
pub use wishes::{Allowance, Content, NewStore, Size};
pub use word::UnknownWord;

#[cfg(feature = "ssr")]
pub use self::{
    access::{Action, Verdict},
    account::{FreshToken, NewToken, NewUser, OneTimeLink, SignedIn, Token, User, UserChange},
    audit::{AuditEntry, AuditQuery, Deed, Outcome},
    domain::{DnsRecord, DomainName, DomainReport, DomainVerdict, InvalidDomain, NewDomain},
    event::{Event, EventKind, Level},
    failure::{During, FailedAttempt, Failure, Finding, Offer, Reason, Target},
    health::{ClusterHealth, Health, PoolState},
    inside::{CheckReport, Container, Object, Pod, Pods, ReceiptLine, SignInLink, Usage},
    isolation::{Attempt, AttemptOutcome, Isolation, IsolationReport, ReachTarget},
    limits::{Limits, OwnLimits, Quota, Used},
    query::{Counts, Order, PageStart, StorePage, StoreQuery},
    status::{IllegalMove, Status},
    step::{Step, StepRecord, UsualTime},
    store::{Edition, Owner, Protection, Store, StoreDetail},
    stray::{Origin, Stray, StrayRemoval, Strays},
    trouble::SignInTrouble,
};
