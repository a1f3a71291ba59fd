//! The receipt of a deletion: what was there, and when the cluster was seen without it.

use leptos::prelude::*;

use crate::{
    components::Ago,
    model::{Object, ReceiptLine},
    words,
};

/// Every object with its uid.
#[component]
pub fn ReceiptCard(
    /// What the deletion found.
    lines: Vec<ReceiptLine>,
) -> AnyView {
    let all = lines.len();
    let gone = lines.iter().filter(|line| line.gone_at.is_some()).count();
    let last = lines.iter().filter_map(|line| line.gone_at).max();
    let told = match last {
        Some(at) if gone == all => view! {
            <p>
                {format!("All {} seen gone, volumes included, ", words::objects(all))} <Ago at /> "."
            </p>
        }
        .into_any(),
        _ => view! { <p>{format!("{} found. When they are all seen gone, this says so.", words::objects(all))}</p> }
            .into_any(),
    };
    view! {
        <section class="card" aria-labelledby="receipt-title">
            <h2 id="receipt-title">"Deletion receipt"</h2>
            {told}
            <details>
                <summary>"Every object"</summary>
                <ObjectTable lines />
            </details>
        </section>
    }
    .into_any()
}

/// Kind, name and uid of each object; with a column that says when it was gone, where any is.
#[component]
pub fn ObjectTable(
    /// The objects.
    lines: Vec<ReceiptLine>,
) -> AnyView {
    let any_gone = lines.iter().any(|line| line.gone_at.is_some());
    let rows = lines.into_iter().map(|ReceiptLine { object: Object { kind, name, uid }, gone_at }| {
        let gone = any_gone.then(|| view! { <td>{gone_at.map(words::in_full)}</td> });
        view! {
            <tr>
                <td>{kind}</td>
                <th scope="row">
                    {name} <small>{uid}</small>
                </th>
                {gone}
            </tr>
        }
    });
    view! {
        <div class="wide" tabindex="0" role="group" aria-label="Objects in the cluster">
            <table class="objects">
                <thead>
                    <tr>
                        <th scope="col">"Kind"</th>
                        <th scope="col">"Name and uid"</th>
                        {any_gone.then(|| view! { <th scope="col">"Gone"</th> })}
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
