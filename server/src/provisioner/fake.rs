//! A provisioner that only pretends: for tests, for work on the pages, and for load figures. It says everywhere that it
//! is fake.

mod knobs;
mod pretended;
mod state;
mod wishes;

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use anyhow::anyhow;
use app::{
    model::{
        ClusterHealth, Component, Credentials, Edition, Failure, Finding, Object, Offer, Pods, Reason, SignInLink,
        Step, StoreId,
    },
    service::LogLines,
};
use async_trait::async_trait;
use futures::{StreamExt as _, stream};
use prometheus_client::metrics::counter::Counter;
use tokio::sync::{Notify, broadcast};
use tokio_stream::wrappers::BroadcastStream;

use state::State;
pub use wishes::FAIL_AT;

use super::{
    CheckOutcome, CheckVerdict, Examination, Fault, Isolated, Notes, ProvisionError, Provisioner, Remedy, Resident,
    Sighting, Sightings, StepReport, StoreSpec,
};

/// A pretended cluster.
#[derive(Debug, Default)]
pub struct FakeCluster {
    pace: Duration,
    state: Mutex<State>,
    released: Notify,
    bell: Bell,
}

/// Tells those who watch.
#[derive(Debug)]
struct Bell(broadcast::Sender<Sighting>);

impl Default for Bell {
    fn default() -> Self {
        Self(broadcast::channel(64).0)
    }
}

impl FakeCluster {
    /// A cluster in which every step and every deletion takes `pace`.
    #[must_use]
    pub fn new(pace: Duration) -> Self {
        Self { pace, ..Self::default() }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self) -> Result<(), ProvisionError> {
        match self.state().away {
            true => Err(ProvisionError::Away(anyhow!("the pretended API server is away"))),
            false => Ok(()),
        }
    }

    async fn wait_while_held(&self, step: Step) {
        loop {
            let released = self.released.notified();
            tokio::pin!(released);
            // Enabled before the look, so that a release between the look and the wait is not missed.
            released.as_mut().enable();
            if !self.state().held.contains(&step) {
                return;
            }
            released.await;
        }
    }
}

/// Counts a running step, and counts it off when it ends or is cancelled.
struct Count<'a>(&'a FakeCluster);

impl<'a> Count<'a> {
    fn new(cluster: &'a FakeCluster) -> Self {
        let mut state = cluster.state();
        state.running += 1;
        state.most_running = state.most_running.max(state.running);
        drop(state);
        Self(cluster)
    }
}

impl Drop for Count<'_> {
    fn drop(&mut self) {
        self.0.state().running -= 1;
    }
}

#[async_trait]
impl Provisioner for FakeCluster {
    async fn run_step(&self, step: Step, store: &StoreSpec, _notes: &Notes) -> Result<StepReport, ProvisionError> {
        let _count = Count::new(self);
        self.state().log.push((store.id.clone(), step));
        self.wait_while_held(step).await;
        // At once, as a connection is refused: a deadline then comes between two tries, not during one.
        if let Some(left) = self.state().passing_errors.get_mut(&step).filter(|left| **left > 0) {
            *left -= 1;
            return Err(ProvisionError::Retry(anyhow!("the pretended cluster is busy")));
        }
        let is_refused = {
            let mut state = self.state();
            let is_refused = state.refusals > 0;
            state.refusals = state.refusals.saturating_sub(1);
            is_refused
        };
        if is_refused {
            let cause = "The pretended API server answered 403: User \"pretended\" cannot do this.";
            let failure = Failure::new(Reason::NotAuthorized, Some(step), cause, "Give it the right to.");
            return Err(ProvisionError::Failed(Box::new(failure)));
        }
        tokio::time::sleep(self.pace).await;
        self.answer()?;
        if let Some(failure) = wishes::failure_at(store, step) {
            return Err(ProvisionError::Failed(Box::new(failure)));
        }
        let mut state = self.state();
        state.namespaces.insert(store.id.clone());
        if store.is_spare || step == Step::Woocommerce {
            state.spares.insert(store.id.clone(), store.is_spare);
        }
        if step == Step::Woocommerce {
            state.addresses.insert(store.id.clone(), store.url.clone());
        }
        if step == Step::Namespace
            && state
                .wrong
                .get(&store.id)
                .is_some_and(|wrong| wrong.faults.iter().all(|fault| fault.remedy == Remedy::Apply))
        {
            state.wrong.remove(&store.id);
        }
        drop(state);
        if step == Step::Checkout && !wishes::fault(store).faults.is_empty() {
            self.ring(&store.id);
        }
        Ok(StepReport {
            text: format!("{} pretended", step.label()),
            edition: (step == Step::Woocommerce).then_some(Edition::Shop),
        })
    }

    async fn explain_delay(&self, step: Step, _store: &StoreSpec) -> Result<Failure, ProvisionError> {
        self.answer()?;
        let cause = format!("The pretended step {step} took too long.");
        Ok(Failure::new(Reason::TookTooLong, Some(step), cause, "Retry."))
    }

    async fn examine(&self, store: &StoreSpec, _deep: bool) -> Result<Examination, ProvisionError> {
        self.answer()?;
        let mut state = self.state();
        *state.looks.entry(store.id.clone()).or_default() += 1;
        let seen = state.wrong.get(&store.id).cloned();
        let mut seen = seen.unwrap_or_else(|| wishes::fault(store));
        if state.addresses.get(&store.id).is_some_and(|address| *address != store.url) {
            seen.faults.push(Fault::outdated_address(&store.url));
        }
        Ok(seen)
    }

