//! What `axum-login` asks of each request: whose session it is, and whether it still is.

use std::convert::Infallible;

use app::{error::AppError, model::UserId};
use axum_login::{AuthUser, AuthnBackend};

use super::AccountService;
use crate::db::users::Account;

/// Somebody's session, as `axum-login` holds it.
pub type AuthSession = axum_login::AuthSession<AccountService>;

impl AuthUser for Account {
    type Id = i64;

    fn id(&self) -> i64 {
        self.user.id.0
    }

    fn session_auth_hash(&self) -> &[u8] {
        &self.session_key
    }
}

impl AuthnBackend for AccountService {
    type User = Account;
    /// Nobody gets in this way: it would log each wrong password as an error. `acting` asks the service itself.
    type Credentials = Infallible;
    type Error = AppError;

    async fn authenticate(&self, credentials: Infallible) -> Result<Option<Account>, AppError> {
        match credentials {}
    }

    async fn get_user(&self, id: &i64) -> Result<Option<Account>, AppError> {
        // Whoever is disabled is signed in nowhere.
        Ok(self.find(UserId(*id)).await?.filter(|account| !account.user.disabled))
    }
}
