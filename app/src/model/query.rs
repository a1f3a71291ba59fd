//! Which stores a list holds, and in which order.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr};

use super::{Status, Store, StoreId, UnknownWord};

/// What is asked of a list of stores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreQuery {
    /// Part of a name, upper and lower case being the same, or the beginning of an id; empty for any.
    pub text: String,
    /// One of these; none for all but deleted ones.
    pub statuses: Vec<Status>,
    /// In which order.
    pub order: Order,
    /// From where on.
    pub start: PageStart,
    /// At most so many.
    pub limit: u32,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, IntoStaticStr)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", parse_err_ty = UnknownWord, parse_err_fn = UnknownWord::new)]
pub enum Order {
    /// The latest first.
    #[default]
    Newest,
    /// The earliest first.
    Oldest,
    /// By name.
    Name,
}

/// Where a page of a list begins. Stores keep their place, since neither the name nor the date of one changes and deleted ones
/// stay as tombstones: so a store's id is a cursor that never goes stale.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PageStart {
    /// At the beginning.
    #[default]
    Start,
    /// With the one that follows this.
    After(StoreId),
    /// So that it ends with the one before this.
    Before(StoreId),
}

/// Part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorePage {
    /// The stores, in the order that was asked for.
    pub stores: Vec<Store>,
    /// Whether there are others before them.
    pub more_before: bool,
    /// Whether there are others after them.
    pub more_after: bool,
}

/// How many stores there are of each status that is not `deleted`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Waiting for their turn.
    pub queued: u32,
    /// Being installed or deleted.
    pub working: u32,
    /// Open.
    pub ready: u32,
    /// Failed, or no longer as they should be.
    pub failed: u32,
}

impl Counts {
    /// All of them.
    #[must_use]
    pub fn all(self) -> u32 {
        self.queued + self.working + self.ready + self.failed
    }

    /// Counts `number` more of a status.
    pub fn add(&mut self, status: Status, number: u32) {
        match status {
            Status::Queued => self.queued += number,
            Status::Provisioning | Status::Deleting => self.working += number,
            Status::Ready => self.ready += number,
            Status::Failed | Status::Degraded => self.failed += number,
            Status::Deleted => {}
        }
    }
}

impl Order {
    /// Every order.
    pub const ALL: [Self; 3] = [Self::Newest, Self::Oldest, Self::Name];

    /// The word for wire and address.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The words for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Newest => "Newest first",
            Self::Oldest => "Oldest first",
            Self::Name => "By name",
        }
    }
}
