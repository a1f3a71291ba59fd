//! A prepared shop becomes the store's: its own web server is asked for it. Where the chart holds a job for that, the job does it.

use std::time::Duration;

use app::model::{Component, Content, Reason, Step};
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

/// Where it is asked whether its database answers.
pub(super) const DATABASE: &str = "/wp-json/urumi/v1/database";

/// Where it is asked whether it runs.
pub(super) const ALIVE: &str = "/urumi/alive.php";

/// Between two questions to a web server that is about to start.
const ASK_AGAIN: Duration = Duration::from_millis(100);

/// How long it is asked that often; whoever takes longer is not in a hurry.
const ASK_OFTEN: Duration = Duration::from_secs(10);

/// Between two questions after that.
const ASK_SELDOM: Duration = Duration::from_secs(1);

/// How long a web server is only asked before the cluster is asked, too, what keeps it.
const WATCH_AFTER: Duration = Duration::from_secs(3);

/// How long a web server may go on answering what may pass by itself: that it does not know the token or the question, as a former one would; that
/// its database does not let it in; that something went wrong, as it does when a database goes away in the middle.
const REFUSAL_PATIENCE: Duration = Duration::from_secs(30);

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
        // Without it, it does not answer what is nobody else's business.
        let token = match self.secret_of(store, None).await {
            Ok(secret) => headers(&secret).unwrap_or_default(),
            Err(_) => HeaderMap::new(),
        };
        loop {
            let answer = visitor.ask(Method::GET, path, token.clone(), Body::empty()).await;
            if answer.is_ok_and(|answer| answer.status() == StatusCode::OK) {
                return;
            }
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
            let is_patient = begun.elapsed() < REFUSAL_PATIENCE;
            match judge_answer(answer) {
                Asked::Made(outcome) => return Ok(outcome),
                Asked::Refused(error) => return Err(error),
                Asked::Wrong(error) if !is_patient => return Err(error),
                Asked::NotYet => pause(begun).await,
                Asked::Wrong(error) => {
                    tracing::debug!(%error, "the set-up is asked for again");
                    sleep(ASK_SELDOM).await;
                }
            }
        }
    }
}

/// What came of asking a web server to set its shop up.
enum Asked {
    Made(Outcome),
    /// It is not there yet, or its database is not.
    NotYet,
    /// It may pass by itself, and may not.
    Wrong(ProvisionError),
    Refused(ProvisionError),
}

fn judge_answer(answer: Result<Answer, StoreClientError>) -> Asked {
    let Ok(answer) = answer else { return Asked::NotYet };
    let told = serde_json::from_slice::<Value>(&answer.body).ok();
    let error = told.as_ref().and_then(|told| told["error"].as_str()).unwrap_or_default().trim_end_matches('.');
    let refuse =
        |reason, cause: String, advice: &str| fail(reason, Some(Step::Woocommerce), cause, advice, answer.describe());
    match answer.status() {
        StatusCode::OK => match told.and_then(|told| serde_json::from_value(told).ok()) {
            Some(outcome) => Asked::Made(outcome),
            None => Asked::Refused(refuse(
                Reason::BootstrapFailed,
                "The shop was set up, but what was made is not known.".to_owned(),
                "Retry; where that does not help, chart and image do not fit.",
            )),
        },
        // A password that is wrong may be about to be the right one; that nothing answers yet is no news.
        StatusCode::SERVICE_UNAVAILABLE if !error.contains(DENIED) => Asked::NotYet,
        StatusCode::CONFLICT => Asked::Refused(refuse(
            Reason::BootstrapFailed,
            "The store's image holds no prepared shop.".to_owned(),
            "Name an image that does (`dev/image` makes one), or set `database.prepared: false` in the stores' values; then delete the \
             store and create it anew.",
        )),
        StatusCode::UNAUTHORIZED => Asked::Wrong(refuse(
            Reason::BootstrapFailed,
            "The store's web server does not know the token in the store's Secret.".to_owned(),
            "Look whether its pod was started with another Secret (`kubectl describe pod`), then retry.",
        )),
        StatusCode::NOT_FOUND => Asked::Wrong(refuse(
            Reason::BootstrapFailed,
            "The store's web server does not know how to set its shop up.".to_owned(),
            "Name an image of this version of Urumi with --image (URUMI_IMAGE), then retry.",
        )),
        _ if error.is_empty() => Asked::Wrong(refuse(
            Reason::BootstrapFailed,
            format!("The shop could not be set up; its web server answered with status {}.", answer.status()),
            "Look at the WordPress pod's log, mend what it names, then retry.",
        )),
        _ => Asked::Wrong(refuse(
            judge::reason_of(error),
            judge::explain_line(error),
            "Look at the WordPress pod's log, mend what it names, then retry: it goes on from where it is.",
        )),
    }
}

