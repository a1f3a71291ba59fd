//! Listens: with TLS or without, and with limits on what a client may take its time for.

use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    time::{Duration, SystemTime},
};

use anyhow::Context as _;
use axum::Router;
use axum_server::{Handle, tls_rustls::RustlsConfig};
use tokio_util::sync::CancellationToken;

/// How long a client may take to send the head of a request.
const HEAD_DEADLINE: Duration = Duration::from_secs(20);

/// Largest head of a request, in bytes: browsers send cookies and long addresses.
const MAX_HEAD: usize = 64 * 1024;

/// How often a connection of HTTP/2 on which nothing comes is asked whether it lives.
const PING_EVERY: Duration = Duration::from_secs(30);

/// How long open requests may take to end once the server was told to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// How often the files of the certificate are looked at.
const LOOK_AT_FILES: Duration = Duration::from_secs(30);

/// What the server shows who it is with.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The certificate and those that vouch for it, as PEM.
    pub certificate: PathBuf,
    /// Its private key, as PEM.
    pub key: PathBuf,
}

impl TlsFiles {
    async fn read(&self) -> anyhow::Result<RustlsConfig> {
        RustlsConfig::from_pem_file(&self.certificate, &self.key).await.with_context(|| {
            format!("{} and {} are no certificate with its key", self.certificate.display(), self.key.display())
        })
    }

    /// When they were last written; none where that cannot be told, as between two writes.
    fn written(&self) -> Option<(SystemTime, SystemTime)> {
        let of = |file: &PathBuf| std::fs::metadata(file).and_then(|about| about.modified()).ok();
        Some((of(&self.certificate)?, of(&self.key)?))
    }

    /// Takes up a certificate that was renewed, for ever. One that cannot be used is told, and the former one stays.
    async fn follow(self, config: RustlsConfig, every: Duration) {
        let mut known = self.written();
        loop {
            tokio::time::sleep(every).await;
            let written = self.written();
            if written.is_none() || written == known {
                continue;
            }
            match config.reload_from_pem_file(&self.certificate, &self.key).await {
                Ok(()) => tracing::info!("the certificate was renewed"),
                Err(error) => tracing::error!(%error, "the renewed certificate cannot be used; the former one stays"),
            }
            known = written;
        }
    }
}

/// Answers what comes to `listener` until `stop`; then open requests get [`DRAIN`] to end.
///
/// # Errors
/// The certificate or the listener cannot be used.
pub async fn serve(
    listener: TcpListener,
    tls: Option<TlsFiles>,
    router: Router,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let handle = Handle::new();
    let ending = {
        let handle = handle.clone();
        async move {
            stop.cancelled().await;
            handle.graceful_shutdown(Some(DRAIN));
            std::future::pending::<()>().await;
        }
    };
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let mut server = axum_server::from_tcp(listener)?.handle(handle).first_request_timeout(HEAD_DEADLINE);
    let builder = server.http_builder();
    builder.http1().header_read_timeout(HEAD_DEADLINE).max_buf_size(MAX_HEAD);
    let max_head = u32::try_from(MAX_HEAD).unwrap_or(u32::MAX);
    builder.http2().max_header_list_size(max_head).keep_alive_interval(PING_EVERY);
    let Some(files) = tls else {
        return tokio::select! {
            result = server.serve(service) => result.context("the server failed"),
            () = ending => Ok(()),
        };
    };
    let config = files.read().await?;
    let server = server.acceptor(axum_server::tls_rustls::RustlsAcceptor::new(config.clone()));
    tokio::select! {
        result = server.serve(service) => result.context("the server failed"),
        () = ending => Ok(()),
        () = files.follow(config, LOOK_AT_FILES) => Ok(()),
    }
}

#[cfg(test)]
mod tests;
