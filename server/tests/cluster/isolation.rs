//! What stores are kept from: tried from inside of them.

use app::model::{AttemptOutcome, Isolation, IsolationReport, ReachTarget, Step};
use jiff::Timestamp;
use serde_json::Value;
use server::provisioner::Provisioner as _;

use crate::support::{TestStore, cluster};

/// Opens a connection to each argument by other means than the platform does, and tells whether somebody was there.
const TRY: &str = r#"for target in "$@"; do
  if timeout 3 bash -c "exec 3<>/dev/tcp/${target%:*}/${target##*:}" 2>/dev/null; then echo reached; else echo kept; fi
done"#;

#[tokio::test]
async fn what_a_store_reaches_is_told_as_it_is_and_never_taken_from_what_policies_say() {
    let name = "what_a_store_reaches_is_told_as_it_is_and_never_taken_from_what_policies_say";
    let Some(cluster) = cluster(name) else { return };
    let (mut store, mut other) = (TestStore::new(&cluster), TestStore::new(&cluster));
    tokio::join!(store.run_all(&Step::ALL), other.run_all(&Step::ALL));
    tokio::join!(store.settle(), other.settle());
    let probed = store.provisioner.probe_isolation(&store.spec, Some(&other.spec.id)).await.expect("probed");
    eprintln!("{probed:?}");
    let report = IsolationReport::new(Timestamp::UNIX_EPOCH, probed.policies, probed.attempts);
    assert_eq!(report.attempts.iter().map(|attempt| attempt.target).collect::<Vec<_>>(), ReachTarget::ALL);
    assert_eq!(report.attempts[0].outcome, AttemptOutcome::Reached, "its own database answers");
    assert_eq!(report.policies, 4);
    assert_ne!(report.attempts[4].outcome, AttemptOutcome::Reached, "nobody is at the metadata address");

    let namespace = other.spec.id.namespace();
    let address = |component: &str, port: u16| {
        let label = format!("app.kubernetes.io/component={component}");
        let ask = ["-n", &namespace, "get", "pods", "-l", &label, "--output=jsonpath={.items[0].status.podIP}"];
        format!("{}:{port}", cluster.kubectl(&ask))
    };
    let (database, web) = (address("database", 3306), address("wordpress", 8080));
    let inside = store.spec.id.namespace();
    let run =
        ["-n", &inside, "exec", "deployment/store-wordpress", "--container=wordpress", "--", "bash", "-c", TRY, "try"];
    let told = cluster.kubectl(&[&run[..], &[&database, &web, "kubernetes.default.svc:443"]].concat());
    let expected: Vec<bool> = told.lines().map(|line| line == "reached").collect();
    let found = report.attempts[1..4].iter().map(|attempt| attempt.outcome == AttemptOutcome::Reached);
    assert_eq!(found.collect::<Vec<_>>(), expected, "{told}");
    let wanted = if expected.contains(&true) { Isolation::NotEnforced } else { Isolation::Isolated };
    assert_eq!(report.verdict, wanted);

    let alone = store.provisioner.probe_isolation(&store.spec, None).await.expect("probed").attempts;
    let outcomes: Vec<_> = alone.iter().map(|attempt| attempt.outcome == AttemptOutcome::NotTried).collect();
    assert_eq!(outcomes, [false, true, true, false, false]);
    assert_restricted(&cluster.kubectl(&["-n", &inside, "get", "pods", "--output=json"]));
    let token = ["-n", &inside, "exec", "deployment/store-wordpress", "--container=wordpress", "--", "bash", "-c"];
    let look = "ls /var/run/secrets 2>/dev/null | wc -l; touch /x 2>/dev/null || echo read-only";
    assert_eq!(
        cluster.kubectl(&[&token[..], &[look]].concat()).split_whitespace().collect::<Vec<_>>(),
        ["0", "read-only"]
    );
    tokio::join!(store.delete(), other.delete());
    assert_eq!(store.remains(), Vec::<String>::new());
    assert_eq!(other.remains(), Vec::<String>::new());
}

/// Asserts what the Pod Security Standard "restricted" asks of pods; a cluster before Kubernetes 1.23 does not look at it by itself.
fn assert_restricted(pods: &str) {
    let pods: Value = serde_json::from_str(pods).expect("JSON");
    let pods = pods["items"].as_array().expect("pods");
    assert!(pods.len() >= 2, "database and web server");
    for pod in pods {
        let (name, spec) = (&pod["metadata"]["name"], &pod["spec"]);
        let security = &spec["securityContext"];
        assert_eq!(security["runAsNonRoot"], true, "{name}");
        assert_eq!(security["seccompProfile"]["type"], "RuntimeDefault", "{name}");
        assert_eq!(spec["automountServiceAccountToken"], false, "{name}");
        for shared in ["hostNetwork", "hostPID", "hostIPC"] {
            assert!(spec[shared].is_null() || spec[shared] == false, "{name} {shared}");
        }
        for volume in spec["volumes"].as_array().into_iter().flatten() {
            let is_allowed = !volume["emptyDir"].is_null() || !volume["persistentVolumeClaim"].is_null();
            assert!(is_allowed, "{name}: {volume}");
        }
        for container in spec["containers"].as_array().expect("containers") {
            let security = &container["securityContext"];
            assert_eq!(security["allowPrivilegeEscalation"], false, "{name}");
            assert_eq!(security["readOnlyRootFilesystem"], true, "{name}");
            assert_eq!(security["capabilities"]["drop"], serde_json::json!(["ALL"]), "{name}");
            assert!(security["privileged"].is_null() && container["ports"][0]["hostPort"].is_null(), "{name}");
        }
    }
}
