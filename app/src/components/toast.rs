//! What was done, told on the page that comes back.

use leptos::prelude::*;

use super::{Icon, Shape};
use crate::notice::{self, Notice};

/// The notice that this page has to tell, until it is closed; nothing when there is none. It stands outside of what a refresh
/// changes.
#[component]
pub fn Toast() -> impl IntoView {
    notice::take().map(|notice| {
        let (tone, shape) = match notice {
            Notice::TestFailed => ("bad", Shape::Warning),
            Notice::Retried(0) => ("odd", Shape::Warning),
            _ => ("good", Shape::Tick),
        };
        view! {
            // A form of this kind closes its dialog by itself.
            <dialog id="toast" class="toast" open data-tone=tone aria-label="Notice" aria-describedby="notice">
                <Icon shape />
                <p id="notice">{notice.text()}</p>
                <form method="dialog">
                    // With the focus comes the voice of a screen reader, and the key that closes it.
                    <button type="submit" class="button small" autofocus>
                        "Close"
                    </button>
                </form>
            </dialog>
        }
    })
}
