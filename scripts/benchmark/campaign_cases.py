"""Benchmarks of campaigns: acceptance, sending through a sandbox on the same machine, and callbacks."""

import contextlib
import hashlib
import hmac
import json
import statistics
import threading
import time
import uuid
from datetime import datetime

import campaigns
from campaigns import ALWAYS, RECIPIENTS, SECRET, Campaigner, PublicServer, Sandbox, free_port, until
from processes import Failed
from report import MEGABYTE, Section, at_least, at_most
from rounds import repeat, watched
from wrk import Target, answer

ACCEPT_GOAL = 1000
SEND_GOAL = {"SQLite": 500, "PostgreSQL": 1000}
NODES = {"SQLite": 1, "PostgreSQL": 2}
CALLBACK_GOAL = 5000
CALLBACK_P99_GOAL = 250
RATE = 9
SHARE_GOAL = 0.95
SENDERS = ("14155550101", "14155550102", "14155550103", "14155550104")
BUSY, IDLE, ACCOUNTS = 40, 1000, 4


def accept(bench):
    """Campaigns of 100 recipients over the API. Each round has a new account, because an account has a daily limit."""
    rows = []
    for engine in ("SQLite", "PostgreSQL"):
        installation, numbers = bench.installation(engine, "accept"), iter(range(1000))
        with installation.serve() as server:
            def once():
                account = Campaigner(installation, f"accept{next(numbers)}")
                account.connect("http://127.0.0.1:9")
                target = account.request(server, campaigns.body(windows=campaigns.another_day()))
                return target.load(8, bench.size.seconds)
            found = repeat(once, bench.size.rounds)
            rate = found.median(lambda load: load.rate) * RECIPIENTS
            rows.append({"engine": engine, "callers": 8, "recipients/s": rate, "goal": at_least(rate, ACCEPT_GOAL),
                         "median ms": found.median(lambda load: load.median),
                         "p99 ms": found.median(lambda load: load.p99), "rounds": found.note})
    notes = ["The windows are closed, so that nothing is sent during this. Reporting has the messages soon afterwards."]
    return Section(f"Campaigns of {RECIPIENTS} recipients accepted", rows, notes)


def send(bench):
    """All messages of campaigns, from the start of sending until reports have each as read."""
    rows, count = [], bench.size.sent
    for engine in ("SQLite", "PostgreSQL"):
        installation = bench.installation(engine, "send")
        ports = [free_port() for _ in range(NODES[engine])]
        account = Campaigner(installation, "sender")
        port = free_port()
        path = account.connect(f"http://127.0.0.1:{port}")
        handoffs = account.publish(SENDERS)
        callback = f"meta=http://127.0.0.1:{ports[0]}{path}meta"
        with contextlib.ExitStack() as running:
            running.enter_context(Sandbox(bench, port, callback))
            servers = [running.enter_context(PublicServer(installation, port)) for port in ports]
            add_lanes(installation, account, servers[0], handoffs)
            start_campaigns(account, servers[0], handoffs, count)
            share, seconds = watched(lambda: sent(installation, account, servers[0], count))
            rate = count / seconds
            rows.append({"engine": engine, "nodes": len(servers), "messages": count, "s": seconds,
                         "messages/s": rate, "goal": at_least(rate, SEND_GOAL[engine]),
                         "memory MB": max(server.memory() for server in servers) / MEGABYTE,
                         "others used": f"{share:.0%}"})
    notes = ["From the resumption of the senders, one after the other on the command line, until reports have every message "
             "as sent, delivered and read. A phone of the sandbox reads a message 2.8 s after it was accepted, which is part "
             "of the time."]
    return Section("Campaigns sent through the sandbox, rates of senders lifted", rows, notes)


def add_lanes(installation, account, server, handoffs):
    """Adds the lanes, and stops them with their rates lifted."""
    for handoff in handoffs:
        answer_of(account.request(server, campaigns.body(1, campaigns.another_day(), handoff)))
    campaigns.execute(installation, "UPDATE lanes SET rate = 1000, paused_reason = 'benchmark'")


