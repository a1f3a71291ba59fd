//! The parts of a page that do something in the browser by themselves. Each works without JavaScript too, as far as it can.

mod awake;
mod copy;
mod credentials;
mod live_mark;
mod logs;
mod search;
mod select;
mod theme;

pub use copy::{CopyButton, CopyLog};
pub use credentials::{CredentialsList, ShowCredentialsButton};
pub use live_mark::{Connection, LiveMark};
pub use logs::{LogView, LogViewer};
pub use search::Search;
pub use select::SelectAll;
pub use theme::ThemeSwitch;
