//! A prepared shop becomes the store's: its own web server is asked for it. Where the chart holds a job for that, the job does it.

use std::time::Duration;

use app::model::{Component, Content, DomainName, Reason, Step};
use axum::body::Body;
use hyper::{HeaderMap, Method, StatusCode, header, header::HeaderValue};
use k8s_openapi::api::{batch::v1::Job, core::v1::Pod};
use kube::{Api, Client, api::ListParams};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::{
    Cluster, fail, failure_of,
    judge::{self, Outcome},
    namespace,
    secret::StoreSecret,
};
use crate::{
    addresses::host_of_url,
    kubernetes::{COMPONENT_LABEL, Trouble, within},
    order_check::PLATFORM_TOKEN,
    provisioner::{
        Notes, ProvisionError, StepReport, StoreSpec,
        chart::{ADMIN_USER, admin_email},
    },
    store_client::{Answer, StoreClientError, Visitor},
};

/// Where a store's web server is asked to set its shop up.
const SETUP: &str = "/wp-json/urumi/v1/setup";

/// Between two questions to a web server that is about to start.
const ASK_AGAIN: Duration = Duration::from_millis(100);

/// How long it is asked that often; whoever takes longer is not in a hurry.
const ASK_OFTEN: Duration = Duration::from_secs(10);

/// Between two questions after that.
const ASK_SELDOM: Duration = Duration::from_secs(1);

/// How long a web server is only asked before the cluster is asked, too, what keeps it.
const WATCH_AFTER: Duration = Duration::from_secs(3);

/// How long a web server may go on answering what a former one would: that it does not know the token or the question.
const OUTDATED_PATIENCE: Duration = Duration::from_secs(30);

impl Cluster {
    /// Makes the shop this store's, and writes down what was made and where it is.
    pub(super) async fn bootstrap(&self, store: &StoreSpec, notes: &Notes) -> Result<StepReport, ProvisionError> {
        let step = Step::Woocommerce;
        let trouble = |trouble| failure_of(Some(step), trouble);
        let client = self.kubernetes.client().await.map_err(trouble)?;
        let outcome = if is_done_by_job(&client, store).await.map_err(trouble)? {
            self.wait_for(step, store, notes).await?;
            outcome_of_job(&client, store).await.map_err(trouble)?
        } else {
            tokio::select! {
                outcome = self.set_up(store) => Some(outcome?),
                // It ends when the web server or the database cannot come any more, and not otherwise.
                waited = self.wait_later(step, store, notes) => return waited,
            }
        };
        let Some(outcome) = outcome else {
            return Err(ProvisionError::Retry(anyhow::anyhow!("What the installation of the shop made is not told")));
        };
        namespace::set_made(&client, store, &outcome).await.map_err(trouble)?;
        Ok(judge::report(&outcome))
    }

    /// Waits for what a step waits for, which the store's web server may tell before the cluster does: the kubelet looks once a second.
    pub(super) async fn wait_or_ask(
        &self,
        step: Step,
        path: &str,
        told: &str,
        store: &StoreSpec,
        notes: &Notes,
    ) -> Result<StepReport, ProvisionError> {
        tokio::select! {
            waited = self.wait_later(step, store, notes) => waited,
            () = self.answers(store, path) => Ok(StepReport { text: told.to_owned(), edition: None }),
        }
    }

    /// Watches the step, once it has taken longer than it takes when all is well: watches are dear.
    async fn wait_later(&self, step: Step, store: &StoreSpec, notes: &Notes) -> Result<StepReport, ProvisionError> {
        sleep(WATCH_AFTER).await;
        self.wait_for(step, store, notes).await
    }

    /// Ends when the store's web server answers this with success.
    async fn answers(&self, store: &StoreSpec, path: &str) {
        let visitor = self.unready_visitor(store);
        let begun = Instant::now();
        while !visitor.get(path).await.is_ok_and(|answer| answer.status() == StatusCode::OK) {
            pause(begun).await;
        }
    }

    pub(super) fn unready_visitor(&self, store: &StoreSpec) -> Visitor {
        Visitor::new(self.unready_client.clone(), store.id.clone(), &store.url)
    }

    /// Asks the web server, as soon as it answers.
    async fn set_up(&self, store: &StoreSpec) -> Result<Outcome, ProvisionError> {
        let secret = self.secret_of(store, Some(Step::Woocommerce)).await?;
        let request = request(store, &secret).to_string();
        let visitor = self.unready_visitor(store);
        let begun = Instant::now();
        loop {
            let answer = visitor.ask(Method::POST, SETUP, headers(&secret)?, Body::from(request.clone())).await;
            let is_patient = begun.elapsed() < OUTDATED_PATIENCE;
            match judge_answer(answer) {
                Asked::Made(outcome) => return Ok(outcome),
                Asked::Refused(error) => return Err(error),
                Asked::Outdated(error) if !is_patient => return Err(error),
                Asked::Outdated(_) | Asked::NotYet => pause(begun).await,
            }
        }
    }
}

