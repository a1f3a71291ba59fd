//! A store at a domain of its owner's, behind TLS that ends before it.

use std::time::Duration;

use app::model::{DomainReport, DomainVerdict, EventKind, SignInLink, Status, Store, StoreDetail, StoreId};
use hyper::Method;
use serde_json::json;

use crate::{
    dns::Zone,
    process::Server,
    support::{TestCluster, cluster},
};

const DOMAIN: &str = "www.corner.example";

/// How long an install or a move may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

fn moves(detail: &StoreDetail) -> Vec<&str> {
    let moves = detail.events.iter().filter(|event| event.kind == EventKind::AddressChanged);
    moves.map(|event| event.text.as_str()).collect()
}

/// What the store's database answers to a statement.
fn sql(cluster: &TestCluster, id: &StoreId, statement: &str) -> String {
    let ask =
        "$d = new mysqli(getenv('URUMI_DATABASE_HOST'), 'wordpress', getenv('URUMI_DATABASE_PASSWORD'), 'wordpress');
               $found = $d->query($argv[1]);
               echo $found === true ? '' : $found->fetch_row()[0];";
    let namespace = id.namespace();
    let exec =
        ["-n", &namespace, "exec", "deploy/store-wordpress", "-c", "wordpress", "--", "php", "-r", ask, statement];
    cluster.kubectl(&exec)
}

const KEPT: &str = "SELECT option_value FROM wp_options WHERE option_name = 'home'";
const WRITTEN: &str = "SELECT post_excerpt FROM wp_posts WHERE post_type = 'product' LIMIT 1";

#[tokio::test]
async fn a_store_moves_to_its_owners_domain_over_tls_sells_there_and_moves_back() {
    let name = "a_store_moves_to_its_owners_domain_over_tls_sells_there_and_moves_back";
    let Some(cluster) = cluster(name) else { return };
    let zone = Zone::serve().await;
    let name_server = zone.address.to_string();
    let flags = ["--public-scheme", "https", "--public-port", "443", "--dns-server", &name_server];
    let server = Server::start_with(&cluster, &flags).await;
    let id = server.create("Moving").await.id;
    let first_host = format!("{}.localhost", id.namespace());
    let (first, moved) = (format!("https://{first_host}"), format!("https://{DOMAIN}"));
    server.wait_until(PATIENCE, &id, |detail| detail.store.status == Status::Ready).await;
    let at_first = server.visit(&first_host, "/").await;
    assert!(at_first.status == 200 && at_first.body.contains(&first), "{at_first:?}");

    let written = format!("{first}/a {first}. {first}m/b {first}:8443/c");
    sql(&cluster, &id, &format!("UPDATE wp_posts SET post_excerpt = '{written}' WHERE post_type = 'product' LIMIT 1"));

    zone.lead_to(DOMAIN, &id);
    let path = format!("/api/stores/{id}/domain");
    let report: DomainReport =
        server.ask(Method::GET, &format!("{path}?domain={DOMAIN}"), None).await.expect("a report");
    assert_eq!(report.verdict, DomainVerdict::Usable, "{report:?}");
    let asked: Store =
        server.ask(Method::PUT, &path, Some(json!({"domain": DOMAIN}).to_string())).await.expect("taken");
    assert_eq!((asked.url, asked.status), (moved.clone(), Status::Ready));
    let there = server.wait_until(PATIENCE, &id, |detail| moves(detail).len() == 1).await;
    eprintln!("{}", moves(&there)[0]);
    assert!(there.store.status == Status::Ready && there.failures == 0, "{there:?}");

    // Answered, not sent on to where it is already; and nothing of it says the former address.
    let page = server.visit(DOMAIN, "/").await;
    assert!(page.status == 200 && page.body.contains(&moved), "{page:?}");
    assert!(!page.body.contains(&first_host), "the page says the former address");
    assert_eq!(sql(&cluster, &id, KEPT), moved);
    assert_eq!(sql(&cluster, &id, WRITTEN), format!("{moved}/a {moved}. {first}m/b {first}:8443/c"));
    let sent_on = server.visit(&first_host, "/shop/?orderby=price").await;
    assert_eq!((sent_on.status, sent_on.location), (302, Some(format!("{moved}/shop/?orderby=price"))));
    let admin = server.visit(DOMAIN, "/wp-admin/").await;
    assert!(
        admin.location.is_some_and(|to| to.starts_with(&format!("{moved}/wp-login.php"))),
        "the admin is elsewhere"
    );
    let link: SignInLink =
        server.ask(Method::POST, &format!("/api/stores/{id}/sign-in-link"), None).await.expect("a link");
    assert!(link.url.starts_with(&moved), "{}", link.url);
    let check = server.check(&id).await;
    assert!(check.passed, "{check:?}");

    server.ask::<Store>(Method::DELETE, &path, None).await.expect("taken away");
    let back = server.wait_until(PATIENCE, &id, |detail| moves(detail).len() == 2).await;
    eprintln!("{}", moves(&back)[1]);
    let page = server.visit(&first_host, "/").await;
    assert!(page.status == 200 && page.body.contains(&first) && !page.body.contains(DOMAIN), "{page:?}");
    assert_eq!(sql(&cluster, &id, KEPT), first);
    assert_eq!(sql(&cluster, &id, WRITTEN), written);
    assert_eq!(server.visit(DOMAIN, "/").await.status, 421);
    zone.clear();
    let report: DomainReport =
        server.ask(Method::GET, &format!("{path}?domain={DOMAIN}"), None).await.expect("a report");
    assert_eq!(report.verdict, DomainVerdict::Missing, "{report:?}");
    server.delete(&id).await;
    server.wait_until(PATIENCE, &id, |detail| detail.store.status == Status::Deleted).await;
}
