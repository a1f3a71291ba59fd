//! A button that copies a text.

use leptos::prelude::*;

use super::awake::is_awake;

/// How long it says what became of it.
#[cfg(feature = "hydrate")]
const SHOWN: std::time::Duration = std::time::Duration::from_secs(2);

/// Copies `text`. Hidden by the style sheet where there is no JavaScript.
#[island]
pub fn CopyButton(
    /// What is copied.
    text: String,
    /// What it is, for the button's name: "Copy password".
    what: String,
) -> impl IntoView {
    let awake = is_awake();
    let (said, say) = signal("Copy");
    let copy = move |_| copy_to_clipboard(&text, say);
    view! {
        <button type="button" class="button small needs-js" aria-label=format!("Copy {what}") disabled=move || !awake.get() on:click=copy>
            <span aria-live="polite">{said}</span>
        </button>
    }
}

/// Copies what stands at an address.
#[island]
pub fn CopyLog(
    /// Where the text is.
    href: String,
) -> impl IntoView {
    let awake = is_awake();
    let (said, say) = signal("Copy");
    let copy = move |_| copy_from(href.clone(), say);
    view! {
        <button type="button" class="button small needs-js" aria-label="Copy the history" disabled=move || !awake.get() on:click=copy>
            <span aria-live="polite">{said}</span>
        </button>
    }
}

#[cfg(feature = "hydrate")]
fn copy_from(href: String, say: WriteSignal<&'static str>) {
    leptos::task::spawn_local(async move {
        match crate::live::text_at(&href, |status| status == 200).await {
            Ok(text) => copy_to_clipboard(&text, say),
            Err(_) => say_for_a_while(say, "Not reached"),
        }
    });
}

#[cfg(not(feature = "hydrate"))]
fn copy_from(_href: String, _say: WriteSignal<&'static str>) {}

#[cfg(feature = "hydrate")]
fn copy_to_clipboard(text: &str, say: WriteSignal<&'static str>) {
    let clipboard = window().navigator().clipboard();
    // Browsers offer it in secure contexts only (https, localhost).
    if clipboard.is_undefined() {
        say_for_a_while(say, "Select it");
        return;
    }
    let written = wasm_bindgen_futures::JsFuture::from(clipboard.write_text(text));
    leptos::task::spawn_local(async move {
        say_for_a_while(say, if written.await.is_ok() { "Copied" } else { "Refused" });
    });
}

/// The button says what became of it, and then what it does.
#[cfg(feature = "hydrate")]
fn say_for_a_while(say: WriteSignal<&'static str>, said: &'static str) {
    say.set(said);
    set_timeout(
        move || {
            say.try_set("Copy");
        },
        SHOWN,
    );
}

#[cfg(not(feature = "hydrate"))]
fn copy_to_clipboard(_text: &str, _say: WriteSignal<&'static str>) {}
