//! How often somebody may ask: per address, more strictly where one signs in, and per user for changes.

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::Arc,
    time::Duration,
};

use app::{error::AppError, model::UserId};
use axum::{
    extract::{Request, State},
    http::Method,
    middleware::Next,
    response::Response,
};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock as _};

use super::{identity, visitor};
use crate::accounts::oidc::CALLBACK;

/// Keys that are known before those are forgotten of which nothing was heard for long enough that it makes no difference.
const MANY: usize = 10_000;

/// Where somebody tries to get in.
const ENTRANCES: [&str; 4] = ["/enter", CALLBACK, "/rpc/sign_in", "/rpc/accept_invitation"];

/// How often, each a minute. As many may come at once after a time of quiet.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// Requests from one address.
    pub requests: NonZeroU32,
    /// Tries to get in from one address.
    pub entries: NonZeroU32,
    /// Changes of one user.
    pub changes: NonZeroU32,
}

/// Counts who asked how often. Clones are the same.
#[derive(Clone)]
pub(crate) struct RateLimits(Arc<Limiters>);

struct Limiters {
    requests: DefaultKeyedRateLimiter<IpAddr>,
    entries: DefaultKeyedRateLimiter<IpAddr>,
    changes: DefaultKeyedRateLimiter<UserId>,
}

impl RateLimits {
    pub(crate) fn new(rates: Rates) -> Self {
        Self(Arc::new(Limiters {
            requests: RateLimiter::keyed(Quota::per_minute(rates.requests)),
            entries: RateLimiter::keyed(Quota::per_minute(rates.entries)),
            changes: RateLimiter::keyed(Quota::per_minute(rates.changes)),
        }))
    }

    /// Counts a change that a user asks for.
    ///
    /// # Errors
    /// [`AppError::TooMany`].
    pub(super) fn count_change(&self, user: UserId) -> Result<(), AppError> {
        count(&self.0.changes, &user, "changes")
    }

    fn count_request(&self, address: IpAddr, is_entry: bool) -> Result<(), AppError> {
        let network = network_of(address);
        count(&self.0.requests, &network, "requests from your address")?;
        if is_entry { count(&self.0.entries, &network, "tries to sign in from your address") } else { Ok(()) }
    }
}

fn count<K: Clone + Eq + std::hash::Hash>(
    limiter: &DefaultKeyedRateLimiter<K>,
    key: &K,
    what: &str,
) -> Result<(), AppError> {
    if limiter.len() > MANY {
        limiter.retain_recent();
    }
    let Err(until) = limiter.check_key(key) else { return Ok(()) };
    let wait = until.wait_time_from(limiter.clock().now());
    let seconds = wait.max(Duration::from_millis(1)).as_millis().div_ceil(1_000);
    let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
    Err(AppError::TooMany { reason: format!("Too many {what}. The next one is heard in {seconds} s."), seconds })
}

/// Whoever has an address of version 6 has 2^64 of them.
fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        address => address,
    }
}

/// Turns requests away that come too often from one address. What belongs to a page and never changes is not counted.
pub(super) async fn hold_back(State(limits): State<RateLimits>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let Some(address) = visitor::of(&request).filter(|_| !path.starts_with("/pkg/")) else {
        return next.run(request).await;
    };
    let is_entry = ENTRANCES.contains(&path) && request.method() != Method::HEAD;
    match limits.count_request(address, is_entry) {
        Ok(()) => next.run(request).await,
        Err(error) => identity::turn_away(&request, &error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(requests: u32, entries: u32, changes: u32) -> Rates {
        let number = |number| NonZeroU32::new(number).expect("a number");
        Rates { requests: number(requests), entries: number(entries), changes: number(changes) }
    }

    #[test]
    fn an_address_is_held_back_alone_and_told_for_how_long() {
        let limits = RateLimits::new(rates(60, 2, 3));
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        let (mine, other) = (address("2001:db8::1"), address("2001:db8:0:1::1"));
        assert_eq!(limits.count_request(mine, true), Ok(()));
        // The same network: as good as the same address.
        assert_eq!(limits.count_request(address("2001:db8::2"), true), Ok(()));
        let Err(AppError::TooMany { seconds, reason }) = limits.count_request(mine, true) else {
            panic!("a third one was heard");
        };
        assert!((1..=30).contains(&seconds), "{seconds}");
        assert!(reason.starts_with("Too many tries to sign in from your address."), "{reason}");
        assert_eq!(limits.count_request(mine, false), Ok(()));
        assert_eq!(limits.count_request(other, true), Ok(()));
    }

    #[test]
    fn a_users_changes_are_counted_apart_from_those_of_others() {
        let limits = RateLimits::new(rates(60, 2, 3));
        let heard = (0..5).filter(|_| limits.count_change(UserId(1)).is_ok()).count();
        assert_eq!(heard, 3);
        assert_eq!(limits.count_change(UserId(2)), Ok(()));
    }
}
