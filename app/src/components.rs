//! The pieces that several pages are made of.

mod clock;
mod copy;
mod header;
mod icon;
mod problem;
mod retry;
mod status;

pub use clock::{Ago, provide_clock, use_now};
pub use copy::CopyButton;
pub use header::Header;
pub use icon::{Icon, Shape};
pub use problem::Problem;
pub use retry::RetryForm;
pub use status::{Progress, StatusBadge};
