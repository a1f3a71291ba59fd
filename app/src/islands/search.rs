//! Finds while one types: what the search form would ask for is shown in its place, and is in the address.

use leptos::prelude::*;

/// Makes the search form of the page answer by itself; shows nothing. Until it does, Enter sends the form, and without JavaScript
/// its button.
#[island]
pub fn Search() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    Effect::new(|_| crate::live::follow_search());
}
