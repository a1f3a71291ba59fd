//! The switch that protects a store against deletion.

use leptos::{form::ActionForm, prelude::*};

use crate::{
    api::ProtectStore,
    components::{Icon, Problem, Shape},
    model::StoreId,
};

/// A form with one button, which says what it does.
#[island]
pub fn ProtectForm(
    /// Which store.
    id: StoreId,
    /// Whether it is protected now.
    protected: bool,
) -> impl IntoView {
    let protect = ServerAction::<ProtectStore>::new();
    let error = Signal::derive(move || protect.value().get().and_then(Result::err));
    view! {
        <ActionForm action=protect>
            <input type="hidden" name="id" value=id.to_string() />
            <input type="hidden" name="protected" value=(!protected).to_string() />
            <button
                type="submit"
                class="button"
                role="switch"
                aria-checked=protected.to_string()
                aria-label="Protection against deletion"
                disabled=protect.pending()
            >
                <Icon shape=Shape::Shield />
                {if protected { "Protected" } else { "Protect" }}
            </button>
        </ActionForm>
        <Problem error />
    }
}
