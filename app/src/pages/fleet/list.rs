//! The stores as a table, which the style sheet turns into cards on a phone.

use leptos::{prelude::*, server_fn::ServerFn as _};

use crate::{
    api::RetryStores,
    components::{Ago, Icon, Problem, Progress, RefusedRetry, RetryForm, Shape, StatusBadge},
    islands::SelectAll,
    model::{Action, Failure, Store},
    service::{may, may_with, me},
    words,
};

/// The list.
#[component]
pub fn StoreTable(
    /// The stores, in the order in which they are shown.
    stores: Vec<Store>,
    /// Whether they are all gone, so that nothing can be done with them.
    deleted: bool,
) -> AnyView {
    let may_change = me().is_some_and(|user| user.may(Action::Change, true));
    let bulk = (may_change && !deleted).then(|| view! { <Bulk /> });
    let age = if deleted { "Deleted" } else { "Created" };
    view! {
        {bulk}
        <div class="card flush">
            <table class="stores" role="table" aria-label="Stores">
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">"Store"</th>
                        <th role="columnheader" scope="col">"Status"</th>
                        <th role="columnheader" scope="col">{age}</th>
                        <th role="columnheader" scope="col"><span class="unseen">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{stores.into_iter().map(|store| view! { <StoreRow store /> }).collect_view()}</tbody>
            </table>
        </div>
    }.into_any()
}

/// What can be done with the stores that are ticked. The style sheet shows the buttons once one is.
#[component]
fn Bulk() -> AnyView {
    let retry = ServerAction::<RetryStores>::new();
    let error = Signal::derive(move || retry.value().get().and_then(Result::err));
    view! {
        <form id="bulk" class="bulk" method="get" action="/stores/delete" aria-label="Selected stores">
            <SelectAll />
            <div class="actions">
                <button type="submit" class="button" formmethod="post" formaction=RetryStores::url()>
                    <Icon shape=Shape::Retry />
                    "Retry selected"
                </button>
                <button type="submit" class="button danger">
                    <Icon shape=Shape::Bin />
                    "Delete selected…"
                </button>
            </div>
        </form>
        <Problem error />
        <RefusedRetry />
    }
    .into_any()
}

/// What a first store will be like.
#[component]
pub fn NoStores(
    /// Whether there were stores before.
    any_deleted: bool,
) -> AnyView {
    let former = any_deleted.then(|| {
        view! {
            <p class="quiet">
                <a href="/?show=deleted">"Deleted stores"</a>
                " keep their history and their deletion receipt."
            </p>
        }
    });
    let lede = match may(Action::Create) {
        true => "Give the first one a name above. Then this happens, and you can watch it:",
        false => "When somebody creates the first one, this happens, and you can watch it:",
    };
    view! {
        <section class="card empty" aria-labelledby="empty-title">
            <h2 id="empty-title">"No stores yet"</h2>
            <p>{lede}</p>
            <ol>
                <li>"It gets a namespace of its own in the cluster, with limits and a closed network."</li>
                <li>"Database and WordPress start, and the shop is installed with a demo product."</li>
                <li>"Urumi visits the shop, buys the product, and takes the order back."</li>
                <li>"Only then the store is Ready: you get its address and its administrator's password."</li>
            </ol>
            {former}
        </section>
    }
    .into_any()
}

/// One store's row. Its id keeps it the same row while others come and go.
#[component]
fn StoreRow(store: Store) -> AnyView {
    let name = store.name.to_string();
    let href = format!("/stores/{}", store.id);
    let may_change = may_with(Action::Change, &store);
    let retry = (may_change && store.failure.as_ref().is_some_and(Failure::can_be_retried)).then(|| {
        view! { <RetryForm id=store.id.clone() name=name.clone() /> }
    });
    let delete = (may_change && words::can_be_deleted(&store)).then(|| {
        view! {
            <a href=format!("{href}/delete") class="button quiet-button" aria-label=format!("Delete {name}")>
                <Icon shape=Shape::Bin />
                "Delete…"
            </a>
        }
    });
    let select = (may_change && words::is_there(store.status)).then(|| {
        view! {
            <input type="checkbox" form="bulk" name="ids[]" value=store.id.to_string() aria-label=format!("Select {name}") />
        }
    });
    let protected = store
        .protected
        .then(|| view! { <span class="quiet protected"><Icon shape=Shape::Shield /> "Protected"</span> });
    // Of one's own it goes without saying.
    let others = store.owner.as_ref().filter(|owner| me().is_none_or(|user| user.id != owner.id));
    let others = others.map(|owner| view! { <span class="quiet owner">{format!("by {}", owner.name)}</span> });
    view! {
        <tr role="row" id=store.id.namespace()>
            <th role="rowheader" scope="row">
                {select}
                <a href=href>{name}</a>
                <StoreAddress store=&store />
            </th>
            <td role="cell" class="status-cell">
                <StatusBadge status=store.status />
                {words::row_note(&store).map(|note| view! { <span class="note">{note}</span> })}
                <Progress store=&store />
            </td>
            <td role="cell" class="age">
                <Ago at=store.deleted_at.unwrap_or(store.created_at) />
                {others}
            </td>
            <td role="cell" class="actions">{retry} {protected} {delete}</td>
        </tr>
    }
    .into_any()
}

/// The address: a link once something answers there.
#[component]
fn StoreAddress<'a>(store: &'a Store) -> AnyView {
    let url = store.url.clone();
    let bare = url.trim_start_matches("http://").trim_start_matches("https://").to_owned();
    let address = if words::can_be_opened(store.status) {
        view! {
            // Browsers keep a page that is opened like this from its opener.
            <a href=url target="_blank">
                {bare}
                <Icon shape=Shape::External />
            </a>
        }
        .into_any()
    } else {
        bare.into_any()
    };
    view! { <span class="address">{address}</span> }.into_any()
}
