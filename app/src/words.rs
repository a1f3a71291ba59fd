//! What the pages say: sentences, progress and times. Plain functions, so that they can be tested without a browser.

use jiff::Timestamp;

use crate::{
    model::{Allowance, Content, Edition, PoolState, Size, Status, Step, StepRecord, Store},
    time,
};

/// How many steps a provision has.
pub const STEPS: usize = Step::ALL.len();

/// How the store is doing, one sentence.
#[must_use]
pub fn status_sentence(store: &Store) -> String {
    match store.status {
        Status::Queued => match store.queue_position {
            Some(1) => "Next in the queue. It starts as soon as a running install ends.".to_owned(),
            Some(place) => format!("Number {place} in the queue. It starts when those before it are done."),
            None => "Waits for its turn.".to_owned(),
        },
        Status::Provisioning => match store.step {
            Some(step) => {
                format!("Step {} of {STEPS}: {}.", step_number(step), lower_first(step.sentence(store.edition)))
            }
            None => "The install is about to start.".to_owned(),
        },
        Status::Ready => match store.edition {
            Some(Edition::WordpressOnly) => "The site answers and its administrator can sign in.".to_owned(),
            _ => "Open for business: a test order went through.".to_owned(),
        },
        Status::Degraded => {
            "It was ready, but something in it is not as it should be. What, and what is to be done, is below."
                .to_owned()
        }
        Status::Failed => match &store.failure {
            Some(failure) => failure.cause.clone(),
            None => "The last attempt did not succeed.".to_owned(),
        },
        Status::Deleting => "Being deleted. Every object is watched until it is gone.".to_owned(),
        Status::Deleted if store.failure.is_some() => {
            "Deleted. Something of it was found in the cluster later, and does not go.".to_owned()
        }
        Status::Deleted => "Deleted. Nothing of it is left in the cluster; its history stays.".to_owned(),
    }
}

/// What a row of the list says under the status: shorter than the sentence, and nothing when the status says it all.
#[must_use]
pub fn row_note(store: &Store) -> Option<String> {
    match store.status {
        Status::Queued => store.queue_position.map(|place| match place {
            1 => "next in the queue".to_owned(),
            _ => format!("number {place} in the queue"),
        }),
        Status::Provisioning => {
            store.step.map(|step| format!("{} of {STEPS} · {}", step_number(step), step.sentence(store.edition)))
        }
        Status::Ready if store.edition == Some(Edition::WordpressOnly) => Some("WordPress only, no shop".to_owned()),
        Status::Failed | Status::Degraded => store.failure.as_ref().map(|failure| failure.cause.clone()),
        _ => None,
    }
}

/// Which part of the provision is done, in percent, while it runs.
#[must_use]
pub fn percent_done(store: &Store) -> Option<u8> {
    (store.status == Status::Provisioning).then(|| {
        let finished = usize::from(store.steps_finished).min(STEPS);
        u8::try_from(finished * 100 / STEPS).unwrap_or(100)
    })
}

/// What a size means, half a sentence.
#[must_use]
pub fn size_means(size: Size) -> String {
    let Allowance { cpus, memory_mib, files_gib, database_gib, workers } = size.allowance();
    let cpus = if cpus == 1 { "1 CPU".to_owned() } else { format!("{cpus} CPUs") };
    format!(
        "{workers} requests at once; {cpus} and {} for WordPress, the same for the database; {files_gib} GiB for files, {database_gib} GiB for data",
        memory(u64::from(memory_mib) * MIB)
    )
}

/// What a content means, half a sentence.
#[must_use]
pub fn content_means(content: Content) -> &'static str {
    match content {
        Content::Demo => "a gift card to try the shop with",
        Content::Empty => "nothing for sale; the test order buys a product that is removed again",
    }
}

/// How many objects, `1 object`.
#[must_use]
pub fn objects(number: usize) -> String {
    if number == 1 { "1 object".to_owned() } else { format!("{number} objects") }
}

/// Bytes in one binary megabyte.
const MIB: u64 = 1024 * 1024;

/// An amount of memory: `384 MiB`, `1.5 GiB`.
#[must_use]
pub fn memory(bytes: u64) -> String {
    let tenths_of_gib = bytes * 10 / (1024 * MIB);
    match (bytes / MIB, tenths_of_gib % 10) {
        (mib @ 0..1024, _) => format!("{mib} MiB"),
        (_, 0) => format!("{} GiB", tenths_of_gib / 10),
        (_, tenth) => format!("{}.{tenth} GiB", tenths_of_gib / 10),
    }
}

