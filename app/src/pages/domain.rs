//! A domain of the owner's for a store: what the DNS says about one, what it has to say, and the moves there and back. A page, so that
//! it is the same with and without JavaScript.

use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{loaded, store_in_path};
use crate::{
    api::{RemoveDomain, SetDomain},
    components::{Ago, Crumb, Icon, Problem, Shape},
    error::AppError,
    islands::CopyButton,
    model::{Action, DnsRecord, DomainReport, DomainVerdict, Store},
    service::{may_with, stores},
    words,
};

/// Where the shop is, and the way to another address. A domain that the address names is looked up first.
#[component]
pub fn DomainPage() -> impl IntoView {
    let (id, stores) = (store_in_path(), stores());
    let asked = use_query_map().read_untracked().get("domain").filter(|domain| !domain.trim().is_empty());
    loaded(async move {
        let (stores, id) = (stores?, id?);
        let store = stores.get(&id).await?.store;
        if !may_with(Action::Change, &store) {
            return Err(AppError::Forbidden { reason: "You can see this store, and not change it.".to_owned() });
        }
        let report = match asked.clone().filter(|_| words::can_be_opened(store.status)) {
            Some(domain) => Some(stores.look_up_domain(&id, &domain).await),
            None => None,
        };
        Ok(view! { <DomainView store asked report /> })
    })
}

#[component]
fn DomainView(store: Store, asked: Option<String>, report: Option<Result<DomainReport, AppError>>) -> AnyView {
    let title = format!("The address of {}", store.name);
    let domain = store.domain.as_ref().map(ToString::to_string);
    let (problem, report) = match report {
        Some(Err(error)) => (Some(error.to_string()), None),
        Some(Ok(report)) => (None, Some(report)),
        None => (None, None),
    };
    let body = if words::can_be_opened(store.status) {
        let is_there = report.as_ref().is_some_and(|report| store.domain.as_ref() == Some(&report.domain));
        let report = report.map(|report| view! { <Report report store=&store is_there /> });
        view! {
            {report}
            <section class="card">
                <h2>"A domain of your own"</h2>
                <CheckForm asked=asked.or(domain) problem is_first=store.domain.is_none() />
            </section>
            {store.domain.is_some().then(|| view! { <RemoveCard store=&store /> })}
        }
        .into_any()
    } else {
        view! { <p class="notice">"Once the store is ready, it can be given a domain of its own here."</p> }.into_any()
    };
    view! {
        <Title text=title.clone() />
        <div data-watch=store.id.to_string()>
            <Crumb href=format!("/stores/{}", store.id) text="Back to the store" />
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lede">
                    "The shop is at " <a href=store.url.clone()>{store.url.clone()}</a> "."
                    {store
                        .domain
                        .is_some()
                        .then(|| view! { " Visitors of " <code>{store.first_url.clone()}</code> " are sent there." })}
                </p>
            </div>
            <Refused />
            {body}
        </div>
    }
    .into_any()
}

/// Why a move was refused that led back to this page.
#[component]
fn Refused() -> AnyView {
    let set = ServerAction::<SetDomain>::new().value().get_untracked().and_then(Result::err);
    let removed = ServerAction::<RemoveDomain>::new().value().get_untracked().and_then(Result::err);
    view! { <Problem error=Signal::stored(set.or(removed)) /> }.into_any()
}

/// Asks for a domain. Nothing is changed by it.
#[component]
fn CheckForm(asked: Option<String>, problem: Option<String>, is_first: bool) -> AnyView {
    let lead = is_first.then(|| {
        view! {
            <p class="quiet">
                "One that belongs to you, such as www.example.com. First Urumi looks where it leads and says what to set; nothing changes before you say so."
            </p>
        }
    });
    view! {
        {lead}
        <form method="get" class="stack">
            <label for="domain">"Domain"</label>
            <input
                id="domain"
                name="domain"
                type="text"
                inputmode="url"
                required
                maxlength="300"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                value=asked
                aria-describedby="domain-problem"
                aria-invalid=problem.is_some().to_string()
            />
            <p id="domain-problem" class="field-problem" role="alert">
                {problem}
            </p>
            <div class="actions">
                <button type="submit" class="button">
                    "Look it up"
                </button>
            </div>
        </form>
    }
    .into_any()
}

