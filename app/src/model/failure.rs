//! Why something ended without success, for a person who wants to act on it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use super::{Step, UnknownWord, word::words};

/// Why a job ended without success, or what is wrong with a store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Failure {
    /// Of which kind, for programs.
    pub reason: Reason,
    /// The step that failed; none when it was not an install.
    pub step: Option<Step>,
    /// The cause, one sentence.
    pub cause: String,
    /// What to do next, one sentence.
    pub advice: String,
    /// What the cause was read from: conditions, messages, last log lines. May be empty.
    pub evidence: String,
    /// What the platform can do about it when it is asked to.
    pub offer: Option<Offer>,
}

/// The kinds of failures.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", parse_err_ty = UnknownWord, parse_err_fn = UnknownWord::new)]
pub enum Reason {
    /// An image cannot be pulled or used.
    ImageUnavailable,
    /// A pod does not fit on any node.
    NoPlace,
    /// The namespace's quota is used up.
    Quota,
    /// The cluster's rules for pods refuse one.
    NotAllowed,
    /// Nobody fulfils a claim for a volume.
    VolumePending,
    /// A volume has no room left, or soon has none.
    VolumeFull,
    /// A volume or the namespace is gone with what was in it.
    DataLost,
    /// The Secret with the store's passwords is gone, or not the one that its pods were started with.
    CredentialsLost,
    /// A container cannot be started.
    CannotStart,
    /// A container ends again and again.
    Crashes,
    /// A container needs more memory than it may use.
    OutOfMemory,
    /// A pod runs and does not become ready.
    NotReady,
    /// The database did not take what the bootstrap asked of it.
    DatabaseRefused,
    /// The bootstrap came to no good end.
    BootstrapFailed,
    /// The storefront does not show what it should.
    StorefrontFailed,
    /// The shop did not take an order, or its owner cannot sign in.
    OrderCheckFailed,
    /// The chart or its values cannot be used.
    ChartUnusable,
    /// The API server refuses what the platform asks of it.
    ClusterRefuses,
    /// The API server does not accept who the platform is, or what it may do.
    NotAuthorized,
    /// It had its time and was not done.
    TookTooLong,
    /// Something does not go away.
    RemovalStuck,
    /// An object is missing or not as it was applied.
    ObjectsChanged,
    /// The shop is not yet at the address that was chosen.
    AddressOutdated,
    /// The platform made a mistake of its own.
    PlatformFault,
    /// It was not classified: failures from before that was done.
    #[default]
    Unknown,
}

/// What the platform can do when it is asked to: the one thing that helps and harms nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "action")]
pub enum Offer {
    /// Takes a finalizer off an object of the store that is being deleted, so that its controller no longer has to answer.
    ReleaseFinalizer {
        /// The object.
        object: Target,
        /// The finalizer.
        finalizer: String,
    },
    /// Takes a pod out of the API although its node does not confirm that it ended.
    ForgetPod {
        /// The pod.
        object: Target,
    },
    /// Makes the cluster remove a volume, with its data, that its reclaim policy would keep.
    ReclaimVolume {
        /// The persistent volume.
        object: Target,
    },
}

/// Exactly one object in the cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Target {
    /// Its `apiVersion`.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What tells it from another one of the same name.
    pub uid: String,
}

/// One time that a store failed or was degraded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct FailedAttempt {
    /// When; of several in a row with the same cause, the first.
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
    /// The last of them.
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub last_at: Timestamp,
    /// How many there were.
    pub times: u32,
    /// What the platform was doing.
    pub during: During,
    /// Why.
    pub failure: Failure,
    /// Everything that was to be seen of the store in the cluster then, before anything was cleaned up.
    pub findings: Vec<Finding>,
}

/// What the platform was doing for a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, IntoStaticStr)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", parse_err_ty = UnknownWord, parse_err_fn = UnknownWord::new)]
pub enum During {
    /// Making it.
    Provision,
    /// Removing it.
    Delete,
    /// Mending it.
    Repair,
    /// Bringing it to another address.
    Readdress,
    /// Looking after it while it was open.
    Care,
}

/// A part of what was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Finding {
    /// What it is about, such as `Pods`.
    pub about: String,
    /// What was seen, line by line.
    pub text: String,
}

impl Failure {
    /// A failure without evidence or offer.
    #[must_use]
    pub fn new(reason: Reason, step: Option<Step>, cause: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { reason, step, cause: cause.into(), advice: advice.into(), evidence: String::new(), offer: None }
    }

    /// The same with what it was read from.
    #[must_use]
    pub fn with_evidence(self, evidence: impl Into<String>) -> Self {
        Self { evidence: evidence.into(), ..self }
    }

