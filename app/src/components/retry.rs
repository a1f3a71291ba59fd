//! The button that tries a failed store again.

use leptos::{prelude::*, server_fn::ServerFn as _};

use super::{Icon, Problem, Shape};
use crate::{api::RetryStore, model::StoreId};

/// A form with one button, which comes back to the same page. That page shows [`RefusedRetry`] once.
#[component]
pub fn RetryForm(
    /// Which store.
    id: StoreId,
    /// Names the store for screen readers where several such buttons stand on a page.
    #[prop(optional)]
    name: Option<String>,
    /// What the button says.
    #[prop(default = "Retry")]
    word: &'static str,
) -> impl IntoView {
    let label = name.map(|name| format!("Retry {name}"));
    view! {
        <form method="post" action=RetryStore::url() data-once="">
            <input type="hidden" name="id" value=id.to_string() />
            <button type="submit" class="button" aria-label=label>
                <Icon shape=Shape::Retry />
                {word}
            </button>
        </form>
    }
}

/// Why the retry was refused that led back to this page; nothing when none was.
#[component]
pub fn RefusedRetry() -> impl IntoView {
    let answer = ServerAction::<RetryStore>::new().value();
    view! { <Problem error=Signal::derive(move || answer.get().and_then(Result::err)) /> }
}
