//! Keeps who did what.

use app::{
    error::AppError,
    model::{AuditEntry, AuditQuery, Deed, Outcome, StoreId, UserId},
};

use crate::{
    access::{Actor, Via, Who},
    clock::Clock,
    db::{
        Database,
        audit::{self, NewEntry},
    },
};

/// Most lines in one answer.
pub const MAX_LINES: u32 = 500;

/// Longest name or detail that is kept, in characters.
const MAX_TEXT: usize = 300;

/// The audit log. Clones are the same.
#[derive(Clone, Debug)]
pub struct AuditLog {
    db: Database,
    clock: Clock,
}

/// What something was done to.
#[derive(Clone, Debug)]
pub enum Target<'a> {
    /// A store; its name is looked up.
    Store(&'a StoreId),
    /// A store or a user that was not made.
    Wish(&'a str),
    /// A user who was added.
    User(UserId, &'a str),
    /// A user, and what was changed of them.
    Changed(UserId, &'a str),
    /// A user's token.
    Token(i64, &'a str),
    /// Whoever did it.
    Oneself,
}

impl AuditLog {
    /// The log in this database.
    #[must_use]
    pub fn new(db: Database, clock: Clock) -> Self {
        Self { db, clock }
    }

    /// Notes what became of something that somebody asked for. What the platform does by itself is in the stores' histories.
    ///
    /// # Errors
    /// It cannot be written; then that is in the log of the server, with what should have been.
    pub async fn note(
        &self,
        actor: &Actor,
        deed: Deed,
        target: Target<'_>,
        refusal: Option<&AppError>,
    ) -> Result<(), sqlx::Error> {
        let (user_id, user_name, via, token_id) = match &actor.who {
            Who::CommandLine => (None, "", "command line", None),
            Who::Nobody => (None, "", "nobody", None),
            Who::User { user, via: Via::Session } => (Some(user.id), user.name.as_str(), "session", None),
            Who::User { user, via: Via::Token { id, .. } } => (Some(user.id), user.name.as_str(), "token", Some(*id)),
        };
        self.write(actor, deed, target, refusal, (user_id, user_name, via, token_id)).await
    }

    /// The same of somebody who is known only by what they do, as by signing in. `user` is none where they are not let in.
    ///
    /// # Errors
    /// As [`note`](Self::note).
    pub async fn note_of(
        &self,
        actor: &Actor,
        (user, name): (Option<UserId>, &str),
        deed: Deed,
        refusal: Option<&AppError>,
    ) -> Result<(), sqlx::Error> {
        self.write(actor, deed, Target::Oneself, refusal, (user, name, "nobody", None)).await
    }

    async fn write(
        &self,
        actor: &Actor,
        deed: Deed,
        target: Target<'_>,
        refusal: Option<&AppError>,
        (user_id, user_name, via, token_id): (Option<UserId>, &str, &str, Option<i64>),
    ) -> Result<(), sqlx::Error> {
        let address = actor.address.map(|address| address.to_string()).unwrap_or_default();
        let what = match target {
            Target::Changed(_, what) => what,
            _ => "",
        };
        let (target_kind, target_id, target_name) = match target {
            Target::Store(id) => ("store", id.to_string(), ""),
            Target::Wish(name) => ("nothing", String::new(), name),
            Target::User(id, name) => ("user", id.to_string(), name),
            Target::Changed(id, _) => ("user", id.to_string(), ""),
            Target::Token(id, name) => ("token", id.to_string(), name),
            Target::Oneself => ("nothing", String::new(), ""),
        };
        let detail = refusal.map_or_else(|| what.to_owned(), ToString::to_string);
        let (user_name, target_name, detail) = (cut(user_name), cut(target_name), cut(&detail));
        let entry = NewEntry {
            at: self.clock.now(),
            user_id,
            user_name,
            via,
            token_id,
            address: &address,
            deed,
            target_kind,
            target_id: &target_id,
            target_name,
            outcome: outcome_of(refusal),
            detail,
        };
        let written = async {
            let mut change = self.db.change().await?;
            audit::insert(change.connection(), entry.clone()).await?;
            change.commit().await
        };
        written.await.inspect_err(|error| tracing::error!(%error, ?entry, "the audit log cannot be written"))
    }

    /// The lines that a query asks for, the newest first.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn list(&self, query: AuditQuery) -> Result<Vec<AuditEntry>, sqlx::Error> {
        let query = AuditQuery { limit: query.limit.clamp(1, MAX_LINES), ..query };
        let mut read = self.db.read().await?;
        audit::list(&mut read, &query).await
    }

    /// Lines with greater numbers, the oldest first.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn after(&self, id: i64) -> Result<Vec<AuditEntry>, sqlx::Error> {
        let mut read = self.db.read().await?;
        audit::after(&mut read, id, MAX_LINES).await
    }
}

/// As much of a text as is kept: what people send may be long, and the log is kept for ever.
fn cut(text: &str) -> &str {
    let end = text.char_indices().nth(MAX_TEXT).map_or(text.len(), |(end, _)| end);
    &text[..end]
}

/// What became of a wish that was answered like this.
fn outcome_of(refusal: Option<&AppError>) -> Outcome {
    match refusal {
        None => Outcome::Done,
        Some(
            AppError::ClusterUnavailable { .. }
            | AppError::StorageUnavailable { .. }
            | AppError::Unreachable { .. }
            | AppError::Internal { .. },
        ) => Outcome::Failed,
        Some(_) => Outcome::Refused,
    }
}
