//! What the command line says about clients: TLS, proxies, and how often they may ask.

use std::{net::SocketAddr, num::NonZeroU32, path::PathBuf};

use clap::Args;
use ipnet::IpNet;

use crate::{http::Rates, serving::TlsFiles};

/// Who connects, and how.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Clients")]
pub struct NetworkArgs {
    /// Certificate and those that vouch for it, as PEM: serve with TLS. A renewed file is taken up within half a minute
    #[arg(long, env = "URUMI_TLS_CERTIFICATE", value_name = "FILE", requires = "tls_key")]
    pub tls_certificate: Option<PathBuf>,

    /// Private key of the certificate, as PEM
    #[arg(long, env = "URUMI_TLS_KEY", value_name = "FILE", requires = "tls_certificate")]
    pub tls_key: Option<PathBuf>,

    /// Network of proxies, such as `198.51.100.0/24`, whose header X-Forwarded-For is believed. May be given several times. From
    /// others it is not: anybody could write it
    #[arg(long = "trusted-proxy", env = "URUMI_TRUSTED_PROXY", value_name = "NETWORK", value_delimiter = ',',
          value_parser = parse_network)]
    pub trusted_proxies: Vec<IpNet>,

    /// Name server that is asked where domains of the owners' lead, such as `192.0.2.53:53` [default: those of the system]
    #[arg(long, env = "URUMI_DNS_SERVER", value_name = "ADDRESS:PORT")]
    pub dns_server: Option<SocketAddr>,

    /// Requests a minute from one address; shops are not counted
    #[arg(long, env = "URUMI_REQUEST_RATE", default_value = "3000", value_name = "N")]
    pub request_rate: NonZeroU32,

    /// Tries to sign in a minute from one address
    #[arg(long, env = "URUMI_SIGN_IN_RATE", default_value = "20", value_name = "N")]
    pub sign_in_rate: NonZeroU32,

    /// Changes a minute of one user
    #[arg(long, env = "URUMI_CHANGE_RATE", default_value = "300", value_name = "N")]
    pub change_rate: NonZeroU32,
}

impl NetworkArgs {
    /// The files of the certificate, where there are any.
    #[must_use]
    pub fn tls_files(&self) -> Option<TlsFiles> {
        Some(TlsFiles { certificate: self.tls_certificate.clone()?, key: self.tls_key.clone()? })
    }
}

impl From<&NetworkArgs> for Rates {
    fn from(args: &NetworkArgs) -> Self {
        Self { requests: args.request_rate, entries: args.sign_in_rate, changes: args.change_rate }
    }
}

/// A network, or one address.
fn parse_network(text: &str) -> Result<IpNet, String> {
    let network = text.parse::<IpNet>().or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from));
    network.map_err(|_| "that is neither a network such as 198.51.100.0/24 nor an address".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_a_network_or_an_address() {
        assert_eq!(parse_network("198.51.100.0/24").map(|net| net.prefix_len()), Ok(24));
        assert_eq!(parse_network("::1").map(|net| net.prefix_len()), Ok(128));
        assert!(parse_network("proxy.example.com").is_err());
    }
}
