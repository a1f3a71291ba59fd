//! The tables and their migrations: append only, each in a transaction of its own.

use std::path::Path;

use sqlx::{
    Connection as _, SqliteConnection, SqlitePool,
    migrate::{MigrateError, Migrator},
    sqlite::SqliteConnectOptions,
};

/// Every migration that this version knows, the oldest first.
static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

/// A database that this version cannot use.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// It has tables that this version does not know.
    #[error(
        "it was made by a newer version of Urumi (its schema is {found}, this version knows {known}): use that version, or \
         restore a backup of this one"
    )]
    Newer {
        /// The newest migration in the file.
        found: i64,
        /// The newest that this version knows.
        known: i64,
    },
    /// It was made by a version whose migrations were others.
    #[error("its tables are not those of any version of Urumi: {0}")]
    Foreign(#[source] MigrateError),
    /// The database refuses.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Brings the tables up to date. What a migration that fails has done is undone.
///
/// # Errors
/// [`SchemaError`], also when the file was made by a newer version, which changes nothing.
pub async fn migrate(pool: &SqlitePool) -> Result<(), SchemaError> {
    MIGRATIONS.run(pool).await.map_err(|error| match error {
        MigrateError::VersionMissing(found) | MigrateError::VersionTooNew(found, _) if found > newest() => {
            SchemaError::Newer { found, known: newest() }
        }
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => SchemaError::Database(error),
        error => SchemaError::Foreign(error),
    })
}

/// The newest migration that this version knows.
#[must_use]
pub fn newest() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

/// Whether a file is a whole database that this version can use, and its newest migration: nothing is changed.
///
/// # Errors
/// What is wrong with it.
pub async fn check(file: &Path) -> anyhow::Result<i64> {
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let damaged = |error: sqlx::Error| anyhow::anyhow!("it is damaged or no database: {error}");
    let mut connection = SqliteConnection::connect_with(&options).await.map_err(damaged)?;
    let health = sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_one(&mut connection).await;
    let health: String = health.map_err(damaged)?;
    anyhow::ensure!(health == "ok", "it is damaged: {health}");
    let found: i64 = sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations")
        .fetch_one(&mut connection)
        .await
        .map_err(|_| anyhow::anyhow!("it is no database of Urumi"))?;
    connection.close().await?;
    if found > newest() {
        return Err(SchemaError::Newer { found, known: newest() }.into());
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
