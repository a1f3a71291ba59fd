//! Users and how they get in: all rules about passwords, links, tokens and sessions.

pub mod acting;
pub mod backend;
pub mod command_line;
pub mod oidc;
mod password;
mod sessions;
mod strangers;
mod tokens;
mod users;

use std::{
    collections::HashMap,
    fmt::Display,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use app::{
    error::AppError,
    model::{NewPassword, OneTimeLink, Role, UserId, UserName},
    service::Fresh,
};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use tokio::sync::broadcast;

use self::password::Hasher;
pub use self::sessions::SqliteSessions;
use crate::{
    clock::Clock,
    db::{
        Change, Database,
        links::{self, Link},
        lockouts, sessions as session_rows, users as rows,
        users::Account,
    },
    entropy::Entropy,
    faults::Faults,
};

/// Wrong passwords in a row before none is looked at for a while.
const FREE_TRIES: u32 = 5;

/// How long that is at first; it doubles with each further one.
const FIRST_LOCK: Duration = Duration::from_secs(30);

/// The longest that it becomes. It holds for one address, so that nobody is kept out by others.
const LONGEST_LOCK: Duration = Duration::from_secs(15 * 60);

/// How long wrong passwords are remembered.
const LOCKOUT_MEMORY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long an invitation can be taken up.
const INVITATION: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How long the link for the first administrator can be: it stands wherever the server's output is kept. Each start makes another.
const FIRST_LINK: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a link that asks for no password can be opened.
const SIGN_IN_LINK: Duration = Duration::from_secs(60 * 60);

/// How long a page has to come back and show what is shown once.
const FRESH: Duration = Duration::from_secs(60);

/// Characters of the word in a link and of a token's secret: 5.8 bits each.
const SECRET_LENGTH: usize = 40;

/// How long sessions last.
#[derive(Clone, Copy, Debug)]
pub struct SessionLimits {
    /// Without being used.
    pub idle: Duration,
    /// In all.
    pub lifetime: Duration,
}

/// The users of the platform. Clones are the same.
#[derive(Clone)]
pub struct AccountService(Arc<Inner>);

struct Inner {
    db: Database,
    clock: Clock,
    entropy: Entropy,
    faults: Faults,
    url: String,
    limits: SessionLimits,
    hasher: Hasher,
    /// What somebody's next page shows, and until when.
    fresh: Mutex<HashMap<UserId, (Timestamp, Fresh)>>,
    /// Tells whose sessions or rights are others now.
    changed: broadcast::Sender<UserId>,
}

// What it holds is of no use in a log.
impl std::fmt::Debug for AccountService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccountService")
    }
}

impl AccountService {
    /// Puts the parts together. Links are to `url`, the dashboard's address without a slash at the end.
    #[must_use]
    pub fn new(db: Database, clock: Clock, entropy: Entropy, url: String, limits: SessionLimits) -> Self {
        let hasher = Hasher::default();
        let changed = broadcast::channel(64).0;
        let (fresh, faults) = (Mutex::default(), Faults::new(entropy.clone()));
        Self(Arc::new(Inner { db, clock, entropy, faults, url, limits, hasher, fresh, changed }))
    }

    /// How long sessions last.
    #[must_use]
    pub fn session_limits(&self) -> SessionLimits {
        self.0.limits
    }

    /// Where sessions are kept.
    #[must_use]
    pub fn session_store(&self) -> SqliteSessions {
        SqliteSessions::new(self.0.db.clone(), self.0.clock.clone(), self.0.limits.idle)
    }

