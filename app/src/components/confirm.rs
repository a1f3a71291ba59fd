//! A field that has to hold a certain text before something grave can be done.

use leptos::prelude::*;

use crate::error::AppError;

/// The field and the button. Without JavaScript the button can be pressed at any time, and the server compares.
#[component]
pub fn Confirm(
    /// What has to be typed.
    wanted: String,
    /// What the field says of itself.
    label: AnyView,
    /// What the button says, and what it says meanwhile.
    button: (&'static str, &'static str),
    /// Where to go instead.
    back: String,
    /// Why what was typed before was refused.
    refusal: Option<AppError>,
) -> impl IntoView {
    view! {
        <label for="confirmation">{label}</label>
        <input
            id="confirmation"
            name="confirmation"
            type="text"
            required
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            data-wanted=wanted
            aria-describedby="confirmation-problem"
            aria-invalid=refusal.is_some().to_string()
        />
        <p id="confirmation-problem" class="field-problem" role="alert">
            {refusal.map(|error| error.to_string())}
        </p>
        <div class="actions">
            <button type="submit" class="button danger solid" data-busy=button.1>
                <span>{button.0}</span>
            </button>
            <a href=back class="button">
                "Keep it"
            </a>
        </div>
    }
}
