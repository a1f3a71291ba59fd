//! The parts of a page that do something in the browser by themselves. Each works without JavaScript too, as far as it can.

mod confirm;
mod copy;
mod create;
mod credentials;
mod delete;
mod live_mark;
mod logs;
mod search;
mod select;
mod theme;

pub use copy::{CopyButton, CopyLog};
pub use create::CreateForm;
pub use credentials::{CredentialsList, ShowCredentialsButton};
pub use delete::{DeleteForm, DeleteManyForm};
pub use live_mark::{Connection, LiveMark};
pub use logs::{LogView, LogViewer};
pub use search::Search;
pub use select::SelectAll;
pub use theme::ThemeSwitch;
