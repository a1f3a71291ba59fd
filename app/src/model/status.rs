//! The life of a store: which statuses there are and how one may follow another.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr};

use super::UnknownWord;

/// Where a store is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, IntoStaticStr)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", parse_err_ty = UnknownWord, parse_err_fn = UnknownWord::new)]
pub enum Status {
    /// Waits for a free place among the parallel installs.
    Queued,
    /// Its provision job runs.
    Provisioning,
    /// Its last order check passed.
    Ready,
    /// It was ready and something of it no longer is.
    Degraded,
    /// Its last job ended without success; the reason is kept with it.
    Failed,
    /// Its delete job waits or runs.
    Deleting,
    /// Nothing of it is left in the cluster; its history stays.
    Deleted,
}

/// A status was asked to become one that cannot follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a store that is {from} cannot become {to}")]
pub struct IllegalMove {
    /// The status it has.
    pub from: Status,
    /// The status it was asked to have.
    pub to: Status,
}

impl Status {
    /// Every status, in the order of a store's life.
    pub const ALL: [Self; 7] =
        [Self::Queued, Self::Provisioning, Self::Ready, Self::Degraded, Self::Failed, Self::Deleting, Self::Deleted];

    /// The status `to`, when it may follow this one.
    ///
    /// # Errors
    /// [`IllegalMove`] names both.
    pub fn move_to(self, to: Self) -> Result<Self, IllegalMove> {
        use Status::{Degraded, Deleted, Deleting, Failed, Provisioning, Queued, Ready};
        let legal = match (self, to) {
            (Queued, Provisioning) | (Failed, Queued) | (Ready, Degraded) | (Degraded, Ready) => true,
            (Provisioning, Ready | Failed) => true,
            // A deletion that cannot be finished fails with its reason and may be asked for again.
            (Deleting, Deleted | Failed) => true,
            (Queued | Provisioning | Ready | Degraded | Failed, Deleting) => true,
            _ => false,
        };
        if legal { Ok(to) } else { Err(IllegalMove { from: self, to }) }
    }

    /// Whether a job works on the store or will.
    #[must_use]
    pub fn is_working(self) -> bool {
        matches!(self, Self::Queued | Self::Provisioning | Self::Deleting)
    }

    /// The word for wire, database and class names.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The word for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Queued => "Queued",
            Self::Provisioning => "Provisioning",
            Self::Ready => "Ready",
            Self::Degraded => "Degraded",
            Self::Failed => "Failed",
            Self::Deleting => "Deleting",
            Self::Deleted => "Deleted",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_reads_back_from_its_word() {
        for status in Status::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
        }
    }

    #[test]
    fn a_tombstone_never_comes_back() {
        for to in Status::ALL {
            assert_eq!(Status::Deleted.move_to(to), Err(IllegalMove { from: Status::Deleted, to }));
        }
    }

    #[test]
    fn everything_alive_can_be_deleted() {
        for from in Status::ALL {
            let alive = !matches!(from, Status::Deleting | Status::Deleted);
            assert_eq!(from.move_to(Status::Deleting).is_ok(), alive, "{from}");
        }
    }

    #[test]
    fn only_a_provision_or_a_repair_makes_a_store_ready() {
        for from in Status::ALL {
            let may = matches!(from, Status::Provisioning | Status::Degraded);
            assert_eq!(from.move_to(Status::Ready).is_ok(), may, "{from}");
        }
    }
}
