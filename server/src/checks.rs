//! Who is being checked: two order checks at once in one store would take each other's orders away.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use app::model::StoreId;

/// The stores that an order check runs in. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Checks(Arc<Mutex<HashSet<StoreId>>>);

/// A store's turn to be checked; dropped, the next check may begin.
#[derive(Debug)]
pub struct Turn(Checks, StoreId);

impl Checks {
    /// The store's turn; none while a check runs in it.
    #[must_use]
    pub fn begin(&self, id: &StoreId) -> Option<Turn> {
        let begun = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone());
        begun.then(|| Turn(self.clone(), id.clone()))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}
