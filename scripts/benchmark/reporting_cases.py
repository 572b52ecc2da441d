"""Benchmarks of reporting: events in, reports out, and reads of the configuration beside events."""

import calendar
import itertools
import json
import sqlite3
import struct
import subprocess
import threading
import time
import urllib.request

from authoring_cases import PASSWORD, get, logged_in, row
from beside_import import Asked
from processes import Failed
from report import MEGABYTE, Section, at_least, at_most
from rounds import repeat
from service import ACCOUNT
from wrk import Target, answer

ENGINES = ("SQLite", "PostgreSQL")
BATCH = 1000
BATCHES_GOAL = {"SQLite": 40_000, "PostgreSQL": 15_000}
SINGLES_GOAL = 3000
SINGLE_CALLERS = 16
# Larger bodies need one of four permits of the account.
BATCH_CALLERS = 4
DAY = 24 * 60 * 60 * 1000
DAYS = 60
PAGE = 5000
BYTES_GOAL = 180
MEMORY_GOAL = 250
# Messages of an old month are dropped while requests run: one for each `OLD_SHARE` kept messages.
OLD_SHARE = 20
OLD_DAYS = 480
DROP_GOAL = 250
# Seconds between two requests of a type.
PAUSE = 0.1
DROP_DEADLINE = 120
CHANNELS = ("sms", "wa", "inapp")
SOURCES = ("API", "UI", "LPWF")
# What happens to the messages of each cell: the events after the attempt.
FATES = 5 * [["sent", "delivered", "read"]] + 3 * [["sent", "delivered"]] + [
    ["sent", "delivered", "read", "conversationCreated", "conversationClosed"], ["failed"]]


def event(kind, message, attempted, after):
    found = {"type": kind, "messageId": message, "attemptedTime": attempted, "time": attempted + after}
    if kind == "failed":
        found |= {"errorSource": "outbound_wa", "errorCode": "470"}
    if kind.startswith("conversation"):
        found["conversationId"] = message
    return found


def message(name, cell, attempted, kinds):
    """The events of a message. 60 cells have 3 channels, 10 skills, 20 handoffs and 3 sources."""
    first = {"type": "attempted", "messageId": name, "attemptedTime": attempted, "app": "prmsg",
             "channel": CHANNELS[cell % 3], "skill": f"skill {cell % 10}", "source": SOURCES[cell % 3],
             "handoffId": f"H{cell % 20:015}", "address": f"+1415555{cell:04}"}
    return [first, *(event(kind, name, attempted, (i + 1) * 1000) for i, kind in enumerate(kinds))]


def lines(events):
    return "".join(json.dumps(event, separators=(",", ":")) + "\n" for event in events)


