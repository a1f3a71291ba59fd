//! What tests make the pretended cluster do, and ask it.

use app::model::{Step, StoreId};

use super::FakeCluster;
use crate::provisioner::{Examination, Resident, Sighting};

impl FakeCluster {
    /// Lets no store past this step until [`release`](Self::release).
    pub fn hold(&self, step: Step) {
        self.state().held.insert(step);
    }

    /// Lets stores past every step again.
    pub fn release(&self) {
        self.state().held.clear();
        self.released.notify_waiters();
    }

    /// Makes stores be made from something else from now on.
    pub fn change_recipe(&self) {
        self.state().recipes += 1;
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

    pub(super) fn ring(&self, id: &StoreId) {
        // Nobody has to watch.
        let _watchers = self.bell.0.send(Sighting::Changed { store: id.clone(), deep: true });
    }

    /// Makes the pretended API server answer nobody, or answer again. Steps that run notice it when they end.
    pub fn be_away(&self, away: bool) {
        self.state().away = away;
    }

    /// Makes the next `tries` of any step be refused for want of a right.
    pub fn refuse(&self, tries: u32) {
        self.state().refusals = tries;
    }

    /// Makes the deletion of a store that asks for that be held up again.
    pub fn hold_up(&self, id: &StoreId) {
        self.state().released_stores.remove(id);
    }

    /// Makes it answer nobody who wants to see what failed, or answer again.
    pub fn blind(&self, blind: bool) {
        self.state().blind = blind;
    }

    /// Makes something of each store stay when it is deleted, or go too.
    pub fn leave_something(&self, leaves: bool) {
        self.state().leaves_something = leaves;
    }

    /// Takes off the marks that say whose a store is.
    pub fn unmark(&self) {
        self.state().spares.clear();
    }

    /// Puts a namespace there that something else made.
    pub fn put(&self, stranger: Resident) {
        self.state().strangers.push(stranger);
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
}
