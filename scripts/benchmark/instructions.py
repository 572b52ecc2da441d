"""Counts the instructions of each type of request. In CI, times vary too much."""

import http.client
import json
import pathlib
import sys
import tempfile
import time

import handoffs
from processes import Failed, run
from service import ACCOUNT, Installation, Server, path, token_form
from wrk import answer

BASELINE = pathlib.Path(__file__).with_name("instructions.json")
SLACK = 1.1
WARM_UP, COUNTED = 50, 200
# A thread that needs more instructions than this within so many seconds without requests does not serve requests.
IDLE_SECONDS, IDLE_INSTRUCTIONS = 3, 20_000
HANDOFFS = 1000


class Counted(Server):
    """The server under callgrind, which dumps its counters on request."""

    def __init__(self, installation, folder):
        self.folder = folder
        super().__init__(installation, installation.options(cache=True))

    def start(self, arguments, log, **options):
        out = [f"--callgrind-out-file={self.folder}/counted", "--separate-threads=yes"]
        super().start(["valgrind", "--tool=callgrind", *out, *arguments], log, **options)

    def instructions(self):
        """Instructions of each thread since the last call."""
        run(["callgrind_control", "--dump", str(self.pid)])
        counted = {}
        # The names are counted.DUMP-THREAD.
        for file in self.folder.glob("counted.*-*"):
            lines = file.read_text().splitlines()
            total = next(line.split()[1] for line in lines if line.startswith("totals:"))
            counted[file.name.split("-")[1]] = int(total)
            file.unlink()
        return counted

    def background_threads(self):
        """The threads that work without requests."""
        self.instructions()
        time.sleep(IDLE_SECONDS)
        return {thread for thread, count in self.instructions().items() if count > IDLE_INSTRUCTIONS}


def kinds(server):
    """The types of requests: method, path, body, headers, and the expected status."""
    own = {"Authorization": server.authorization()}
    etag = answer(server.base + path(), own)[1]["ETag"]
    forged = {"Authorization": own["Authorization"][:-8] + "AAAAAAAA"}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    token = f"/sentinel/api/account/{ACCOUNT}/app/token"
    return {
        "list": ("GET", path(), None, own, 200),
        "list, gzip": ("GET", path(), None, own | {"Accept-Encoding": "gzip"}, 200),
        "list, 304": ("GET", path(), None, own | {"If-None-Match": etag}, 304),
        "by channel": ("GET", path(channel="wa"), None, own, 200),
        "bad query": ("GET", path(limit=0), None, own, 400),
        "forged token": ("GET", path(), None, forged, 401),
        "token grant": ("POST", token, token_form(server.installation.client), form, 200),
    }


def count(program):
    """Instructions of one request of each type."""
    with tempfile.TemporaryDirectory(prefix="outbound-instructions-") as name:
        folder = pathlib.Path(name)
        handoffs.write(folder / "handoffs.json", HANDOFFS)
        installation = Installation(program, None, folder)
        installation.create_account()
        installation.load(folder / "handoffs.json", HANDOFFS)
        with Counted(installation, folder) as server:
            connection = http.client.HTTPConnection(server.base.removeprefix("http://"), timeout=60)
            return {name: cost(server, connection, kind) for name, kind in kinds(server).items()}


def cost(server, connection, kind):
    ask(connection, kind, WARM_UP)
    background = server.background_threads()
    ask(connection, kind, COUNTED)
    counted = server.instructions().items()
    return sum(count for thread, count in counted if thread not in background) // COUNTED


def ask(connection, kind, times):
    *request, expected = kind
    for _ in range(times):
        connection.request(*request)
        answered = connection.getresponse()
        answered.read()
        if answered.status != expected:
            raise Failed(f"{request[:2]}: {answered.status} instead of {expected}")


def compare(counted, baseline):
    """Prints a line for each type, and returns whether any grew too much."""
    grew = False
    for name, now in counted.items():
        before = baseline.get(name)
        change = f"{now / before - 1:+.1%}" if before else "new"
        too_much = bool(before) and now > before * SLACK
        print(f"{name:14} {now:12,} {change:>8}{'  GREW BY MORE THAN A TENTH' if too_much else ''}")
        grew |= too_much
    return grew


def main():
    program, *options = sys.argv[1:]
    try:
        counted = count(pathlib.Path(program).resolve())
    except Failed as failure:
        sys.exit(f"\n{failure}")
    grew = compare(counted, json.loads(BASELINE.read_text()) if BASELINE.exists() else {})
    if "--write" in options:
        BASELINE.write_text(json.dumps(counted, indent=2) + "\n")
    elif grew:
        print("\nTo accept the new counts, run ./scripts/instructions --write and give the reason in the commit.")
        sys.exit(1 if "--strict" in options else 0)


if __name__ == "__main__":
    main()
