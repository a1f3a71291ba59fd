//! From which address a request comes.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::HeaderMap,
    middleware::Next,
    response::Response,
};
use ipnet::IpNet;

/// The header in which proxies say for whom they ask; each adds one address at the end.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Networks of proxies whose word on who asks is taken. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Arc<[IpNet]>);

impl FromIterator<IpNet> for TrustedProxies {
    fn from_iter<T: IntoIterator<Item = IpNet>>(networks: T) -> Self {
        Self(networks.into_iter().collect())
    }
}

/// From where a request comes: the last address on its way that is no proxy of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Visitor(pub(crate) IpAddr);

/// Who sends a request, as far as that is known.
pub(crate) fn of(request: &Request) -> Option<IpAddr> {
    request.extensions().get::<Visitor>().map(|Visitor(address)| *address)
}

/// Finds out from where each request comes.
pub(crate) async fn note(State(proxies): State<TrustedProxies>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    if let Some(peer) = peer {
        let visitor = Visitor(proxies.visitor(peer, request.headers()));
        request.extensions_mut().insert(visitor);
    }
    next.run(request).await
}

impl TrustedProxies {
    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// What a proxy says counts, and what it was told by another one that is trusted; what stands before was sent by whoever.
    fn visitor(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut visitor = peer.to_canonical();
        let said = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
        let said: Vec<&str> = said.flat_map(|value| value.split(',')).map(str::trim).collect();
        for hop in said.into_iter().rev() {
            if !self.trust(visitor) {
                break;
            }
            match hop.parse::<IpAddr>() {
                Ok(before) => visitor = before.to_canonical(),
                Err(_) => break,
            }
        }
        visitor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_say_who_asks_and_only_of_the_hop_before_them() {
        let proxies: TrustedProxies = ["10.0.0.0/8", "fd00::/8"].iter().filter_map(|net| net.parse().ok()).collect();
        let cases: [(&str, &[&str], &str); 9] = [
            ("203.0.113.9", &[], "203.0.113.9"),
            ("203.0.113.9", &["198.51.100.1"], "203.0.113.9"),
            ("10.1.1.1", &["198.51.100.1"], "198.51.100.1"),
            ("10.1.1.1", &["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
            ("10.1.1.1", &["6.6.6.6, 198.51.100.1", "10.2.2.2"], "198.51.100.1"),
            ("10.1.1.1", &["10.2.2.2"], "10.2.2.2"),
            ("10.1.1.1", &["198.51.100.1, nonsense"], "10.1.1.1"),
            ("::ffff:10.1.1.1", &["2001:db8::1"], "2001:db8::1"),
            ("fd00::1", &["::ffff:198.51.100.1"], "198.51.100.1"),
        ];
        for (peer, said, expected) in cases {
            let mut headers = HeaderMap::new();
            for value in said {
                headers.append(FORWARDED_FOR, value.parse().expect("a header"));
            }
            let visitor = proxies.visitor(peer.parse().expect("an address"), &headers);
            assert_eq!(visitor, expected.parse::<IpAddr>().expect("an address"), "{peer} {said:?}");
        }
    }

    #[test]
    fn fuzz_only_an_address_is_taken_from_what_a_proxy_says() {
        let proxies: TrustedProxies = ["198.51.100.0/24".parse().expect("a network")].into_iter().collect();
        let peer: IpAddr = "198.51.100.1".parse().expect("an address");
        bolero::check!().for_each(|bytes: &[u8]| {
            let said = crate::fuzz::text(bytes, &["203.0.113.7", ", ", "::ffff:198.51.100.9", "unknown", "[::1]:80"]);
            let Ok(value) = said.parse() else { return };
            let mut headers = HeaderMap::new();
            headers.insert(FORWARDED_FOR, value);
            let visitor = proxies.visitor(peer, &headers);
            let is_said = |hop: &str| hop.trim().parse::<IpAddr>().is_ok_and(|said| said.to_canonical() == visitor);
            assert!(visitor == peer || said.split(',').any(is_said), "{said:?}");
        });
    }
}
