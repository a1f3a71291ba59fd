//! How full a store's volumes are, asked of `df` inside of the pods that mount them: what a kubelet tells of volumes depends on their
//! kind, and for some it tells nothing.

use std::time::Duration;

use app::model::{Component, Reason, StoreId};
use k8s_openapi::api::core::v1::Pod;
use kube::{Api, Client, ResourceExt as _, api::AttachParams};
use tokio::{io::AsyncReadExt as _, time::timeout};

use super::{judge, observed::Observed};
use crate::{
    kubernetes::Trouble,
    provisioner::{Fault, Remedy},
};

/// How long an answer may take. It takes some hundredths of a second; a disk that hangs must not hold up the look.
const PATIENCE: Duration = Duration::from_secs(5);

/// Most bytes of an answer, which is two short lines.
const MAX_ANSWER: u64 = 4_096;

/// The columns that are asked for: 1,024-byte blocks and inodes, each in all and free.
const COLUMNS: &str = "--output=size,avail,itotal,iavail";

/// A volume where a container has it.
struct Mount<'a> {
    pod: &'a Pod,
    container: String,
    claim: String,
    path: String,
}

/// What `df` says of a volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fullness {
    kibibytes: u64,
    free_kibibytes: u64,
    inodes: u64,
    free_inodes: u64,
}

/// The volumes of which `limit` percent or more are used.
pub(super) async fn find_full(client: &Client, id: &StoreId, observed: &Observed, limit: u8) -> Vec<Fault> {
    let mut faults = Vec::new();
    for component in [Component::Database, Component::Wordpress] {
        let pod = observed.newest_pod(component).filter(|pod| judge::is_ready(pod));
        let Some(mount) = pod.and_then(mount_of) else { continue };
        match ask(client, id, &mount).await {
            Ok(fullness) => faults.extend(judge_fullness(fullness, limit).map(|how| full(component, &mount, &how))),
            // Nothing is known then, which is no fault of the store.
            Err(trouble) => {
                tracing::debug!(%trouble, store.id = %id, claim = mount.claim, "how full a volume is cannot be asked");
            }
        }
    }
    faults
}

/// The first volume of the pod that belongs to a claim, in the first container that mounts it.
fn mount_of(pod: &Pod) -> Option<Mount<'_>> {
    let spec = pod.spec.as_ref()?;
    spec.volumes.iter().flatten().find_map(|volume| {
        let claim = volume.persistent_volume_claim.as_ref()?.claim_name.clone();
        spec.containers.iter().find_map(|container| {
            let mount = container.volume_mounts.iter().flatten().find(|mount| mount.name == volume.name)?;
            let (container, path) = (container.name.clone(), mount.mount_path.clone());
            Some(Mount { pod, container, claim: claim.clone(), path })
        })
    })
}

async fn ask(client: &Client, id: &StoreId, mount: &Mount<'_>) -> Result<Fullness, Trouble> {
    let pods: Api<Pod> = Api::namespaced(client.clone(), &id.namespace());
    let params = AttachParams::default().container(&mount.container).stdin(false).stderr(false).stdout(true);
    let command = ["df", "-k", COLUMNS, "--", &mount.path];
    let run = async {
        let mut process = pods.exec(&mount.pod.name_any(), command, &params).await?;
        let mut told = String::new();
        if let Some(output) = process.stdout() {
            output.take(MAX_ANSWER).read_to_string(&mut told).await.map_err(kube::Error::ReadEvents)?;
        }
        Ok::<String, kube::Error>(told)
    };
    let told = timeout(PATIENCE, run)
        .await
        .map_err(|_| Trouble::passing(format!("{} did not answer", mount.pod.name_any())))??;
    parse(&told).ok_or_else(|| Trouble::passing(format!("df answered {told:?}")))
}

/// The last line of what `df` writes; a file system without inodes of its own writes `-` or 0.
fn parse(told: &str) -> Option<Fullness> {
    let number = |text: &str| if text == "-" { Some(0) } else { text.parse().ok() };
    let mut columns = told.lines().last()?.split_whitespace().map(number);
    let mut next = || columns.next().flatten();
    Some(Fullness { kibibytes: next()?, free_kibibytes: next()?, inodes: next()?, free_inodes: next()? })
}

/// How full it is, where that is `limit` percent or more.
fn judge_fullness(told: Fullness, limit: u8) -> Option<String> {
    let percent = |all: u64, free: u64| (all > 0).then(|| (all.saturating_sub(free) * 100).div_ceil(all));
    let over = |part: Option<u64>| part.filter(|percent| *percent >= u64::from(limit));
    if let Some(percent) = over(percent(told.kibibytes, told.free_kibibytes)) {
        let (free, all) = (told.free_kibibytes / 1024, told.kibibytes / 1024);
        return Some(format!("{percent} % full: {free} MiB of {all} MiB are free"));
    }
    let percent = over(percent(told.inodes, told.free_inodes))?;
    Some(format!("{percent} % full of files: room for {} more", told.free_inodes))
}

fn full(component: Component, mount: &Mount<'_>, how: &str) -> Fault {
    Fault {
        reason: Reason::VolumeFull,
        cause: format!("The volume of the {} is {how}.", judge::name(component)),
        advice: format!(
            "Make room in it, or enlarge the claim {claim} where its StorageClass allows that (`kubectl patch pvc`). Where volumes are \
             folders of a node's disk, that disk is what is full. Once it is, the shop takes no orders.",
            claim = mount.claim
        ),
        evidence: format!("df {} in {}, for the claim {}", mount.path, mount.pod.name_any(), mount.claim),
        remedy: Remedy::Wait,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_df_writes_is_read_to_its_last_line() {
        let told = "   1K-blocks    Avail   Inodes   IFree\n  1038336   992892   524288  524280\n";
        let read = Fullness { kibibytes: 1_038_336, free_kibibytes: 992_892, inodes: 524_288, free_inodes: 524_280 };
        assert_eq!(parse(told), Some(read));
        assert_eq!(parse("1 2 - -").map(|read| read.inodes), Some(0));
        for odd in ["", "df: /x: No such file or directory", "1 2 3"] {
            assert_eq!(parse(odd), None, "{odd:?}");
        }
    }

    #[test]
    fn a_volume_is_full_of_bytes_or_of_files() {
        let with =
            |free_kibibytes, free_inodes| Fullness { kibibytes: 100 * 1024, free_kibibytes, inodes: 1000, free_inodes };
        assert_eq!(judge_fullness(with(50 * 1024, 500), 95), None);
        assert_eq!(judge_fullness(with(6 * 1024, 500), 95), None);
        assert_eq!(judge_fullness(with(5 * 1024, 500), 95).as_deref(), Some("95 % full: 5 MiB of 100 MiB are free"));
        assert_eq!(judge_fullness(with(0, 500), 95).as_deref(), Some("100 % full: 0 MiB of 100 MiB are free"));
        assert_eq!(judge_fullness(with(50 * 1024, 7), 95).as_deref(), Some("100 % full of files: room for 7 more"));
        let without_inodes = Fullness { inodes: 0, free_inodes: 0, ..with(50 * 1024, 0) };
        assert_eq!(judge_fullness(without_inodes, 95), None);
    }
}
