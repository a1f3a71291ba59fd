//! The pieces that pages and islands are made of.

mod icon;
mod problem;

#[cfg(feature = "ssr")]
mod clock;
#[cfg(feature = "ssr")]
mod confirm;
#[cfg(feature = "ssr")]
mod crumb;
#[cfg(feature = "ssr")]
mod header;
#[cfg(feature = "ssr")]
mod protect;
#[cfg(feature = "ssr")]
mod retry;
#[cfg(feature = "ssr")]
mod status;
#[cfg(feature = "ssr")]
mod toast;

#[cfg(feature = "ssr")]
pub use icon::Shapes;
pub use icon::{Icon, Shape};
pub use problem::Problem;

#[cfg(feature = "ssr")]
pub use self::{
    clock::{Ago, Ahead, now},
    confirm::Confirm,
    crumb::Crumb,
    header::Header,
    protect::ProtectForm,
    retry::{RefusedRetry, RetryForm},
    status::{Progress, StatusBadge},
    toast::Toast,
};
