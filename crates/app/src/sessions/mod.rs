//! Login, refresh and logout of users (contract §2.3).

mod failures;
mod le_bearer;
mod lockout;
mod lockout_audit;
#[cfg(test)]
mod lockout_tests;
mod web_sessions;

pub(crate) use lockout::Lockout;
pub use web_sessions::{LoggedInUser, WebLogin, WebSession};

use std::net::IpAddr;

use outbound_auth::{Secret, random_secret, secret_hash, secret_matches};
use outbound_model::{AccountId, Timestamp, Username, random_u64};
use outbound_store::{Session, User};

use crate::credentials::Requester;
use crate::sessions::failures::LoginAttempt;
use crate::sessions::le_bearer::is_live;
use crate::{App, AppError};

/// Maximum duration of a session.
pub const SESSION_SECONDS: i64 = 8 * 3600;
/// Duration of a session without a refresh.
pub(crate) const IDLE_SECONDS: i64 = 3600;

/// A login request, as received.
#[derive(Clone, Debug)]
pub struct LoginRequest {
    /// The account in the path.
    pub account: AccountId,
    /// The login name.
    pub username: String,
    /// The password.
    pub password: Secret,
    /// The client's address.
    pub address: IpAddr,
}

/// A new session with its secrets, which are returned only this once.
#[derive(Clone, Debug)]
pub struct Login {
    /// The user of the session.
    pub user: User,
    /// The bearer token for API requests.
    pub bearer: Secret,
    /// The cookie for refresh and logout.
    pub cookie: Secret,
    /// The token that must accompany the cookie.
    pub csrf: Secret,
    /// A random number that identifies the session; not secret.
    pub wsuk: u64,
    /// When the session was opened.
    pub at: Timestamp,
}

/// Why a login, refresh or logout failed.
#[derive(Debug, thiserror::Error)]
pub enum LoginRejection {
    /// The account or user is unknown, the user is revoked, or the password is wrong. The error does not say which.
    #[error("Bad authentication: the account, the user or the password is wrong")]
    Credentials,
    /// The login is locked out because of too many failures from this network.
    #[error("Too many failed logins; try again later")]
    Locked {
        /// Seconds until the lockout ends.
        seconds: i64,
    },
    /// Too many concurrent logins.
    #[error("Too many logins; try again later")]
    Busy,
    /// The session is unknown or has ended.
    #[error("The session has ended; log in again")]
    SessionOver,
    /// The cookie is valid, but the CSRF token is not.
    #[error("CSRF token invalid! The csrf of the login must come with its cookie")]
    Csrf,
    /// Any other error.
    #[error(transparent)]
    App(#[from] AppError),
}

/// A user whose password was verified.
#[derive(Debug)]
pub struct AuthenticatedUser {
    pub(crate) account: AccountId,
    user: User,
    address: IpAddr,
}

impl AuthenticatedUser {
    /// The login name.
    pub fn name(&self) -> &Username {
        &self.user.name
    }
}

/// An open session whose cookie and CSRF token were verified.
#[derive(Debug)]
pub struct AuthenticatedSession {
    account: AccountId,
    session: Session,
}

impl App {
    /// Checks a password and opens a session.
    pub async fn log_in(&self, request: LoginRequest) -> Result<Login, LoginRejection> {
        let user = self.authenticate_user(request).await?;
        self.open_login(user).await
    }

    /// Checks a password. Takes the same time whether or not the user exists. Opens no session yet, so that the
    /// caller can check a budget first.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn authenticate_user(
        &self,
        request: LoginRequest,
    ) -> Result<AuthenticatedUser, LoginRejection> {
        let (account, address) = (request.account.clone(), request.address);
        let user = self.verify_password(request).await?;
        Ok(AuthenticatedUser { account, user, address })
    }

