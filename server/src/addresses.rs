//! Which host is whose: the dashboard's names, and the stores' below one domain.

use std::{net::IpAddr, sync::Arc};

use app::model::{Slug, StoreId};
use axum::http::uri::Authority;

/// Where stores are opened, `<scheme>://<label>.<domain>[:port]`, and the names that the dashboard answers to. Clones are the same.
#[derive(Clone, Debug)]
pub struct Addresses(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    scheme: String,
    domain: String,
    port: Option<u16>,
    dashboard: Vec<String>,
}

/// What stands before the domain in a store's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Label {
    /// `store-<id>`, which every store has.
    Id(StoreId),
    /// One that a person chose.
    Slug(Slug),
    /// One that no store can have.
    Nobody,
}

impl Addresses {
    /// Stores below `domain`, which browsers reach by `scheme` (`http` or `https`) and, where it is not the scheme's own, by
    /// `port`. The dashboard answers to `localhost`, to the domain itself and to `more` names.
    #[must_use]
    pub fn new(scheme: &str, domain: &str, port: Option<u16>, more: &[String]) -> Self {
        let name = |name: &str| name.trim_matches('.').to_ascii_lowercase();
        let dashboard = ["localhost", domain].into_iter().map(name).chain(more.iter().map(|other| name(other)));
        Self(Arc::new(Inner { scheme: scheme.to_owned(), domain: name(domain), port, dashboard: dashboard.collect() }))
    }

    /// How browsers reach the stores.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.0.scheme
    }

    /// The dashboard's own address, without a slash at the end: at the first name that was given for it, else at the domain.
    #[must_use]
    pub fn dashboard(&self) -> String {
        let Inner { scheme, domain, port, dashboard } = &*self.0;
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{scheme}://{}{port}", dashboard.get(2).unwrap_or(domain))
    }

    /// The address of a store, without a slash at the end.
    #[must_use]
    pub fn of(&self, id: &StoreId, slug: Option<&Slug>) -> String {
        slug.map_or_else(|| self.at(&id.namespace()), |slug| self.at(slug.as_str()))
    }

    /// The address with this label.
    #[must_use]
    pub fn at(&self, label: &str) -> String {
        let Inner { scheme, domain, port, .. } = &*self.0;
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{scheme}://{label}.{domain}{port}")
    }

    /// Whether an address of one's own would be one of the dashboard's names.
    #[must_use]
    pub fn is_dashboards(&self, slug: &Slug) -> bool {
        self.0.dashboard.contains(&format!("{slug}.{}", self.0.domain))
    }

    /// Whether the dashboard answers at this host, with or without a port. At addresses it always does.
    #[must_use]
    pub fn is_dashboard(&self, host: &str) -> bool {
        let Some(name) = name_of(host) else { return false };
        name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() || self.0.dashboard.contains(&name)
    }

    /// The store's label in a host, with or without a port; none where the host is the dashboard's or none of ours.
    #[must_use]
    pub fn label_of(&self, host: &str) -> Option<Label> {
        let name = name_of(host)?;
        if self.0.dashboard.contains(&name) {
            return None;
        }
        let label = name.strip_suffix(&self.0.domain)?.strip_suffix('.')?;
        let store = StoreId::from_namespace(label).map(Label::Id);
        Some(store.or_else(|| label.parse().map(Label::Slug).ok()).unwrap_or(Label::Nobody))
    }
}

/// The host without its port and without a dot at the end, in lower case.
#[must_use]
pub fn name_of(host: &str) -> Option<String> {
    Some(host.parse::<Authority>().ok()?.host().trim_end_matches('.').to_ascii_lowercase())
}

/// The host of an address, `http://shop.localhost:3000`, without its port.
#[must_use]
pub fn host_of_url(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split([':', '/']).next().unwrap_or(rest)
}

/// The host at which the store has never been anybody else's: beside the one of its first address, which begins with a label that
/// somebody may have had before, it begins with its id.
#[must_use]
pub fn host_by_id(id: &StoreId, first_url: &str) -> String {
    let host = host_of_url(first_url);
    format!("{}.{}", id.namespace(), host.split_once('.').map_or(host, |(_, domain)| domain))
}

