//! People whom another service knows, and who they are here.

use app::{
    error::AppError,
    model::{Role, SignInTrouble, User, UserId, UserName},
};

use super::{
    AccountService,
    oidc::{Provider, Stranger},
};
use crate::db::{identities, users, users::Account};

impl AccountService {
    /// Who somebody is here, whom the service sent; a newcomer becomes a user where the settings say so.
    ///
    /// # Errors
    /// Why they are not let in, or the database refuses, which is told as if the service did not answer; the log says what it was.
    pub(super) async fn receive(&self, stranger: &Stranger, newcomers: Option<Role>) -> Result<Account, SignInTrouble> {
        let refused = |error: sqlx::Error| {
            self.db_error()(error);
            SignInTrouble::Away
        };
        let mut change = self.0.db.change().await.map_err(refused)?;
        let known =
            identities::find(change.connection(), &stranger.issuer, &stranger.subject).await.map_err(refused)?;
        if let Some(user) = known {
            let account = users::find(change.connection(), user).await.map_err(refused)?;
            return account.filter(|account| !account.user.disabled).ok_or(SignInTrouble::Disabled);
        }
        let role = newcomers.ok_or(SignInTrouble::NotInvited)?;
        // Whoever is first could otherwise never make an administrator.
        if !users::any(change.connection()).await.map_err(refused)? {
            return Err(SignInTrouble::NoAdministrator);
        }
        let name = stranger.names.iter().find_map(|name| name_from(name)).ok_or(SignInTrouble::Unusable)?;
        if users::find_by_name(change.connection(), &name).await.map_err(refused)?.is_some() {
            return Err(SignInTrouble::NameTaken);
        }
        let (key, now) = (self.0.entropy.key(), self.now());
        let id = users::insert(change.connection(), &name, role, &key, now).await.map_err(refused)?;
        let Stranger { issuer, subject, .. } = stranger;
        identities::insert(change.connection(), issuer, subject, id, now).await.map_err(refused)?;
        let account = users::find(change.connection(), id).await.map_err(refused)?;
        change.commit().await.map_err(refused)?;
        account.ok_or(SignInTrouble::Away)
    }

    /// Lets a user come from the service as well.
    ///
    /// # Errors
    /// It is connected with another user, or the database refuses, as above.
    pub(super) async fn connect(&self, stranger: &Stranger, user: UserId) -> Result<(), SignInTrouble> {
        let refused = |error: sqlx::Error| {
            self.db_error()(error);
            SignInTrouble::Away
        };
        let mut change = self.0.db.change().await.map_err(refused)?;
        let Stranger { issuer, subject, .. } = stranger;
        match identities::find(change.connection(), issuer, subject).await.map_err(refused)? {
            Some(other) if other != user => return Err(SignInTrouble::Connected),
            Some(_) => return Ok(()),
            None => {}
        }
        // One account of the service for each user here.
        identities::delete_of_user(change.connection(), issuer, user).await.map_err(refused)?;
        identities::insert(change.connection(), issuer, subject, user, self.now()).await.map_err(refused)?;
        change.commit().await.map_err(refused)
    }

    /// Has a user come from the service no longer.
    ///
    /// # Errors
    /// They would have no way in any more, or the database refuses.
    pub(super) async fn disconnect(&self, provider: &Provider, user: &User) -> Result<(), AppError> {
        if !user.has_password {
            let reason = "There would be no way in for you any more. Choose a password first.".to_owned();
            return Err(AppError::Conflict { reason });
        }
        let mut change = self.change().await?;
        identities::delete_of_user(change.connection(), provider.issuer(), user.id).await.map_err(self.db_error())?;
        self.commit(change).await
    }

    /// Whether a user can come from the service.
    ///
    /// # Errors
    /// The database refuses.
    pub(super) async fn is_connected(&self, provider: &Provider, user: UserId) -> Result<bool, AppError> {
        let mut read = self.0.db.read().await.map_err(self.db_error())?;
        identities::is_connected(&mut read, provider.issuer(), user).await.map_err(self.db_error())
    }
}

/// What somebody is called here whom the service calls `name`: the same without what names do not hold.
fn name_from(name: &str) -> Option<UserName> {
    let kept: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || "._-@+".contains(*c)).collect();
    let kept = kept.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    kept.get(..UserName::MAX_CHARACTERS.min(kept.len()))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_from_what_the_service_says_as_far_as_names_go() {
        let name = |text: &str| name_from(text).map(|name| name.as_str().to_owned());
        assert_eq!(name("ada@example.com").as_deref(), Some("ada@example.com"));
        assert_eq!(name("Ada Lovelace <x>").as_deref(), Some("AdaLovelacex"));
        assert_eq!(name("@ada").as_deref(), Some("ada"));
        assert_eq!(name(&"a".repeat(99)).map(|name| name.len()), Some(64));
        assert_eq!(name("é"), None);
    }

    #[test]
    fn fuzz_a_name_that_another_service_says_becomes_one_or_none() {
        bolero::check!().for_each(|bytes: &[u8]| {
            let said = crate::fuzz::text(bytes, &["@", "ada", "\u{1F600}", " ", "<b>"]);
            if let Some(name) = name_from(&said) {
                assert!(name.as_str().len() <= UserName::MAX_CHARACTERS, "{said:?}");
            }
        });
    }
}
