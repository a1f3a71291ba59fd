//! Users, their sessions and their tokens as pages and programs see them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Action, OwnLimits, Role, Scope, UserId, UserName};

/// A user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct User {
    /// Their number.
    pub id: UserId,
    /// The name that they sign in with.
    pub name: UserName,
    /// What they are to the platform.
    pub role: Role,
    /// Whether they have chosen a password.
    pub has_password: bool,
    /// Whether they are kept out.
    pub disabled: bool,
    /// Where their limits are others than everybody's.
    pub limits: OwnLimits,
    /// When they were added.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When they last signed in.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub signed_in_at: Option<Timestamp>,
}

impl User {
    /// Whether pages need not leave something out for them; `own` is whether it is about a store of theirs.
    #[must_use]
    pub fn may(&self, action: Action, own: bool) -> bool {
        self.role.verdict(action, own) == super::Verdict::Allowed
    }
}

/// What an administrator says of a new user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// The name that they sign in with, as typed.
    pub name: String,
    /// What they are to the platform.
    pub role: Role,
}

/// What an administrator changes of a user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserChange {
    /// What they are to the platform from now on.
    pub role: Option<Role>,
    /// Whether they are kept out.
    pub disabled: Option<bool>,
    /// Where their limits are others than everybody's, from now on.
    pub limits: Option<OwnLimits>,
}

/// A link that lets somebody in once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OneTimeLink {
    /// The address.
    pub url: String,
    /// Until when it can be opened.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

/// A place where somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// When they signed in.
    pub since: Timestamp,
    /// When it was last used, give or take a minute.
    pub seen_at: Timestamp,
    /// From which address.
    pub address: String,
    /// With which browser, in its own words.
    pub agent: String,
    /// Whether the question came from there.
    pub is_this_one: bool,
}

/// What programs show instead of a session, without what makes it valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Token {
    /// Its number.
    pub id: i64,
    /// What it is for.
    pub name: String,
    /// Its last characters.
    pub hint: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it ends by itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    /// When it was last used, give or take a minute.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_used_at: Option<Timestamp>,
}

/// What somebody says of a new token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What it is for: 1 to 60 characters.
    pub name: String,
    /// What it may do; at least one.
    pub scopes: Vec<Scope>,
    /// After how many days it ends: 1 to 3650; never when not given.
    pub days: Option<u32>,
}

/// A new token, which is shown this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FreshToken {
    /// What is sent as `Authorization: Bearer`.
    pub secret: String,
    /// What is known of it from now on.
    pub token: Token,
}
