//! What follows from a look at an open store: decided without asking anybody.

use app::model::{Failure, Reason, Status};

use crate::provisioner::{Examination, Fault, Remedy};

/// What is to be done about a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// All is as it should be.
    Leave,
    /// It may settle by itself; look again before anything is said.
    LookAgain,
    /// Something is wrong with it.
    Degrade {
        /// What, for people.
        wrong: Box<Failure>,
        /// Whether applying everything again is safe and may help.
        repair: bool,
    },
    /// Nothing is wrong with it any more, and an order is to prove that.
    Prove,
}

/// Decides about a store with this status, of which this was seen. `is_patient` is false once what is unsettled had its time.
#[must_use]
pub fn decide(status: Status, seen: &Examination, is_patient: bool) -> Decision {
    let unsettled = seen.unsettled.as_ref();
    match (status, seen.faults.is_empty(), unsettled) {
        (_, false, _) => {
            Decision::Degrade { wrong: Box::new(describe(&seen.faults)), repair: is_mended_by_applying(&seen.faults) }
        }
        (_, true, Some(_)) if is_patient => Decision::LookAgain,
        (_, true, Some(what)) => Decision::Degrade {
            wrong: Box::new(Failure::new(
                Reason::NotReady,
                None,
                format!("{what}."),
                "Kubernetes goes on trying. Look at the pods and their logs.",
            )),
            repair: false,
        },
        (Status::Degraded, true, None) => Decision::Prove,
        (_, true, None) => Decision::Leave,
    }
}

/// Where data is gone, an empty shop in its place would only hide that.
fn is_mended_by_applying(faults: &[Fault]) -> bool {
    faults.iter().any(|fault| fault.remedy == Remedy::Apply) && faults.iter().all(|fault| fault.remedy != Remedy::Lost)
}

/// All faults as one: the gravest gives the advice.
fn describe(faults: &[Fault]) -> Failure {
    let all = |part: fn(&Fault) -> &str, between: &str| {
        let parts: Vec<&str> = faults.iter().map(part).filter(|text| !text.is_empty()).collect();
        parts.join(between)
    };
    let gravest = faults.iter().max_by_key(|fault| fault.remedy);
    Failure::new(
        gravest.map(|fault| fault.reason).unwrap_or_default(),
        None,
        all(|fault| &fault.cause, " "),
        gravest.map(|fault| fault.advice.clone()).unwrap_or_default(),
    )
    .with_evidence(all(|fault| &fault.evidence, "\n"))
}

#[cfg(test)]
mod tests {
    use std::slice;

    use super::*;

    fn fault(cause: &str, remedy: Remedy) -> Fault {
        let advice = format!("For {cause}");
        Fault { reason: Reason::Unknown, cause: cause.to_owned(), advice, evidence: String::new(), remedy }
    }

    fn seen(faults: &[Fault], unsettled: Option<&str>) -> Examination {
        Examination { faults: faults.to_vec(), unsettled: unsettled.map(str::to_owned) }
    }

    #[test]
    fn a_store_without_faults_is_left_alone_or_has_to_prove_that_it_sells() {
        assert_eq!(decide(Status::Ready, &seen(&[], None), true), Decision::Leave);
        assert_eq!(decide(Status::Degraded, &seen(&[], None), true), Decision::Prove);
    }

    #[test]
    fn what_is_unsettled_gets_its_time_and_is_a_fault_afterwards() {
        let pod = seen(&[], Some("The database pod is not ready"));
        for status in [Status::Ready, Status::Degraded] {
            assert_eq!(decide(status, &pod, true), Decision::LookAgain);
            let Decision::Degrade { wrong, repair } = decide(status, &pod, false) else { panic!("it had its time") };
            assert_eq!((wrong.cause.as_str(), repair), ("The database pod is not ready.", false));
        }
    }

    #[test]
    fn only_what_applying_mends_is_applied_and_never_where_data_is_gone() {
        let repair = |faults: &[Fault]| match decide(Status::Ready, &seen(faults, None), true) {
            Decision::Degrade { repair, .. } => repair,
            other => panic!("{other:?}"),
        };
        let [edited, crash, lost] =
            [fault("Edited.", Remedy::Apply), fault("Crash.", Remedy::Wait), fault("Lost.", Remedy::Lost)];
        assert!(repair(slice::from_ref(&edited)));
        assert!(repair(&[crash.clone(), edited.clone()]));
        assert!(!repair(slice::from_ref(&crash)));
        assert!(!repair(&[edited.clone(), lost.clone()]));
        let all = describe(&[edited, lost, crash]);
        assert_eq!((all.cause.as_str(), all.advice.as_str()), ("Edited. Lost. Crash.", "For Lost."));
    }
}
