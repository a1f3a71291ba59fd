//! The browser's side of the event stream: one `EventSource` for the whole page, which recovers by itself.

use std::{cell::RefCell, collections::BTreeSet, rc::Rc, time::Duration};

use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{EventSource, MessageEvent};

use super::{Connection, Live, Touched};
use crate::model::StoreId;

/// Where the stream is.
const URL: &str = "/api/stream";

/// Changes within this time become one pulse, so that a burst of events is one fetch.
const PULSE: Duration = Duration::from_millis(150);

/// Between attempts when the browser has given up by itself (an answer other than 200).
const RETRY: Duration = Duration::from_secs(2);

/// An open stream with what it calls.
struct Stream {
    source: EventSource,
    _calls: [Closure<dyn FnMut(MessageEvent)>; 3],
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}

type Slot = StoredValue<Option<Stream>, LocalStorage>;

/// Opens the stream; the current owner's cleanup closes it.
pub(super) fn open(live: Live) {
    let slot: Slot = StoredValue::new_local(None);
    connect(live, slot);
    on_cleanup(move || {
        slot.try_set_value(None);
    });
}

fn connect(live: Live, slot: Slot) {
    let Ok(source) = EventSource::new(URL) else { return retry(live, slot) };
    let pulse = Pulse::new(live);
    let opened = {
        let pulse = pulse.clone();
        Closure::new(move |_: MessageEvent| {
            live.connection.set(Connection::Live);
            // What happened between the rendering of the page, or the loss of the stream, and now.
            pulse.add(None);
        })
    };
    let changed = Closure::new(move |message: MessageEvent| pulse.add(store_of(&message)));
    let lost = {
        let source = source.clone();
        Closure::new(move |_: MessageEvent| {
            live.connection.try_set(Connection::Reconnecting);
            if source.ready_state() == EventSource::CLOSED {
                retry(live, slot);
            }
        })
    };
    let listen = |name: &str, call: &Closure<dyn FnMut(MessageEvent)>| {
        source.add_event_listener_with_callback(name, call.as_ref().unchecked_ref())
    };
    // Adding a listener to an object of one's own cannot fail.
    let added = [listen("open", &opened), listen("store", &changed), listen("error", &lost)];
    debug_assert!(added.iter().all(Result::is_ok), "a listener was refused");
    slot.try_set_value(Some(Stream { source, _calls: [opened, changed, lost] }));
}

fn retry(live: Live, slot: Slot) {
    set_timeout(
        move || {
            // Disposed of: the application is gone.
            if slot.try_with_value(|_| ()).is_some() {
                connect(live, slot);
            }
        },
        RETRY,
    );
}

/// The store that a message is about; none when that cannot be read, which then counts as "anything".
fn store_of(message: &MessageEvent) -> Option<StoreId> {
    let text = message.data().as_string()?;
    let event = js_sys::JSON::parse(&text).ok()?;
    js_sys::Reflect::get(&event, &JsValue::from_str("store_id")).ok()?.as_string()?.parse().ok()
}

/// Collects changes and passes them on at most every [`PULSE`].
#[derive(Clone)]
struct Pulse {
    live: Live,
    waiting: Rc<RefCell<Option<Touched>>>,
}

impl Pulse {
    fn new(live: Live) -> Self {
        Self { live, waiting: Rc::default() }
    }

    /// Notes a change of one store, or of anything.
    fn add(&self, id: Option<StoreId>) {
        let first = self.waiting.borrow().is_none();
        let mut waiting = self.waiting.borrow_mut();
        match (waiting.as_mut(), id) {
            (Some(Touched::Anything), _) => {}
            (Some(Touched::Stores(stores)), Some(id)) => {
                stores.insert(id);
            }
            (None, Some(id)) => *waiting = Some(Touched::Stores(BTreeSet::from([id]))),
            (_, None) => *waiting = Some(Touched::Anything),
        }
        if first {
            let pulse = self.clone();
            set_timeout(move || pulse.beat(), PULSE);
        }
    }

    fn beat(&self) {
        if let Some(touched) = self.waiting.take() {
            self.live.touched.try_set(touched);
        }
    }
}
