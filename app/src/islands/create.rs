//! The form that creates a store. Without JavaScript it is posted, and a refusal comes back in the address.

use leptos::{form::ActionForm, prelude::*};

use crate::{
    api::CreateStore,
    components::{Icon, Shape},
    error::AppError,
    model::StoreName,
};

/// Name and button, with what is wrong beside the field.
#[island]
pub fn CreateForm(
    /// What the field holds at first.
    name: String,
) -> impl IntoView {
    let create = ServerAction::<CreateStore>::new();
    let answer = create.value();
    // Also once it is created, while the browser goes to the store's page.
    let busy = Signal::derive(move || create.pending().get() || answer.with(|answer| matches!(answer, Some(Ok(())))));
    // What was typed since the last answer; none while that answer still stands.
    let typed = RwSignal::new(None::<String>);
    let problem = Memo::new(move |_| match typed.get() {
        Some(text) => mistake_in(&text),
        None => answer.get().and_then(Result::err).map(|error: AppError| error.to_string()),
    });
    Effect::new(move |_| {
        answer.track();
        typed.set(None);
    });
    view! {
        <section class="card create" aria-labelledby="create-title">
            <h2 id="create-title">"Create a store"</h2>
            <ActionForm action=create>
                <label for="name">"Name"</label>
                <input
                    id="name"
                    name="name"
                    type="text"
                    value=name
                    required
                    maxlength=StoreName::MAX_CHARACTERS.to_string()
                    autocomplete="off"
                    placeholder="Corner shop"
                    aria-describedby="name-problem name-hint"
                    aria-invalid=move || problem.get().is_some().to_string()
                    on:input=move |event| typed.set(Some(event_target_value(&event)))
                />
                <button type="submit" class="button primary" disabled=busy>
                    <Icon shape=Shape::Plus />
                    {move || if busy.get() { "Creating…" } else { "Create store" }}
                </button>
            </ActionForm>
            <p id="name-problem" class="field-problem" role="alert">
                {problem}
            </p>
            <p id="name-hint" class="quiet">
                "The shop's title, up to 60 characters. Its address is made for it."
            </p>
        </section>
    }
}

/// What is wrong with a name while it is being typed. An empty field is only a beginning.
fn mistake_in(text: &str) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    text.parse::<StoreName>().err().map(|reason| reason.to_string())
}
