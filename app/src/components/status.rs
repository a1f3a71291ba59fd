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
    status: Status,
) -> impl IntoView {
    // Each has a shape of its own, so that colour is never all that tells them apart.
    let shape = match status {
        Status::Queued => Shape::Clock,
        Status::Provisioning => Shape::Turning,
        Status::Ready => Shape::Tick,
        Status::Degraded => Shape::Warning,
        Status::Failed => Shape::Cross,
        Status::Deleting => Shape::Leaving,
        Status::Deleted => Shape::Gone,
    };
    view! {
        <span class="badge" data-status=status.as_str()>
            <Icon shape />
            {status.label()}
        </span>
    }
}

/// A bar that shows how many steps are done; nothing unless an install runs.
#[component]
pub fn Progress<'a>(
    /// The store.
    store: &'a Store,
) -> impl IntoView + use<> {
    words::percent_done(store).map(|percent| {
        view! {
            <progress class="progress" max="100" value=percent.to_string() aria-label="Steps done">
                {format!("{percent} %")}
            </progress>
        }
    })
}
