//! What went wrong between this server and the cluster, in words, and whether waiting may help.

use std::{error::Error, time::Duration};

use kube::core::Status;

/// A request to the cluster did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// Nobody answers, so nothing can be known or done until somebody does.
    #[error("{cause}")]
    Away {
        /// What happened, one sentence.
        cause: String,
    },
    /// It may pass by itself: too many requests, a conflict, a fault of the API server.
    #[error("{cause}")]
    Passing {
        /// What happened, one sentence.
        cause: String,
        /// The API server's answer where there was one.
        status: Option<Box<Status>>,
    },
    /// It will not pass by itself.
    #[error("{cause}")]
    Lasting {
        /// What happened, one sentence.
        cause: String,
        /// What to do about it, one sentence.
        advice: String,
        /// The API server's answer where there was one.
        status: Option<Box<Status>>,
    },
}

/// What to do about an object that the cluster does not take.
const CHART_ADVICE: &str =
    "The chart and the cluster's version do not fit each other; correct what is named, then retry.";

impl Trouble {
    /// The settings that say which cluster to use cannot be used.
    pub(super) fn wrong_settings(error: &(dyn Error + 'static)) -> Self {
        Self::Lasting {
            cause: format!("The kubeconfig cannot be used: {}.", chain(error)),
            advice: "Point --kubeconfig (URUMI_KUBECONFIG) at a kubeconfig that kubectl can use, then retry."
                .to_owned(),
            status: None,
        }
    }

    /// There are no settings at all.
    pub(super) fn no_settings(error: &(dyn Error + 'static)) -> Self {
        Self::Lasting {
            cause: format!("No cluster is set, and this is not a pod of one: {}.", chain(error)),
            advice: "Name the cluster with --kubeconfig and --context (URUMI_KUBECONFIG, URUMI_CONTEXT), then retry."
                .to_owned(),
            status: None,
        }
    }

    pub(super) fn unnamed_context(there: &[&str]) -> Self {
        Self::Lasting {
            cause: format!("The kubeconfig has several contexts or none: {}.", list(there)),
            advice: "Name one of them with --context (URUMI_CONTEXT), then retry.".to_owned(),
            status: None,
        }
    }

    pub(super) fn missing_context(wanted: &str, there: &[&str]) -> Self {
        Self::Lasting {
            cause: format!("The kubeconfig has no context {wanted:?}; it has {}.", list(there)),
            advice: "Name one of them with --context (URUMI_CONTEXT), then retry.".to_owned(),
            status: None,
        }
    }

    pub(super) fn too_slow(limit: Duration) -> Self {
        Self::Away { cause: format!("The cluster's API server did not answer within {} s.", limit.as_secs()) }
    }

    /// Something that may pass by itself.
    pub(crate) fn passing(cause: impl Into<String>) -> Self {
        Self::Passing { cause: cause.into(), status: None }
    }

    /// The same trouble, with the object that it is about.
    #[must_use]
    pub fn about(mut self, what: &str) -> Self {
        let (Self::Away { cause } | Self::Passing { cause, .. } | Self::Lasting { cause, .. }) = &mut self;
        *cause = format!("{what}: {cause}");
        self
    }

    /// Whether the API server answered with this HTTP status.
    #[must_use]
    pub fn is_status(&self, code: u16) -> bool {
        match self {
            Self::Away { .. } => false,
            Self::Passing { status, .. } | Self::Lasting { status, .. } => {
                status.as_ref().is_some_and(|status| status.code == code)
            }
        }
    }

    /// Whether the API server does not accept who asks, or what that one may do. Other limits answer 403 too.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        let Self::Lasting { status: Some(status), .. } = self else { return false };
        status.code == 401 || (status.code == 403 && status.message.contains("\" cannot "))
    }

    /// Whether the API server answered that there is no such thing.
    #[must_use]
    pub fn is_absence(&self) -> bool {
        self.is_status(404)
    }
}

impl From<kube::Error> for Trouble {
    fn from(error: kube::Error) -> Self {
        match error {
            kube::Error::Api(status) => refused(status),
            kube::Error::InferConfig(error) => Self::wrong_settings(&error),
            kube::Error::InferKubeconfig(error) => Self::wrong_settings(&error),
            kube::Error::Auth(error) => Self::wrong_settings(&error),
            kube::Error::Discovery(error) => Self::Lasting {
                cause: format!("The cluster does not serve it: {error}."),
                advice: "Use a cluster that serves this API, or change the chart.".to_owned(),
                status: Some(Box::new(Status { code: 404, ..Status::default() })),
            },
            other => away(&other),
        }
    }
}

/// The API server answered, but not with what was asked for.
fn refused(status: Box<Status>) -> Trouble {
    let message = if status.message.is_empty() { "without a reason" } else { status.message.as_str() };
    let cause = format!("The cluster's API server answered {}: {}.", status.code, message.trim_end_matches('.'));
    let advice = match status.code {
        401 => "The credentials in the kubeconfig are not accepted; renew them, then retry.",
        403 => "Give the platform's account the right to do this, or raise the limit that is named, then retry.",
        // How 1.20 answers to an object that does not fit its schema.
        500 if message.contains("typed patch object") => CHART_ADVICE,
        // Conflicts, throttling, and faults of the API server.
        404 | 408 | 409 | 410 | 429 | 500.. => return Trouble::Passing { cause, status: Some(status) },
        _ => CHART_ADVICE,
    };
    Trouble::Lasting { cause, advice: advice.to_owned(), status: Some(status) }
}

/// Nobody answered.
fn away(error: &(dyn Error + 'static)) -> Trouble {
    let told = chain(error);
    let cause = if told.contains("Connection refused") {
        "The cluster refuses connections: its API server is not running at the kubeconfig's address.".to_owned()
    } else if told.contains("certificate") {
        return Trouble::Lasting {
            cause: format!("The cluster's certificate does not fit the kubeconfig: {told}."),
            advice: "Renew the kubeconfig (the cluster may have been made anew), then retry.".to_owned(),
            status: None,
        };
    } else {
        format!("The cluster cannot be reached: {told}.")
    };
    Trouble::Away { cause }
}

fn list(names: &[&str]) -> String {
    if names.is_empty() { "none at all".to_owned() } else { names.join(", ") }
}

/// An error and its sources in one line, each said once.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut told = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let text = error.to_string();
        if !told.contains(&text) {
            told = format!("{told}: {text}");
        }
        source = error.source();
    }
    told.trim_end_matches('.').replace(['\r', '\n'], " ")
}
