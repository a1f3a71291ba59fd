//! How much a member may have made.

use app::{
    error::AppError,
    model::{Limits, NewStore, Quota, Role, Size, Used, User, UserId},
    words::stores,
};
use jiff::Timestamp;

use super::StoreService;
use crate::db::{Change, limits};

/// When to ask again where somebody has as many stores being made as they may, in seconds: about as long as one takes.
const ASK_AGAIN: u64 = 10;

/// Who has a new store made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Maker {
    /// Whose it will be.
    pub(super) id: UserId,
    /// How much they may have; none where there is no limit.
    pub(super) limits: Option<Limits>,
}

impl StoreService {
    /// A user as somebody who has stores made.
    pub(super) fn maker(&self, user: &User) -> Maker {
        let limits = (user.role != Role::Administrator).then(|| user.limits.over(self.limits));
        Maker { id: user.id, limits }
    }

    /// How much they may have, and how much they do.
    pub(super) async fn quota_of(&self, maker: Maker) -> Result<Quota, AppError> {
        let mut read = self.db.read().await.map_err(self.db_error())?;
        let (mut used, newest) = limits::used(&mut read, maker.id).await.map_err(self.db_error())?;
        used.pause = maker.limits.map_or(0, |limits| pause_left(limits, newest, self.clock.now()));
        Ok(Quota { limits: maker.limits, usual: self.limits, used })
    }

    /// Refuses a store that would be more than its maker may have. Nobody else can make one meanwhile.
    pub(super) async fn refuse_too_much(
        &self,
        change: &mut Change,
        maker: Maker,
        wanted: &NewStore,
    ) -> Result<(), AppError> {
        let Some(limits) = maker.limits else { return Ok(()) };
        let (used, newest) = limits::used(change.connection(), maker.id).await.map_err(self.db_error())?;
        if let Some(refusal) = excess(limits, used, wanted.size) {
            return Err(refusal);
        }
        match pause_left(limits, newest, self.clock.now()) {
            0 => Ok(()),
            left => {
                let reason = format!("You just created a store. The next one can be created in {left} s.");
                Err(AppError::TooMany { reason, seconds: left.into() })
            }
        }
    }
}

/// Seconds until the next store may be made, where the newest one was asked for then.
fn pause_left(limits: Limits, newest: Option<Timestamp>, now: Timestamp) -> u32 {
    // A clock that was set back must not make anybody wait for it.
    let passed = newest.map(|newest| now.duration_since(newest).as_secs().max(0));
    passed.map_or(0, |passed| u32::try_from(i64::from(limits.pause) - passed).unwrap_or_default())
}

/// Which limit one more store of this size would be beyond.
fn excess(limits: Limits, used: Used, size: Size) -> Option<AppError> {
    if used.stores >= limits.stores {
        let reason = format!(
            "You have {} of the {} that you may have. Delete one first, or ask an administrator for more.",
            used.stores,
            stores(limits.stores)
        );
        return Some(AppError::LimitReached { reason });
    }
    if size > limits.largest {
        let reason = format!("You may choose {} at most.", limits.largest.label().to_lowercase());
        return Some(AppError::Invalid { field: "size".to_owned(), reason });
    }
    let needed = size.volume_gib();
    if used.volume_gib.saturating_add(needed) > limits.volume_gib {
        let reason = format!(
            "It needs {needed} GiB of volumes, and your stores use {} of the {} GiB that you may have. Choose a smaller size, delete a store, or ask an administrator for more.",
            used.volume_gib, limits.volume_gib
        );
        return Some(AppError::LimitReached { reason });
    }
    if used.creating >= limits.creating {
        let reason = format!(
            "{} of yours {} still being made, as many as may be at once. Create the next one when one of them is ready.",
            stores(used.creating),
            if used.creating == 1 { "is" } else { "are" }
        );
        return Some(AppError::TooMany { reason, seconds: ASK_AGAIN });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_is_told_in_words_and_only_where_it_is_reached() {
        let limits = Limits { stores: 3, creating: 2, pause: 0, largest: Size::Medium, volume_gib: 12 };
        let cases = [
            (Used { stores: 2, creating: 1, volume_gib: 5, pause: 0 }, Size::Medium, None),
            (Used { stores: 3, ..Used::default() }, Size::Small, Some(("limit_reached", "3 of the 3 stores that"))),
            (Used::default(), Size::Large, Some(("invalid", "medium at most"))),
            (Used { volume_gib: 10, ..Used::default() }, Size::Small, Some(("limit_reached", "needs 3 GiB"))),
            (
                Used { creating: 2, stores: 2, ..Used::default() },
                Size::Small,
                Some(("too_many", "2 stores of yours are")),
            ),
        ];
        for (used, size, expected) in cases {
            let refusal = excess(limits, used, size);
            assert_eq!(refusal.as_ref().map(AppError::code), expected.map(|(code, _)| code), "{used:?} {size:?}");
            if let (Some(refusal), Some((_, words))) = (refusal, expected) {
                assert!(refusal.to_string().contains(words), "{refusal}");
            }
        }
    }
}
