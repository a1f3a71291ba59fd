//! The words that browser, server and database share: a store, its events, and the steps of the job that makes it.

mod event;
mod health;
mod id;
mod name;
mod status;
mod step;
mod store;

pub use event::{Event, EventKind, Level};
pub use health::{ClusterHealth, Health};
pub use id::{InvalidId, StoreId};
pub use name::{InvalidName, StoreName};
pub use status::{IllegalMove, Status};
pub use step::{Step, StepRecord};
pub use store::{Component, Credentials, Edition, Failure, NewStore, Store, StoreDetail};
