//! What pods use: from the metrics API where the cluster has one, else from the kubelets where they may be asked.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use app::model::Usage;
use axum::http::Request;
use k8s_openapi::{api::core::v1::Pod, apimachinery::pkg::api::resource::Quantity};
use kube::Client;
use serde::{Deserialize, de::DeserializeOwned};

use crate::kubernetes::{Trouble, within};

/// What containers use, by the names of their pod and their own.
pub(super) type Measured = HashMap<(String, String), Usage>;

/// What the pods of a namespace use; none where the cluster does not tell.
///
/// # Errors
/// [`Trouble`] with the cluster.
pub(super) async fn measure(client: &Client, namespace: &str, pods: &[Pod]) -> Result<Option<Measured>, Trouble> {
    let path = format!("/apis/metrics.k8s.io/v1beta1/namespaces/{namespace}/pods");
    if let Some(list) = ask::<PodMetricsList>(client, &path).await? {
        return Ok(Some(list.items.into_iter().flat_map(PodMetrics::containers).collect()));
    }
    let nodes: BTreeSet<&String> = pods.iter().filter_map(|pod| pod.spec.as_ref()?.node_name.as_ref()).collect();
    let mut measured = Measured::new();
    for node in nodes {
        let Some(summary) = ask::<Summary>(client, &format!("/api/v1/nodes/{node}/proxy/stats/summary")).await? else {
            return Ok(None);
        };
        let ours = summary.pods.into_iter().filter(|pod| pod.reference.namespace == namespace);
        measured.extend(ours.flat_map(PodStats::containers));
    }
    Ok(Some(measured))
}

/// What stands at this path; none where there is no such thing, or where the platform may not see it.
async fn ask<T: DeserializeOwned>(client: &Client, path: &str) -> Result<Option<T>, Trouble> {
    let request = Request::get(path).body(Vec::new()).map_err(|error| Trouble::passing(error.to_string()))?;
    match within(client.request::<T>(request)).await {
        Ok(found) => Ok(Some(found)),
        // 503: it is registered, and nobody serves it.
        Err(trouble) if [403, 404, 503].iter().any(|status| trouble.is_status(*status)) => Ok(None),
        Err(trouble) => Err(trouble),
    }
}

/// Quantities as numbers. What is not given, or cannot be read, counts as nothing.
pub(super) fn read(cpu: Option<&Quantity>, memory: Option<&Quantity>) -> Usage {
    let value = |quantity: Option<&Quantity>| quantity.and_then(|quantity| number(&quantity.0)).unwrap_or(0.0);
    Usage { cpu_milli: whole(value(cpu) * 1000.0), memory: whole(value(memory)) }
}

/// The nearest whole number; an `as` of a float ends at the ends of its range.
fn whole(value: f64) -> u64 {
    value.round() as u64
}

/// A quantity such as `1500m`, `2Gi` or `1e3`, in its unit. The crates that read them want another k8s-openapi than kube does.
/// Source: <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/>
fn number(text: &str) -> Option<f64> {
    const SUFFIXES: [(&str, f64); 15] = [
        ("Ki", 1024.0),
        ("Mi", 1_048_576.0),
        ("Gi", 1_073_741_824.0),
        ("Ti", 1_099_511_627_776.0),
        ("Pi", 1_125_899_906_842_624.0),
        ("Ei", 1_152_921_504_606_846_976.0),
        ("n", 1e-9),
        ("u", 1e-6),
        ("m", 1e-3),
        ("k", 1e3),
        ("M", 1e6),
        ("G", 1e9),
        ("T", 1e12),
        ("P", 1e15),
        ("E", 1e18),
    ];
    let found = SUFFIXES.iter().find_map(|(suffix, factor)| Some((text.strip_suffix(suffix)?, *factor)));
    let (digits, factor) = found.unwrap_or((text, 1.0));
    digits.parse::<f64>().ok().filter(|value| value.is_finite()).map(|value| value * factor)
}

/// An answer of the metrics API.
#[derive(Deserialize)]
struct PodMetricsList {
    items: Vec<PodMetrics>,
}

#[derive(Deserialize)]
struct PodMetrics {
    metadata: Reference,
    containers: Vec<ContainerMetrics>,
}

