//! Forms that lead to a page are sent once, and what was typed stays when the server is away: the form is sent beside the page, and
//! the page it leads to is opened once there is an answer.

use js_sys::Object;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{FormData, HtmlFormElement, RequestInit, Response, UrlSearchParams};

use super::{notice, set};
use crate::BY_ITSELF;

/// What says that a form could not be sent.
const TROUBLE: &str = "trouble";

/// On a form: it is on its way.
const BUSY: &str = "aria-busy";

/// Sends the forms marked `data-once` from now on, for as long as the page lives.
pub(super) fn start() {
    let submit = window_event_listener_untyped("submit", |event| {
        let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        let Some(form) = form.filter(|form| form.has_attribute("data-once")) else { return };
        event.prevent_default();
        if form.has_attribute(BUSY) {
            return;
        }
        // Only fails for names that are none.
        let _marked = form.set_attribute(BUSY, "true");
        notice::remember(&form);
        spawn_local(send(form));
    });
    std::mem::forget(submit);
}

async fn send(form: HtmlFormElement) {
    let told = match answer_to(&form).await {
        // A browser that refuses to go there stays here.
        Ok(answer) if answer.redirected() => return window().location().set_href(&answer.url()).unwrap_or_default(),
        Ok(answer) => format!("The server answered with status {}. Try again.", answer.status()),
        Err(_) => "The server could not be reached. See whether it was done before you try again.".to_owned(),
    };
    let _free = form.remove_attribute(BUSY);
    if let Some(place) = document().get_element_by_id(TROUBLE) {
        place.set_text_content(Some(&told));
        let _shown = place.remove_attribute("hidden");
    }
}

/// What the server answers to the form, after the redirect that a form is answered with.
async fn answer_to(form: &HtmlFormElement) -> Result<Response, JsValue> {
    let fields: JsValue = FormData::new_with_form(form)?.into();
    let fields = UrlSearchParams::new_with_str_sequence_sequence(&fields)?;
    let headers = Object::new();
    // Programs are answered with data.
    set(&headers, "accept", &"text/html".into());
    set(&headers, BY_ITSELF, &"form".into());
    let options = RequestInit::new();
    options.set_method("POST");
    options.set_headers(&headers);
    options.set_body(&fields);
    JsFuture::from(window().fetch_with_str_and_init(&form.action(), &options)).await?.dyn_into()
}
