//! Tokens of programs: random, shown once, kept as hashes.

use std::time::Duration;

use app::{
    error::AppError,
    model::{FreshToken, NewToken, Token, UserId},
};

use super::{AccountService, SECRET_LENGTH, hash};
use crate::{
    access::{Via, Who},
    db::{tokens, users},
};

/// What every token begins with, by which people and scanners of leaked secrets know it.
const PREFIX: &str = "urumi_";

/// Characters of a token that are kept.
const HINT: usize = 4;

/// Longest name of a token, in characters.
const MAX_NAME: usize = 60;

/// Most days that a token lives, where it ends at all.
const MAX_DAYS: u32 = 3_650;

/// Most tokens of one user.
const MAX_TOKENS: usize = 50;

/// How exactly the last use is kept: not every request has to write.
const USE_IS_FRESH: Duration = Duration::from_secs(60);

impl AccountService {
    /// Who shows this token; none where it is worth nothing.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn bearer(&self, secret: &str) -> Result<Option<Who>, AppError> {
        let now = self.now();
        let (token, user) = {
            let mut read = self.0.db.read().await.map_err(self.db_error())?;
            let found = tokens::find(&mut read, &hash(secret), now).await.map_err(self.db_error())?;
            let Some(row) = found else { return Ok(None) };
            let account = users::find(&mut read, row.user).await.map_err(self.db_error())?;
            let Some(account) = account.filter(|account| !account.user.disabled) else { return Ok(None) };
            (row.token, account.user)
        };
        if token.last_used_at.is_none_or(|at| at + USE_IS_FRESH <= now) {
            let noted = async {
                let mut change = self.0.db.change().await?;
                tokens::note_use(change.connection(), token.id, now).await?;
                change.commit().await
            };
            if let Err(error) = noted.await {
                // No reason to answer nothing.
                tracing::warn!(%error, token.id, "it cannot be noted that a token is used");
            }
        }
        Ok(Some(Who::User { user, via: Via::Token { id: token.id, scopes: token.scopes } }))
    }

    /// The tokens of a user.
    pub(super) async fn tokens_of(&self, user: UserId) -> Result<Vec<Token>, AppError> {
        let mut read = self.0.db.read().await.map_err(self.db_error())?;
        tokens::of_user(&mut read, user).await.map_err(self.db_error())
    }

    /// Makes a token.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for what it should be, [`AppError::Conflict`] where there are too many.
    pub async fn make_token(&self, user: UserId, new: NewToken) -> Result<FreshToken, AppError> {
        let invalid =
            |field: &str, reason: &str| AppError::Invalid { field: field.to_owned(), reason: reason.to_owned() };
        let name = new.name.trim();
        if name.is_empty() || name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
            return Err(invalid("name", "Say in 1 to 60 characters what the token is for."));
        }
        let mut scopes = new.scopes;
        scopes.sort_unstable();
        scopes.dedup();
        if scopes.is_empty() {
            return Err(invalid("scopes", "Choose at least one thing that the token may do."));
        }
        if new.days.is_some_and(|days| !(1..=MAX_DAYS).contains(&days)) {
            return Err(invalid("days", "A token ends after 1 to 3650 days, or never."));
        }
        let now = self.now();
        let secret = format!("{PREFIX}{}", self.0.entropy.password(SECRET_LENGTH));
        let mut token = Token {
            id: 0,
            name: name.to_owned(),
            hint: secret[secret.len() - HINT..].to_owned(),
            scopes,
            created_at: now,
            expires_at: new.days.map(|days| now + Duration::from_secs(u64::from(days) * 24 * 60 * 60)),
            last_used_at: None,
        };
        let mut change = self.change().await?;
        let others = tokens::of_user(change.connection(), user).await.map_err(self.db_error())?;
        if others.len() >= MAX_TOKENS {
            let reason = format!("There are {MAX_TOKENS} tokens already. Revoke one first.");
            return Err(AppError::Conflict { reason });
        }
        token.id = tokens::insert(change.connection(), user, &hash(&secret), &token).await.map_err(self.db_error())?;
        self.commit(change).await?;
        Ok(FreshToken { secret, token })
    }

    /// Revokes a token of a user.
    pub(super) async fn drop_token(&self, user: UserId, id: i64) -> Result<(), AppError> {
        let mut change = self.change().await?;
        let was_there = tokens::revoke(change.connection(), user, id, self.now()).await.map_err(self.db_error())?;
        self.commit(change).await?;
        self.tell(user);
        if was_there { Ok(()) } else { Err(AppError::NotFound { what: format!("A token with the number {id}") }) }
    }
}
