"""Shared by all cases: the data, created on first use, and the sizes and durations."""

import contextlib
from dataclasses import dataclass

import handoffs
from nginx import Nginx
from postgres import Postgres
from rounds import watched
from service import Installation


@dataclass
class Size:
    """Sizes and durations of a run."""

    # Number of undisturbed rounds, and the duration of each.
    rounds: int
    seconds: int
    # Handoffs in the account of most cases, and of the cases about long lists.
    many: int
    most: int
    accounts: int
    tokens: int
    # Messages of the account whose reports are read.
    messages: int
    # Messages that campaigns send, and seconds of work of each busy sender.
    sent: int
    backlog: int
    # Number of writes for which the delay until all nodes show them is measured.
    changes: int
    called: str = ""


FULL = Size(rounds=5, seconds=5, many=100_000, most=1_000_000, accounts=1000, tokens=900, messages=10_000_000,
            sent=30_000, backlog=60,
            changes=50)
QUICK = Size(rounds=2, seconds=1, many=100_000, most=100_000, accounts=20, tokens=200, messages=200_000, sent=4000, backlog=20, changes=10,
             called="; a short run (--quick)")
CONNECTIONS = (1, 64, 256)
HANDOFFS_AN_ACCOUNT = 1000


class Bench:
    """The folder, the program and the data. The `with` block stops and removes everything."""

    def __init__(self, program, folder, size, say):
        self.program, self.folder, self.size, self.say = program, folder, size, say
        self.servers = contextlib.ExitStack()
        self.made = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.servers.close()

    def once(self, name, make):
        """Returns the result of `make`, which is called once for each name."""
        if name not in self.made:
            self.made[name] = make()
        return self.made[name]

    def nginx(self):
        return self.once("nginx", lambda: self.servers.enter_context(Nginx(self.folder / "nginx")))

    def postgres(self):
        return self.once("postgres", lambda: self.servers.enter_context(Postgres(self.folder / "postgres")))

    def file(self, count):
        """A file with `count` handoffs."""
        def make():
            path = self.folder / f"{count}.json"
            self.say(f"writing {count:,} handoffs")
            handoffs.write(path, count)
            return path
        return self.once(f"file {count}", make)

    def filled(self, engine, count):
        """An installation with `count` handoffs in one account, on "SQLite" or "PostgreSQL"."""
        return self.once(f"{engine} {count}", lambda: self.fill(engine, count))

    def fill(self, engine, count):
        installation = self.installation(engine, f"n{count}")
        installation.create_account()
        path = self.file(count)
        self.say(f"importing {count:,} handoffs into {engine}")
        share, installation.imported = watched(lambda: installation.load(path, count))
        installation.imported.others = share
        if engine == "PostgreSQL":
            self.postgres().settle(f"n{count}")
        return installation

    def installation(self, engine, name):
        """An empty installation."""
        database = self.postgres().database(name) if engine == "PostgreSQL" else None
        return Installation(self.program, database, self.folder / f"{engine}-{name}")

    def scratch(self, name):
        return self.folder / name
