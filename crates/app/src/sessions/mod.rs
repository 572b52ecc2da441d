//! Login, refresh and logout of people (contract §2.3; numbers of design §5).

mod failures;
mod le_bearer;
mod lockout;
mod lockout_audit;
#[cfg(test)]
mod lockout_tests;
mod web_sessions;

pub(crate) use lockout::Lockout;
pub use web_sessions::{SignedInUser, WebLogin, WebSession};

use std::net::IpAddr;

use outbound_auth::{Secret, random_secret, secret_hash, secret_matches};
use outbound_model::{AccountId, Timestamp, Username, random_u64};
use outbound_store::{Session, User};

use crate::credentials::Requester;
use crate::sessions::failures::Attempt;
use crate::sessions::le_bearer::is_live;
use crate::{App, AppError};

/// How long a session lives, however often it is refreshed.
pub const SESSION_SECONDS: i64 = 8 * 3600;
/// How long it lives from login or refresh on.
pub(crate) const IDLE_SECONDS: i64 = 3600;

/// Who wants to log in, as it was sent.
#[derive(Clone, Debug)]
pub struct LoginRequest {
    /// The account in the path.
    pub account: AccountId,
    /// The login name.
    pub username: String,
    /// The password.
    pub password: Secret,
    /// Where the request comes from.
    pub address: IpAddr,
}

/// A session just opened, with the secrets that are shown this once.
#[derive(Clone, Debug)]
pub struct Login {
    /// Whose it is.
    pub user: User,
    /// For the calls of the API.
    pub bearer: Secret,
    /// For refresh and logout.
    pub cookie: Secret,
    /// What must come with the cookie.
    pub csrf: Secret,
    /// A number of this session, of no secrecy.
    pub wsuk: u64,
    /// When it was opened.
    pub at: Timestamp,
}

/// Why nobody is logged in, refreshed or logged out.
#[derive(Debug, thiserror::Error)]
pub enum LoginRefusal {
    /// No such account or user, revoked, or a wrong password; nobody is told which.
    #[error("Bad authentication: the account, the user or the password is wrong")]
    Credentials,
    /// Too many failures of this login from this address.
    #[error("Too many failed logins; try again later")]
    Locked {
        /// How long to wait.
        seconds: i64,
    },
    /// More logins at once than this process takes.
    #[error("Too many logins; try again later")]
    Busy,
    /// No such session, or it is over.
    #[error("The session has ended; log in again")]
    SessionOver,
    /// The cookie is right, but the token that must come with it is not.
    #[error("CSRF token invalid! The csrf of the login must come with its cookie")]
    Csrf,
    /// No answer is possible.
    #[error(transparent)]
    App(#[from] AppError),
}

/// Somebody who has proven the password of a user.
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

/// Somebody who has proven the cookie of an open session and its csrf token.
#[derive(Debug)]
pub struct AuthenticatedSession {
    account: AccountId,
    session: Session,
}

impl App {
    /// Opens a session: [`authenticate_user`](Self::authenticate_user) and [`open_login`](Self::open_login).
    pub async fn log_in(&self, request: LoginRequest) -> Result<Login, LoginRefusal> {
        let proven = self.authenticate_user(request).await?;
        self.open_login(proven).await
    }

    /// Checks a password. Takes the same time whether or not there is such a user. Opens no session yet, so
    /// that a budget can be checked first.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn authenticate_user(&self, request: LoginRequest) -> Result<AuthenticatedUser, LoginRefusal> {
        let (account, address) = (request.account.clone(), request.address);
        let user = self.verify_password(request).await?;
        Ok(AuthenticatedUser { account, user, address })
    }

