//! A store from its namespace to its order and to its end.

use app::model::{Component, Content, Edition, Size, Step};
use server::{
    config::StoreAccess,
    provisioner::{CheckVerdict, Provisioner as _},
    store_client::Visitor,
};

use crate::support::{TestStore, cluster};

#[tokio::test]
async fn a_store_goes_through_every_step_and_leaves_nothing() {
    let Some(cluster) = cluster("a_store_goes_through_every_step_and_leaves_nothing") else { return };
    let mut store = TestStore::new(&cluster);
    let before = store.provisioner.credentials(&store.spec).await.expect("asked");
    assert!(before.is_none(), "there is nothing to sign in to before the store is made");
    let reports = store.run_all(&Step::ALL).await;

    let edition = reports[3].edition.expect("the bootstrap tells the edition");
    let last = &reports[5].text;
    match edition {
        Edition::Shop => assert!(last.starts_with("Order #") && last.contains("read back and removed"), "{last}"),
        Edition::WordpressOnly => assert!(last.starts_with("Signed in to the administration"), "{last}"),
    }
    let credentials = store.provisioner.credentials(&store.spec).await.expect("asked").expect("there are some");
    assert_eq!(credentials.user, "admin");
    assert_eq!(credentials.admin_url, format!("{}/wp-admin/", store.spec.url));
    assert_eq!(credentials.password.len(), 24);
    for component in Component::ALL {
        let log = store.provisioner.logs(&store.spec.id, component, 5).await.expect("asked").expect("it has a pod");
        assert!((1..=5).contains(&log.lines().count()), "{}: {log:?}", component.as_str());
    }
    let log = store.provisioner.logs(&store.spec.id, Component::Bootstrap, 100).await.expect("asked").expect("a log");
    assert!(log.contains("bootstrap: identity ok"), "what was done to make the shop this store's is told: {log}");

    let checked = store.provisioner.check(&store.spec).await.expect("asked");
    let wanted = if edition == Edition::Shop { "Order #" } else { "Signed in" };
    assert!(checked.verdict == CheckVerdict::Passed && checked.text.starts_with(wanted), "{checked:?}");
    store.settle().await;
    let pods = store.provisioner.pods(&store.spec.id).await.expect("asked").pods;
    assert!(pods.len() >= 2 && pods.iter().all(|pod| pod.healthy && pod.restarts == 0), "{pods:?}");
    let containers: Vec<_> = pods.iter().flat_map(|pod| &pod.containers).collect();
    assert!(containers.iter().all(|container| container.limit.memory > 0 && container.limit.cpu_milli > 0), "{pods:?}");

    let before = store.provisioner.inventory(&store.spec.id).await.expect("asked");
    assert_eq!(before.first().map(|object| &*object.kind), Some("Namespace"));
    for kind in ["Deployment", "StatefulSet", "Pod", "Service", "Secret", "PersistentVolumeClaim", "ResourceQuota"] {
        assert!(before.iter().any(|object| object.kind == kind), "{kind}: {before:?}");
    }
    assert_eq!(before.iter().filter(|object| object.kind == "PersistentVolume").count(), 2);
    assert!(before.iter().all(|object| !object.uid.is_empty()), "{before:?}");

    let (summary, told) = store.delete().await;
    assert_eq!(store.provisioner.inventory(&store.spec.id).await.expect("asked"), []);
    assert!(summary.starts_with(&format!("Namespace {} and ", store.spec.id.namespace())), "{summary}");
    assert!(told.iter().any(|note| note.starts_with("Namespace store-") && note.contains(" gone after ")), "{told:?}");
    assert!(told.iter().any(|note| note.starts_with("PersistentVolume ")), "{told:?}");
    assert_eq!(store.remains(), Vec::<String>::new());
}

#[tokio::test]
async fn every_step_may_be_run_twice_and_passwords_stay() {
    let Some(cluster) = cluster("every_step_may_be_run_twice_and_passwords_stay") else { return };
    let mut store = TestStore::new(&cluster);
    store.run_all(&[Step::Namespace]).await;
    let before = store.provisioner.credentials(&store.spec).await.expect("asked").expect("there are some");
    let twice: Vec<Step> = Step::ALL.into_iter().flat_map(|step| [step, step]).collect();
    store.run_all(&twice).await;
    store.run_all(&Step::ALL).await;
    let after = store.provisioner.credentials(&store.spec).await.expect("asked").expect("there are some");
    assert_eq!(before.password, after.password);
    store.delete().await;
    assert_eq!(store.remains(), Vec::<String>::new());
}

