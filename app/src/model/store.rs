//! A store as people and programs see it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr};

use super::{
    CheckReport, Content, DomainName, Event, Failure, IsolationReport, ReceiptLine, Size, Slug, Status, Step,
    StepRecord, StoreId, StoreName, UnknownWord, UserId, UserName, UsualTime,
};

/// A store as it stands in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Store {
    /// Its id; the namespace is `store-<id>`.
    pub id: StoreId,
    /// Its name.
    pub name: StoreName,
    /// Where it is in its life.
    pub status: Status,
    /// What the image could install; none until the bootstrap has told.
    pub edition: Option<Edition>,
    /// What was chosen for its address; none where the platform made it.
    pub slug: Option<Slug>,
    /// How much it may use.
    pub size: Size,
    /// What is in it at first.
    pub content: Content,
    /// The domain of the owner's at which it is.
    pub domain: Option<DomainName>,
    /// Where the shop is: at its own domain, or at `first_url`.
    pub url: String,
    /// Where it is without a domain of its own, `http://<slug>.<domain>` or `http://store-<id>.<domain>`. It leads there in any case.
    pub first_url: String,
    /// Where its administration is.
    pub admin_url: String,
    /// Whether it is protected against deletion.
    pub protected: bool,
    /// Whose it is; none where it is the administrators'.
    pub owner: Option<Owner>,
    /// When it was asked for.
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// When it last became ready.
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>, format = DateTime))]
    pub ready_at: Option<Timestamp>,
    /// When nothing of it was left.
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>, format = DateTime))]
    pub deleted_at: Option<Timestamp>,
    /// While queued: its place, 1 is next.
    pub queue_position: Option<u32>,
    /// How many steps of the present or last provision are finished, 0 to 6.
    pub steps_finished: u8,
    /// The step that runs, or the one that failed.
    pub step: Option<Step>,
    /// While failed: why.
    pub failure: Option<Failure>,
}

/// Whose a store is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Owner {
    /// The user's number.
    pub id: UserId,
    /// The user's name.
    pub name: UserName,
}

/// A store with what its own page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct StoreDetail {
    /// The store.
    #[serde(flatten)]
    pub store: Store,
    /// The steps of its present or last provision that have begun, in order.
    pub steps: Vec<StepRecord>,
    /// How long steps usually take, in order; empty until other stores have been through them.
    pub usual: Vec<UsualTime>,
    /// While queued: when its install is expected to start, once that can be told.
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>, format = DateTime))]
    pub expected_start: Option<Timestamp>,
    /// While a job of it runs: what that waits for which is not up to it, such as a cluster that does not answer. One sentence
    /// without its full stop.
    pub waits_for: Option<String>,
    /// Whether its shop is on the way to another address, and so away for some seconds.
    pub is_moving: bool,
    /// How the last order check ended that somebody asked for, or that proved a repair.
    pub last_check: Option<CheckReport>,
    /// What was reached from inside of it when that was last tried; none before the first time.
    pub isolation: Option<IsolationReport>,
    /// How many times it failed or was degraded, the present one included. What was seen then is kept.
    pub failures: u32,
    /// Once its deletion has begun: what was there, and when it was seen gone.
    pub receipt: Vec<ReceiptLine>,
    /// Its latest events, oldest first, at most 200.
    pub events: Vec<Event>,
}

/// What a person sends to protect a store against deletion, or no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Protection {
    /// Whether it shall be protected.
    pub protected: bool,
}

/// What kind of site the store's image holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, IntoStaticStr)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", parse_err_ty = UnknownWord, parse_err_fn = UnknownWord::new)]
pub enum Edition {
    /// WordPress with WooCommerce: it sells.
    Shop,
    /// The image holds no WooCommerce: "WordPress only, no shop".
    WordpressOnly,
}

impl Edition {
    /// The word for wire and database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}
