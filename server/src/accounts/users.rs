//! What administrators do with users.

use std::net::IpAddr;

use app::{
    error::AppError,
    model::{Deed, NewPassword, NewUser, OneTimeLink, Role, User, UserChange, UserId, UserName},
};

use super::AccountService;
use crate::{
    access::Actor,
    audit::{AuditLog, Target},
    db::{
        Change,
        links::{self, Link},
        sessions, users,
        users::Account,
    },
};

impl AccountService {
    /// Every user.
    pub(super) async fn all(&self) -> Result<Vec<User>, AppError> {
        let mut read = self.0.db.read().await.map_err(self.db_error())?;
        users::all(&mut read).await.map_err(self.db_error())
    }

    /// Adds a user with an invitation.
    pub(super) async fn add(&self, new: NewUser) -> Result<(User, OneTimeLink), AppError> {
        let name: UserName = new.name.parse()?;
        let mut change = self.change().await?;
        let user = self.insert(&mut change, &name, new.role).await?.user;
        let link = self.make_link(&mut change, Link { user: Some(user.id), sets_up: true }).await?;
        self.commit(change).await?;
        Ok((user, link))
    }

    async fn insert(&self, change: &mut Change, name: &UserName, role: Role) -> Result<Account, AppError> {
        let taken = users::find_by_name(change.connection(), name).await.map_err(self.db_error())?;
        if let Some(Account { user, .. }) = taken {
            let reason = format!("There is already a user called {}. Choose another name.", user.name);
            return Err(AppError::Taken { field: "name".to_owned(), reason });
        }
        let id = users::insert(change.connection(), name, role, &self.0.entropy.key(), self.now())
            .await
            .map_err(self.db_error())?;
        self.find_in(change, id).await
    }

    async fn find_in(&self, change: &mut Change, id: UserId) -> Result<Account, AppError> {
        let found = users::find(change.connection(), id).await.map_err(self.db_error())?;
        found.ok_or_else(|| AppError::NotFound { what: format!("A user with the number {id}") })
    }

    /// Changes a user. Somebody always remains who can change that again.
    pub(super) async fn alter(&self, id: UserId, wanted: UserChange) -> Result<User, AppError> {
        let mut change = self.change().await?;
        self.find_in(&mut change, id).await?;
        if let Some(role) = wanted.role {
            users::set_role(change.connection(), id, role).await.map_err(self.db_error())?;
        }
        if let Some(limits) = &wanted.limits {
            users::set_limits(change.connection(), id, limits).await.map_err(self.db_error())?;
        }
        if let Some(disabled) = wanted.disabled {
            let since = disabled.then(|| self.now());
            users::set_disabled(change.connection(), id, since).await.map_err(self.db_error())?;
            if disabled {
                // Also one that is being used at this moment is over, and does not come back when they are let in again.
                users::set_session_key(change.connection(), id, &self.0.entropy.key())
                    .await
                    .map_err(self.db_error())?;
                sessions::delete_of_user(change.connection(), id).await.map_err(self.db_error())?;
                links::delete_for(change.connection(), Some(id), self.now()).await.map_err(self.db_error())?;
            }
        }
        if users::administrators(change.connection()).await.map_err(self.db_error())? == 0 {
            let reason = "This is the last administrator. Make somebody else one first.".to_owned();
            return Err(AppError::Conflict { reason });
        }
        let user = self.find_in(&mut change, id).await?.user;
        self.commit(change).await?;
        self.tell(id);
        Ok(user)
    }

    /// An invitation for a user who exists.
    pub(super) async fn invite(&self, id: UserId) -> Result<OneTimeLink, AppError> {
        let mut change = self.change().await?;
        let user = self.find_in(&mut change, id).await?.user;
        if user.disabled {
            return Err(AppError::Conflict { reason: format!("{} is disabled.", user.name) });
        }
        let link = self.make_link(&mut change, Link { user: Some(id), sets_up: true }).await?;
        self.commit(change).await?;
        Ok(link)
    }

    /// Keeps another password; with it every session ends.
    pub(super) async fn replace_password(
        &self,
        account: &Account,
        old: &str,
        new: &str,
        address: Option<IpAddr>,
    ) -> Result<Account, AppError> {
        let Account { user, password, .. } = account;
        if password.is_some() {
            let wrong = |error| match error {
                AppError::WrongCredentials => {
                    let reason = "That is not your present password.".to_owned();
                    AppError::Invalid { field: "old".to_owned(), reason }
                }
                other => other,
            };
            self.check_password(user.name.as_str(), old, address).await.map_err(wrong)?;
        }
        let new = NewPassword::parse(new, &user.name)?;
        let hashed = self.0.hasher.hash(new).await.map_err(|error| self.internal(error))?;
        let mut change = self.change().await?;
        let key = self.0.entropy.key();
        users::set_password(change.connection(), user.id, &hashed, &key).await.map_err(self.db_error())?;
        sessions::delete_of_user(change.connection(), user.id).await.map_err(self.db_error())?;
        let account = self.find_in(&mut change, user.id).await?;
        self.commit(change).await?;
        self.tell(user.id);
        Ok(account)
    }

    /// Ends every session of a user.
    pub(super) async fn end_sessions(&self, user: UserId) -> Result<(), AppError> {
        let mut change = self.change().await?;
        users::set_session_key(change.connection(), user, &self.0.entropy.key()).await.map_err(self.db_error())?;
        sessions::delete_of_user(change.connection(), user).await.map_err(self.db_error())?;
        self.commit(change).await?;
        self.tell(user);
        Ok(())
    }

    /// The link with which the first administrator is made; none where there are users already.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn first_link(&self) -> Result<Option<OneTimeLink>, AppError> {
        let mut change = self.change().await?;
        if users::any(change.connection()).await.map_err(self.db_error())? {
            return Ok(None);
        }
        let link = self.make_link(&mut change, Link { user: None, sets_up: true }).await?;
        self.commit(change).await?;
        Ok(Some(link))
    }

    /// The user with this name, made as an administrator where there is none, with this password where it is given; that is noted as
    /// done by the command line.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for name or password.
    pub async fn ensure_administrator(
        &self,
        audit: &AuditLog,
        name: &str,
        password: Option<&str>,
    ) -> Result<User, AppError> {
        let name: UserName = name.parse()?;
        let mut change = self.change().await?;
        if let Some(account) = users::find_by_name(change.connection(), &name).await.map_err(self.db_error())? {
            return Ok(account.user);
        }
        drop(change);
        let hashed = match password.map(|password| NewPassword::parse(password, &name)).transpose()? {
            Some(password) => Some(self.0.hasher.hash(password).await.map_err(|error| self.internal(error))?),
            None => None,
        };
        let mut change = self.change().await?;
        let user = self.insert(&mut change, &name, Role::Administrator).await?.user;
        if let Some(hashed) = hashed {
            let key = self.0.entropy.key();
            users::set_password(change.connection(), user.id, &hashed, &key).await.map_err(self.db_error())?;
        }
        links::delete_for(change.connection(), None, self.now()).await.map_err(self.db_error())?;
        self.commit(change).await?;
        let target = Target::User(user.id, user.name.as_str());
        audit.note(&Actor::command_line(), Deed::AddUser, target, None).await.map_err(self.db_error())?;
        Ok(user)
    }

    /// A link that signs a user in without a password.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn sign_in_link(&self, user: UserId) -> Result<OneTimeLink, AppError> {
        let mut change = self.change().await?;
        let link = self.make_link(&mut change, Link { user: Some(user), sets_up: false }).await?;
        self.commit(change).await?;
        Ok(link)
    }
}
