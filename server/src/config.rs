//! The command line. Every flag is also an environment variable, `URUMI_` and its name in capitals.

mod limits;
mod network;
mod oidc;
mod sign_in;

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use self::limits::LimitArgs;
pub use self::network::NetworkArgs;
pub use self::oidc::OidcArgs;
pub use self::sign_in::{SignInArgs, SignInLinkArgs, TokenArgs};

/// Turns a Kubernetes cluster into a place that hands out WooCommerce stores.
#[derive(Debug, Parser)]
#[command(name = "urumi", version, about, max_term_width = 110)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What `urumi` can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the dashboard, the REST API and the stores' addresses
    Serve(Box<ServeArgs>),
    /// Write the database into a file, as it is now; a server may run meanwhile
    Backup(BackupArgs),
    /// Put a backup in the place of the database; no server may run on it. The former database is kept beside it
    Restore(BackupArgs),
    /// Print a link that signs an administrator in once, without a password; a server may run meanwhile
    SignInLink(SignInLinkArgs),
    /// Print a new token for a program of a user's; a server may run meanwhile
    Token(TokenArgs),
    /// Print the OpenAPI document of the REST API
    Openapi,
}

/// The settings of `urumi backup` and `urumi restore`.
#[derive(Clone, Debug, Args)]
pub struct BackupArgs {
    /// Folder of the database
    #[arg(long, env = "URUMI_DATA_DIR", default_value = "data", value_name = "DIR")]
    pub data_dir: PathBuf,

    /// File of the backup
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// How logs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// How the platform reaches the stores' web servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StoreAccess {
    /// Over the cluster's own network: when the server runs inside the cluster or on its only node
    Direct,
    /// Through the API server, as `kubectl port-forward` does: works from anywhere
    PortForward,
}

