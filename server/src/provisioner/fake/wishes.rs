//! What a store asks the pretended cluster for by its name, so that every page can be seen.

use app::model::{Failure, Offer, Reason, Step, Target};

use crate::provisioner::{Examination, Fault, Remedy, StoreSpec};

/// What a store's name begins with to make the pretended provision fail at the step named after it, or its deletion at `delete`
/// or `volume`.
pub const FAIL_AT: &str = "Fail at ";

/// What a store's name begins with to be found wrong once it is ready.
const DEGRADE: &str = "Degrade";

/// What a store's name begins with to leave something in the cluster when it is deleted, which is seen later.
const LINGER: &str = "Linger";

/// What a store's name begins with to reach the database of another store.
const LEAK: &str = "Leak";

/// Whether a store asks to reach others.
pub(super) fn leaks(store: &StoreSpec) -> bool {
    store.name.as_str().starts_with(LEAK)
}

/// Whether a store asks to leave something.
pub(super) fn lingers(store: &StoreSpec) -> bool {
    store.name.as_str().starts_with(LINGER)
}

/// The failure of a step that a store asks for.
pub(super) fn failure_at(store: &StoreSpec, step: Step) -> Option<Failure> {
    let wanted = store.name.as_str().strip_prefix(FAIL_AT)?;
    wanted.starts_with(step.as_str()).then(|| {
        let cause = format!("The pretended cluster fails at {step}, as the store's name asks.");
        Failure::new(Reason::Unknown, Some(step), cause, "Retry to see it fail again, or delete the store.")
            .with_evidence("This cluster is fake: nothing ran.")
    })
}

/// The failure of its deletion that a store asks for; what it offers helps.
pub(super) fn failure_of_deletion(store: &StoreSpec) -> Option<Failure> {
    let wanted = store.name.as_str().strip_prefix(FAIL_AT)?;
    let target = |kind: &str| Target {
        api_version: "v1".to_owned(),
        kind: kind.to_owned(),
        name: "pretended".to_owned(),
        uid: format!("{}-of-{}", kind.to_lowercase(), store.id),
    };
    let (cause, offer) = if wanted.starts_with("delete") {
        let finalizer = "pretended.example.com/hold".to_owned();
        let cause = format!("ConfigMap pretended is held by the finalizer {finalizer}");
        (cause, Offer::ReleaseFinalizer { object: target("ConfigMap"), finalizer })
    } else if wanted.starts_with("volume") {
        let cause = "The volume pretended has the reclaim policy Retain".to_owned();
        (cause, Offer::ReclaimVolume { object: target("PersistentVolume") })
    } else {
        return None;
    };
    let cause = format!("{cause}, as the store's name asks.");
    let failure = Failure::new(Reason::RemovalStuck, None, cause, "Take up what is offered: nothing here is real.");
    Some(Failure { offer: Some(offer), ..failure })
}

/// What is found of an open store that asks for it.
pub(super) fn fault(store: &StoreSpec) -> Examination {
    let is_wanted = store.name.as_str().starts_with(DEGRADE);
    let fault = is_wanted.then(|| Fault {
        reason: Reason::Crashes,
        cause: "The pretended database crashes again and again (3 times), as the store's name asks.".to_owned(),
        advice: "Delete the store: it stays as it is.".to_owned(),
        evidence: "This cluster is fake: nothing crashed.".to_owned(),
        remedy: Remedy::Wait,
    });
    Examination { faults: fault.into_iter().collect(), unsettled: None }
}