/// What came of asking a web server to set its shop up.
enum Asked {
    Made(Outcome),
    /// It is not there yet, or its database is not.
    NotYet,
    /// This is what a pod says that is about to be replaced; or one of an image that is too old.
    Outdated(ProvisionError),
    Refused(ProvisionError),
}

fn judge_answer(answer: Result<Answer, StoreClientError>) -> Asked {
    let Ok(answer) = answer else { return Asked::NotYet };
    let told = serde_json::from_slice::<Value>(&answer.body).ok();
    let error = told.as_ref().and_then(|told| told["error"].as_str()).unwrap_or_default().trim_end_matches('.');
    let refuse = |reason, cause: String, advice: &str| fail(reason, Some(Step::Woocommerce), cause, advice, answer.describe());
    match answer.status() {
        StatusCode::OK => match told.and_then(|told| serde_json::from_value(told).ok()) {
            Some(outcome) => Asked::Made(outcome),
            None => Asked::Refused(refuse(
                Reason::BootstrapFailed,
                "The shop was set up, but what was made is not known.".to_owned(),
                "Retry; where that does not help, chart and image do not fit.",
            )),
        },
        StatusCode::SERVICE_UNAVAILABLE => Asked::NotYet,
        StatusCode::CONFLICT => Asked::Refused(refuse(
            Reason::BootstrapFailed,
            "The store's image holds no prepared shop.".to_owned(),
            "Name an image that does (`dev/image` makes one), or set `database.prepared: false` in the stores' values; then delete the \
             store and create it anew.",
        )),
        StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND => Asked::Outdated(refuse(
            Reason::BootstrapFailed,
            "The store's web server does not know how to set its shop up.".to_owned(),
            "Name an image of this version of Urumi with --image (URUMI_IMAGE), then retry.",
        )),
        _ if error.is_empty() => Asked::Refused(refuse(
            Reason::BootstrapFailed,
            format!("The shop could not be set up; its web server answered with status {}.", answer.status()),
            "Look at the WordPress pod's log, mend what it names, then retry.",
        )),
        _ => Asked::Refused(refuse(
            judge::reason_of(error),
            judge::explain_line(error),
            "Look at the WordPress pod's log, mend what it names, then retry: it goes on from where it is.",
        )),
    }
}

/// What the web server is told; `bootstrap/input.php` of the store image says what each word means.
fn request(store: &StoreSpec, secret: &StoreSecret) -> Value {
    let alias = store.domain.as_ref().map_or("", |_: &DomainName| host_of_url(&store.first_url));
    json!({
        "store_id": store.id.as_str(),
        "store_name": store.name.as_str(),
        "store_url": store.url,
        "store_alias": alias,
        "admin_user": ADMIN_USER,
        "admin_password": secret.admin_password,
        "admin_email": admin_email(store),
        "demo": (store.content == Content::Demo).to_string(),
    })
}

fn headers(secret: &StoreSecret) -> Result<HeaderMap, ProvisionError> {
    let mut token = HeaderValue::from_str(&secret.platform_token)
        .map_err(|_| ProvisionError::Retry(anyhow::anyhow!("The store's platform token cannot be sent")))?;
    token.set_sensitive(true);
    let json = HeaderValue::from_static("application/json");
    Ok([(PLATFORM_TOKEN, token), (header::CONTENT_TYPE, json)].into_iter().collect())
}

async fn pause(begun: Instant) {
    sleep(if begun.elapsed() < ASK_OFTEN { ASK_AGAIN } else { ASK_SELDOM }).await;
}

fn bootstrap_things() -> ListParams {
    ListParams::default().labels(&format!("{COMPONENT_LABEL}={}", Component::Bootstrap.as_str()))
}

/// Whether the chart that was applied holds a job for it.
async fn is_done_by_job(client: &Client, store: &StoreSpec) -> Result<bool, Trouble> {
    let jobs: Api<Job> = Api::namespaced(client.clone(), &store.id.namespace());
    let found = within(jobs.list_metadata(&bootstrap_things())).await?.items;
    Ok(found.iter().any(|job| job.metadata.deletion_timestamp.is_none()))
}

/// What the job's pod left; none when it is gone, or left nothing that can be read.
pub(super) async fn outcome_of_job(client: &Client, store: &StoreSpec) -> Result<Option<Outcome>, Trouble> {
    let pods: Api<Pod> = Api::namespaced(client.clone(), &store.id.namespace());
    let found = within(pods.list(&bootstrap_things())).await?.items;
    Ok(judge::outcome_of(found.iter()).and_then(Result::ok))
}
