//! The way back from a page to what it is about.

use leptos::prelude::*;

use super::{Icon, Shape};

/// A link back, above the heading.
#[component]
pub fn Crumb(
    /// Where to.
    #[prop(into)]
    href: String,
    /// What it says.
    text: &'static str,
) -> impl IntoView {
    view! {
        <p class="crumb">
            <a href=href>
                <Icon shape=Shape::Back />
                {text}
            </a>
        </p>
    }
}
