//! The last two steps: the storefront as a visitor sees it, and an order; or, where there is no shop, a sign-in.

mod page;

use std::{
    collections::HashMap,
    sync::{MutexGuard, PoisonError},
    time::Duration,
};

use app::model::{Edition, Reason, SignInLink, Step, StoreId};
use hyper::StatusCode;
use tokio::time::{Instant, sleep};

use super::{
    Cluster, claims, fail, failure_of,
    judge::{self, Outcome},
    namespace,
    secret::{self, StoreSecret, Unusable},
    setup,
};
use crate::{
    kubernetes::Trouble,
    order_check::{Cart, CheckError, OrderCheck},
    provisioner::{CheckOutcome, CheckVerdict, ProvisionError, StepReport, StoreSpec},
    sign_in_check::{self, SignInError},
    sign_in_link::{self, LinkError},
    store_client::{Answer, StoreClientError, Visitor},
};

/// How long the storefront may take to show the product, once the shop is set up. The first page takes half a second.
const VISIT_PATIENCE: Duration = Duration::from_secs(30);

/// Between two looks at a storefront that does not show the product yet.
const VISIT_PAUSE: Duration = Duration::from_millis(250);

/// How long a Service may take to lead to a pod that is ready.
const SERVICE_PATIENCE: Duration = Duration::from_secs(10);

/// Between two looks at that.
const SERVICE_PAUSE: Duration = Duration::from_millis(50);

/// What a check of the store found.
type Checked = Result<String, CheckFailed>;

/// Why a store did not pass its check.
enum CheckFailed {
    Order(CheckError),
    SignIn(SignInError),
}

impl Cluster {
    fn visitor(&self, store: &StoreSpec) -> Visitor {
        Visitor::new(self.store_client.clone(), store.id.clone(), &store.url)
    }

    /// Looks at the front page as an anonymous visitor until it shows what it should.
    pub(super) async fn visit_storefront(&self, store: &StoreSpec) -> Result<StepReport, ProvisionError> {
        let step = Some(Step::Storefront);
        let trouble = |trouble| failure_of(step, trouble);
        let outcome = self.outcome(store).await.map_err(trouble)?;
        let product = outcome.as_ref().and_then(|outcome| outcome.product.as_ref()).map(|product| &*product.name);
        // Past the Service, which has the pod for visitors only some time after it can answer them.
        let visitor = self.unready_visitor(store);
        if self.was_handed_over(&store.id).await.map_err(trouble)? {
            return self.visit(&visitor, product, store).await;
        }
        // A visitor's page and a cart take both cores of a small machine.
        let (visited, ()) =
            tokio::join!(self.visit(&visitor, product, store), self.fill_cart(&visitor, store, outcome.as_ref()));
        visited
    }

    /// Whether an order went through before, so that none is to be placed again now.
    async fn was_handed_over(&self, id: &StoreId) -> Result<bool, Trouble> {
        let client = self.kubernetes.client().await?;
        Ok(namespace::find(&client, id).await?.is_some_and(|there| claims::kept(&there).is_some()))
    }

