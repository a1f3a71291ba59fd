//! Faults of the platform, as people hear of them: the details go to the log, a reference to the person.

use std::fmt::Display;

use app::error::AppError;

use crate::{db::trouble, entropy::Entropy};

/// Tells faults.
#[derive(Clone, Debug)]
pub struct Faults(Entropy);

impl Faults {
    /// References come from `entropy`.
    #[must_use]
    pub fn new(entropy: Entropy) -> Self {
        Self(entropy)
    }

    /// A fault that nobody can do anything about but those who read the log.
    #[must_use]
    pub fn internal(&self, error: impl Display) -> AppError {
        let reference = self.0.reference();
        tracing::error!(%reference, %error, "a request failed inside the platform");
        AppError::Internal { reference }
    }

    /// A fault of the database: in words where it is the disk's or a lock's.
    #[must_use]
    pub fn of_database(&self, error: &sqlx::Error) -> AppError {
        match trouble::describe(error) {
            Some(reason) => {
                tracing::error!(reason, %error, "the database cannot be used");
                AppError::StorageUnavailable { reason: reason.to_owned() }
            }
            None => self.internal(error),
        }
    }
}
