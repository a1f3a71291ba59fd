//! The document around every page, and which page stands at which address.

mod credentials;
mod delete;
mod fleet;
mod not_found;
mod store;

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    hooks::use_params_map,
    path,
};

use self::{
    credentials::CredentialsPage, delete::DeletePage, fleet::FleetPage, not_found::NotFoundPage, store::StorePage,
};
use crate::{
    components::{Header, provide_clock},
    live::Live,
    model::StoreId,
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
                <meta name="description" content="Hands out WooCommerce stores on Kubernetes." />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" content="#f7f8fa" media="(prefers-color-scheme: light)" />
                <meta name="theme-color" content="#0d1117" media="(prefers-color-scheme: dark)" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
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

/// The application. Every route is rendered whole before it is sent, so that it needs no JavaScript to be read.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_clock();
    Live::provide();
    view! {
        <Title formatter=|text: String| if text.is_empty() { "Urumi".to_owned() } else { format!("{text} · Urumi") } />
        <a class="skip" href="#main" rel="external">
            "Skip to the content"
        </a>
        <Router>
            <Header />
            <main id="main" tabindex="-1">
                <Routes fallback=NotFoundPage>
                    <Route path=path!("/") view=FleetPage ssr=SsrMode::Async />
                    <Route path=path!("/stores/:id") view=StorePage ssr=SsrMode::Async />
                    <Route path=path!("/stores/:id/credentials") view=CredentialsPage ssr=SsrMode::Async />
                    <Route path=path!("/stores/:id/delete") view=DeletePage ssr=SsrMode::Async />
                </Routes>
            </main>
            <footer class="foot">
                <p>
                    "Urumi hands out WooCommerce stores. Programs use "
                    <a href="/api/openapi.json" rel="external">
                        "the same API"
                    </a> "."
                </p>
            </footer>
        </Router>
    }
}

/// The store that the address names; none when that cannot be a store's id.
fn store_in_path() -> Memo<Option<StoreId>> {
    let params = use_params_map();
    Memo::new(move |_| params.read().get("id").and_then(|id| id.parse().ok()))
}
