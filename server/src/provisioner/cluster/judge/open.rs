//! An open store: whether what carries it is there and works.

use app::model::Component;
use jiff::Timestamp;
use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use kube::ResourceExt as _;

use super::{Observed, find_problem, name, pods, with_events};
use crate::provisioner::{Examination, Fault, Remedy};

/// What an open store cannot be without.
const CARRIERS: [Component; 2] = [Component::Database, Component::Wordpress];

/// Judges an open store from what is seen of it at the time `now`.
#[must_use]
pub fn examine(observed: &Observed, now: Timestamp) -> Examination {
    let mut seen = Examination::default();
    for component in CARRIERS {
        if let Some(lost) = find_lost_volume(observed, component) {
            seen.faults.push(lost);
            continue;
        }
        match observed.newest_pod(component) {
            Some(pod) if pods::is_ready(pod) => {}
            Some(_) => match find_problem(observed, component, now) {
                Some(problem) => {
                    let problem = with_events(problem, observed);
                    seen.faults.push(Fault {
                        cause: problem.cause,
                        advice: problem.advice,
                        evidence: problem.evidence.join("\n"),
                        remedy: Remedy::Wait,
                    });
                }
                None => seen.unsettled = Some(format!("The {} pod is not ready", name(component))),
            },
            None => seen.unsettled = Some(format!("There is no {} pod", name(component))),
        }
    }
    seen
}

/// A volume that is gone, with everything in it.
fn find_lost_volume(observed: &Observed, component: Component) -> Option<Fault> {
    let phase_of = |claim: &PersistentVolumeClaim| claim.status.as_ref().and_then(|status| status.phase.clone());
    let claim = observed.present(&observed.claims, component).next();
    let what = match claim {
        None => format!("The volume claim of the {} is gone.", name(component)),
        Some(claim) if phase_of(claim).as_deref() == Some("Lost") => {
            format!("The volume behind the claim {} is gone.", claim.name_any())
        }
        Some(_) => return None,
    };
    Some(lost(what))
}

/// Something that nothing brings back.
#[must_use]
pub fn lost(cause: String) -> Fault {
    Fault {
        cause: format!("{cause} What was kept there is lost."),
        advice: "Restore the volumes from a backup of yours, or delete the store and create it anew. Urumi does not put an empty \
                 shop in its place."
            .to_owned(),
        evidence: String::new(),
        remedy: Remedy::Lost,
    }
}
