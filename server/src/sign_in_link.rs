//! The owner's way in without the password: the site is asked for a link that is good once, and not for long.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, StatusCode},
};
use serde::Deserialize;

use crate::{
    order_check::PLATFORM_TOKEN,
    store_client::{StoreClientError, Visitor},
};

/// There is no link.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The site could not be asked.
    #[error("the site: {0}")]
    Unreachable(#[from] StoreClientError),
    /// The token is not one that a header can carry.
    #[error("the store's platform token cannot be sent")]
    BadToken,
    /// The site's image does not know such links.
    #[error("the site does not know sign-in links")]
    Unknown,
    /// It answered something else.
    #[error("POST /wp-json/urumi/v1/sign-in was answered with {0}")]
    Refused(String),
}

#[derive(Deserialize)]
struct Link {
    path: String,
    seconds: u32,
}

/// The path of a link, and how many seconds it is good for.
///
/// # Errors
/// [`LinkError`] says what was answered, without the link.
pub async fn ask(visitor: &Visitor, token: &str) -> Result<(String, u32), LinkError> {
    let mut token = HeaderValue::from_str(token).map_err(|_| LinkError::BadToken)?;
    token.set_sensitive(true);
    let headers: HeaderMap = [(PLATFORM_TOKEN, token)].into_iter().collect();
    let answer = visitor.ask(Method::POST, "/wp-json/urumi/v1/sign-in", headers, Body::empty()).await?;
    if answer.status() == StatusCode::NOT_FOUND {
        return Err(LinkError::Unknown);
    }
    if answer.status() != StatusCode::OK {
        return Err(LinkError::Refused(answer.describe()));
    }
    match serde_json::from_slice::<Link>(&answer.body) {
        // The dashboard sends a person's browser there: nowhere but to the store itself.
        Ok(Link { path, seconds }) if path.starts_with("/?") => Ok((path, seconds)),
        _ => Err(LinkError::Refused("something that is not a link".to_owned())),
    }
}
