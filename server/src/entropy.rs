//! Randomness as something that can be passed in: ids and passwords.

use std::sync::{Arc, Mutex, PoisonError};

use app::model::StoreId;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

/// Letters and digits without those that are easily mistaken for each other (0 O, 1 l I).
const PASSWORD_ALPHABET: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

/// A source of random numbers. Clones draw from the same one.
#[derive(Clone, Debug)]
pub struct Entropy(Arc<Mutex<StdRng>>);

impl Entropy {
    /// Seeded by the operating system; a cryptographically secure generator.
    #[must_use]
    pub fn from_os() -> Self {
        Self(Arc::new(Mutex::new(rand::make_rng())))
    }

    /// Gives the same numbers for the same seed: for tests.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// The id of a new store.
    #[must_use]
    pub fn store_id(&self) -> StoreId {
        StoreId::from_random(self.with(|rng| rng.random()))
    }

    /// A password of `length` letters and digits: 5.8 bits each.
    #[must_use]
    pub fn password(&self, length: usize) -> String {
        self.with(|rng| {
            (0..length).map(|_| char::from(PASSWORD_ALPHABET[rng.random_range(0..PASSWORD_ALPHABET.len())])).collect()
        })
    }

    /// 256 random bits.
    #[must_use]
    pub fn key(&self) -> [u8; 32] {
        self.with(|rng| rng.random())
    }

    /// A short word that ties a message to its log entry.
    #[must_use]
    pub fn reference(&self) -> String {
        self.with(|rng| format!("{:08x}", rng.random::<u32>()))
    }

    fn with<T>(&self, draw: impl FnOnce(&mut StdRng) -> T) -> T {
        // A panic while drawing leaves the generator usable, so poisoning means nothing here.
        draw(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_have_the_asked_length_and_differ() {
        let entropy = Entropy::seeded(1);
        let (first, second) = (entropy.password(24), entropy.password(24));
        assert_eq!(first.len(), 24);
        assert_ne!(first, second);
        assert!(first.bytes().all(|b| PASSWORD_ALPHABET.contains(&b)));
    }

    #[test]
    fn the_same_seed_gives_the_same_ids() {
        assert_eq!(Entropy::seeded(7).store_id(), Entropy::seeded(7).store_id());
    }
}
