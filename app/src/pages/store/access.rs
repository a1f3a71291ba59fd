//! The way into a store's administration.

use leptos::{prelude::*, server_fn::ServerFn as _};

use crate::{
    api::OpenAdmin,
    components::{Icon, Problem, Shape},
    islands::ShowCredentialsButton,
    model::Store,
    service::FormsMayLeadTo,
};

/// Signs in, or shows the credentials.
#[component]
pub fn AccessCard<'a>(
    /// Which store.
    store: &'a Store,
) -> AnyView {
    let id = store.id.clone();
    if store.domain.is_some()
        && let Some(FormsMayLeadTo(lead_to)) = use_context()
    {
        // The form is answered with an address there.
        lead_to(&store.url);
    }
    let answer = ServerAction::<OpenAdmin>::new().value();
    view! {
        <section class="card" aria-labelledby="access-title">
            <h2 id="access-title">"Sign in"</h2>
            <p class="quiet">
                "A link that is good once takes you into the admin without the password that “Open admin” asks for. The password is read from the cluster when you ask. Both are noted in the history."
            </p>
            <form method="post" action=OpenAdmin::url() target="_blank">
                <input type="hidden" name="id" value=id.to_string() />
                <button type="submit" class="button">
                    "Sign in to the admin"
                    <Icon shape=Shape::External />
                </button>
            </form>
            <Problem error=Signal::derive(move || answer.get().and_then(Result::err)) />
            <ShowCredentialsButton id />
        </section>
    }.into_any()
}
