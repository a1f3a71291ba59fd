//! The cookies that the platform keeps beside the session: what a browser was told, and what it waits for.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::addresses::Addresses;

/// A cookie of this name, which no page's script reads.
#[derive(Clone, Debug)]
pub(super) struct Cookie {
    name: String,
    is_secure: bool,
}

impl Cookie {
    /// The cookie `urumi-<name>`. Over TLS a prefix keeps other hosts of the domain, such as stores, from writing it.
    pub(super) fn new(addresses: &Addresses, name: &str) -> Self {
        let is_secure = addresses.scheme() == "https";
        let prefix = if is_secure { "__Host-" } else { "" };
        Self { name: format!("{prefix}urumi-{name}"), is_secure }
    }

    /// What a request has in it.
    pub(super) fn read<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == self.name).map(|(_, value)| value)
    }

    /// Has the browser keep this for some seconds, or forget it after none. It comes back with links from other sites, too.
    pub(super) fn set(&self, value: &str, seconds: u32) -> Option<HeaderValue> {
        let secure = if self.is_secure { "; Secure" } else { "" };
        let text = format!("{}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}", self.name);
        HeaderValue::from_str(&text).ok()
    }
}
