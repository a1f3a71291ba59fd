//! What happens during the soak, and what it does to each store.

use std::{collections::BTreeMap, process::Stdio};

use app::model::{NewStore, Status, Store, StoreId};
use hyper::Method;
use rand::{RngExt as _, rngs::StdRng, seq::IndexedRandom as _};
use serde_json::Value;
use tokio::process::Command;

use crate::{process::Server, support::TestCluster};

/// Stores that live at once: what a small machine carries.
const LIVING: usize = 5;

/// What was done to a store, the gravest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// Nothing that it does not recover from.
    Living,
    /// Its namespace was removed behind the platform's back.
    Destroyed,
    /// Its deletion was asked for.
    Deleted,
}

/// Everything that meddles.
pub struct Chaos {
    pub cluster: TestCluster,
    pub server: Server,
    /// Each store that was ever asked for.
    pub fates: BTreeMap<StoreId, Fate>,
    /// How often each thing was done.
    pub acted: BTreeMap<&'static str, u32>,
    /// What was answered, and how often.
    pub answered: BTreeMap<String, u32>,
    bounce: Option<String>,
    created: u32,
}

/// What can be done, and how likely it is.
const ACTIONS: [(&str, u32); 10] = [
    ("create", 30),
    ("delete any", 14),
    ("kill a pod", 12),
    ("remove an object", 10),
    ("check", 10),
    ("retry", 6),
    ("delete twice, protect and check at once", 6),
    ("kill the server", 6),
    ("kill the API server", 4),
    ("remove a namespace", 2),
];

/// What stores are made of and can be put back.
const OBJECTS: [&str; 5] = [
    "service/store-wordpress",
    "deployment/store-wordpress",
    "statefulset/store-database",
    "service/store-database",
    "resourcequota/store",
];

impl Chaos {
    pub fn new(cluster: TestCluster, server: Server, bounce: Option<String>) -> Self {
        if bounce.is_none() {
            println!("soak: the API server is left alone: URUMI_SOAK_BOUNCE names no command");
        }
        Self {
            cluster,
            server,
            fates: BTreeMap::new(),
            acted: BTreeMap::new(),
            answered: BTreeMap::new(),
            bounce,
            created: 0,
        }
    }

    /// Does one thing.
    pub async fn act(&mut self, rng: &mut StdRng, may_kill: bool) {
        let all: u32 = ACTIONS.iter().map(|(_, weight)| weight).sum();
        let mut drawn = rng.random_range(0..all);
        let action = ACTIONS.iter().find(|(_, weight)| {
            let is_it = drawn < *weight;
            drawn = drawn.saturating_sub(*weight);
            is_it
        });
        let action = action.expect("the weights add up").0;
        let is_done = match action {
            "create" => self.create(rng).await,
            "delete any" => self.delete_any(rng).await,
            "kill a pod" => self.kill_pod(rng).await,
            "remove an object" => self.remove_object(rng).await,
            "check" => self.check(rng).await,
            "retry" => self.retry(rng).await,
            "delete twice, protect and check at once" => self.meet(rng).await,
            "kill the server" if may_kill => {
                self.server.kill_and_start().await;
                true
            }
            "kill the API server" => self.bounce(rng).await,
            "remove a namespace" => self.destroy(rng).await,
            _ => false,
        };
        if is_done {
            *self.acted.entry(action).or_default() += 1;
        }
    }

    fn living(&self) -> Vec<StoreId> {
        self.fates.iter().filter(|(_, fate)| **fate != Fate::Deleted).map(|(id, _)| id.clone()).collect()
    }

    fn any(&self, rng: &mut StdRng) -> Option<StoreId> {
        self.living().choose(rng).cloned()
    }

    /// A store that is ready and was not destroyed.
    async fn any_ready(&self, rng: &mut StdRng) -> Option<StoreId> {
        let id = self.any(rng)?;
        let is_whole = self.fates[&id] == Fate::Living;
        (is_whole && self.server.show(&id).await.store.status == Status::Ready).then_some(id)
    }

    async fn create(&mut self, rng: &mut StdRng) -> bool {
        if self.living().len() >= LIVING {
            return false;
        }
        self.created += 1;
        let new = NewStore { name: format!("Soak {}", self.created), ..NewStore::default() };
        // Asked for twice with one key, as a client does that heard no answer.
        let times = rng.random_range(1..=2);
        let mut made = None;
        for _ in 0..times {
            let body = serde_json::to_string(&new).expect("JSON");
            let key = format!("soak-{}", self.created);
            let store: Option<Store> = self.server.ask_with_key(Method::POST, "/api/stores", Some(body), &key).await;
            made = Some(store.expect("a store").id);
        }
        self.fates.insert(made.expect("it was asked for"), Fate::Living);
        true
    }

