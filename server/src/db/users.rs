//! The users.

use app::model::{OwnLimits, Role, User, UserId, UserName};
use jiff::Timestamp;
use sqlx::{FromRow, Row as _, SqliteConnection, sqlite::SqliteRow};

use super::{from_column, parse, to_column};

/// A user with what nobody else is told.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// The user.
    pub user: User,
    /// The password, hashed, in PHC form.
    pub password: Option<String>,
    /// Sessions that began with another key are over.
    pub session_key: Vec<u8>,
}

// Hashes and keys stay out of logs.
impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").field("user", &self.user).finish_non_exhaustive()
    }
}

impl FromRow<'_, SqliteRow> for Account {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let time = |column: &str| row.try_get::<Option<i64>, _>(column)?.map(from_column).transpose();
        let password: Option<String> = row.try_get("password")?;
        Ok(Self {
            user: User {
                id: UserId(row.try_get("id")?),
                name: parse(row.try_get("name")?)?,
                role: parse(row.try_get("role")?)?,
                has_password: password.is_some(),
                disabled: time("disabled_at")?.is_some(),
                limits: serde_json::from_str(row.try_get("limits")?)
                    .map_err(|error| sqlx::Error::Decode(error.into()))?,
                created_at: from_column(row.try_get("created_at")?)?,
                signed_in_at: time("signed_in_at")?,
            },
            password,
            session_key: row.try_get("session_key")?,
        })
    }
}

/// Adds a user, who has no password yet.
///
/// # Errors
/// The database refuses, as it does where the name is taken.
pub async fn insert(
    connection: &mut SqliteConnection,
    name: &UserName,
    role: Role,
    session_key: &[u8],
    at: Timestamp,
) -> sqlx::Result<UserId> {
    sqlx::query_scalar(
        "INSERT INTO users (name, name_key, role, session_key, created_at) VALUES (?, ?, ?, ?, ?) RETURNING id",
    )
    .bind(name.as_str())
    .bind(name.key())
    .bind(role.as_str())
    .bind(session_key)
    .bind(to_column(at))
    .fetch_one(connection)
    .await
    .map(UserId)
}

/// The user with this number.
///
/// # Errors
/// The database refuses.
pub async fn find(connection: &mut SqliteConnection, id: UserId) -> sqlx::Result<Option<Account>> {
    sqlx::query_as("SELECT * FROM users WHERE id = ?").bind(id.0).fetch_optional(connection).await
}

/// The user with this name.
///
/// # Errors
/// The database refuses.
pub async fn find_by_name(connection: &mut SqliteConnection, name: &UserName) -> sqlx::Result<Option<Account>> {
    sqlx::query_as("SELECT * FROM users WHERE name_key = ?").bind(name.key()).fetch_optional(connection).await
}

/// Every user, by name.
///
/// # Errors
/// The database refuses.
pub async fn all(connection: &mut SqliteConnection) -> sqlx::Result<Vec<User>> {
    let accounts: Vec<Account> = sqlx::query_as("SELECT * FROM users ORDER BY name_key").fetch_all(connection).await?;
    Ok(accounts.into_iter().map(|account| account.user).collect())
}

/// Whether there is any user at all.
///
/// # Errors
/// The database refuses.
pub async fn any(connection: &mut SqliteConnection) -> sqlx::Result<bool> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM users)").fetch_one(connection).await
}

/// How many administrators are let in.
///
/// # Errors
/// The database refuses.
pub async fn administrators(connection: &mut SqliteConnection) -> sqlx::Result<u32> {
    sqlx::query_scalar("SELECT count(*) FROM users WHERE role = 'administrator' AND disabled_at IS NULL")
        .fetch_one(connection)
        .await
}

/// Keeps a password, and with a new session key ends every session.
///
/// # Errors
/// The database refuses.
pub async fn set_password(
    connection: &mut SqliteConnection,
    id: UserId,
    password: &str,
    session_key: &[u8],
) -> sqlx::Result<()> {
    sqlx::query("UPDATE users SET password = ?, session_key = ? WHERE id = ?")
        .bind(password)
        .bind(session_key)
        .bind(id.0)
        .execute(connection)
        .await
        .map(drop)
}

/// Ends every session.
///
/// # Errors
/// The database refuses.
pub async fn set_session_key(connection: &mut SqliteConnection, id: UserId, session_key: &[u8]) -> sqlx::Result<()> {
    sqlx::query("UPDATE users SET session_key = ? WHERE id = ?")
        .bind(session_key)
        .bind(id.0)
        .execute(connection)
        .await
        .map(drop)
}

/// Changes what a user is to the platform.
///
/// # Errors
/// The database refuses.
pub async fn set_role(connection: &mut SqliteConnection, id: UserId, role: Role) -> sqlx::Result<()> {
    sqlx::query("UPDATE users SET role = ? WHERE id = ?")
        .bind(role.as_str())
        .bind(id.0)
        .execute(connection)
        .await
        .map(drop)
}

/// Sets where a user's limits are others than everybody's.
///
/// # Errors
/// The database refuses.
pub async fn set_limits(connection: &mut SqliteConnection, id: UserId, limits: &OwnLimits) -> sqlx::Result<()> {
    let limits = serde_json::to_string(limits).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query("UPDATE users SET limits = ? WHERE id = ?").bind(limits).bind(id.0).execute(connection).await.map(drop)
}

/// Keeps a user out since then, or lets them in again.
///
/// # Errors
/// The database refuses.
pub async fn set_disabled(connection: &mut SqliteConnection, id: UserId, since: Option<Timestamp>) -> sqlx::Result<()> {
    sqlx::query("UPDATE users SET disabled_at = ? WHERE id = ?")
        .bind(since.map(to_column))
        .bind(id.0)
        .execute(connection)
        .await
        .map(drop)
}

/// Notes that a user signed in.
///
/// # Errors
/// The database refuses.
pub async fn note_sign_in(connection: &mut SqliteConnection, id: UserId, at: Timestamp) -> sqlx::Result<()> {
    sqlx::query("UPDATE users SET signed_in_at = ? WHERE id = ?")
        .bind(to_column(at))
        .bind(id.0)
        .execute(connection)
        .await
        .map(drop)
}