/// The settings of `urumi serve`.
#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
    /// Address and port to listen on
    #[arg(long, env = "URUMI_LISTEN", default_value = "127.0.0.1:3000", value_name = "ADDRESS:PORT")]
    pub listen: SocketAddr,

    /// Folder of the database
    #[arg(long, env = "URUMI_DATA_DIR", default_value = "data", value_name = "DIR")]
    pub data_dir: PathBuf,

    /// Folder of the built front end (`dev/build` makes it)
    #[arg(long, env = "URUMI_SITE_DIR", default_value = "target/site", value_name = "DIR")]
    pub site_dir: PathBuf,

    /// Name that the dashboard answers to, besides `localhost`, the stores' domain and any address. Pages of other sites
    /// could read the dashboard under a name of theirs, so others are refused. May be given several times
    #[arg(long = "dashboard-host", env = "URUMI_DASHBOARD_HOST", value_name = "NAME", value_delimiter = ',')]
    pub dashboard_hosts: Vec<String>,

    /// What is logged: error, warn, info, debug or trace, or for each part, such as `info,server::jobs=debug`
    #[arg(
        long,
        env = "URUMI_LOG",
        default_value = "info,kube_client::client=off,tower_sessions=warn,axum_login=warn",
        value_name = "FILTER"
    )]
    pub log: String,

    /// How logs are written
    #[arg(long, env = "URUMI_LOG_FORMAT", default_value = "text", value_name = "FORMAT")]
    pub log_format: LogFormat,

    /// Address of an OpenTelemetry collector that takes traces over HTTP, such as `http://127.0.0.1:4318` [default: none are sent]
    #[arg(long, env = "URUMI_OTLP_ENDPOINT", value_name = "URL", value_parser = parse_collector)]
    pub otlp_endpoint: Option<String>,

    /// Who connects, and how.
    #[command(flatten)]
    pub network: NetworkArgs,

    /// Who may use the platform.
    #[command(flatten)]
    pub sign_in: SignInArgs,

    /// Where else people sign in.
    #[command(flatten)]
    pub oidc: OidcArgs,

    /// How much members may use.
    #[command(flatten)]
    pub limits: LimitArgs,

    /// Installs that may run at once; more wait in the queue
    #[arg(long, env = "URUMI_MAX_PARALLEL_INSTALLS", default_value_t = 2, value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..=100), help_heading = "Stores")]
    pub max_parallel_installs: u32,

    /// Finished stores that wait for somebody, so that the next small one with a demo product is there at once. They are made while nobody
    /// waits for an install, and take room and memory like any other
    #[arg(long, env = "URUMI_SPARE_STORES", default_value_t = 0, value_name = "N",
          value_parser = clap::value_parser!(u32).range(0..=50), help_heading = "Stores")]
    pub spare_stores: u32,

    /// Seconds that one step of an install may take. The slowest, the bootstrap, takes a minute on a busy machine. Here and
    /// below only working time counts: while the cluster does not answer, jobs wait as long as it takes
    #[arg(long, env = "URUMI_STEP_DEADLINE", default_value_t = 300, value_name = "SECONDS",
          value_parser = clap::value_parser!(u64).range(1..), help_heading = "Deadlines")]
    pub step_deadline: u64,

    /// Seconds that a whole install may take, however its steps share them
    #[arg(long, env = "URUMI_INSTALL_DEADLINE", default_value_t = 900, value_name = "SECONDS",
          value_parser = clap::value_parser!(u64).range(1..), help_heading = "Deadlines")]
    pub install_deadline: u64,

    /// Seconds that a deletion may take until everything is seen gone. Kubernetes gives pods 30 s to end, then detaches
    /// their volumes
    #[arg(long, env = "URUMI_DELETE_DEADLINE", default_value_t = 300, value_name = "SECONDS",
          value_parser = clap::value_parser!(u64).range(1..), help_heading = "Deadlines")]
    pub delete_deadline: u64,

    /// Seconds between two looks at every open store, besides those when something changes in the cluster
    #[arg(long, env = "URUMI_LOOK_EVERY", default_value_t = 300, value_name = "SECONDS",
          value_parser = clap::value_parser!(u64).range(1..), help_heading = "Care")]
    pub look_every: u64,

    /// Seconds between two test orders in the same store. However many stores there are, one is placed every 5 s at most
    #[arg(long, env = "URUMI_CHECK_EVERY", default_value_t = 3_600, value_name = "SECONDS",
          value_parser = clap::value_parser!(u64).range(1..), help_heading = "Care")]
    pub check_every: u64,

    /// Seconds between two tries of what can be reached from inside of a store; 0 has it tried only when somebody asks
    #[arg(long, env = "URUMI_PROBE_EVERY", default_value_t = 86_400, value_name = "SECONDS", help_heading = "Care")]
    pub probe_every: u64,

    /// Percent of a volume that may be used before its store counts as degraded
    #[arg(long, env = "URUMI_VOLUME_LIMIT", default_value_t = 95, value_name = "PERCENT",
          value_parser = clap::value_parser!(u8).range(1..=100), help_heading = "Care")]
    pub volume_limit: u8,

    /// Seconds that a repair may take until a test order went through: it applies what is missing and waits for the pods
    #[arg(long, env = "URUMI_REPAIR_DEADLINE", default_value_t = 300, value_name = "SECONDS",
          value_parser = clap::value_parser!(u64).range(1..), help_heading = "Deadlines")]
    pub repair_deadline: u64,

    /// Domain of the stores: each is at `store-<id>.<DOMAIN>`
    #[arg(long, env = "URUMI_DOMAIN", default_value = "localhost", help_heading = "Stores", value_parser = parse_domain)]
    pub domain: String,

    /// Scheme of the stores' addresses [default: https where there is a certificate, else http]
    #[arg(long, env = "URUMI_PUBLIC_SCHEME", value_parser = ["http", "https"], value_name = "SCHEME",
          help_heading = "Stores")]
    pub public_scheme: Option<String>,

    /// Port in the stores' addresses, where browsers reach this server or the ingress controller [default: the port
    /// that the server listens on]
    #[arg(long, env = "URUMI_PUBLIC_PORT", value_name = "PORT", help_heading = "Stores")]
    pub public_port: Option<u16>,

    /// Pretend that there is a cluster: nothing real is made. For work on the pages and for load tests. A store called
    /// "Fail at <step>" fails at that step, one called "Fail at delete" or "Fail at volume" when it is deleted; one
    /// called "Degrade" degrades once it is open, and one called "Linger" leaves something when it is deleted
    #[arg(long, env = "URUMI_FAKE_CLUSTER", help_heading = "Cluster")]
    pub fake_cluster: bool,

    /// Milliseconds that each step takes in the pretended cluster
    #[arg(long, env = "URUMI_FAKE_PACE_MS", default_value_t = 400, value_name = "MS", help_heading = "Cluster")]
    pub fake_pace_ms: u64,

    /// Kubeconfig of the cluster [default: the service account of the pod that the server runs in]
    #[arg(long, env = "URUMI_KUBECONFIG", value_name = "FILE", help_heading = "Cluster")]
    pub kubeconfig: Option<PathBuf>,

    /// Context within the kubeconfig; never guessed
    #[arg(long, env = "URUMI_CONTEXT", value_name = "NAME", requires = "kubeconfig", help_heading = "Cluster")]
    pub context: Option<String>,

    /// The chart that defines a store
    #[arg(long, env = "URUMI_CHART", default_value = "chart/store", value_name = "DIR", help_heading = "Cluster")]
    pub chart: PathBuf,

    /// Values for the chart; may be given several times, later ones win
    #[arg(
        long,
        env = "URUMI_CHART_VALUES",
        default_value = "chart/store/values-local.yaml",
        value_name = "FILE",
        value_delimiter = ',',
        help_heading = "Cluster"
    )]
    pub chart_values: Vec<PathBuf>,

    /// The store image, with its tag (`dev/image` builds it)
    #[arg(
        long,
        env = "URUMI_IMAGE",
        value_name = "REFERENCE",
        help_heading = "Cluster",
        required_unless_present = "fake_cluster"
    )]
    pub image: Option<String>,

    /// The Helm 4 program that renders the chart, as a path or a name in PATH [default: helm in PATH, else where `dev/up` puts it]
    #[arg(long, env = "URUMI_HELM", value_name = "PATH", help_heading = "Cluster")]
    pub helm: Option<PathBuf>,

    /// How the server reaches the stores
    #[arg(
        long,
        env = "URUMI_STORE_ACCESS",
        default_value = "port-forward",
        value_name = "HOW",
        help_heading = "Cluster"
    )]
    pub store_access: StoreAccess,
}

