//! How full a store's volumes are, asked of `df` inside of the pods that mount them: what a kubelet tells of volumes depends on their
//! kind, and for some it tells nothing.

use std::time::Duration;

use app::model::{Component, Reason, StoreId};
use k8s_openapi::api::core::v1::Pod;
use kube::{Client, ResourceExt as _};

use super::{exec, judge, observed::Observed};
use crate::{
    kubernetes::Trouble,
    provisioner::{Fault, Remedy},
};

/// How long an answer may take. It takes some hundredths of a second; a disk that hangs must not hold up the look.
const PATIENCE: Duration = Duration::from_secs(5);

/// The columns that are asked for: 1,024-byte blocks and inodes, each used and free. What a file system keeps back for root is neither.
const COLUMNS: &str = "--output=used,avail,iused,iavail";

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
    used_kibibytes: u64,
    free_kibibytes: u64,
    used_inodes: u64,
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
    let command = ["df", "-k", COLUMNS, "--", &mount.path];
    let told = exec::run(client, id, &mount.pod.name_any(), &mount.container, command, PATIENCE).await?;
    parse(&told).ok_or_else(|| Trouble::passing(format!("df answered {told:?}")))
}

/// The last line of what `df` writes; a file system without inodes of its own writes `-` or 0.
fn parse(told: &str) -> Option<Fullness> {
    let number = |text: &str| if text == "-" { Some(0) } else { text.parse().ok() };
    let mut columns = told.lines().last()?.split_whitespace().map(number);
    let mut next = || columns.next().flatten();
    Some(Fullness { used_kibibytes: next()?, free_kibibytes: next()?, used_inodes: next()?, free_inodes: next()? })
}

/// How full it is, where that is `limit` percent or more, as `df` counts it.
fn judge_fullness(told: Fullness, limit: u8) -> Option<String> {
    // What a pod says may be any number.
    let percent = |used: u64, free: u64| {
        let (used, all) = (u128::from(used), u128::from(used) + u128::from(free));
        (all > 0).then(|| (used * 100).div_ceil(all))
    };
    let over = |part: Option<u128>| part.filter(|percent| *percent >= u128::from(limit));
    let Fullness { used_kibibytes, free_kibibytes, used_inodes, free_inodes } = told;
    if let Some(percent) = over(percent(used_kibibytes, free_kibibytes)) {
        let (free, all) = (free_kibibytes / 1024, used_kibibytes.saturating_add(free_kibibytes) / 1024);
        return Some(format!("{percent} % full: {free} MiB of {all} MiB are free"));
    }
    let percent = over(percent(used_inodes, free_inodes))?;
    Some(format!("{percent} % full of files: room for {free_inodes} more"))
}

fn full(component: Component, mount: &Mount<'_>, how: &str) -> Fault {
    Fault {
        reason: Reason::VolumeFull,
        cause: format!("The {} volume is {how}.", judge::name(component)),
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
        let told = "    Used    Avail   IUsed   IFree\n  45444   992892       8  524280\n";
        let read = Fullness { used_kibibytes: 45_444, free_kibibytes: 992_892, used_inodes: 8, free_inodes: 524_280 };
        assert_eq!(parse(told), Some(read));
        assert_eq!(parse("1 2 - -").map(|read| read.used_inodes), Some(0));
        for odd in ["", "df: /x: No such file or directory", "1 2 3"] {
            assert_eq!(parse(odd), None, "{odd:?}");
        }
    }

    #[test]
    fn a_volume_is_full_of_bytes_or_of_files() {
        let with = |free: u64, free_inodes: u64| Fullness {
            used_kibibytes: (100 - free) * 1024,
            free_kibibytes: free * 1024,
            used_inodes: 1000 - free_inodes,
            free_inodes,
        };
        assert_eq!(judge_fullness(with(50, 500), 95), None);
        assert_eq!(judge_fullness(with(6, 500), 95), None);
        assert_eq!(judge_fullness(with(5, 500), 95).as_deref(), Some("95 % full: 5 MiB of 100 MiB are free"));
        assert_eq!(judge_fullness(with(0, 500), 95).as_deref(), Some("100 % full: 0 MiB of 100 MiB are free"));
        assert_eq!(judge_fullness(with(50, 7), 95).as_deref(), Some("100 % full of files: room for 7 more"));
        let without_inodes = Fullness { used_inodes: 0, free_inodes: 0, ..with(50, 500) };
        assert_eq!(judge_fullness(without_inodes, 95), None);
        // What is kept back for root makes a disk neither fuller nor larger.
        let kept_back = Fullness { used_kibibytes: 71, free_kibibytes: 20, ..without_inodes };
        assert_eq!(judge_fullness(kept_back, 79).as_deref().map(|told| &told[..4]), Some("79 %"));
        assert_eq!(judge_fullness(kept_back, 80), None);
    }

    #[test]
    fn fuzz_whatever_a_pod_says_of_its_disk_is_a_share_or_nothing() {
        bolero::check!().for_each(|bytes: &[u8]| {
            let told = crate::fuzz::text(bytes, &["18446744073709551615", " 0", " 1", "-", "\n", "IUsed "]);
            if let Some(fullness) = parse(&told) {
                assert!(judge_fullness(fullness, 0).is_none_or(|how| how.contains(" % full")), "{told:?}");
            }
        });
    }
}
