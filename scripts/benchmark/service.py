"""The measured program: its commands and its server."""

import json
import os
import subprocess
import time
import urllib.parse
from dataclasses import dataclass

from processes import Failed, Process, run
from wrk import Target, answer

ACCOUNT = "12345678"


@dataclass
class Import:
    """The result of an import. `others` is the share of the processors that other processes used."""

    count: int
    seconds: float
    peak_memory: int
    others: float = 0.0


class Installation:
    """A database and the commands on it."""

    def __init__(self, program, database, folder):
        self.program, self.folder = program, folder
        folder.mkdir(exist_ok=True)
        self.common = ["--database", database or f"sqlite:{folder}/outbound.db", "--key-file", folder / "key"]
        self.imported = None
        self.client = None

    def run(self, *arguments, text=None):
        """Runs a command with `text` as its standard input."""
        return run([self.program, *arguments, *self.common], cwd=self.folder, input=text)

    def create_account(self, account=ACCOUNT, **client):
        self.run("account", "create", account)
        return self.create_client(account, **client)

    def create_client(self, account=ACCOUNT, scope="handoffs.read"):
        """Creates a client and returns its credentials. The first client is used by default."""
        made = json.loads(self.run("client", "create", "--account", account, "--scope", scope, "--json"))
        self.client = self.client or made
        return made

    def create_user(self, name, role, password, account=ACCOUNT):
        self.run("user", "create", "--account", account, "--username", name, "--role", role, text=password)

    def create_key(self, account=ACCOUNT):
        """Creates an OAuth 1.0 key and returns its four values."""
        return json.loads(self.run("api-key", "create", "--account", account, "--json"))

    def load(self, path, count, account=ACCOUNT):
        """Imports a file of `count` handoffs."""
        start = time.monotonic()
        publish = ["--publish"] if self.knows(["import"], "--publish") else []
        arguments = [self.program, "import", "--account", account, path, *publish, *self.common]
        process = subprocess.Popen(arguments, cwd=self.folder, stdout=subprocess.DEVNULL)
        _, status, used = wait_for(process)
        if status != 0:
            raise Failed(f"the import of {path} ended with {status}")
        return Import(count, time.monotonic() - start, used.ru_maxrss * 1024)

    def knows(self, command, *words):
        """Whether the help of a command contains all of `words`."""
        done = subprocess.run([self.program, *command, "--help"], capture_output=True, text=True, check=False)
        return done.returncode == 0 and all(word in done.stdout for word in words)

    def serve(self, cache=True):
        return Server(self, self.options(cache))

    def options(self, cache):
        """Options of `serve` for benchmarks, as far as this version supports them: without limits."""
        options = []
        if self.knows(["serve"], "--requests-per-second"):
            options += ["--requests-per-second", "0"]
        # The only place that disables the page cache.
        if not cache and self.knows(["serve"], "--page-cache-bytes"):
            options += ["--page-cache-bytes", "0"]
        # Campaigns are sent through a sandbox, and reports show when they are over.
        if self.knows(["serve"], "--report-sandbox"):
            options += ["--report-sandbox"]
        return options


def wait_for(process):
    """Like os.wait4, but also sets the exit status of the process."""
    pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return pid, process.returncode, used


class Server(Process):
    """`outbound serve` on a free port of the loopback interface."""

    def __init__(self, installation, options):
        self.installation = installation
        self.start([installation.program, "serve", "--listen", "127.0.0.1:0", *options, *installation.common],
                   installation.folder / "serve.log", cwd=installation.folder, stdout=subprocess.PIPE, text=True)

    def wait_until_ready(self):
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            self.check()
        self.base = line.split()[-1]
        answer(f"{self.base}/readyz", wait=self.check)

    def authorization(self, account=ACCOUNT, client=None):
        body, _ = answer(self.token_url(account), data=token_form(client or self.installation.client).encode())
        return "Bearer " + json.loads(body)["access_token"]

    def token_url(self, account=ACCOUNT):
        return f"{self.base}/sentinel/api/account/{account}/app/token"

    def grant(self):
        """The request for a token."""
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return Target(self.token_url(), form, "POST", token_form(self.installation.client))

    def page(self, channel=None, headers=None, **query):
        """The request for a page of the list."""
        headers = {"Authorization": self.authorization(), **(headers or {})}
        return Target(self.base + path(channel=channel, **query), headers)

    def pages(self, file, lines, method="GET"):
        """Requests in turn, each a path and its `Authorization`, and optionally another header and a body."""
        file.write_text("".join("\t".join(line) + "\n" for line in lines))
        return Target(self.base, {}, method, requests=file)

    def forget_log(self):
        """Empties the log, so that millions of requests do not fill the disk."""
        self.log.write_bytes(b"")


def path(account=ACCOUNT, channel=None, limit=30, offset=0):
    of_channel = f"/channel/{channel}" if channel else ""
    return f"/api/account/{account}/app/prmsg/handoffs/list{of_channel}?v=1&limit={limit}&offset={offset}"


def manage(account=ACCOUNT, **query):
    """The path of the management API's list."""
    return f"/manage/v1/accounts/{account}/handoffs?{urllib.parse.urlencode(query)}"


def token_form(client):
    return urllib.parse.urlencode({"grant_type": "client_credentials", **client})
