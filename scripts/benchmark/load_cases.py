"""Load benchmarks: both lists compared with nginx, tokens, signatures."""

import oauth1
from context import CONNECTIONS
from report import MEGABYTE, Section, at_least, at_most
from rounds import repeat
from service import path
from wrk import Target, answer

GOAL_CONNECTIONS = 64
P99_GOAL = 1.5


def in_turn(bench, targets, connections):
    """Measures each target once per round, in reverse order in every second round."""
    backwards = False

    def once():
        nonlocal backwards
        names, backwards = list(targets)[:: -1 if backwards else 1], not backwards
        return {name: targets[name].load(connections, bench.size.seconds) for name in names}

    return repeat(once, bench.size.rounds)


def beside_nginx(bench, name, goal=None, headers=None, not_modified=False, **query):
    """One row per number of connections: Outbound, and nginx with the same bytes from a file."""
    rows = []
    with bench.filled("SQLite", bench.size.many).serve() as server:
        ours = server.page(headers=headers, **query)
        content, answered = answer(ours.url, ours.headers)
        theirs = Target(bench.nginx().url(name, content), {})
        if not_modified:
            ours.headers["If-None-Match"] = answered["ETag"]
            theirs.headers["If-None-Match"] = answer(theirs.url)[1]["ETag"]
        for connections in CONNECTIONS:
            found = in_turn(bench, {"ours": ours, "nginx": theirs}, connections)
            rows.append(compared(connections, found, server, goal))
            server.forget_log()
    size = "no body" if not_modified else f"{len(content):,} bytes"
    return rows, [f"{size}, SQLite, {bench.size.many:,} handoffs in the account."]


def compared(connections, found, server, goal):
    ratio = found.median(lambda round: round["ours"].rate / round["nginx"].rate)
    tail = found.median(lambda round: round["ours"].p99 / round["nginx"].p99)
    has_goal = goal and connections == GOAL_CONNECTIONS
    return {
        "connections": connections,
        "requests/s": found.median(lambda round: round["ours"].rate),
        "nginx": found.median(lambda round: round["nginx"].rate),
        "ratio": ratio,
        "goal": at_least(ratio, goal) if has_goal else "",
        "p99 ms": found.median(lambda round: round["ours"].p99),
        "nginx p99": found.median(lambda round: round["nginx"].p99),
        "p99 ratio": tail,
        "p99 goal": at_most(tail, P99_GOAL) if has_goal else "",
        "memory MB": server.memory() / MEGABYTE,
        "rounds": found.note,
    }


def list_(bench):
    return Section("List, page of 30", *beside_nginx(bench, "list", goal=0.9))


def channel(bench):
    return Section("By channel (wa), page of 30", *beside_nginx(bench, "channel", channel="wa"))


def page_1000(bench):
    return Section("List, page of 1000", *beside_nginx(bench, "page-1000", limit=1000))


def not_modified(bench):
    return Section("List, page of 30, 304", *beside_nginx(bench, "not-modified", goal=0.6, not_modified=True))


def gzip(bench):
    headers = {"Accept-Encoding": "gzip"}
    return Section("List, page of 30, gzip", *beside_nginx(bench, "gzip", headers=headers))


def tokens(bench):
    """Many tokens in turn, compared with a single token."""
    rows, installation, count = [], bench.filled("SQLite", bench.size.many), bench.size.tokens
    clients = bench.once("clients", lambda: [installation.create_client() for _ in range(count)])
    with installation.serve() as server:
        many = [server.authorization(client=client) for client in clients]
        targets = {"many": server.pages(bench.scratch("many"), [(path(), token) for token in many]),
                   "one": server.pages(bench.scratch("one"), [(path(), many[0])] * count)}
        for connections in CONNECTIONS:
            found = in_turn(bench, targets, connections)
            ratio = found.median(lambda round: round["many"].rate / round["one"].rate)
            rows.append({
                "connections": connections,
                "requests/s": found.median(lambda round: round["many"].rate),
                "one token": found.median(lambda round: round["one"].rate),
                "ratio": ratio,
                "goal": at_least(ratio, 0.9) if connections == GOAL_CONNECTIONS else "",
                "p99 ms": found.median(lambda round: round["many"].p99),
                "memory MB": server.memory() / MEGABYTE,
                "rounds": found.note})
            server.forget_log()
    return Section(f"List, page of 30, {count:,} different tokens", rows)


def alone(bench, server, target_of, connections):
    """The row of a case without nginx. Each round uses a new target."""
    found = repeat(lambda: target_of().load(connections, bench.size.seconds), bench.size.rounds)
    server.forget_log()
    return {
        "connections": connections,
        "requests/s": found.median(lambda load: load.rate),
        "median ms": found.median(lambda load: load.median),
        "p99 ms": found.median(lambda load: load.p99),
        "memory MB": server.memory() / MEGABYTE,
        "rounds": found.note,
    }


def grant(bench):
    with bench.filled("SQLite", bench.size.many).serve() as server:
        target = server.grant()
        rows = [alone(bench, server, lambda: target, connections) for connections in CONNECTIONS]
    return Section("Token grant", rows)


def signed(bench):
    """OAuth 1.0: every request has its own signature and nonce."""
    title = "List, page of 30, OAuth 1.0"
    installation = bench.filled("SQLite", bench.size.many)
    if not installation.knows(["api-key", "create"], "--account"):
        return Section(title, [], ["Skipped: this version has no `outbound api-key create`."])
    key = installation.create_key()
    with installation.serve() as server:
        def target():
            requests = oauth1.requests(key, server.base, path(), bench.size.seconds)
            return server.pages(bench.scratch("signed"), requests)
        rows = [alone(bench, server, target, connections) for connections in CONNECTIONS]
    return Section(title, rows)
