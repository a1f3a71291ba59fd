//! What was done, for the page that comes back after a form was sent. It is told once, and stays until it is closed or another
//! page is opened.

use std::{fmt, str::FromStr};

use leptos::prelude::use_context;
use server_fn::http_export::request::Parts;

use crate::{
    BY_ITSELF, cookies,
    service::{Fresh, accounts},
};

const COOKIE: &str = "notice";

/// Long enough for the browser to ask for the page again.
const SECONDS: u32 = 30;

/// Something that was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    Protected,
    Unprotected,
    Retried(u32),
    Deleting(u32),
    TestPassed,
    TestFailed,
    IsolationTested,
    DomainChosen,
    DomainRemoved,
    PasswordChanged,
    Disconnected,
    TokenRevoked,
    UserChanged,
}

impl Notice {
    /// What it says.
    pub(crate) fn text(self) -> String {
        match self {
            Self::Protected => "Protected: it cannot be deleted until the protection is taken off.".to_owned(),
            Self::Unprotected => "No longer protected against deletion.".to_owned(),
            Self::Retried(1) => "Queued again.".to_owned(),
            Self::Retried(0) => "None of them had failed, so none was queued again.".to_owned(),
            Self::Retried(stores) => format!("{stores} stores queued again."),
            Self::Deleting(1) => "1 store is being deleted.".to_owned(),
            Self::Deleting(stores) => format!("{stores} stores are being deleted."),
            Self::TestPassed => "The test went through.".to_owned(),
            Self::TestFailed => "The test did not go through. The page says why.".to_owned(),
            Self::IsolationTested => "Tried from inside of the store. The page says what was reached.".to_owned(),
            Self::DomainChosen => {
                "The shop moves to its domain. That takes some seconds, and is proven by a test order.".to_owned()
            }
            Self::DomainRemoved => "The shop moves back to its first address.".to_owned(),
            Self::PasswordChanged => "The password is another now, and you are signed out everywhere else.".to_owned(),
            Self::Disconnected => "You sign in here with the password only.".to_owned(),
            Self::TokenRevoked => "The token is worth nothing any more.".to_owned(),
            Self::UserChanged => "The user was changed.".to_owned(),
        }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Protected => f.write_str("protected"),
            Self::Unprotected => f.write_str("unprotected"),
            Self::Retried(stores) => write!(f, "retried-{stores}"),
            Self::Deleting(stores) => write!(f, "deleting-{stores}"),
            Self::TestPassed => f.write_str("test-passed"),
            Self::TestFailed => f.write_str("test-failed"),
            Self::IsolationTested => f.write_str("isolation-tested"),
            Self::DomainChosen => f.write_str("domain-chosen"),
            Self::DomainRemoved => f.write_str("domain-removed"),
            Self::PasswordChanged => f.write_str("password-changed"),
            Self::Disconnected => f.write_str("disconnected"),
            Self::TokenRevoked => f.write_str("token-revoked"),
            Self::UserChanged => f.write_str("user-changed"),
        }
    }
}

impl FromStr for Notice {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let number = |prefix| text.strip_prefix(prefix).and_then(|number: &str| number.parse().ok());
        match text {
            "protected" => Ok(Self::Protected),
            "unprotected" => Ok(Self::Unprotected),
            "test-passed" => Ok(Self::TestPassed),
            "test-failed" => Ok(Self::TestFailed),
            "isolation-tested" => Ok(Self::IsolationTested),
            "domain-chosen" => Ok(Self::DomainChosen),
            "domain-removed" => Ok(Self::DomainRemoved),
            "password-changed" => Ok(Self::PasswordChanged),
            "disconnected" => Ok(Self::Disconnected),
            "token-revoked" => Ok(Self::TokenRevoked),
            "user-changed" => Ok(Self::UserChanged),
            _ => number("retried-").map(Self::Retried).or(number("deleting-").map(Self::Deleting)).ok_or(()),
        }
    }
}

/// Has the next page tell this.
pub(crate) fn keep(notice: Notice) {
    cookies::set(COOKIE, &notice.to_string(), SECONDS);
}

/// Whether somebody reads the answer: what a page fetches by itself is not read, and leaves what is told once for the page that is.
fn is_read() -> bool {
    use_context::<Parts>().is_some_and(|request| !request.headers.contains_key(BY_ITSELF))
}

/// What this page shows once, where it is what the page is for.
pub(crate) fn shown_once(is_wanted: fn(&Fresh) -> bool) -> Option<Fresh> {
    accounts().ok().filter(|_| is_read())?.shown_once(is_wanted)
}

/// What this page has to tell.
pub(crate) fn take() -> Option<Notice> {
    let kept = cookies::get(COOKIE).filter(|_| is_read())?;
    cookies::set(COOKIE, "", 0);
    kept.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notice_reads_back_from_its_word() {
        for notice in [
            Notice::Protected,
            Notice::Unprotected,
            Notice::Retried(2),
            Notice::Deleting(50),
            Notice::TestPassed,
            Notice::TestFailed,
            Notice::IsolationTested,
            Notice::DomainChosen,
            Notice::DomainRemoved,
            Notice::PasswordChanged,
            Notice::Disconnected,
            Notice::TokenRevoked,
            Notice::UserChanged,
        ] {
            assert_eq!(notice.to_string().parse(), Ok(notice));
            assert!(notice.text().ends_with('.'));
        }
        assert_eq!("deleting-<script>".parse::<Notice>(), Err(()));
    }
}
