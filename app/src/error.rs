//! Every failure that a person or a program can see, at both doors.

use leptos::{
    prelude::{FromServerFnError, ServerFnErrorErr},
    server_fn::codec::JsonEncoding,
};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::model::InvalidDomain;
use crate::model::{InvalidId, InvalidName, InvalidPassword, InvalidSlug, InvalidUserName, StoreId};

/// A failure as it crosses the wire. Its text is for people and says what to do where something can be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum AppError {
    /// A field of the request holds something that cannot be taken.
    #[error("{reason}")]
    Invalid {
        /// The field's name in the request.
        field: String,
        /// What is wrong, one sentence.
        reason: String,
    },
    /// There is no such thing.
    #[error("{what} does not exist.")]
    NotFound {
        /// What was looked for.
        what: String,
    },
    /// A field of the request holds what another store has already.
    #[error("{reason}")]
    Taken {
        /// The field's name in the request.
        field: String,
        /// Who has it, one sentence, and what to do.
        reason: String,
    },
    /// The request does not fit what is there.
    #[error("{reason}")]
    Conflict {
        /// Why not, one sentence.
        reason: String,
    },
    /// Nobody is signed in, or not any more.
    #[error("Sign in first.")]
    SignedOut,
    /// The name and the password do not belong together.
    #[error("That name and password do not belong together.")]
    WrongCredentials,
    /// Whoever asks may not do that.
    #[error("{reason}")]
    Forbidden {
        /// Why not, one sentence.
        reason: String,
    },
    /// It would be more than whoever asks may have.
    #[error("{reason}")]
    LimitReached {
        /// Of what, and what to do, one or two sentences.
        reason: String,
    },
    /// It was asked for too often.
    #[error("{reason}")]
    TooMany {
        /// What was, one sentence.
        reason: String,
        /// After how many seconds it may be asked for again.
        seconds: u64,
    },
    /// The cluster does not answer or refuses.
    #[error("The cluster cannot be asked just now: {reason}")]
    ClusterUnavailable {
        /// What it said.
        reason: String,
    },
    /// The platform's own database cannot be used.
    #[error("Urumi cannot use its database just now: {reason}. Nothing was changed.")]
    StorageUnavailable {
        /// Why not, half a sentence.
        reason: String,
    },
    /// The browser could not reach the server, or could not understand it.
    #[error("The server could not be reached, or did not answer as it should. Try again.")]
    Unreachable {
        /// What the browser said.
        reason: String,
    },
    /// A fault of the platform. The details are in its log, not here.
    #[error("Something went wrong inside the platform. Its log has the details under the reference {reference}.")]
    Internal {
        /// Stands beside the details in the log.
        reference: String,
    },
}

impl AppError {
    /// The word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => "invalid",
            Self::NotFound { .. } => "not_found",
            Self::Taken { .. } => "taken",
            Self::Conflict { .. } => "conflict",
            Self::SignedOut => "signed_out",
            Self::WrongCredentials => "wrong_credentials",
            Self::Forbidden { .. } => "forbidden",
            Self::LimitReached { .. } => "limit_reached",
            Self::TooMany { .. } => "too_many",
            Self::ClusterUnavailable { .. } => "cluster_unavailable",
            Self::StorageUnavailable { .. } => "storage_unavailable",
            Self::Unreachable { .. } => "unreachable",
            Self::Internal { .. } => "internal",
        }
    }

    /// The field of the request that is at fault.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Invalid { field, .. } | Self::Taken { field, .. } => Some(field),
            _ => None,
        }
    }

    /// What was typed to confirm a deletion is something else.
    #[must_use]
    pub fn not_confirmed(reason: &str) -> Self {
        Self::Invalid { field: "confirmation".to_owned(), reason: reason.to_owned() }
    }

    /// The store with this id is not there.
    #[must_use]
    pub fn no_store(id: &str) -> Self {
        Self::NotFound { what: format!("A store with the id {id:?}") }
    }

    /// Nothing of a store with this id is left in the cluster that belongs to none.
    #[must_use]
    pub fn no_stray(id: &StoreId) -> Self {
        Self::NotFound {
            what: format!("Something in the cluster that belongs to no store and is called {}", id.namespace()),
        }
    }
}

impl From<InvalidUserName> for AppError {
    fn from(reason: InvalidUserName) -> Self {
        Self::Invalid { field: "name".to_owned(), reason: reason.to_string() }
    }
}

impl From<InvalidPassword> for AppError {
    fn from(reason: InvalidPassword) -> Self {
        Self::Invalid { field: "password".to_owned(), reason: reason.to_string() }
    }
}

impl From<InvalidName> for AppError {
    fn from(reason: InvalidName) -> Self {
        Self::Invalid { field: "name".to_owned(), reason: reason.to_string() }
    }
}

impl From<InvalidSlug> for AppError {
    fn from(reason: InvalidSlug) -> Self {
        Self::Invalid { field: "slug".to_owned(), reason: reason.to_string() }
    }
}

#[cfg(feature = "ssr")]
impl From<InvalidDomain> for AppError {
    fn from(reason: InvalidDomain) -> Self {
        Self::Invalid { field: "domain".to_owned(), reason: reason.to_string() }
    }
}

impl From<InvalidId> for AppError {
    fn from(reason: InvalidId) -> Self {
        Self::Invalid { field: "id".to_owned(), reason: format!("That is not a store's id: {reason}.") }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(reason) | ServerFnErrorErr::MissingArg(reason) => {
                Self::Invalid { field: "request".to_owned(), reason: format!("The request cannot be read: {reason}") }
            }
            other => Self::Unreachable { reason: other.to_string() },
        }
    }
}
