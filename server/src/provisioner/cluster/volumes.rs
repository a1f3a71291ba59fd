//! How large the volumes of a store are that is there already.

use app::model::{Component, StoreId};
use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use kube::{Api, Client, ResourceExt as _, api::ListParams};

use crate::{
    kubernetes::{COMPONENT_LABEL, Trouble, within},
    provisioner::chart::VolumeSizes,
};

/// What the store's claims ask for; nothing, where there are none yet.
///
/// # Errors
/// [`Trouble`] with the cluster.
pub(super) async fn sizes(client: &Client, id: &StoreId) -> Result<VolumeSizes, Trouble> {
    let api: Api<PersistentVolumeClaim> = Api::namespaced(client.clone(), &id.namespace());
    let claims = within(api.list(&ListParams::default())).await?.items;
    let size_of = |component: Component| {
        let claim = claims
            .iter()
            .find(|claim| claim.labels().get(COMPONENT_LABEL).is_some_and(|label| label == component.as_str()))?;
        Some(claim.spec.as_ref()?.resources.as_ref()?.requests.as_ref()?.get("storage")?.0.clone())
    };
    Ok(VolumeSizes { wordpress: size_of(Component::Wordpress), database: size_of(Component::Database) })
}
