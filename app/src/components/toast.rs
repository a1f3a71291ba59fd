//! What was done, told on the page that comes back.

use leptos::prelude::*;

use super::{Icon, Shape};
use crate::notice;

/// The notice that this page has to tell, until it is closed; nothing when there is none. It stands outside of what a refresh
/// changes.
#[component]
pub fn Toast() -> impl IntoView {
    notice::take().map(|notice| {
        let (tone, shape) = if notice.is_bad() { ("bad", Shape::Warning) } else { ("good", Shape::Tick) };
        view! {
            // A form of this kind closes its dialog by itself.
            <dialog class="toast" open data-tone=tone aria-label="Notice">
                <Icon shape />
                <p>{notice.text()}</p>
                <form method="dialog">
                    <button type="submit" class="button small">
                        "Close"
                    </button>
                </form>
            </dialog>
        }
    })
}
