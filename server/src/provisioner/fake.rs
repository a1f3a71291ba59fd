//! A provisioner that only pretends: for tests, for work on the pages, and for load figures. It says everywhere that it
//! is fake.

mod pretended;

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use anyhow::anyhow;
use app::{
    model::{ClusterHealth, Component, Credentials, Edition, Failure, Object, Pods, SignInLink, Step, StoreId},
    service::LogLines,
};
use async_trait::async_trait;
use futures::{StreamExt as _, stream};
use tokio::sync::{Notify, broadcast};
use tokio_stream::wrappers::BroadcastStream;

use super::{
    CheckOutcome, Examination, Notes, ProvisionError, Provisioner, Remedy, Sighting, Sightings, StepReport, StoreSpec,
};

/// What a store's name begins with to make the pretended provision fail at the step named after it.
pub const FAIL_AT: &str = "Fail at ";

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

#[derive(Debug, Default)]
struct State {
    namespaces: HashSet<StoreId>,
    /// Steps that wait until they are released.
    held: HashSet<Step>,
    /// How many tries of a step answer with an error that may pass.
    passing_errors: HashMap<Step, u32>,
    /// Whether order checks fail from now on.
    sells_nothing: bool,
    /// Whether the API server answers nobody.
    away: bool,
    /// What is wrong with open stores.
    wrong: HashMap<StoreId, Examination>,
    /// How often a store was looked at.
    looks: HashMap<StoreId, u32>,
    /// Whether something stays when a store is deleted.
    leaves_something: bool,
    /// Steps that run now, and the most that ever ran at once.
    running: u32,
    most_running: u32,
    /// Every step that was begun, in order.
    log: Vec<(StoreId, Step)>,
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

    /// Lets no store past this step until [`release`](Self::release).
    pub fn hold(&self, step: Step) {
        self.state().held.insert(step);
    }

    /// Lets stores past every step again.
    pub fn release(&self) {
        self.state().held.clear();
        self.released.notify_waiters();
    }

    /// Makes the next `tries` of a step answer with an error that may pass.
    pub fn fail_for_now(&self, step: Step, tries: u32) {
        self.state().passing_errors.insert(step, tries);
    }

    /// Makes order checks fail from now on, or pass again.
    pub fn stop_selling(&self, stops: bool) {
        self.state().sells_nothing = stops;
    }

    /// Makes a look at the store find this, and those who watch see that something changed. Applying everything again mends what it
    /// can.
    pub fn break_store(&self, id: &StoreId, wrong: Examination) {
        self.state().wrong.insert(id.clone(), wrong);
        self.ring(id);
    }

    /// Makes a look at the store find that all is well.
    pub fn mend(&self, id: &StoreId) {
        self.state().wrong.remove(id);
        self.ring(id);
    }

    /// How often the store was looked at.
    #[must_use]
    pub fn looks_at(&self, id: &StoreId) -> u32 {
        self.state().looks.get(id).copied().unwrap_or(0)
    }

    fn ring(&self, id: &StoreId) {
        // Nobody has to watch.
        let _watchers = self.bell.0.send(Sighting::Changed { store: id.clone(), deep: true });
    }

    /// Makes the pretended API server answer nobody, or answer again. Steps that run notice it when they end.
    pub fn be_away(&self, away: bool) {
        self.state().away = away;
    }

    /// Makes something of each store stay when it is deleted, or go too.
    pub fn leave_something(&self, leaves: bool) {
        self.state().leaves_something = leaves;
    }

    /// Whether the store has a namespace.
    #[must_use]
    pub fn has(&self, id: &StoreId) -> bool {
        self.state().namespaces.contains(id)
    }

    /// How many stores have a namespace.
    #[must_use]
    pub fn stores(&self) -> usize {
        self.state().namespaces.len()
    }

    /// The most stores that were ever worked on at once.
    #[must_use]
    pub fn most_running(&self) -> u32 {
        self.state().most_running
    }

    /// The steps that were begun for a store, in order.
    #[must_use]
    pub fn steps_of(&self, id: &StoreId) -> Vec<Step> {
        self.state().log.iter().filter(|(store, _)| store == id).map(|(_, step)| *step).collect()
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

/// The failure that a store asks for by its name.
fn wanted_failure(store: &StoreSpec, step: Step) -> Option<Failure> {
    let wanted = store.name.as_str().strip_prefix(FAIL_AT)?;
    wanted.starts_with(step.as_str()).then(|| Failure {
        step: Some(step),
        cause: format!("The pretended cluster fails at {step}, as the store's name asks."),
        advice: "Retry to see it fail again, or delete the store.".to_owned(),
        evidence: "This cluster is fake: nothing ran.".to_owned(),
    })
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
        tokio::time::sleep(self.pace).await;
        self.answer()?;
        if let Some(failure) = wanted_failure(store, step) {
            return Err(ProvisionError::Failed(Box::new(failure)));
        }
        let mut state = self.state();
        state.namespaces.insert(store.id.clone());
        if step == Step::Namespace
            && state
                .wrong
                .get(&store.id)
                .is_some_and(|wrong| wrong.faults.iter().all(|fault| fault.remedy == Remedy::Apply))
        {
            state.wrong.remove(&store.id);
        }
        drop(state);
        Ok(StepReport {
            text: format!("{} pretended", step.label()),
            edition: (step == Step::Woocommerce).then_some(Edition::Shop),
        })
    }

    async fn explain_delay(&self, step: Step, _store: &StoreSpec) -> Result<Failure, ProvisionError> {
        self.answer()?;
        Ok(Failure {
            step: Some(step),
            cause: format!("The pretended step {step} took too long."),
            advice: "Retry.".to_owned(),
            evidence: String::new(),
        })
    }

    async fn examine(&self, store: &StoreSpec, _deep: bool) -> Result<Examination, ProvisionError> {
        self.answer()?;
        let mut state = self.state();
        *state.looks.entry(store.id.clone()).or_default() += 1;
        Ok(state.wrong.get(&store.id).cloned().unwrap_or_default())
    }

    fn watch(&self) -> Sightings {
        let seen = BroadcastStream::new(self.bell.0.subscribe());
        seen.map(|sighting| sighting.unwrap_or(Sighting::Anything)).chain(stream::pending()).boxed()
    }

    async fn delete(&self, store: &StoreSpec, notes: &Notes) -> Result<String, ProvisionError> {
        tokio::time::sleep(self.pace).await;
        self.answer()?;
        if self.state().namespaces.remove(&store.id) {
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
        let text = match sells_nothing {
            true => "The pretended shop did not take the test order",
            false => "Order pretended: the cluster is fake",
        };
        Ok(CheckOutcome { passed: !sells_nothing, text: text.to_owned() })
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
            format!("pretended line {number} of {}: the cluster is fake", component.as_str())
        });
        Ok(self.has(id).then(|| lines.boxed()))
    }

    async fn health(&self) -> ClusterHealth {
        let reachable = self.answer().is_ok();
        let detail = if reachable { "fake: no store is real" } else { "The pretended API server is away." };
        ClusterHealth { reachable, fake: true, detail: detail.to_owned() }
    }
}
