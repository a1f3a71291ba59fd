//! The forms that delete stores.

use leptos::{form::ActionForm, prelude::*};

use super::confirm::Confirm;
use crate::{
    api::{DeleteStore, DeleteStores},
    components::Problem,
    error::AppError,
    model::StoreId,
};

/// Asks for the deletion of one store and leads to its page, which shows how far that is.
#[island]
pub fn DeleteForm(
    /// Which store.
    id: StoreId,
    /// Its name, which has to be typed.
    name: String,
) -> impl IntoView {
    let delete = ServerAction::<DeleteStore>::new();
    let (busy, error) = follow(delete.pending(), delete.value());
    let back = format!("/stores/{id}");
    let label = view! { "Type " <strong>{name.clone()}</strong> " to delete it" }.into_any();
    view! {
        <ActionForm action=delete>
            <input type="hidden" name="id" value=id.to_string() />
            <Confirm wanted=name label button=("Delete store", "Deleting…") busy back />
        </ActionForm>
        <Problem error />
    }
}

/// Asks for the deletion of several stores and leads to the list.
#[island]
pub fn DeleteManyForm(
    /// Which stores.
    ids: Vec<StoreId>,
) -> impl IntoView {
    let delete = ServerAction::<DeleteStores>::new();
    let (busy, error) = follow(delete.pending(), delete.value());
    let number = ids.len();
    let label = view! { "Type " <strong>{number}</strong> ", how many they are, to delete them" }.into_any();
    let fields = ids.into_iter().map(|id| view! { <input type="hidden" name="ids[]" value=id.to_string() /> });
    view! {
        <ActionForm action=delete>
            {fields.collect_view()}
            <Confirm wanted=number.to_string() label button=("Delete stores", "Deleting…") busy back="/".to_owned() />
        </ActionForm>
        <Problem error />
    }
}

/// Whether a form waits, for its answer or for the page that it leads to, and what went wrong.
fn follow(
    pending: Memo<bool>,
    answer: MappedSignal<Option<Result<(), AppError>>>,
) -> (Signal<bool>, Signal<Option<AppError>>) {
    let busy = Signal::derive(move || pending.get() || answer.with(|answer| matches!(answer, Some(Ok(())))));
    (busy, Signal::derive(move || answer.get().and_then(Result::err)))
}
