"""Latency of other accounts during an import."""

import itertools
import json
import math
import statistics
import threading
import time
import urllib.error
import urllib.request

import oauth1
from authoring_cases import NEW, PASSWORD
from report import Section, at_most
from service import manage, path

OTHERS = "87654321"
HANDOFFS_OF_OTHERS = 1000
GOAL = 250
# SQLite has one writer, which an import of this size may keep for a second.
SMALL_IMPORT = 10_000
SMALL_IMPORT_GOAL = 1000


def beside_import(bench):
    """Sends requests of another account during an import, one after the other for each type of request."""
    rows = []
    for engine in ("SQLite", "PostgreSQL"):
        installation, client = with_others(bench, engine, "beside")
        installation.create_user("ann", "administrator", PASSWORD, OTHERS)
        key = installation.create_key(OTHERS)
        file = bench.file(bench.size.most)
        with installation.serve() as server:
            kinds = requests(server, client, key)
            if engine == "SQLite":
                # SQLite has one writer, so saves wait until the import has ended.
                del kinds["saves"]
            ended = threading.Event()
            asked = {name: Asked(make, ended) for name, make in kinds.items()}
            imported = installation.load(file, bench.size.most)
            ended.set()
            for name, kind in asked.items():
                kind.join()
                rows.append({
                    "engine": engine, "requests": name, "answered": len(kind.times), "refused": kind.refused,
                    "p99 ms": kind.p99(), "goal": at_most(kind.p99() if kind.refused == 0 else math.inf, GOAL, " ms"),
                    "handoffs/s imported": imported.count / imported.seconds})
    return Section(f"Another account while {bench.size.most:,} handoffs are imported", rows)


def beside_small_imports(bench):
    """Saves of another account during small imports on SQLite."""
    installation, client = with_others(bench, "SQLite", "beside-small")
    file, longest = bench.file(SMALL_IMPORT), []
    with installation.serve() as server:
        save = requests(server, client)["saves"]
        for number in range(bench.size.rounds):
            account = str(20_000_000 + number)
            installation.create_account(account)
            ended = threading.Event()
            saves = Asked(save, ended)
            installation.load(file, SMALL_IMPORT, account)
            ended.set()
            saves.join()
            longest.append(max(saves.times) if saves.refused == 0 else math.inf)
    longest = statistics.median(longest)
    return Section(f"Saves in another account while {SMALL_IMPORT:,} handoffs are imported, SQLite", [{
        "imports": bench.size.rounds, "longest save ms, median": longest,
        "goal": at_most(longest, SMALL_IMPORT_GOAL, " ms")}])


def with_others(bench, engine, name):
    """An installation with an empty account and the other account, and a client of the other account."""
    installation = bench.installation(engine, name)
    installation.create_account()
    client = installation.create_account(OTHERS, scope="handoffs.write handoffs.read")
    installation.load(bench.file(HANDOFFS_OF_OTHERS), HANDOFFS_OF_OTHERS, OTHERS)
    return installation, client


def requests(server, client, key=None):
    """For each type of request, a function that creates the next one."""
    bearer = {"Authorization": server.authorization(OTHERS, client)}
    typed = {"Content-Type": "application/json"}
    login = json.dumps({"username": "ann", "password": PASSWORD}).encode()
    numbers = itertools.count()

    def request(target, headers, data=None):
        return urllib.request.Request(server.base + target, data, headers)

    def signed():
        now, nonce = str(int(time.time())), f"beside{next(numbers)}"
        header = oauth1.header(key, "GET", server.base + path(OTHERS), now, nonce)
        return request(path(OTHERS), {"Authorization": header})

    def save():
        return request(manage(OTHERS), bearer | typed, json.dumps(NEW).replace("{n}", str(next(numbers))).encode())

    return {
        "logins": lambda: request(f"/api/account/{OTHERS}/login?v=1.3", typed, login),
        "OAuth 1.0 reads": signed,
        "AppJWT reads": lambda: request(path(OTHERS), bearer),
        "saves": save,
    }


class Asked(threading.Thread):
    """Sends requests, with pauses in seconds, until `ended` is set. Records the milliseconds of each response and
    the number of errors."""

    def __init__(self, make, ended, pause=0.02):
        super().__init__()
        self.make, self.ended, self.pause, self.times, self.refused = make, ended, pause, [], 0
        self.start()

    def run(self):
        while not self.ended.is_set():
            start = time.monotonic()
            try:
                with urllib.request.urlopen(self.make(), timeout=60) as answer:
                    answer.read()
            except urllib.error.URLError:
                self.refused += 1
            self.times.append((time.monotonic() - start) * 1000)
            time.sleep(self.pause)

    def p99(self):
        return sorted(self.times)[math.ceil(len(self.times) * 0.99) - 1]
