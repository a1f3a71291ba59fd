//! The proof that a site without a shop works: its owner can sign in.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use crate::store_client::{StoreClientError, Visitor};

/// WordPress wants to see that the browser keeps cookies.
const TEST_COOKIE: HeaderValue = HeaderValue::from_static("wordpress_test_cookie=WP%20Cookie%20check");

/// The owner could not sign in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The site could not be asked.
    #[error("the sign-in page: {0}")]
    Unreachable(#[from] StoreClientError),
    /// It did not let the owner in.
    #[error("the sign-in was answered with {0}")]
    Refused(String),
}

/// Signs in with the owner's name and password.
///
/// # Errors
/// [`SignInError`] says what was answered, without the password.
pub async fn sign_in(visitor: &Visitor, user: &str, password: &str) -> Result<(), SignInError> {
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("log", user), ("pwd", password), ("testcookie", "1"), ("wp-submit", "Log In")])
        .finish();
    let headers: HeaderMap = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded")),
        (header::COOKIE, TEST_COOKIE),
    ]
    .into_iter()
    .collect();
    let answer = visitor.ask(Method::POST, "/wp-login.php", headers, Body::from(form)).await?;
    let cookies = answer.head.headers.get_all(header::SET_COOKIE);
    let signed_in = cookies.iter().any(|cookie| cookie.as_bytes().starts_with(b"wordpress_logged_in_"));
    if answer.status() == StatusCode::FOUND && signed_in {
        return Ok(());
    }
    // The page repeats the form; its beginning says nothing, its status does.
    Err(SignInError::Refused(answer.status().to_string()))
}