    /// Hears whose sessions or rights are others now.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<UserId> {
        self.0.changed.subscribe()
    }

    fn tell(&self, user: UserId) {
        // Nobody has to listen.
        let _listeners = self.0.changed.send(user);
    }

    /// Has the next page of a user show something.
    fn show_once(&self, user: UserId, fresh: Fresh) {
        let until = self.now() + FRESH;
        self.0.fresh.lock().unwrap_or_else(PoisonError::into_inner).insert(user, (until, fresh));
    }

    fn shown_once(&self, user: UserId, is_wanted: fn(&Fresh) -> bool) -> Option<Fresh> {
        let mut fresh = self.0.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        // What another page shows is left for it.
        let kept = fresh.get(&user).is_some_and(|(_, fresh)| is_wanted(fresh)).then(|| fresh.remove(&user))?;
        kept.filter(|(until, _)| *until > self.now()).map(|(_, fresh)| fresh)
    }

    async fn any(&self) -> Result<bool, AppError> {
        let mut read = self.0.db.read().await.map_err(self.db_error())?;
        rows::any(&mut read).await.map_err(self.db_error())
    }

    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    fn db_error(&self) -> impl Fn(sqlx::Error) -> AppError + '_ {
        |error| self.0.faults.of_database(&error)
    }

    fn internal(&self, error: impl Display) -> AppError {
        self.0.faults.internal(error)
    }

    async fn change(&self) -> Result<Change, AppError> {
        self.0.db.change().await.map_err(self.db_error())
    }

    async fn commit(&self, change: Change) -> Result<(), AppError> {
        change.commit().await.map_err(self.db_error())
    }

    /// Whether there is a user with this name.
    async fn is_user(&self, name: &UserName) -> Result<bool, AppError> {
        let mut read = self.0.db.read().await.map_err(self.db_error())?;
        Ok(rows::find_by_name(&mut read, name).await.map_err(self.db_error())?.is_some())
    }

    /// The user with this number.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn find(&self, id: UserId) -> Result<Option<Account>, AppError> {
        let mut read = self.0.db.read().await.map_err(self.db_error())?;
        rows::find(&mut read, id).await.map_err(self.db_error())
    }

    async fn note_sign_in(&self, user: UserId) -> Result<(), AppError> {
        let mut change = self.change().await?;
        rows::note_sign_in(change.connection(), user, self.now()).await.map_err(self.db_error())?;
        self.commit(change).await
    }

    /// Whom a name and a password belong to. Each try counts as a wrong one until it is seen to be right, so that many at once
    /// are no way around the lock; and a name that does not exist takes as long and is locked as well.
    ///
    /// # Errors
    /// [`AppError::WrongCredentials`], or [`AppError::TooMany`] while the name is locked for this address.
    pub async fn check_password(
        &self,
        name: &str,
        password: &str,
        address: Option<IpAddr>,
    ) -> Result<Account, AppError> {
        let Ok(name) = name.parse::<UserName>() else { return Err(AppError::WrongCredentials) };
        if password.len() > NewPassword::MAX_BYTES {
            return Err(AppError::WrongCredentials);
        }
        let mut change = self.change().await?;
        let key = hash(&format!("{} {address:?}", name.key()));
        self.count_try(&mut change, &key).await?;
        let account = rows::find_by_name(change.connection(), &name).await.map_err(self.db_error())?;
        self.commit(change).await?;
        let hash = account.as_ref().and_then(|account| account.password.clone());
        let is_right = self.0.hasher.verify(password, hash).await.map_err(|error| self.internal(error))?;
        let Some(account) = account.filter(|account| is_right && !account.user.disabled) else {
            return Err(AppError::WrongCredentials);
        };
        let mut change = self.change().await?;
        lockouts::forget(change.connection(), &key).await.map_err(self.db_error())?;
        self.commit(change).await?;
        Ok(account)
    }

    async fn count_try(&self, change: &mut Change, key: &[u8]) -> Result<(), AppError> {
        let now = self.now();
        lockouts::forget_before(change.connection(), now - LOCKOUT_MEMORY).await.map_err(self.db_error())?;
        let (wrong, until) = lockouts::find(change.connection(), key).await.map_err(self.db_error())?;
        if let Some(left) = until.map(|until| until.duration_since(now)).filter(|left| left.is_positive()) {
            let seconds = u64::try_from(left.as_secs()).unwrap_or_default() + 1;
            let reason = format!("Too many wrong passwords. The next one is looked at in {seconds} s.");
            return Err(AppError::TooMany { reason, seconds });
        }
        let until = lock_after(wrong + 1).map(|lock| now + lock);
        lockouts::count(change.connection(), key, now, until).await.map_err(self.db_error())
    }

    /// A new link for a user, in the place of earlier ones.
    async fn make_link(&self, change: &mut Change, link: Link) -> Result<OneTimeLink, AppError> {
        let (now, word) = (self.now(), self.0.entropy.password(SECRET_LENGTH));
        let lasts = match link {
            Link { user: None, .. } => FIRST_LINK,
            Link { sets_up: true, .. } => INVITATION,
            Link { sets_up: false, .. } => SIGN_IN_LINK,
        };
        let expires_at = now + lasts;
        links::delete_for(change.connection(), link.user, now).await.map_err(self.db_error())?;
        links::insert(change.connection(), &hash(&word), link, now, expires_at).await.map_err(self.db_error())?;
        let path = if link.sets_up { "welcome" } else { "enter" };
        Ok(OneTimeLink { url: format!("{}/{path}?word={word}", self.0.url), expires_at })
    }

    /// What a link is for.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where it was used or is too late.
    pub async fn link(&self, word: &str) -> Result<Link, AppError> {
        let mut read = self.0.db.read().await.map_err(self.db_error())?;
        let link = links::find(&mut read, &hash(word), self.now()).await.map_err(self.db_error())?;
        link.ok_or_else(no_link)
    }

    /// Uses up a link, whose user is let in.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where it was used or is too late, or where it asks for a password.
    pub async fn use_link(&self, word: &str) -> Result<Account, AppError> {
        let mut change = self.change().await?;
        let link = links::find(change.connection(), &hash(word), self.now()).await.map_err(self.db_error())?;
        let Some(Link { user: Some(user), sets_up: false }) = link else { return Err(no_link()) };
        let account = rows::find(change.connection(), user).await.map_err(self.db_error())?;
        let account = account.filter(|account| !account.user.disabled).ok_or_else(no_link)?;
        links::delete_for(change.connection(), Some(user), self.now()).await.map_err(self.db_error())?;
        self.commit(change).await?;
        Ok(account)
    }

    /// Uses up an invitation: keeps the password of its user, or adds the first administrator, with this name.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where it was used or is too late, [`AppError::Invalid`] for a name or a password.
    pub async fn use_invitation(&self, word: &str, name: &str, password: &str) -> Result<Account, AppError> {
        let link = self.link(word).await?;
        let name = match link.user {
            Some(user) => self.find(user).await?.ok_or_else(no_link)?.user.name,
            None => name.parse()?,
        };
        let password = NewPassword::parse(password, &name)?;
        let hashed = self.0.hasher.hash(password).await.map_err(|error| self.internal(error))?;
        let mut change = self.change().await?;
        let still = links::find(change.connection(), &hash(word), self.now()).await.map_err(self.db_error())?;
        if still != Some(link) || !link.sets_up {
            return Err(no_link());
        }
        let key = self.0.entropy.key();
        let id = match link.user {
            Some(user) => user,
            None => rows::insert(change.connection(), &name, Role::Administrator, &key, self.now())
                .await
                .map_err(self.db_error())?,
        };
        rows::set_password(change.connection(), id, &hashed, &key).await.map_err(self.db_error())?;
        session_rows::delete_of_user(change.connection(), id).await.map_err(self.db_error())?;
        links::delete_for(change.connection(), link.user, self.now()).await.map_err(self.db_error())?;
        let account = rows::find(change.connection(), id).await.map_err(self.db_error())?;
        let account = account.filter(|account| !account.user.disabled).ok_or_else(no_link)?;
        self.commit(change).await?;
        self.tell(id);
        Ok(account)
    }
}

/// How long no password is looked at after so many wrong ones.
fn lock_after(wrong: u32) -> Option<Duration> {
    let further = wrong.checked_sub(FREE_TRIES)?;
    Some(FIRST_LOCK.saturating_mul(2_u32.saturating_pow(further)).min(LONGEST_LOCK))
}

fn no_link() -> AppError {
    AppError::NotFound { what: "This link (used already, or too old)".to_owned() }
}

/// What is kept of a secret that is random enough not to be guessed.
fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_begins_after_a_few_tries_doubles_and_has_an_end() {
        let seconds = |wrong| lock_after(wrong).map(|lock| lock.as_secs());
        let expected =
            [(1, None), (4, None), (5, Some(30)), (6, Some(60)), (7, Some(120)), (10, Some(900)), (99, Some(900))];
        for (wrong, lock) in expected {
            assert_eq!(seconds(wrong), lock, "{wrong}");
        }
    }
}
