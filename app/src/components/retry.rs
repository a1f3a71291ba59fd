//! The button that tries a failed store again.

use leptos::{form::ActionForm, prelude::*};

use super::{Icon, Problem, Shape};
use crate::{api::RetryStore, model::StoreId};

/// A form with one button; without JavaScript it is posted and comes back to the same page.
#[component]
pub fn RetryForm(
    /// Which store.
    id: StoreId,
    /// Names the store for screen readers where several such buttons stand on a page.
    #[prop(optional, into)]
    name: String,
) -> impl IntoView {
    let retry = ServerAction::<RetryStore>::new();
    let pending = retry.pending();
    let label = if name.is_empty() { None } else { Some(format!("Retry {name}")) };
    let error = Signal::derive(move || retry.value().get().and_then(Result::err));
    view! {
        <ActionForm action=retry>
            <input type="hidden" name="id" value=id.to_string() />
            <button type="submit" class="button" aria-label=label disabled=pending>
                <Icon shape=Shape::Retry />
                "Retry"
            </button>
        </ActionForm>
        <Problem error />
    }
}