#[tokio::test]
async fn a_sign_in_link_is_good_once() {
    let Some(cluster) = cluster("a_sign_in_link_is_good_once") else { return };
    let mut store = TestStore::new(&cluster);
    store.run_all(&Step::ALL).await;
    let link = store.provisioner.sign_in_link(&store.spec).await.expect("asked").expect("there is a store");
    let path = link.url.strip_prefix(&store.spec.url).expect("it leads to the store").to_owned();
    let visitor = Visitor::new(store.provisioner.store_client(), store.spec.id.clone(), &store.spec.url);
    let first = visitor.get(&path).await.expect("an answer");
    assert_eq!(first.status(), 302, "{}", first.describe());
    let cookies: Vec<_> = first.head.headers.get_all("set-cookie").iter().filter_map(|c| c.to_str().ok()).collect();
    assert!(cookies.iter().any(|cookie| cookie.starts_with("wordpress_logged_in_")), "signed in");
    let second = visitor.get(&path).await.expect("an answer");
    assert_eq!(second.status(), 403, "{}", second.describe());
    let guessed = visitor.get("/?urumi-sign-in=0000").await.expect("an answer");
    assert_eq!(guessed.status(), 403);
    for refused in [&second, &guessed] {
        assert_eq!(refused.head.headers.get_all("set-cookie").iter().count(), 0);
    }
    store.delete().await;
}

#[tokio::test]
async fn an_empty_store_of_another_size_sells_too_and_stays_empty() {
    let Some(cluster) = cluster("an_empty_store_of_another_size_sells_too_and_stays_empty") else { return };
    let mut store = TestStore::new(&cluster);
    store.spec.size = Size::Medium;
    store.spec.content = Content::Empty;
    let reports = store.run_all(&Step::ALL).await;
    let allowance = store.spec.size.allowance();
    let pods = store.provisioner.pods(&store.spec.id).await.expect("asked").pods;
    let database = pods.iter().find(|pod| pod.name.contains("database")).expect("a database");
    let limit = database.containers[0].limit;
    assert_eq!(limit.cpu_milli, u64::from(allowance.cpus) * 1000);
    assert_eq!(limit.memory, u64::from(allowance.memory_mib) * 1024 * 1024);
    if reports[3].edition == Some(Edition::Shop) {
        let visitor = Visitor::new(store.provisioner.store_client(), store.spec.id.clone(), &store.spec.url);
        let products = visitor.get("/wp-json/wc/store/v1/products").await.expect("an answer");
        assert_eq!(products.text(), "[]", "what the order check bought is gone");
    }
    // A retry after the meaning of its size has changed: volumes cannot follow, everything else does.
    store.spec.size = Size::Large;
    store.run_all(&[Step::Namespace]).await;
    let namespace = store.spec.id.namespace();
    let claims = "jsonpath={.items[*].spec.resources.requests.storage}";
    let sizes = cluster.kubectl(&["-n", &namespace, "get", "persistentvolumeclaims", "--output", claims]);
    let kept = [allowance.database_gib, allowance.files_gib].map(|gib| format!("{gib}Gi")).join(" ");
    assert_eq!(sizes, kept);
    store.delete().await;
    assert_eq!(store.remains(), Vec::<String>::new());
}

#[tokio::test]
async fn a_store_is_reached_through_the_api_server_as_well() {
    let Some(cluster) = cluster("a_store_is_reached_through_the_api_server_as_well") else { return };
    let mut config = cluster.config();
    config.access = StoreAccess::PortForward;
    let mut store = TestStore::with(&cluster, config);
    store.run_all(&Step::ALL).await;
    store.delete().await;
}

#[tokio::test]
async fn a_store_that_was_never_made_is_deleted_with_success() {
    let Some(cluster) = cluster("a_store_that_was_never_made_is_deleted_with_success") else { return };
    let mut store = TestStore::new(&cluster);
    let (summary, told) = store.delete().await;
    assert_eq!(summary, "Nothing of the store was in the cluster");
    assert!(told.is_empty(), "{told:?}");
    let log = store.provisioner.logs(&store.spec.id, Component::Wordpress, 5).await.expect("asked");
    assert_eq!(log, None);
    let delay = store.provisioner.explain_delay(Step::Database, &store.spec).await.expect("asked");
    assert_eq!(delay.cause, "The step \"Database\" took too long: the database pod does not exist yet.");
}

#[tokio::test]
async fn a_deletion_that_was_interrupted_is_finished_by_the_next() {
    let Some(cluster) = cluster("a_deletion_that_was_interrupted_is_finished_by_the_next") else { return };
    let mut store = TestStore::new(&cluster);
    store.run_all(&[Step::Namespace, Step::Database]).await;
    {
        let (notes, _told) = tokio::sync::mpsc::unbounded_channel();
        let deletion = store.provisioner.delete(&store.spec, &notes);
        let cut_off = tokio::time::timeout(std::time::Duration::from_secs(1), deletion).await;
        assert!(cut_off.is_err(), "a deletion takes longer than a second");
    }
    store.delete().await;
    assert_eq!(store.remains(), Vec::<String>::new());
}
