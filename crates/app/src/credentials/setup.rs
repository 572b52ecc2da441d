//! The first administrator of an installation: made by whoever has the code that the server showed
//! its operator when it started.
//!
//! The code is in memory only, as a hash, and open to few guesses. It is good while no account has an
//! administrator, on the node that showed it.

use std::sync::{Mutex, PoisonError};

use outbound_auth::{Secret, random_secret, secret_hash, secret_matches};
use outbound_model::{AccountId, Role, Username};

use crate::credentials::users::good_password;
use crate::{App, AppError, Grant, ManageCredentials, NewUser};

/// So many wrong codes end the setup until the server starts again.
const MAX_GUESSES: u32 = 10;
/// Hexadecimal digits of a code: 80 bits, few enough to type.
const DIGITS: usize = 20;
/// The digits of a group, as the code is shown.
const GROUP: usize = 5;

/// Who is to be made.
#[derive(Clone, Debug)]
pub struct FirstAdministrator {
    /// The account; made if it is not there.
    pub account: AccountId,
    /// The login name.
    pub name: Username,
    /// The password.
    pub password: Secret,
}

/// Why no administrator was made.
#[derive(Debug, thiserror::Error)]
pub enum SetupRefusal {
    /// There is one, no code was shown, or it was guessed at too often.
    #[error("there is nothing to set up")]
    Closed,
    /// The code is wrong.
    #[error("The code is wrong: it stands in the server's output since it last started")]
    Code,
    /// Anything else.
    #[error(transparent)]
    App(#[from] AppError),
}

/// The code that was shown, if it is still good.
#[derive(Default)]
pub(crate) struct Setup {
    code: Mutex<Option<Code>>,
    /// Held while an administrator is made, so that the code makes one.
    making: tokio::sync::Mutex<()>,
}

struct Code {
    hash: Vec<u8>,
    guesses_left: u32,
}

impl Setup {
    fn code(&self) -> std::sync::MutexGuard<'_, Option<Code>> {
        self.code.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this is the code; a wrong guess counts.
    fn check(&self, guess: &Secret) -> Result<(), SetupRefusal> {
        let mut shown = self.code();
        let code = shown.as_mut().ok_or(SetupRefusal::Closed)?;
        if secret_matches(&bare(guess), &code.hash) {
            return Ok(());
        }
        code.guesses_left -= 1;
        if code.guesses_left == 0 {
            *shown = None;
        }
        Err(SetupRefusal::Code)
    }
}

impl App {
    /// A new code for the operator, who is to see it now; `None` where there is an administrator.
    pub async fn offer_setup(&self) -> Result<Option<Secret>, AppError> {
        if self.store.has_administrator().await? {
            return Ok(None);
        }
        let random = random_secret(&*self.generator);
        let digits: Vec<_> = random.expose().chars().take(DIGITS).collect();
        let groups: Vec<String> = digits.chunks(GROUP).map(|group| group.iter().collect()).collect();
        let shown = Secret::new(groups.join("-"));
        *self.setup.code() = Some(Code { hash: secret_hash(&bare(&shown)), guesses_left: MAX_GUESSES });
        Ok(Some(shown))
    }

    /// Whether somebody with the code could make the first administrator now.
    pub async fn setup_is_open(&self) -> Result<bool, AppError> {
        let shown = self.setup.code().is_some();
        Ok(shown && !self.store.has_administrator().await?)
    }

    /// Makes the first administrator, and the account where it is not there. The code is spent once that is
    /// committed: whatever breaks off before leaves it good.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn set_up(&self, guess: &Secret, first: FirstAdministrator) -> Result<(), SetupRefusal> {
        good_password(&first.password).map_err(AppError::from)?;
        if !self.setup_is_open().await? {
            return Err(SetupRefusal::Closed);
        }
        self.setup.check(guess)?;
        let _making = self.setup.making.lock().await;
        // Somebody else with the code may have been faster.
        if !self.setup_is_open().await? {
            return Err(SetupRefusal::Closed);
        }
        self.make_first(first).await?;
        *self.setup.code() = None;
        Ok(())
    }

    async fn make_first(&self, first: FirstAdministrator) -> Result<(), AppError> {
        let FirstAdministrator { account, name, password } = first;
        match self.create_account(account.clone()).await {
            Ok(_) | Err(AppError::AccountExists(_)) => {}
            Err(error) => return Err(error),
        }
        let grant: Grant<ManageCredentials> = Grant::new(account, "setup".to_owned());
        self.create_user(&grant, NewUser { name, role: Role::Administrator, password }).await.map(drop)
    }
}

/// As people type it: in whatever case, with or without hyphens and blanks.
fn bare(code: &Secret) -> Secret {
    let digits = code.expose().chars().filter(|c| *c != '-' && !c.is_whitespace());
    Secret::new(digits.map(|c| c.to_ascii_lowercase()).collect::<String>())
}
