"""Benchmarks of many handoffs, many accounts, and two nodes on one database."""

import json
import random
import time
from concurrent.futures import ThreadPoolExecutor

import handoffs
from context import CONNECTIONS, HANDOFFS_AN_ACCOUNT
from report import MEGABYTE, Section, at_most
from rounds import repeat
from service import ACCOUNT, Server, path
from wrk import answer

SECONDS_TO_SEE = 30


def deep(bench):
    """First and last page of a long list, uncached, with one connection."""
    rows, count = [], bench.size.most
    for engine in ("SQLite", "PostgreSQL"):
        installation = bench.filled(engine, count)
        with installation.serve(cache=False) as server:
            for name, offset, goal in (("first", 0, 1), ("last", count - 30, 3)):
                target = server.page(offset=offset)
                found = repeat(lambda: target.load(1, bench.size.seconds), bench.size.rounds)
                median = found.median(lambda load: load.median)
                rows.append({
                    "engine": engine, "page": name, "median ms": median,
                    "p99 ms": found.median(lambda load: load.p99), "goal": at_most(median, goal, " ms"),
                    "rounds": found.note})
    return Section(f"First and last page of {count:,} handoffs, uncached, one connection", rows)


def million(bench):
    """An account with many handoffs: import, startup and random pages."""
    rows, count = [], bench.size.most
    for engine in ("SQLite", "PostgreSQL"):
        installation = bench.filled(engine, count)
        chance = random.Random(2)
        start = time.monotonic()
        with installation.serve() as server:
            started = time.monotonic() - start
            authorization = server.authorization()
            pages = [(path(offset=chance.randrange(count)), authorization) for _ in range(20_000)]
            rows.append({"engine": engine, "handoffs/s imported": count / installation.imported.seconds,
                         "import at most, MB": installation.imported.peak_memory / MEGABYTE,
                         **random_reads(bench, server, pages, started)})
    return Section(f"One account with {count:,} handoffs, random pages of 30 at 64 connections", rows)


def random_reads(bench, server, pages, started):
    target = server.pages(bench.scratch("random"), pages)
    found = repeat(lambda: target.load(64, bench.size.seconds), bench.size.rounds)
    memory = server.memory() / MEGABYTE
    return {"start s": started, "requests/s": found.median(lambda load: load.rate),
            "p99 ms": found.median(lambda load: load.p99), "memory MB": memory,
            "goal": at_most(memory, 200, " MB"), "rounds": found.note}


def accounts(bench):
    """Many accounts in one database, with requests for all of them in turn."""
    installation = bench.installation("SQLite", "accounts")
    file = bench.file(HANDOFFS_AN_ACCOUNT)
    numbers = [str(10_000_000 + number) for number in range(bench.size.accounts)]
    clients = {number: installation.create_account(number) for number in numbers}
    bench.say(f"importing {HANDOFFS_AN_ACCOUNT:,} handoffs into each of {len(numbers):,} accounts")
    seconds = sum(installation.load(file, HANDOFFS_AN_ACCOUNT, number).seconds for number in numbers)
    start = time.monotonic()
    with installation.serve() as server:
        started = time.monotonic() - start
        authorizations = {number: server.authorization(number, client) for number, client in clients.items()}
        chance = random.Random(3)
        pages = [(path(number, offset=chance.randrange(HANDOFFS_AN_ACCOUNT)), authorizations[number])
                 for number in chance.choices(numbers, k=20_000)]
        row = {"engine": "SQLite", "handoffs/s imported": len(numbers) * HANDOFFS_AN_ACCOUNT / seconds,
               **random_reads(bench, server, pages, started)}
    title = f"{len(numbers):,} accounts with {HANDOFFS_AN_ACCOUNT:,} handoffs each, random pages at 64 connections"
    return Section(title, [row], ["One import for each account."])


def nodes(bench):
    """Two nodes compared with one, and the delay until both show a change made by another process."""
    installation = bench.filled("PostgreSQL", bench.size.many)
    options = installation.options(cache=True)
    with Server(installation, options) as first, Server(installation, options) as second:
        rows = [shared_load(bench, (first, second), connections) for connections in CONNECTIONS[1:]]
        delays = sorted(delay for number in range(bench.size.changes)
                        for delay in seen_after(bench, installation, (first, second), number))
    p99 = delays[int(len(delays) * 0.99)]
    return Section("Two nodes on one PostgreSQL", rows, [
        f"{bench.size.changes} changes by `outbound import`, each read from both nodes: seen after "
        f"{delays[len(delays) // 2] * 1000:.0f} ms (median), {p99 * 1000:.0f} ms (p99); "
        f"{at_most(p99, 1, ' s')}.",
        "Both nodes, the database and the load share one machine, so two nodes cannot answer twice as much."])


def shared_load(bench, servers, connections):
    targets = [server.page() for server in servers]
    with ThreadPoolExecutor(len(servers)) as pool:
        def once():
            both = list(pool.map(lambda target: target.load(connections // 2, bench.size.seconds), targets))
            return {"one": targets[0].load(connections, bench.size.seconds).rate,
                    "two": sum(load.rate for load in both), "p99": max(load.p99 for load in both)}
        found = repeat(once, bench.size.rounds)
    return {"connections": connections, "one node, requests/s": found.median(lambda round: round["one"]),
            "two nodes": found.median(lambda round: round["two"]),
            "p99 ms": found.median(lambda round: round["p99"]),
            "memory MB": " and ".join(f"{server.memory() / MEGABYTE:.0f}" for server in servers),
            "rounds": found.note}


def seen_after(bench, installation, servers, number):
    """Adds a handoff and yields the seconds until each node counts it."""
    new = handoffs.handoff(10**7 + number, random.Random(number))
    file = bench.scratch("change.json")
    file.write_text(json.dumps(new))
    target = servers[0].page(limit=1)
    total = int(answer(target.url, target.headers)[1]["X-Total-Count"])
    installation.load(file, 1, ACCOUNT)
    start, waiting = time.monotonic(), list(servers)
    while waiting and time.monotonic() - start < SECONDS_TO_SEE:
        for server in list(waiting):
            answered = answer(server.base + path(limit=1), target.headers)[1]
            if int(answered["X-Total-Count"]) > total:
                waiting.remove(server)
                yield time.monotonic() - start
    yield from [SECONDS_TO_SEE] * len(waiting)
