//! One's own account: password, places where one is signed in, tokens.

use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_meta::Title;

use super::{
    loaded,
    sign_in::{NewPasswordField, Warn, trouble_in_address},
};
use crate::{
    api::{ChangePassword, CreateToken, Disconnect, RevokeToken, SignOutEverywhere, forbid_keeping_the_answer},
    components::{Ago, Ahead, Crumb, Icon, Problem, Shape},
    error::AppError,
    islands::CopyButton,
    model::{FreshToken, Scope, SignedIn, Token, User},
    notice::shown_once,
    service::{Fresh, accounts},
};

/// Days after which a token ends that nobody thought about.
const USUAL_DAYS: &str = "90";

/// The account of whoever is signed in.
#[component]
pub fn AccountPage() -> impl IntoView {
    let accounts = accounts();
    loaded(async move {
        forbid_keeping_the_answer();
        let accounts = accounts?;
        let user = accounts.me().ok_or(AppError::SignedOut)?;
        let (sessions, tokens) = (accounts.sessions().await?, accounts.tokens().await?);
        let connected = accounts.is_connected().await?;
        let elsewhere = accounts.provider().map(|name| view! { <ElsewhereCard name connected /> });
        let fresh = match shown_once(|fresh| matches!(fresh, Fresh::Token(_))) {
            Some(Fresh::Token(fresh)) => Some(view! { <FreshTokenCard fresh /> }),
            _ => None,
        };
        Ok(view! {
            <Title text="Account" />
            // What is shown once must not be replaced by what comes after it.
            <div data-watch="">
                <Crumb href="/" text="All stores" />
                <div class="page-head">
                    <h1>{user.name.to_string()}</h1>
                    <p class="lede">
                        <span class="tag">{user.role.label()}</span>
                        " "
                        {user.role.meaning()}
                    </p>
                </div>
                {fresh}
                <div class="columns even">
                    <div>
                        <PasswordCard user />
                        {elsewhere}
                        <SessionsCard sessions />
                    </div>
                    <TokensCard tokens />
                </div>
            </div>
        })
    })
}

#[component]
fn PasswordCard(user: User) -> AnyView {
    let refusal = ServerAction::<ChangePassword>::new().value().get_untracked().and_then(Result::err);
    let field = refusal.as_ref().and_then(|error| error.field().map(str::to_owned));
    let told = refusal.as_ref().map(ToString::to_string);
    let (old_problem, new_problem, other) = match field.as_deref() {
        Some("old") => (told, None, None),
        Some("password") => (None, told, None),
        _ => (None, None, refusal),
    };
    let old = user.has_password.then(|| {
        view! {
            <div>
                <label for="old-password">"Present password"</label>
                <input
                    id="old-password"
                    name="old"
                    type="password"
                    required
                    autocomplete="current-password"
                    aria-describedby="old-problem"
                    aria-invalid=old_problem.is_some().to_string()
                />
                <p id="old-problem" class="field-problem" role="alert">
                    {old_problem}
                </p>
            </div>
        }
    });
    let title = if user.has_password { "Change the password" } else { "Choose a password" };
    view! {
        <section class="card">
            <h2>{title}</h2>
            <form method="post" action=ChangePassword::url() data-once="" class="stack">
                // For the browser, which keeps passwords by name.
                <input type="text" name="username" value=user.name.to_string() autocomplete="username" hidden readonly />
                <Problem error=Signal::stored(other) />
                {old}
                <NewPasswordField label="New password" name="new" problem=new_problem />
                <div class="actions">
                    <button type="submit" class="button" data-busy="Changing…">
                        <span>{title}</span>
                    </button>
                </div>
            </form>
        </section>
    }.into_any()
}

/// Whether somebody signs in with another service, too.
#[component]
fn ElsewhereCard(name: String, connected: bool) -> AnyView {
    let refusal = ServerAction::<Disconnect>::new().value().get_untracked().and_then(Result::err);
    let trouble = trouble_in_address().map(|trouble| view! { <Warn text=trouble.text(&name) /> });
    let form = if connected {
        view! {
            <p>{format!("You can sign in with {name}.")}</p>
            <form method="post" action=Disconnect::url() data-once="">
                <Problem error=Signal::stored(refusal) />
                <button type="submit" class="button">
                    "Disconnect"
                </button>
            </form>
        }
        .into_any()
    } else {
        view! {
            <p class="quiet">{format!("Once connected, you can sign in with {name}, without the password.")}</p>
            <div class="actions">
                <a href="/sign-in/oidc?connect=yes" class="button">
                    <Icon shape=Shape::Key />
                    <span>{format!("Connect {name}")}</span>
                </a>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="card" aria-labelledby="elsewhere-title">
            <h2 id="elsewhere-title">"Sign in elsewhere"</h2>
            {trouble}
            {form}
        </section>
    }
    .into_any()
}

#[component]
fn SessionsCard(sessions: Vec<SignedIn>) -> AnyView {
    let rows = sessions.into_iter().map(|SignedIn { since, seen_at, address, agent, is_this_one }| {
        let here = is_this_one.then(|| view! { <span class="tag">"here"</span> });
        view! {
            <li>
                <strong>{browser(&agent)}</strong>
                " "
                {here}
                <p class="quiet" title=agent>
                    {if address.is_empty() { String::new() } else { format!("From {address}, ") }} "since " <Ago at=since /> ", last used "
                    <Ago at=seen_at />
                </p>
            </li>
        }
    });
    view! {
        <section class="card">
            <h2>"Signed in"</h2>
            <ul class="plain">{rows.collect_view()}</ul>
            <p class="quiet">"Another password signs you out everywhere else. Tokens go on working until they are revoked."</p>
            <form method="post" action=SignOutEverywhere::url() data-once="">
                <button type="submit" class="button danger">
                    "Sign out everywhere"
                </button>
            </form>
        </section>
    }.into_any()
}

/// What a browser is, from what it calls itself; they all call themselves many things, the true one last.
fn browser(agent: &str) -> String {
    let names =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    let name = names.iter().find(|(word, _)| agent.contains(word)).map(|(_, name)| *name);
    let systems = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ];
    let system = systems.iter().find(|(word, _)| agent.contains(word)).map(|(_, name)| *name);
    match (name, system) {
        (Some(name), Some(system)) => format!("{name} on {system}"),
        (Some(name), None) => name.to_owned(),
        _ => "Another browser".to_owned(),
    }
}

