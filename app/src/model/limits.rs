//! How much a member may use of the platform.

use serde::{Deserialize, Serialize};

use super::Size;

/// What one member may have. Administrators, who could change it, have no limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Limits {
    /// Stores that are not deleted.
    pub stores: u32,
    /// Stores that are queued or being made at once.
    pub creating: u32,
    /// Seconds between two new stores.
    pub pause: u32,
    /// The largest size.
    pub largest: Size,
    /// The volumes of all their stores, in GiB.
    pub volume_gib: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { stores: 10, creating: 3, pause: 5, largest: Size::Large, volume_gib: 100 }
    }
}

/// Where a user's limits are others than everybody's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OwnLimits {
    /// In the place of [`Limits::stores`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stores: Option<u32>,
    /// In the place of [`Limits::creating`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creating: Option<u32>,
    /// In the place of [`Limits::pause`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pause: Option<u32>,
    /// In the place of [`Limits::largest`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub largest: Option<Size>,
    /// In the place of [`Limits::volume_gib`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_gib: Option<u32>,
}

impl OwnLimits {
    /// What holds for the user, where `everybodys` holds for others.
    #[must_use]
    pub fn over(self, everybodys: Limits) -> Limits {
        Limits {
            stores: self.stores.unwrap_or(everybodys.stores),
            creating: self.creating.unwrap_or(everybodys.creating),
            pause: self.pause.unwrap_or(everybodys.pause),
            largest: self.largest.unwrap_or(everybodys.largest),
            volume_gib: self.volume_gib.unwrap_or(everybodys.volume_gib),
        }
    }
}

/// What somebody uses of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Used {
    /// Stores that are not deleted.
    pub stores: u32,
    /// Those of them that are queued or being made.
    pub creating: u32,
    /// The volumes of all of them, in GiB.
    pub volume_gib: u32,
    /// Seconds until the next store may be made.
    pub pause: u32,
}

/// How much somebody may use, and how much they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Quota {
    /// What they may; not given where there is no limit.
    pub limits: Option<Limits>,
    /// What members may where nothing else is said of them.
    pub usual: Limits,
    /// What they do.
    pub used: Used,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_users_own_limits_stand_in_the_place_of_everybodys_where_there_are_any() {
        let own = OwnLimits { stores: Some(2), largest: Some(Size::Small), ..OwnLimits::default() };
        let limits = own.over(Limits::default());
        assert_eq!(limits, Limits { stores: 2, largest: Size::Small, ..Limits::default() });
        assert_eq!(OwnLimits::default().over(limits), limits);
    }
}
