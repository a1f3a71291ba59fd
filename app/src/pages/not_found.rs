//! What stands where nothing is.

use leptos::prelude::*;
use leptos_meta::Title;

/// There is no such page.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! { <Missing title="There is no such page" text="The address may be mistyped, or the page may have moved." /> }
}

/// There is no such store.
#[component]
pub fn NoSuchStore() -> impl IntoView {
    view! {
        <Missing
            title="There is no such store"
            text="Its id may be mistyped. Stores that were deleted keep their page, so this one was never here."
        />
    }
}

#[component]
fn Missing(title: &'static str, text: &'static str) -> impl IntoView {
    set_status_not_found();
    view! {
        <Title text=title />
        <section class="lone">
            <p class="code">"404"</p>
            <h1>{title}</h1>
            <p>{text}</p>
            <p>
                <a href="/" class="button primary">
                    "To all stores"
                </a>
            </p>
        </section>
    }
}

fn set_status_not_found() {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(server_fn::http_export::StatusCode::NOT_FOUND);
    }
}
