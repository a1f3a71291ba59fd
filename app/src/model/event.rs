//! What happened to a store, in the order in which it happened.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use super::{StoreId, UnknownWord, word::words};

/// One entry in a store's history. The event table is the audit trail and the replay buffer of the live stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Event {
    /// Grows with every event of the platform; the id in the live stream.
    pub id: i64,
    /// The store that it happened to.
    pub store_id: StoreId,
    /// When.
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
    /// How grave.
    pub level: Level,
    /// Of which kind, for programs.
    pub kind: EventKind,
    /// In words, for people.
    pub text: String,
}

impl Event {
    /// The event as one line of the log form, `[2026-02-13T14:35:13Z] text`.
    #[must_use]
    pub fn log_line(&self) -> String {
        // Whole seconds: the log form is for reading.
        let at = Timestamp::from_second(self.at.as_second()).unwrap_or(self.at);
        format!("[{at}] {}", self.text.replace(['\r', '\n'], " "))
    }
}

/// How grave an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, IntoStaticStr)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", parse_err_ty = UnknownWord, parse_err_fn = UnknownWord::new)]
pub enum Level {
    /// Things as they should be.
    Info,
    /// Something to know; the work goes on.
    Warning,
    /// The work ended without success.
    Error,
}

/// What kind of thing happened.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, IntoStaticStr, VariantArray,
)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", parse_err_ty = UnknownWord, parse_err_fn = UnknownWord::new)]
pub enum EventKind {
    /// A person asked for the store.
    CreateRequested,
    /// A job began to work on it, or went on after a restart.
    JobStarted,
    /// A provision step began.
    StepStarted,
    /// A provision step ended with success.
    StepFinished,
    /// Something worth telling happened within a step.
    Note,
    /// The store became ready.
    Ready,
    /// A job ended without success.
    Failed,
    /// Something of a ready store is no longer as it should be.
    Degraded,
    /// A degraded store is ready again.
    Recovered,
    /// A person asked the platform to do what a failed deletion offered.
    OfferTaken,
    /// A person asked to try again.
    RetryRequested,
    /// A person asked for its deletion.
    DeleteRequested,
    /// Nothing of it is left.
    Deleted,
    /// A person looked at the credentials.
    CredentialsShown,
    /// A person protected it against deletion, or no longer.
    ProtectionChanged,
    /// A person gave it a domain, or took it away.
    DomainChosen,
    /// The shop is at another address.
    AddressChanged,
    /// A person asked for an order check, and it ended.
    OrderChecked,
    /// A person asked for a link that signs the owner in.
    SignInLinkMade,
    /// What can be reached from inside of it was tried, for the first time or with another outcome than before.
    IsolationProbed,
}

words!(EventKind);

impl Level {
    /// Every level.
    pub const ALL: [Self; 3] = [Self::Info, Self::Warning, Self::Error];

    /// The word for wire, database and class names.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_form_is_one_line_with_whole_seconds() {
        let event = Event {
            id: 1,
            store_id: "abcd".parse().expect("an id"),
            at: "2026-02-13T14:35:13.987Z".parse().expect("a time"),
            level: Level::Info,
            kind: EventKind::Note,
            text: "first\nsecond".to_owned(),
        };
        assert_eq!(event.log_line(), "[2026-02-13T14:35:13Z] first second");
    }

    #[test]
    fn every_kind_reads_back_from_its_word() {
        for kind in EventKind::ALL {
            assert_eq!(kind.as_str().parse().as_ref(), Ok(kind));
        }
    }
}
