//! Finds PostgreSQL's server programs and the user to run them as.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Error, cannot};

const REQUIRED: [&str; 4] = ["initdb", "postgres", "createdb", "psql"];

/// The programs of one PostgreSQL installation.
#[derive(Clone, Debug)]
pub(crate) struct Programs {
    folder: PathBuf,
    /// User and group to run the server as, set if this process is root.
    run_as: Option<(u32, u32)>,
}

impl Programs {
    /// Searches the folder that `pg_config` reports, then Debian's folders (newest version first), then `PATH`.
    pub(crate) fn find() -> Result<Self, Error> {
        let candidates: Vec<PathBuf> = configured().into_iter().chain(debian()).chain(on_path()).collect();
        let is_complete = |folder: &&PathBuf| REQUIRED.iter().all(|program| folder.join(program).is_file());
        let Some(folder) = candidates.iter().find(is_complete) else {
            let searched = candidates.iter().map(|f| f.display().to_string()).collect::<Vec<_>>().join(", ");
            return Err(Error::NotInstalled { searched });
        };
        let run_as = if rustix::process::geteuid().is_root() { Some(unprivileged()?) } else { None };
        Ok(Self { folder: folder.clone(), run_as })
    }

    /// A client program, without the caller's environment variables (`PGHOST`, `PGOPTIONS`, …).
    pub(crate) fn client(&self, program: &str) -> Command {
        let mut command = Command::new(self.folder.join(program));
        command.env_clear().env("LC_ALL", "C");
        command
    }

    /// A server program: like [`Self::client`], but never run as root.
    pub(crate) fn server(&self, program: &str) -> Command {
        let mut command = self.client(program);
        if let Some((user, group)) = self.run_as {
            command.uid(user).gid(group);
        }
        command
    }

    /// Changes the owner of a folder to the user that the server runs as.
    pub(crate) fn hand_over(&self, folder: &Path) -> Result<(), Error> {
        let Some((user, group)) = self.run_as else { return Ok(()) };
        chown(folder, Some(user), Some(group)).map_err(cannot(format!("hand over {}", folder.display())))
    }
}

fn configured() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
}

fn debian() -> Vec<PathBuf> {
    let version = |entry: &fs::DirEntry| entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok());
    let mut found: Vec<_> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((version(&entry)?, entry.path().join("bin"))))
        .collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.into_iter().map(|(_, folder)| folder).collect()
}

fn on_path() -> Vec<PathBuf> {
    let path = env::var_os("PATH");
    env::split_paths(path.as_deref().unwrap_or(OsStr::new(""))).collect()
}

/// User and group of `postgres`, or else of `nobody`.
fn unprivileged() -> Result<(u32, u32), Error> {
    let users = fs::read_to_string("/etc/passwd").map_err(cannot("read /etc/passwd"))?;
    ["postgres", "nobody"].iter().find_map(|name| ids(&users, name)).ok_or(Error::NoUser)
}

/// Parses user and group from lines of passwd(5): `name:password:uid:gid:…`.
fn ids(users: &str, name: &str) -> Option<(u32, u32)> {
    let line = users.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    let mut fields = line.split(':').skip(1);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_found_by_their_full_name() {
        let users =
            "root:x:0:0::/root:/bin/sh\npostgresql:x:7:7::/:\npostgres:x:101:104::/:\nodd:x:a:b::/:\n";
        for (name, expected) in
            [("root", Some((0, 0))), ("postgres", Some((101, 104))), ("post", None), ("odd", None)]
        {
            assert_eq!(ids(users, name), expected, "{name}");
        }
    }

    #[test]
    fn the_error_for_a_missing_server_says_what_to_install() {
        let error = Error::NotInstalled { searched: "/a, /b".to_owned() };
        assert!(format!("{error:?}").contains("apt-get install postgresql"), "{error}");
    }
}
