//! Keeps other sites out: a page of theirs, opened in the browser of someone who can reach the dashboard, must neither
//! read it nor act through it. The stores are other sites too.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::problem::Problem;

/// The names that the dashboard answers to. Any other is a name that somebody else pointed at this address, to have
/// browsers take their pages and the dashboard for one site (DNS rebinding).
#[derive(Clone, Debug)]
pub struct DashboardHosts(Arc<Vec<String>>);

impl DashboardHosts {
    /// `localhost`, the stores' domain, and these; addresses are always answered to.
    #[must_use]
    pub fn new(domain: &str, more: &[String]) -> Self {
        let names = ["localhost", domain].into_iter().map(str::to_owned).chain(more.iter().cloned());
        Self(Arc::new(names.map(|name| name.trim_matches('.').to_ascii_lowercase()).collect()))
    }

    fn has(&self, host: &str) -> bool {
        let Ok(authority) = host.parse::<Authority>() else { return false };
        let name = authority.host().trim_matches(['[', ']']).to_ascii_lowercase();
        name.parse::<IpAddr>().is_ok() || self.0.contains(&name)
    }
}

/// Refuses requests for hosts that are not the dashboard's, and changes that another site's page asks for.
pub(super) async fn keep_out(State(hosts): State<DashboardHosts>, request: Request, next: Next) -> Response {
    match refusal(&hosts, &request) {
        Some(problem) => problem.into_response(),
        None => next.run(request).await,
    }
}

fn refusal(hosts: &DashboardHosts, request: &Request) -> Option<Problem> {
    // Browsers always name the host.
    let host = request.headers().get(header::HOST).map(|host| String::from_utf8_lossy(host.as_bytes()));
    if let Some(host) = host.filter(|host| !hosts.has(host)) {
        return Some(Problem::wrong_host(&host));
    }
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    (!is_read && is_foreign(request.headers())).then(Problem::foreign)
}

/// Whether a page of another origin sent this. Programs that are no browsers send neither header.
fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text("origin") else { return false };
    let origin_host = origin.split_once("://").map(|(_, host)| host);
    origin_host.is_none() || origin_host != text("host")
}
