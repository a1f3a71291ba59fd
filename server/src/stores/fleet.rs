//! Lists of stores, for those who see all of them and for those who see their own.

use app::{
    error::AppError,
    model::{Counts, StorePage, StoreQuery},
};

use super::{StoreService, refusals::check_search};
use crate::{access::Reach, db::fleet};

/// Most stores in one answer.
const MAX_STORES: u32 = 500;

impl StoreService {
    /// The stores that a query asks for, of those that somebody sees.
    pub(super) async fn list_within(&self, reach: Reach, query: StoreQuery) -> Result<StorePage, AppError> {
        check_search(&query.text)?;
        let query = StoreQuery { limit: query.limit.clamp(1, MAX_STORES), ..query };
        let mut read = self.db.read().await.map_err(self.db_error())?;
        fleet::list(&mut read, &query, reach.only()).await.map_err(self.db_error())
    }

    /// How many stores there are, likewise.
    pub(super) async fn counts_within(&self, reach: Reach) -> Result<Counts, AppError> {
        let mut read = self.db.read().await.map_err(self.db_error())?;
        fleet::counts(&mut read, reach.only()).await.map_err(self.db_error())
    }
}
