//! The prepared database: a shop from it is like one from nothing, shares nothing that is somebody's with another, and loses no order.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    time::Duration,
};

use app::model::Step;
use server::provisioner::{CheckVerdict, Provisioner as _};
use tokio::time::{Instant, sleep};

use crate::support::{TestCluster, TestStore, cluster};

/// How long a database that was killed may take to be back, on a busy machine.
const BACK_WITHIN: Duration = Duration::from_secs(90);

/// Options that come and go, or that a shop fills when it is first asked for them.
const PASSING_OPTIONS: [&str; 4] =
    ["_transient", "_site_transient", "woocommerce_pos_store_", "woocommerce_refund_returns_page_created"];

/// Letters and digits from which a random text is told: shorter ones are words, dates and numbers.
const SHORTEST_SECRET: usize = 16;

fn dump(store: &TestStore, what: &str) -> String {
    let dump = format!(
        "mariadb-dump --no-defaults --skip-ssl --socket=/run/urumi/mariadb.sock -uroot -p$URUMI_DATABASE_ROOT_PASSWORD \
         --skip-extended-insert --skip-dump-date --order-by-primary --complete-insert {what} wordpress"
    );
    let namespace = store.spec.id.namespace();
    store.cluster.kubectl(&["-n", &namespace, "exec", "store-database-0", "--", "sh", "-c", &dump])
}

/// Runs PHP in the store, with WordPress loaded.
fn php(store: &TestStore, code: &str) -> String {
    let code = format!("$_SERVER['HTTP_HOST'] = 'localhost'; require '/opt/urumi/wordpress/wp-load.php'; {code}");
    let namespace = store.spec.id.namespace();
    let exec = ["-n", &namespace, "exec", "deployment/store-wordpress", "-c", "wordpress", "--", "php", "-r", &code];
    store.cluster.kubectl(&exec)
}

/// A store that is ready; from nothing, where that is asked for.
async fn ready(cluster: &TestCluster, from_nothing: bool) -> TestStore {
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = cluster.config();
    if from_nothing {
        let full = folder.path().join("full.yaml");
        fs::write(&full, "database: {prepared: false}").expect("written");
        config.chart_values.push(full);
    }
    let store = TestStore::with(cluster, config);
    store.run_all(&Step::ALL).await;
    store
}

/// Texts in a dump that look as if somebody had drawn them at random: hashes, keys, unique ids.
fn random_texts(dump: &str) -> BTreeSet<&str> {
    let words = dump.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    words.filter(|word| is_random(word)).collect()
}

fn is_random(word: &str) -> bool {
    let hex = word.bytes().filter(|b| *b != b'-').all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let has = |kind: fn(&u8) -> bool| word.bytes().filter(kind).count() >= 2;
    let mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
    let hex = hex && has(u8::is_ascii_digit) && word.bytes().filter(u8::is_ascii_lowercase).count() >= 2;
    word.len() >= SHORTEST_SECRET && (hex || mixed)
}

/// Rows by table, without options and what depends on the time at which a shop is looked at.
fn rows(dump: &str) -> BTreeMap<&str, usize> {
    let mut rows = BTreeMap::new();
    for line in dump.lines() {
        let Some(table) = line.strip_prefix("INSERT INTO `").and_then(|rest| rest.split('`').next()) else { continue };
        if table != "wp_options" && table != "wp_woocommerce_sessions" {
            *rows.entry(table).or_default() += 1;
        }
    }
    rows
}

/// The names of the options that stay.
fn options(dump: &str) -> BTreeSet<&str> {
    let rows = dump.lines().filter(|line| line.starts_with("INSERT INTO `wp_options`"));
    let names = rows.filter_map(|line| line.split_once("VALUES (")?.1.split('\'').nth(1));
    names.filter(|name| !PASSING_OPTIONS.iter().any(|passing| name.starts_with(passing))).collect()
}