def start_campaigns(account, server, handoffs, count):
    """Starts campaigns of 100 recipients for all senders in turn."""
    targets = [account.request(server, campaigns.body(handoff=handoff)) for handoff in handoffs]
    for number in range(count // RECIPIENTS):
        answer_of(targets[number % len(targets)])


def answer_of(target):
    return json.loads(answer(target.url, target.headers, target.body.encode())[0])


def sent(installation, account, server, count):
    """Starts the lanes, and returns the seconds until reports have all messages as read."""
    until(60, lambda: account.counts(server)["attempted"] >= count + len(SENDERS), "events of acceptance")
    start = time.monotonic()
    for sender in SENDERS:
        installation.run("campaign", "resume-lane", f"wa/{sender}", "--account", account.account)

    def is_over():
        counts = account.counts(server)
        return min(counts["sent"], counts["delivered"], counts["read"]) >= count
    until(count / 20 + 60, is_over, f"{count} messages read")
    return time.monotonic() - start


def callbacks(bench):
    """Signed callbacks of WhatsApp about sent messages, each with one status."""
    rows = []
    for engine in ("SQLite", "PostgreSQL"):
        installation = bench.installation(engine, "callbacks")
        account = Campaigner(installation, "callbacks")
        path = account.connect("http://127.0.0.1:9") + "meta"
        handoffs = account.publish(SENDERS)
        count = bench.size.seconds * bench.size.rounds * 1500
        with installation.serve() as server:
            for _ in range(count // RECIPIENTS):
                answer_of(account.request(server, campaigns.body(windows=campaigns.another_day(), handoff=handoffs[0])))
            until(60, lambda: account.counts(server)["attempted"] >= count, "events of acceptance")
        campaigns.execute(
            installation, "UPDATE recipients SET state = 'sent', due_at = NULL, sealed = NULL",
            "UPDATE campaigns SET sent = waiting, waiting = 0", "UPDATE lanes SET due_at = NULL")
        lines = signed(installation, path)
        size = len(lines) // bench.size.rounds
        parts = iter([lines[start:start + size] for start in range(0, len(lines), size)] * 2)
        with installation.serve() as server:
            def once():
                return server.pages(bench.scratch("callbacks"), next(parts), "POST").load(64, bench.size.seconds)
            found = repeat(once, bench.size.rounds)
            rate, tail = found.median(lambda load: load.rate), found.median(lambda load: load.p99)
            rows.append({"engine": engine, "callers": 64, "callbacks/s": rate, "goal": at_least(rate, CALLBACK_GOAL),
                         "median ms": found.median(lambda load: load.median), "p99 ms": tail,
                         "p99 goal": at_most(tail, CALLBACK_P99_GOAL), "memory MB": server.memory() / MEGABYTE,
                         "rounds": found.note})
            if not account.counts(server)["read"]:
                raise Failed("no callback reached reports")
            server.forget_log()
    return Section("Callbacks received", rows, ["Answered after the commit to reports. One status in each."])


def signed(installation, path):
    """Lines of requests: each message is sent, delivered and read, in groups of messages."""
    is_sqlite = installation.common[1].startswith("sqlite:")
    column = "HEX(transaction_id)" if is_sqlite else "ENCODE(transaction_id, 'hex')"
    ids = [str(uuid.UUID(hex=row[0])) for row in campaigns.execute(installation, f"SELECT {column} FROM recipients")]
    now, lines = int(time.time()), []
    for start in range(0, len(ids), 500):
        for status in ("sent", "delivered", "read"):
            for number, found in enumerate(ids[start:start + 500], start):
                text = json.dumps(callback(found, status, now, campaigns.PHONES[number % len(campaigns.PHONES)]))
                signature = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
                lines.append((path, "", f"X-Hub-Signature-256: sha256={signature}", text))
    return lines


def callback(found, status, now, phone):
    """What WhatsApp sends."""
    pricing = {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "marketing"}
    value = {"messaging_product": "whatsapp",
             "metadata": {"display_phone_number": SENDERS[0], "phone_number_id": SENDERS[0]},
             "contacts": [{"wa_id": phone, "profile": {"name": "Ann"}}],
             "statuses": [{"id": f"wamid.{found}", "status": status, "timestamp": str(now), "recipient_id": phone,
                           "biz_opaque_callback_data": found, "conversation": {"id": "c0ffee"}, "pricing": pricing}]}
    return {"object": "whatsapp_business_account",
            "entry": [{"id": "0", "changes": [{"value": value, "field": "messages"}]}]}


def lanes(bench):
    """Busy senders beside many that are nearly idle, at the usual rate."""
    rows = []
    for engine in ("SQLite", "PostgreSQL"):
        installation, port = bench.installation(engine, "lanes"), free_port()
        accounts = [Campaigner(installation, f"lanes{number}") for number in range(ACCOUNTS)]
        for account in accounts:
            account.connect(f"http://127.0.0.1:{port}")
        own = free_port()
        with Sandbox(bench, port, f"twilio=http://127.0.0.1:{own}") as sandbox, PublicServer(installation, own) as server:
            fill_lanes(accounts, server, bench.size.backlog)
            share, found = watched(lambda: observed(bench, accounts, server, sandbox))
            rows.append({"engine": engine, **found, "others used": f"{share:.0%}"})
    notes = [f"{BUSY} senders with a backlog and {IDLE} that send a message each, in {ACCOUNTS} accounts, counted by the sandbox."]
    return Section(f"Senders with a rate of {RATE} messages per second", rows, notes)


def busy_sender(number):
    return f"1415556{number:04}"


def fill_lanes(accounts, server, seconds):
    """Gives each busy lane work for so many seconds."""
    for number in range(BUSY):
        target = accounts[number % ACCOUNTS].request(server, campaigns.body(windows=ALWAYS, sender=busy_sender(number)))
        for _ in range(seconds * RATE // RECIPIENTS + 1):
            answer_of(target)


def observed(bench, accounts, server, sandbox):
    """Counts the messages of each sender while the others send."""
    stop, sent_at = threading.Event(), {}

    def idle():
        for number in range(IDLE):
            if stop.wait((bench.size.backlog - 5) / IDLE):
                return
            sender = f"1415557{number:04}"
            request = campaigns.body(1, ALWAYS, sender=sender)
            sent_at[sender] = time.time()
            answer_of(accounts[number % ACCOUNTS].request(server, request))
    thread = threading.Thread(target=idle)
    thread.start()
    # After the take-over of the lanes.
    time.sleep(3)
    first, after, times, largest = time.time(), 0, {}, {}
    while time.time() < first + bench.size.backlog - 8:
        time.sleep(0.5)
        entries, largest = sandbox.ledger(after)
        for entry in entries:
            after = entry["sequence"]
            times.setdefault(entry["sender"].lstrip("+"), []).append(at(entry))
    stop.set()
    thread.join()
    last = max(max(found) for found in times.values())
    shares = [sum(first <= time <= last for time in times.get(busy_sender(number), ())) / (last - first) / RATE
              for number in range(BUSY)]
    waits = [times[sender][0] - sent_at[sender] for sender in sent_at if sender in times]
    busiest = max(largest.values())
    return {"slowest, share of its rate": min(shares), "goal": at_least(min(shares), SHARE_GOAL),
            "median share": statistics.median(shares), "largest number in a second": busiest,
            "limit": at_most(busiest, RATE), "idle senders": len(waits), "their median wait, s": statistics.median(waits),
            "longest, s": max(waits), "memory MB": server.memory() / MEGABYTE}


def at(entry):
    """The time of an entry in seconds."""
    return datetime.fromisoformat(entry["at"].replace("Z", "+00:00")).timestamp()
