//! Another service that says who somebody is, by `OpenID` Connect: the authorization code flow with PKCE.

mod client;

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, anyhow, bail};
use app::model::{Role, SignInTrouble};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EmptyAdditionalClaims, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, RequestTokenError, Scope, TokenResponse as _, UserInfoClaims,
    core::{
        CoreAuthenticationFlow, CoreClient, CoreGenderClaim, CoreIdTokenClaims, CoreProviderMetadata, CoreTokenResponse,
    },
};

use self::client::HttpClient;

/// Where the service sends people back to, below the dashboard's address.
pub const CALLBACK: &str = "/sign-in/oidc/callback";

/// What is known of the service beforehand.
#[derive(Clone)]
pub struct ProviderSettings {
    /// The issuer's address.
    pub issuer: String,
    /// What it calls this server.
    pub client_id: String,
    /// What this server shows it.
    pub client_secret: Option<String>,
    /// What it is called on the pages.
    pub name: String,
    /// What somebody becomes who is not a user yet; none where they are not let in.
    pub newcomers: Option<Role>,
}

/// The service. Clones are the same.
#[derive(Clone)]
pub struct Provider(Arc<Inner>);

struct Inner {
    settings: ProviderSettings,
    issuer: IssuerUrl,
    redirect: RedirectUrl,
    http: HttpClient,
    /// What it says of itself, once it was asked.
    metadata: Mutex<Option<CoreProviderMetadata>>,
}

/// What the browser keeps while somebody is at the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Comes back with them.
    pub state: String,
    /// Stands in what the service signs.
    pub nonce: String,
    /// Proves that who asks for the token is who sent them there.
    pub verifier: String,
}

/// Whom the service says somebody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stranger {
    /// Who says so.
    pub issuer: String,
    /// What it calls them, for ever.
    pub subject: String,
    /// What they may be called here, the best first.
    pub names: Vec<String>,
}

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

impl Provider {
    /// A service that is asked when somebody comes, so that one that is away keeps nobody else out. People come back to `dashboard`,
    /// an address without a slash at its end.
    ///
    /// # Errors
    /// The issuer's address is none.
    pub fn new(settings: ProviderSettings, dashboard: &str) -> anyhow::Result<Self> {
        let issuer = IssuerUrl::new(settings.issuer.clone())
            .with_context(|| format!("the OpenID Connect issuer {:?} is no address", settings.issuer))?;
        let redirect = RedirectUrl::new(format!("{dashboard}{CALLBACK}"))?;
        let http = HttpClient::new().context("no certificates can be believed")?;
        Ok(Self(Arc::new(Inner { settings, issuer, redirect, http, metadata: Mutex::default() })))
    }

