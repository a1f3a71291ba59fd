//! Whether the store sells: how the last test order ended, and the button that places one now.

use leptos::{prelude::*, server_fn::ServerFn as _};

use crate::{
    api::TestCheckout,
    components::{Ago, Icon, Problem, Shape},
    model::{Action, CheckReport, Edition, Store},
    service::may_with,
};

/// The last order check, and another one.
#[component]
pub fn CheckoutCard<'a>(
    /// The store.
    store: &'a Store,
    /// Whether it was tested before it was asked for.
    is_beforehand: bool,
    /// How the last check ended that somebody asked for.
    last_check: Option<CheckReport>,
) -> AnyView {
    let (title, button, busy) = match store.edition {
        Some(Edition::WordpressOnly) => ("Sign-in test", "Test sign-in", "Signing in…"),
        _ => ("Checkout", "Test checkout", "Placing an order…"),
    };
    let buys = (store.edition != Some(Edition::WordpressOnly)).then(|| {
        view! {
            <p class="quiet">"It buys a product that is made for the test, which customers do not see, and removes both."</p>
        }
    });
    let answer = ServerAction::<TestCheckout>::new().value();
    let told = match last_check {
        Some(CheckReport { passed, text, at }) => {
            let (tone, shape) = if passed { ("good", Shape::Tick) } else { ("bad", Shape::Warning) };
            view! {
                <p class="outcome" data-tone=tone>
                    <Icon shape />
                    <span>{text} ", " <Ago at /></span>
                </p>
            }
            .into_any()
        }
        None if is_beforehand => view! {
            <p class="quiet">"Tested when it was made, before you asked for it. Nobody is sent a mail."</p>
        }
        .into_any(),
        None => view! {
            <p class="quiet">
                "Tested when it was installed" {store.ready_at.map(|at| view! { ", " <Ago at /> })}
                ". Nobody is sent a mail."
            </p>
        }
        .into_any(),
    };
    let form = may_with(Action::Change, store).then(|| {
        view! {
            <form method="post" action=TestCheckout::url() data-once="">
                <input type="hidden" name="id" value=store.id.to_string() />
                <button type="submit" class="button" data-busy=busy>
                    <Icon shape=Shape::Basket />
                    <span>{button}</span>
                </button>
            </form>
        }
    });
    view! {
        <section class="card" aria-labelledby="checkout-title">
            <h2 id="checkout-title">{title}</h2>
            {told}
            {buys}
            {form}
            <Problem error=Signal::derive(move || answer.get().and_then(Result::err)) />
        </section>
    }
    .into_any()
}
