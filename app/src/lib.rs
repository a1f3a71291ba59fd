//! What browser and server agree on, and the pages. Nothing here touches the world: no SQL, no Kubernetes, no sockets.

// Views are deeply nested types; the default limit is too low for them.
#![recursion_limit = "256"]

pub mod api;
pub mod components;
pub mod error;
pub mod live;
pub mod model;
pub mod pages;
#[cfg(feature = "ssr")]
pub mod service;
pub mod words;

pub use pages::{App, shell};