    /// Opens the session.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn open_login(&self, proven: AuthenticatedUser) -> Result<Login, LoginRefusal> {
        let AuthenticatedUser { account, user, address } = proven;
        let login = self.open_session(&account, user).await?;
        tracing::info!(%account, user = %login.user.name, %address, "logged in");
        Ok(login)
    }

    /// The user whose password it is; failures count, and lock out.
    pub(crate) async fn verify_password(&self, request: LoginRequest) -> Result<User, LoginRefusal> {
        let LoginRequest { account, username, password, address } = request;
        let attempt = Attempt { account: &account, username: &username, address };
        let pending = self.lockout.admit(attempt, &*self.clock).await?;
        let outcome = self.user_with(attempt, password).await;
        match &outcome {
            Ok(_) => pending.succeeded(),
            Err(LoginRefusal::Credentials) => pending.failed(self.clock.monotonic()),
            Err(_) => {}
        }
        outcome
    }

    async fn user_with(&self, attempt: Attempt<'_>, password: Secret) -> Result<User, LoginRefusal> {
        let user = match attempt.username.parse::<Username>() {
            Ok(name) => {
                self.store.read_credentials(attempt.account).user(&name).await.map_err(AppError::from)?
            }
            Err(_) => None,
        };
        let user = user.filter(|user| user.revoked_at.is_none());
        // Not before the user is read: whoever waits for the database holds no permit that others need.
        let permit = self.passwords.permit(attempt.account, Requester::at(attempt.address)).await?;
        let hash = user.as_ref().map(|user| user.password_hash.clone());
        let matches = permit.password_matches(password, hash).await?;
        user.filter(|_| matches).ok_or(LoginRefusal::Credentials)
    }

    pub(crate) async fn open_session(&self, account: &AccountId, user: User) -> Result<Login, LoginRefusal> {
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
            return Err(LoginRefusal::Credentials);
        }
        let wsuk = random_u64(&*self.generator);
        Ok(Login { user, bearer, cookie, csrf, wsuk, at })
    }

    /// Moves the idle end of a session; answers the session.
    pub async fn refresh_session(
        &self,
        account: &AccountId,
        cookie: &Secret,
        csrf: &Secret,
    ) -> Result<Session, LoginRefusal> {
        let proven = self.authenticate_session(account, cookie, csrf).await?;
        Ok(self.refresh(proven).await?)
    }

    /// Moves the idle end of a session; answers the session.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn refresh(&self, proven: AuthenticatedSession) -> Result<Session, AppError> {
        self.extend_session(&proven.account, proven.session).await
    }

    /// Moves the idle end of a session that is open.
    pub(crate) async fn extend_session(
        &self,
        account: &AccountId,
        mut session: Session,
    ) -> Result<Session, AppError> {
        session.idle_until = self.clock.now().plus_seconds(IDLE_SECONDS).min(session.expires_at);
        self.store.extend_session(account, &session.cookie_hash, session.idle_until).await?;
        Ok(session)
    }

    /// Ends a session: its bearer is refused from now on.
    pub async fn log_out(
        &self,
        account: &AccountId,
        cookie: &Secret,
        csrf: &Secret,
    ) -> Result<(), LoginRefusal> {
        let proven = self.authenticate_session(account, cookie, csrf).await?;
        Ok(self.end(proven).await?)
    }

    /// Ends a session: its bearer is refused from now on.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn end(&self, proven: AuthenticatedSession) -> Result<(), AppError> {
        self.end_session(&proven.account, &proven.session).await
    }

    /// Ends a session, whoever may.
    pub(crate) async fn end_session(&self, account: &AccountId, session: &Session) -> Result<(), AppError> {
        Ok(self.store.end_session(account, &session.cookie_hash).await?)
    }

    /// Checks the cookie of a session and its csrf token.
    pub async fn authenticate_session(
        &self,
        account: &AccountId,
        cookie: &Secret,
        csrf: &Secret,
    ) -> Result<AuthenticatedSession, LoginRefusal> {
        let found = self.store.session_of_cookie(account, &secret_hash(cookie)).await;
        let found = found.map_err(AppError::from)?.filter(|found| is_live(found, self.clock.now()));
        let found = found.ok_or(LoginRefusal::SessionOver)?;
        if !secret_matches(csrf, &found.session.csrf_hash) {
            return Err(LoginRefusal::Csrf);
        }
        Ok(AuthenticatedSession { account: account.clone(), session: found.session })
    }
}
