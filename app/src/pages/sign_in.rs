//! Getting in: with a password, or with an invitation.

use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, location::Url};

use super::loaded;
use crate::{
    api::{AcceptInvitation, SignIn},
    components::{Icon, Shape},
    draft,
    error::AppError,
    model::{NewPassword, SignInTrouble, UserName},
    service::accounts,
};

/// Asks for name and password.
#[component]
pub fn SignInPage() -> AnyView {
    let query = use_query_map();
    let next = query.read_untracked().get("next").unwrap_or_default();
    let is_link_gone = query.read_untracked().get("link").is_some();
    let refusal = ServerAction::<SignIn>::new().value().get_untracked().and_then(Result::err);
    let name = if refusal.is_some() { draft::name() } else { String::new() };
    let provider = accounts().ok().and_then(|accounts| accounts.provider());
    let elsewhere = provider.clone().map(|name| view! { <Elsewhere name next=next.clone() /> });
    let trouble = provider.and_then(|name| trouble_in_address().map(|trouble| trouble.text(&name)));
    let trouble = trouble.map(|text| view! { <Warn text /> });
    let accounts = accounts();
    let first = loaded(async move { Ok((!accounts?.any().await?).then(first_hint)) });
    let link_gone = is_link_gone.then(|| {
        let text = "That link was used already, or is too old. Ask for another one, or sign in with your password.";
        view! { <Warn text=text.to_owned() /> }
    });
    let was_refused = refusal.is_some();
    view! {
        <Title text="Sign in" />
        <section class="card lone narrow" data-watch="">
            <h1>"Sign in"</h1>
            {first}
            {link_gone}
            {trouble}
            {elsewhere}
            <form method="post" action=SignIn::url() data-once="" class="stack">
                <input type="hidden" name="next" value=next />
                <Told refusal />
                <NameField value=name autofocus=!was_refused />
                <div>
                    <label for="password">"Password"</label>
                    <input
                        id="password"
                        name="password"
                        type="password"
                        required
                        autofocus=was_refused
                        autocomplete="current-password"
                        maxlength=NewPassword::MAX_BYTES.to_string()
                    />
                </div>
                <div class="actions">
                    <button type="submit" class="button primary" data-busy="Signing in…">
                        <span>"Sign in"</span>
                    </button>
                </div>
            </form>
            <p class="quiet">
                "No password, or a forgotten one? An administrator can send you a link. Administrators get one for themselves with "
                <code>"urumi sign-in-link"</code> " on the machine of the server."
            </p>
        </section>
    }.into_any()
}

/// Why another service's word was not enough, as the address says.
pub(super) fn trouble_in_address() -> Option<SignInTrouble> {
    use_query_map().read_untracked().get("trouble")?.parse().ok()
}

/// Something that did not go as it should.
#[component]
pub(super) fn Warn(
    /// What, in a sentence.
    text: String,
) -> AnyView {
    view! {
        <p class="notice" data-tone="warn" role="alert">
            <Icon shape=Shape::Warning />
            <span>{text}</span>
        </p>
    }
    .into_any()
}

/// The way in by another service.
#[component]
fn Elsewhere(name: String, next: String) -> AnyView {
    // A link: a form may lead to pages of this site only.
    let href = format!("/sign-in/oidc?next={}", Url::escape(&next));
    view! {
        <a href=href class="button wide-button">
            <Icon shape=Shape::Key />
            <span>{format!("Sign in with {name}")}</span>
        </a>
        <p class="quiet or">"or with a password"</p>
    }
    .into_any()
}

/// Said while there is nobody who could sign in.
fn first_hint() -> AnyView {
    view! {
        <p class="notice">
            <Icon shape=Shape::Key />
            <span>"There is no user yet. The server printed a link when it started: open it to create the administrator."</span>
        </p>
    }.into_any()
}

/// Why what was sent before was refused.
#[component]
fn Told(refusal: Option<AppError>) -> AnyView {
    let told = refusal.map(|error| {
        view! {
            <p class="notice" data-tone="bad">
                <Icon shape=Shape::Warning />
                <span>{error.to_string()}</span>
            </p>
        }
    });
    view! { <div role="alert">{told}</div> }.into_any()
}

