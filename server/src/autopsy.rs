//! Looking at what is left of something that failed, before anything of it is cleaned up.

use std::time::Duration;

use app::model::{Finding, StoreId};

use crate::provisioner::Provisioner;

/// How long it may take: some requests to the API server, and the logs.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is to be seen of the store. That it cannot be seen is a finding: it must not hide the failure that it is taken for.
pub async fn take(provisioner: &dyn Provisioner, id: &StoreId) -> Vec<Finding> {
    let trouble = match tokio::time::timeout(PATIENCE, provisioner.autopsy(id)).await {
        Ok(Ok(findings)) => return findings,
        Ok(Err(error)) => format!("{error:#}"),
        Err(_) => format!("It did not answer within {} s.", PATIENCE.as_secs()),
    };
    tracing::warn!(trouble, store.id = %id, "what is left of a store cannot be looked at");
    vec![Finding { about: "The cluster could not be asked".to_owned(), text: trouble }]
}
