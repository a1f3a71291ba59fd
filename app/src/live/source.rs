//! An `EventSource` with what it calls; closed when it is dropped.

use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::{EventSource, MessageEvent};

/// What a source calls.
pub(super) type Call = Closure<dyn FnMut(MessageEvent)>;

/// An open source.
pub(super) struct Source {
    source: EventSource,
    _calls: [Call; 3],
}

impl Source {
    /// Opens a source of messages with these names. It calls `opened` each time the connection stands, `told` with each
    /// message, and `lost` with whether the browser has given up when the connection is gone. None where a browser cannot.
    pub(super) fn open(
        url: &str,
        names: &[&str],
        opened: impl FnMut() + 'static,
        told: impl FnMut(MessageEvent) + 'static,
        lost: impl FnMut(bool) + 'static,
    ) -> Option<Self> {
        let source = EventSource::new(url).ok()?;
        let (mut opened, mut lost, asked) = (opened, lost, source.clone());
        let calls = [
            Closure::new(move |_| opened()),
            Closure::new(told),
            Closure::new(move |_| lost(asked.ready_state() == EventSource::CLOSED)),
        ];
        let [opened, told, lost] = &calls;
        let named = names.iter().map(|name| (*name, told));
        for (name, call) in [("open", opened), ("error", lost)].into_iter().chain(named) {
            let added = source.add_event_listener_with_callback(name, Call::as_ref(call).unchecked_ref());
            debug_assert!(added.is_ok(), "adding a listener to an object of one's own cannot fail");
        }
        Some(Self { source, _calls: calls })
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        self.source.close();
    }
}
