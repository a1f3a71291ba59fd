//! The users as one request may ask about them.

use app::{
    error::AppError,
    model::{
        Action, AuditEntry, AuditQuery, Deed, FreshToken, NewToken, NewUser, OneTimeLink, SignInTrouble, SignedIn,
        Token, User, UserChange, UserId, UserName,
    },
    service::{Accounts, Fresh},
};
use async_trait::async_trait;

use super::{
    AccountService,
    backend::AuthSession,
    oidc::{Provider, Stranger},
    sessions::About,
};
use crate::{
    access::{Actor, Via, Who},
    audit::{AuditLog, Target},
    db::users::Account,
};

/// Longest that is kept of what a browser calls itself, in characters.
const MAX_AGENT: usize = 200;

/// The users, and who asks about them.
pub struct ActingAccounts {
    service: AccountService,
    audit: AuditLog,
    actor: Actor,
    session: AuthSession,
    /// Another service where people sign in.
    provider: Option<Provider>,
    /// What the browser calls itself.
    agent: String,
}

impl ActingAccounts {
    /// On behalf of whoever sent a request.
    #[must_use]
    pub fn new(
        service: AccountService,
        audit: AuditLog,
        actor: Actor,
        session: AuthSession,
        provider: Option<Provider>,
        agent: &str,
    ) -> Self {
        Self { service, audit, actor, session, provider, agent: agent.chars().take(MAX_AGENT).collect() }
    }

    /// Lets in whom another service sent.
    ///
    /// # Errors
    /// Why they are not let in.
    pub async fn sign_in_from(&self, stranger: &Stranger) -> Result<(), SignInTrouble> {
        let newcomers = self.provider.as_ref().and_then(Provider::newcomers);
        let account = self.service.receive(stranger, newcomers).await?;
        // What did not work is in the log.
        self.let_in(Deed::SignIn, "", Ok(account)).await.map_err(|_| SignInTrouble::Away)
    }

    /// Lets whoever asks come from another service as well.
    ///
    /// # Errors
    /// Why not.
    pub async fn connect(&self, stranger: &Stranger) -> Result<(), SignInTrouble> {
        let user = self.account().map_err(|_| SignInTrouble::Stale)?.user.id;
        let connected = self.service.connect(stranger, user).await;
        let refusal = connected.err().map(|trouble| AppError::Conflict { reason: trouble.text("The service") });
        let _kept = self.audit.note(&self.actor, Deed::Connect, Target::Oneself, refusal.as_ref()).await;
        connected
    }

    /// Whoever asks, with a session: what is about their own account is not for programs.
    fn account(&self) -> Result<&Account, AppError> {
        match &self.actor.who {
            Who::User { via: Via::Session, .. } => self.session.user.as_ref().ok_or(AppError::SignedOut),
            Who::User { via: Via::Token { .. }, .. } => {
                Err(AppError::Forbidden { reason: "A token cannot do that: sign in.".to_owned() })
            }
            Who::Nobody | Who::CommandLine => Err(AppError::SignedOut),
        }
    }

    /// Lets somebody in who is known, and notes that or why not. `typed` is the name that they say they have.
    async fn let_in(&self, deed: Deed, typed: &str, known: Result<Account, AppError>) -> Result<(), AppError> {
        let account = match known {
            Ok(account) => account,
            Err(refusal) => {
                self.note_refusal(deed, typed, &refusal).await?;
                return Err(refusal);
            }
        };
        self.begin_session(&account).await?;
        let who = (Some(account.user.id), account.user.name.as_str());
        let _kept = self.audit.note_of(&self.actor, who, deed, None).await;
        Ok(())
    }

    /// Notes that somebody was not let in, unless that is only a guess, of which anybody can make as many as they like: the log
    /// is kept for ever. What was typed as a name is kept where it is one; otherwise it may be a password.
    async fn note_refusal(&self, deed: Deed, typed: &str, refusal: &AppError) -> Result<(), AppError> {
        let known = match typed.parse::<UserName>() {
            Ok(name) => self.service.is_user(&name).await?.then_some(name),
            Err(_) => None,
        };
        let Some(name) = known.filter(|_| matches!(refusal, AppError::WrongCredentials)) else {
            tracing::info!(address = ?self.actor.address, code = refusal.code(), "somebody was not let in");
            return Ok(());
        };
        let _kept = self.audit.note_of(&self.actor, (None, name.as_str()), deed, Some(refusal)).await;
        Ok(())
    }

