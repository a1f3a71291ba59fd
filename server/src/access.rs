//! Who asks, and what they may.

use std::net::IpAddr;

use app::{
    error::AppError,
    model::{Action, Scope, User, UserId, Verdict},
};

/// Whoever asks the platform for something.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Who it is.
    pub who: Who,
    /// From where the request came; none for the command line.
    pub address: Option<IpAddr>,
}

/// Who it is.
#[derive(Clone, Debug)]
pub enum Who {
    /// Whoever can read the data folder, and so may do everything.
    CommandLine,
    /// Nobody who is known.
    Nobody,
    /// A user.
    User {
        /// The user.
        user: User,
        /// How they are known.
        via: Via,
    },
}

/// How a user is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Via {
    /// They signed in.
    Session,
    /// A program of theirs shows a token.
    Token {
        /// Its number.
        id: i64,
        /// What it may do.
        scopes: Vec<Scope>,
    },
}

/// Which stores somebody sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All.
    All,
    /// Those of one user.
    Of(UserId),
}

impl Actor {
    /// Whoever can read the data folder.
    #[must_use]
    pub fn command_line() -> Self {
        Self { who: Who::CommandLine, address: None }
    }

    /// The user, if it is one.
    #[must_use]
    pub fn user(&self) -> Option<&User> {
        match &self.who {
            Who::User { user, .. } => Some(user),
            Who::CommandLine | Who::Nobody => None,
        }
    }

    /// What becomes of a wish; `owner` is whose store it is about, where it is about one that somebody has.
    #[must_use]
    pub fn verdict(&self, action: Action, owner: Option<UserId>) -> Verdict {
        match &self.who {
            Who::CommandLine => Verdict::Allowed,
            Who::Nobody => Verdict::Refused,
            Who::User { user, via } => match user.role.verdict(action, owner == Some(user.id)) {
                Verdict::Allowed if !via.allows(action) => Verdict::Refused,
                verdict => verdict,
            },
        }
    }

    /// Whether something may be done that is about no store.
    ///
    /// # Errors
    /// What is said to somebody who may not.
    pub fn may(&self, action: Action) -> Result<(), AppError> {
        match self.verdict(action, None) {
            Verdict::Allowed => Ok(()),
            Verdict::Refused | Verdict::Unseen => Err(self.refusal(action)),
        }
    }

    /// What is said to somebody who may not do what they ask for.
    #[must_use]
    pub fn refusal(&self, action: Action) -> AppError {
        let reason = match &self.who {
            Who::CommandLine | Who::Nobody => return AppError::SignedOut,
            Who::User { user, via: Via::Session } => format!("A {} cannot do that.", user.role.label().to_lowercase()),
            // What the role has not, no scope gives.
            Who::User { user, via: via @ Via::Token { .. } }
                if !via.allows(action) && user.role.verdict(action, true) == Verdict::Allowed =>
            {
                format!("This token cannot do that: it has not the scope `{}`.", action.scope())
            }
            Who::User { user, via: Via::Token { .. } } => {
                format!("A {} cannot do that, with whatever token.", user.role.label().to_lowercase())
            }
        };
        AppError::Forbidden { reason }
    }

    /// Which stores they see; none where they see none at all.
    #[must_use]
    pub fn reach(&self) -> Option<Reach> {
        match &self.who {
            Who::CommandLine => Some(Reach::All),
            Who::Nobody => None,
            Who::User { via, .. } if !via.allows(Action::See) => None,
            Who::User { user, .. } if user.role.sees_all() => Some(Reach::All),
            Who::User { user, .. } => Some(Reach::Of(user.id)),
        }
    }
}

impl Via {
    fn allows(&self, action: Action) -> bool {
        match self {
            Self::Session => true,
            Self::Token { scopes, .. } => scopes.contains(&action.scope()),
        }
    }
}

impl Reach {
    /// Whether a store of this owner is within it.
    #[must_use]
    pub fn covers(self, owner: Option<UserId>) -> bool {
        match self {
            Self::All => true,
            Self::Of(user) => owner == Some(user),
        }
    }

    /// The one owner whose stores are within it.
    #[must_use]
    pub fn only(self) -> Option<UserId> {
        match self {
            Self::All => None,
            Self::Of(user) => Some(user),
        }
    }
}
