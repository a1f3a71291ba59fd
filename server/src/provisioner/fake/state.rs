//! What the fake cluster remembers: its stores, and what tests have told it to do.

use std::collections::{HashMap, HashSet};

use app::model::{Step, StoreId};

use crate::provisioner::{Examination, Resident};

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) namespaces: HashSet<StoreId>,
    /// For each namespace with a pool label: whether the store is still unclaimed.
    pub(super) spares: HashMap<StoreId, bool>,
    /// Where shops are since their last bootstrap.
    pub(super) addresses: HashMap<StoreId, String>,
    /// Steps that wait until they are released.
    pub(super) held: HashSet<Step>,
    /// How many tries of a step answer with an error that may pass.
    pub(super) passing_errors: HashMap<Step, u32>,
    /// Whether order checks fail from now on.
    pub(super) sells_nothing: bool,
    /// Whether the API server is unreachable.
    pub(super) away: bool,
    /// How many steps are refused for want of a right.
    pub(super) refusals: u32,
    /// Whether nothing can be seen of what failed.
    pub(super) blind: bool,
    /// What is wrong with open stores.
    pub(super) wrong: HashMap<StoreId, Examination>,
    /// Namespaces that something else made.
    pub(super) strangers: Vec<Resident>,
    /// Stores whose deletion is no longer held up.
    pub(super) released_stores: HashSet<StoreId>,
    /// What namespaces are marked with.
    pub(super) installation: Option<String>,
    /// How often chart or image have changed.
    pub(super) recipes: u32,
    /// How often a store was looked at.
    pub(super) looks: HashMap<StoreId, u32>,
    /// Whether something stays when a store is deleted.
    pub(super) leaves_something: bool,
    /// Steps that run now, and the most that ever ran at once.
    pub(super) running: u32,
    pub(super) most_running: u32,
    /// Every step that was begun, in order.
    pub(super) log: Vec<(StoreId, Step)>,
}
