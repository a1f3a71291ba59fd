//! What stands where nothing is.

use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::http_export::StatusCode;

/// There is no such page.
#[component]
pub fn NotFoundPage() -> AnyView {
    view! { <Missing title="There is no such page" text="The address may be mistyped, or the page may have moved." /> }
        .into_any()
}

/// There is no such store.
#[component]
pub fn NoSuchStore() -> AnyView {
    view! {
        <Missing
            title="There is no such store"
            text="Its id may be mistyped, or the store is somebody else's. Stores that were deleted keep their page."
        />
    }
    .into_any()
}

/// It is there, and not for whoever asks.
#[component]
pub fn NotForYou(
    /// Why.
    reason: String,
) -> AnyView {
    view! { <Instead status=StatusCode::FORBIDDEN title="This page is not for you" text=reason /> }.into_any()
}

#[component]
fn Missing(title: &'static str, text: &'static str) -> AnyView {
    view! { <Instead status=StatusCode::NOT_FOUND title text=text.to_owned() /> }.into_any()
}

/// What stands instead of a page, and the status of the answer.
#[component]
fn Instead(status: StatusCode, title: &'static str, text: String) -> AnyView {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(status);
    }
    view! {
        <Title text=title />
        <section class="lone">
            <p class="code">{status.as_u16()}</p>
            <h1>{title}</h1>
            <p>{text}</p>
            <p>
                <a href="/" class="button primary">
                    "To all stores"
                </a>
            </p>
        </section>
    }
    .into_any()
}
