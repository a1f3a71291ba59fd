//! The switch that protects a store against deletion.

use leptos::{prelude::*, server_fn::ServerFn as _};

use super::{Icon, Problem, Shape};
use crate::{api::ProtectStore, model::StoreId};

/// A form with one button, which comes back to the same page.
#[component]
pub fn ProtectForm(
    /// Which store.
    id: StoreId,
    /// Whether it is protected now.
    protected: bool,
) -> impl IntoView {
    let (word, label) = match protected {
        true => ("Remove protection", "Remove the protection against deletion"),
        false => ("Protect", "Protect against deletion"),
    };
    let answer = ServerAction::<ProtectStore>::new().value();
    view! {
        <form method="post" action=ProtectStore::url() data-once="">
            <input type="hidden" name="id" value=id.to_string() />
            <input type="hidden" name="protected" value=(!protected).to_string() />
            <button type="submit" class="button" aria-label=label>
                <Icon shape=Shape::Shield />
                {word}
            </button>
        </form>
        <Problem error=Signal::derive(move || answer.get().and_then(Result::err)) />
    }
}
