//! What the rules refuse, in words.

use app::{
    error::AppError,
    model::{Component, NewStore, Slug, Store, StoreName},
};

/// Longest idempotency key, in bytes: as long as a header that clients fill with a UUID or a hash can be.
const MAX_KEY_LENGTH: usize = 255;

/// Longest search, in characters.
const MAX_SEARCH: usize = 200;

/// There is no pod whose log could be read.
pub(super) fn no_pod(component: Component) -> AppError {
    AppError::NotFound { what: format!("At this moment, a pod of the component {}", component.as_str()) }
}

/// A key that can be kept: printable ASCII, not too long.
pub(super) fn check_key(key: String) -> Result<String, AppError> {
    if (1..=MAX_KEY_LENGTH).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(key);
    }
    Err(AppError::Invalid {
        field: "idempotency-key".to_owned(),
        reason: "An idempotency key is 1 to 255 printable ASCII characters without spaces.".to_owned(),
    })
}

/// A search that the database need not be asked with: no name and no address is as long.
pub(super) fn check_search(text: &str) -> Result<(), AppError> {
    if text.chars().count() <= MAX_SEARCH {
        return Ok(());
    }
    Err(AppError::Invalid { field: "q".to_owned(), reason: format!("A search has at most {MAX_SEARCH} characters.") })
}

/// The store of an earlier request with the same key, when that request asked for the same thing.
pub(super) fn same_request(
    earlier: Store,
    request: &NewStore,
    name: &StoreName,
    slug: Option<&Slug>,
) -> Result<Store, AppError> {
    let same_wishes = earlier.size == request.size && earlier.content == request.content;
    if earlier.name == *name && earlier.slug.as_ref() == slug && same_wishes {
        return Ok(earlier);
    }
    Err(AppError::Conflict {
        reason: format!("This idempotency key was used before, for the store {}. Use a new key.", earlier.name),
    })
}

/// A text as a sentence: a capital first, a full stop last.
pub(super) fn sentence(text: &str) -> String {
    let mut characters = text.trim_end_matches('.').chars();
    let first: String = characters.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", characters.as_str())
}