#[test]
fn a_random_text_is_told_from_words_and_numbers() {
    for random in ["d41d8cd98f00b204e9800998ecf8427e", "5f0c8f0e-1b2c-4d3e-8f90-1a2b3c4d5e6f", "Xa81bQz90LmNoPq7"] {
        assert!(is_random(random), "{random}");
    }
    for word in ["woocommerce_queue_flush_rewrite", "20260213143513000000", "short1A", "administratorRole"] {
        assert!(!is_random(word), "{word}");
    }
}

#[tokio::test]
async fn two_prepared_stores_share_no_secret_and_are_like_one_from_nothing() {
    let Some(cluster) = cluster("two_prepared_stores_share_no_secret_and_are_like_one_from_nothing") else { return };
    let mut stores = Vec::new();
    for from_nothing in [false, false, true] {
        stores.push(ready(&cluster, from_nothing).await);
    }
    let dumps: Vec<String> = stores.iter().map(|store| dump(store, "--no-create-info")).collect();

    // What is in the one from nothing too was not drawn but computed: of files of the image, or of what all three are told.
    let [one, other, computed] = [0, 1, 2].map(|store| random_texts(&dumps[store]));
    assert!(one.difference(&computed).count() >= 5, "a shop has an id, a password and more: {one:?}");
    let shared: Vec<_> = one.intersection(&other).filter(|text| !computed.contains(*text)).collect();
    assert!(shared.is_empty(), "these were drawn when the image was built: {shared:?}");

    let schemas: Vec<String> = stores
        .iter()
        .map(|store| {
            let schema = dump(store, "--no-data");
            let lines = schema.lines().map(|line| line.split(" AUTO_INCREMENT=").next().unwrap_or(line).to_owned());
            lines.collect::<Vec<_>>().join("\n")
        })
        .collect();
    assert_eq!(schemas[0], schemas[2], "the tables are the same");
    assert_eq!(rows(&dumps[0]), rows(&dumps[2]), "and so is how much is in them");
    assert_eq!(options(&dumps[0]), options(&dumps[2]), "and what is set");
    for store in &mut stores {
        store.delete().await;
    }
}

#[tokio::test]
async fn an_order_outlives_a_database_that_is_killed_as_soon_as_the_store_is_ready() {
    let name = "an_order_outlives_a_database_that_is_killed_as_soon_as_the_store_is_ready";
    let Some(cluster) = cluster(name) else { return };
    let mut store = ready(&cluster, false).await;
    if php(&store, "echo function_exists('WC') ? 'shop' : 'none';") != "shop" {
        eprintln!("SKIPPED {name}: the image holds no WooCommerce");
        store.delete().await;
        return;
    }
    let durable =
        "global $wpdb; echo $wpdb->get_var('SELECT concat(@@innodb_flush_log_at_trx_commit, @@innodb_doublewrite)');";
    assert_eq!(php(&store, durable), "1ON", "what is committed is on the disk");
    let order = php(
        &store,
        "$order = wc_create_order(); $order->add_product(wc_get_product(wc_get_product_id_by_sku('urumi-demo')), 3);
         $order->calculate_totals(); $order->update_status('processing'); echo $order->get_id();",
    );
    let namespace = store.spec.id.namespace();
    // As abruptly as Kubernetes can be asked to: process 1 of a container takes no SIGKILL from inside. That a power cut loses nothing either is
    // what the settings above are for.
    let kill = ["-n", &namespace, "delete", "pod", "store-database-0", "--grace-period=0", "--force", "--wait=false"];
    cluster.kubectl(&kill);

    let begun = Instant::now();
    loop {
        let checked = store.provisioner.check(&store.spec).await.expect("asked");
        if checked.verdict == CheckVerdict::Passed {
            break;
        }
        assert!(begun.elapsed() < BACK_WITHIN, "the shop is not back: {checked:?}");
        sleep(Duration::from_secs(1)).await;
    }
    eprintln!("back after {:.1} s", begun.elapsed().as_secs_f64());
    let kept = php(&store, &format!("$o = wc_get_order({order}); echo $o->get_status(), ' ', $o->get_total();"));
    assert_eq!(kept, "processing 75.00");
    store.delete().await;
}
