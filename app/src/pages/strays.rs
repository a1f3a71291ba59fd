//! What is in the cluster and belongs to no store.

use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_meta::Title;

use super::{loaded, store::ObjectTable, store_in_path};
use crate::{
    api::RemoveStray,
    components::{Ago, Confirm, Crumb, Icon, Problem, Shape},
    error::AppError,
    model::{Action, Origin, ReceiptLine, Stray, Strays},
    service::{may, stores},
    words,
};

/// Everything that was found, each with the way to remove it.
#[component]
pub fn StraysPage() -> impl IntoView {
    let stores = stores();
    loaded(async move {
        let Strays { found, looked_at, trouble } = stores?.find_strays().await?;
        let trouble = trouble.map(|reason| {
            let error = AppError::ClusterUnavailable { reason };
            view! { <Problem error=Signal::stored(Some(error)) /> }
        });
        let told = match (found.len(), looked_at) {
            (_, None) => view! { <p class="lede">"The cluster has not been looked through yet."</p> }.into_any(),
            (0, Some(at)) => view! {
                <p class="lede">"Nothing: every namespace and volume belongs to a store. Looked for " <Ago at /> "."</p>
            }
            .into_any(),
            (_, Some(at)) => view! {
                <p class="lede">
                    "Left of stores that were deleted, or made for stores that are not in this database. Looked for " <Ago at /> "."
                </p>
            }
            .into_any(),
        };
        let cards = found.into_iter().map(|stray| {
            let href = format!("/strays/{}", stray.id);
            view! {
                <section class="card stray">
                    <h2>
                        <code>{stray.id.namespace()}</code>
                    </h2>
                    <About stray />
                    {may(Action::RemoveStrays)
                        .then(|| {
                            view! {
                                <a href=href class="button danger">
                                    <Icon shape=Shape::Bin />
                                    "Remove…"
                                </a>
                            }
                        })}
                </section>
            }
        });
        Ok(view! {
            <Title text="Left in the cluster" />
            <div data-watch="">
                <Crumb href="/" text="All stores" />
                <div class="page-head">
                    <h1>"Left in the cluster"</h1>
                    {told}
                </div>
                {trouble}
                {cards.collect_view()}
            </div>
        })
    })
}

/// Asks once more before a stray is removed.
#[component]
pub fn StrayPage() -> impl IntoView {
    let (id, stores) = (store_in_path(), stores());
    let refusal = ServerAction::<RemoveStray>::new().value().get_untracked().and_then(Result::err);
    loaded(async move {
        let id = id?;
        if !may(Action::RemoveStrays) {
            let reason = "Only administrators remove what belongs to no store.".to_owned();
            return Err(AppError::Forbidden { reason });
        }
        let found = stores?.find_strays().await?.found;
        let stray = found.into_iter().find(|stray| stray.id == id).ok_or_else(|| AppError::no_stray(&id))?;
        let namespace = id.namespace();
        let taken_from = match &stray.origin {
            Origin::Other { installation } => Some(installation.clone()),
            Origin::Ours | Origin::Unmarked => None,
        };
        let title = format!("Remove {namespace}?");
        Ok(view! {
            <Title text=title.clone() />
            <div data-watch="">
                <Crumb href="/strays" text="Left in the cluster" />
                <section class="card lone">
                    <h1>{title}</h1>
                    <p>"This cannot be taken back. It is watched until it is gone, and its page keeps the receipt."</p>
                    <About stray />
                    <form method="post" action=RemoveStray::url() data-once="" data-keep=format!("stray-{id}")>
                        <input type="hidden" name="id" value=id.to_string() />
                        {taken_from.map(|from| view! { <TakenFrom from /> })}
                        <Confirm
                            wanted=namespace.clone()
                            label=view! { "Type " <strong>{namespace}</strong> " to remove it" }.into_any()
                            button=("Remove", "Removing…")
                            back="/strays".to_owned()
                            refusal
                        />
                    </form>
                </section>
            </div>
        })
    })
}

/// Asks for the installation that a store is taken away from, so that nobody does it in passing.
#[component]
fn TakenFrom(from: String) -> AnyView {
    view! {
        <label for="taken-from">"Type the id of that installation, " <strong>{from}</strong> ", to take it away from it"</label>
        <input id="taken-from" name="taken_from" type="text" required autocomplete="off" autocapitalize="off" spellcheck="false" />
    }.into_any()
}

/// Where it comes from, and what it is.
#[component]
fn About(stray: Stray) -> AnyView {
    let origin = match stray.origin {
        Origin::Ours => "This Urumi made it.".to_owned(),
        Origin::Unmarked if stray.namespace.is_some() => {
            "Nothing says which Urumi made it: one did that was older than this.".to_owned()
        }
        Origin::Unmarked if stray.tombstone.is_some() => "Only volumes of it are left.".to_owned(),
        Origin::Unmarked => {
            "Only volumes are left, which were claimed from a namespace that was called like a store's. They may be \
                             somebody else's: look at them before you remove them."
                .to_owned()
        }
        Origin::Other { installation } => format!(
            "Another Urumi made it, the installation {installation}. When that one still runs, removing this takes a store away from \
             it. When this Urumi lost its database, it is an own one."
        ),
    };
    let was = stray.tombstone.map(|name| format!("It belonged to the deleted store {name}. "));
    let age = stray.created_at.map(|at| view! { "The namespace was made " <Ago at /> ". " });
    let leaving = stray.is_leaving.then_some("It is being deleted already. ");
    let objects: Vec<_> = stray.namespace.into_iter().chain(stray.volumes).collect();
    let summary = words::objects(objects.len());
    let lines = objects.into_iter().map(|object| ReceiptLine { object, gone_at: None }).collect();
    view! {
        <p>{was} {age} {leaving} {origin}</p>
        <details>
            <summary>{summary}</summary>
            <ObjectTable lines />
        </details>
    }
    .into_any()
}
