//! The server functions about users.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::{
    draft,
    model::{NewToken, NewUser, OwnLimits, UserChange},
    notice::{self, Notice},
    service::{Fresh, accounts},
};
use crate::{
    error::AppError,
    model::{Role, Scope, UserId},
};

/// Signs in and opens the page that was asked for before.
#[server(prefix = "/rpc", endpoint = "sign_in")]
pub async fn sign_in(name: String, password: String, #[server(default)] next: String) -> Result<(), AppError> {
    draft::keep_name(&name);
    accounts()?.sign_in(&name, &password).await?;
    draft::forget_name();
    leptos_axum::redirect(within_site(&next));
    Ok(())
}

/// Where to go after signing in: a page of this site, whatever the address says.
#[cfg(any(feature = "ssr", test))]
#[must_use]
pub fn within_site(next: &str) -> &str {
    // Browsers take `\` for `/`, and leave out tabs and line breaks.
    let is_path = next.starts_with('/') && !next[1..].starts_with(['/', '\\']) && !next.contains(char::is_control);
    if is_path { next } else { "/" }
}

/// Takes up an invitation with a password, and opens the list of stores. `name` is the first administrator's.
#[server(prefix = "/rpc", endpoint = "accept_invitation")]
pub async fn accept_invitation(
    word: String,
    #[server(default)] name: String,
    password: String,
) -> Result<(), AppError> {
    draft::keep_name(&name);
    accounts()?.accept(&word, &name, &password).await?;
    draft::forget_name();
    leptos_axum::redirect("/");
    Ok(())
}

/// Signs out here.
#[server(prefix = "/rpc", endpoint = "sign_out")]
pub async fn sign_out() -> Result<(), AppError> {
    accounts()?.sign_out().await?;
    leptos_axum::redirect("/sign-in");
    Ok(())
}

/// Signs out everywhere.
#[server(prefix = "/rpc", endpoint = "sign_out_everywhere")]
pub async fn sign_out_everywhere() -> Result<(), AppError> {
    accounts()?.sign_out_everywhere().await?;
    leptos_axum::redirect("/sign-in");
    Ok(())
}

/// Chooses another password, which signs out everywhere else.
#[server(prefix = "/rpc", endpoint = "change_password")]
pub async fn change_password(#[server(default)] old: String, new: String) -> Result<(), AppError> {
    accounts()?.change_password(&old, &new).await?;
    notice::keep(Notice::PasswordChanged);
    Ok(())
}

/// Makes a token, which the page that comes back shows this once. `days` is a number, or empty for never.
#[server(prefix = "/rpc", endpoint = "create_token")]
pub async fn create_token(
    name: String,
    #[server(default)] scopes: Vec<Scope>,
    #[server(default)] days: String,
) -> Result<(), AppError> {
    let days = Some(days.trim()).filter(|days| !days.is_empty()).map(str::parse).transpose();
    let days = days.map_err(|_| AppError::Invalid {
        field: "days".to_owned(),
        reason: "Say after how many days it ends, as a number.".to_owned(),
    })?;
    let accounts = accounts()?;
    let fresh = accounts.create_token(NewToken { name, scopes, days }).await?;
    accounts.show_once(Fresh::Token(fresh));
    Ok(())
}

/// Makes a token worth nothing.
#[server(prefix = "/rpc", endpoint = "revoke_token")]
pub async fn revoke_token(id: i64) -> Result<(), AppError> {
    accounts()?.revoke_token(id).await?;
    notice::keep(Notice::TokenRevoked);
    Ok(())
}

/// Adds a user; the page that comes back shows their invitation this once.
#[server(prefix = "/rpc", endpoint = "add_user")]
pub async fn add_user(name: String, #[server(default)] role: Role) -> Result<(), AppError> {
    let accounts = accounts()?;
    let (user, link) = accounts.add_user(NewUser { name, role }).await?;
    accounts.show_once(Fresh::Invitation { name: user.name, link });
    Ok(())
}

/// Changes what a user is to the platform.
#[server(prefix = "/rpc", endpoint = "change_role")]
pub async fn change_role(id: UserId, role: Role) -> Result<(), AppError> {
    accounts()?.change_user(id, UserChange { role: Some(role), ..UserChange::default() }).await?;
    notice::keep(Notice::UserChanged);
    Ok(())
}

/// Sets where a user's limits are others than everybody's; what is left empty is as everybody's.
#[server(prefix = "/rpc", endpoint = "change_limits")]
pub async fn change_limits(
    id: UserId,
    #[server(default)] stores: String,
    #[server(default)] creating: String,
    #[server(default)] pause: String,
    #[server(default)] largest: String,
    #[server(default)] volume_gib: String,
) -> Result<(), AppError> {
    let limits = OwnLimits {
        stores: limit("stores", &stores)?,
        creating: limit("creating", &creating)?,
        pause: limit("pause", &pause)?,
        largest: limit("largest", &largest)?,
        volume_gib: limit("volume_gib", &volume_gib)?,
    };
    accounts()?.change_user(id, UserChange { limits: Some(limits), ..UserChange::default() }).await?;
    notice::keep(Notice::UserChanged);
    Ok(())
}

/// What was typed into a field, or nothing.
#[cfg(feature = "ssr")]
fn limit<T: std::str::FromStr>(field: &str, typed: &str) -> Result<Option<T>, AppError> {
    let typed = Some(typed.trim()).filter(|typed| !typed.is_empty()).map(str::parse).transpose();
    typed
        .map_err(|_| AppError::Invalid { field: field.to_owned(), reason: "A limit is a number, or empty.".to_owned() })
}

/// Keeps a user out, or lets them in again.
#[server(prefix = "/rpc", endpoint = "disable_user")]
pub async fn disable_user(id: UserId, disabled: bool) -> Result<(), AppError> {
    accounts()?.change_user(id, UserChange { disabled: Some(disabled), ..UserChange::default() }).await?;
    notice::keep(Notice::UserChanged);
    Ok(())
}

/// Makes a link with which a user chooses a password; the page that comes back shows it this once.
#[server(prefix = "/rpc", endpoint = "invite_again")]
pub async fn invite_again(id: UserId) -> Result<(), AppError> {
    let accounts = accounts()?;
    let link = accounts.invite_again(id).await?;
    let user = accounts.users().await?.into_iter().find(|user| user.id == id);
    if let Some(user) = user {
        accounts.show_once(Fresh::Invitation { name: user.name, link });
    }
    Ok(())
}

/// Has whoever asks sign in elsewhere no longer, and comes back to their account.
#[server(prefix = "/rpc", endpoint = "disconnect")]
pub async fn disconnect() -> Result<(), AppError> {
    accounts()?.disconnect().await?;
    notice::keep(Notice::Disconnected);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_to_pages_of_this_site_only() {
        for next in ["/", "/stores/abcd?x=1", "/strays#top"] {
            assert_eq!(within_site(next), next);
        }
        for next in ["", "//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "evil"] {
            assert_eq!(within_site(next), "/", "{next:?}");
        }
    }
}