    /// Notes what became of something that somebody asked for.
    async fn noted<T>(&self, deed: Deed, target: Target<'_>, outcome: Result<T, AppError>) -> Result<T, AppError> {
        // What was done is done; where it cannot be noted the server's log has it.
        let _kept = self.audit.note(&self.actor, deed, target, outcome.as_ref().err()).await;
        outcome
    }

    /// Changes users, and notes that.
    async fn managed<T>(
        &self,
        deed: Deed,
        target: Target<'_>,
        change: impl Future<Output = Result<T, AppError>> + Send,
    ) -> Result<T, AppError> {
        let outcome = match self.actor.may(Action::ManageUsers) {
            Ok(()) => change.await,
            Err(refusal) => Err(refusal),
        };
        self.noted(deed, target, outcome).await
    }

    /// Signs in here. The session gets another id, so that one that somebody else put into the browser is of no use to them.
    async fn begin_session(&self, account: &Account) -> Result<(), AppError> {
        let mut session = self.session.clone();
        let fault = |error| self.service.internal(error);
        if session.session.id().is_some() {
            // Whoever was signed in here before is so no longer.
            session.session.flush().await.map_err(fault)?;
        }
        session.login(account).await.map_err(|error| self.session_error(error))?;
        session.session.cycle_id().await.map_err(fault)?;
        let now = self.service.now();
        let about = About {
            user: account.user.id,
            since: now,
            address: self.actor.address.map(|address| address.to_string()).unwrap_or_default(),
            agent: self.agent.clone(),
        };
        session.session.insert(About::KEY, about).await.map_err(|error| self.service.internal(error))?;
        self.service.note_sign_in(account.user.id).await
    }

    fn session_error(&self, error: axum_login::Error<AccountService>) -> AppError {
        match error {
            axum_login::Error::Backend(error) => error,
            axum_login::Error::Session(error) => self.service.internal(error),
        }
    }
}

#[async_trait]
impl Accounts for ActingAccounts {
    fn me(&self) -> Option<User> {
        self.actor.user().cloned()
    }

    async fn sign_in(&self, name: &str, password: &str) -> Result<(), AppError> {
        let known = self.service.check_password(name, password, self.actor.address).await;
        self.let_in(Deed::SignIn, name, known).await
    }

    async fn invitation(&self, word: &str) -> Result<Option<String>, AppError> {
        match self.service.link(word).await?.user {
            Some(user) => Ok(self.service.find(user).await?.map(|account| account.user.name.to_string())),
            None => Ok(None),
        }
    }

    async fn accept(&self, word: &str, name: &str, password: &str) -> Result<(), AppError> {
        let known = self.service.use_invitation(word, name, password).await;
        self.let_in(Deed::AcceptInvitation, name, known).await
    }

    async fn enter(&self, word: &str) -> Result<(), AppError> {
        self.let_in(Deed::SignIn, "", self.service.use_link(word).await).await
    }

    async fn any(&self) -> Result<bool, AppError> {
        self.service.any().await
    }

    fn provider(&self) -> Option<String> {
        self.provider.as_ref().map(|provider| provider.name().to_owned())
    }

    async fn is_connected(&self) -> Result<bool, AppError> {
        let user = self.account()?.user.id;
        match &self.provider {
            Some(provider) => self.service.is_connected(provider, user).await,
            None => Ok(false),
        }
    }

    async fn disconnect(&self) -> Result<(), AppError> {
        let user = &self.account()?.user;
        let outcome = match &self.provider {
            Some(provider) => self.service.disconnect(provider, user).await,
            None => Ok(()),
        };
        self.noted(Deed::Disconnect, Target::Oneself, outcome).await
    }

    fn show_once(&self, fresh: Fresh) {
        if let Some(user) = self.actor.user() {
            self.service.show_once(user.id, fresh);
        }
    }

    fn shown_once(&self, is_wanted: fn(&Fresh) -> bool) -> Option<Fresh> {
        self.service.shown_once(self.actor.user()?.id, is_wanted)
    }

