//! What the command line says about another service where people sign in.

use std::path::PathBuf;

use app::model::Role;
use clap::{Args, ValueEnum};

use super::sign_in::secret_of;
use crate::accounts::oidc::ProviderSettings;

/// Another service that says who somebody is (OIDC).
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "OpenID Connect")]
pub struct OidcArgs {
    /// Address of the issuer, below which `/.well-known/openid-configuration` is [default: people sign in here only]. At the issuer,
    /// the redirect address is `/sign-in/oidc/callback` of the dashboard
    #[arg(long, env = "URUMI_OIDC_ISSUER", value_name = "URL", requires = "oidc_client_id")]
    pub oidc_issuer: Option<String>,

    /// What the issuer calls this server
    #[arg(long, env = "URUMI_OIDC_CLIENT_ID", value_name = "ID", requires = "oidc_issuer")]
    pub oidc_client_id: Option<String>,

    /// The client's secret, for the environment: command lines can be read by everybody on a machine
    #[arg(long, env = "URUMI_OIDC_CLIENT_SECRET", hide = true, hide_env_values = true, requires = "oidc_issuer")]
    pub oidc_client_secret: Option<String>,

    /// File that holds the client's secret [default: the client has none, and PKCE protects the exchange]
    #[arg(
        long,
        env = "URUMI_OIDC_CLIENT_SECRET_FILE",
        value_name = "FILE",
        requires = "oidc_issuer",
        conflicts_with = "oidc_client_secret"
    )]
    pub oidc_client_secret_file: Option<PathBuf>,

    /// What the service is called on the pages
    #[arg(long, env = "URUMI_OIDC_NAME", default_value = "single sign-on", value_name = "TEXT")]
    pub oidc_name: String,

    /// Who comes from there and is not known yet
    #[arg(long, env = "URUMI_OIDC_NEWCOMERS", default_value = "member", value_name = "WHAT")]
    pub oidc_newcomers: Newcomers,
}

/// What becomes of somebody whom the service knows and who is not a user yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Newcomers {
    /// Becomes a member
    Member,
    /// Becomes a viewer
    Viewer,
    /// Is not let in: somebody has to invite them, and they connect the service under their name
    Refused,
}

impl OidcArgs {
    /// The service, where there is one.
    ///
    /// # Errors
    /// The file of the secret cannot be read.
    pub fn settings(&self) -> anyhow::Result<Option<ProviderSettings>> {
        let (Some(issuer), Some(client_id)) = (&self.oidc_issuer, &self.oidc_client_id) else { return Ok(None) };
        Ok(Some(ProviderSettings {
            issuer: issuer.clone(),
            client_id: client_id.clone(),
            client_secret: secret_of(self.oidc_client_secret_file.as_deref(), self.oidc_client_secret.as_deref())?,
            name: self.oidc_name.clone(),
            newcomers: match self.oidc_newcomers {
                Newcomers::Member => Some(Role::Member),
                Newcomers::Viewer => Some(Role::Viewer),
                Newcomers::Refused => None,
            },
        }))
    }
}