#[derive(Deserialize)]
struct Reference {
    name: String,
    #[serde(default)]
    namespace: String,
}

#[derive(Deserialize)]
struct ContainerMetrics {
    name: String,
    usage: BTreeMap<String, Quantity>,
}

impl PodMetrics {
    fn containers(self) -> impl Iterator<Item = ((String, String), Usage)> {
        let pod = self.metadata.name;
        self.containers.into_iter().map(move |container| {
            let usage = read(container.usage.get("cpu"), container.usage.get("memory"));
            ((pod.clone(), container.name), usage)
        })
    }
}

/// An answer of a kubelet (its "summary API").
#[derive(Deserialize)]
struct Summary {
    pods: Vec<PodStats>,
}

#[derive(Deserialize)]
struct PodStats {
    #[serde(rename = "podRef")]
    reference: Reference,
    #[serde(default)]
    containers: Vec<ContainerStats>,
}

#[derive(Deserialize)]
struct ContainerStats {
    name: String,
    /// Not there before the container was measured for the first time.
    cpu: Option<CpuStats>,
    memory: Option<MemoryStats>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CpuStats {
    usage_nano_cores: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MemoryStats {
    working_set_bytes: Option<u64>,
}

impl PodStats {
    fn containers(self) -> impl Iterator<Item = ((String, String), Usage)> {
        let pod = self.reference.name;
        self.containers.into_iter().filter_map(move |container| {
            let usage = Usage {
                cpu_milli: container.cpu?.usage_nano_cores? / 1_000_000,
                memory: container.memory?.working_set_bytes?,
            };
            Some(((pod.clone(), container.name), usage))
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn quantities_are_read_in_every_notation() {
        let cases = [
            ("1", 1.0),
            ("500m", 0.5),
            ("384Mi", 402_653_184.0),
            ("2G", 2e9),
            ("1e3", 1e3),
            ("12345678n", 0.012_345_678),
        ];
        for (text, value) in cases {
            assert!((number(text).expect("a number") - value).abs() < 1e-9, "{text}");
        }
        for text in ["", "Mi", "lots", "NaN"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn what_containers_use_is_read_from_both_sources() {
        let of = |container: &str| ("one".to_owned(), container.to_owned());
        let metrics: PodMetricsList = serde_json::from_value(json!({"items": [{
            "metadata": {"name": "one", "namespace": "store-abcd"},
            "containers": [
                {"name": "a", "usage": {"cpu": "1500000n", "memory": "100Mi"}},
                {"name": "b", "usage": {"cpu": "10m", "memory": "28Mi"}},
            ],
        }]}))
        .expect("metrics");
        let seen: Measured = metrics.items.into_iter().flat_map(PodMetrics::containers).collect();
        assert_eq!(seen[&of("a")], Usage { cpu_milli: 2, memory: 100 * 1024 * 1024 });
        assert_eq!(seen[&of("b")], Usage { cpu_milli: 10, memory: 28 * 1024 * 1024 });

        let summary: Summary = serde_json::from_value(json!({"pods": [{
            "podRef": {"name": "one", "namespace": "store-abcd", "uid": "x"},
            "containers": [
                {"name": "a", "cpu": {"usageNanoCores": 7_000_000}, "memory": {"workingSetBytes": 5}},
                {"name": "b"},
                {"name": "c", "cpu": {"time": "x"}, "memory": {"workingSetBytes": 5}},
            ],
        }]}))
        .expect("a summary");
        let seen: Measured = summary.pods.into_iter().flat_map(PodStats::containers).collect();
        assert_eq!(seen[&of("a")], Usage { cpu_milli: 7, memory: 5 });
        assert_eq!(seen.len(), 1, "what was not measured yet is not nothing");
    }

    #[test]
    fn fuzz_a_quantity_is_a_number_or_nothing() {
        bolero::check!().for_each(|bytes: &[u8]| {
            let text = crate::fuzz::text(bytes, &["Ki", "Ei", "m", "1e999", "-", "NaN", "inf"]);
            let quantity = Quantity(text);
            let Usage { cpu_milli, memory } = read(Some(&quantity), Some(&quantity));
            assert!(number(&quantity.0).is_some() || (cpu_milli, memory) == (0, 0), "{quantity:?}");
        });
    }
}
