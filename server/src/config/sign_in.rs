//! What the command line says about who gets in.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use app::model::Scope;
use clap::Args;

/// The settings of `urumi sign-in-link`.
#[derive(Clone, Debug, Args)]
pub struct SignInLinkArgs {
    /// Folder of the database
    #[arg(long, env = "URUMI_DATA_DIR", default_value = "data", value_name = "DIR")]
    pub data_dir: PathBuf,

    /// The administrator, who is added where there is no user of that name
    #[arg(long, env = "URUMI_ADMINISTRATOR", default_value = "admin", value_name = "NAME")]
    pub administrator: String,

    /// Where the dashboard is
    #[arg(long, default_value = "http://localhost:3000", value_name = "URL")]
    pub url: String,
}

/// The settings of `urumi token`.
#[derive(Clone, Debug, Args)]
pub struct TokenArgs {
    /// Folder of the database
    #[arg(long, env = "URUMI_DATA_DIR", default_value = "data", value_name = "DIR")]
    pub data_dir: PathBuf,

    /// Whose token it is; an administrator, who is added where there is no user of that name
    #[arg(long, env = "URUMI_ADMINISTRATOR", default_value = "admin", value_name = "NAME")]
    pub administrator: String,

    /// What it is for
    #[arg(long, default_value = "command line", value_name = "TEXT")]
    pub name: String,

    /// What it may do, one or several [default: everything]
    #[arg(long = "scope", value_name = "SCOPE", value_delimiter = ',', value_parser = parse_scope)]
    pub scopes: Vec<Scope>,

    /// After how many days it ends [default: never]
    #[arg(long, value_name = "DAYS")]
    pub days: Option<u32>,
}

/// Who may use the platform, and for how long.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Sign-in")]
pub struct SignInArgs {
    /// Administrator to add where there is no user of that name, for installs that nobody watches [default: a link to create one
    /// is printed at the first start]
    #[arg(long, env = "URUMI_ADMINISTRATOR", value_name = "NAME")]
    pub administrator: Option<String>,

    /// Its password, for the environment: command lines can be read by everybody on a machine
    #[arg(long, env = "URUMI_ADMINISTRATOR_PASSWORD", hide = true, hide_env_values = true, requires = "administrator")]
    pub administrator_password: Option<String>,

    /// File that holds its password [default: none: it signs in with `urumi sign-in-link`]
    #[arg(
        long,
        env = "URUMI_ADMINISTRATOR_PASSWORD_FILE",
        value_name = "FILE",
        requires = "administrator",
        conflicts_with = "administrator_password"
    )]
    pub administrator_password_file: Option<PathBuf>,

    /// Seconds after which a session ends that nobody uses
    #[arg(long, env = "URUMI_SESSION_IDLE", default_value_t = 7 * 24 * 3_600, value_name = "SECONDS",
          value_parser = clap::value_parser!(u64).range(300..=365 * 24 * 3_600))]
    pub session_idle: u64,

    /// Seconds after which every session ends
    #[arg(long, env = "URUMI_SESSION_LIFETIME", default_value_t = 30 * 24 * 3_600, value_name = "SECONDS",
          value_parser = clap::value_parser!(u64).range(60..=365 * 24 * 3_600))]
    pub session_lifetime: u64,
}

impl SignInArgs {
    /// The administrator's password, where one is given.
    ///
    /// # Errors
    /// Its file cannot be read.
    pub fn password(&self) -> anyhow::Result<Option<String>> {
        secret_of(self.administrator_password_file.as_deref(), self.administrator_password.as_deref())
    }
}

/// A secret that is in a file, without the line break at its end, or else in the environment.
pub(super) fn secret_of(file: Option<&Path>, given: Option<&str>) -> anyhow::Result<Option<String>> {
    let Some(file) = file else { return Ok(given.map(str::to_owned)) };
    let secret = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    Ok(Some(secret.trim_end_matches(['\r', '\n']).to_owned()))
}

/// What a token may do.
fn parse_scope(text: &str) -> Result<Scope, String> {
    let words = || Scope::ALL.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(", ");
    text.parse().map_err(|_| format!("it is one of {}", words()))
}
