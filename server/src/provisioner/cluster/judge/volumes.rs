//! Volume claims that nobody fulfils.

use app::model::{Component, Reason};
use jiff::{SignedDuration, Timestamp};
use kube::ResourceExt as _;

use super::{Observed, Problem, is_past, latest_event, name, one_line};

/// How long a claim may wait for its volume. Cloud disks take 10 to 20 s; a local one less than a second.
const CLAIM_GRACE: SignedDuration = SignedDuration::from_secs(60);

/// A claim of the component that has waited too long.
pub fn find_problem(observed: &Observed, component: Component, now: Timestamp) -> Option<Problem> {
    let claim = observed.present(&observed.claims, component).find(|claim| {
        let phase = claim.status.as_ref().and_then(|status| status.phase.as_deref());
        let birth = claim.metadata.creation_timestamp.as_ref().map(|time| time.0);
        phase == Some("Pending") && is_past(birth, CLAIM_GRACE, now)
    })?;
    let told =
        latest_event(observed, "PersistentVolumeClaim", &claim.name_any(), &["ProvisioningFailed", "FailedBinding"]);
    // Without a word about the claim it waits for its pod to be placed, and that has a reason of its own.
    let (message, _) = told?;
    Some(Problem {
        reason: Reason::VolumePending,
        cause: format!("The {} gets no volume: {}.", name(component), one_line(message)),
        advice:
            "Give the cluster a default StorageClass with a working provisioner (or name one in the chart's values), \
                 then retry."
                .to_owned(),
        evidence: vec![format!("PersistentVolumeClaim {} is Pending", claim.name_any())],
        log: None,
    })
}
