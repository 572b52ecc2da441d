//! Sessions of the web tool. They are the same as those of the login API, but the cookie alone authenticates them.
//! The CSRF token of forms is derived from the cookie, so it is not stored.

use std::net::IpAddr;

use outbound_auth::{Secret, secret_hash};
use outbound_model::{AccountId, AuditAction, Role, Username};
use outbound_store::{Session, User};
use serde_json::json;

use crate::sessions::le_bearer::is_live;
use crate::sessions::{AuthenticatedUser, IDLE_SECONDS};
use crate::{
    AccessError, App, AppError, ChangeOwnPassword, Grant, LoginRejection, LoginRequest, Right,
    log_unreported_error,
};

/// Purpose of the CSRF token; see [`outbound_auth::InstallationKey::mark`].
const CSRF_PURPOSE: &str = "form of a web session";
/// Minimum time between extensions of a session, so that few requests write.
const MIN_EXTEND_INTERVAL_SECONDS: i64 = 5 * 60;

/// The user of a web session.
#[derive(Clone, Debug)]
pub struct LoggedInUser {
    /// The account.
    pub account: AccountId,
    /// The login name.
    pub name: Username,
    /// The role.
    pub role: Role,
}

/// An authenticated web session.
#[derive(Clone, Debug)]
pub struct WebSession {
    user: LoggedInUser,
    csrf: Secret,
    session: Session,
}

impl WebSession {
    /// The user of the session.
    pub fn user(&self) -> &LoggedInUser {
        &self.user
    }

    /// The CSRF token that every form of the session must contain.
    pub fn csrf(&self) -> &Secret {
        &self.csrf
    }

    /// Whether the user has the right `R`.
    pub fn may<R: Right>(&self) -> bool {
        R::ROLES.contains(&self.user.role)
    }

    /// Grants the right `R`, or returns an error if the user's role does not include it.
    pub fn grant<R: Right>(&self) -> Result<Grant<R>, AccessError> {
        if !self.may::<R>() {
            return Err(AccessError::NoRight);
        }
        Ok(Grant::new(self.user.account.clone(), self.user.name.to_string()))
    }
}

/// A new web session.
#[derive(Clone, Debug)]
pub struct WebLogin {
    /// The value of the cookie: account and secret.
    pub cookie: Secret,
    /// The session.
    pub session: WebSession,
}

impl App {
    /// Checks a password and opens a web session. Failures count for the same lockout as those of the login API.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn log_in_web(&self, request: LoginRequest) -> Result<WebLogin, LoginRejection> {
        let user = self.authenticate_user(request).await?;
        self.open_web_login(user).await
    }

    /// Opens a web session for an authenticated user.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn open_web_login(&self, user: AuthenticatedUser) -> Result<WebLogin, LoginRejection> {
        let account = user.account.clone();
        let login = self.open_login(user).await?;
        self.web_login(&account, &login.cookie).await
    }

    /// The session of a cookie, which is extended from time to time.
    pub async fn web_session(&self, cookie: &Secret) -> Result<WebSession, AppError> {
        let (account, secret) = parse_cookie(cookie).ok_or(AccessError::SessionOver)?;
        let found = self.store.session_of_cookie(&account, &secret_hash(&secret)).await?;
        let found = found.filter(|found| is_live(found, self.clock.now())).ok_or(AccessError::SessionOver)?;
        let session = self.extend_if_due(&account, found.session).await?;
        let User { name, role, .. } = found.user;
        let csrf = self.installation.mark(CSRF_PURPOSE, cookie);
        Ok(WebSession { user: LoggedInUser { account, name, role }, csrf, session })
    }

    /// Authenticates a cookie and grants the right `R` in the account of its session.
    pub async fn authorize_web<R: Right>(&self, cookie: &Secret) -> Result<Grant<R>, AppError> {
        Ok(self.web_session(cookie).await?.grant()?)
    }

    /// Whether `token` is the CSRF token of the cookie's session.
    pub fn is_form_token(&self, cookie: &Secret, token: &Secret) -> bool {
        self.installation.is_mark(CSRF_PURPOSE, cookie, token)
    }

    /// Ends a web session.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn log_out_web(&self, session: &WebSession) -> Result<(), AppError> {
        self.end_session(&session.user.account, &session.session).await
    }

    /// Changes the password of a user who knows the old one. All sessions of the user end, and a new one is opened;
    /// `None` if that failed after the change was committed. Of two concurrent changes one succeeds; the other fails, because its old password is wrong by then.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn change_own_password(
        &self,
        grant: &Grant<ChangeOwnPassword>,
        old: Secret,
        new: Secret,
        address: IpAddr,
    ) -> Result<Option<WebLogin>, LoginRejection> {
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
            return Err(LoginRejection::Credentials);
        }
        transaction.set_password(&user.id, &password_hash).await.map_err(AppError::from)?;
        let entry = self.audit_entry(grant, AuditAction::PasswordChanged, &user.name, &json!({}));
        transaction.audit(&entry).await.map_err(AppError::from)?;
        self.commit(&account, transaction.commit()).await?;
        tracing::info!(%account, user = %user.name, %address, "a user changed their password");
        match self.open_changed_login(&account, User { password_hash, ..user }).await {
            Ok(login) => Ok(Some(login)),
            Err(error) => {
                log_unreported_error("a session after a password change", &error);
                Ok(None)
            }
        }
    }

    async fn open_changed_login(&self, account: &AccountId, user: User) -> Result<WebLogin, LoginRejection> {
        let login = self.open_session(account, user).await?;
        self.web_login(account, &login.cookie).await
    }

    async fn web_login(&self, account: &AccountId, secret: &Secret) -> Result<WebLogin, LoginRejection> {
        let cookie = Secret::new(format!("{account}.{}", secret.expose()));
        let session = self.web_session(&cookie).await?;
        Ok(WebLogin { cookie, session })
    }

    async fn extend_if_due(&self, account: &AccountId, session: Session) -> Result<Session, AppError> {
        let fresh_until = session.idle_until.plus_seconds(MIN_EXTEND_INTERVAL_SECONDS - IDLE_SECONDS);
        if self.clock.now() < fresh_until || session.idle_until == session.expires_at {
            return Ok(session);
        }
        self.extend_session(account, session).await
    }
}

/// Splits a cookie into account and secret.
fn parse_cookie(cookie: &Secret) -> Option<(AccountId, Secret)> {
    let (account, secret) = cookie.expose().split_once('.')?;
    Some((account.parse().ok()?, Secret::new(secret)))
}
