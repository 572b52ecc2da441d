//! What can go wrong before a test begins, said so that the reader knows what to do.

use std::fmt;
use std::io;
use std::process::ExitStatus;
use std::time::Duration;

/// A test's surroundings that could not be set up.
#[derive(thiserror::Error)]
pub enum Error {
    /// No folder holds PostgreSQL's server programs.
    #[error(
        "PostgreSQL's server programs (initdb, postgres, createdb) are in none of the folders searched \
         ({searched}); install them: `apt-get install postgresql` on Debian and Ubuntu, \
         `dnf install postgresql-server` on Fedora, `brew install postgresql` on macOS"
    )]
    NotInstalled {
        /// The folders, separated by commas.
        searched: String,
    },
    /// PostgreSQL refuses to run as root, and there is no other user.
    #[error("PostgreSQL refuses to run as root, and /etc/passwd has neither `postgres` nor `nobody`")]
    NoUser,
    /// The system refused something.
    #[error("cannot {attempt}: {source}")]
    Io {
        /// What was attempted, as a phrase that follows "cannot".
        attempt: String,
        /// The system's answer.
        source: io::Error,
    },
    /// A program ended though it should have gone on or ended well.
    #[error("{program} ended with {status}:\n{output}")]
    Ended {
        /// The program's name.
        program: String,
        /// How it ended.
        status: ExitStatus,
        /// What it printed.
        output: String,
    },
    /// A program did not do in time what was waited for.
    #[error("{program} did not {expected} within {} s:\n{output}", limit.as_secs())]
    Late {
        /// The program's name.
        program: String,
        /// What was waited for, as a phrase that follows "did not".
        expected: &'static str,
        /// How long was waited.
        limit: Duration,
        /// What it printed.
        output: String,
    },
}

impl fmt::Debug for Error {
    /// As for people: tests show it by `unwrap`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Turns a system's error into ours, with what was attempted.
pub(crate) fn cannot(attempt: impl Into<String>) -> impl FnOnce(io::Error) -> Error {
    let attempt = attempt.into();
    |source| Error::Io { attempt, source }
}
