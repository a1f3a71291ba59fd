//! What each role may do, as a table: both doors ask it, and pages leave out what would be refused.

use strum::VariantArray;

use super::{Role, Scope};

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, VariantArray)]
pub enum Action {
    /// See a store with everything that is no secret: its page, history, failures, logs and pods.
    See,
    /// Create a store.
    Create,
    /// Change a store: retry, repair, delete, protect, test.
    Change,
    /// Get into a store's administration: its credentials and sign-in links.
    Enter,
    /// See what is in the cluster and belongs to no store.
    SeeStrays,
    /// Remove it.
    RemoveStrays,
    /// See and change users.
    ManageUsers,
    /// See who did what.
    SeeAudit,
}

/// What becomes of a wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is done.
    Allowed,
    /// It is refused, and that is said.
    Refused,
    /// It is answered as if there were no such store.
    Unseen,
}

impl Action {
    /// Every action.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The scope that a token needs for it.
    #[must_use]
    pub fn scope(self) -> Scope {
        match self {
            Self::See | Self::SeeStrays => Scope::Read,
            Self::Create | Self::Change => Scope::Manage,
            Self::Enter => Scope::Enter,
            Self::RemoveStrays | Self::ManageUsers | Self::SeeAudit => Scope::Administer,
        }
    }

    /// Whether it is about one store.
    #[must_use]
    pub fn is_about_a_store(self) -> bool {
        matches!(self, Self::See | Self::Change | Self::Enter)
    }
}

impl Role {
    /// What becomes of somebody's wish; `own` is whether it is about a store of theirs, where it is about one.
    #[must_use]
    pub fn verdict(self, action: Action, own: bool) -> Verdict {
        match (self, action) {
            (Self::Administrator, _) | (Self::Member, Action::Create) => Verdict::Allowed,
            (Self::Member, Action::See | Action::Change | Action::Enter) if own => Verdict::Allowed,
            (Self::Member, Action::See | Action::Change | Action::Enter) => Verdict::Unseen,
            (Self::Viewer, Action::See | Action::SeeStrays) => Verdict::Allowed,
            (
                Self::Member | Self::Viewer,
                Action::Create
                | Action::Change
                | Action::Enter
                | Action::SeeStrays
                | Action::RemoveStrays
                | Action::ManageUsers
                | Action::SeeAudit,
            ) => Verdict::Refused,
        }
    }

    /// Whether somebody sees the stores of others, too.
    #[must_use]
    pub fn sees_all(self) -> bool {
        self.verdict(Action::See, false) == Verdict::Allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_roles_is_this_one() {
        use Verdict::{Allowed as A, Refused as R, Unseen as U};
        // For each action: administrator, member with an own store, member with another's, viewer.
        let table = [
            (Action::See, [A, A, U, A]),
            (Action::Create, [A, A, A, R]),
            (Action::Change, [A, A, U, R]),
            (Action::Enter, [A, A, U, R]),
            (Action::SeeStrays, [A, R, R, A]),
            (Action::RemoveStrays, [A, R, R, R]),
            (Action::ManageUsers, [A, R, R, R]),
            (Action::SeeAudit, [A, R, R, R]),
        ];
        assert_eq!(table.map(|(action, _)| action), *Action::ALL);
        for (action, verdicts) in table {
            let asked =
                [(Role::Administrator, false), (Role::Member, true), (Role::Member, false), (Role::Viewer, false)];
            assert_eq!(asked.map(|(role, own)| role.verdict(action, own)), verdicts, "{action:?}");
            assert_eq!(Role::Administrator.verdict(action, true), A, "{action:?}");
        }
    }
}