/// Thousandths of a processor as processors: `0.02`, `1.5`, `2`.
#[must_use]
pub fn cpus(milli: u64) -> String {
    let hundredths = milli.div_ceil(10);
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Whether there is something to open.
#[must_use]
pub fn can_be_opened(status: Status) -> bool {
    matches!(status, Status::Ready | Status::Degraded)
}

/// Whether it can be deleted: it is still there, and nobody protected it.
#[must_use]
pub fn can_be_deleted(store: &Store) -> bool {
    !store.protected && is_there(store.status)
}

/// Whether its deletion has not been asked for yet.
#[must_use]
pub fn is_there(status: Status) -> bool {
    !matches!(status, Status::Deleting | Status::Deleted)
}

/// A step's place among the steps, counted from 1.
#[must_use]
pub fn step_number(step: Step) -> usize {
    Step::ALL.iter().position(|&other| other == step).map_or(STEPS, |index| index + 1)
}

/// So many stores.
#[must_use]
pub fn stores(number: u32) -> String {
    if number == 1 { "1 store".to_owned() } else { format!("{number} stores") }
}

/// How long before `now` something was, in words.
#[must_use]
pub fn ago(now: Timestamp, then: Timestamp) -> String {
    time::ago(now.as_second().saturating_sub(then.as_second()))
}

/// How long it is from one instant to another, in words.
#[must_use]
pub fn duration(from: Timestamp, to: Timestamp) -> String {
    time::duration(to.as_millisecond().saturating_sub(from.as_millisecond()))
}

/// The instant in full, `2026-02-13 14:35:13 UTC`.
#[must_use]
pub fn in_full(at: Timestamp) -> String {
    format!("{} UTC", whole_seconds(at).replace('T', " ").trim_end_matches('Z'))
}

/// The time of day, `14:35:13`, for lists whose day is known from the context.
#[must_use]
pub fn time_of_day(at: Timestamp) -> String {
    let text = whole_seconds(at);
    text.split_once('T').map_or(text.as_str(), |(_, time)| time.trim_end_matches('Z')).to_owned()
}

/// RFC 3339 without fractions of a second.
fn whole_seconds(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second()).unwrap_or(at).to_string()
}

/// The text with a small first letter, to go on a sentence with.
#[must_use]
pub fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Whether a step was done before the store was asked for, as all but two are of one from the pool.
#[must_use]
pub fn was_beforehand(store: &Store, step: &StepRecord) -> bool {
    step.finished_at.is_some_and(|end| end <= store.created_at)
}

