//! The button that tries a failed store again.

use leptos::{form::ActionForm, prelude::*};

use crate::{
    api::RetryStore,
    components::{Icon, Problem, Shape},
    model::StoreId,
};

/// A form with one button; without JavaScript it is posted and comes back to the same page.
#[island]
pub fn RetryForm(
    /// Which store.
    id: StoreId,
    /// Names the store for screen readers where several such buttons stand on a page.
    #[prop(optional)]
    name: Option<String>,
) -> impl IntoView {
    let retry = ServerAction::<RetryStore>::new();
    let label = name.map(|name| format!("Retry {name}"));
    let error = Signal::derive(move || retry.value().get().and_then(Result::err));
    view! {
        <ActionForm action=retry>
            <input type="hidden" name="id" value=id.to_string() />
            <button type="submit" class="button" aria-label=label disabled=retry.pending()>
                <Icon shape=Shape::Retry />
                "Retry"
            </button>
        </ActionForm>
        <Problem error />
    }
}
