//! What `axum-login` asks: who somebody is, and whether their session is still theirs.

use std::net::IpAddr;

use app::{error::AppError, model::UserId};
use axum_login::{AuthUser, AuthnBackend};

use super::AccountService;
use crate::db::users::Account;

/// Somebody's session, as `axum-login` holds it.
pub type AuthSession = axum_login::AuthSession<AccountService>;

/// How somebody gets in.
#[derive(Clone)]
pub enum Credentials {
    /// With a name and a password.
    Password {
        /// The name, as typed.
        name: String,
        /// The password, as typed.
        password: String,
        /// From where.
        address: Option<IpAddr>,
    },
    /// With the word of a link that asks for no password.
    Link(String),
    /// With the word of an invitation, and the password that they choose.
    Invitation {
        /// The word.
        word: String,
        /// The first administrator's name, as typed.
        name: String,
        /// The password, as typed.
        password: String,
    },
}

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
    type Credentials = Credentials;
    type Error = AppError;

    async fn authenticate(&self, credentials: Credentials) -> Result<Option<Account>, AppError> {
        match credentials {
            Credentials::Password { name, password, address } => self.check_password(&name, &password, address).await,
            Credentials::Link(word) => self.use_link(&word).await,
            Credentials::Invitation { word, name, password } => self.use_invitation(&word, &name, &password).await,
        }
        .map(Some)
    }

    async fn get_user(&self, id: &i64) -> Result<Option<Account>, AppError> {
        // Whoever is disabled is signed in nowhere.
        Ok(self.find(UserId(*id)).await?.filter(|account| !account.user.disabled))
    }
}
