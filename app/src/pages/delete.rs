//! The question before a store is deleted: a page, so that it is the same with and without JavaScript.

use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{loaded, store::ObjectTable, with_store};
use crate::{
    api::{DeleteStore, DeleteStores},
    components::{Confirm, Crumb, ProtectForm, StatusBadge},
    error::AppError,
    model::{Action, ReceiptLine, Status, Store, StoreDetail, StoreId},
    service::{may_with, stores},
    words,
};

/// Asks once more and says what will go.
#[component]
pub fn DeletePage() -> impl IntoView {
    with_store(|StoreDetail { store, .. }| {
        let title = format!("Delete {}?", store.name);
        let question = if !may_with(Action::Change, &store) {
            view! { <p>"You can see this store, and not delete it."</p> }.into_any()
        } else if words::can_be_deleted(&store) {
            view! { <Question store=&store /> }.into_any()
        } else if words::is_there(store.status) {
            view! {
                <p>"It is protected against deletion."</p>
                <div class="actions">
                    <ProtectForm id=store.id.clone() protected=true />
                </div>
            }
            .into_any()
        } else {
            view! { <p>"It is being deleted already, or it is gone. Its page tells how far that is."</p> }.into_any()
        };
        view! {
            <Title text=title.clone() />
            <div data-watch=store.id.to_string()>
                <Crumb href=format!("/stores/{}", store.id) text="Back to the store" /> <section class="card lone">
                    <h1>{title}</h1>
                    {question}
                </section>
            </div>
        }
    })
}

#[component]
fn Question<'a>(store: &'a Store) -> AnyView {
    let (id, name) = (store.id.clone(), store.name.to_string());
    // Nothing of it is in the cluster before its turn has come.
    let refusal = ServerAction::<DeleteStore>::new().value().get_untracked().and_then(Result::err);
    let preview = (store.status != Status::Queued).then(|| view! { <Preview id=id.clone() /> });
    view! {
        <p>"This cannot be taken back. What goes, and is watched until it is gone:"</p>
        <ul>
            <li>"the shop with its products, orders and customers, and everything uploaded to it"</li>
            <li>"its database and both of its volumes"</li>
            <li>"its passwords, its address and the namespace " <code>{id.namespace()}</code></li>
        </ul>
        {preview}
        <p class="quiet">"What stays: the store's page here, with its history and the receipt of the deletion."</p>
        <form method="post" action=DeleteStore::url() data-once="" data-keep=format!("delete-{id}")>
            <input type="hidden" name="id" value=id.to_string() />
            <Confirm
                wanted=name.clone()
                label=view! { "Type " <strong>{name}</strong> " to delete it" }.into_any()
                button=("Delete store", "Deleting…")
                back=format!("/stores/{id}")
                refusal
            />
        </form>
    }
    .into_any()
}

/// What is in the cluster of the store at this moment.
#[component]
fn Preview(id: StoreId) -> impl IntoView {
    let stores = stores();
    loaded(async move {
        Ok(match stores?.inventory(&id).await {
            Ok(objects) => {
                let summary = format!("In the cluster at this moment: {}", words::objects(objects.len()));
                let lines = objects.into_iter().map(|object| ReceiptLine { object, gone_at: None }).collect();
                view! {
                    <details>
                        <summary>{summary}</summary>
                        <ObjectTable lines />
                    </details>
                }
                .into_any()
            }
            // It can be deleted all the same: that waits until the cluster is back.
            Err(error) => view! { <p class="quiet">{error.to_string()}</p> }.into_any(),
        })
    })
}

/// Asks once more before several stores are deleted. Those that are protected, or not there any more, are left out.
#[component]
pub fn DeleteManyPage() -> impl IntoView {
    let ids: Vec<StoreId> = use_query_map()
        .read_untracked()
        .get_all("ids[]")
        .unwrap_or_default()
        .iter()
        .filter_map(|id| id.parse().ok())
        .collect();
    let stores = stores();
    loaded(async move {
        let stores = stores?;
        let (mut doomed, mut left_out) = (Vec::new(), Vec::new());
        for (place, id) in ids.iter().enumerate() {
            if ids[..place].contains(id) {
                continue;
            }
            match stores.get(id).await {
                Ok(StoreDetail { store, .. }) if words::can_be_deleted(&store) && may_with(Action::Change, &store) => {
                    doomed.push(store);
                }
                Ok(StoreDetail { store, .. }) => left_out.push(why_left_out(&store)),
                Err(AppError::NotFound { .. }) => left_out.push(format!("{id} (there is no such store)")),
                Err(error) => return Err(error),
            }
        }
        Ok(view! { <ManyQuestion doomed left_out /> })
    })
}

/// A store that cannot be deleted, and why.
fn why_left_out(store: &Store) -> String {
    let why = if !may_with(Action::Change, store) {
        "not yours"
    } else if words::is_there(store.status) {
        "protected"
    } else {
        store.status.as_str()
    };
    format!("{} ({why})", store.name)
}

#[component]
fn ManyForm(ids: Vec<StoreId>) -> AnyView {
    let refusal = ServerAction::<DeleteStores>::new().value().get_untracked().and_then(Result::err);
    let number = ids.len();
    let fields = ids.into_iter().map(|id| view! { <input type="hidden" name="ids[]" value=id.to_string() /> });
    view! {
        <form method="post" action=DeleteStores::url() data-once="">
            {fields.collect_view()}
            <Confirm
                wanted=number.to_string()
                label=view! { "Type " <strong>{number}</strong> ", how many they are, to delete them" }.into_any()
                button=("Delete stores", "Deleting…")
                back="/".to_owned()
                refusal
            />
        </form>
    }
    .into_any()
}

#[component]
fn ManyQuestion(doomed: Vec<Store>, left_out: Vec<String>) -> AnyView {
    let title = match doomed.len() {
        0 => "There is nothing to delete".to_owned(),
        1 => "Delete 1 store?".to_owned(),
        number => format!("Delete {number} stores?"),
    };
    let left_out = (!left_out.is_empty()).then(|| {
        view! {
            <p class="notice" data-tone="odd">
                {format!("Left out: {}.", left_out.join(", "))}
            </p>
        }
    });
    let ids: Vec<StoreId> = doomed.iter().map(|store| store.id.clone()).collect();
    let question = (!ids.is_empty()).then(|| {
        let rows = doomed.iter().map(|store| {
            view! {
                <li>
                    <a href=format!("/stores/{}", store.id)>{store.name.to_string()}</a>
                    " "
                    <StatusBadge status=store.status />
                </li>
            }
        });
        view! {
            <p>"This cannot be taken back. Shops, databases, volumes, passwords and addresses go; each store's history stays."</p>
            <ul class="doomed">{rows.collect_view()}</ul>
            <ManyForm ids />
        }
    });
    view! {
        <Title text=title.clone() />
        // What is asked here stays as it was asked.
        <div data-watch="">
            <Crumb href="/" text="All stores" />
            <section class="card lone">
                <h1>{title}</h1>
                {left_out}
                {question}
            </section>
        </div>
    }
    .into_any()
}
