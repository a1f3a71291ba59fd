//! Who may use the platform, for administrators.

use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_meta::Title;

use super::{loaded, sign_in::NameField};
use crate::{
    api::{AddUser, ChangeRole, DisableUser, InviteAgain, forbid_keeping_the_answer},
    components::{Ago, Crumb, Icon, Problem, Shape},
    error::AppError,
    islands::CopyButton,
    model::{OneTimeLink, Role, User, UserName},
    notice::shown_once,
    service::{Fresh, accounts},
};

/// Every user, with what can be changed of them, and the form that adds one.
#[component]
pub fn UsersPage() -> impl IntoView {
    let accounts = accounts();
    loaded(async move {
        forbid_keeping_the_answer();
        let accounts = accounts?;
        let me = accounts.me().ok_or(AppError::SignedOut)?;
        let users = accounts.users().await?;
        let fresh = match shown_once(|fresh| matches!(fresh, Fresh::Invitation { .. })) {
            Some(Fresh::Invitation { name, link }) => Some(view! { <InvitationCard name link /> }),
            _ => None,
        };
        let rows = users.into_iter().map(|user| {
            let is_me = user.id == me.id;
            view! { <UserRow user is_me /> }
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
fn RefusedChange() -> impl IntoView {
    let role = ServerAction::<ChangeRole>::new().value().get_untracked().and_then(Result::err);
    let disabled = ServerAction::<DisableUser>::new().value().get_untracked().and_then(Result::err);
    let invited = ServerAction::<InviteAgain>::new().value().get_untracked().and_then(Result::err);
    view! { <Problem error=Signal::stored(role.or(disabled).or(invited)) /> }
}

#[component]
fn InvitationCard(name: UserName, link: OneTimeLink) -> impl IntoView {
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
}

#[component]
fn AddCard() -> impl IntoView {
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
}

#[component]
fn RoleChoice() -> impl IntoView {
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
}

#[component]
fn UserRow(user: User, is_me: bool) -> impl IntoView {
    let User { id, name, role, has_password, disabled, created_at, signed_in_at } = user;
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
}
