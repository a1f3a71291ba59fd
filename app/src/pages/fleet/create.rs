//! The form that creates a store, with what can be chosen.

use leptos::prelude::*;

use crate::{
    api::CreateStore,
    draft,
    islands::CreateForm,
    model::{Content, NewStore, Size},
    service::stores,
    words,
};

/// Stands for the label when an address is taken apart.
const LABEL: &str = "label";

/// The form, filled in as it was when that was refused.
#[component]
pub fn CreateCard() -> impl IntoView {
    let NewStore { name, slug, size, content } = refused().unwrap_or_default();
    let address = stores().map(|stores| stores.address_at(LABEL)).unwrap_or_default();
    let (before, after) = address.split_once(LABEL).unwrap_or_default();
    let open = !slug.is_empty() || size != Size::default() || content != Content::default();
    view! {
        <CreateForm name slug around=(before.to_owned(), after.to_owned()) open>
            <p id="slug-hint" class="quiet">
                "Leave it empty and one is made. It cannot be changed later."
            </p>
            <Choice name="size" title="Size" chosen=size.as_str() options=sizes() />
            <Choice name="content" title="Content" chosen=content.as_str() options=contents() />
        </CreateForm>
    }
}

/// What was refused, when that is what the page has to tell.
fn refused() -> Option<NewStore> {
    let was_refused = ServerAction::<CreateStore>::new().value().with(Option::is_some);
    was_refused.then(draft::get).flatten()
}

/// One of several: its word, its label and what it means.
type ChoiceOption = (&'static str, &'static str, String);

fn sizes() -> Vec<ChoiceOption> {
    Size::ALL.map(|size| (size.as_str(), size.label(), words::size_means(size))).to_vec()
}

fn contents() -> Vec<ChoiceOption> {
    Content::ALL.map(|content| (content.as_str(), content.label(), words::content_means(content).to_owned())).to_vec()
}

/// Buttons of which one is pressed, each with what it means.
#[component]
fn Choice(
    /// The field's name.
    name: &'static str,
    /// What is chosen.
    title: &'static str,
    /// The word of the one that is chosen at first.
    chosen: &'static str,
    /// The options.
    options: Vec<ChoiceOption>,
) -> impl IntoView {
    let options = options.into_iter().map(|(word, label, meaning)| {
        view! {
            <label>
                <input type="radio" name=name value=word checked=word == chosen />
                <span>
                    <strong>{label}</strong>
                    <small>{meaning}</small>
                </span>
            </label>
        }
    });
    view! {
        <fieldset class="choice">
            <legend>{title}</legend>
            {options.collect_view()}
        </fieldset>
    }
}
