//! What the store's pods write.

use leptos::prelude::*;

use crate::{islands::LogViewer, model::StoreId};

/// The logs, to be followed or kept.
#[component]
pub fn LogsCard(
    /// Which store.
    id: StoreId,
) -> AnyView {
    view! {
        <section class="card" aria-labelledby="logs-title">
            <h2 id="logs-title">"Logs"</h2>
            <LogViewer id />
        </section>
    }
    .into_any()
}
