//! Who may use the platform, for administrators.

use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_meta::Title;

use super::{loaded, sign_in::NameField};
use crate::{
    api::{AddUser, ChangeLimits, ChangeRole, DisableUser, InviteAgain, forbid_keeping_the_answer},
    components::{Ago, Crumb, Icon, Problem, Shape},
    error::AppError,
    islands::CopyButton,
    model::{Limits, OneTimeLink, OwnLimits, Role, Size, User, UserId, UserName},
    notice::shown_once,
    service::{Fresh, accounts, stores},
};

/// Every user, with what can be changed of them, and the form that adds one.
#[component]
pub fn UsersPage() -> impl IntoView {
    let accounts = accounts();
    loaded(async move {
        forbid_keeping_the_answer();
        let accounts = accounts?;
        let me = accounts.me().ok_or(AppError::SignedOut)?;
        let (users, usual) = (accounts.users().await?, stores()?.quota().await?.usual);
        let fresh = match shown_once(|fresh| matches!(fresh, Fresh::Invitation { .. })) {
            Some(Fresh::Invitation { name, link }) => Some(view! { <InvitationCard name link /> }),
            _ => None,
        };
        let rows = users.into_iter().map(|user| {
            let is_me = user.id == me.id;
            view! { <UserRow user is_me usual /> }
        });
        Ok(view! {
            <Title text="Users" />
            // What is shown once must not be replaced by what comes after it.
            <div data-watch="">
                <Crumb href="/" text="All stores" />
                <div class="page-head">
                    <h1>"Users"</h1>
                    <p class="lede">"Members have their own stores; administrators and viewers see all of them."</p>
                </div>
                {fresh}
                <RefusedChange />
                <AddCard />
                <section class="card">
                    <h2>"Everybody"</h2>
                    <ul class="plain">{rows.collect_view()}</ul>
                </section>
            </div>
        })
    })
}

/// Why a change was refused that led back to this page.
#[component]
fn RefusedChange() -> AnyView {
    let role = ServerAction::<ChangeRole>::new().value().get_untracked().and_then(Result::err);
    let disabled = ServerAction::<DisableUser>::new().value().get_untracked().and_then(Result::err);
    let limits = ServerAction::<ChangeLimits>::new().value().get_untracked().and_then(Result::err);
    let invited = ServerAction::<InviteAgain>::new().value().get_untracked().and_then(Result::err);
    view! { <Problem error=Signal::stored(role.or(disabled).or(limits).or(invited)) /> }.into_any()
}

#[component]
fn InvitationCard(name: UserName, link: OneTimeLink) -> AnyView {
    let OneTimeLink { url, expires_at } = link;
    view! {
        <section class="card fresh" role="status">
            <h2>{format!("The invitation of {name}")}</h2>
            <p>
                "Send them this link: it is shown this once, and lets in whoever opens it first. It is good until "
                {crate::words::in_full(expires_at)} "."
            </p>
            <p class="secret">
                <code>{url.clone()}</code>
                <CopyButton text=url what="invitation".to_owned() />
            </p>
        </section>
    }
    .into_any()
}

#[component]
fn AddCard() -> AnyView {
    let refusal = ServerAction::<AddUser>::new().value().get_untracked().and_then(Result::err);
    let problem = refusal.as_ref().map(ToString::to_string);
    view! {
        <section class="card">
            <h2>"Add somebody"</h2>
            <form method="post" action=AddUser::url() data-once="" class="stack">
                <NameField others=true problem />
                <RoleChoice />
                <div class="actions">
                    <button type="submit" class="button primary" data-busy="Adding…">
                        <Icon shape=Shape::Plus />
                        <span>"Add and make a link"</span>
                    </button>
                </div>
            </form>
        </section>
    }
    .into_any()
}

#[component]
fn RoleChoice() -> AnyView {
    let options = Role::ALL.iter().map(|role| {
        view! {
            <label>
                <input type="radio" name="role" value=role.as_str() checked=*role == Role::default() />
                <span>
                    <strong>{role.label()}</strong>
                    <small>{role.meaning()}</small>
                </span>
            </label>
        }
    });
    view! {
        <fieldset class="choice">
            <legend>"Role"</legend>
            {options.collect_view()}
        </fieldset>
    }
    .into_any()
}

