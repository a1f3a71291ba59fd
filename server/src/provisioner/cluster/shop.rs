//! The last two steps: the storefront as a visitor sees it, and an order; or, where there is no shop, a sign-in.

mod page;

use std::time::Duration;

use app::model::{Component, Edition, SignInLink, Step};
use k8s_openapi::api::core::v1::Pod;
use kube::{Api, api::ListParams};
use tokio::time::{Instant, sleep};

use super::{
    Cluster, fail, failure_of,
    judge::{self, Outcome},
    secret::{self, StoreSecret},
};
use crate::{
    kubernetes::{COMPONENT_LABEL, Trouble, within},
    order_check::{CheckError, OrderCheck},
    provisioner::{ProvisionError, StepReport, StoreSpec},
    sign_in_check::{self, SignInError},
    sign_in_link::{self, LinkError},
    store_client::{Answer, StoreClientError, Visitor},
};

/// How long the storefront may take to show the product, once its pod is ready. The first page takes 2 s.
const VISIT_PATIENCE: Duration = Duration::from_secs(30);

/// Between two looks at a storefront that does not show the product yet.
const VISIT_PAUSE: Duration = Duration::from_millis(250);

/// What the order check buys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purchase {
    /// The product that the bootstrap has just made.
    OfBootstrap,
    /// Whatever the owner sells by now.
    OfWhatIsForSale,
}

impl Cluster {
    fn visitor(&self, store: &StoreSpec) -> Visitor {
        Visitor::new(self.store_client.clone(), store.id.clone(), &store.url)
    }

    /// Looks at the front page as an anonymous visitor until it shows what it should.
    pub(super) async fn visit_storefront(&self, store: &StoreSpec) -> Result<StepReport, ProvisionError> {
        let step = Some(Step::Storefront);
        let outcome = self.outcome(store).await.map_err(|trouble| failure_of(step, trouble))?;
        let product = outcome.as_ref().and_then(|outcome| outcome.product.as_ref()).map(|product| &*product.name);
        let visitor = self.visitor(store);
        let begun = Instant::now();
        loop {
            let visit = Instant::now();
            let answer = visitor.get("/").await;
            let answer = match answer {
                Ok(answer) if page::is_shown(&answer, product, store.name.as_str()) => {
                    let what = product.unwrap_or(store.name.as_str());
                    let text = format!("A visitor sees \"{what}\" after {:.1} s", visit.elapsed().as_secs_f64());
                    return Ok(StepReport { text, edition: None });
                }
                other => other,
            };
            if begun.elapsed() >= VISIT_PATIENCE {
                return Err(refuse_storefront(answer, product, store));
            }
            sleep(VISIT_PAUSE).await;
        }
    }

    /// Places an order, reads it back and removes it; or signs in, where there is no shop.
    pub(super) async fn check_checkout(
        &self,
        store: &StoreSpec,
        purchase: Purchase,
    ) -> Result<StepReport, ProvisionError> {
        let step = Some(Step::Checkout);
        let client = self.kubernetes.client().await.map_err(|trouble| failure_of(step, trouble))?;
        let secret = secret::read(&client, &store.id).await.map_err(|trouble| failure_of(step, trouble))?;
        let Some(secret) = secret else {
            return Err(fail(
                step,
                "The store's Secret is gone.",
                "Delete the store and create it again.",
                String::new(),
            ));
        };
        let outcome = self.outcome(store).await.map_err(|trouble| failure_of(step, trouble))?;
        if outcome.as_ref().is_some_and(|outcome| outcome.edition() == Edition::WordpressOnly) {
            return self.check_sign_in(store, &secret).await;
        }
        let made = outcome.filter(|_| purchase == Purchase::OfBootstrap).and_then(|outcome| outcome.product);
        let product = made.map(|product| product.id);
        let begun = Instant::now();
        let check = OrderCheck::new(self.visitor(store), &secret.platform_token, product).map_err(refuse_checkout)?;
        let order = check.run().await.map_err(refuse_checkout)?;
        Ok(StepReport { text: format!("{order} in {:.1} s", begun.elapsed().as_secs_f64()), edition: None })
    }

    /// Asks the site for a link that signs its owner in.
    pub(super) async fn make_sign_in_link(
        &self,
        store: &StoreSpec,
        secret: &StoreSecret,
    ) -> Result<SignInLink, ProvisionError> {
        match sign_in_link::ask(&self.visitor(store), &secret.platform_token).await {
            Ok((path, seconds)) => Ok(SignInLink { url: format!("{}{path}", store.url), seconds }),
            Err(LinkError::Unreachable(error)) => Err(ProvisionError::Retry(error.into())),
            Err(error) => Err(fail(
                None,
                "The site did not give a sign-in link.",
                "Sign in with the password, or look at the WordPress pod's log.",
                error.to_string(),
            )),
        }
    }

    async fn check_sign_in(&self, store: &StoreSpec, secret: &StoreSecret) -> Result<StepReport, ProvisionError> {
        let begun = Instant::now();
        let signed_in = sign_in_check::sign_in(&self.visitor(store), &secret.admin_user, &secret.admin_password).await;
        match signed_in {
            Ok(()) => {
                let seconds = begun.elapsed().as_secs_f64();
                let text = format!("Signed in to the administration in {seconds:.1} s; WordPress only, no shop");
                Ok(StepReport { text, edition: None })
            }
            Err(SignInError::Unreachable(error)) => Err(ProvisionError::Retry(error.into())),
            Err(error @ SignInError::Refused(_)) => Err(fail(
                Some(Step::Checkout),
                "The owner cannot sign in to the site.",
                "Look at the WordPress pod's log, mend what it names, then retry.",
                error.to_string(),
            )),
        }
    }

    /// What the bootstrap made; none when its pod is gone.
    async fn outcome(&self, store: &StoreSpec) -> Result<Option<Outcome>, Trouble> {
        let client = self.kubernetes.client().await?;
        let pods: Api<Pod> = Api::namespaced(client, &store.id.namespace());
        let bootstrap = ListParams::default().labels(&format!("{COMPONENT_LABEL}={}", Component::Bootstrap.as_str()));
        let found = within(pods.list(&bootstrap)).await?.items;
        Ok(judge::outcome_of(found.iter()).and_then(Result::ok))
    }
}

fn refuse_storefront(
    answer: Result<Answer, StoreClientError>,
    product: Option<&str>,
    store: &StoreSpec,
) -> ProvisionError {
    let what = product.unwrap_or(store.name.as_str());
    match answer {
        // The way to the store is broken, not the store.
        Err(error) => ProvisionError::Retry(anyhow::Error::new(error).context("The storefront cannot be visited")),
        Ok(answer) => fail(
            Some(Step::Storefront),
            format!(
                "The storefront does not show \"{what}\" to a visitor; it answers with status {}.",
                answer.status()
            ),
            "Look at the WordPress and bootstrap logs, mend what they name, then retry.",
            format!("GET {}/ was answered with {}", store.url, answer.describe()),
        ),
    }
}

fn refuse_checkout(error: CheckError) -> ProvisionError {
    match error {
        CheckError::Unreachable { .. } | CheckError::Stopped => {
            ProvisionError::Retry(anyhow::Error::new(error).context("The test order was not answered"))
        }
        _ => fail(
            Some(Step::Checkout),
            "The shop did not take the test order.",
            "Read what it answered below and the WordPress pod's log, mend what they name, then retry.",
            error.to_string(),
        ),
    }
}
