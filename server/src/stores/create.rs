//! Taking a new store into the queue.

use app::{
    error::AppError,
    model::{EventKind, Level, NewStore, Slug, Step, Store, StoreName, UserId},
};

use jiff::Timestamp;

use super::{
    StoreService,
    limits::Maker,
    refusals::{check_key, same_request},
};
use crate::db::{
    Change, addresses,
    jobs::{self, JobKind},
    spares::Spare,
    steps,
    stores::{self, NewRow},
};

impl StoreService {
    /// Checks what was asked for, keeps it, and queues its provision.
    pub(super) async fn create_store(
        &self,
        maker: Option<Maker>,
        request: NewStore,
        idempotency_key: Option<String>,
    ) -> Result<Store, AppError> {
        let name: StoreName = request.name.parse()?;
        let slug: Option<Slug> =
            Some(request.slug.trim()).filter(|slug| !slug.is_empty()).map(str::parse).transpose()?;
        let owner = maker.map(|maker| maker.id);
        // Two people may send the same key, and mean two stores.
        let key = idempotency_key.map(check_key).transpose()?;
        let key = key.map(|key| owner.map_or_else(|| key.clone(), |owner| format!("{owner}:{key}")));
        let mut change = self.db.change().await.map_err(self.db_error())?;
        if let Some(key) = &key {
            let earlier = stores::find_by_idempotency_key(change.connection(), key).await.map_err(self.db_error())?;
            if let Some(earlier) = earlier {
                return same_request(earlier, &request, &name, slug.as_ref());
            }
        }
        if let Some(maker) = maker {
            self.refuse_too_much(&mut change, maker, &request).await?;
        }
        self.refuse_taken(&mut change, owner, &name, slug.as_ref()).await?;
        let spare = self.pool.take(&mut change, &request).await.map_err(self.db_error())?;
        let id = spare.as_ref().map_or_else(|| self.entropy.store_id(), |spare| spare.id.clone());
        let now = self.clock.now();
        let url = self.addresses.of(&id, slug.as_ref());
        let row = NewRow {
            id: &id,
            name: &name,
            slug: slug.as_ref(),
            size: request.size,
            content: request.content,
            url: &url,
            owner,
            created_at: now,
            idempotency_key: key.as_deref(),
        };
        stores::insert(change.connection(), row).await.map_err(self.db_error())?;
        change
            .record(&id, now, Level::Info, EventKind::CreateRequested, format!("Store {name} was asked for"))
            .await
            .map_err(self.db_error())?;
        match &spare {
            Some(spare) => adopt(&mut change, spare, &url, now).await,
            None => jobs::enqueue(change.connection(), &id, JobKind::Provision, now).await.map(drop),
        }
        .map_err(self.db_error())?;
        let created = self.commit_and_wake(change, &id, None).await;
        if spare.is_some() {
            // Others see one less, and nothing of this store.
            self.db.doorbell().pool_changed();
        }
        self.pool.wake();
        created
    }

    /// Names and addresses are for one living store each.
    async fn refuse_taken(
        &self,
        change: &mut Change,
        owner: Option<UserId>,
        name: &StoreName,
        slug: Option<&Slug>,
    ) -> Result<(), AppError> {
        let same_name = stores::find_living_by_name(change.connection(), name).await.map_err(self.db_error())?;
        if let Some(id) = same_name {
            let other = self.find_in(change, &id).await?;
            // Whose store it is may be somebody's own business.
            let which = match other.owner.map(|other| other.id) == owner {
                true => format!("{} (its id is {id})", other.name),
                false => name.to_string(),
            };
            return Err(AppError::Taken {
                field: "name".to_owned(),
                reason: format!("There is already a store called {which}. Choose another name."),
            });
        }
        let Some(slug) = slug else { return Ok(()) };
        let holder = addresses::find_living_by_slug(change.connection(), slug).await.map_err(self.db_error())?;
        let holder = match holder {
            Some((name, theirs)) if theirs == owner => format!("The store {name}"),
            Some(_) => "Another store".to_owned(),
            None if self.addresses.is_dashboards(slug) => "The dashboard".to_owned(),
            None => return Ok(()),
        };
        Err(AppError::Taken {
            field: "slug".to_owned(),
            reason: format!("{holder} has this address already. Choose another."),
        })
    }
}

/// Makes a store from the pool this one: what was done beforehand is done, and the rest is a job of its own.
async fn adopt(change: &mut Change, spare: &Spare, url: &str, now: Timestamp) -> sqlx::Result<()> {
    let id = &spare.id;
    // At another address than it was made for, what leads there has to be applied.
    let applied = (spare.url == url).then_some(Step::Namespace);
    for step in applied.into_iter().chain([Step::Database, Step::Wordpress, Step::Checkout]) {
        steps::start(change.connection(), id, step, now).await?;
        steps::finish(change.connection(), id, step, now).await?;
    }
    if let Some(edition) = spare.edition {
        stores::set_edition(change.connection(), id, edition).await?;
    }
    jobs::enqueue(change.connection(), id, JobKind::Adopt, now).await?;
    let made = spare.ready_at.map(|at| format!(" at {}", at.strftime("%H:%M:%S UTC"))).unwrap_or_default();
    let proof = spare.proof.as_deref().unwrap_or("It was not tried");
    let text = format!("It was made beforehand, ready{made}: {proof}");
    change.record(id, now, Level::Info, EventKind::Note, text).await
}
