//! A field that has to hold a certain text before something grave can be done.

use leptos::prelude::*;

/// The field and the button. Without JavaScript the button can be pressed at any time, and the server compares.
#[component]
pub fn Confirm(
    /// What has to be typed.
    wanted: String,
    /// What the field says of itself.
    label: AnyView,
    /// What the button says, and what it says meanwhile.
    button: (&'static str, &'static str),
    /// Whether it was pressed.
    busy: Signal<bool>,
    /// Where to go instead.
    back: String,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    // Until the browser can compare, the server has to.
    let compares = RwSignal::new(false);
    let field = NodeRef::<leptos::html::Input>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            // It may have been filled in before this island was there.
            typed.set(field.value());
            compares.set(true);
        }
    });
    let blocked = move || busy.get() || (compares.get() && typed.with(|typed| typed.trim() != wanted));
    view! {
        <label for="confirmation">{label}</label>
        <input
            node_ref=field
            id="confirmation"
            name="confirmation"
            type="text"
            required
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            on:input=move |event| typed.set(event_target_value(&event))
        />
        <div class="actions">
            <button type="submit" class="button danger solid" disabled=blocked>
                {move || if busy.get() { button.1 } else { button.0 }}
            </button>
            <a href=back class="button">
                "Keep it"
            </a>
        </div>
    }
}
