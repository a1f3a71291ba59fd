//! Rendering with small charts and the real Helm; those tests are skipped, by name, where there is no Helm.

use std::{fs, path::Path};

use app::model::Size;
use kube::ResourceExt as _;

use super::*;

fn spec() -> StoreSpec {
    StoreSpec {
        id: "k7xw2mzp".parse().expect("an id"),
        name: "Čaj: \"hot\" {{ .Values }} <3".parse().expect("a name"),
        url: "http://store-k7xw2mzp.localhost:3000".to_owned(),
        first_url: "http://store-k7xw2mzp.localhost:3000".to_owned(),
        domain: None,
        size: Size::Medium,
        content: Content::Empty,
        is_spare: false,
    }
}

/// Helm from `URUMI_HELM`, else from the tools folder of `dev/`.
fn find_helm() -> Option<PathBuf> {
    let told = std::env::var_os("URUMI_HELM").map(PathBuf::from);
    let cached = std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache/urumi/bin/helm"));
    told.into_iter().chain(cached).find(|path| path.is_file())
}

/// A chart with one template in a folder of its own.
fn chart(helm: PathBuf, template: &str) -> (tempfile::TempDir, Chart) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("templates")).expect("a folder");
    fs::write(folder.path().join("Chart.yaml"), "apiVersion: v2\nname: t\nversion: 0.0.1\n").expect("written");
    fs::write(folder.path().join("templates/all.yaml"), template).expect("written");
    fs::create_dir(folder.path().join("sizes")).expect("a folder");
    fs::write(folder.path().join("sizes/medium.yaml"), "workers: 20").expect("written");
    let chart = Chart { helm, path: folder.path().to_owned(), values: Vec::new(), image: "example/store:1".to_owned() };
    (folder, chart)
}

async fn render(test: &str, template: &str) -> Option<Result<Vec<DynamicObject>, ChartError>> {
    let Some(helm) = find_helm() else {
        eprintln!("SKIPPED {test}: there is no Helm (set URUMI_HELM)");
        return None;
    };
    let (_folder, chart) = chart(helm, template);
    Some(chart.render(&spec(), &VolumeSizes::default(), "v1.20.2").await)
}

#[tokio::test]
async fn a_name_reaches_the_object_letter_by_letter() {
    let template = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: one}
data: {name: {{ .Values.store.name | quote }}, ns: {{ .Release.Namespace }}, image: {{ .Values.image.reference }}}
---
# switched off
---
apiVersion: v1
kind: ConfigMap
metadata: {name: two}
data: {version: {{ .Capabilities.KubeVersion.Version }}, mail: {{ .Values.store.adminEmail }}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: three}
data: {workers: {{ .Values.workers | quote }}, demo: {{ .Values.store.demo | quote }}}
";
    let Some(rendered) = render("a_name_reaches_the_object_letter_by_letter", template).await else { return };
    let objects = rendered.expect("rendered");
    assert_eq!(objects.len(), 3);
    assert_eq!(objects[0].data["data"]["name"], spec().name.as_str());
    assert_eq!(objects[0].data["data"]["ns"], "store-k7xw2mzp");
    assert_eq!(objects[0].data["data"]["image"], "example/store:1");
    assert_eq!(objects[1].data["data"]["version"], "v1.20.2");
    assert_eq!(objects[1].data["data"]["mail"], "admin@store-k7xw2mzp.localhost");
    assert_eq!(objects[2].data["data"], serde_json::json!({"workers": "20", "demo": "false"}));
}

#[tokio::test]
async fn a_chart_that_does_not_render_says_why_in_helms_words() {
    let template = "{{ fail \"the moon is not full\" }}";
    let Some(rendered) = render("a_chart_that_does_not_render_says_why_in_helms_words", template).await else { return };
    let error = rendered.expect_err("refused");
    assert!(matches!(error, ChartError::Refused(_)));
    let told = error.to_string();
    assert!(told.starts_with("The chart does not render: "), "{told}");
    assert!(told.contains("the moon is not full") && !told.contains('\n'), "{told}");
}

#[tokio::test]
async fn a_helm_that_is_not_there_is_named() {
    let (_folder, chart) = chart("/nowhere/helm".into(), "");
    let error = chart.render(&spec(), &VolumeSizes::default(), "v1.20.2").await.expect_err("no helm");
    assert!(error.to_string().starts_with("The Helm program /nowhere/helm could not be started: "), "{error}");
    assert!(error.advice().contains("--helm"), "{}", error.advice());
}

#[test]
fn what_is_not_an_object_is_refused() {
    for text in ["", "---\n---\n", "a: [", "just a text", "metadata: {name: x}"] {
        assert!(parse(text.as_bytes()).is_err(), "{text:?}");
    }
}

#[test]
fn the_chart_gives_each_size_what_the_pages_promise() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../chart/store/sizes");
    for size in Size::ALL {
        let text = fs::read_to_string(format!("{folder}/{size}.yaml")).expect("a values file");
        let values: Value = serde_norway::from_str(&text).expect("YAML");
        let allowance = size.allowance();
        for (part, gib) in [("wordpress", allowance.files_gib), ("database", allowance.database_gib)] {
            let limits = &values[part]["resources"]["limits"];
            assert_eq!(limits["cpu"], allowance.cpus.to_string(), "{size}, {part}");
            assert_eq!(limits["memory"], format!("{}Mi", allowance.memory_mib), "{size}, {part}");
            assert_eq!(values[part]["storage"]["size"], format!("{gib}Gi"), "{size}, {part}");
        }
        assert_eq!(values["wordpress"]["workers"], allowance.workers, "{size}");
        let connections = values["database"]["connections"].as_u64().expect("a number");
        assert!(connections > u64::from(allowance.workers) + 5, "{size}: each worker has one, and so has the cron");
    }
}

