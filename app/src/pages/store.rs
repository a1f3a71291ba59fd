//! One store: how it is, how it came to be, how to get in, and what happened to it.

mod access;
mod checkout;
mod facts;
mod failure;
mod head;
mod history;
mod isolation;
mod logs;
mod pods;
mod receipt;
mod steps;

use leptos::prelude::*;
use leptos_meta::Title;

pub(super) use self::receipt::ObjectTable;
use self::{
    access::AccessCard, checkout::CheckoutCard, facts::FactsCard, failure::FailureCard, head::StoreHead,
    history::HistoryCard, isolation::IsolationCard, logs::LogsCard, pods::PodsCard, receipt::ReceiptCard,
    steps::StepsCard,
};
use super::with_store;
use crate::{
    components::RefusedRetry,
    model::{Action, Status, Step, StoreDetail},
    service::may_with,
    words,
};

/// The page of a store, deleted ones included.
#[component]
pub fn StorePage() -> impl IntoView {
    with_store(|detail| view! { <StoreView detail /> })
}

#[component]
fn StoreView(detail: StoreDetail) -> AnyView {
    let StoreDetail {
        store,
        steps,
        usual,
        expected_start,
        waits_for,
        is_moving,
        last_check,
        isolation,
        failures,
        receipt,
        events,
    } = detail;
    // Of a deleted store something may have been found that does not go.
    let is_in_trouble = matches!(store.status, Status::Failed | Status::Degraded)
        || (store.status == Status::Deleted && store.failure.is_some());
    let failure = is_in_trouble.then(|| view! { <FailureCard store=&store failures /> });
    let sold = steps.iter().find(|record| record.step == Step::Checkout);
    let sold_beforehand = sold.is_some_and(|record| words::was_beforehand(&store, record));
    // Once it can be opened, the way in is what one comes for: before the story, also for who goes through the page with Tab.
    let (aside, facts) = if words::can_be_opened(store.status) {
        let aside = view! {
            <div class="aside">
                {may_with(Action::Enter, &store).then(|| view! { <AccessCard store=&store /> })}
                <CheckoutCard store=&store is_beforehand=sold_beforehand last_check />
                <IsolationCard store=&store report=isolation />
                <FactsCard store=&store />
            </div>
        };
        (Some(aside), None)
    } else {
        (None, Some(view! { <div class="aside"><FactsCard store=&store /></div> }))
    };
    let receipt = (!receipt.is_empty()).then(|| view! { <ReceiptCard lines=receipt /> });
    let has_pods = !matches!(store.status, Status::Queued | Status::Deleted);
    let logs = has_pods.then(|| view! { <LogsCard id=store.id.clone() /> });
    let pods = has_pods.then(|| view! { <PodsCard id=store.id.clone() status=store.status /> });
    // Beside what is finished it would only be in the way.
    let usual = if store.status.is_working() { usual } else { Vec::new() };
    let reload = store.status.is_working().then(reload_hint);
    // Its place in the queue is up to the stores before it.
    let others = (store.status == Status::Queued).then_some("");
    view! {
        <Title text=store.name.to_string() />
        <div data-watch=store.id.to_string() data-watch-others=others>
            <StoreHead store=&store expected_start waits_for is_moving />
            <RefusedRetry />
            {reload}
            {failure}
            <div class="columns">
                {aside}
                <div class="story">
                    {receipt}
                    <StepsCard store=&store steps=&steps usual=&usual />
                    {pods}
                    {logs}
                    <HistoryCard id=store.id.clone() events />
                </div>
                {facts}
            </div>
        </div>
    }
    .into_any()
}

/// Without JavaScript nothing changes by itself.
fn reload_hint() -> AnyView {
    view! {
        <noscript>
            <p class="notice">
                "This page does not change by itself without JavaScript. " <a href="">"Load it again"</a> " to see how far it is."
            </p>
        </noscript>
    }.into_any()
}