/// What the DNS says, and what follows.
#[component]
fn Report<'a>(report: DomainReport, store: &'a Store, is_there: bool) -> AnyView {
    let DomainReport { domain, at, verdict, told, found, wanted } = report;
    let (tone, shape) = match verdict {
        DomainVerdict::Usable => ("good", Shape::Tick),
        _ => ("bad", Shape::Warning),
    };
    let id = store.id.to_string();
    let again = view! {
        <form method="get">
            <input type="hidden" name="domain" value=domain.to_string() />
            <button type="submit" class="button">
                "Look again"
            </button>
        </form>
    };
    let former = store.domain.as_ref().filter(|_| !is_there).map(|former| format!(" {former} leads nowhere then."));
    let certificate = store.url.starts_with("https:").then_some(
        " Its certificate is asked for then; until it is there, which can take a minute, browsers warn of the shop.",
    );
    let use_it = (verdict == DomainVerdict::Usable && !is_there).then(|| {
        view! {
            <p class="quiet">
                "The shop is away for some seconds while it moves. Its pages and links say the new address afterwards, and the first address leads there."
                {former} {certificate}
            </p>
            <form method="post" action=SetDomain::url() data-once="">
                <input type="hidden" name="id" value=id />
                <input type="hidden" name="domain" value=domain.to_string() />
                <button type="submit" class="button primary" data-busy="Asking…">
                    <span>{format!("Move the shop to {domain}")}</span>
                </button>
            </form>
        }
    });
    let to_set = (!matches!(verdict, DomainVerdict::Usable | DomainVerdict::Taken)).then(|| {
        let mut wanted = wanted.into_iter();
        let alone: Vec<DnsRecord> = wanted.next().into_iter().collect();
        let together: Vec<DnsRecord> = wanted.collect();
        let together = (!together.is_empty()).then(|| {
            view! {
                <p>"Where your DNS takes no CNAME there (as at a domain itself, example.com), these together:"</p>
                <Records records=together what="Records to set instead" copy=true />
            }
        });
        view! {
            <h3>"What to set where your domain is managed"</h3>
            <Records records=alone what="Record to set" copy=true />
            {together}
        }
    });
    let found = match found.is_empty() {
        true => view! { <p class="quiet">"No records were found."</p> }.into_any(),
        false => view! { <Records records=found what="Records that were found" copy=false /> }.into_any(),
    };
    view! {
        <section class="card domain" aria-labelledby="report-title">
            <h2 id="report-title">{domain.to_string()}</h2>
            <p class="outcome" data-tone=tone role="status">
                <Icon shape />
                <span>{told}</span>
            </p>
            {use_it}
            {to_set}
            <h3>"What was found"</h3>
            {found}
            <p class="quiet">
                "Looked up " <Ago at />
                ". What was there before may be answered until its time is over, which your DNS calls TTL."
            </p>
            <div class="actions">{again}</div>
        </section>
    }
    .into_any()
}

#[component]
fn Records(records: Vec<DnsRecord>, what: &'static str, copy: bool) -> AnyView {
    let rows = records.into_iter().map(|DnsRecord { kind, name, value }| {
        let button = copy.then(|| {
            let text = value.clone();
            view! { <CopyButton text what=format!("value of {kind}") /> }
        });
        view! {
            <tr>
                <th scope="row">{kind}</th>
                <td>
                    <code>{name}</code>
                </td>
                <td>
                    <code>{value}</code>
                    {button}
                </td>
            </tr>
        }
    });
    view! {
        <div class="wide" tabindex="0" role="group" aria-label=what>
            <table class="objects records">
                <thead>
                    <tr>
                        <th scope="col">"Type"</th>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Value"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn RemoveCard<'a>(store: &'a Store) -> AnyView {
    let (id, first) = (store.id.to_string(), store.first_url.clone());
    view! {
        <section class="card">
            <h2>"Back to the first address"</h2>
            <p class="quiet">
                "The shop is at " <code>{first}</code>
                " again then, and no longer at its domain. Nothing else of it changes."
            </p>
            <form method="post" action=RemoveDomain::url() data-once="">
                <input type="hidden" name="id" value=id />
                <button type="submit" class="button danger" data-busy="Asking…">
                    <span>"Take the domain away"</span>
                </button>
            </form>
        </section>
    }
    .into_any()
}
