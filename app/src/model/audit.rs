//! Who did what.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use super::{UnknownWord, UserId, word::words};

/// What somebody did, or tried to.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", parse_err_ty = UnknownWord, parse_err_fn = UnknownWord::new)]
pub enum Deed {
    /// Asked for a store.
    CreateStore,
    /// Queued a failed store again, or its repair.
    RetryStore,
    /// Asked for a store's deletion.
    DeleteStore,
    /// Did what a failed deletion offered.
    TakeUpOffer,
    /// Protected a store against deletion.
    ProtectStore,
    /// Took that off.
    UnprotectStore,
    /// Gave a store a domain.
    SetDomain,
    /// Took it away.
    RemoveDomain,
    /// Placed a test order.
    TestCheckout,
    /// Tried what can be reached from inside of a store.
    ProbeIsolation,
    /// Looked at a store's credentials.
    ShowCredentials,
    /// Made a link into a store's administration.
    OpenAdmin,
    /// Removed what belongs to no store.
    RemoveStray,
    /// Signed in.
    SignIn,
    /// Took up an invitation.
    AcceptInvitation,
    /// Connected another sign-in service with their account.
    Connect,
    /// Took that back.
    Disconnect,
    /// Signed out.
    SignOut,
    /// Signed out everywhere.
    SignOutEverywhere,
    /// Chose another password.
    ChangePassword,
    /// Made a token.
    CreateToken,
    /// Made a token worth nothing.
    RevokeToken,
    /// Added a user.
    AddUser,
    /// Changed a user.
    ChangeUser,
    /// Made a link with which a user chooses a password.
    InviteAgain,
}

/// What became of it.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", parse_err_ty = UnknownWord, parse_err_fn = UnknownWord::new)]
pub enum Outcome {
    /// It was done, or taken into the queue.
    Done,
    /// It was not: whoever asked may not, or it did not fit.
    Refused,
    /// It was not: something did not work.
    Failed,
}

/// One line of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AuditEntry {
    /// Its number; later ones are greater.
    pub id: i64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who; none where that is not known, as after a wrong password.
    pub user_id: Option<UserId>,
    /// Their name as it was then, or as it was typed.
    pub user_name: String,
    /// How they were known: `session`, `token`, `nobody`, or `command line` for whoever can read the data folder.
    pub via: String,
    /// Which token.
    pub token_id: Option<i64>,
    /// From which address; empty where there was none.
    pub address: String,
    /// What they did.
    pub deed: Deed,
    /// To what: `store`, `user`, `token` or `nothing`.
    pub target_kind: String,
    /// Its id or number.
    pub target_id: String,
    /// Its name as it was then.
    pub target_name: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Why not, or what exactly; may be empty.
    pub detail: String,
}

/// Which lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// Part of a name, of a user's or of what it was done to, or of an address, or a store's id.
    pub text: String,
    /// Only this deed.
    pub deed: Option<Deed>,
    /// Only this outcome.
    pub outcome: Option<Outcome>,
    /// Only those with lower numbers.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: u32,
}

words!(Deed, Outcome);

impl Deed {
    /// In words, for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::CreateStore => "Create a store",
            Self::RetryStore => "Retry or repair a store",
            Self::DeleteStore => "Delete a store",
            Self::TakeUpOffer => "Help a deletion on",
            Self::ProtectStore => "Protect a store",
            Self::UnprotectStore => "Remove a store's protection",
            Self::SetDomain => "Give a store a domain",
            Self::RemoveDomain => "Take a store's domain away",
            Self::TestCheckout => "Test a checkout",
            Self::ProbeIsolation => "Test a store's isolation",
            Self::ShowCredentials => "Look at credentials",
            Self::OpenAdmin => "Make a sign-in link of a store",
            Self::RemoveStray => "Remove what is left in the cluster",
            Self::SignIn => "Sign in",
            Self::AcceptInvitation => "Take up an invitation",
            Self::Connect => "Connect a sign-in service",
            Self::Disconnect => "Disconnect a sign-in service",
            Self::SignOut => "Sign out",
            Self::SignOutEverywhere => "Sign out everywhere",
            Self::ChangePassword => "Change the password",
            Self::CreateToken => "Make a token",
            Self::RevokeToken => "Revoke a token",
            Self::AddUser => "Add a user",
            Self::ChangeUser => "Change a user",
            Self::InviteAgain => "Make an invitation",
        }
    }
}

impl Outcome {
    /// In words, for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Done => "Done",
            Self::Refused => "Refused",
            Self::Failed => "Failed",
        }
    }
}
