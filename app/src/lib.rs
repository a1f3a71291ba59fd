//! What browser and server agree on, and the pages. Nothing here touches the world: no SQL, no Kubernetes, no sockets.
//!
//! Pages are rendered on the server. The browser gets the [`islands`] in them, and [`live`], which renders nothing itself: when
//! something changed it fetches the page again and changes what differs.

// Views are deeply nested types; the default limit is too low for them.
#![recursion_limit = "256"]

pub mod api;
pub mod components;
pub mod error;
pub mod islands;
#[cfg(feature = "hydrate")]
pub mod live;
pub mod model;
pub mod time;

/// The header of what a page fetches by itself: nobody reads that answer as a page that was opened.
pub const BY_ITSELF: &str = "x-urumi-by-itself";

/// What that header holds where a page is brought up to date, which no person asked for; a form that is sent beside its page holds
/// something else.
pub const REFRESH: &str = "refresh";

#[cfg(feature = "ssr")]
mod cookies;
#[cfg(feature = "ssr")]
mod draft;
#[cfg(feature = "ssr")]
mod notice;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod words;

#[cfg(feature = "ssr")]
pub use api::within_site;
#[cfg(feature = "ssr")]
pub use pages::{App, shell};
