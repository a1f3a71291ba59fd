//! What can be asked of a store that is ready: whether it sells, and how to get in.

use std::{sync::PoisonError, time::Duration};

use app::{
    error::AppError,
    model::{CheckReport, Credentials, EventKind, Level, SignInLink, Status, StoreId},
};

use super::{StoreService, refusals::sentence};
use crate::provisioner::{ProvisionError, StoreSpec};

/// How long an order check may take that somebody waits for. It takes about a second.
const CHECK_PATIENCE: Duration = Duration::from_secs(60);

/// How long a page waits for what the cluster says of a store. It takes some hundredths of a second.
const LOOK_PATIENCE: Duration = Duration::from_secs(3);

/// A store that an order check runs in; dropped, the next may begin.
struct Turn<'a>(&'a StoreService, StoreId);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.checked.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

impl StoreService {
    /// A store that is open, as the provisioner knows it.
    async fn open_store(&self, id: &StoreId, closed: &str) -> Result<StoreSpec, AppError> {
        let store = self.find(id).await?;
        if !matches!(store.status, Status::Ready | Status::Degraded) {
            return Err(AppError::Conflict { reason: format!("{closed}: the store is {}.", store.status) });
        }
        Ok(StoreSpec::from(store))
    }

    async fn record(&self, id: &StoreId, level: Level, kind: EventKind, text: &str) -> Result<(), AppError> {
        let mut change = self.db.change().await.map_err(self.db_error())?;
        change.record(id, self.clock.now(), level, kind, text).await.map_err(self.db_error())?;
        change.commit().await.map_err(self.db_error())
    }

    /// A look into the cluster that a page waits for.
    pub(super) async fn look<T>(
        &self,
        look: impl Future<Output = Result<T, ProvisionError>> + Send,
    ) -> Result<T, AppError> {
        match tokio::time::timeout(LOOK_PATIENCE, look).await {
            Ok(seen) => seen.map_err(|error| self.cluster_error(&error)),
            Err(_) => {
                let reason = format!("It did not answer within {} s.", LOOK_PATIENCE.as_secs());
                Err(AppError::ClusterUnavailable { reason })
            }
        }
    }

    /// The credentials, noted before they are handed out.
    pub(super) async fn show_credentials(&self, id: &StoreId) -> Result<Credentials, AppError> {
        let spec = self.open_store(id, "There is nothing to sign in to").await?;
        let credentials = self.provisioner.credentials(&spec).await.map_err(|error| self.cluster_error(&error))?;
        let credentials = credentials.ok_or_else(no_secret)?;
        self.record(id, Level::Info, EventKind::CredentialsShown, "The credentials were shown").await?;
        Ok(credentials)
    }

    /// A sign-in link, noted before it is handed out.
    pub(super) async fn make_sign_in_link(&self, id: &StoreId) -> Result<SignInLink, AppError> {
        let spec = self.open_store(id, "There is nothing to sign in to").await?;
        let link = self.provisioner.sign_in_link(&spec).await.map_err(|error| self.cluster_error(&error))?;
        let link = link.ok_or_else(no_secret)?;
        self.record(id, Level::Info, EventKind::SignInLinkMade, "A one-time sign-in link was made").await?;
        Ok(link)
    }

    /// An order check now. Two at once would take each other's orders away.
    pub(super) async fn check_order(&self, id: &StoreId) -> Result<CheckReport, AppError> {
        let spec = self.open_store(id, "There is nothing to buy").await?;
        if !self.checked.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone()) {
            return Err(AppError::Conflict { reason: "A test order is being placed already.".to_owned() });
        }
        let _turn = Turn(self, id.clone());
        let (passed, text) = match tokio::time::timeout(CHECK_PATIENCE, self.provisioner.check(&spec)).await {
            Ok(Ok(text)) => (true, text),
            Ok(Err(ProvisionError::Failed(failure))) => {
                let evidence =
                    if failure.evidence.is_empty() { String::new() } else { format!(" {}", failure.evidence) };
                (false, format!("{}{evidence}", failure.cause))
            }
            Ok(Err(error @ ProvisionError::Retry(_))) => (false, sentence(&error.to_string())),
            Err(_) => (false, format!("The test order took more than {} s.", CHECK_PATIENCE.as_secs())),
        };
        let level = if passed { Level::Info } else { Level::Warning };
        self.record(id, level, EventKind::OrderChecked, &text).await?;
        Ok(CheckReport { passed, text, at: self.clock.now() })
    }
}

fn no_secret() -> AppError {
    AppError::NotFound { what: "The secret with the store's credentials".to_owned() }
}
