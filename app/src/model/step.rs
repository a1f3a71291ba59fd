//! The named steps of a provision job.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr};

use super::{Edition, UnknownWord};

/// One step of a provision job; they follow each other in this order.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Display, EnumString, IntoStaticStr,
)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", parse_err_ty = UnknownWord, parse_err_fn = UnknownWord::new)]
pub enum Step {
    /// Namespace, secret, and every object of the chart applied.
    Namespace,
    /// The database answers.
    Database,
    /// The WordPress pod runs.
    Wordpress,
    /// The bootstrap has made the shop this store's.
    Woocommerce,
    /// An anonymous visitor sees the shop.
    Storefront,
    /// An order was placed, read back and removed.
    Checkout,
}

impl Step {
    /// Every step, in order.
    pub const ALL: [Self; 6] =
        [Self::Namespace, Self::Database, Self::Wordpress, Self::Woocommerce, Self::Storefront, Self::Checkout];

    /// The word for wire and database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The words for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Namespace => "Namespace",
            Self::Database => "Database",
            Self::Wordpress => "WordPress",
            Self::Woocommerce => "WooCommerce",
            Self::Storefront => "Storefront",
            Self::Checkout => "Checkout",
        }
    }

    /// What happens during the step, for people; in a store that turned out to have no shop, what happens instead.
    #[must_use]
    pub fn sentence(self, edition: Option<Edition>) -> &'static str {
        match self {
            Self::Woocommerce if edition == Some(Edition::WordpressOnly) => "Installing WordPress",
            Self::Storefront if edition == Some(Edition::WordpressOnly) => "Visiting the site",
            Self::Checkout if edition == Some(Edition::WordpressOnly) => "Signing in to the administration",
            Self::Namespace => "Setting up the namespace, limits, policies and secrets",
            Self::Database => "Starting the database",
            Self::Wordpress => "Starting WordPress",
            Self::Woocommerce => "Installing the shop",
            Self::Storefront => "Visiting the storefront",
            Self::Checkout => "Placing a test order",
        }
    }
}

/// How long a step took in the middle one of the latest provisions of other stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct UsualTime {
    /// Which step.
    pub step: Step,
    /// The median.
    pub milliseconds: i64,
}

/// When a step began and ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct StepRecord {
    /// Which step.
    pub step: Step,
    /// When it began.
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub started_at: Timestamp,
    /// When it ended with success; none while it runs or when it failed.
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>, format = DateTime))]
    pub finished_at: Option<Timestamp>,
}
