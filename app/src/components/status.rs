//! A store's status as people see it: a word with a shape of its own, and how far an install is.

use leptos::prelude::*;

use super::{Icon, Shape};
use crate::{
    model::{Status, Store},
    words,
};

/// The status: word, shape and colour, in this order of importance.
#[component]
pub fn StatusBadge(
    /// The status.
    #[prop(into)]
    status: Signal<Status>,
) -> impl IntoView {
    view! {
        <span class="badge" data-status=move || status.get().as_str()>
            <Icon shape=Signal::derive(move || Shape::Status(status.get())) />
            {move || status.get().label()}
        </span>
    }
}

/// A bar that shows how many steps are done; nothing unless an install runs.
#[component]
pub fn Progress(
    /// The store.
    #[prop(into)]
    store: Signal<Store>,
) -> impl IntoView {
    let percent = Memo::new(move |_| store.with(words::percent_done));
    view! {
        {move || {
            percent
                .get()
                .map(|percent| {
                    view! {
                        <progress class="progress" max="100" value=percent.to_string() aria-label="Steps done">
                            {format!("{percent} %")}
                        </progress>
                    }
                })
        }}
    }
}