/// The same address at another host.
#[must_use]
pub fn at_host(url: &str, host: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
    let port = rest.split_once(':').map(|(_, port)| format!(":{port}")).unwrap_or_default();
    format!("{scheme}://{host}{port}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses() -> Addresses {
        Addresses::new("https", "Shops.Example.com.", Some(8443), &["panel.shops.example.com".to_owned()])
    }

    #[test]
    fn a_host_names_its_store_in_any_case_and_with_any_port() {
        let addresses = addresses();
        let id = Label::Id("abcd".parse().expect("an id"));
        let slug = Label::Slug("corner-shop".parse().expect("a slug"));
        assert_eq!(addresses.label_of("store-abcd.shops.example.com"), Some(id.clone()));
        assert_eq!(addresses.label_of("STORE-ABCD.shops.example.COM:8443"), Some(id.clone()));
        assert_eq!(addresses.label_of("store-abcd.shops.example.com.:8443"), Some(id));
        assert_eq!(addresses.label_of("corner-shop.shops.example.com"), Some(slug));
        assert_eq!(addresses.label_of("store-ab_cd.shops.example.com"), Some(Label::Nobody));
        assert_eq!(addresses.label_of("a.b.shops.example.com"), Some(Label::Nobody));
        for other in
            ["store-abcd.example.com", "xshops.example.com", "shops.example.com", "panel.shops.example.com", ""]
        {
            assert_eq!(addresses.label_of(other), None, "{other}");
        }
    }

    #[test]
    fn the_dashboard_has_its_own_names_and_every_number() {
        let addresses = addresses();
        for host in ["localhost:3000", "shops.example.com", "PANEL.shops.example.com:1", "127.0.0.1:3000", "[::1]:3000"]
        {
            assert!(addresses.is_dashboard(host), "{host}");
        }
        for host in ["example.com", "store-abcd.shops.example.com", "a b", ""] {
            assert!(!addresses.is_dashboard(host), "{host}");
        }
        assert!(addresses.is_dashboards(&"panel".parse().expect("a slug")));
        assert!(!addresses.is_dashboards(&"panels".parse().expect("a slug")));
    }

    #[test]
    fn an_address_has_what_browsers_need() {
        let addresses = addresses();
        let id = "abcd".parse().expect("an id");
        assert_eq!(addresses.of(&id, None), "https://store-abcd.shops.example.com:8443");
        let slug = "corner-shop".parse().expect("a slug");
        assert_eq!(addresses.of(&id, Some(&slug)), "https://corner-shop.shops.example.com:8443");
    }

    #[test]
    fn an_address_keeps_scheme_and_port_at_another_host() {
        for (url, host, moved) in [
            ("https://store-abcd.shops.example.com", "store-abcd.shops.example.com", "https://www.corner.example"),
            ("http://store-abcd.localhost:3000", "store-abcd.localhost", "http://www.corner.example:3000"),
        ] {
            assert_eq!(host_of_url(url), host);
            assert_eq!(at_host(url, "www.corner.example"), moved);
        }
        let id = "abcd".parse().expect("an id");
        let by_id = host_by_id(&id, "https://corner-shop.shops.example.com:8443");
        assert_eq!(by_id, "store-abcd.shops.example.com");
    }

    #[test]
    fn fuzz_a_host_names_a_store_only_below_the_domain() {
        let addresses = addresses();
        bolero::check!().for_each(|bytes: &[u8]| {
            let words = ["store-", ".shops.example.com", "panel", ":8443", "[::1]", ".", "abcd"];
            let host = crate::fuzz::text(bytes, &words);
            if addresses.label_of(&host).is_some() {
                assert!(
                    !addresses.is_dashboard(&host) && host.to_lowercase().contains(".shops.example.com"),
                    "{host:?}"
                );
            }
        });
    }
}
