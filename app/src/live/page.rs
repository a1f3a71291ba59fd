//! Fetches the page again and changes what differs.

use std::{
    cell::{Cell, RefCell},
    time::Duration,
};

use js_sys::{Function, Reflect};
use leptos::{logging, prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, DomParser, Element, Node, RequestCache, RequestInit, Response, SupportedType};

use super::{all, clock, selection, set};
use crate::{BY_ITSELF, REFRESH};

/// Changes within this time are one fetch, so that a burst of events is not one of fetches.
const PULSE: Duration = Duration::from_millis(150);

/// Before the page is asked for again when it could not be had.
const RETRY: Duration = Duration::from_secs(2);

/// What the server answers where nobody is signed in.
const SIGNED_OUT: f64 = 401.0;

/// The tag of an island, which is left to itself.
const ISLAND: &str = "LEPTOS-ISLAND";

/// What a person is filling in is marked with this, and left to them.
const KEPT: &str = "data-keep";

#[wasm_bindgen(module = "idiomorph")]
extern "C" {
    /// Makes `old` like `new` with as few changes as it finds. See the library's README for the options.
    #[wasm_bindgen(js_namespace = Idiomorph, catch)]
    fn morph(old: &Element, new: &Element, options: &JsValue) -> Result<JsValue, JsValue>;
}

/// Whether a fetch is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    No,
    /// It waits for its pulse, or is under way.
    Yes,
    /// It is under way, and another is due after it.
    Again,
}

thread_local! {
    static DUE: Cell<Due> = const { Cell::new(Due::No) };
    static UNDER_WAY: Cell<bool> = const { Cell::new(false) };
    /// When the page was last as the server has it, on this browser's clock.
    static SHOWN: Cell<f64> = const { Cell::new(0.0) };
    /// Islands that were given something else, and what they become.
    static OUTDATED: RefCell<Vec<(Element, Element)>> = const { RefCell::new(Vec::new()) };
}

/// Something changed: the store with this id or, without one, anything. The page is fetched again when that concerns it.
pub(super) fn changed(store: Option<&str>) {
    if !concerns(store) {
        return;
    }
    match DUE.get() {
        Due::No => {
            DUE.set(Due::Yes);
            set_timeout(|| spawn_local(refresh()), PULSE);
        }
        Due::Yes if UNDER_WAY.get() => DUE.set(Due::Again),
        Due::Yes | Due::Again => {}
    }
}

/// Whether a change of this store, or of anything, can show on the page. One that watches no store stays as it is; one that does
/// not say what it watches shows all.
fn concerns(store: Option<&str>) -> bool {
    let Ok(Some(watch)) = document().query_selector("[data-watch]") else { return true };
    let watched = watch.get_attribute("data-watch").unwrap_or_default();
    !watched.is_empty() && store.is_none_or(|store| store == watched || watch.has_attribute("data-watch-others"))
}

async fn refresh() {
    UNDER_WAY.set(true);
    let fetched = fetch().await;
    UNDER_WAY.set(false);
    let again = DUE.replace(Due::No) == Due::Again;
    match fetched {
        Ok(new) => show(&new),
        // Nobody is signed in any more: the server leads to where one signs in, and back here.
        Err(error) if error.as_f64() == Some(SIGNED_OUT) => {
            // Nothing can be done for a browser that refuses to load.
            let _refused = window().location().reload();
        }
        // The server is away, which the stream tells the person, or it has a fault, which its log tells. Either way later.
        Err(_) => set_timeout(|| changed(None), RETRY),
    }
    if again {
        changed(None);
    }
}

/// The page as the server would show it now.
async fn fetch() -> Result<Document, JsValue> {
    // What is not there any more is shown as that.
    let text = text_at(&window().location().href()?, |status| status < 500 && f64::from(status) != SIGNED_OUT).await?;
    DomParser::new()?.parse_from_string(&text, SupportedType::TextHtml)
}

/// What the server answers at an address now, with a status that is good.
pub(crate) async fn text_at(address: &str, is_good: fn(u16) -> bool) -> Result<String, JsValue> {
    let options = RequestInit::new();
    options.set_cache(RequestCache::NoStore);
    let headers = js_sys::Object::new();
    set(&headers, BY_ITSELF, &REFRESH.into());
    options.set_headers(&headers);
    let response: Response = JsFuture::from(window().fetch_with_str_and_init(address, &options)).await?.dyn_into()?;
    if !is_good(response.status()) {
        return Err(JsValue::from_f64(f64::from(response.status())));
    }
    Ok(JsFuture::from(response.text()?).await?.as_string().unwrap_or_default())
}

