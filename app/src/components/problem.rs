//! How a failure is told.

use leptos::prelude::*;

use super::{Icon, Shape};
use crate::error::AppError;

/// A failure in words, announced when it appears; nothing while there is none.
#[component]
pub fn Problem(
    /// What went wrong, if anything did.
    #[prop(into)]
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    let notice = |error: AppError| {
        view! {
            <p class="notice" data-tone="bad">
                <Icon shape=Shape::Warning />
                <span>{error.to_string()}</span>
            </p>
        }
    };
    view! { <div role="alert">{move || error.get().map(notice)}</div> }
}