    async fn visit(
        &self,
        visitor: &Visitor,
        product: Option<&str>,
        store: &StoreSpec,
    ) -> Result<StepReport, ProvisionError> {
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

    /// Fills the cart that the next step pays for. Where that does not work, the next step does it itself, and tells.
    async fn fill_cart(&self, visitor: &Visitor, store: &StoreSpec, outcome: Option<&Outcome>) {
        // One of an earlier attempt is of no use any more.
        self.carts().remove(&store.id);
        let Some(product) = outcome.and_then(|outcome| outcome.product.as_ref()) else { return };
        let filled = async {
            let secret = self.secret_of(store, None).await.ok()?;
            OrderCheck::new(visitor.clone(), &secret.platform_token, Some(product.id)).ok()?.fill().await.ok()?
        };
        if let Some(cart) = filled.await {
            self.carts().insert(store.id.clone(), cart);
        }
    }

    pub(super) fn carts(&self) -> MutexGuard<'_, HashMap<StoreId, Cart>> {
        self.carts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the store's Service leads to its pod.
    pub(super) async fn await_service(&self, store: &StoreSpec) -> Result<(), ProvisionError> {
        let visitor = self.visitor(store);
        let begun = Instant::now();
        loop {
            let told = match visitor.get("/urumi/ready.php").await {
                Ok(answer) if answer.status() == StatusCode::OK => return Ok(()),
                Ok(answer) => answer.describe(),
                Err(error) => error.to_string(),
            };
            if begun.elapsed() >= SERVICE_PATIENCE {
                let told = told.trim_end_matches('.');
                return Err(ProvisionError::Retry(anyhow::anyhow!("Visitors do not reach the shop yet: {told}")));
            }
            sleep(SERVICE_PAUSE).await;
        }
    }

    /// Places an order, reads it back and removes it; or signs in, where there is no shop.
    pub(super) async fn check_checkout(&self, store: &StoreSpec) -> Result<StepReport, ProvisionError> {
        let step = Some(Step::Checkout);
        let outcome = self.outcome(store).await.map_err(|trouble| failure_of(step, trouble))?;
        match self.check(&self.unready_visitor(store), store, outcome.as_ref(), step).await? {
            Ok(text) => Ok(StepReport { text, edition: None }),
            Err(CheckFailed::Order(error)) => Err(refuse_checkout(error)),
            Err(CheckFailed::SignIn(error)) => Err(refuse_sign_in(error)),
        }
    }

    /// The same with whatever the store has become since. It buys a product of its own: the owner's may be sold out, or dear.
    pub(super) async fn check_now(&self, store: &StoreSpec) -> Result<CheckOutcome, ProvisionError> {
        let outcome = self.outcome(store).await.map_err(|trouble| failure_of(None, trouble))?;
        let outcome = outcome.map(|outcome| Outcome { product: None, ..outcome });
        Ok(match self.check(&self.visitor(store), store, outcome.as_ref(), None).await? {
            Ok(text) => CheckOutcome { verdict: CheckVerdict::Passed, text },
            Err(CheckFailed::Order(error @ (CheckError::Unreachable { .. } | CheckError::Stopped))) => {
                CheckOutcome { verdict: CheckVerdict::Unreached, text: format!("The shop did not answer: {error}") }
            }
            Err(CheckFailed::SignIn(SignInError::Unreachable(error))) => {
                CheckOutcome { verdict: CheckVerdict::Unreached, text: format!("The site did not answer: {error}") }
            }
            Err(CheckFailed::Order(error)) => CheckOutcome {
                verdict: CheckVerdict::Failed,
                text: format!("The shop did not take the test order: {error}"),
            },
            Err(CheckFailed::SignIn(error)) => CheckOutcome {
                verdict: CheckVerdict::Failed,
                text: format!("The owner cannot sign in with the password kept here: {error}"),
            },
        })
    }

    /// Asks the store; an error of the outer kind is that the cluster could not be asked about it.
    async fn check(
        &self,
        visitor: &Visitor,
        store: &StoreSpec,
        outcome: Option<&Outcome>,
        step: Option<Step>,
    ) -> Result<Checked, ProvisionError> {
        let secret = self.secret_of(store, step).await?;
        let begun = Instant::now();
        if outcome.is_some_and(|outcome| outcome.edition() == Edition::WordpressOnly) {
            let signed_in = sign_in_check::sign_in(visitor, &secret.admin_user, &secret.admin_password).await;
            return Ok(signed_in.map_err(CheckFailed::SignIn).map(|()| {
                let seconds = begun.elapsed().as_secs_f64();
                format!("Signed in to the administration in {seconds:.1} s; WordPress only, no shop")
            }));
        }
        let product = outcome.and_then(|outcome| outcome.product.as_ref()).map(|product| product.id);
        let cart = product.and_then(|_| self.carts().remove(&store.id));
        let check = OrderCheck::new(visitor.clone(), &secret.platform_token, product);
        let order = match check {
            Ok(check) => check.run(cart).await,
            Err(error) => Err(error),
        };
        Ok(order.map_err(CheckFailed::Order).map(|order| format!("{order} in {:.1} s", begun.elapsed().as_secs_f64())))
    }

    pub(super) async fn secret_of(&self, store: &StoreSpec, step: Option<Step>) -> Result<StoreSecret, ProvisionError> {
        let client = self.kubernetes.client().await.map_err(|trouble| failure_of(step, trouble))?;
        let secret = secret::read(&client, &store.id).await.map_err(|trouble| failure_of(step, trouble))?;
        secret.map_err(|unusable| {
            let fault = match unusable {
                Unusable::Gone => judge::lost_secret(unusable.to_string()),
                Unusable::Without(_) => judge::broken_secret(unusable.to_string()),
            };
            fail(fault.reason, step, fault.cause, fault.advice, "")
        })
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
            Err(LinkError::Unknown) => Err(fail(
                Reason::Unknown,
                None,
                "This store's image is older than sign-in links.",
                "Sign in with the password.",
                "",
            )),
            Err(error) => Err(fail(
                Reason::Unknown,
                None,
                "The site did not give a sign-in link.",
                "Sign in with the password, or look at the WordPress pod's log.",
                error.to_string(),
            )),
        }
    }

    /// What the bootstrap made; none where nobody knows any more.
    async fn outcome(&self, store: &StoreSpec) -> Result<Option<Outcome>, Trouble> {
        let client = self.kubernetes.client().await?;
        let there = namespace::find(&client, &store.id).await?;
        match there.as_ref().and_then(namespace::outcome) {
            Some(outcome) => Ok(Some(outcome)),
            None => setup::outcome_of_job(&client, store).await,
        }
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
            Reason::StorefrontFailed,
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

fn refuse_sign_in(error: SignInError) -> ProvisionError {
    match error {
        SignInError::Unreachable(error) => ProvisionError::Retry(error.into()),
        error @ SignInError::Refused(_) => fail(
            Reason::OrderCheckFailed,
            Some(Step::Checkout),
            "The owner cannot sign in to the site.",
            "Look at the WordPress pod's log, mend what it names, then retry.",
            error.to_string(),
        ),
    }
}

fn refuse_checkout(error: CheckError) -> ProvisionError {
    match error {
        CheckError::Unreachable { .. } | CheckError::Stopped => {
            ProvisionError::Retry(anyhow::Error::new(error).context("The test order was not answered"))
        }
        _ => fail(
            Reason::OrderCheckFailed,
            Some(Step::Checkout),
            "The shop did not take the test order.",
            "Read what it answered below and the WordPress pod's log, mend what they name, then retry.",
            error.to_string(),
        ),
    }
}