/// A domain name and nothing else: labels of letters, digits and hyphens between dots.
fn parse_domain(text: &str) -> Result<String, String> {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len()) && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if text.split('.').all(is_label) { Ok(text.to_ascii_lowercase()) } else { Err("that is no domain name".to_owned()) }
}

/// The address of a collector. TLS is what a collector beside the server is there for.
fn parse_collector(text: &str) -> Result<String, String> {
    match text.parse::<hyper::Uri>() {
        Ok(uri) if uri.scheme_str() == Some("http") && uri.host().is_some() => Ok(text.to_owned()),
        _ => Err("that is no address that begins with http://".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_real_cluster_needs_an_image_and_a_pretended_one_does_not() {
        assert!(Cli::try_parse_from(["urumi", "serve"]).is_err());
        assert!(Cli::try_parse_from(["urumi", "serve", "--image", "urumi/store:1"]).is_ok());
        assert!(Cli::try_parse_from(["urumi", "serve", "--fake-cluster"]).is_ok());
    }

    #[test]
    fn a_context_without_its_kubeconfig_is_refused() {
        assert!(Cli::try_parse_from(["urumi", "serve", "--image", "x", "--context", "mine"]).is_err());
    }

    #[test]
    fn a_collector_is_a_plain_http_address() {
        assert!(parse_collector("http://127.0.0.1:4318").is_ok());
        for text in ["127.0.0.1:4318", "https://collector.example.com", "http://", "nonsense"] {
            assert!(parse_collector(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_domain_is_a_name_without_scheme_port_or_path() {
        assert_eq!(parse_domain("Shops.Example.com"), Ok("shops.example.com".to_owned()));
        for text in ["", "localhost:3000", "http://shops.example.com", "shops.example.com/", "a..b"] {
            assert!(parse_domain(text).is_err(), "{text}");
        }
    }
}
