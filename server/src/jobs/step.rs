//! One step of making or repairing a store, within its time.

use std::time::Duration;

use app::model::{Failure, Reason, Step};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument as _, info_span};

use super::{Shared, attempt::Attempt, budget::Budget};
use crate::{
    db::jobs::Job,
    provisioner::{ProvisionError, StepReport, StoreSpec},
};

/// What a step gets when its time ended while the cluster did not answer: long enough to notice that, or to be done.
const AFTER_SILENCE: Duration = Duration::from_secs(30);

/// How a step ended.
pub(super) enum Ended {
    /// With success.
    Done(StepReport),
    /// Without, for good.
    Failed(Failure),
    /// Somebody else decided about the store, or the process ends.
    Cancelled,
}

impl Shared {
    /// Runs a step, and finds out what is in the way of one that takes too long. What it uses is taken off `whole`.
    ///
    /// # Errors
    /// The database refuses.
    pub(super) async fn run_step(
        &self,
        job: &Job,
        spec: &StoreSpec,
        step: Step,
        token: &CancellationToken,
        whole: &mut Budget,
    ) -> sqlx::Result<Ended> {
        let mut budget = whole.part(self.deadlines.step);
        let run = |notes| async move { self.provisioner.run_step(step, spec, &notes).await };
        let mut extended = false;
        loop {
            let left = budget.left();
            let attempt = self.attempt(job, token, &mut budget, run).instrument(info_span!("step", %step)).await?;
            whole.spend(left.saturating_sub(budget.left()));
            match attempt {
                Attempt::Done(report) => return Ok(Ended::Done(report)),
                Attempt::Cancelled => return Ok(Ended::Cancelled),
                Attempt::Failed(failure) => return Ok(Ended::Failed(*failure)),
                Attempt::TimedOut(Some(last_error)) => {
                    let failure = Failure::new(
                        Reason::TookTooLong,
                        Some(step),
                        format!("{last_error}."),
                        "Look at what it says; when the cluster was only busy, retry.",
                    );
                    let used = budget.used_seconds();
                    return Ok(Ended::Failed(
                        failure.with_evidence(format!("The step was given up after {used} s of trying again.")),
                    ));
                }
                Attempt::TimedOut(None) => {}
            }
            let explained = tokio::select! {
                explained = self.provisioner.explain_delay(step, spec) => explained,
                () = token.cancelled() => return Ok(Ended::Cancelled),
            };
            match explained {
                Ok(failure) => return Ok(Ended::Failed(failure)),
                Err(ProvisionError::Failed(failure)) => return Ok(Ended::Failed(*failure)),
                // Nothing can be said about the store before the cluster answers again, and then it may go on.
                Err(ProvisionError::Away(_) | ProvisionError::Retry(_)) if !extended => {
                    extended = true;
                    budget.extend(AFTER_SILENCE);
                }
                Err(error) => {
                    let cause =
                        format!("The step \"{}\" took too long, and the cluster does not say why.", step.label());
                    let advice = "Look at how the cluster is doing, then retry.";
                    let failure = Failure::new(Reason::TookTooLong, Some(step), cause, advice);
                    return Ok(Ended::Failed(failure.with_evidence(format!("{error:#}"))));
                }
            }
        }
    }
}
