//! The pods of a store: how they are, and what they use of what they may use.

use leptos::prelude::*;

use crate::{
    components::{Ago, Icon, Shape},
    model::{Pod, Pods, StoreId},
    pages::loaded,
    service::stores,
    words,
};

/// One row for each pod.
#[component]
pub fn PodsCard(
    /// Which store.
    id: StoreId,
) -> impl IntoView {
    let stores = stores();
    let rows = loaded(async move {
        Ok(match stores?.pods(&id).await {
            Ok(Pods { pods, .. }) if pods.is_empty() => view! { <p class="quiet">"It has no pods yet."</p> }.into_any(),
            Ok(pods) => view! { <PodRows pods /> }.into_any(),
            // The rest of the page needs no cluster.
            Err(error) => view! { <p class="quiet">{error.to_string()}</p> }.into_any(),
        })
    });
    view! {
        <section class="card" aria-labelledby="pods-title">
            <h2 id="pods-title">"Pods"</h2>
            {rows}
        </section>
    }
}

#[component]
fn PodRows(pods: Pods) -> impl IntoView {
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
}

#[component]
fn PodRow(pod: Pod) -> impl IntoView {
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
    let usage = pod.usage.map(|usage| {
        let limit = pod.limit;
        view! {
            <Meter what="CPU" used=usage.cpu_milli most=limit.cpu_milli text=format!("{} of {} CPU", words::cpus(usage.cpu_milli), words::cpus(limit.cpu_milli)) />
            <Meter
                what="Memory"
                used=usage.memory
                most=limit.memory
                text=format!("{} of {}", words::memory(usage.memory), words::memory(limit.memory))
            />
        }
    });
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
}

/// How much of something is used, as a bar with its words.
#[component]
fn Meter(what: &'static str, used: u64, most: u64, text: String) -> impl IntoView {
    // The element wants a range that is one.
    let most = most.max(1);
    view! {
        <p class="meter">
            <span>{what}</span>
            <meter aria-label=what min="0" max=most.to_string() high=(most * 9 / 10).to_string() value=used.min(most).to_string()>
                {text.clone()}
            </meter>
            <span>{text}</span>
        </p>
    }
}
