//! Where stores are.

use app::model::StoreId;

/// Where stores are opened: `<scheme>://store-<id>.<domain>[:port]`.
#[derive(Clone, Debug)]
pub struct Addresses {
    /// `http` or `https`.
    pub scheme: String,
    /// The domain below which every store has a host name.
    pub domain: String,
    /// The port that browsers use; none for the scheme's own.
    pub port: Option<u16>,
}

impl Addresses {
    /// The address of a store, without a slash at the end.
    #[must_use]
    pub fn of(&self, id: &StoreId) -> String {
        let Self { scheme, domain, .. } = self;
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{scheme}://{}.{domain}{port}", id.namespace())
    }
}
