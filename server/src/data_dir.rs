//! The folder with the database: used by one server at a time, backed up while it runs, restored while it does not.

use std::{
    fs::{self, File, TryLockError},
    io::{Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};
use jiff::Timestamp;
use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::{
    db::{Database, schema},
    events::Doorbell,
};

/// The database in the folder.
const DATABASE: &str = "urumi.db";

/// Held by the server that uses the folder, with its process id in it.
const LOCK: &str = "urumi.lock";

/// A data folder that this process alone uses, as long as this value lives.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    _lock: File,
}

impl DataDir {
    /// Takes the folder, and makes it where it is missing. Two servers on one database would both do each job.
    ///
    /// # Errors
    /// The folder cannot be made or written, or another process has it.
    pub fn take(path: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(path).with_context(|| format!("the data folder {} cannot be made", path.display()))?;
        let lock = path.join(LOCK);
        let open = File::options().read(true).write(true).create(true).truncate(false).open(&lock);
        let mut file = open.with_context(|| format!("{} cannot be written", lock.display()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                file.read_to_string(&mut holder).with_context(|| format!("{} cannot be read", lock.display()))?;
                bail!("the data folder {} is in use by the process {}", path.display(), holder.trim());
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("{} cannot be locked", lock.display()));
            }
        }
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .with_context(|| format!("{} cannot be written", lock.display()))?;
        Ok(Self { path: path.to_owned(), _lock: file })
    }

    /// The file of the database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.path.join(DATABASE)
    }

    /// Puts a backup in the place of the database. What was there is kept beside it; its name is the answer, where there was one.
    ///
    /// # Errors
    /// The backup is no whole database that this version can use, and nothing was changed; or a file cannot be written.
    pub async fn restore(&self, backup: &Path, at: Timestamp) -> anyhow::Result<Option<PathBuf>> {
        let unusable = || format!("{} cannot be restored", backup.display());
        schema::check(backup).await.with_context(unusable)?;
        let arriving = self.path.join(format!("{DATABASE}.arriving"));
        if fs::exists(&arriving).with_context(unusable)? {
            fs::remove_file(&arriving).with_context(unusable)?;
        }
        // With what its companions hold, where it is a copy of a database in use; and what arrives is what is checked.
        copy_whole(backup, &arriving).await.with_context(unusable)?;
        schema::check(&arriving).await.with_context(unusable)?;
        forget_what_is_over(&arriving).await.with_context(unusable)?;

        // Moved with its companions, which SQLite takes for one database under the new name too. It may be damaged, so that it
        // cannot be copied.
        let former = self.path.join(format!("{DATABASE}.before-{}", at.as_second()));
        let had = fs::exists(self.database()).with_context(unusable)?;
        for suffix in ["", "-wal", "-shm"] {
            let [from, to] = [&self.database(), &former].map(|file| with_suffix(file, suffix));
            if fs::exists(&from).with_context(unusable)? {
                fs::rename(&from, &to).with_context(|| format!("{} cannot be kept", from.display()))?;
            }
        }
        fs::rename(&arriving, self.database()).with_context(unusable)?;
        File::open(&self.path).and_then(|folder| folder.sync_all()).with_context(unusable)?;
        Ok(had.then_some(former))
    }
}

/// Takes out of a backup what must not come back with it.
///
/// Sessions and links: who signed out since, or opened a link, must not find that undone. The pool: what was nobody's then may be somebody's by
/// now, and must be neither handed out nor removed; what is still nobody's is found in the cluster, as something that belongs to no store.
async fn forget_what_is_over(database: &Path) -> anyhow::Result<()> {
    const OVER: [(&str, &str); 4] = [
        ("sessions", "DELETE FROM sessions"),
        ("links", "DELETE FROM links"),
        ("users", "UPDATE users SET session_key = randomblob(32)"),
        ("spares", "DELETE FROM spares"),
    ];
    let options = SqliteConnectOptions::new().filename(database);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    for (table, statement) in OVER {
        // There were backups before there were users, or a pool.
        let is_there = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = ?)").bind(table);
        if is_there.fetch_one(&mut connection).await? {
            sqlx::query(statement).execute(&mut connection).await?;
        }
    }
    Ok(connection.close().await?)
}

/// Opens the database of a data folder beside the server that may use it, whose tables stay as they are.
///
/// # Errors
/// There is no database, it was made by another version, or it cannot be used.
pub async fn open(path: &Path) -> anyhow::Result<Database> {
    let database = path.join(DATABASE);
    ensure!(fs::exists(&database)?, "there is no database in {}: start the server once", path.display());
    let version = schema::check(&database).await?;
    ensure!(version == schema::newest(), "{} was made by an older version: start the server once", database.display());
    Database::open(&database, Doorbell::default()).await
}

/// Writes the database of a data folder into a new file, as it is at this moment. A server may use it meanwhile.
///
/// # Errors
/// There is no database, or the file is there already or cannot be written.
pub async fn back_up(path: &Path, to: &Path) -> anyhow::Result<()> {
    let database = path.join(DATABASE);
    ensure!(fs::exists(&database)?, "there is no database in {}", path.display());
    ensure!(!fs::exists(to)?, "{} is there already", to.display());
    // Under another name until it is whole: what looks like a backup is one.
    let partial = with_suffix(to, ".partial");
    let written = write_backup(&database, &partial, to).await;
    if written.is_err() && fs::exists(&partial)? {
        fs::remove_file(&partial).with_context(|| format!("{} cannot be removed", partial.display()))?;
    }
    written.with_context(|| format!("the backup {} cannot be written", to.display()))
}

async fn write_backup(database: &Path, partial: &Path, to: &Path) -> anyhow::Result<()> {
    if fs::exists(partial)? {
        fs::remove_file(partial)?;
    }
    copy_whole(database, partial).await?;
    schema::check(partial).await?;
    fs::rename(partial, to)?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(File::open(folder)?.sync_all()?)
}

/// The file that `SQLite` keeps beside a database while it is in use, or that a crash left.
fn with_suffix(database: &Path, suffix: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// A copy in one piece, which no write of others can tear apart.
async fn copy_whole(database: &Path, to: &Path) -> anyhow::Result<()> {
    let name = to.to_str().context("its name is not text")?;
    let mut connection =
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(database).create_if_missing(false))
            .await?;
    sqlx::query("VACUUM INTO ?").bind(name).execute(&mut connection).await?;
    connection.close().await?;
    File::open(to)?.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests;
