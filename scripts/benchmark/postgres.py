"""The benchmark's own PostgreSQL server, with the default durability."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path

from processes import Failed, Process, run

SUPERUSER = "outbound"
SECONDS_TO_START = 60


class Postgres(Process):
    """Listens only on a socket in its folder. Does not run as root, because PostgreSQL refuses that."""

    stop_signal = signal.SIGINT

    def __init__(self, folder):
        self.folder, self.programs = folder, programs()
        folder.mkdir()
        as_user = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(folder, user.pw_uid, user.pw_gid)
            as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        run([self.programs / "initdb", "--pgdata=data", "--auth=trust", "--encoding=UTF8", "--locale=C",
             f"--username={SUPERUSER}"], cwd=folder, **as_user)
        self.start([self.programs / "postgres", "-D", "data", "-c", "listen_addresses=",
                    "-c", f"unix_socket_directories={folder}", "-c", "max_connections=200"],
                   folder.parent / "postgres.log", cwd=folder, **as_user)

    def wait_until_ready(self):
        end = time.monotonic() + SECONDS_TO_START
        ready = [self.programs / "pg_isready", "--quiet", "--host", self.folder]
        while subprocess.run(ready, check=False).returncode != 0:
            self.check()
            if time.monotonic() > end:
                raise Failed("PostgreSQL does not accept connections")
            time.sleep(0.05)

    def database(self, name):
        """Creates a database and returns its URL."""
        run([self.programs / "createdb", "--host", self.folder, "--username", SUPERUSER, name])
        return f"postgres:///{name}?host={self.folder}&user={SUPERUSER}"

    def settle(self, name):
        """Runs vacuum and analyze, so that autovacuum does not disturb a round."""
        run([self.programs / "vacuumdb", "--analyze", "--quiet", "--host", self.folder,
             "--username", SUPERUSER, name])

    def version(self):
        return run([self.programs / "postgres", "--version"]).split()[2]


def programs():
    """The folder of the newest installed server."""
    debian = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdigit()]
    candidates = sorted(debian, key=lambda path: int(path.parent.name), reverse=True)
    if shutil.which("initdb"):
        candidates.append(Path(shutil.which("initdb")).parent)
    if shutil.which("pg_config"):
        candidates.insert(0, Path(run(["pg_config", "--bindir"]).strip()))
    for folder in candidates:
        if all((folder / name).is_file() for name in ("initdb", "postgres", "createdb", "pg_isready")):
            return folder
    raise Failed("PostgreSQL's server is not installed: apt-get install postgresql")