/// What waits in the pool, a sentence; none where there is no pool.
#[must_use]
pub fn pool(pool: &PoolState) -> Option<String> {
    let soon = "the next small one with a demo product is there at once";
    Some(match (pool.ready, &pool.trouble) {
        _ if pool.size == 0 => return None,
        (0, Some(trouble)) => format!("No store is kept ready: {}.", trouble.trim_end_matches('.')),
        (0, None) => "A store is being made ready beforehand.".to_owned(),
        (1, _) => format!("One store is ready beforehand: {soon}."),
        (ready, _) => format!("{ready} stores are ready beforehand: {soon}."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Failure, Reason};

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn store(status: Status) -> Store {
        Store {
            id: "k7xw2mzp".parse().expect("an id"),
            name: "Corner shop".parse().expect("a name"),
            status,
            edition: None,
            slug: None,
            size: Size::Small,
            content: Content::Demo,
            domain: None,
            url: "http://store-k7xw2mzp.localhost:3000".to_owned(),
            first_url: "http://store-k7xw2mzp.localhost:3000".to_owned(),
            admin_url: "http://store-k7xw2mzp.localhost:3000/wp-admin/".to_owned(),
            protected: false,
            owner: None,
            created_at: at("2026-02-13T14:35:13Z"),
            ready_at: None,
            deleted_at: None,
            queue_position: None,
            steps_finished: 0,
            step: None,
            failure: None,
        }
    }

    #[test]
    fn a_queued_store_tells_its_place() {
        let next = Store { queue_position: Some(1), ..store(Status::Queued) };
        assert_eq!(status_sentence(&next), "Next in the queue. It starts as soon as a running install ends.");
        let third = Store { queue_position: Some(3), ..store(Status::Queued) };
        assert_eq!(row_note(&third).as_deref(), Some("number 3 in the queue"));
    }

    #[test]
    fn a_running_install_tells_its_step_and_how_far_it_is() {
        let running = Store { step: Some(Step::Wordpress), steps_finished: 2, ..store(Status::Provisioning) };
        assert_eq!(status_sentence(&running), "Step 3 of 6: starting WordPress.");
        assert_eq!(row_note(&running).as_deref(), Some("3 of 6 · Starting WordPress"));
        assert_eq!(percent_done(&running), Some(33));
        assert_eq!(percent_done(&store(Status::Ready)), None);
    }

    #[test]
    fn a_failed_store_tells_the_cause_not_just_that_it_failed() {
        let failure =
            Failure::new(Reason::ImageUnavailable, Some(Step::Database), "The image cannot be pulled.", "Import it.");
        let failed = Store { failure: Some(failure), ..store(Status::Failed) };
        assert_eq!(status_sentence(&failed), "The image cannot be pulled.");
        assert_eq!(row_note(&failed).as_deref(), Some("The image cannot be pulled."));
    }

    #[test]
    fn a_store_without_a_shop_never_claims_that_an_order_went_through() {
        let site = Store { edition: Some(Edition::WordpressOnly), ..store(Status::Ready) };
        assert!(!status_sentence(&site).contains("order"));
        assert_eq!(row_note(&site).as_deref(), Some("WordPress only, no shop"));
        for step in Step::ALL {
            assert!(!step.sentence(site.edition).contains("order"), "{step:?}");
        }
        let checked = Store { step: Some(Step::Checkout), edition: site.edition, ..store(Status::Provisioning) };
        assert_eq!(status_sentence(&checked), "Step 6 of 6: signing in to the administration.");
    }

    #[test]
    fn every_status_has_a_sentence_that_ends() {
        for status in Status::ALL {
            assert!(status_sentence(&store(status)).ends_with('.'), "{status}");
        }
    }

    #[test]
    fn memory_is_written_in_the_unit_that_fits() {
        for (mib, text) in [(0, "0 MiB"), (384, "384 MiB"), (1024, "1 GiB"), (1536, "1.5 GiB"), (10_240, "10 GiB")] {
            assert_eq!(memory(mib * MIB), text);
        }
    }

    #[test]
    fn processor_time_is_written_with_what_matters() {
        for (milli, text) in
            [(0, "0"), (1, "0.01"), (21, "0.03"), (500, "0.5"), (2000, "2"), (2500, "2.5"), (10_000, "10")]
        {
            assert_eq!(cpus(milli), text);
        }
    }

    #[test]
    fn times_grow_coarser_with_distance() {
        let then = at("2026-02-13T14:00:00Z");
        let cases = [
            ("2026-02-13T13:59:00Z", "just now"),
            ("2026-02-13T14:00:09Z", "just now"),
            ("2026-02-13T14:00:29Z", "20 s ago"),
            ("2026-02-13T14:01:00Z", "1 min ago"),
            ("2026-02-13T14:59:59Z", "59 min ago"),
            ("2026-02-13T15:00:00Z", "1 h ago"),
            ("2026-02-16T14:00:00Z", "3 d ago"),
        ];
        for (now, text) in cases {
            assert_eq!(ago(at(now), then), text, "{now}");
        }
    }

    #[test]
    fn durations_have_tenths_only_where_they_matter() {
        let from = at("2026-02-13T14:00:00Z");
        let cases = [
            ("2026-02-13T13:00:00Z", "0.0 s"),
            ("2026-02-13T14:00:00.449Z", "0.4 s"),
            ("2026-02-13T14:00:00.450Z", "0.5 s"),
            ("2026-02-13T14:00:59.940Z", "59.9 s"),
            ("2026-02-13T14:00:59.990Z", "1 min 00 s"),
            ("2026-02-13T14:02:05Z", "2 min 05 s"),
            ("2026-02-13T15:02:05Z", "1 h 02 min"),
        ];
        for (to, text) in cases {
            assert_eq!(duration(from, at(to)), text, "{to}");
        }
    }

    #[test]
    fn instants_are_written_without_fractions() {
        let then = at("2026-02-13T14:35:13.987Z");
        assert_eq!(in_full(then), "2026-02-13 14:35:13 UTC");
        assert_eq!(time_of_day(then), "14:35:13");
    }
}