#[component]
fn UserRow(user: User, is_me: bool, usual: Limits) -> AnyView {
    let User { id, name, role, has_password, disabled, limits, created_at, signed_in_at } = user;
    let own_limits = (role == Role::Member).then(|| view! { <LimitsForm id name=name.clone() limits usual /> });
    let mark = match (is_me, disabled) {
        (true, _) => Some(view! { <span class="tag">"you"</span> }),
        (_, true) => Some(view! { <span class="tag">"disabled"</span> }),
        _ => None,
    };
    let signed_in = match signed_in_at {
        Some(at) => view! { ", signed in " <Ago at /> }.into_any(),
        None => ", never signed in".into_any(),
    };
    let no_password = (!has_password).then_some(", no password yet");
    let roles = Role::ALL.iter().map(|other| {
        view! {
            <option value=other.as_str() selected=*other == role>
                {other.label()}
            </option>
        }
    });
    let (word, wanted) = if disabled { ("Let in again", "false") } else { ("Disable", "true") };
    let invite = (!disabled).then(|| {
        view! {
            <form method="post" action=InviteAgain::url() data-once="">
                <input type="hidden" name="id" value=id.to_string() />
                <button type="submit" class="button small" aria-label=format!("New link for {name}")>
                    "New link"
                </button>
            </form>
        }
    });
    view! {
        <li class="with-action">
            <div>
                <strong>{name.to_string()}</strong>
                " "
                {mark}
                <p class="quiet">"Added " <Ago at=created_at /> {signed_in} {no_password}</p>
                {own_limits}
            </div>
            <div class="actions">
                <form method="post" action=ChangeRole::url() data-once="" class="actions">
                    <input type="hidden" name="id" value=id.to_string() />
                    <select name="role" aria-label=format!("Role of {name}") autocomplete="off">
                        {roles.collect_view()}
                    </select>
                    <button type="submit" class="button small" aria-label=format!("Change the role of {name}")>
                        "Change"
                    </button>
                </form>
                {invite}
                <form method="post" action=DisableUser::url() data-once="">
                    <input type="hidden" name="id" value=id.to_string() />
                    <input type="hidden" name="disabled" value=wanted />
                    <button type="submit" class="button small" aria-label=format!("{word}: {name}")>
                        {word}
                    </button>
                </form>
            </div>
        </li>
    }
    .into_any()
}

/// Where a member's limits are others than everybody's.
#[component]
fn LimitsForm(id: UserId, name: UserName, limits: OwnLimits, usual: Limits) -> AnyView {
    let Limits { stores, creating, pause, largest, volume_gib } = limits.over(usual);
    let pauses = if pause == 0 { String::new() } else { format!(", one every {pause} s") };
    let summary = format!(
        "{stores} stores, {volume_gib} GiB, up to {}, {creating} being made at once{pauses}",
        largest.label().to_lowercase()
    );
    let own = (limits != OwnLimits::default()).then(|| view! { <span class="tag">"their own"</span> });
    let field = |label: &'static str, word: &'static str, value: Option<u32>, usual: u32| {
        view! {
            <label>
                <span>{label}</span>
                <input
                    type="number"
                    name=word
                    min="0"
                    max="100000"
                    value=value.map(|value| value.to_string())
                    placeholder=usual.to_string()
                />
            </label>
        }
    };
    let sizes = Size::ALL.map(|size| {
        view! {
            <option value=size.as_str() selected=limits.largest == Some(size)>
                {size.label()}
            </option>
        }
    });
    let usual_size = format!("{} (as everybody)", usual.largest.label());
    view! {
        <details class="limits">
            <summary>
                <span class="unseen">{format!("Limits of {name}: ")}</span>
                {summary}
                " "
                {own}
            </summary>
            <form method="post" action=ChangeLimits::url() data-once="" class="fields">
                <input type="hidden" name="id" value=id.to_string() />
                {field("Stores", "stores", limits.stores, usual.stores)}
                {field("GiB of volumes", "volume_gib", limits.volume_gib, usual.volume_gib)}
                <label>
                    <span>"Largest size"</span>
                    <select name="largest" autocomplete="off">
                        <option value="" selected=limits.largest.is_none()>
                            {usual_size}
                        </option>
                        {sizes.into_iter().collect_view()}
                    </select>
                </label>
                {field("Made at once", "creating", limits.creating, usual.creating)}
                {field("Seconds between two", "pause", limits.pause, usual.pause)}
                <div class="actions">
                    <button type="submit" class="button small" data-busy="Changing…">
                        <span>"Set limits"</span>
                    </button>
                </div>
            </form>
            <p class="quiet">"What is empty is as everybody's."</p>
        </details>
    }
    .into_any()
}
