//! The `urumi` command: parse, build, serve, wait. No decisions.

use std::{net::TcpListener, process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context as _;
use app::model::NewToken;
use clap::Parser as _;
use server::{
    accounts::{SessionLimits, command_line},
    addresses::Addresses,
    clock::Clock,
    config::{BackupArgs, Cli, Command, ServeArgs, SignInArgs, SignInLinkArgs, TokenArgs},
    data_dir::{self, DataDir},
    domains::Domains,
    entropy::Entropy,
    jobs::Deadlines,
    platform::{Parts, Platform},
    preflight,
    provisioner::{
        Provisioner,
        cluster::{Cluster, ClusterConfig},
        fake::FakeCluster,
    },
    reconcile::Care,
    serving,
    store_client::StoreClient,
    telemetry::Telemetry,
};
use tokio::signal::unix::{SignalKind, signal};

fn main() -> ExitCode {
    // Whoever can read the database, or a backup of it, can get in.
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    let result = match Cli::parse().command {
        Command::Serve(args) => serve(*args),
        Command::Backup(args) => back_up(&args),
        Command::Restore(args) => restore(&args),
        Command::SignInLink(args) => print_sign_in_link(&args),
        Command::Token(args) => print_token(args),
        Command::Openapi => print_openapi(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn print_openapi() -> anyhow::Result<()> {
    println!("{}", server::http::openapi().to_pretty_json()?);
    Ok(())
}

#[tokio::main]
async fn back_up(BackupArgs { data_dir, file }: &BackupArgs) -> anyhow::Result<()> {
    data_dir::back_up(data_dir, file).await?;
    println!("The database of {} is in {}.", data_dir.display(), file.display());
    Ok(())
}

#[tokio::main]
async fn restore(BackupArgs { data_dir, file }: &BackupArgs) -> anyhow::Result<()> {
    let former = DataDir::take(data_dir)?.restore(file, Clock::system().now()).await?;
    println!("{} is the database of {} now.", file.display(), data_dir.display());
    if let Some(former) = former {
        println!("The one before is {}.", former.display());
    }
    Ok(())
}

#[tokio::main]
async fn print_sign_in_link(SignInLinkArgs { data_dir, administrator, url }: &SignInLinkArgs) -> anyhow::Result<()> {
    println!("{}", command_line::sign_in_link(data_dir, administrator, url).await?);
    Ok(())
}

#[tokio::main]
async fn print_token(TokenArgs { data_dir, administrator, name, scopes, days }: TokenArgs) -> anyhow::Result<()> {
    println!("{}", command_line::token(&data_dir, &administrator, NewToken { name, scopes, days }).await?);
    Ok(())
}

/// Adds the administrator that the settings name, or prints how to add one.
async fn welcome(platform: &Platform, args: &SignInArgs) -> anyhow::Result<()> {
    if let Some(name) = &args.administrator {
        let password = args.password()?;
        platform.accounts.ensure_administrator(&platform.audit, name, password.as_deref()).await?;
    } else if let Some(link) = platform.accounts.first_link().await? {
        // Not into the log, which may go elsewhere.
        println!("Nobody can sign in yet. To create the administrator, open {}", link.url);
    }
    Ok(())
}

#[tokio::main]
async fn serve(args: ServeArgs) -> anyhow::Result<()> {
    let telemetry = Telemetry::start(args.log_format, &args.log, args.otlp_endpoint.as_deref())?;
    let (clock, entropy) = (Clock::system(), Entropy::from_os());
    let (provisioner, store_client) = cluster(&args, clock.clone(), entropy.clone()).await?;
    let data_dir = DataDir::take(&args.data_dir)?;
    let listener = TcpListener::bind(args.listen).with_context(|| format!("{} cannot be listened on", args.listen))?;
    let address = listener.local_addr()?;
    let parts = Parts {
        clock,
        entropy,
        provisioner,
        store_client,
        addresses: addresses(&args, address.port()),
        max_parallel_installs: args.max_parallel_installs,
        spare_stores: args.spare_stores,
        deadlines: Deadlines {
            step: Duration::from_secs(args.step_deadline),
            provision: Duration::from_secs(args.install_deadline),
            repair: Duration::from_secs(args.repair_deadline),
            delete: Duration::from_secs(args.delete_deadline),
            ..Deadlines::default()
        },
        care: Care {
            look_every: Duration::from_secs(args.look_every),
            check_every: Duration::from_secs(args.check_every),
            probe_every: (args.probe_every > 0).then(|| Duration::from_secs(args.probe_every)),
            ..Care::default()
        },
        rates: (&args.network).into(),
        provider: args.oidc.settings()?,
        domains: Domains::new(args.network.dns_server),
        proxies: args.network.trusted_proxies.iter().copied().collect(),
        session_limits: SessionLimits {
            idle: Duration::from_secs(args.sign_in.session_idle),
            lifetime: Duration::from_secs(args.sign_in.session_lifetime),
        },
        limits: (&args.limits).into(),
        leptos: server::site::options(&args.site_dir)?,
    };
    let platform = Platform::start(&data_dir.database(), parts).await?;
    welcome(&platform, &args.sign_in).await?;
    // Register the signal handlers before logging "listening": a supervisor may send SIGTERM right after that line.
    let signal = stop_signal()?;
    tracing::info!(%address, "listening");

    let stop = platform.stop_streams.clone();
    tokio::spawn({
        let stop = stop.clone();
        async move {
            signal.await;
            tracing::info!("stopping");
            stop.cancel();
        }
    });
    serving::serve(listener, args.network.tls_files(), platform.router.clone(), stop).await?;
    platform.stop().await;
    tracing::info!("stopped");
    tokio::task::spawn_blocking(|| telemetry.stop()).await?;
    Ok(())
}

async fn cluster(
    args: &ServeArgs,
    clock: Clock,
    entropy: Entropy,
) -> anyhow::Result<(Arc<dyn Provisioner>, Option<StoreClient>)> {
    let Some(image) = args.image.clone().filter(|_| !args.fake_cluster) else {
        tracing::warn!("the cluster is fake: no store is real");
        return Ok((Arc::new(FakeCluster::new(Duration::from_millis(args.fake_pace_ms))), None));
    };
    let config = ClusterConfig {
        kubeconfig: args.kubeconfig.clone(),
        context: args.context.clone(),
        chart: args.chart.clone(),
        chart_values: args.chart_values.clone(),
        image,
        access: args.store_access,
        helm: preflight::find_helm(args.helm.as_deref()).await?,
        volume_limit: args.volume_limit,
    };
    preflight::check_files(&config)?;
    let cluster = Cluster::new(config, clock, entropy);
    let client = cluster.store_client();
    Ok((Arc::new(cluster), Some(client)))
}

fn addresses(args: &ServeArgs, listening_on: u16) -> Addresses {
    let port = args.public_port.unwrap_or(listening_on);
    let has_tls = args.network.tls_certificate.is_some();
    let scheme = args.public_scheme.as_deref().unwrap_or(if has_tls { "https" } else { "http" });
    let usual = if scheme == "https" { 443 } else { 80 };
    Addresses::new(scheme, &args.domain, (port != usual).then_some(port), &args.dashboard_hosts)
}

/// Takes over SIGTERM and SIGINT at once; what it returns ends when one has come.
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    let take = |kind| signal(kind).context("signals cannot be listened for");
    let (mut terminate, mut interrupt) = (take(SignalKind::terminate())?, take(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