    /// Whether trying again makes sense: a failed deletion is asked for again instead.
    #[must_use]
    pub fn can_be_retried(&self) -> bool {
        self.step.is_some()
    }

    /// Whether it says the same as another one, but for numbers such as how often a container was started.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        let words = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "");
        (self.reason, self.step) == (other.reason, other.step) && words(&self.cause) == words(&other.cause)
    }
}

words!(Reason);

impl Reason {
    /// Whether something of the store itself is missing, so that it is at fault and not the cluster that was asked about it.
    #[must_use]
    pub fn is_loss(self) -> bool {
        matches!(self, Self::DataLost | Self::CredentialsLost)
    }

    /// In words, for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::ImageUnavailable => "Image cannot be used",
            Self::NoPlace => "No room on any node",
            Self::Quota => "Quota used up",
            Self::NotAllowed => "Refused by the cluster's rules",
            Self::VolumePending => "No volume",
            Self::VolumeFull => "Volume full",
            Self::DataLost => "Data lost",
            Self::CredentialsLost => "Credentials lost",
            Self::CannotStart => "Container cannot start",
            Self::Crashes => "Crashes again and again",
            Self::OutOfMemory => "Out of memory",
            Self::NotReady => "Not ready",
            Self::DatabaseRefused => "Database refused",
            Self::BootstrapFailed => "Installation failed",
            Self::StorefrontFailed => "Storefront failed",
            Self::OrderCheckFailed => "Order check failed",
            Self::ChartUnusable => "Chart cannot be used",
            Self::ClusterRefuses => "Refused by the API server",
            Self::NotAuthorized => "Not authorized",
            Self::TookTooLong => "Took too long",
            Self::RemovalStuck => "Removal is stuck",
            Self::ObjectsChanged => "Changed from outside",
            Self::AddressOutdated => "At another address",
            Self::PlatformFault => "A mistake of Urumi's",
            Self::Unknown => "Not classified",
        }
    }
}

impl During {
    /// The word for wire and database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// In words, for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Provision => "Installing",
            Self::Delete => "Deleting",
            Self::Repair => "Repairing",
            Self::Readdress => "Moving",
            Self::Care => "While it was open",
        }
    }
}

impl Offer {
    /// What would be done, in the words of a button.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Self::ReleaseFinalizer { object, .. } => {
                format!("Release {} {} and delete again", object.kind, object.name)
            }
            Self::ForgetPod { object } => format!("Forget the pod {} and delete again", object.name),
            Self::ReclaimVolume { object } => format!("Remove the volume {} and delete again", object.name),
        }
    }

    /// What has to be typed before it is done, where it destroys what somebody wanted to keep.
    #[must_use]
    pub fn confirmation(&self) -> Option<&str> {
        match self {
            Self::ReclaimVolume { object } => Some(&object.name),
            Self::ReleaseFinalizer { .. } | Self::ForgetPod { .. } => None,
        }
    }

    /// What that means, for whoever decides about it.
    #[must_use]
    pub fn meaning(&self) -> String {
        match self {
            Self::ReleaseFinalizer { finalizer, .. } => format!(
                "This takes the finalizer {finalizer} off, exactly from this object. Whoever put it there is no longer asked to clean \
                 up what belongs to it outside of the cluster. Do it when that one is gone for good."
            ),
            Self::ForgetPod { .. } => {
                "This takes the pod out of the API, as `kubectl delete --force` does. Do it when its node is gone for good: a node \
                 that is only cut off may go on running it."
                    .to_owned()
            }
            Self::ReclaimVolume { .. } => {
                "This sets the volume's reclaim policy to Delete, so that the cluster removes it with everything in it.".to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_reads_back_from_its_word_and_has_its_own_label() {
        let mut labels: Vec<&str> = Reason::ALL.iter().map(|reason| reason.label()).collect();
        for reason in Reason::ALL {
            assert_eq!(reason.as_str().parse().as_ref(), Ok(reason));
        }
        labels.sort_unstable();
        labels.dedup();
        assert_eq!(labels.len(), Reason::ALL.len());
    }

    #[test]
    fn a_failure_is_like_one_that_differs_in_numbers_only() {
        let crash = |reason, times: &str| Failure::new(reason, None, format!("It crashed {times} times."), "Look.");
        assert!(crash(Reason::Crashes, "3").is_like(&crash(Reason::Crashes, "14")));
        assert!(!crash(Reason::Crashes, "3").is_like(&crash(Reason::OutOfMemory, "3")));
        assert!(!crash(Reason::Crashes, "3").is_like(&crash(Reason::Crashes, "several")));
    }
}