    /// Opens a session for an authenticated user.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn open_login(&self, authenticated: AuthenticatedUser) -> Result<Login, LoginRejection> {
        let AuthenticatedUser { account, user, address } = authenticated;
        let login = self.open_session(&account, user).await?;
        tracing::info!(%account, user = %login.user.name, %address, "logged in");
        Ok(login)
    }

    /// Checks a password and returns the user. Counts failures for the lockout.
    pub(crate) async fn verify_password(&self, request: LoginRequest) -> Result<User, LoginRejection> {
        let LoginRequest { account, username, password, address } = request;
        let attempt = LoginAttempt { account: &account, username: &username, address };
        let admitted = self.lockout.admit(attempt, &*self.clock).await?;
        let outcome = self.check_password(attempt, password).await;
        match &outcome {
            Ok(_) => admitted.succeeded(),
            Err(LoginRejection::Credentials) => admitted.failed(self.clock.monotonic()),
            Err(_) => {}
        }
        outcome
    }

    async fn check_password(
        &self,
        attempt: LoginAttempt<'_>,
        password: Secret,
    ) -> Result<User, LoginRejection> {
        let user = match attempt.username.parse::<Username>() {
            Ok(name) => self.store.read_credentials(attempt.account).user(&name).await,
            Err(_) => Ok(None),
        };
        let user = user.map_err(AppError::from)?.filter(|user| user.revoked_at.is_none());
        // After the user is read, so that no permit is held while waiting for the database.
        let permit = self.passwords.permit(attempt.account, Requester::at(attempt.address)).await?;
        let hash = user.as_ref().map(|user| user.password_hash.clone());
        let matches = permit.password_matches(password, hash).await?;
        user.filter(|_| matches).ok_or(LoginRejection::Credentials)
    }

    pub(crate) async fn open_session(
        &self,
        account: &AccountId,
        user: User,
    ) -> Result<Login, LoginRejection> {
        let at = self.clock.now();
        let [bearer, cookie, csrf] = std::array::from_fn(|_| random_secret(&*self.generator));
        let session = Session {
            cookie_hash: secret_hash(&cookie),
            csrf_hash: secret_hash(&csrf),
            bearer_hash: secret_hash(&bearer),
            user: user.id.clone(),
            created_at: at,
            expires_at: at.plus_seconds(SESSION_SECONDS),
            idle_until: at.plus_seconds(IDLE_SECONDS),
        };
        let opened = self.store.open_session(account, &session, &user.password_hash).await;
        if !opened.map_err(AppError::from)? {
            return Err(LoginRejection::Credentials);
        }
        let wsuk = random_u64(&*self.generator);
        Ok(Login { user, bearer, cookie, csrf, wsuk, at })
    }

    /// Authenticates a session and extends it.
    pub async fn refresh_session(
        &self,
        account: &AccountId,
        cookie: &Secret,
        csrf: &Secret,
    ) -> Result<Session, LoginRejection> {
        let session = self.authenticate_session(account, cookie, csrf).await?;
        Ok(self.refresh(session).await?)
    }

    /// Extends an authenticated session.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn refresh(&self, authenticated: AuthenticatedSession) -> Result<Session, AppError> {
        self.extend_session(&authenticated.account, authenticated.session).await
    }

    /// Extends an open session from now on, up to its maximum duration.
    pub(crate) async fn extend_session(
        &self,
        account: &AccountId,
        mut session: Session,
    ) -> Result<Session, AppError> {
        session.idle_until = self.clock.now().plus_seconds(IDLE_SECONDS).min(session.expires_at);
        self.store.extend_session(account, &session.cookie_hash, session.idle_until).await?;
        Ok(session)
    }

    /// Authenticates a session and ends it. Its bearer is rejected from now on.
    pub async fn log_out(
        &self,
        account: &AccountId,
        cookie: &Secret,
        csrf: &Secret,
    ) -> Result<(), LoginRejection> {
        let session = self.authenticate_session(account, cookie, csrf).await?;
        Ok(self.end(session).await?)
    }

    /// Ends an authenticated session. Its bearer is rejected from now on.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn end(&self, authenticated: AuthenticatedSession) -> Result<(), AppError> {
        self.end_session(&authenticated.account, &authenticated.session).await
    }

    /// Ends a session.
    pub(crate) async fn end_session(&self, account: &AccountId, session: &Session) -> Result<(), AppError> {
        Ok(self.store.end_session(account, &session.cookie_hash).await?)
    }

    /// Checks the cookie and the CSRF token of a session.
    pub async fn authenticate_session(
        &self,
        account: &AccountId,
        cookie: &Secret,
        csrf: &Secret,
    ) -> Result<AuthenticatedSession, LoginRejection> {
        let found = self.store.session_of_cookie(account, &secret_hash(cookie)).await;
        let found = found.map_err(AppError::from)?.filter(|found| is_live(found, self.clock.now()));
        let found = found.ok_or(LoginRejection::SessionOver)?;
        if !secret_matches(csrf, &found.session.csrf_hash) {
            return Err(LoginRejection::Csrf);
        }
        Ok(AuthenticatedSession { account: account.clone(), session: found.session })
    }
}
