//! Chooses light, dark, or as the system is set.

use leptos::{form::ActionForm, prelude::*};

use crate::{api::ChooseTheme, model::Theme};

/// Three buttons. With JavaScript the colours change at once; without, the page comes back in them.
#[island]
pub fn ThemeSwitch(
    /// The present choice.
    theme: Theme,
) -> impl IntoView {
    let choose = ServerAction::<ChooseTheme>::new();
    let chosen = Memo::new(move |before: Option<&Theme>| {
        let asked = choose.input().with(|input| input.as_ref().map(|input| input.theme));
        asked.or_else(|| before.copied()).unwrap_or(theme)
    });
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        let set = document().document_element().map(|html| html.set_attribute("data-theme", chosen.get().as_str()));
        debug_assert!(matches!(set, Some(Ok(()))), "the theme could not be set");
    });
    let buttons = Theme::ALL.map(|theme| {
        view! {
            <button type="submit" name="theme" value=theme.as_str() aria-pressed=move || (chosen.get() == theme).to_string()>
                {theme.label()}
            </button>
        }
    });
    view! {
        <ActionForm action=choose attr:class="theme">
            <span id="theme-label">"Colours"</span>
            <div role="group" aria-labelledby="theme-label">
                {buttons.into_iter().collect_view()}
            </div>
        </ActionForm>
    }
}
