//! The document around every page, and which page stands at which address.

mod account;
mod audit;
mod credentials;
mod delete;
mod domain;
mod failures;
mod fleet;
mod not_found;
mod sign_in;
mod store;
mod strays;
mod users;

use futures::FutureExt as _;
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    hooks::use_params_map,
    path,
};
use tracing::Instrument as _;

use self::{
    account::AccountPage,
    audit::AuditPage,
    credentials::CredentialsPage,
    delete::{DeleteManyPage, DeletePage},
    domain::DomainPage,
    failures::FailuresPage,
    fleet::FleetPage,
    not_found::{NoSuchStore, NotForYou, NotFoundPage},
    sign_in::{SignInPage, WelcomePage},
    store::StorePage,
    strays::{StrayPage, StraysPage},
    users::UsersPage,
};
use crate::{
    components::{Header, Problem, Shapes, Toast, now},
    cookies,
    error::AppError,
    islands::ThemeSwitch,
    model::{StoreDetail, StoreId, Theme},
    service::stores,
};

/// Leptos hydrates islands when the browser is idle, which one that draws a spinner may not be for seconds. This makes it as soon
/// as the document is read.
const HYDRATE_WHEN_PARSED: &str = "window.requestIdleCallback = (call) => document.readyState === 'loading' \
    ? document.addEventListener('DOMContentLoaded', call, { once: true }) : setTimeout(call);";

/// The HTML document that the application is rendered into.
#[must_use]
pub fn shell(options: LeptosOptions) -> AnyView {
    // Before anything is read for the page: what happens from here on, the browser asks the event stream for.
    let theme = chosen_theme();
    let (newest_event, pool_changes) = stores().map_or((0, 0), |stores| (stores.newest_event(), stores.pool_changes()));
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.as_str()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="description" content="Hands out WooCommerce stores on Kubernetes." />
                <meta name="color-scheme" content="light dark" />
                {theme_color("#f7f8fa", theme, Theme::Light)}
                {theme_color("#0d1117", theme, Theme::Dark)}
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <AutoReload options=options.clone() />
                <script nonce=use_nonce()>{HYDRATE_WHEN_PARSED}</script>
                <HydrationScripts options=options.clone() islands=true />
                <HashedStylesheet options id="urumi-style" />
                <MetaTags />
            </head>
            <body
                data-now=now().as_millisecond().to_string()
                data-event=newest_event.to_string()
                data-pool=pool_changes.to_string()
            >
                <App />
            </body>
        </html>
    }
    .into_any()
}

/// The colour of what browsers draw around the page: as the page is, or as the system wants it where the page follows that.
fn theme_color(color: &'static str, chosen: Theme, theme: Theme) -> Option<impl IntoView> {
    let follows = chosen != Theme::Light && chosen != Theme::Dark;
    let media = follows.then(|| format!("(prefers-color-scheme: {theme})"));
    (follows || chosen == theme).then(|| leptos::html::meta().name("theme-color").content(color).attr("media", media))
}

/// The application. Every route is rendered whole before it is sent, so that it needs no JavaScript to be read.
#[component]
pub fn App() -> AnyView {
    provide_meta_context();
    view! {
        <Title formatter=window_title />
        <a class="skip" href="#main">
            "Skip to the content"
        </a>
        <Shapes />
        <Router>
            <div id="page">
                <Header />
                <main id="main" tabindex="-1">
                    <Routes fallback=NotFoundPage>
                        <Route path=path!("/") view=FleetPage ssr=SsrMode::Async />
                        <Route path=path!("/stores/delete") view=DeleteManyPage ssr=SsrMode::Async />
                        <Route path=path!("/stores/:id") view=StorePage ssr=SsrMode::Async />
                        <Route path=path!("/stores/:id/credentials") view=CredentialsPage ssr=SsrMode::Async />
                        <Route path=path!("/stores/:id/delete") view=DeletePage ssr=SsrMode::Async />
                        <Route path=path!("/stores/:id/domain") view=DomainPage ssr=SsrMode::Async />
                        <Route path=path!("/stores/:id/failures") view=FailuresPage ssr=SsrMode::Async />
                        <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async />
                        <Route path=path!("/welcome") view=WelcomePage ssr=SsrMode::Async />
                        <Route path=path!("/account") view=AccountPage ssr=SsrMode::Async />
                        <Route path=path!("/audit") view=AuditPage ssr=SsrMode::Async />
                        <Route path=path!("/users") view=UsersPage ssr=SsrMode::Async />
                        <Route path=path!("/strays") view=StraysPage ssr=SsrMode::Async />
                        <Route path=path!("/strays/:id") view=StrayPage ssr=SsrMode::Async />
                    </Routes>
                </main>
            </div>
            <div class="toasts">
                <p id="trouble" class="toast" role="alert" data-tone="bad" hidden></p>
                <Toast />
                <p id="voice" class="unseen" role="status"></p>
            </div>
            <footer class="foot">
                <ThemeSwitch theme=chosen_theme() />
                <p>
                    "Urumi hands out WooCommerce stores. Programs use " <a href="/api/openapi.json">"the same API"</a> "."
                </p>
            </footer>
        </Router>
    }.into_any()
}

/// What stands in the window's title. Leptos puts it into the page as it is, and a store can be called anything.
fn window_title(text: String) -> String {
    if text.is_empty() { "Urumi".to_owned() } else { format!("{} · Urumi", html_escape::encode_text(&text)) }
}

/// The colours that the browser asks for with its cookie.
fn chosen_theme() -> Theme {
    cookies::get(Theme::COOKIE).and_then(|theme| theme.parse().ok()).unwrap_or_default()
}

/// A part of a page that has to be asked for: what `view` comes to, or why it cannot be shown.
///
/// It is a task of its own, which ends with the request. Leptos begins the parts of a page together but then waits for one after
/// the other, and a part that is begun and not gone on with would keep its connection to the database from the one that is
/// waited for.
pub(crate) fn loaded<V>(view: impl Future<Output = Result<V, AppError>> + Send + 'static) -> AnyView
where
    V: IntoView + Send + 'static,
{
    let (task, view) = view.remote_handle();
    leptos::task::spawn(task.in_current_span());
    let shown = Suspend::new(async move {
        match view.await {
            Ok(view) => view.into_any(),
            Err(AppError::NotFound { .. }) => view! { <NoSuchStore /> }.into_any(),
            Err(AppError::Forbidden { reason }) => view! { <NotForYou reason /> }.into_any(),
            Err(error) => view! { <Problem error=Signal::stored(Some(error)) /> }.into_any(),
        }
    });
    view! { <Suspense>{shown}</Suspense> }.into_any()
}

/// The store that the address names, shown by `view`.
fn with_store<V>(view: impl FnOnce(StoreDetail) -> V + Send + 'static) -> AnyView
where
    V: IntoView + 'static,
{
    let (id, stores) = (store_in_path(), stores());
    loaded(async move { Ok(view(stores?.get(&id?).await?)) })
}

/// The store that the address names.
fn store_in_path() -> Result<StoreId, AppError> {
    let id = use_params_map().read_untracked().get("id").unwrap_or_default();
    id.parse().map_err(|_| AppError::no_store(&id))
}
