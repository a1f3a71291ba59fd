//! The form that creates a store, with what can be chosen.

use std::str::FromStr;

use leptos::{prelude::*, server_fn::ServerFn as _};

use crate::{
    api::CreateStore,
    components::{Icon, Shape},
    draft,
    model::{Content, Limits, NewStore, Quota, Size, Slug, StoreName, Used},
    pages::loaded,
    service::stores,
    words,
};

/// Stands for the label when an address is taken apart.
const LABEL: &str = "label";

/// The form, and how much of what they may have whoever asks has.
#[component]
pub fn Create() -> impl IntoView {
    let stores = stores();
    loaded(async move {
        let Quota { limits, used, .. } = stores?.quota().await?;
        let largest = limits.map_or(Size::Large, |limits| limits.largest);
        Ok(view! {
            <CreateCard largest />
            {limits.map(|limits| view! { <QuotaLine limits used /> })}
        })
    })
}

/// How much there is left of what somebody may have.
#[component]
fn QuotaLine(limits: Limits, used: Used) -> AnyView {
    let is_full = used.stores >= limits.stores || used.volume_gib + Size::Small.volume_gib() > limits.volume_gib;
    let text = format!(
        "You have {} of {}, with volumes of {} of {} GiB.",
        used.stores,
        words::stores(limits.stores),
        used.volume_gib,
        limits.volume_gib
    );
    let advice = is_full.then_some(" Delete one to create another, or ask an administrator for more.");
    view! {
        <p class="quota" class:notice=is_full data-tone=is_full.then_some("warn")>
            {text}
            {advice}
        </p>
    }
    .into_any()
}

/// The form, filled in as it was when that was refused.
#[component]
fn CreateCard(
    /// The largest size that can be chosen.
    largest: Size,
) -> AnyView {
    let refusal = ServerAction::<CreateStore>::new().value().get_untracked().and_then(Result::err);
    let draft = refusal.as_ref().and_then(|_| draft::get()).unwrap_or_default();
    let NewStore { name, slug, size, content } = draft;
    // The server names the first thing that is wrong; what else can be seen to be is told with it.
    let was_refused = refusal.is_some();
    let about_slug = refusal.as_ref().is_some_and(|error| error.field() == Some("slug"));
    let told = refusal.map(|error| error.to_string());
    let (name_problem, slug_problem) = if about_slug {
        (mistake_in::<StoreName>(&name), told)
    } else {
        (told, mistake_in::<Slug>(&slug).filter(|_| was_refused && !slug.is_empty()))
    };
    let address = stores().map(|stores| stores.address_at(LABEL)).unwrap_or_default();
    let (before, after) = address.split_once(LABEL).unwrap_or_default();
    let (before, after) = (before.to_owned(), after.to_owned());
    let open = slug_problem.is_some() || !slug.is_empty() || size != Size::default() || content != Content::default();
    let wishes = view! {
        <details open=open>
            <summary>"Address, size and content"</summary>
            <div class="wishes">
                <div>
                    <label for="slug">"Address"</label>
                    <div class="address-field">
                        <span>{before}</span>
                        <input
                            id="slug"
                            name="slug"
                            type="text"
                            value=slug
                            autofocus=slug_problem.is_some()
                            maxlength=Slug::MAX_CHARACTERS.to_string()
                            autocomplete="off"
                            autocapitalize="none"
                            spellcheck="false"
                            placeholder="chosen for you"
                            data-check="slug"
                            aria-describedby="slug-problem slug-hint"
                            aria-invalid=slug_problem.is_some().to_string()
                        />
                        <span>{after}</span>
                    </div>
                    <p id="slug-problem" class="field-problem" role="alert">
                        {slug_problem}
                    </p>
                    <p id="slug-hint" class="quiet">
                        "3 to 40 lower-case letters, digits and single hyphens; leave it empty and one is chosen. It cannot be changed later."
                    </p>
                </div>
                <Choice name="size" title="Size" chosen=size.as_str() options=sizes(largest) />
                <Choice name="content" title="Content" chosen=content.as_str() options=contents() />
            </div>
        </details>
    }
    .into_any();
    view! {
        // A person may be typing when the page is brought up to date.
        <section class="card create" aria-labelledby="create-title" data-keep="create">
            <h2 id="create-title">"Create a store"</h2>
            <form method="post" action=CreateStore::url() data-once="">
                <label for="name">"Name"</label>
                <input
                    id="name"
                    name="name"
                    type="text"
                    value=name
                    required
                    autofocus=name_problem.is_some()
                    maxlength=StoreName::MAX_CHARACTERS.to_string()
                    autocomplete="off"
                    placeholder="Corner shop"
                    data-check="name"
                    aria-keyshortcuts="c"
                    aria-describedby="name-problem"
                    aria-invalid=name_problem.is_some().to_string()
                />
                <button type="submit" class="button primary" data-busy="Creating…">
                    <Icon shape=Shape::Plus />
                    <span>"Create store"</span>
                </button>
                <p id="name-problem" class="field-problem" role="alert">
                    {name_problem}
                </p>
                {wishes}
            </form>
        </section>
    }
    .into_any()
}

/// What is wrong with a text, in words.
fn mistake_in<T>(text: &str) -> Option<String>
where
    T: FromStr<Err: ToString>,
{
    text.parse::<T>().err().map(|reason| reason.to_string())
}

/// One of several.
struct ChoiceOption {
    word: &'static str,
    label: &'static str,
    meaning: String,
    /// Whether it is shown and cannot be chosen.
    disabled: bool,
}

fn sizes(largest: Size) -> Vec<ChoiceOption> {
    let option = |size: Size| {
        let disabled = size > largest;
        let meaning = if disabled { "More than you may have.".to_owned() } else { words::size_means(size) };
        ChoiceOption { word: size.as_str(), label: size.label(), meaning, disabled }
    };
    Size::ALL.map(option).into()
}

fn contents() -> Vec<ChoiceOption> {
    let option = |content: Content| {
        let meaning = words::content_means(content).to_owned();
        ChoiceOption { word: content.as_str(), label: content.label(), meaning, disabled: false }
    };
    Content::ALL.map(option).into()
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
) -> AnyView {
    let options = options.into_iter().map(|ChoiceOption { word, label, meaning, disabled }| {
        view! {
            <label>
                <input type="radio" name=name value=word checked=word == chosen disabled=disabled />
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
    .into_any()
}
