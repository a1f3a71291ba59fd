//! Who did what, for administrators.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, location::Url};

use super::loaded;
use crate::{
    components::{Ago, Crumb, Icon, Shape},
    model::{AuditEntry, AuditQuery, Deed, Outcome},
    service::accounts,
};

/// Lines of a page.
const LINES: u32 = 100;

/// The audit log: what the address asks for, and the form that changes it.
#[component]
pub fn AuditPage() -> impl IntoView {
    let query = use_query_map();
    let parameter = move |name: &str| query.read_untracked().get(name).unwrap_or_default();
    let wanted = AuditQuery {
        text: parameter("q"),
        deed: parameter("deed").parse().ok(),
        outcome: parameter("outcome").parse().ok(),
        before: parameter("before").parse().ok(),
        limit: LINES,
    };
    let accounts = accounts();
    loaded(async move {
        let lines = accounts?.audit(wanted.clone()).await?;
        let older =
            (lines.len() == LINES as usize).then(|| lines.last().map(|line| address(&wanted, Some(line.id)))).flatten();
        let older = older.map(|href| view! { <a class="button" href=href>"Older"</a> });
        let newest = wanted.before.map(|_| view! { <a class="button" href=address(&wanted, None)>"Newest"</a> });
        let none = lines.is_empty().then(|| view! { <p class="quiet">"Nothing matches."</p> });
        let rows = lines.into_iter().map(|line| view! { <Line line /> });
        Ok(view! {
            <Title text="Audit log" />
            <div data-watch="">
                <Crumb href="/" text="All stores" />
                <div class="page-head">
                    <h1>"Audit log"</h1>
                    <p class="lede">
                        "Every change, every look at a store's credentials, and every sign-in, with what became of it. It is only ever added to."
                    </p>
                </div>
                <Filter wanted />
                <section class="card flush" aria-label="Entries">
                    {none}
                    <ul class="plain audit">{rows.collect_view()}</ul>
                </section>
                <div class="actions pages">{newest} {older}</div>
            </div>
        })
    })
}

/// Where the same lines are, before a number.
fn address(AuditQuery { text, deed, outcome, .. }: &AuditQuery, before: Option<i64>) -> String {
    let mut parts = Vec::new();
    if !text.is_empty() {
        parts.push(format!("q={}", Url::escape(text)));
    }
    parts.extend(deed.map(|deed| format!("deed={deed}")));
    parts.extend(outcome.map(|outcome| format!("outcome={outcome}")));
    parts.extend(before.map(|before| format!("before={before}")));
    format!("/audit?{}", parts.join("&"))
}

#[component]
fn Filter(wanted: AuditQuery) -> AnyView {
    let deeds = Deed::ALL.iter().map(|deed| {
        view! {
            <option value=deed.as_str() selected=wanted.deed == Some(*deed)>
                {deed.label()}
            </option>
        }
    });
    let outcomes = Outcome::ALL.iter().map(|outcome| {
        view! {
            <option value=outcome.as_str() selected=wanted.outcome == Some(*outcome)>
                {outcome.label()}
            </option>
        }
    });
    view! {
        <form method="get" action="/audit" class="actions audit-filter" role="search">
            <input type="search" name="q" value=wanted.text aria-label="Name, address or id" placeholder="Name, address or id" />
            <select name="deed" aria-label="What" autocomplete="off">
                <option value="">"Everything"</option>
                {deeds.collect_view()}
            </select>
            <select name="outcome" aria-label="What became of it" autocomplete="off">
                <option value="">"Every outcome"</option>
                {outcomes.collect_view()}
            </select>
            <button type="submit" class="button">
                "Show"
            </button>
            <a class="button" href="/api/audit/export" download="urumi-audit.jsonl">
                <Icon shape=Shape::Lines />
                "Export all as JSON lines"
            </a>
        </form>
    }.into_any()
}

#[component]
fn Line(line: AuditEntry) -> AnyView {
    let AuditEntry {
        at,
        user_name,
        via,
        token_id,
        address,
        deed,
        target_kind,
        target_id,
        target_name,
        outcome,
        detail,
        ..
    } = line;
    let who = match via.as_str() {
        "command line" => "The command line".to_owned(),
        _ if user_name.is_empty() => "Somebody".to_owned(),
        _ => user_name,
    };
    let how = match (via.as_str(), token_id) {
        ("token", Some(id)) => format!(" with the token {id}"),
        _ => String::new(),
    };
    let shown = if target_name.is_empty() { target_id.clone() } else { target_name };
    let target = match target_kind.as_str() {
        "nothing" => ().into_any(),
        "store" if !target_id.is_empty() => {
            view! { ": " <a href=format!("/stores/{target_id}")>{shown}</a> }.into_any()
        }
        _ => format!(": {shown}").into_any(),
    };
    let tone = match outcome {
        Outcome::Done => "good",
        Outcome::Refused => "odd",
        Outcome::Failed => "bad",
    };
    let from = (!address.is_empty()).then(|| format!(" from {address}"));
    view! {
        <li>
            <p>
                <strong>{who}</strong>
                // In one piece: an empty text of its own would show as a space.
                {format!("{how}: {}", deed.label())}
                {target}
                " "
                <span class="tag" data-tone=tone>
                    {outcome.label()}
                </span>
            </p>
            <p class="quiet">
                <Ago at />
                {from}
                {(!detail.is_empty()).then(|| format!(". {detail}"))}
            </p>
        </li>
    }
    .into_any()
}