/// How long ago the page was as the server has it, in milliseconds.
pub(super) fn age() -> f64 {
    js_sys::Date::now() - SHOWN.get()
}

/// Makes the page like `new`.
fn show(new: &Document) {
    SHOWN.set(js_sys::Date::now());
    clock::set_to(new.body().and_then(|body| body.get_attribute("data-now")).as_deref());
    let page = |document: &Document| document.get_element_by_id("page");
    let (Some(old_page), Some(new_page)) = (page(&document()), page(new)) else { return };
    if document().title() != new.title() {
        document().set_title(&new.title());
    }
    if let Err(error) = OPTIONS.with(|options| morph(&old_page, &new_page, &options.object)) {
        logging::error!("the page could not be brought up to date: {error:?}");
    }
    for (old, new) in OUTDATED.take() {
        // It has a parent, else it would not be on the page.
        let _replaced = old.replace_with_with_node_1(&new);
    }
    wake_new_islands();
    selection::recount();
}

/// What the library is told, with the functions that it calls.
struct Options {
    object: JsValue,
    _may_morph: Closure<dyn Fn(Node, Node) -> bool>,
    _may_change: Closure<dyn Fn(String, Element) -> bool>,
}

thread_local! {
    static OPTIONS: Options = Options::new();
}

impl Options {
    fn new() -> Self {
        let may_morph = Closure::new(|old: Node, new: Node| !is_kept(&old, &new) && !keep_island(&old, &new));
        let may_change = Closure::new(|attribute: String, element: Element| !is_the_persons(&attribute, &element));
        let callbacks = js_sys::Object::new();
        let object = js_sys::Object::new();
        set(&callbacks, "beforeNodeMorphed", may_morph.as_ref());
        set(&callbacks, "beforeAttributeUpdated", may_change.as_ref());
        set(&object, "callbacks", &callbacks);
        // What is being typed stays.
        set(&object, "ignoreActiveValue", &JsValue::TRUE);
        Self { object: object.into(), _may_morph: may_morph, _may_change: may_change }
    }
}

/// Whether it is one thing that a person is filling in, before and after.
fn is_kept(old: &Node, new: &Node) -> bool {
    let key = |node: &Node| node.dyn_ref::<Element>().and_then(|element| element.get_attribute(KEPT));
    key(old).is_some_and(|kept| key(new) == Some(kept))
}

/// An island holds its own state and is kept, unless it was given something else: then it begins anew, after the rest was
/// changed, since the library goes from each node on to the next.
fn keep_island(old: &Node, new: &Node) -> bool {
    let island = |node: &Node| node.dyn_ref::<Element>().filter(|element| element.tag_name() == ISLAND).cloned();
    let (Some(old), Some(new)) = (island(old), island(new)) else { return false };
    let same = ["data-component", "data-props"].iter().all(|name| old.get_attribute(name) == new.get_attribute(name));
    if !same {
        OUTDATED.with_borrow_mut(|outdated| outdated.push((old, new)));
    }
    true
}

/// What a person set by hand is not set back: which details are open, what is ticked or chosen, which form is on its way.
fn is_the_persons(attribute: &str, element: &Element) -> bool {
    matches!(
        (attribute, element.node_name().as_str()),
        ("open", "DETAILS") | ("checked", "INPUT") | ("aria-busy", "FORM")
    )
}

/// Remembers which islands came with the page: Leptos hydrates those.
pub(super) fn start() {
    SHOWN.set(js_sys::Date::now());
    asleep().for_each(drop);
}

/// Hydrates the islands that came with the last change.
fn wake_new_islands() {
    let Ok(wake) = Reflect::get(&window(), &"__hydrateIsland".into()).and_then(JsCast::dyn_into::<Function>) else {
        return;
    };
    for island in asleep() {
        let component = island.get_attribute("data-component").unwrap_or_default();
        if let Err(error) = wake.call2(&JsValue::NULL, &island, &component.into()) {
            logging::error!("an island cannot be hydrated: {error:?}");
        }
    }
}

/// The islands that this was not asked for before.
fn asleep() -> impl Iterator<Item = Element> {
    all("leptos-island:not([data-awake])").inspect(|island| {
        // Only fails for names that are none.
        let _marked = island.set_attribute("data-awake", "");
    })
}
