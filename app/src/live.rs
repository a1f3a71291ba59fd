//! Which stores changed just now, as signals: the page's end of the event stream.
//!
//! A message of the stream says *that* a store changed; the pages then fetch *what* it is now. So there is no second copy
//! of the state here, and nothing is lost when a message is.

#[cfg(feature = "hydrate")]
mod stream;

use std::collections::BTreeSet;

use leptos::prelude::*;

use crate::model::StoreId;

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

/// What changed since the last pulse.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Touched {
    /// These stores.
    Stores(BTreeSet<StoreId>),
    /// Anything may have: the stream was (re)opened.
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only the browser has a stream"))]
    Anything,
}

/// The stream as the pages see it. Provided once, by the application.
#[derive(Clone, Copy)]
pub struct Live {
    connection: RwSignal<Connection>,
    touched: RwSignal<Touched>,
}

impl Live {
    /// Puts the stream in context and, in the browser, opens it until the current owner is cleaned up.
    pub fn provide() {
        let live = Self {
            connection: RwSignal::new(Connection::Connecting),
            touched: RwSignal::new(Touched::Stores(BTreeSet::new())),
        };
        provide_context(live);
        // An effect, since effects only run in the browser and only after hydration.
        #[cfg(feature = "hydrate")]
        Effect::new(move |_| stream::open(live));
    }

    /// The stream that the application provides.
    #[must_use]
    pub fn get() -> Self {
        expect_context()
    }

    /// How the stream is doing.
    #[must_use]
    pub fn connection(self) -> Connection {
        self.connection.get()
    }

    /// Calls `refetch` when any store changed, at most once per pulse.
    pub fn on_any_change(self, refetch: impl Fn() + 'static) {
        Effect::new(move |before: Option<()>| {
            self.touched.track();
            if before.is_some() {
                refetch();
            }
        });
    }

    /// Calls `refetch` when the store that `id` names changed, at most once per pulse; while `depends_on_others` also when
    /// any other did.
    pub fn on_change_of(
        self,
        id: Memo<Option<StoreId>>,
        depends_on_others: impl Fn() -> bool + 'static,
        refetch: impl Fn() + 'static,
    ) {
        Effect::new(move |before: Option<()>| {
            let touched = self.touched.with(|touched| match touched {
                Touched::Anything => true,
                Touched::Stores(stores) => id.get_untracked().is_some_and(|id| stores.contains(&id)),
            });
            if before.is_some() && (touched || depends_on_others()) {
                refetch();
            }
        });
    }
}
