//! People in the web tool: a session as the login API opens it, known by a cookie alone, with a token
//! for forms that is worked out from the cookie and so needs no place of its own.

use std::net::IpAddr;

use outbound_auth::{Secret, secret_hash};
use outbound_model::{AccountId, AuditAction, Role, Username};
use outbound_store::{Session, User};
use serde_json::json;

use crate::sessions::le_bearer::is_live;
use crate::sessions::{AuthenticatedUser, IDLE_SECONDS};
use crate::{App, AppError, ChangeOwnPassword, Grant, LoginRefusal, LoginRequest, Refusal, Right};

/// What the token of forms is made for; see [`outbound_auth::InstallationKey::mark`].
const CSRF: &str = "form of a web session";
/// A session that is used is extended at most this often, so that few pages write.
const EXTEND_AFTER_SECONDS: i64 = 5 * 60;

/// Who uses a web session.
#[derive(Clone, Debug)]
pub struct SignedInUser {
    /// The account.
    pub account: AccountId,
    /// The login name.
    pub name: Username,
    /// What the person may do.
    pub role: Role,
}

/// A web session that is open: the proof of who somebody is.
#[derive(Clone, Debug)]
pub struct WebSession {
    user: SignedInUser,
    csrf: Secret,
    session: Session,
}

impl WebSession {
    /// Whose it is.
    pub fn user(&self) -> &SignedInUser {
        &self.user
    }

    /// What every form of the session must carry.
    pub fn csrf(&self) -> &Secret {
        &self.csrf
    }

    /// Whether the person may do `R`.
    pub fn may<R: Right>(&self) -> bool {
        R::ROLES.contains(&self.user.role)
    }

    /// Lets the person do `R`, or says that the role does not include it.
    pub fn grant<R: Right>(&self) -> Result<Grant<R>, Refusal> {
        if !self.may::<R>() {
            return Err(Refusal::NoRight);
        }
        Ok(Grant::new(self.user.account.clone(), self.user.name.to_string()))
    }
}

/// A web session just opened.
#[derive(Clone, Debug)]
pub struct WebLogin {
    /// The value of its cookie: account and secret.
    pub cookie: Secret,
    /// The session.
    pub session: WebSession,
}

impl App {
    /// Opens a web session; failures lock out as those of the API do.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn sign_in(&self, request: LoginRequest) -> Result<WebLogin, LoginRefusal> {
        let proven = self.authenticate_user(request).await?;
        self.open_web_login(proven).await
    }

    /// Opens the web session of somebody who has proven the password.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn open_web_login(&self, proven: AuthenticatedUser) -> Result<WebLogin, LoginRefusal> {
        let account = proven.account.clone();
        let login = self.open_login(proven).await?;
        self.web_login(&account, &login.cookie).await
    }

    /// The session of a cookie. Its idle end moves while it is used.
    pub async fn web_session(&self, cookie: &Secret) -> Result<WebSession, AppError> {
        let (account, secret) = parts(cookie).ok_or(Refusal::SessionOver)?;
        let found = self.store.session_of_cookie(&account, &secret_hash(&secret)).await?;
        let found = found.filter(|found| is_live(found, self.clock.now())).ok_or(Refusal::SessionOver)?;
        let session = self.kept_open(&account, found.session).await?;
        let User { name, role, .. } = found.user;
        let csrf = self.installation.mark(CSRF, cookie);
        Ok(WebSession { user: SignedInUser { account, name, role }, csrf, session })
    }

    /// Lets the owner of a cookie do `R` in the account of the session, or says why not.
    pub async fn authorize_web<R: Right>(&self, cookie: &Secret) -> Result<Grant<R>, AppError> {
        Ok(self.web_session(cookie).await?.grant()?)
    }

    /// Whether `token` is what the forms of this cookie's session carry.
    pub fn is_form_token(&self, cookie: &Secret, token: &Secret) -> bool {
        self.installation.is_mark(CSRF, cookie, token)
    }

    /// Ends a web session.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn sign_out(&self, session: &WebSession) -> Result<(), AppError> {
        self.end_session(&session.user.account, &session.session).await
    }

    /// Gives a person who knows the old password another one. All of the person's sessions end, and
    /// one opens for whoever asked, at `address`. Of two changes at once one is done; the other is refused,
    /// as its old password is wrong by then.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn change_own_password(
        &self,
        grant: &Grant<ChangeOwnPassword>,
        old: Secret,
        new: Secret,
        address: IpAddr,
    ) -> Result<WebLogin, LoginRefusal> {
        let account = grant.account().clone();
        let username = grant.principal().to_owned();
        let request = LoginRequest { account: account.clone(), username, password: old, address };
        let user = self.verify_password(request).await?;
        let password_hash = self.new_password_hash(&account, new).await?;
        let mut transaction = self.store.write_credentials(&account).await.map_err(AppError::from)?;
        let stored = transaction.user(&user.name).await.map_err(AppError::from)?;
        let unchanged =
            |stored: &User| stored.revoked_at.is_none() && stored.password_hash == user.password_hash;
        if !stored.is_some_and(|stored| unchanged(&stored)) {
            return Err(LoginRefusal::Credentials);
        }
        transaction.set_password(&user.id, &password_hash).await.map_err(AppError::from)?;
        let entry = self.audit_entry(grant, AuditAction::PasswordChanged, &user.name, &json!({}));
        transaction.audit(&entry).await.map_err(AppError::from)?;
        self.commit(&account, transaction.commit()).await?;
        tracing::info!(%account, user = %user.name, %address, "changed the own password");
        let login = self.open_session(&account, User { password_hash, ..user }).await?;
        self.web_login(&account, &login.cookie).await
    }

    async fn web_login(&self, account: &AccountId, secret: &Secret) -> Result<WebLogin, LoginRefusal> {
        let cookie = Secret::new(format!("{account}.{}", secret.expose()));
        let session = self.web_session(&cookie).await?;
        Ok(WebLogin { cookie, session })
    }

    async fn kept_open(&self, account: &AccountId, session: Session) -> Result<Session, AppError> {
        let fresh_until = session.idle_until.plus_seconds(EXTEND_AFTER_SECONDS - IDLE_SECONDS);
        if self.clock.now() < fresh_until || session.idle_until == session.expires_at {
            return Ok(session);
        }
        self.extend_session(account, session).await
    }
}

/// Account and secret of a cookie.
fn parts(cookie: &Secret) -> Option<(AccountId, Secret)> {
    let (account, secret) = cookie.expose().split_once('.')?;
    Some((account.parse().ok()?, Secret::new(secret)))
}
