"""Benchmarks of a small installation: startup, import, uncached reads, memory."""

import random
import time

from report import MEGABYTE, Section, at_least, at_most
from rounds import repeat
from service import Server, path

READS = 10_000
# Handoffs per second.
IMPORT_GOALS = {"SQLite": 12_000, "PostgreSQL": 6_000}
IMPORT_MEGABYTES = 150


def start(bench):
    """Time from an empty database to the first response."""
    count = iter(range(10_000))

    def once():
        installation = bench.installation("SQLite", f"start{next(count)}")
        options = installation.options(cache=True)
        begin = time.monotonic()
        with Server(installation, options):
            return time.monotonic() - begin

    found = repeat(once, 2 * bench.size.rounds + 1)
    seconds = found.median(float)
    return Section("Start", [{
        "case": "empty database to first 200, signing key made", "median s": seconds,
        "goal": at_most(seconds, 0.5, " s"), "rounds": found.note}])


def import_(bench):
    """Import of a file on both engines."""
    rows = []
    for engine, goal in IMPORT_GOALS.items():
        done = bench.filled(engine, bench.size.many).imported
        rate, megabytes = done.count / done.seconds, done.peak_memory / MEGABYTE
        rows.append({
            "engine": engine, "handoffs": done.count, "s": done.seconds, "handoffs/s": rate,
            "goal": at_least(rate, goal), "memory at most, MB": megabytes,
            "goal of memory": at_most(megabytes, IMPORT_MEGABYTES, " MB"), "others used": f"{done.others:.0%}"})
    return Section("Import", rows)


def page(bench):
    """Uncached pages of 30 at random offsets."""
    rows = []
    for engine in ("SQLite", "PostgreSQL"):
        with bench.filled(engine, bench.size.many).serve(cache=False) as server:
            target = random_pages(bench, server)
            found = repeat(lambda: target.load(1, bench.size.seconds), bench.size.rounds)
            median = found.median(lambda load: load.median)
            rows.append({
                "engine": engine, "handoffs": bench.size.many, "median ms": median,
                "p99 ms": found.median(lambda load: load.p99), "goal": at_most(median, 3, " ms"),
                "rounds": found.note})
    return Section("A page of 30 anywhere, read without cache, one connection", rows)


def memory(bench):
    """Resident memory after many reads."""
    installation = bench.filled("SQLite", bench.size.many)
    with installation.serve() as server:
        before, reads = server.memory(), 0
        target = random_pages(bench, server)
        while reads < READS:
            reads += target.load(8, bench.size.seconds).requests
        after = server.memory() / MEGABYTE
    return Section("Memory", [{
        "case": f"{reads:,} reads of random pages", "handoffs": bench.size.many, "at start, MB": before / MEGABYTE,
        "afterwards, MB": after, "import at most, MB": installation.imported.peak_memory / MEGABYTE,
        "goal": at_most(after, 150, " MB")}])


def random_pages(bench, server):
    chance, authorization = random.Random(1), server.authorization()
    offsets = [chance.randrange(bench.size.many - 30) for _ in range(2000)]
    return server.pages(bench.scratch("pages"), [(path(offset=offset), authorization) for offset in offsets])