    async fn sign_out(&self) -> Result<(), AppError> {
        let user = self.account()?.user.id;
        self.session.clone().logout().await.map_err(|error| self.session_error(error))?;
        self.service.tell(user);
        self.noted(Deed::SignOut, Target::Oneself, Ok(())).await
    }

    async fn sign_out_everywhere(&self) -> Result<(), AppError> {
        let user = self.account()?.user.id;
        self.service.end_sessions(user).await?;
        self.session.clone().logout().await.map_err(|error| self.session_error(error))?;
        self.noted(Deed::SignOutEverywhere, Target::Oneself, Ok(())).await
    }

    async fn change_password(&self, old: &str, new: &str) -> Result<(), AppError> {
        let changed = self.service.replace_password(self.account()?, old, new, self.actor.address).await;
        let account = self.noted(Deed::ChangePassword, Target::Oneself, changed).await?;
        self.begin_session(&account).await
    }

    async fn sessions(&self) -> Result<Vec<SignedIn>, AppError> {
        let user = self.account()?.user.id;
        let found = self.service.sessions_of(user, self.session.session.id()).await;
        found.map_err(|error| self.service.internal(error))
    }

    async fn tokens(&self) -> Result<Vec<Token>, AppError> {
        self.service.tokens_of(self.account()?.user.id).await
    }

    async fn create_token(&self, new: NewToken) -> Result<FreshToken, AppError> {
        let name = new.name.clone();
        let made = self.service.make_token(self.account()?.user.id, new).await;
        let target = made.as_ref().map_or(Target::Token(0, &name), |fresh| Target::Token(fresh.token.id, &name));
        let _kept = self.audit.note(&self.actor, Deed::CreateToken, target, made.as_ref().err()).await;
        made
    }

    async fn revoke_token(&self, id: i64) -> Result<(), AppError> {
        let dropped = self.service.drop_token(self.account()?.user.id, id).await;
        self.noted(Deed::RevokeToken, Target::Token(id, ""), dropped).await
    }

    async fn users(&self) -> Result<Vec<User>, AppError> {
        self.actor.may(Action::ManageUsers)?;
        self.service.all().await
    }

    async fn add_user(&self, new: NewUser) -> Result<(User, OneTimeLink), AppError> {
        let name = new.name.clone();
        let added = match self.actor.may(Action::ManageUsers) {
            Ok(()) => self.service.add(new).await,
            Err(refusal) => Err(refusal),
        };
        let target = added.as_ref().map_or(Target::Wish(&name), |(user, _)| Target::User(user.id, user.name.as_str()));
        let _kept = self.audit.note(&self.actor, Deed::AddUser, target, added.as_ref().err()).await;
        added
    }

    async fn change_user(&self, id: UserId, change: UserChange) -> Result<User, AppError> {
        let role = change.role.map(|role| format!("The role is {role} now"));
        let disabled = change.disabled.map(|disabled| match disabled {
            true => "Disabled".to_owned(),
            false => "Let in again".to_owned(),
        });
        // As programs send them, which is short and whole.
        let limits = change.limits.map(|limits| match serde_json::to_string(&limits) {
            Ok(limits) if limits != "{}" => format!("The limits are {limits} now"),
            _ => "The limits are everybody's now".to_owned(),
        });
        let what: Vec<_> = role.into_iter().chain(disabled).chain(limits).collect();
        self.managed(Deed::ChangeUser, Target::Changed(id, &what.join(", ")), self.service.alter(id, change)).await
    }

    async fn invite_again(&self, id: UserId) -> Result<OneTimeLink, AppError> {
        self.managed(Deed::InviteAgain, Target::Changed(id, ""), self.service.invite(id)).await
    }

    async fn audit(&self, query: AuditQuery) -> Result<Vec<AuditEntry>, AppError> {
        self.actor.may(Action::SeeAudit)?;
        self.audit.list(query).await.map_err(self.service.db_error())
    }

    async fn audit_after(&self, id: i64) -> Result<Vec<AuditEntry>, AppError> {
        self.actor.may(Action::SeeAudit)?;
        self.audit.after(id).await.map_err(self.service.db_error())
    }
}
