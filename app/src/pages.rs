//! The document around every page, and which page stands at which address.

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

/// The HTML document that the application is rendered into.
#[must_use]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <AutoReload options=options.clone() />
                <HydrationScripts options=options.clone() />
                <HashedStylesheet options id="urumi-style" />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// The application.
#[component]
#[must_use]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|text: String| if text.is_empty() { "Urumi".to_owned() } else { format!("{text} - Urumi") } />
        <Router>
            <main>
                <Routes fallback=|| "There is no such page.">
                    <Route path=path!("/") view=Fleet ssr=SsrMode::Async />
                </Routes>
            </main>
        </Router>
    }
}

#[component]
fn Fleet() -> impl IntoView {
    let stores = Resource::new_blocking(|| (), |()| crate::api::list_stores());
    view! { <Suspense>{move || stores.get().map(|s| s.map(|s| s.len()).unwrap_or(0))}</Suspense> }
}
