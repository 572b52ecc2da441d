//! Errors while setting up a test's environment. Each message says what to do.

use std::fmt;
use std::io;
use std::process::ExitStatus;
use std::time::Duration;

/// The test environment could not be set up.
#[derive(thiserror::Error)]
pub enum Error {
    /// No folder contains PostgreSQL's server programs.
    #[error(
        "PostgreSQL's server programs (initdb, postgres, createdb) are in none of the folders searched \
         ({searched}); install them: `apt-get install postgresql` on Debian and Ubuntu, \
         `dnf install postgresql-server` on Fedora, `brew install postgresql` on macOS"
    )]
    NotInstalled {
        /// The searched folders, separated by commas.
        searched: String,
    },
    /// PostgreSQL refuses to run as root, and no unprivileged user exists.
    #[error("PostgreSQL refuses to run as root, and /etc/passwd has neither `postgres` nor `nobody`")]
    NoUser,
    /// An operation failed with an I/O error.
    #[error("cannot {attempt}: {source}")]
    Io {
        /// The operation, as a phrase that follows "cannot".
        attempt: String,
        /// The error of the operating system.
        source: io::Error,
    },
    /// A program exited unexpectedly or with an error.
    #[error("{program} ended with {status}:\n{output}")]
    Ended {
        /// The program's name.
        program: String,
        /// The exit status.
        status: ExitStatus,
        /// The program's output.
        output: String,
    },
    /// A program did not reach the expected state in time.
    #[error("{program} did not {expected} within {} s:\n{output}", limit.as_secs())]
    Late {
        /// The program's name.
        program: String,
        /// The expected event, as a phrase that follows "did not".
        expected: &'static str,
        /// The timeout.
        limit: Duration,
        /// The program's output.
        output: String,
    },
}

impl fmt::Debug for Error {
    /// Same as `Display`, because `unwrap` in tests prints the `Debug` form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Converts an I/O error, adding the attempted operation.
pub(crate) fn cannot(attempt: impl Into<String>) -> impl FnOnce(io::Error) -> Error {
    let attempt = attempt.into();
    |source| Error::Io { attempt, source }
}
