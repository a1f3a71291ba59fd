//! The logs of a store's pods, as they are written.

use leptos::prelude::*;

use super::awake::is_awake;
use crate::model::{Component, StoreId};

/// Follows the log of the part that is chosen: with a search, a pause, and the way to keep it. Without JavaScript, the links to
/// the logs do.
#[island]
pub fn LogViewer(
    /// Which store.
    id: StoreId,
) -> impl IntoView {
    let awake = is_awake();
    let (chosen, choose) = signal(None::<Component>);
    // What was there when it was paused; none while it goes on.
    let paused_at = RwSignal::new(None::<Vec<String>>);
    let paused = move || paused_at.with(Option::is_some);
    let (search, set_search) = signal(String::new());
    let shown = LogView::new();
    let id = StoredValue::new(id.to_string());
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| crate::live::follow_log(&id.get_value(), chosen.get(), shown));
    let found = Memo::new(move |_| {
        let wanted = search.get();
        paused_at.with(|paused_at| match paused_at {
            Some(lines) => matching(lines, &wanted),
            None => shown.lines.with(|lines| matching(lines, &wanted)),
        })
    });
    let text = Memo::new(move |_| found.with(|(text, _)| text.clone()));
    let state = move || {
        let state =
            if paused() { "Paused: what is written meanwhile is shown when you resume." } else { shown.state() };
        let lines = found.with(|(_, lines)| *lines);
        match search.with(String::is_empty) {
            true => state.to_owned(),
            false if lines == 0 => format!("{state} No line contains that."),
            false => format!("{state} Lines that contain it: {lines}."),
        }
    };
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        text.track();
        if !paused() {
            crate::live::scroll_log_to_end();
        }
    });
    let file = move |component: Component| {
        format!("/api/stores/{}/logs?component={}&lines=5000", id.get_value(), component.as_str())
    };
    let buttons = Component::ALL.map(|component| {
        view! {
            <button
                type="button"
                class="button small"
                disabled=move || !awake.get()
                aria-pressed=move || (chosen.get() == Some(component)).to_string()
                on:click=move |_| {
                    paused_at.set(None);
                    choose.set(Some(component));
                }
            >
                {component.label()}
            </button>
        }
    });
    let links = Component::ALL.map(|component| view! { <a href=file(component)>{component.label()}</a> });
    view! {
        <noscript>
            <p class="logs">{links.into_iter().collect_view()}</p>
        </noscript>
        <div class="needs-js log-controls">
            <div class="actions" role="group" aria-label="Whose log">
                {buttons.into_iter().collect_view()}
            </div>
            <div class="actions" hidden=move || chosen.get().is_none()>
                <input
                    type="search"
                    placeholder="Find in the log"
                    aria-label="Find in the log"
                    on:input=move |event| set_search.set(event_target_value(&event))
                />
                <button
                    type="button"
                    class="button small"
                    aria-pressed=move || paused().to_string()
                    on:click=move |_| {
                        let lines = (!paused()).then(|| shown.lines.get_untracked());
                        paused_at.set(lines);
                    }
                >
                    {move || if paused() { "Resume" } else { "Pause" }}
                </button>
                <a
                    class="button small"
                    download=move || chosen.get().map(|part| format!("store-{}-{}.log", id.get_value(), part.as_str()))
                    href=move || chosen.get().map(file)
                >
                    "Download"
                </a>
            </div>
        </div>
        <p class="quiet needs-js" role="status" hidden=move || chosen.get().is_none()>
            {state}
        </p>
        <pre id="log" class="log" tabindex="0" role="log" aria-live="off" aria-label="Log" hidden=move || chosen.get().is_none()>
            {text}
        </pre>
    }
}

/// What is known of the log that is followed.
#[derive(Clone, Copy, Debug)]
pub struct LogView {
    lines: RwSignal<Vec<String>>,
    state: RwSignal<&'static str>,
}

impl LogView {
    /// Most lines that a page keeps; the oldest go first.
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only the browser follows a log"))]
    const MOST: usize = 2_000;

    fn new() -> Self {
        Self { lines: RwSignal::new(Vec::new()), state: RwSignal::new("") }
    }

    fn state(self) -> &'static str {
        self.state.get()
    }
}

/// The lines that hold `text`, upper and lower case being the same, and how many they are.
fn matching(lines: &[String], text: &str) -> (String, usize) {
    let text = text.to_lowercase();
    let found = lines.iter().filter(|line| text.is_empty() || line.to_lowercase().contains(&text));
    found.fold((String::new(), 0), |(all, number), line| (all + line + "\n", number + 1))
}

#[cfg(feature = "hydrate")]
impl LogView {
    /// Begins anew.
    pub(crate) fn clear(self) {
        self.lines.set(Vec::new());
    }

    /// Says how the following goes.
    pub(crate) fn say(self, state: &'static str) {
        self.state.set(state);
    }

    /// Adds lines at the end.
    pub(crate) fn add(self, new: Vec<String>) {
        self.lines.update(|lines| {
            lines.extend(new);
            let surplus = lines.len().saturating_sub(Self::MOST);
            lines.drain(..surplus);
        });
    }
}
