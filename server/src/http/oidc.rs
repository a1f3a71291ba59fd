//! The way to another sign-in service, and back.

use std::sync::Arc;

use app::model::{SignInTrouble, UserId};
use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Uri, header},
    response::{IntoResponse, Redirect, Response},
};

use super::{cookies::Cookie, headers::host_of};
use crate::{
    access::Actor,
    accounts::{
        acting::ActingAccounts,
        oidc::{Pending, Provider},
    },
    addresses::Addresses,
};

/// Where somebody goes who wants to sign in elsewhere.
pub(super) const BEGIN: &str = "/sign-in/oidc";

/// How long somebody may be at the service, in seconds.
const SECONDS: u32 = 900;

/// Sends somebody to the service.
pub(super) async fn begin(
    State(provider): State<Option<Provider>>,
    State(addresses): State<Addresses>,
    Extension(actor): Extension<Actor>,
    request: Request,
) -> Response {
    let (headers, uri) = (request.headers(), request.uri());
    let Some(provider) = provider else { return Redirect::to("/sign-in").into_response() };
    // The service sends people back to one address, where the cookie has to be then.
    let here = host_of(&request).map(|host| format!("{}://{host}", addresses.scheme()));
    let there = addresses.dashboard();
    if here.is_some_and(|here| here != there) {
        let path = uri.path_and_query().map_or(BEGIN, |path| path.as_str());
        return Redirect::to(&format!("{there}{path}")).into_response();
    }
    let query = |wanted: &str| parameter(uri.query().unwrap_or_default(), wanted);
    // Only from a page of this site: another one must not connect what somebody is signed in to there.
    let is_own = headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin");
    let connects = actor.user().map(|user| user.id).filter(|_| query("connect").is_some() && is_own);
    if query("connect").is_some() && connects.is_none() {
        // Nor is it taken for a sign-in, which would put somebody else in their place.
        return tell(SignInTrouble::Stale, true).into_response();
    }
    match provider.begin().await {
        Ok((url, pending)) => {
            let kept = Kept { pending, connects, next: query("next").unwrap_or_default() };
            leave(Redirect::to(&url), cookie(&addresses).set(&kept.to_text(), SECONDS))
        }
        Err(trouble) => tell(trouble, connects.is_some()).into_response(),
    }
}

/// Lets in whom the service sent back.
pub(super) async fn finish(
    State(provider): State<Option<Provider>>,
    State(addresses): State<Addresses>,
    Extension(actor): Extension<Actor>,
    Extension(accounts): Extension<Arc<ActingAccounts>>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let Some(provider) = provider else { return Redirect::to("/sign-in").into_response() };
    let cookie = cookie(&addresses);
    let forgotten = cookie.set("", 0);
    let kept = cookie.read(&headers).and_then(Kept::from_text);
    let query = |wanted: &str| parameter(uri.query().unwrap_or_default(), wanted);
    let connects = kept.as_ref().is_some_and(|kept| kept.connects.is_some());
    let known = match (kept, query("state")) {
        (Some(kept), Some(state)) if kept.pending.state == state => match query("code") {
            Some(code) => provider.finish(&code, &kept.pending).await.map(|stranger| (kept, stranger)),
            None => {
                tracing::info!(error = query("error"), "the sign-in service did not let somebody in");
                Err(SignInTrouble::Denied)
            }
        },
        _ => Err(SignInTrouble::Stale),
    };
    let (kept, stranger) = match known {
        Ok(known) => known,
        Err(trouble) => return leave(tell(trouble, connects), forgotten),
    };
    let next = app::within_site(&kept.next).to_owned();
    let outcome = match kept.connects {
        // Whoever began is whoever ends it.
        Some(user) if actor.user().map(|user| user.id) != Some(user) => Err(SignInTrouble::Stale),
        Some(_) => accounts.connect(&stranger).await.map(|()| "/account".to_owned()),
        None => accounts.sign_in_from(&stranger).await.map(|()| next),
    };
    match outcome {
        Ok(next) => leave(Redirect::to(&next), forgotten),
        Err(trouble) => leave(tell(trouble, connects), forgotten),
    }
}

/// What the browser keeps meanwhile. None of it is secret from whoever uses the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Kept {
    pending: Pending,
    /// Who is to be connected, instead of somebody being signed in.
    connects: Option<UserId>,
    /// Where to go afterwards.
    next: String,
}

impl Kept {
    fn to_text(&self) -> String {
        let Self { pending: Pending { state, nonce, verifier }, connects, next } = self;
        let mut text = form_urlencoded::Serializer::new(String::new());
        text.append_pair("state", state).append_pair("nonce", nonce).append_pair("verifier", verifier);
        if let Some(user) = connects {
            text.append_pair("connects", &user.to_string());
        }
        text.append_pair("next", next).finish()
    }

    fn from_text(text: &str) -> Option<Self> {
        let part = |wanted: &str| parameter(text, wanted);
        let pending = Pending { state: part("state")?, nonce: part("nonce")?, verifier: part("verifier")? };
        let connects = match part("connects") {
            Some(user) => Some(user.parse().ok()?),
            None => None,
        };
        Some(Self { pending, connects, next: part("next")? })
    }
}

fn parameter(query: &str, wanted: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
}

fn tell(trouble: SignInTrouble, connects: bool) -> Redirect {
    let page = if connects { "/account" } else { "/sign-in" };
    Redirect::to(&format!("{page}?trouble={trouble}"))
}

fn leave(redirect: impl IntoResponse, cookie: Option<HeaderValue>) -> Response {
    let mut response = redirect.into_response();
    response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    response
}

/// What the browser keeps meanwhile.
fn cookie(addresses: &Addresses) -> Cookie {
    Cookie::new(addresses, "oidc")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_browser_keeps_reads_back_whatever_is_in_it() {
        let pending = Pending { state: "a=b&c;d".to_owned(), nonce: "é".to_owned(), verifier: "v".to_owned() };
        for connects in [None, Some(UserId(7))] {
            let kept = Kept { pending: pending.clone(), connects, next: "/stores?x=1&y=\"2\"".to_owned() };
            let text = kept.to_text();
            assert!(!text.contains([';', ' ', '"', ',']), "{text}");
            assert_eq!(Kept::from_text(&text), Some(kept));
        }
        assert_eq!(Kept::from_text("state=a&nonce=b"), None);
    }

    #[test]
    fn fuzz_a_cookie_that_anybody_wrote_is_taken_or_not() {
        bolero::check!().for_each(|bytes: &[u8]| {
            let text =
                crate::fuzz::text(bytes, &["state=", "&nonce=", "&verifier=", "&connects=", "&next=", "%C3", "7"]);
            if let Some(kept) = Kept::from_text(&text) {
                assert_eq!(Kept::from_text(&kept.to_text()), Some(kept));
            }
        });
    }
}
