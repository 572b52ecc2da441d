"""What the benchmarks of campaigns share: accounts that send through a sandbox, their requests and their numbers."""

import contextlib
import json
import os
import socket
import sqlite3
import subprocess
import time

from postgres import programs
from processes import Failed, Process, run
from service import Server
from wrk import Target, answer

SECRET = "5ec7e75ec7e75ec7e7"
RECIPIENTS = 100
DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
MIDNIGHT = {"hour": 0, "minute": 0}
ALWAYS = [{"startTime": MIDNIGHT, "endTime": MIDNIGHT, "day": day} for day in DAYS]
# Phones of the sandbox that read their messages, and have no fault.
PHONES = [f"1212555{number:04}" for number in range(1000) if number % 10 < 8]


class Sandbox(Process):
    """`outbound sandbox` without a limit of messages."""

    def __init__(self, bench, port, *callbacks):
        folder = bench.scratch("sandbox")
        folder.mkdir(exist_ok=True)
        options = [part for callback in callbacks for part in ("--callback", callback)]
        self.start([bench.program, "sandbox", "--listen", f"127.0.0.1:{port}", "--rate", "0", *options],
                   folder / "sandbox.log", cwd=folder, stdout=subprocess.PIPE, text=True,
                   env=os.environ | {"OUTBOUND_TOKEN": SECRET})

    def wait_until_ready(self):
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            self.check()
        self.url = line.split()[-1]

    def ledger(self, after, limit=1000):
        """The entries after a number, and the largest number of messages of each sender in any second."""
        url = f"{self.url}/sandbox/messages?after={after}&limit={limit}"
        page = json.loads(answer(url, {"Authorization": f"Bearer {SECRET}"})[0])
        return page["messages"], page["busiestSeconds"]


class Campaigner:
    """An account that starts campaigns."""

    def __init__(self, installation, account):
        self.installation, self.account = installation, account
        installation.run("account", "create", account)
        self.client = installation.create_client(account, "campaigns.launch campaigns.read reports.read")

    def connect(self, url):
        """Connects a sandbox. Returns the path of its callbacks, without the provider."""
        return json.loads(self.installation.run("connection", "create", "--account", self.account,
                                                "--secret", SECRET, "--json", url))["callbackPath"]

    def publish(self, senders):
        """Publishes a WhatsApp handoff for each sender. Returns their ids."""
        def handoff(sender):
            body = {"type": "body", "content": "Hi ${{1}}, your tea is ready.", "variables": ["1"]}
            channel = {"type": "wa", "language": "en", "namespace": "tea", "templatename": "tea_is_ready",
                       "outboundnumber": sender, "messageComponents": [body]}
            return {"id": f"H{sender}", "name": f"Tea {sender}", "lookbackPeriodDay": 2, "lookbackPeriodHour": 0,
                    "routeAllWithinLookback": True, "channels": [channel]}
        file = self.installation.folder / f"{self.account}.json"
        file.write_text(json.dumps([handoff(sender) for sender in senders]))
        self.installation.run("import", "--account", self.account, "--publish", file)
        return [f"H{sender}" for sender in senders]

    def request(self, server, body):
        headers = {"Authorization": server.authorization(self.account, self.client),
                   "Content-Type": "application/json"}
        return Target(f"{server.base}/api/v2/account/{self.account}/campaign", headers, "POST", json.dumps(body))

    def counts(self, server):
        """The totals of the account's reports of the last day."""
        now = int(time.time() * 1000)
        query = f"attemptedStartTime={now - 86_400_000}&attemptedEndTime={now + 60_000}"
        url = f"{server.base}/api/account/{self.account}/app/prmsg/analytics/?{query}"
        headers = {"Authorization": server.authorization(self.account, self.client)}
        rows = json.loads(answer(url, headers)[0])["analytics"]
        return {name: sum(row[name] for row in rows) for name in ("attempted", "sent", "delivered", "read")}


class PublicServer(Server):
    """A server that providers can reach: its URL is known before it starts."""

    def __init__(self, installation, port, options=()):
        base = f"http://127.0.0.1:{port}"
        self.installation = installation
        options = ["--public-url", base, *installation.options(True), *options]
        self.start([installation.program, "serve", "--listen", f"127.0.0.1:{port}", *options, *installation.common],
                   installation.folder / f"serve-{port}.log", cwd=installation.folder, stdout=subprocess.PIPE,
                   text=True)


def body(recipients=RECIPIENTS, windows=None, handoff="1234567890", sender="14155550100", first=0):
    """A campaign request. `{n}` in it is replaced by wrk."""
    channel = "sms" if handoff == "1234567890" else "wa"
    consumers = [{"consumerContent": {channel: PHONES[(first + number) % len(PHONES)]}, "variables": {"1": "Ann"}}
                 for number in range(recipients)]
    found = {"campaignName": "Tea {n}", "skill": "sales", "templateId": handoff, "outboundNumber": sender,
             "consent": True, "consumers": consumers}
    return found | ({"schedulingMetrics": {"windows": windows}} if windows else {})


def another_day():
    """A window of a day that is not today, yesterday or tomorrow in any time zone."""
    day = DAYS[(int(time.time() // 86_400) + 3 + 3) % 7]
    return [{"startTime": {"hour": 9, "minute": 0}, "endTime": {"hour": 10, "minute": 0}, "day": day}]


def execute(installation, *statements):
    """Runs statements on the database itself and returns the rows of the last one, as text."""
    database = installation.common[1]
    if database.startswith("sqlite:"):
        with contextlib.closing(sqlite3.connect(database.removeprefix("sqlite:"), timeout=60)) as connection:
            for statement in statements:
                rows = connection.execute(statement).fetchall()
            connection.commit()
        return [[str(value) for value in row] for row in rows]
    psql = [programs() / "psql", "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1"]
    for statement in statements:
        printed = run([*psql, "--command", statement, database.replace("postgres://", "postgresql://")])
    return [line.split("|") for line in printed.splitlines()]


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def until(seconds, is_over, what):
    """Waits until `is_over` returns something true, and returns it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := is_over():
            return found
        time.sleep(0.1)
    raise Failed(f"{what}: not within {seconds} s")