def batch():
    """A body with `BATCH` events of messages whose ids contain `{n}`, with four events each."""
    now = int(time.time() * 1000) - DAY
    events = (message(f"{{n}}-{i}", i % 60, now + i, ["sent", "delivered", "read"]) for i in range(BATCH // 4))
    return lines(event for of_message in events for event in of_message)


def recorder(server, client, body):
    headers = {"Authorization": server.authorization(client=client), "Content-Type": "application/x-ndjson"}
    return Target(f"{server.base}/manage/v1/accounts/{ACCOUNT}/events", headers, "POST", body)


def events(bench):
    """Events that are recorded and counted in batches and one by one, and reads of a page during this."""
    rows = []
    for engine in ENGINES:
        installation = bench.filled(engine, bench.size.many)
        client = installation.create_client(scope="events.write")
        with installation.serve() as server:
            page = server.page()
            batches = recorder(server, client, batch())
            single = recorder(server, client, lines(message("{n}", 1, int(time.time() * 1000) - DAY, [])))
            for name, target, callers, size, goal in (
                    (f"batches of {BATCH}", batches, BATCH_CALLERS, BATCH, BATCHES_GOAL[engine]),
                    ("one by one", single, SINGLE_CALLERS, 1, SINGLES_GOAL)):
                found = repeat(lambda: target.load(callers, bench.size.seconds), bench.size.rounds)
                rate = found.median(lambda load: load.rate) * size
                rows.append({"engine": engine, "events": name, "callers": callers, "per s": rate,
                             "p99 ms": found.median(lambda load: load.p99), "goal": at_least(rate, goal),
                             "rounds": found.note})
            alone = page.load(8, bench.size.seconds).rate
            beside = beside_intake(batches, page, bench.size.seconds)
            rows.append({"engine": engine, "events": f"no events: pages of 30 during batches, alone {alone:,.0f}/s",
                         "callers": 8, "per s": beside, "goal": at_least(beside, alone / 2)})
            server.forget_log()
    return Section("Events of sent messages", rows, ["A message has four events in batches, and one otherwise."])


def beside_intake(batches, page, seconds):
    """The rate of `page` while batches are recorded."""
    intake = threading.Thread(target=lambda: batches.load(BATCH_CALLERS, seconds + 2))
    intake.start()
    time.sleep(1)
    rate = page.load(8, seconds).rate
    intake.join()
    return rate


def reports(bench):
    """Reports of an account with many messages."""
    rows, count = [], bench.size.messages
    for engine in ENGINES:
        installation = bench.installation(engine, "messages")
        client = installation.create_account(scope="events.write handoffs.read reports.read")
        installation.create_user("bench", "administrator", PASSWORD)
        midnight = int(time.time() * 1000) // DAY * DAY
        first = midnight - DAYS * DAY
        with installation.serve() as server:
            record_templates(server, client, first)
        bench.say(f"generating {count:,} messages in {engine}")
        database = Messages(bench, engine, installation)
        database.fill(count, first)
        bench.say("counting them")
        interval = ["--from", iso(first), "--to", iso(midnight)]
        installation.run("report", "audit", "--account", ACCOUNT, "--repair", *interval)
        with installation.serve() as server:
            targets = requests(server, client, first, midnight, count)
            for name, target, goal in targets:
                rows.append({"engine": engine, **row(bench, name, target, goal)})
            memory = server.memory() / MEGABYTE
            rows.append({"engine": engine, "page": "memory of the process, MB", "median ms": memory,
                         "goal": at_most(memory, MEMORY_GOAL, " MB")})
            slowest = beside_drop(server, client, database, targets, count // OLD_SHARE)
            rows += ({"engine": engine, **found} for found in slowest)
        size = database.bytes() / count
        rows.append({"engine": engine, "page": "bytes for each message with its totals", "median ms": size,
                     "goal": at_most(size, BYTES_GOAL) if engine == "SQLite" else ""})
    title = f"Reports of an account with {count:,} messages in {DAYS} days, one connection"
    return Section(title, rows, ["The messages are copies of recorded ones, written with SQL; an audit counted them."])


def iso(millis):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(millis // 1000))


def record_templates(server, client, first):
    """Records one message for each cell and fate."""
    target = recorder(server, client, "")
    for fate, kinds in enumerate(FATES):
        body = (event for cell in range(60) for event in message(f"{fate}-{cell}", cell, first + cell, kinds))
        answer(target.url, target.headers, lines(body).encode())


def requests(server, client, first, midnight, count):
    """Name, request and maximum median of each report."""
    headers = {"Authorization": server.authorization(client=client), "Content-Type": "application/json"}
    api = f"{server.base}/api/account/{ACCOUNT}/app/prmsg"

    def times(start, end):
        return f"attemptedStartTime={start}&attemptedEndTime={end}"

    analytics = f"{api}/analytics/?{times(first, midnight)}"
    if not json.loads(answer(analytics, headers)[0])["analytics"]:
        raise Failed("the report is empty")
    day = midnight - DAY
    transactions = f"{api}/transactions/?v=2.0&{times(day, midnight)}"
    last = max(count // DAYS // PAGE - 1, 0) * PAGE
    form = {"account": ACCOUNT, "username": "bench", "password": PASSWORD}
    own = {"Cookie": logged_in(server.base, form), "Accept": "text/html"}
    board = f"/reports?from={iso(first)[:10]}&to={iso(midnight - DAY)[:10]}"
    if "<svg" not in get(server.base + board, own):
        raise Failed("the board is empty")

    def page(offset):
        return Target(transactions, headers, "POST", json.dumps({"offset": offset, "limit": PAGE}))

    return [
        (f"analytics of {DAYS} days", Target(analytics, headers), 60),
        (f"board of {DAYS} days", Target(server.base + board, own), 100),
        (f"first {PAGE:,} messages of a day", page(0), 60),
        (f"last {PAGE:,} messages of a day, offset {last:,}", page(last), 60),
    ]


def beside_drop(server, client, database, targets, count):
    """The slowest response to each type of request while `count` messages of an old month are dropped."""
    database.fill_old(count)
    now, names = int(time.time() * 1000), itertools.count()
    kinds = {name: target for name, target, _ in targets} | {
        "page of 30 handoffs": server.page(),
        "one event": recorder(server, client, lines(message("{n}", 1, now, [])))}

    def make(target):
        body = target.body and target.body.replace("{n}", f"beside-{next(names)}").encode()
        return urllib.request.Request(target.url, body, target.headers)

    ended = threading.Event()
    asked = {name: Asked(lambda target=target: make(target), ended, PAUSE) for name, target in kinds.items()}
    started = time.monotonic()
    try:
        database.drop_old(started + DROP_DEADLINE)
    finally:
        seconds = time.monotonic() - started
        ended.set()
        for kind in asked.values():
            kind.join()
    return [{"page": f"slowest of {len(kind.times)} while {count:,} old messages are dropped in {seconds:.1f} s: {name}",
             "median ms": max(kind.times),
             "goal": f"{kind.refused} refused: missed" if kind.refused else at_most(max(kind.times), DROP_GOAL, " ms")}
            for name, kind in asked.items()]


class Messages:
    """Copies recorded messages with SQL."""

    def __init__(self, bench, engine, installation):
        self.jobs = installation.folder / "outbound.db"
        self.file = installation.folder / "outbound-operational.db" if engine == "SQLite" else None
        self.psql = None if self.file else [
            bench.postgres().programs / "psql", "--quiet", "--no-psqlrc", "--tuples-only", "--no-align",
            "--set=ON_ERROR_STOP=1", installation.common[1].replace("postgres://", "postgresql://")]

    def fill(self, count, first):
        """Spreads `count` copies evenly over the days."""
        self.copied = self.templates()
        self.write(self.rows(count, first, DAYS * DAY), "transactions")

    def rows(self, count, first, millis):
        """`count` copies, spread evenly over `millis` from `first`."""
        return ((first + int(number * millis / count), number, self.copied[number % len(self.copied)])
                for number in range(count))

    def write(self, rows, table):
        if self.file:
            self.fill_sqlite(rows)
        else:
            self.fill_postgres(rows, table)

    def fill_old(self, count):
        """Adds `count` copies to a month that is no longer kept, within a day."""
        day = time.gmtime(time.time() - OLD_DAYS * DAY / 1000)
        first = calendar.timegm((day.tm_year, day.tm_mon, 2, 0, 0, 0)) * 1000
        self.old = f"transactions_{day.tm_year:04}_{day.tm_mon:02}"
        self.until = identifier(first + DAY, 0)
        if not self.file:
            self.execute(f"CREATE TABLE {self.old} (LIKE transactions INCLUDING ALL)")
        self.write(self.rows(count, first, DAY), None if self.file else self.old)
        if not self.file:
            start, end = ("\\x" + identifier(at, 0).hex() for at in (first - DAY, first + 26 * DAY))
            self.execute(f"ALTER TABLE transactions ATTACH PARTITION {self.old} FOR VALUES FROM ('{start}') TO ('{end}')")

    def drop_old(self, deadline):
        """Lets the server delete the old month now, and waits until this is done."""
        due = "UPDATE jobs SET due_at = 0 WHERE job_id = 'maintain_account'"
        if self.file:
            with sqlite3.connect(self.jobs, timeout=10) as database:
                database.execute(due)
        else:
            self.execute(due)
        while self.has_old():
            if time.monotonic() > deadline:
                raise Failed("the old messages were not deleted")
            time.sleep(0.1)

    def has_old(self):
        if self.file:
            with sqlite3.connect(self.file, timeout=10) as database:
                first = "SELECT MIN(transaction_id) FROM transactions WHERE account_no = ?"
                return database.execute(first, self.copied[0][:1]).fetchone()[0] < self.until
        return self.execute(f"SELECT to_regclass('{self.old}') IS NOT NULL").strip() == "t"

    def execute(self, sql):
        return subprocess.run([*self.psql, "--command", sql], capture_output=True, text=True, check=True).stdout

    def templates(self):
        """The columns of the recorded messages but the id, in the order of the table."""
        if self.file:
            with sqlite3.connect(self.file) as database:
                rows = database.execute("SELECT * FROM transactions").fetchall()
                database.execute("DELETE FROM transactions")
                return [[row[0], *row[2:]] for row in rows]
        text = self.execute("COPY (SELECT * FROM transactions) TO STDOUT")
        self.execute("DELETE FROM transactions")
        rows = [line.split("\t") for line in text.splitlines()]
        return [[row[0], *row[2:]] for row in rows]

    def fill_sqlite(self, rows):
        with sqlite3.connect(self.file) as database:
            columns = len(database.execute("PRAGMA table_info(transactions)").fetchall())
            insert = f"INSERT INTO transactions VALUES ({','.join('?' * columns)})"
            database.executemany(insert, ([other[0], identifier(at, n), *other[1:]] for at, n, other in rows))
        with sqlite3.connect(self.file) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def fill_postgres(self, rows, table):
        arguments = [*self.psql, "--command", f"COPY {table} FROM STDIN"]
        with subprocess.Popen(arguments, stdin=subprocess.PIPE, text=True) as process:
            for at, number, other in rows:
                key = "\\\\x" + identifier(at, number).hex()
                process.stdin.write("\t".join([other[0], key, *other[1:]]) + "\n")
        if process.returncode != 0:
            raise Failed("psql could not write the messages")
        self.execute(f"VACUUM ANALYZE {table}")

    def bytes(self):
        """The size of messages and totals with their keys."""
        if self.file:
            with sqlite3.connect(self.file) as database:
                pages, free, size = (database.execute(f"PRAGMA {name}").fetchone()[0]
                                     for name in ("page_count", "freelist_count", "page_size"))
            return (pages - free) * size
        tables = ("SELECT SUM(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND "
                  "(relname LIKE 'transactions%' OR relname LIKE 'rollup%')")
        return int(self.execute(tables))


def identifier(millis, number):
    """A UUID of version 7."""
    return struct.pack(">QQ", millis << 16 | 0x7000 | number & 0xfff, 1 << 63 | number)