/// Asks for the password with which somebody takes up an invitation; the first administrator for a name, too.
#[component]
pub fn WelcomePage() -> impl IntoView {
    let word = use_query_map().read_untracked().get("word").unwrap_or_default();
    let refusal = ServerAction::<AcceptInvitation>::new().value().get_untracked().and_then(Result::err);
    let accounts = accounts();
    loaded(async move {
        let invited = match accounts?.invitation(&word).await {
            Ok(invited) => invited,
            Err(AppError::NotFound { .. }) => return Ok(view! { <LinkGone /> }.into_any()),
            Err(error) => return Err(error),
        };
        let (title, lede) = match &invited {
            Some(name) => (format!("Welcome, {name}"), "Choose a password, and you are in."),
            None => (
                "Welcome to Urumi".to_owned(),
                "You are the first here, and become the administrator. Choose a name and a password.",
            ),
        };
        let about_name = refusal.as_ref().is_some_and(|error| error.field() == Some("name"));
        let about_password = refusal.as_ref().is_some_and(|error| error.field() == Some("password"));
        let told = refusal.as_ref().map(ToString::to_string);
        let (name_problem, password_problem) = match (about_name, about_password) {
            (true, _) => (told, None),
            (_, true) => (None, told),
            _ => (None, None),
        };
        let other = refusal.clone().filter(|_| !about_name && !about_password);
        let typed = if refusal.is_some() { draft::name() } else { String::new() };
        let name = match invited {
            // For the browser, which keeps passwords by name.
            Some(name) => {
                view! { <input type="text" name="name" value=name autocomplete="username" hidden readonly /> }
                    .into_any()
            }
            None => view! { <NameField value=typed autofocus=true problem=name_problem /> }.into_any(),
        };
        Ok(view! {
            <Title text=title.clone() />
            <section class="card lone narrow" data-watch="">
                <h1>{title}</h1>
                <p>{lede}</p>
                <form method="post" action=AcceptInvitation::url() data-once="" class="stack">
                    <input type="hidden" name="word" value=word />
                    <Told refusal=other />
                    {name}
                    <NewPasswordField label="Password" problem=password_problem name="password" />
                    <div class="actions">
                        <button type="submit" class="button primary" data-busy="One moment…">
                            <span>"Begin"</span>
                        </button>
                    </div>
                </form>
            </section>
        }
        .into_any())
    })
}

/// A field for a user's name.
#[component]
pub(super) fn NameField(
    /// What stands in it at first.
    #[prop(optional)]
    value: String,
    /// Whether it has the focus at first.
    #[prop(optional)]
    autofocus: bool,
    /// Whether it is somebody else's, which browsers need not fill in or keep.
    #[prop(optional)]
    others: bool,
    /// What is wrong with what was sent before.
    #[prop(optional_no_strip)]
    problem: Option<String>,
) -> AnyView {
    view! {
        <div>
            <label for="name">"Name"</label>
            <input
                id="name"
                name="name"
                type="text"
                value=value
                required
                autofocus=autofocus
                autocomplete=if others { "off" } else { "username" }
                autocapitalize="none"
                spellcheck="false"
                maxlength=UserName::MAX_CHARACTERS.to_string()
                aria-describedby="name-problem"
                aria-invalid=problem.is_some().to_string()
            />
            <p id="name-problem" class="field-problem" role="alert">
                {problem}
            </p>
        </div>
    }
    .into_any()
}

/// A field for a password that is chosen.
#[component]
pub(super) fn NewPasswordField(
    /// What it says of itself.
    label: &'static str,
    /// How the server calls it.
    name: &'static str,
    /// What is wrong with what was sent before.
    problem: Option<String>,
) -> AnyView {
    view! {
        <div>
            <label for="new-password">{label}</label>
            <input
                id="new-password"
                name=name
                type="password"
                required
                minlength=NewPassword::MIN_CHARACTERS.to_string()
                maxlength=NewPassword::MAX_BYTES.to_string()
                autocomplete="new-password"
                aria-describedby="password-problem password-hint"
                aria-invalid=problem.is_some().to_string()
            />
            <p id="password-problem" class="field-problem" role="alert">
                {problem}
            </p>
            <p id="password-hint" class="quiet">
                "At least 12 characters. A few words in a row are easy to remember."
            </p>
        </div>
    }
    .into_any()
}

/// The invitation was used, or is too old.
#[component]
fn LinkGone() -> AnyView {
    view! {
        <Title text="This link is gone" />
        <section class="card lone narrow" data-watch="">
            <h1>"This link is gone"</h1>
            <p>"It was used already, or it is too old. Ask whoever sent it to you for another one."</p>
            <p>
                <a href="/sign-in" class="button">
                    "To the sign-in"
                </a>
            </p>
        </section>
    }
    .into_any()
}
