//! What can be reached from inside of a store: tried there, because what policies say and what the network does are two things.

use std::time::Duration;

use app::model::{Attempt, AttemptOutcome, Component, ReachTarget, StoreId};
use k8s_openapi::api::{core::v1::Pod, networking::v1::NetworkPolicy};
use kube::{
    Api, Client, ResourceExt as _,
    api::{ListParams, ObjectList},
};

use super::{exec, judge};
use crate::{
    kubernetes::{COMPONENT_LABEL, Trouble, within},
    provisioner::Isolated,
};

/// How long the whole probe may take: each connection has 2 s, all at once, and PHP some tenths to start.
const PATIENCE: Duration = Duration::from_secs(10);

/// The program that tries.
const REACH: &str = include_str!("isolation/reach.php");

/// Where every pod finds the API server, and where clouds keep what machines are told.
const API_SERVER: &str = "kubernetes.default.svc:443";
const METADATA: &str = "169.254.169.254:80";

/// Ports of a store's pods.
const DATABASE_PORT: u16 = 3306;
const WEB_PORT: u16 = 8080;

/// Tries from inside of the store's web server what it can reach, of the store `other` too where there is one.
///
/// # Errors
/// [`Trouble`] with the cluster, or a store without a running web server.
pub(super) async fn probe(client: &Client, id: &StoreId, other: Option<&StoreId>) -> Result<Isolated, Trouble> {
    let policies: Api<NetworkPolicy> = Api::namespaced(client.clone(), &id.namespace());
    let everything = ListParams::default();
    let (own, others, policies) = tokio::try_join!(
        pods_of(client, id),
        async {
            match other {
                Some(other) => pods_of(client, other).await.map(Some),
                None => Ok(None),
            }
        },
        within(policies.list_metadata(&everything)),
    )?;
    let Some(web) = ready(&own, Component::Wordpress) else {
        return Err(Trouble::passing("The store has no web server that is ready".to_owned()));
    };
    let address = |pods: Option<&ObjectList<Pod>>, component, port: u16| {
        let ip = ready(pods?, component)?.status.as_ref()?.pod_ip.clone()?;
        // An IPv6 address has colons of its own.
        Some(if ip.contains(':') { format!("[{ip}]:{port}") } else { format!("{ip}:{port}") })
    };
    let targets = [
        (ReachTarget::OwnDatabase, address(Some(&own), Component::Database, DATABASE_PORT)),
        (ReachTarget::OtherDatabase, address(others.as_ref(), Component::Database, DATABASE_PORT)),
        (ReachTarget::OtherWeb, address(others.as_ref(), Component::Wordpress, WEB_PORT)),
        (ReachTarget::ApiServer, Some(API_SERVER.to_owned())),
        (ReachTarget::Metadata, Some(METADATA.to_owned())),
    ];
    let addresses: Vec<String> = targets.iter().filter_map(|(_, address)| address.clone()).collect();
    let command = ["php", "-r", REACH, "--"].map(str::to_owned).into_iter().chain(addresses);
    let command: Vec<String> = command.collect();
    let told = exec::run(client, id, &web.name_any(), Component::Wordpress.as_str(), command, PATIENCE).await?;
    let mut outcomes = told.lines().map(parse);
    let attempts = targets.into_iter().map(|(target, address)| {
        let outcome = match address {
            Some(_) => outcomes.next().flatten().ok_or_else(|| unreadable(&told))?,
            None => AttemptOutcome::NotTried,
        };
        Ok(Attempt { target, outcome })
    });
    let attempts = attempts.collect::<Result<_, Trouble>>()?;
    Ok(Isolated { policies: u32::try_from(policies.items.len()).unwrap_or(u32::MAX), attempts })
}

async fn pods_of(client: &Client, id: &StoreId) -> Result<ObjectList<Pod>, Trouble> {
    let pods: Api<Pod> = Api::namespaced(client.clone(), &id.namespace());
    within(pods.list(&ListParams::default().labels(COMPONENT_LABEL))).await
}

/// A pod of the component that answers.
fn ready(pods: &ObjectList<Pod>, component: Component) -> Option<&Pod> {
    let is_its = |pod: &&Pod| pod.labels().get(COMPONENT_LABEL).is_some_and(|label| label == component.as_str());
    pods.iter().filter(is_its).find(|pod| judge::is_ready(pod))
}

fn parse(line: &str) -> Option<AttemptOutcome> {
    match line {
        "reached" => Some(AttemptOutcome::Reached),
        "refused" => Some(AttemptOutcome::Refused),
        "silent" => Some(AttemptOutcome::Silent),
        _ => None,
    }
}

fn unreadable(told: &str) -> Trouble {
    Trouble::passing(format!("The probe in the store answered {told:?}"))
}
