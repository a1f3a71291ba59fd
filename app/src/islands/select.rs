//! Choosing several stores of the list.

use leptos::prelude::*;

/// How many are chosen, and a box that chooses all on the page.
#[island]
pub fn SelectAll() -> impl IntoView {
    let (chosen, set_chosen) = signal(0_u32);
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| crate::live::follow_selection(set_chosen));
    #[cfg(not(feature = "hydrate"))]
    let _ = set_chosen;
    view! {
        <label class="select-all needs-js">
            <input type="checkbox" data-selects-all="" />
            "Select all on this page"
        </label>
        <span class="needs-js quiet" aria-live="polite" hidden=move || chosen.get() == 0>
            {move || format!("{} selected", chosen.get())}
        </span>
    }
}