    /// What it is called on the pages.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.settings.name
    }

    /// The issuer's address, as it says it itself.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.0.issuer.as_str()
    }

    /// What somebody becomes who is not a user yet; none where they are not let in.
    #[must_use]
    pub fn newcomers(&self) -> Option<Role> {
        self.0.settings.newcomers
    }

    /// Where to send somebody, and what their browser keeps meanwhile.
    ///
    /// # Errors
    /// The service does not answer, or not as one of its kind.
    pub async fn begin(&self) -> Result<(String, Pending), SignInTrouble> {
        let client = self.client(self.metadata(false).await?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(["profile", "email"].map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(challenge)
            .url();
        let (state, nonce) = (state.secret().clone(), nonce.secret().clone());
        Ok((url.into(), Pending { state, nonce, verifier: verifier.secret().clone() }))
    }

    /// Whom the service says somebody is who came back with this code.
    ///
    /// # Errors
    /// The service does not answer, or what it says cannot be believed; the log says why.
    pub async fn finish(&self, code: &str, pending: &Pending) -> Result<Stranger, SignInTrouble> {
        let client = self.client(self.metadata(false).await?);
        let exchange = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| unusable(&anyhow!(error)))?
            .set_pkce_verifier(PkceCodeVerifier::new(pending.verifier.clone()));
        let answer = exchange.request_async(&self.0.http).await.map_err(|error| match error {
            RequestTokenError::Request(error) => away(&anyhow!(error)),
            other => unusable(&anyhow!(other)),
        })?;
        let nonce = Nonce::new(pending.nonce.clone());
        let claims = match verify(&client, &answer, &nonce) {
            Ok(claims) => claims,
            // Its keys may be others by now.
            Err(first) => {
                let renewed = self.client(self.metadata(true).await?);
                verify(&renewed, &answer, &nonce).map_err(|_| unusable(&first))?
            }
        };
        let mut names =
            names_of(claims.preferred_username().map(|name| name.as_str()), claims.email().map(|email| email.as_str()));
        if names.is_empty() {
            names = self.ask_for_names(&client, &answer, &claims).await;
        }
        names.push(claims.subject().to_string());
        Ok(Stranger { issuer: self.issuer().to_owned(), subject: claims.subject().to_string(), names })
    }

    /// Asks what the token did not say: many services tell names only here.
    async fn ask_for_names(
        &self,
        client: &Client,
        answer: &CoreTokenResponse,
        claims: &CoreIdTokenClaims,
    ) -> Vec<String> {
        let Ok(request) = client.user_info(answer.access_token().clone(), Some(claims.subject().clone())) else {
            return Vec::new();
        };
        let asked: Result<UserInfoClaims<EmptyAdditionalClaims, CoreGenderClaim>, _> =
            request.request_async(&self.0.http).await;
        match asked {
            Ok(info) => {
                names_of(info.preferred_username().map(|name| name.as_str()), info.email().map(|email| email.as_str()))
            }
            Err(error) => {
                tracing::warn!(%error, "the sign-in service does not say what somebody is called");
                Vec::new()
            }
        }
    }

    async fn metadata(&self, anew: bool) -> Result<CoreProviderMetadata, SignInTrouble> {
        let known = self.0.metadata.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known.filter(|_| !anew) {
            return Ok(known);
        }
        let found = CoreProviderMetadata::discover_async(self.0.issuer.clone(), &self.0.http).await;
        let found = found.map_err(|error| away(&anyhow!(error)))?;
        *self.0.metadata.lock().unwrap_or_else(PoisonError::into_inner) = Some(found.clone());
        Ok(found)
    }

    fn client(&self, metadata: CoreProviderMetadata) -> Client {
        let ProviderSettings { client_id, client_secret, .. } = &self.0.settings;
        let secret = client_secret.clone().map(ClientSecret::new);
        CoreClient::from_provider_metadata(metadata, ClientId::new(client_id.clone()), secret)
            .set_redirect_uri(self.0.redirect.clone())
    }
}

/// What the token says, once its signature, issuer, audience, times, nonce and the access token that it belongs to were looked at.
fn verify(client: &Client, answer: &CoreTokenResponse, nonce: &Nonce) -> anyhow::Result<CoreIdTokenClaims> {
    let token = answer.id_token().context("the answer holds no ID token")?;
    let verifier = client.id_token_verifier();
    let claims = token.claims(&verifier, nonce)?;
    if let Some(expected) = claims.access_token_hash() {
        let key = token.signing_key(&verifier)?;
        let actual = AccessTokenHash::from_token(answer.access_token(), token.signing_alg()?, key)?;
        if actual != *expected {
            bail!("the ID token belongs to another access token");
        }
    }
    Ok(claims.clone())
}

fn names_of(username: Option<&str>, email: Option<&str>) -> Vec<String> {
    username.into_iter().chain(email).map(str::to_owned).collect()
}

fn away(error: &anyhow::Error) -> SignInTrouble {
    tracing::warn!(error = format!("{error:#}"), "the sign-in service cannot be asked");
    SignInTrouble::Away
}

fn unusable(error: &anyhow::Error) -> SignInTrouble {
    tracing::warn!(error = format!("{error:#}"), "what the sign-in service answered cannot be relied on");
    SignInTrouble::Unusable
}