/// What the web server is told; `bootstrap/input.php` of the store image says what each word means.
fn request(store: &StoreSpec, secret: &StoreSecret) -> Value {
    let alias = if store.domain.is_some() { host_of_url(&store.first_url) } else { "" };
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

/// How the bootstrap says that the database does not take its password.
const DENIED: &str = "does not let us in: Access denied";

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

#[cfg(test)]
mod tests {
    use hyper::Response;

    use super::*;
    use crate::addresses::at_host;

    fn answer(status: u16, body: &str) -> Result<Answer, StoreClientError> {
        let (head, ()) = Response::builder().status(status).body(()).expect("an answer").into_parts();
        Ok(Answer { head, body: body.to_owned().into() })
    }

    fn failure(asked: Asked) -> app::model::Failure {
        match asked {
            Asked::Refused(ProvisionError::Failed(failure)) | Asked::Wrong(ProvisionError::Failed(failure)) => *failure,
            _ => panic!("it should have failed"),
        }
    }

    #[test]
    fn a_shop_that_was_set_up_is_told_with_its_product() {
        let told =
            r#"{"wordpress":"6.8.7","woocommerce":"10.0.2","product":{"id":12,"name":"Mug","path":"/product/mug/"}}"#;
        let Asked::Made(outcome) = judge_answer(answer(200, told)) else { panic!("it was made") };
        assert_eq!(judge::report(&outcome).text, "WooCommerce 10.0.2 on WordPress 6.8.7 installed");
        assert_eq!(outcome.product.expect("a product").id, 12);
    }

    #[test]
    fn who_is_not_there_yet_or_about_to_be_replaced_is_asked_again() {
        assert!(matches!(judge_answer(Err(StoreClientError::Connect("refused".to_owned()))), Asked::NotYet));
        assert!(matches!(judge_answer(answer(503, r#"{"error":"bootstrap: database FAILED: gone"}"#)), Asked::NotYet));
        for (status, told) in [(401, "{}"), (404, "<h1>Not found</h1>"), (500, "")] {
            assert!(matches!(judge_answer(answer(status, told)), Asked::Wrong(_)), "{status}");
        }
    }

    #[test]
    fn why_a_shop_could_not_be_set_up_is_a_sentence_with_its_kind() {
        let told = r#"{"error":"bootstrap: selling FAILED: WooCommerce lacks tables: wp_x"}"#;
        let failed = failure(judge_answer(answer(500, told)));
        assert_eq!(failed.reason, Reason::BootstrapFailed);
        assert_eq!(failed.cause, "The installation of the shop failed at \"selling\": WooCommerce lacks tables: wp_x.");
        let told = r#"{"error":"bootstrap: database FAILED: the database does not let us in: Access denied"}"#;
        assert_eq!(failure(judge_answer(answer(503, told))).reason, Reason::DatabaseRefused);
        let failed = failure(judge_answer(answer(500, "")));
        assert!(failed.cause.contains("status 500"), "{}", failed.cause);
        let failed = failure(judge_answer(answer(409, "{}")));
        assert!(failed.advice.contains("database.prepared: false"), "{}", failed.advice);
        let failed = failure(judge_answer(answer(200, "<html>")));
        assert!(failed.evidence.contains("<html>"), "{}", failed.evidence);
    }

    #[test]
    fn a_domain_is_told_together_with_the_host_that_leads_there() {
        let first_url = "http://store-k7xw2mzp.localhost:3000";
        let mut store = StoreSpec {
            id: "k7xw2mzp".parse().expect("an id"),
            name: "Corner shop".parse().expect("a name"),
            url: first_url.to_owned(),
            first_url: first_url.to_owned(),
            domain: None,
            size: app::model::Size::Small,
            content: Content::Empty,
            is_spare: false,
        };
        let secret = StoreSecret {
            uid: String::new(),
            admin_user: "admin".to_owned(),
            admin_password: "secret".to_owned(),
            platform_token: "token".to_owned(),
        };
        let told = request(&store, &secret);
        assert_eq!(
            (&told["store_url"], &told["store_alias"], &told["demo"]),
            (&json!(first_url), &json!(""), &json!("false"))
        );
        store.domain = Some("corner.example".parse().expect("a domain"));
        store.url = at_host(first_url, "corner.example");
        let told = request(&store, &secret);
        assert_eq!(told["store_url"], "http://corner.example:3000");
        assert_eq!(told["store_alias"], "store-k7xw2mzp.localhost");
        assert_eq!(told["admin_email"], "admin@store-k7xw2mzp.localhost");
    }
}