#[tokio::test]
async fn a_volume_that_is_there_keeps_its_size() {
    let Some(helm) = find_helm() else {
        eprintln!("SKIPPED a_volume_that_is_there_keeps_its_size: there is no Helm (set URUMI_HELM)");
        return;
    };
    let template = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: one}
data: {workers: {{ .Values.workers | quote }}, size: {{ (.Values.database).storage.size }}}
";
    let (_folder, chart) = chart(helm, template);
    let volumes = VolumeSizes { database: Some("7Gi".to_owned()), ..VolumeSizes::default() };
    let objects = chart.render(&spec(), &volumes, "v1.20.2").await.expect("rendered");
    assert_eq!(objects[0].data["data"], serde_json::json!({"workers": "20", "size": "7Gi"}));
}

#[tokio::test]
async fn a_domain_is_a_host_with_a_certificate_of_its_own_and_the_first_address_leads_there() {
    let Some(helm) = find_helm() else {
        eprintln!("SKIPPED a_domain_is_a_host_with_a_certificate_of_its_own: there is no Helm (set URUMI_HELM)");
        return;
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../chart/store");
    let limits = tempfile::tempdir().expect("a folder");
    let limited = limits.path().join("limits.yaml");
    let own = "traefik.ingress.kubernetes.io/router.middlewares: other-redirect@kubernetescrd";
    fs::write(&limited, format!("ingress: {{rateLimit: {{average: 50}}, annotations: {{{own}}}}}")).expect("written");
    let values = vec![folder.join("values-prod.yaml"), limited];
    let chart = Chart { helm, values, path: folder, image: "example/store:1".to_owned() };
    let first = "store-k7xw2mzp.shops.example.com";
    let moved = StoreSpec {
        url: "https://www.corner.example".to_owned(),
        first_url: format!("https://{first}"),
        domain: Some("www.corner.example".parse().expect("a domain")),
        ..spec()
    };
    let objects = chart.render(&moved, &VolumeSizes::default(), "v1.30.0").await.expect("rendered");
    let of_kind = |kind: &str| {
        let found = objects.iter().find(|object| object.types.as_ref().is_some_and(|types| types.kind == kind));
        found.unwrap_or_else(|| panic!("there is no {kind}")).data.clone()
    };
    let ingress = of_kind("Ingress");
    let hosts: Vec<&Value> = ingress["spec"]["rules"].as_array().expect("rules").iter().map(|r| &r["host"]).collect();
    assert_eq!(hosts, [first, "www.corner.example"]);
    assert_eq!(
        ingress["spec"]["tls"],
        json!([
            {"hosts": [first], "secretName": "store-tls"},
            {"hosts": ["www.corner.example"], "secretName": "store-tls-domain"},
        ])
    );
    assert_eq!(of_kind("Middleware")["spec"]["rateLimit"], json!({"average": 50, "burst": 200}));
    let ingress = objects.iter().find(|object| object.types.as_ref().is_some_and(|types| types.kind == "Ingress"));
    let middlewares = &ingress.expect("an Ingress").annotations()["traefik.ingress.kubernetes.io/router.middlewares"];
    assert_eq!(middlewares, "store-k7xw2mzp-store-wordpress@kubernetescrd,other-redirect@kubernetescrd");
}

#[tokio::test]
async fn a_job_makes_the_shop_where_none_is_prepared_and_pods_know_no_address_so_that_it_can_change() {
    let Some(helm) = find_helm() else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../chart/store");
    let other = tempfile::tempdir().expect("a folder");
    let full = other.path().join("full.yaml");
    fs::write(&full, "database: {prepared: false}").expect("written");
    let moved = StoreSpec {
        url: "http://www.corner.example:3000".to_owned(),
        domain: Some("www.corner.example".parse().expect("a domain")),
        ..spec()
    };
    for (values, has_job) in [(vec![], false), (vec![full], true)] {
        let chart = Chart { helm: helm.clone(), values, path: folder.clone(), image: "example/store:1".to_owned() };
        let objects = chart.render(&moved, &VolumeSizes::default(), "v1.30.0").await.expect("rendered");
        let env_of = |kind: &str| {
            let found = objects.iter().find(|object| object.types.as_ref().is_some_and(|types| types.kind == kind))?;
            found.data["spec"]["template"]["spec"]["containers"][0]["env"].as_array().cloned()
        };
        let value = |env: &[Value], name: &str| {
            env.iter().find(|entry| entry["name"] == name).map(|entry| entry["value"].clone())
        };
        let pods = env_of("Deployment").expect("a Deployment");
        assert_eq!(value(&pods, "URUMI_STORE_URL"), None);
        assert_eq!(value(&pods, "URUMI_CURRENCY"), Some(json!("USD")));
        let job = env_of("Job");
        assert_eq!(job.is_some(), has_job);
        if let Some(job) = job {
            assert_eq!(value(&job, "URUMI_STORE_URL"), Some(json!("http://www.corner.example:3000")));
            let first = spec().first_url;
            assert_eq!(value(&job, "URUMI_STORE_ALIAS"), Some(json!(app_host(&first))));
        }
    }
}

/// The host in `http://host:port`.
fn app_host(url: &str) -> &str {
    url.split("://").nth(1).and_then(|rest| rest.split(':').next()).expect("a host")
}
