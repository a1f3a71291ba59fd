//! What machines ask of the platform.

use std::path::Path;

use app::model::{Status, Step};

use crate::support::{Answer, TestApp};

/// The value of a sample in Prometheus' text form.
#[track_caller]
fn value(answer: &Answer, sample: &str) -> f64 {
    let line = answer.body.lines().find(|line| line.strip_prefix(sample).is_some_and(|rest| rest.starts_with(' ')));
    let line = line.unwrap_or_else(|| panic!("there is no {sample}: {}", answer.body));
    line.rsplit(' ').next().and_then(|number| number.parse().ok()).expect("a number")
}

#[tokio::test]
async fn the_platform_says_that_it_lives_and_whether_it_can_work() {
    let app = TestApp::start().await;
    for path in ["/healthz", "/readyz"] {
        let answer = app.get(path).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, "ok\n"), "{path}");
    }
    // A cluster that is away is no reason to keep people from the page that says so.
    app.cluster.be_away(true);
    assert_eq!(app.get("/readyz").await.status.as_u16(), 200);
    app.platform().stop_streams.cancel();
    let stopping = app.get("/readyz").await;
    assert_eq!((stopping.status.as_u16(), stopping.body.as_str()), (503, "stopping\n"));
    app.cluster.be_away(false);
    app.finish().await;
}

#[tokio::test]
async fn what_happens_is_counted_and_measured_for_prometheus() {
    let app = TestApp::start().await;
    let ready = app.create("Tea").await.id;
    app.wait_for(&ready, Status::Ready).await;
    let failed = app.create("Fail at wordpress").await.id;
    app.wait_for(&failed, Status::Failed).await;
    app.cluster.hold(Step::Namespace);
    for name in ["One", "Two", "Three"] {
        app.create(name).await;
    }
    app.wait_for_busy(2).await;
    let answer = app.get("/metrics").await;
    assert_eq!(answer.headers["content-type"], "application/openmetrics-text; version=1.0.0; charset=utf-8");
    for (sample, wanted) in [
        ("urumi_stores{status=\"ready\"}", 1.0),
        ("urumi_stores{status=\"failed\"}", 1.0),
        ("urumi_stores{status=\"provisioning\"}", 2.0),
        ("urumi_stores{status=\"queued\"}", 1.0),
        ("urumi_stores{status=\"deleted\"}", 0.0),
        ("urumi_jobs{kind=\"provision\",state=\"running\"}", 2.0),
        ("urumi_jobs{kind=\"provision\",state=\"queued\"}", 1.0),
        ("urumi_jobs{kind=\"delete\",state=\"running\"}", 0.0),
        ("urumi_installs_limit", 2.0),
        ("urumi_job_seconds_count{kind=\"provision\",outcome=\"succeeded\"}", 1.0),
        ("urumi_job_seconds_count{kind=\"provision\",outcome=\"failed\"}", 1.0),
        ("urumi_step_seconds_count{step=\"namespace\"}", 2.0),
        ("urumi_step_seconds_count{step=\"checkout\"}", 1.0),
        ("urumi_queue_seconds_count{kind=\"provision\"}", 4.0),
    ] {
        assert!((value(&answer, sample) - wanted).abs() < f64::EPSILON, "{sample}: {}", answer.body);
    }
    assert!(answer.body.ends_with("# EOF\n"));
    app.cluster.release();
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn alerts_and_dashboard_ask_only_for_what_is_measured() {
    let app = TestApp::start().await;
    let store = app.create("Tea").await.id;
    app.wait_for(&store, Status::Ready).await;
    let measured = app.get("/metrics").await.body;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../chart/platform/monitoring");
    let mut asked = 0;
    for file in ["alerts.yaml", "dashboard.json"] {
        let text = std::fs::read_to_string(folder.join(file)).expect("the file");
        let names = text.split(|c: char| !c.is_ascii_lowercase() && c != '_').filter(|word| word.starts_with("urumi_"));
        for name in names {
            let family =
                ["_bucket", "_count", "_total"].iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name);
            assert!(measured.contains(&format!("# TYPE {family} ")), "{file} asks for {name}");
            asked += 1;
        }
    }
    assert!(asked > 15, "only {asked} names were found");
    app.finish().await;
}