    async fn delete_any(&mut self, rng: &mut StdRng) -> bool {
        let Some(id) = self.any(rng) else { return false };
        self.server.delete(&id).await;
        self.fates.insert(id, Fate::Deleted);
        true
    }

    async fn kill_pod(&mut self, rng: &mut StdRng) -> bool {
        let Some(id) = self.any(rng) else { return false };
        let component = *["database", "wordpress"].choose(rng).expect("one of two");
        let label = format!("app.kubernetes.io/component={component}");
        self.meddle(&[
            "-n",
            &id.namespace(),
            "delete",
            "pod",
            "-l",
            &label,
            "--force",
            "--grace-period=0",
            "--wait=false",
        ])
        .await
    }

    async fn remove_object(&mut self, rng: &mut StdRng) -> bool {
        let Some(id) = self.any_ready(rng).await else { return false };
        let object = *OBJECTS.choose(rng).expect("one of some");
        self.meddle(&["-n", &id.namespace(), "delete", object, "--wait=false", "--ignore-not-found"]).await
    }

    async fn destroy(&mut self, rng: &mut StdRng) -> bool {
        let Some(id) = self.any_ready(rng).await else { return false };
        let is_done = self.meddle(&["delete", "namespace", &id.namespace(), "--wait=false"]).await;
        if is_done {
            self.fates.insert(id, Fate::Destroyed);
        }
        is_done
    }

    async fn check(&mut self, rng: &mut StdRng) -> bool {
        let Some(id) = self.any(rng) else { return false };
        let answer = self.server.ask(Method::POST, &format!("/api/stores/{id}/check"), None).await;
        self.note("check", answer)
    }

    async fn retry(&mut self, rng: &mut StdRng) -> bool {
        let Some(id) = self.any(rng) else { return false };
        let answer = self.server.ask(Method::POST, &format!("/api/stores/{id}/retry"), None).await;
        self.note("retry", answer)
    }

    /// Several people at one store.
    async fn meet(&mut self, rng: &mut StdRng) -> bool {
        let Some(id) = self.any(rng) else { return false };
        let path = |part: &str| format!("/api/stores/{id}{part}");
        let (store, check, protection) = (path(""), path("/check"), path("/protection"));
        let protect = r#"{"protected":true}"#.to_owned();
        let (one, checked, protected, other) = tokio::join!(
            self.server.ask(Method::DELETE, &store, None),
            self.server.ask(Method::POST, &check, None),
            self.server.ask(Method::PUT, &protection, Some(protect)),
            self.server.ask(Method::DELETE, &store, None),
        );
        let is_deleted = [&one, &other].into_iter().flatten().any(|answer: &Value| answer["status"] == "deleting");
        for (what, answer) in [("delete", one), ("check", checked), ("protect", protected), ("delete", other)] {
            self.note(what, answer);
        }
        if is_deleted {
            self.fates.insert(id, Fate::Deleted);
        } else {
            // The protection was first.
            let off = r#"{"protected":false}"#.to_owned();
            let answer = self.server.ask(Method::PUT, &protection, Some(off)).await;
            self.note("unprotect", answer);
        }
        true
    }

    /// Counts what was answered: what was asked for, a refusal in words, or that the cluster is away. Nothing else may be.
    fn note(&mut self, what: &str, answer: Option<Value>) -> bool {
        let answer = answer.expect("the server answers");
        let code = answer["code"].as_str().unwrap_or("done");
        assert!(["done", "conflict", "cluster_unavailable"].contains(&code), "{what} was answered with {answer}");
        *self.answered.entry(format!("{what}: {code}")).or_default() += 1;
        true
    }

    /// Kills the API server, which is away for some seconds while everything else goes on.
    async fn bounce(&mut self, rng: &mut StdRng) -> bool {
        let Some(command) = &self.bounce else { return false };
        let seconds = rng.random_range(1..12).to_string();
        let bounced =
            Command::new(command).arg(&seconds).stdin(Stdio::null()).status().await.expect("the command runs");
        assert!(bounced.success(), "the API server does not come back");
        true
    }

    /// Runs kubectl; a refusal is as good, since what it is about may just be gone.
    async fn meddle(&self, arguments: &[&str]) -> bool {
        let mut command = Command::from(self.cluster.command(arguments));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().await.expect("kubectl runs").success()
    }
}
