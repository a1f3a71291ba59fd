//! The records of a name, from the DNS or the machine's own file of hosts.

use std::{collections::BTreeSet, net::IpAddr, net::SocketAddr, time::Duration};

use futures::future;
use hickory_resolver::{
    Hosts, TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig},
    net::{NetError, runtime::TokioRuntimeProvider},
    proto::{
        op::Query,
        rr::{Name, RData, Record, RecordType},
    },
};

/// How long one server may take.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Why nothing is known of a name.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoAnswer {
    /// What servers there are cannot be read.
    #[error("the system's DNS settings cannot be used ({0})")]
    NoServers(NetError),
    /// The servers did not answer, or not as they should.
    #[error("the DNS did not answer about {name} ({reason})")]
    Failed {
        /// About which name.
        name: String,
        /// What went wrong.
        reason: NetError,
    },
}

/// Where a name leads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// The names that it is another name for, in their order and without the dot at the end.
    pub aliases: Vec<String>,
    /// Its addresses, or those of the last alias.
    pub addresses: BTreeSet<IpAddr>,
    /// Whether the machine's own file of hosts says that it is the machine itself: whoever may write there needs no proof, and nobody
    /// else gets there.
    pub is_local: bool,
}

/// Asks servers. Nothing is kept: somebody may just have changed what they look at.
pub(super) struct Resolver {
    resolver: TokioResolver,
    hosts: Hosts,
}

impl Resolver {
    /// Asks this server, or those of the system.
    pub(super) fn new(server: Option<SocketAddr>) -> Result<Self, NoAnswer> {
        let mut builder = match server {
            Some(address) => TokioResolver::builder_with_config(only(address), TokioRuntimeProvider::default()),
            None => TokioResolver::builder_tokio().map_err(NoAnswer::NoServers)?,
        };
        let options = builder.options_mut();
        options.cache_size = 0;
        options.timeout = TIMEOUT;
        // It is looked into here, since what is in there needs no proof.
        options.use_hosts_file = ResolveHosts::Never;
        let hosts = Hosts::from_system().unwrap_or_else(|error| {
            tracing::debug!(%error, "the file of hosts cannot be read");
            Hosts::default()
        });
        Ok(Self { resolver: builder.build().map_err(NoAnswer::NoServers)?, hosts })
    }

    /// Where a name leads; nowhere is an answer, too.
    pub(super) async fn find(&self, name: &str) -> Result<Found, NoAnswer> {
        let whole = self.whole(name)?;
        let kinds = [RecordType::A, RecordType::AAAA];
        let local = kinds.map(|kind| self.hosts.lookup_static_host(&Query::query(whole.clone(), kind)));
        if local.iter().any(Option::is_some) {
            let records = local.iter().flatten().flat_map(|lookup| lookup.answers());
            let found = gather(records);
            return Ok(Found { is_local: found.addresses.iter().all(IpAddr::is_loopback), ..found });
        }
        // Aliases by themselves: where one leads to a name that is looked into nowhere, the answers no longer tell it.
        let alias = self.records(name, &whole, RecordType::CNAME);
        let addresses = future::join_all(kinds.map(|kind| self.records(name, &whole, kind)));
        let (alias, addresses) = future::join(alias, addresses).await;
        let mut records = alias?;
        let is_alias = !records.is_empty();
        for answer in addresses {
            match answer {
                Ok(more) => records.extend(more),
                // Where it leads is known all the same.
                Err(error) if is_alias => tracing::debug!(%error, name, "an alias without addresses"),
                Err(error) => return Err(error),
            }
        }
        Ok(gather(records.iter()))
    }

    /// The texts at a name.
    pub(super) async fn texts(&self, name: &str) -> Result<Vec<String>, NoAnswer> {
        let records = self.records(name, &self.whole(name)?, RecordType::TXT).await?;
        Ok(records
            .into_iter()
            .filter_map(|record| match record.data {
                RData::TXT(text) => Some(text.to_string()),
                _ => None,
            })
            .collect())
    }

    /// The name with its dot at the end, so that no search list of the machine's is tried.
    fn whole(&self, name: &str) -> Result<Name, NoAnswer> {
        let failed = |error| NoAnswer::Failed { name: name.to_owned(), reason: NetError::from(error) };
        Name::from_ascii(format!("{}.", name.trim_end_matches('.'))).map_err(failed)
    }

    async fn records(&self, name: &str, whole: &Name, kind: RecordType) -> Result<Vec<Record>, NoAnswer> {
        match self.resolver.lookup(whole.clone(), kind).await {
            Ok(lookup) => Ok(lookup.answers().to_vec()),
            Err(error) if error.is_no_records_found() => Ok(Vec::new()),
            Err(reason) => Err(NoAnswer::Failed { name: name.to_owned(), reason }),
        }
    }
}

/// One server, on whatever port.
fn only(address: SocketAddr) -> ResolverConfig {
    let mut server = NameServerConfig::udp_and_tcp(address.ip());
    server.connections.iter_mut().for_each(|connection: &mut ConnectionConfig| connection.port = address.port());
    ResolverConfig::from_parts(None, Vec::new(), vec![server])
}

fn gather<'a>(records: impl Iterator<Item = &'a Record>) -> Found {
    let mut found = Found::default();
    for record in records {
        match &record.data {
            RData::A(address) => drop(found.addresses.insert(IpAddr::V4(address.0))),
            RData::AAAA(address) => drop(found.addresses.insert(IpAddr::V6(address.0))),
            RData::CNAME(alias) => {
                let alias = alias.0.to_ascii().trim_end_matches('.').to_ascii_lowercase();
                if !found.aliases.contains(&alias) {
                    found.aliases.push(alias);
                }
            }
            _ => {}
        }
    }
    found
}
