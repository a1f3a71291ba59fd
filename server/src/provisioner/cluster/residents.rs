//! Everything in the cluster that was made for any store.

use std::collections::{BTreeMap, HashSet};

use app::model::StoreId;
use k8s_openapi::api::core::v1::{Namespace, PersistentVolume};
use kube::{Api, Client, Resource as _, ResourceExt as _, api::ListParams};

use super::{
    inventory::describe,
    namespace::{INSTALLATION_LABEL, SPARE_LABEL},
};
use crate::{
    kubernetes::{STORE_LABEL, Trouble, within},
    provisioner::Resident,
};

/// Namespaces that are marked as a store's, and persistent volumes that were claimed from such a one, or from one that is gone and
/// was called like one.
///
/// # Errors
/// [`Trouble`] with the cluster.
pub(super) async fn find(client: &Client) -> Result<Vec<Resident>, Trouble> {
    let namespaces: Api<Namespace> = Api::all(client.clone());
    let volumes: Api<PersistentVolume> = Api::all(client.clone());
    let everything = ListParams::default();
    let (namespaces, volumes) =
        tokio::try_join!(within(namespaces.list_metadata(&everything)), within(volumes.list(&everything)))?;
    let there: HashSet<String> = namespaces.items.iter().map(|namespace| namespace.name_any()).collect();
    let mut residents: BTreeMap<StoreId, Resident> = BTreeMap::new();
    for namespace in namespaces {
        let Some(id) = namespace.labels().get(STORE_LABEL).and_then(|label| label.parse::<StoreId>().ok()) else {
            continue;
        };
        // A label that was copied onto another namespace makes it nobody's.
        if namespace.name_any() != id.namespace() {
            continue;
        }
        let resident = Resident {
            namespace: Some(describe(&Namespace::kind(&()), &namespace)),
            installation: namespace.labels().get(INSTALLATION_LABEL).cloned(),
            created_at: namespace.creation_timestamp().map(|time| time.0),
            is_leaving: namespace.metadata.deletion_timestamp.is_some(),
            is_spare: namespace.labels().get(SPARE_LABEL).map(|is_spare| is_spare == "true"),
            ..nothing_of(id.clone())
        };
        residents.insert(id, resident);
    }
    for volume in volumes {
        let claim = volume.spec.as_ref().and_then(|spec| spec.claim_ref.as_ref());
        let Some(namespace) = claim.and_then(|claim| claim.namespace.as_deref()) else { continue };
        let Some(id) = namespace.strip_prefix("store-").and_then(|id| id.parse::<StoreId>().ok()) else { continue };
        let object = describe(&PersistentVolume::kind(&()), &volume);
        match residents.get_mut(&id) {
            Some(resident) => resident.volumes.push(object),
            // It belongs to a namespace of somebody else.
            None if there.contains(namespace) => {}
            None => {
                let resident = Resident { volumes: vec![object], ..nothing_of(id.clone()) };
                residents.insert(id, resident);
            }
        }
    }
    Ok(residents.into_values().collect())
}

fn nothing_of(id: StoreId) -> Resident {
    Resident {
        id,
        namespace: None,
        volumes: Vec::new(),
        installation: None,
        created_at: None,
        is_leaving: false,
        is_spare: None,
    }
}