    async fn autopsy(&self, id: &StoreId) -> Result<Vec<Finding>, ProvisionError> {
        self.answer()?;
        if self.state().blind {
            return Err(ProvisionError::Retry(anyhow!("the pretended cluster is busy")));
        }
        Ok(if self.has(id) { pretended::findings() } else { Vec::new() })
    }

    async fn take_up(&self, id: &StoreId, _offer: &Offer) -> Result<(), ProvisionError> {
        self.answer()?;
        self.state().released_stores.insert(id.clone());
        Ok(())
    }

    async fn residents(&self) -> Result<Vec<Resident>, ProvisionError> {
        self.answer()?;
        let state = self.state();
        let strangers = state.strangers.iter().cloned();
        Ok(state
            .namespaces
            .iter()
            .map(|id| pretended::resident(id, state.installation.clone(), state.spares.get(id).copied()))
            .chain(strangers)
            .collect())
    }

    fn belong_to(&self, installation: &str) {
        self.state().installation = Some(installation.to_owned());
    }

    fn watch(&self) -> Sightings {
        let seen = BroadcastStream::new(self.bell.0.subscribe());
        seen.map(|sighting| sighting.unwrap_or(Sighting::Anything)).chain(stream::pending()).boxed()
    }

    async fn delete(&self, store: &StoreSpec, notes: &Notes) -> Result<String, ProvisionError> {
        tokio::time::sleep(self.pace).await;
        self.answer()?;
        if !self.state().released_stores.contains(&store.id)
            && let Some(failure) = wishes::failure_of_deletion(store)
        {
            return Err(ProvisionError::Failed(Box::new(failure)));
        }
        self.state().strangers.retain(|stranger| stranger.id != store.id);
        self.state().spares.remove(&store.id);
        if self.state().namespaces.remove(&store.id) {
            if wishes::lingers(store) {
                let installation = self.state().installation.clone();
                self.put(pretended::resident(&store.id, installation, Some(false)));
            }
            // The receiver lives as long as the attempt; after that nobody wants the note.
            let _ = notes.send(format!("Namespace {} gone (pretended)", store.id.namespace()));
        }
        Ok("Nothing is left (the cluster is fake)".to_owned())
    }

    async fn check(&self, _store: &StoreSpec) -> Result<CheckOutcome, ProvisionError> {
        self.wait_while_held(Step::Checkout).await;
        tokio::time::sleep(self.pace).await;
        self.answer()?;
        let sells_nothing = self.state().sells_nothing;
        let (verdict, text) = match sells_nothing {
            true => (CheckVerdict::Failed, "The pretended shop did not take the test order"),
            false => (CheckVerdict::Passed, "Order pretended: the cluster is fake"),
        };
        Ok(CheckOutcome { verdict, text: text.to_owned() })
    }

    async fn sign_in_link(&self, store: &StoreSpec) -> Result<Option<SignInLink>, ProvisionError> {
        Ok(self.has(&store.id).then(|| SignInLink { url: format!("{}/?pretended", store.url), seconds: 60 }))
    }

    async fn pods(&self, id: &StoreId) -> Result<Pods, ProvisionError> {
        Ok(Pods { pods: if self.has(id) { pretended::pods() } else { Vec::new() }, measured: true })
    }

    async fn inventory(&self, id: &StoreId) -> Result<Vec<Object>, ProvisionError> {
        let left = self.state().leaves_something;
        Ok(match (self.has(id), left) {
            (true, _) => pretended::objects(id),
            (false, true) => pretended::objects(id).split_off(5),
            (false, false) => Vec::new(),
        })
    }

    async fn probe_isolation(&self, store: &StoreSpec, other: Option<&StoreId>) -> Result<Isolated, ProvisionError> {
        self.answer()?;
        Ok(pretended::isolation(wishes::leaks(store), other.is_some()))
    }

    async fn credentials(&self, store: &StoreSpec) -> Result<Option<Credentials>, ProvisionError> {
        Ok(self.has(&store.id).then(|| Credentials {
            admin_url: format!("{}/wp-admin/", store.url),
            user: "admin".to_owned(),
            password: "not-a-password-the-cluster-is-fake".to_owned(),
        }))
    }

    async fn logs(&self, id: &StoreId, component: Component, _lines: u32) -> Result<Option<String>, ProvisionError> {
        Ok(self.has(id).then(|| format!("no log of {}: the cluster is fake\n", component.as_str())))
    }

    async fn follow_logs(
        &self,
        id: &StoreId,
        component: Component,
        _lines: u32,
    ) -> Result<Option<LogLines>, ProvisionError> {
        let pace = self.pace;
        let lines = stream::iter(1_u64..).then(move |number| async move {
            if number > 1 {
                tokio::time::sleep(pace).await;
            }
            // A log may hold anything.
            let more = if number == 2 { ", and <script>alert(1)</script> is text" } else { "" };
            format!("pretended line {number} of {}: the cluster is fake{more}", component.as_str())
        });
        Ok(self.has(id).then(|| lines.boxed()))
    }

    fn requests(&self) -> Counter {
        Counter::default()
    }

    async fn recipe(&self) -> Result<String, ProvisionError> {
        Ok(format!("fake {}", self.state().recipes))
    }

    async fn health(&self) -> ClusterHealth {
        let reachable = self.answer().is_ok();
        let detail = if reachable { "fake: no store is real" } else { "The pretended API server is away." };
        ClusterHealth { reachable, fake: true, detail: detail.to_owned() }
    }

    fn is_fake(&self) -> bool {
        true
    }
}
