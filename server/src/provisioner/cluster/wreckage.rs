//! What a failed attempt left and a new one trips over: a failed job, which never runs again; pods that hang, which a
//! stateful set does not replace by itself; refusals, which would be read as new ones.

use app::model::{Component, StoreId};
use futures::future;
use k8s_openapi::api::{
    batch::v1::Job,
    core::v1::{Event as ClusterEvent, Pod},
};
use kube::{
    Api, Client, ResourceExt as _,
    api::{DeleteParams, ListParams, Preconditions},
    runtime::{conditions::is_deleted, wait::await_condition},
};

use super::{judge, tell};
use crate::{
    kubernetes::{COMPONENT_LABEL, REQUEST_TIMEOUT, Trouble, within},
    provisioner::Notes,
};

/// Seconds that a hanging pod gets to end. Nothing of it runs, and with any more than this the kubelet may take a minute
/// to notice that.
const HANGING_GRACE_SECONDS: u32 = 0;

/// Pods of a failed attempt that a new one has to replace.
pub(super) struct Wreckage {
    hanging: Vec<Pod>,
    /// Those that run with passwords that are no longer the store's.
    outdated: Vec<Pod>,
    found: bool,
}

/// Removes what must be gone before the chart is applied: bootstrap jobs that failed, that left nothing which can be
/// read, or that the chart no longer names; and the record of refusals. Where the store has new passwords, also
/// those that succeeded, so that they write the owner's.
///
/// # Errors
/// [`Trouble`] with the cluster.
pub(super) async fn clear_before(
    client: &Client,
    id: &StoreId,
    wanted_jobs: &[String],
    has_new_passwords: bool,
    notes: &Notes,
) -> Result<Wreckage, Trouble> {
    let namespace = id.namespace();
    let jobs: Api<Job> = Api::namespaced(client.clone(), &namespace);
    let pods: Api<Pod> = Api::namespaced(client.clone(), &namespace);
    let events: Api<ClusterEvent> = Api::namespaced(client.clone(), &namespace);
    let bootstrap = ListParams::default().labels(&format!("{COMPONENT_LABEL}={}", Component::Bootstrap.as_str()));
    let (everything, refusals) = (ListParams::default(), ListParams::default().fields("reason=FailedCreate"));
    let (earlier, pods, refused) = tokio::try_join!(
        within(jobs.list(&bootstrap)),
        within(pods.list(&everything)),
        within(events.list(&refusals))
    )?;

    let lost = judge::is_lost(pods.items.iter().filter(|pod| is_installer(pod)));
    let (hanging, others): (Vec<Pod>, Vec<Pod>) = pods.items.into_iter().partition(judge::is_hanging);
    let outdated: Vec<Pod> = others.into_iter().filter(|pod| has_new_passwords && !is_installer(pod)).collect();
    let mut found = !hanging.is_empty();
    for job in earlier.items {
        let (is_wanted, is_complete) = (wanted_jobs.contains(&job.name_any()), judge::is_complete_job(&job));
        if is_complete && !is_wanted {
            // Nothing is wrong with it; but where its inputs come back, as an address may, it has to run again.
            remove(&jobs, &job, &DeleteParams::background()).await?;
            continue;
        }
        let again = (lost || has_new_passwords) && is_complete;
        if judge::is_failed_job(&job) || !is_wanted || again {
            tell(notes, format!("The earlier job {} is removed", job.name_any()));
            remove(&jobs, &job, &DeleteParams::background()).await?;
            found = true;
        }
    }
    if !refused.items.is_empty() {
        within(events.delete_collection(&DeleteParams::default(), &refusals)).await?;
        found = true;
    }
    Ok(Wreckage { hanging, outdated, found })
}

impl Wreckage {
    /// Whether there is anything of a failed attempt.
    pub(super) fn is_found(&self) -> bool {
        self.found
    }

    /// Removes the hanging pods and those with outdated passwords, once those who replace them know what the chart says now.
    ///
    /// # Errors
    /// [`Trouble`] with the cluster.
    pub(super) async fn clear_after(self, client: &Client, id: &StoreId, notes: &Notes) -> Result<(), Trouble> {
        let pods: Api<Pod> = Api::namespaced(client.clone(), &id.namespace());
        for pod in self.hanging {
            tell(notes, format!("The hanging pod {} of the earlier attempt is removed", pod.name_any()));
            remove(&pods, &pod, &DeleteParams::default().grace_period(HANGING_GRACE_SECONDS)).await?;
        }
        // All at once: the web server need not wait for the database's end.
        let usual = DeleteParams::default();
        let outdated = self.outdated.iter().map(|pod| {
            tell(notes, format!("The pod {} is started anew with the new passwords", pod.name_any()));
            remove(&pods, pod, &usual)
        });
        future::try_join_all(outdated).await?;
        Ok(())
    }
}

/// Whether it is a pod of a bootstrap job that stays.
fn is_installer(pod: &Pod) -> bool {
    let component = pod.labels().get(COMPONENT_LABEL).map(String::as_str);
    component == Some(Component::Bootstrap.as_str()) && pod.metadata.deletion_timestamp.is_none()
}

/// Deletes exactly this object and waits until it is gone.
async fn remove<K>(api: &Api<K>, object: &K, params: &DeleteParams) -> Result<(), Trouble>
where
    K: kube::Resource<DynamicType = ()> + Clone + std::fmt::Debug + serde::de::DeserializeOwned + Send + 'static,
{
    let (name, uid) = (object.name_any(), object.uid().unwrap_or_default());
    let params = params.clone().preconditions(Preconditions { uid: Some(uid.clone()), resource_version: None });
    match within(api.delete(&name, &params)).await {
        Ok(_) => {}
        // Gone, or another one already.
        Err(trouble) if trouble.is_absence() || trouble.is_status(409) => return Ok(()),
        Err(trouble) => return Err(trouble),
    }
    match tokio::time::timeout(REQUEST_TIMEOUT, await_condition(api.clone(), &name, is_deleted(&uid))).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(Trouble::passing(format!("Watching {name} failed: {error}."))),
        Err(_) => Err(Trouble::passing(format!("The {} {name} does not go away.", K::kind(&())))),
    }
}
