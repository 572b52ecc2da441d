//! Setup: creates the first administrator of an installation for a caller with the code that the server printed at
//! the start.
//!
//! The hash of the code is in memory only. The code is valid on the node that printed it, for a limited number of
//! guesses, while no account has an administrator.

use std::sync::{Mutex, PoisonError};

use outbound_auth::{Secret, random_secret, secret_hash, secret_matches};
use outbound_model::{AccountId, Role, Username};

use crate::credentials::users::validate_password;
use crate::{App, AppError, Grant, ManageCredentials, NewUser};

/// After this many wrong codes, setup is closed until the server is restarted.
const MAX_GUESSES: u32 = 10;
/// Hexadecimal digits of a code: 80 bits, few enough to type.
const DIGITS: usize = 20;
/// Digits between two hyphens of the printed code.
const GROUP: usize = 5;

/// The administrator to create.
#[derive(Clone, Debug)]
pub struct FirstAdministrator {
    /// The account; created if it does not exist.
    pub account: AccountId,
    /// The login name.
    pub name: Username,
    /// The password.
    pub password: Secret,
}

/// Why no administrator was created.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// There is an administrator, no code was printed, or there were too many wrong codes.
    #[error("there is nothing to set up")]
    Closed,
    /// The code is wrong.
    #[error("The code is wrong; the server printed the current one when it was last started")]
    Code,
    /// Any other error.
    #[error(transparent)]
    App(#[from] AppError),
}

/// The printed code, if it is still valid.
#[derive(Default)]
pub(crate) struct Setup {
    code: Mutex<Option<Code>>,
    /// Held while an administrator is created, so that the code creates only one.
    creating: tokio::sync::Mutex<()>,
}

struct Code {
    hash: Vec<u8>,
    guesses_left: u32,
}

impl Setup {
    fn code(&self) -> std::sync::MutexGuard<'_, Option<Code>> {
        self.code.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Checks a guess and counts wrong ones.
    fn check(&self, guess: &Secret) -> Result<(), SetupError> {
        let mut valid_code = self.code();
        let code = valid_code.as_mut().ok_or(SetupError::Closed)?;
        if secret_matches(&normalize_code(guess), &code.hash) {
            return Ok(());
        }
        code.guesses_left -= 1;
        if code.guesses_left == 0 {
            *valid_code = None;
        }
        Err(SetupError::Code)
    }
}

impl App {
    /// Creates a new code, to be printed now. `None` if there is an administrator.
    pub async fn offer_setup(&self) -> Result<Option<Secret>, AppError> {
        if self.store.has_administrator().await? {
            return Ok(None);
        }
        let random = random_secret(&*self.generator);
        let digits: Vec<_> = random.expose().chars().take(DIGITS).collect();
        let groups: Vec<String> = digits.chunks(GROUP).map(|group| group.iter().collect()).collect();
        let code = Secret::new(groups.join("-"));
        *self.setup.code() =
            Some(Code { hash: secret_hash(&normalize_code(&code)), guesses_left: MAX_GUESSES });
        Ok(Some(code))
    }

    /// Whether a caller with the code could create the first administrator now.
    pub async fn setup_is_open(&self) -> Result<bool, AppError> {
        let has_code = self.setup.code().is_some();
        Ok(has_code && !self.store.has_administrator().await?)
    }

    /// Creates the first administrator, and the account if it does not exist. The code becomes invalid only after the
    /// commit, so that it can be used again after an error.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn set_up(&self, guess: &Secret, first: FirstAdministrator) -> Result<(), SetupError> {
        validate_password(&first.password).map_err(AppError::from)?;
        if !self.setup_is_open().await? {
            return Err(SetupError::Closed);
        }
        self.setup.check(guess)?;
        let _creating = self.setup.creating.lock().await;
        // Another request with the code may have been faster.
        if !self.setup_is_open().await? {
            return Err(SetupError::Closed);
        }
        self.create_first_administrator(first).await?;
        *self.setup.code() = None;
        Ok(())
    }

    async fn create_first_administrator(&self, first: FirstAdministrator) -> Result<(), AppError> {
        let FirstAdministrator { account, name, password } = first;
        match self.create_account(account.clone()).await {
            Ok(_) | Err(AppError::AccountExists(_)) => {}
            Err(error) => return Err(error),
        }
        let grant: Grant<ManageCredentials> = Grant::new(account, "setup".to_owned());
        self.create_user(&grant, NewUser { name, role: Role::Administrator, password }).await.map(drop)
    }
}

/// Ignores case, hyphens and spaces of a typed code.
fn normalize_code(code: &Secret) -> Secret {
    let digits = code.expose().chars().filter(|c| *c != '-' && !c.is_whitespace());
    Secret::new(digits.map(|c| c.to_ascii_lowercase()).collect::<String>())
}
