//! Whether changes arrive by themselves. Also what makes them: this island is on every page.

use leptos::prelude::*;

/// How the event stream is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Not open yet.
    Connecting,
    /// Open: changes arrive as they happen.
    Live,
    /// It was lost and is being opened again.
    Reconnecting,
}

impl Connection {
    fn word(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Live => "live",
            Self::Reconnecting => "reconnecting",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Connecting => "Connecting…",
            Self::Live => "Live",
            Self::Reconnecting => "Reconnecting…",
        }
    }
}

/// Says how the event stream is doing and, in the browser, starts it.
#[island]
pub fn LiveMark() -> impl IntoView {
    let (connection, set_connection) = signal(Connection::Connecting);
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| crate::live::start(set_connection));
    #[cfg(not(feature = "hydrate"))]
    let _ = set_connection;
    view! {
        <p
            class="live needs-js"
            role="status"
            data-connection=move || connection.get().word()
            title="Whether changes arrive by themselves"
        >
            {move || connection.get().text()}
        </p>
    }
}
