//! How the list is looked at: how many stores there are of each kind, the search, the order, and the pages.

use leptos::prelude::*;

use super::view::{Show, View};
use crate::{
    islands::Search,
    model::{Counts, Order, PageStart, StorePage},
};

/// How many there are; each number leads to them.
#[component]
pub fn Summary<'a>(
    /// What is shown.
    view: &'a View,
    /// How many there are.
    counts: Counts,
) -> AnyView {
    let entries = Show::ALL.map(|show| {
        let number = match show {
            Show::All => Some(counts.all()),
            Show::Ready => Some(counts.ready),
            Show::Working => Some(counts.working),
            Show::Queued => Some(counts.queued),
            Show::Failed => Some(counts.failed),
            Show::Deleted => None,
        };
        let current = (view.show == show).then_some("true");
        // A number beside its word reads as one.
        view! {
            <li>
                <a href=view.showing(show) aria-current=current data-show=show.as_str() data-none=(number == Some(0)).then_some("")>
                    {show.label()}
                    {number.map(|number| view! { " " <span class="number">{number}</span> })}
                </a>
            </li>
        }
    });
    view! {
        <nav class="summary" aria-label="Which stores">
            <ul>{entries}</ul>
        </nav>
    }
    .into_any()
}

/// The search and the order. Without JavaScript it is sent with its button.
#[component]
pub fn Look<'a>(
    /// What is shown.
    view: &'a View,
) -> AnyView {
    let orders = Order::ALL.map(|order| {
        view! {
            <option value=order.as_str() selected=view.order == order>
                {order.label()}
            </option>
        }
    });
    let show =
        (view.show != Show::default()).then(|| view! { <input type="hidden" name="show" value=view.show.as_str() /> });
    view! {
        <form id="look" class="look-form" method="get" action="/" role="search">
            {show} <label class="unseen" for="search">
                "Search by name or address"
            </label>
            <input
                id="search"
                type="search"
                name="q"
                value=view.text.clone()
                placeholder="Search by name or address"
                autocomplete="off"
                aria-keyshortcuts="/"
            /> <label class="unseen" for="order">
                "Order"
            </label> <select id="order" name="order">
                {orders}
            </select> <button type="submit" class="button">
                "Search"
            </button>
        </form>
        <Search />
    }
    .into_any()
}

/// The way to what comes before and after.
#[component]
pub fn Pages<'a>(
    /// What is shown.
    view: &'a View,
    /// What was found.
    page: &'a StorePage,
) -> impl IntoView + use<> {
    let before =
        page.stores.first().filter(|_| page.more_before).map(|first| view.from(PageStart::Before(first.id.clone())));
    let after = page.stores.last().filter(|_| page.more_after).map(|last| view.from(PageStart::After(last.id.clone())));
    (before.is_some() || after.is_some()).then(|| {
        view! {
            <nav class="pages" aria-label="Pages">
                {before
                    .map(|href| {
                        view! {
                            <a class="button" rel="prev" href=href>
                                "Previous"
                            </a>
                        }
                    })}
                {after
                    .map(|href| {
                        view! {
                            <a class="button" rel="next" href=href>
                                "Next"
                            </a>
                        }
                    })}
            </nav>
        }
    })
}
