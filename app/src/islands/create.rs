//! The form that creates a store. Without JavaScript it is posted, and a refusal comes back in the address.

use leptos::{form::ActionForm, prelude::*};

use crate::{
    api::CreateStore,
    components::{Icon, Shape},
    error::AppError,
    model::{Slug, StoreName},
};

/// The fields that are looked at while something is typed in them.
const FIELDS: [&str; 2] = ["name", "slug"];

/// Name, address and button, with what is wrong beside each field. What else can be chosen are its children.
#[island]
pub fn CreateForm(
    /// What the field of the name holds at first.
    name: String,
    /// What the field of the address holds at first.
    slug: String,
    /// What stands before and after it in the address.
    around: (String, String),
    /// Whether more than the name is shown at first.
    open: bool,
    children: Children,
) -> impl IntoView {
    let create = ServerAction::<CreateStore>::new();
    let answer = create.value();
    // Also once it is created, while the browser goes to the store's page.
    let busy = Signal::derive(move || create.pending().get() || answer.with(|answer| matches!(answer, Some(Ok(())))));
    // What was typed into each field since the last answer; none while that answer still stands.
    let typed = RwSignal::new([None::<String>, None]);
    let problems = Memo::new(move |_| {
        let refused = answer.get().and_then(Result::err);
        let place = refused.as_ref().map(place_of);
        let told = |field: usize| match typed.with(|typed| typed[field].clone()) {
            Some(text) => mistake_in(field, &text),
            None if place == Some(field) => refused.as_ref().map(AppError::to_string),
            None => None,
        };
        [told(0), told(1)]
    });
    let problem = move |field: usize| problems.with(|problems| problems[field].clone());
    let invalid = move |field: usize| problems.with(|problems| problems[field].is_some()).to_string();
    let keep = move |event: leptos::ev::Event, field: usize| {
        let text = event_target_value(&event);
        typed.update(|typed| typed[field] = Some(text));
    };
    Effect::new(move |_| {
        answer.track();
        typed.set([None, None]);
    });
    view! {
        <section class="card create" aria-labelledby="create-title">
            <h2 id="create-title">"Create a store"</h2>
            <ActionForm action=create>
                <label for="name">"Name"</label>
                <input
                    id="name"
                    name=FIELDS[0]
                    type="text"
                    value=name
                    required
                    maxlength=StoreName::MAX_CHARACTERS.to_string()
                    autocomplete="off"
                    placeholder="Corner shop"
                    aria-describedby="name-problem"
                    aria-invalid=move || invalid(0)
                    on:input=move |event| keep(event, 0)
                />
                <button type="submit" class="button primary" disabled=busy>
                    <Icon shape=Shape::Plus />
                    {move || if busy.get() { "Creating…" } else { "Create store" }}
                </button>
                <p id="name-problem" class="field-problem" role="alert">
                    {move || problem(0)}
                </p>
                <details open=open>
                    <summary>"Address, size and content"</summary>
                    <div class="wishes">
                        <div>
                            <label for="slug">"Address"</label>
                            <div class="address-field">
                                <span>{around.0}</span>
                                <input
                                    id="slug"
                                    name=FIELDS[1]
                                    type="text"
                                    value=slug
                                    maxlength=Slug::MAX_CHARACTERS.to_string()
                                    autocomplete="off"
                                    autocapitalize="none"
                                    spellcheck="false"
                                    placeholder="made for it"
                                    aria-describedby="slug-problem slug-hint"
                                    aria-invalid=move || invalid(1)
                                    on:input=move |event| keep(event, 1)
                                />
                                <span>{around.1}</span>
                            </div>
                            <p id="slug-problem" class="field-problem" role="alert">
                                {move || problem(1)}
                            </p>
                        </div>
                        {children()}
                    </div>
                </details>
            </ActionForm>
        </section>
    }
}

/// The place of the field that a refusal is about; what is about none is told beside the first.
fn place_of(error: &AppError) -> usize {
    FIELDS.iter().position(|field| error.field() == Some(field)).unwrap_or(0)
}

/// What is wrong with a field while it is being typed. An empty one is only a beginning.
fn mistake_in(field: usize, text: &str) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    match field {
        0 => text.parse::<StoreName>().err().map(|reason| reason.to_string()),
        _ => text.parse::<Slug>().err().map(|reason| reason.to_string()),
    }
}
