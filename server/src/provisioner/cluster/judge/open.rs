//! An open store: whether what carries it is there and works.

use app::model::{Component, Reason};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use kube::ResourceExt as _;

use super::super::claims::{CLAIMS, Claims};
use super::{Observed, find_problem, name, pods, with_events};
use crate::provisioner::{Examination, Fault, Remedy, chart::SECRET_NAME};

/// What an open store cannot be without.
const CARRIERS: [Component; 2] = [Component::Database, Component::Wordpress];

/// Judges an open store from what is seen of it at the time `now`, and from the claims that it became ready with.
#[must_use]
pub fn examine(observed: &Observed, kept: Option<&Claims>, now: Timestamp) -> Examination {
    let mut seen = Examination::default();
    seen.faults.extend(kept.and_then(|kept| find_replaced_claim(observed, kept)));
    if !seen.faults.is_empty() {
        return seen;
    }
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
                        reason: problem.reason,
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

/// A claim that is gone, or that another one of the same name has come for.
fn find_replaced_claim(observed: &Observed, kept: &Claims) -> Option<Fault> {
    let uid_of = |name: &String| {
        let mut present = observed.claims.all().filter(|claim| claim.metadata.deletion_timestamp.is_none());
        present.find(|claim| claim.name_any() == *name)?.uid()
    };
    let (name, _) = kept.iter().find(|(name, uid)| uid_of(name).as_ref() != Some(*uid))?;
    Some(lost(match uid_of(name) {
        Some(_) => format!("The volume claim {name} is another one than the store became ready with."),
        None => format!("The volume claim {name} is gone."),
    }))
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

/// A volume that nothing brings back.
fn lost(cause: String) -> Fault {
    let advice = format!(
        "Restore the volumes from a backup of yours and take the annotation {CLAIMS} off the namespace, or delete the store and \
         create it anew. Urumi does not put an empty shop in its place."
    );
    data_lost(cause, advice)
}

/// The namespace is gone, or goes, with everything in it.
#[must_use]
pub fn lost_namespace(cause: String) -> Fault {
    let advice = "Delete the store, so that what is left of it is seen gone too, and create it anew. Urumi does not put an empty shop \
                  in its place.";
    data_lost(cause, advice.to_owned())
}

fn data_lost(cause: String, advice: String) -> Fault {
    Fault {
        reason: Reason::DataLost,
        cause: format!("{cause} What was kept there is lost."),
        advice,
        evidence: String::new(),
        remedy: Remedy::Lost,
    }
}

/// The Secret with the passwords is gone, or another one has come for it. New passwords take hold when the pods start anew.
#[must_use]
pub fn lost_secret(cause: String) -> Fault {
    Fault {
        reason: Reason::CredentialsLost,
        cause,
        advice: "Urumi makes new passwords where there are none, and starts the pods anew with those that are there. The owner then \
                 signs in with the one that Show credentials tells."
            .to_owned(),
        evidence: String::new(),
        remedy: Remedy::Apply,
    }
}

/// A part of the Secret is missing. What is left of it is somebody else's work, which is not overwritten.
#[must_use]
pub fn broken_secret(cause: String) -> Fault {
    Fault {
        reason: Reason::CredentialsLost,
        cause,
        advice: format!("Put it back, or delete the Secret {SECRET_NAME}: Urumi then makes all passwords anew."),
        evidence: String::new(),
        remedy: Remedy::Wait,
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::Pod;
    use kube::runtime::watcher;
    use serde_json::{Value, json};

    use super::*;
    use crate::{kubernetes::COMPONENT_LABEL, provisioner::cluster::observed::Change};

    fn labelled(name: &str, component: &str) -> Value {
        json!({"name": name, "uid": format!("uid-of-{name}"), "labels": {COMPONENT_LABEL: component}})
    }

    fn pod(component: &str, ready: &str) -> Change {
        let pod: Pod = serde_json::from_value(json!({
            "metadata": labelled(component, component),
            "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": ready}]},
        }))
        .expect("a pod");
        Change::Pod(Box::new(watcher::Event::Apply(pod)))
    }

    fn claim(component: &str, phase: &str) -> Change {
        let claim: PersistentVolumeClaim = serde_json::from_value(json!({
            "metadata": labelled(&format!("data-{component}"), component),
            "status": {"phase": phase},
        }))
        .expect("a claim");
        Change::Claim(Box::new(watcher::Event::Apply(claim)))
    }

    fn kept(uid: &str) -> Claims {
        Claims::from([("data-database".to_owned(), uid.to_owned())])
    }

    fn look(changes: Vec<Change>, kept: Option<&Claims>) -> Examination {
        examine(&Observed::of(changes), kept, "2026-02-13T14:35:13Z".parse().expect("a time"))
    }

    fn whole() -> Vec<Change> {
        vec![pod("database", "True"), pod("wordpress", "True"), claim("database", "Bound"), claim("wordpress", "Bound")]
    }

    #[test]
    fn a_store_with_ready_pods_and_its_own_claims_is_well() {
        assert_eq!(look(whole(), None), Examination::default());
        assert_eq!(look(whole(), Some(&kept("uid-of-data-database"))), Examination::default());
    }

    #[test]
    fn a_claim_that_was_made_anew_is_lost_data_although_it_is_bound() {
        let seen = look(whole(), Some(&kept("uid-of-the-first")));
        assert_eq!((seen.faults[0].remedy, seen.faults[0].reason), (Remedy::Lost, Reason::DataLost));
        assert!(seen.faults[0].cause.contains("data-database is another one"), "{seen:?}");
        assert!(seen.faults[0].advice.contains(CLAIMS), "{seen:?}");
    }

    #[test]
    fn a_claim_or_a_volume_that_is_gone_is_lost_data() {
        let mut without = whole();
        without.remove(2);
        let seen = look(without, Some(&kept("uid-of-data-database")));
        assert!(seen.faults[0].cause.starts_with("The volume claim data-database is gone."), "{seen:?}");
        let seen = look(vec![pod("database", "True"), pod("wordpress", "True"), claim("wordpress", "Bound")], None);
        assert!(seen.faults[0].cause.starts_with("The volume claim of the database is gone."), "{seen:?}");
        let mut lost = whole();
        lost[2] = claim("database", "Lost");
        assert_eq!(look(lost, None).faults[0].remedy, Remedy::Lost);
    }

    #[test]
    fn a_pod_that_starts_anew_is_unsettled_and_no_fault_yet() {
        let mut starting = whole();
        starting[1] = pod("wordpress", "False");
        let seen = look(starting, None);
        assert_eq!((seen.faults.len(), seen.unsettled.as_deref()), (0, Some("The WordPress pod is not ready")));
        let mut without = whole();
        without.remove(1);
        assert_eq!(look(without, None).unsettled.as_deref(), Some("There is no WordPress pod"));
    }
}
