//! Why a store failed or is degraded, what to do about it, and what was seen.

use leptos::{prelude::*, server_fn::ServerFn as _};

use crate::{
    api::TakeUpOffer,
    components::{Confirm, Icon, RetryForm, Shape},
    model::{Action, Failure, Offer, Status, Store, StoreId},
    service::may_with,
};

/// Cause, advice, evidence and the button that tries again.
#[component]
pub fn FailureCard<'a>(
    /// The failed store.
    store: &'a Store,
    /// How many times it failed.
    failures: u32,
) -> AnyView {
    let id = store.id.clone();
    let failure = store.failure.clone();
    let may_change = may_with(Action::Change, store);
    let again = if !may_change {
        ().into_any()
    } else if store.status == Status::Degraded {
        view! { <RetryForm id word="Repair now" /> }.into_any()
    } else if failure.as_ref().is_some_and(Failure::can_be_retried) {
        view! { <RetryForm id /> }.into_any()
    } else if store.status == Status::Deleted {
        view! {
            <a href="/strays" class="button">
                "Look at what is left"
            </a>
        }
        .into_any()
    } else {
        view! {
            <a href=format!("/stores/{id}/delete") class="button">
                "Delete again"
            </a>
        }
        .into_any()
    };
    let offer = failure.as_ref().and_then(|failure| failure.offer.clone());
    let offer = offer.filter(|_| may_change).map(|offer| view! { <OfferForm id=store.id.clone() offer /> });
    let kept = (failures > 0).then(|| {
        let text = match failures {
            1 => "Everything that was seen".to_owned(),
            several => format!("Everything that was seen, of {several} failures"),
        };
        view! {
            <p>
                <a href=format!("/stores/{}/failures", store.id)>{text}</a>
            </p>
        }
    });
    view! {
        <section class="card failure" aria-labelledby="failure-title">
            <h2 id="failure-title">
                <Icon shape=Shape::Warning />
                {title(store.status, failure.as_ref())}
            </h2>
            {failure.map(|failure| view! { <Reason failure /> })}
            {kept}
            {offer}
            {again}
        </section>
    }
    .into_any()
}

/// What the platform can do, with what that means.
#[component]
fn OfferForm(id: StoreId, offer: Offer) -> AnyView {
    let refusal = ServerAction::<TakeUpOffer>::new().value().get_untracked().and_then(Result::err);
    let button = match offer.confirmation().map(str::to_owned) {
        Some(wanted) => {
            let label = view! { "Type " <strong>{wanted.clone()}</strong> " to remove it" }.into_any();
            let back = format!("/stores/{id}");
            view! { <Confirm wanted label button=("Remove the volume and delete again", "Removing…") back refusal /> }
                .into_any()
        }
        None => view! {
            <button type="submit" class="button" aria-describedby="offer-meaning">
                <Icon shape=Shape::Bin />
                {offer.label()}
            </button>
        }
        .into_any(),
    };
    view! {
        <form method="post" action=TakeUpOffer::url() data-once="">
            <input type="hidden" name="id" value=id.to_string() />
            <p class="quiet" id="offer-meaning">
                {offer.meaning()}
            </p>
            {button}
        </form>
    }
    .into_any()
}

#[component]
fn Reason(failure: Failure) -> AnyView {
    let evidence = (!failure.evidence.trim().is_empty()).then_some(failure.evidence);
    view! {
        <p class="cause">
            <span class="tag">{failure.reason.label()}</span> " " {failure.cause}
        </p>
        <p>
            <strong>"What to do: "</strong>
            {failure.advice}
        </p>
        {evidence
            .map(|evidence| {
                view! {
                    <details>
                        <summary>"What was seen"</summary>
                        <pre tabindex="0">{evidence}</pre>
                    </details>
                }
            })}
    }
    .into_any()
}

fn title(status: Status, failure: Option<&Failure>) -> String {
    match failure.map(|failure| failure.step) {
        _ if status == Status::Degraded => "Something is wrong with it".to_owned(),
        Some(Some(step)) => format!("Failed at the step {}", step.label()),
        Some(None) => "The deletion failed".to_owned(),
        None => "Failed".to_owned(),
    }
}
