//! The pods of a store: how they are, and what they use of what they may use.

use leptos::prelude::*;

use crate::{
    components::{Ago, Icon, Shape, now},
    model::{Container, Pod, Pods, Status, StoreId},
    pages::loaded,
    service::stores,
    words,
};

/// How long it may stand on the page, in seconds: what pods use is not told by events.
const STALE_AFTER: &str = "15";

/// The same while a container was not measured yet, which the page is to show once it is.
const UNMEASURED_STALE_AFTER: &str = "5";

/// One row for each pod.
#[component]
pub fn PodsCard(
    /// Which store.
    id: StoreId,
    /// Where it is in its life.
    status: Status,
) -> AnyView {
    let stores = stores();
    let none = match status {
        Status::Queued | Status::Provisioning => "It has no pods yet.",
        Status::Deleting => "None is left.",
        Status::Ready | Status::Degraded | Status::Failed | Status::Deleted => "It has no pods.",
    };
    let rows = loaded(async move {
        Ok(match stores?.pods(&id).await {
            Ok(Pods { pods, .. }) if pods.is_empty() => view! { <p class="quiet">{none}</p> }.into_any(),
            Ok(pods) => view! { <PodRows pods /> }.into_any(),
            // The rest of the page needs no cluster.
            Err(error) => view! { <p class="quiet">{error.to_string()}</p> }.into_any(),
        })
    });
    view! {
        <section class="card" aria-labelledby="pods-title" data-stale-after=STALE_AFTER>
            <h2 id="pods-title">
                "Pods" <span class="total">"seen " <Ago at=now() /></span>
            </h2>
            {rows}
        </section>
    }
    .into_any()
}

#[component]
fn PodRows(pods: Pods) -> AnyView {
    let unmeasured = (!pods.measured).then(|| {
        view! {
            <p class="quiet">
                "This cluster does not measure what pods use: it has no metrics API, or Urumi may not ask."
            </p>
        }
    });
    view! {
        <ul class="pods">{pods.pods.into_iter().map(|pod| view! { <PodRow pod /> }).collect_view()}</ul>
        {unmeasured}
    }
    .into_any()
}

#[component]
fn PodRow(pod: Pod) -> AnyView {
    let (tone, shape) = if pod.healthy { ("good", Shape::Tick) } else { ("odd", Shape::Clock) };
    let restarts = match pod.restarts {
        0 => None,
        1 => Some("1 restart".to_owned()),
        number => Some(format!("{number} restarts")),
    };
    let restarts = restarts.map(|restarts| {
        let last = pod.last_end.map(|end| format!(", the last after {end}"));
        view! { <span data-tone="odd">{restarts} {last}</span> }
    });
    // A pod of one container is named by itself.
    let several = pod.containers.len() > 1;
    let at_work = pod.phase == "Running";
    let usage = pod.containers.into_iter().map(|container| view! { <ContainerMeters container several at_work /> });
    let usage = usage.collect_view();
    view! {
        <li>
            <p class="pod-name">
                <code>{pod.name}</code>
                <span class="outcome" data-tone=tone>
                    <Icon shape />
                    {pod.phase}
                </span>
                {restarts}
                {pod.created_at.map(|at| view! { <span class="quiet">"made " <Ago at /></span> })}
            </p>
            {usage}
        </li>
    }
    .into_any()
}

#[component]
fn ContainerMeters(container: Container, several: bool, at_work: bool) -> impl IntoView {
    let Container { name, usage, limit } = container;
    let label = |what: &str| if several { format!("{name} {what}") } else { what.to_owned() };
    match usage {
        Some(usage) => view! {
            <Meter
                what=label("CPU")
                used=usage.cpu_milli
                most=limit.cpu_milli
                text=format!("{} of {} CPU", words::cpus(usage.cpu_milli), words::cpus(limit.cpu_milli))
            />
            <Meter
                what=label("memory")
                used=usage.memory
                most=limit.memory
                text=format!("{} of {}", words::memory(usage.memory), words::memory(limit.memory))
            />
        }
        .into_any(),
        None if at_work => {
            view! { <p class="quiet" data-stale-after=UNMEASURED_STALE_AFTER>{label("not measured yet")}</p> }
                .into_any()
        }
        // What has ended uses nothing.
        None => ().into_any(),
    }
}

/// How much of something is used, as a bar with its words.
#[component]
fn Meter(what: String, used: u64, most: u64, text: String) -> AnyView {
    // The element wants a range that is one.
    let most = most.max(1);
    view! {
        <p class="meter">
            <span>{what.clone()}</span>
            <meter aria-label=what min="0" max=most.to_string() high=(most * 9 / 10).to_string() value=used.min(most).to_string()>
                {text.clone()}
            </meter>
            <span>{text}</span>
        </p>
    }.into_any()
}
