//! The button that deletes a store.

use leptos::{form::ActionForm, prelude::*};

use crate::{
    api::DeleteStore,
    components::{Icon, Problem, Shape},
    model::StoreId,
};

/// A form that asks for the deletion and leads to the store's page, which shows how far that is.
#[island]
pub fn DeleteForm(
    /// Which store.
    id: StoreId,
) -> impl IntoView {
    let delete = ServerAction::<DeleteStore>::new();
    let answer = delete.value();
    let busy = Signal::derive(move || delete.pending().get() || answer.with(|answer| matches!(answer, Some(Ok(())))));
    let error = Signal::derive(move || answer.get().and_then(Result::err));
    let back = format!("/stores/{id}");
    view! {
        <ActionForm action=delete>
            <input type="hidden" name="id" value=id.to_string() />
            <div class="actions">
                <button type="submit" class="button danger solid" disabled=busy>
                    <Icon shape=Shape::Bin />
                    {move || if busy.get() { "Deleting…" } else { "Delete store" }}
                </button>
                <a href=back class="button">
                    "Keep it"
                </a>
            </div>
        </ActionForm>
        <Problem error />
    }
}
