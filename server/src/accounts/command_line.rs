//! What whoever can read the data folder does with users, with or without a server that runs: nobody is kept out of their own
//! installation.

use std::{path::Path, time::Duration};

use anyhow::ensure;
use app::model::{Deed, NewToken, Role, Scope, User};

use super::{AccountService, SessionLimits};
use crate::{
    access::Actor,
    audit::{AuditLog, Target},
    clock::Clock,
    data_dir,
    entropy::Entropy,
};

/// A link that signs an administrator in once, at the dashboard at `url`. They are added where there is no user of that name.
///
/// # Errors
/// The database cannot be used, the name is none, or that user is no administrator.
pub async fn sign_in_link(data_dir: &Path, name: &str, url: &str) -> anyhow::Result<String> {
    let (accounts, audit) = open(data_dir, url).await?;
    let user = administrator(&accounts, &audit, name).await?;
    let link = accounts.sign_in_link(user.id).await?;
    let target = Target::Changed(user.id, "A link that signs in");
    audit.note(&Actor::command_line(), Deed::InviteAgain, target, None).await?;
    Ok(link.url)
}

/// The secret of a new token of an administrator's, who is added likewise. Without scopes it may do everything.
///
/// # Errors
/// As [`sign_in_link`], or the token cannot be as it should.
pub async fn token(data_dir: &Path, administrators_name: &str, new: NewToken) -> anyhow::Result<String> {
    let (accounts, audit) = open(data_dir, "").await?;
    let user = administrator(&accounts, &audit, administrators_name).await?;
    let scopes = if new.scopes.is_empty() { Scope::ALL.to_vec() } else { new.scopes };
    let fresh = accounts.make_token(user.id, NewToken { scopes, ..new }).await?;
    let target = Target::Token(fresh.token.id, &fresh.token.name);
    audit.note(&Actor::command_line(), Deed::CreateToken, target, None).await?;
    Ok(fresh.secret)
}

async fn open(data_dir: &Path, url: &str) -> anyhow::Result<(AccountService, AuditLog)> {
    let (db, clock) = (data_dir::open(data_dir).await?, Clock::system());
    // No session begins here.
    let limits = SessionLimits { idle: Duration::ZERO, lifetime: Duration::ZERO };
    let url = url.trim_end_matches('/').to_owned();
    Ok((AccountService::new(db.clone(), clock.clone(), Entropy::from_os(), url, limits), AuditLog::new(db, clock)))
}

async fn administrator(accounts: &AccountService, audit: &AuditLog, name: &str) -> anyhow::Result<User> {
    let user = accounts.ensure_administrator(audit, name, None).await?;
    ensure!(user.role == Role::Administrator, "{} is a {}, no administrator", user.name, user.role);
    ensure!(!user.disabled, "{} is disabled", user.name);
    Ok(user)
}