#[component]
fn FreshTokenCard(fresh: FreshToken) -> AnyView {
    let FreshToken { secret, token } = fresh;
    view! {
        <section class="card fresh" role="status">
            <h2>{format!("The token {:?}", token.name)}</h2>
            <p>"Copy it now: it is shown this once, and kept nowhere."</p>
            <p class="secret">
                <code>{secret.clone()}</code>
                <CopyButton text=secret what="token".to_owned() />
            </p>
            <p class="quiet">"Programs send it as " <code>"Authorization: Bearer …"</code> "."</p>
        </section>
    }
    .into_any()
}

#[component]
fn TokensCard(tokens: Vec<Token>) -> AnyView {
    let none = tokens.is_empty().then(|| view! { <p class="quiet">"There is none."</p> });
    let rows = tokens.into_iter().map(|token| view! { <TokenRow token /> });
    view! {
        <section class="card">
            <h2>"Tokens"</h2>
            <p class="quiet">"For programs that use the API in your name. None can do more than you can."</p>
            {none}
            <ul class="plain">{rows.collect_view()}</ul>
            <NewTokenForm />
        </section>
    }
    .into_any()
}

#[component]
fn TokenRow(token: Token) -> AnyView {
    let Token { id, name, hint, scopes, created_at, expires_at, last_used_at } = token;
    let may = scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(", ");
    let ends = match expires_at {
        Some(at) if at <= crate::components::now() => view! { <strong>", it has ended"</strong> }.into_any(),
        Some(at) => view! { ", ends " <Ahead at /> }.into_any(),
        None => ", never ends".into_any(),
    };
    let used = match last_used_at {
        Some(at) => view! { ", last used " <Ago at /> }.into_any(),
        None => ", never used".into_any(),
    };
    let label = format!("Revoke {name}");
    view! {
        <li class="with-action">
            <div>
                <strong>{name}</strong>
                " "
                <code>{format!("…{hint}")}</code>
                <p class="quiet">{may} ". Made " <Ago at=created_at /> {ends} {used}</p>
            </div>
            <form method="post" action=RevokeToken::url() data-once="">
                <input type="hidden" name="id" value=id.to_string() />
                <button type="submit" class="button small danger" aria-label=label>
                    "Revoke"
                </button>
            </form>
        </li>
    }
    .into_any()
}

#[component]
fn NewTokenForm() -> AnyView {
    let refusal = ServerAction::<CreateToken>::new().value().get_untracked().and_then(Result::err);
    let open = refusal.is_some();
    let scopes = Scope::ALL.iter().map(|scope| {
        view! {
            <label class="tick">
                <input type="checkbox" name="scopes[]" value=scope.as_str() checked=*scope == Scope::Read />
                <span>{scope.label()}</span>
            </label>
        }
    });
    view! {
        <details open=open>
            <summary>"New token"</summary>
            <form method="post" action=CreateToken::url() data-once="" class="stack">
                <Problem error=Signal::stored(refusal) />
                <div>
                    <label for="token-name">"What it is for"</label>
                    <input id="token-name" name="name" type="text" required maxlength="60" autocomplete="off" />
                </div>
                <fieldset class="ticks">
                    <legend>"What it may do"</legend>
                    {scopes.collect_view()}
                </fieldset>
                <div>
                    <label for="token-days">"After how many days it ends; empty means never"</label>
                    <input id="token-days" name="days" type="number" min="1" max="3650" value=USUAL_DAYS inputmode="numeric" />
                </div>
                <div class="actions">
                    <button type="submit" class="button" data-busy="Making it…">
                        <Icon shape=Shape::Key />
                        <span>"Make the token"</span>
                    </button>
                </div>
            </form>
        </details>
    }.into_any()
}
