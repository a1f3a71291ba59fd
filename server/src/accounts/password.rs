//! Passwords: hashed with Argon2id, a few at a time, since each takes a core and 19 MiB for a moment.

use std::sync::Arc;

use app::model::NewPassword;
use password_auth::VerifyError;
use tokio::sync::Semaphore;

/// Hashes that are made at once; more wait.
const AT_ONCE: usize = 2;

/// What a password is compared with where there is none, so that it takes as long. It is that of no password: the salt and the
/// hash are zeros.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Hashes passwords.
#[derive(Debug, Clone)]
pub(super) struct Hasher(Arc<Semaphore>);

impl Default for Hasher {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Hasher {
    /// The hash of a password, in PHC form.
    pub(super) async fn hash(&self, password: NewPassword) -> anyhow::Result<String> {
        let turn = Arc::clone(&self.0).acquire_owned().await?;
        let hash = move || {
            // The turn ends with the work, whether or not somebody still waits for it.
            let _turn = turn;
            password_auth::generate_hash(password.as_str())
        };
        Ok(tokio::task::spawn_blocking(hash).await?)
    }

    /// Whether a password is that of this hash. Without one it is not, and takes as long.
    pub(super) async fn verify(&self, password: &str, hash: Option<String>) -> anyhow::Result<bool> {
        let turn = Arc::clone(&self.0).acquire_owned().await?;
        let (password, exists) = (password.to_owned(), hash.is_some());
        let hash = hash.unwrap_or_else(|| NOBODYS.to_owned());
        let verify = move || {
            let _turn = turn;
            password_auth::verify_password(password, &hash)
        };
        match tokio::task::spawn_blocking(verify).await? {
            Ok(()) => Ok(exists),
            Err(VerifyError::PasswordInvalid) => Ok(false),
            Err(VerifyError::Parse(error)) => anyhow::bail!("a password's hash cannot be read: {error}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[tokio::test]
    async fn a_password_is_that_of_its_hash_and_of_no_other() {
        let hasher = Hasher::default();
        let name = "ada".parse().expect("a name");
        let password = NewPassword::parse("correct horse battery", &name).expect("a password");
        let hash = hasher.hash(password).await.expect("a hash");
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert!(hasher.verify("correct horse battery", Some(hash.clone())).await.expect("an answer"));
        assert!(!hasher.verify("correct horse", Some(hash)).await.expect("an answer"));
        assert!(hasher.verify("correct horse", Some("nonsense".to_owned())).await.is_err());
    }

    #[tokio::test]
    async fn a_user_that_does_not_exist_takes_as_long() {
        let hasher = Hasher::default();
        let name = "ada".parse().expect("a name");
        let password = NewPassword::parse("correct horse battery", &name).expect("a password");
        let hash = hasher.hash(password).await.expect("a hash");
        let mut times = [Vec::new(), Vec::new()];
        for _ in 0..5 {
            for (times, hash) in times.iter_mut().zip([Some(hash.clone()), None]) {
                let begun = Instant::now();
                assert!(!hasher.verify("wrong", hash).await.expect("an answer"));
                times.push(begun.elapsed());
            }
        }
        let [with, without] = times.map(|mut times| {
            times.sort_unstable();
            times[2]
        });
        assert!(without > with / 3 && with > without / 3, "{with:?} with a user, {without:?} without");
    }
}
