//! Whether a store is apart from everybody else, as it was tried from inside of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a pod of the store reached when it tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct IsolationReport {
    /// When it was tried.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// What follows from it.
    pub verdict: Isolation,
    /// Network policies in the store's namespace.
    pub policies: u32,
    /// Each thing that was tried, the store's own database first.
    pub attempts: Vec<Attempt>,
}

/// What follows from what was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Isolation {
    /// It reached nothing that it should not.
    Isolated,
    /// It reached something although policies forbid it: the cluster's network does not enforce them.
    NotEnforced,
    /// It reached something, and there are no policies that forbid it.
    NoPolicies,
    /// It did not even reach its own database, so that nothing follows.
    Unknown,
}

/// One thing that was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Attempt {
    /// What.
    pub target: ReachTarget,
    /// What became of it.
    pub outcome: AttemptOutcome,
}

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReachTarget {
    /// The store's own database, which it has to reach.
    OwnDatabase,
    /// The database of another store.
    OtherDatabase,
    /// The web server of another store, past the gateway.
    OtherWeb,
    /// The cluster's API server.
    ApiServer,
    /// Where clouds tell machines their secrets, 169.254.169.254.
    Metadata,
}

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttemptOutcome {
    /// Somebody answered.
    Reached,
    /// It was turned away at once.
    Refused,
    /// There was no answer in time.
    Silent,
    /// There was nothing to try, such as no other store.
    NotTried,
}

impl IsolationReport {
    /// What follows from these attempts.
    #[must_use]
    pub fn new(at: Timestamp, policies: u32, attempts: Vec<Attempt>) -> Self {
        let reached = |attempt: &&Attempt| attempt.outcome == AttemptOutcome::Reached;
        let own = attempts.iter().filter(|attempt| attempt.target == ReachTarget::OwnDatabase).any(|own| reached(&own));
        let others = attempts.iter().filter(|attempt| attempt.target != ReachTarget::OwnDatabase);
        let verdict = match others.filter(reached).count() {
            _ if !own => Isolation::Unknown,
            0 => Isolation::Isolated,
            _ if policies == 0 => Isolation::NoPolicies,
            _ => Isolation::NotEnforced,
        };
        Self { at, verdict, policies, attempts }
    }

    /// In a sentence, for people.
    #[must_use]
    pub fn sentence(&self) -> String {
        let list = |wanted: fn(AttemptOutcome) -> bool| {
            let others = self.attempts.iter().filter(|attempt| attempt.target != ReachTarget::OwnDatabase);
            let names: Vec<&str> =
                others.filter(|attempt| wanted(attempt.outcome)).map(|attempt| attempt.target.label()).collect();
            match names.split_last() {
                None => String::new(),
                Some((last, [])) => (*last).to_owned(),
                Some((last, others)) => format!("{} and {last}", others.join(", ")),
            }
        };
        let reached = list(|reach| reach == AttemptOutcome::Reached);
        match self.verdict {
            Isolation::Isolated => {
                let kept_from = list(|reach| matches!(reach, AttemptOutcome::Refused | AttemptOutcome::Silent));
                format!("From inside of it nothing was reached of {kept_from}.")
            }
            Isolation::NotEnforced => format!(
                "The cluster's network does not enforce NetworkPolicies: from inside of this store {reached} could be reached, which its \
                 {} policies forbid.",
                self.policies
            ),
            Isolation::NoPolicies => format!(
                "This store has no NetworkPolicies (`network.policies` in the chart's values): from inside of it {reached} could be \
                 reached."
            ),
            Isolation::Unknown => {
                "Nothing can be said: from inside of it not even its own database could be reached.".to_owned()
            }
        }
    }
}

impl ReachTarget {
    /// Everything that is tried, in the order of a report.
    pub const ALL: [Self; 5] =
        [Self::OwnDatabase, Self::OtherDatabase, Self::OtherWeb, Self::ApiServer, Self::Metadata];

    /// In words, for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::OwnDatabase => "its own database",
            Self::OtherDatabase => "another store's database",
            Self::OtherWeb => "another store's web server",
            Self::ApiServer => "the API server",
            Self::Metadata => "the metadata address",
        }
    }
}

impl AttemptOutcome {
    /// In words, for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::Refused => "turned away",
            Self::Silent => "no answer",
            Self::NotTried => "not tried: there is no other store that is ready",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(policies: u32, outcomes: [AttemptOutcome; 5]) -> IsolationReport {
        let attempts = ReachTarget::ALL.into_iter().zip(outcomes).map(|(target, outcome)| Attempt { target, outcome });
        IsolationReport::new(Timestamp::UNIX_EPOCH, policies, attempts.collect())
    }

    #[test]
    fn a_store_is_isolated_only_where_it_reaches_its_own_database_and_nothing_else() {
        use AttemptOutcome::{NotTried as N, Reached as R, Refused as F, Silent as S};
        assert_eq!(report(4, [R, S, F, S, S]).verdict, Isolation::Isolated);
        assert_eq!(report(4, [R, R, S, S, S]).verdict, Isolation::NotEnforced);
        assert_eq!(report(0, [R, S, S, R, S]).verdict, Isolation::NoPolicies);
        assert_eq!(report(4, [S, S, S, S, S]).verdict, Isolation::Unknown, "the way out itself may be broken");
        let alone = report(4, [R, N, N, S, S]);
        assert_eq!(
            alone.sentence(),
            "From inside of it nothing was reached of the API server and the metadata address."
        );
    }

    #[test]
    fn what_was_reached_is_named() {
        use AttemptOutcome::{Reached as R, Silent as S};
        let told = report(4, [R, R, R, S, S]).sentence();
        assert!(told.contains("another store's database and another store's web server could be reached"), "{told}");
        assert!(told.contains("does not enforce NetworkPolicies") && told.contains("its 4 policies"), "{told}");
    }
}
