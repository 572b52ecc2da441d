"""Benchmarks of saving and searching in the management API, and of the pages of the web tool."""

import html.parser
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request

from campaigns import execute, until
from processes import Failed
from report import Section, at_least, at_most
from rounds import repeat
from service import ACCOUNT, manage
from wrk import Target

WRITERS = 16
AUTHORS = "87654321"
SAVES_GOAL = {"SQLite": 200, "PostgreSQL": 400}
WEB_HANDOFFS = 10_000
PASSWORD = "correct horse battery staple"

# wrk replaces `{n}` with a number that is unique for each request, because names are unique in an account.
NEW = {"name": "Saved {n}", "channels": [{
    "type": "sms-twilio", "language": "en", "outboundnumber": "+14155550123",
    "messageComponents": [{"type": "body", "content": "Your order is on its way."}]}]}

# Search words that occur in the data, and other filters.
SEARCHES = {
    "all, last changed first": {},
    "a word in 40 % of the handoffs": {"q": "parcel"},
    "the same, counted": {"q": "parcel", "count": "true"},
    "a rare number": {"q": "99123"},
    "no match": {"q": "zebra"},
    "one channel, by name": {"channel": "wa", "sort": "name"},
    "one channel, counted": {"channel": "inapp", "count": "true"},
}
# Words that few handoffs or none contain.
RARE = ("a rare number", "no match")
PENDING = "SELECT count(*) FROM search_pending"
MAX_INDEXING = 1200
# Seconds until the index is complete after an import of 100,000.
INDEX_GOAL = 120


def saves(bench):
    """Many concurrent writers create handoffs with their first versions."""
    rows = []
    for engine, goal in SAVES_GOAL.items():
        installation = bench.filled(engine, bench.size.many)
        client = installation.create_account(AUTHORS, scope="handoffs.write")
        with installation.serve() as server:
            headers = {"Authorization": server.authorization(AUTHORS, client), "Content-Type": "application/json"}
            target = Target(server.base + manage(AUTHORS), headers, "POST", json.dumps(NEW))
            found = repeat(lambda: target.load(WRITERS, bench.size.seconds), bench.size.rounds)
        rate = found.median(lambda load: load.rate)
        rows.append({
            "engine": engine, "saves/s": rate, "goal": at_least(rate, goal),
            "median ms": found.median(lambda load: load.median), "p99 ms": found.median(lambda load: load.p99),
            "rounds": found.note})
    return Section(f"New handoffs saved by {WRITERS} writers, with version, search entry and change", rows)


def search(bench):
    """Searches of the management API in an account with many handoffs."""
    rows, count = [], bench.size.many
    for engine in SAVES_GOAL:
        installation = bench.filled(engine, count)
        client = installation.create_client(scope="handoffs.write")
        with installation.serve() as server:
            rows += searches(bench, engine, server, client, SEARCHES, 50)
    return Section(f"Search over {count:,} handoffs, page of 30, one connection", rows)


def searches(bench, engine, server, client, names, goal):
    """A row for each search. The goal is in milliseconds."""
    headers = {"Authorization": server.authorization(client=client)}
    for name in names:
        url = server.base + manage(ACCOUNT, limit=30, **SEARCHES[name])
        found = repeat(lambda url=url: Target(url, headers).load(1, bench.size.seconds), bench.size.rounds)
        median = found.median(lambda load: load.median)
        yield {"engine": engine, "search": name, "median ms": median, "p99 ms": found.median(lambda load: load.p99),
               "goal": at_most(median, goal, " ms"), "rounds": found.note}


def search_index(bench):
    """The time from an import until its search index is complete."""
    rows, count = [], bench.size.many
    for engine in SAVES_GOAL:
        installation = bench.installation(engine, "search-index")
        installation.create_account()
        with installation.serve():
            installation.load(bench.file(count), count)
            seconds = index_seconds(installation)
        rows.append({"engine": engine, "s": seconds, "goal": at_most(seconds, INDEX_GOAL, " s")})
    return Section(f"Search index complete after an import of {count:,} handoffs", rows)


def index_seconds(installation):
    """Waits until the search index is complete, and returns the seconds."""
    start = time.monotonic()
    until(MAX_INDEXING, lambda: execute(installation, PENDING) == [["0"]], "the search index")
    return time.monotonic() - start


def rare_words(bench):
    """Searches for rare words among very many handoffs, once the search index is complete."""
    rows, notes, count = [], [], bench.size.most
    for engine in SAVES_GOAL:
        installation = bench.filled(engine, count)
        client = installation.create_client(scope="handoffs.write")
        with installation.serve() as server:
            seconds = index_seconds(installation)
            notes.append(f"{engine}: the index was complete {seconds:.0f} s after the server started.")
            rows += searches(bench, engine, server, client, RARE, 20)
    return Section(f"Search for rare words over {count:,} handoffs, page of 30, one connection", rows, notes)


class NotFollowed(urllib.request.HTTPRedirectHandler):
    """Does not follow redirects, so that the response with the cookies is visible."""

    def redirect_request(self, *_):
        return None


def web(bench):
    """Pages of the web tool until the last byte, and the live preview request of a keystroke in the editor."""
    installation = bench.filled("SQLite", WEB_HANDOFFS)
    installation.create_user("bench", "administrator", PASSWORD)
    with installation.serve() as server:
        form = {"account": ACCOUNT, "username": "bench", "password": PASSWORD}
        cookies = logged_in(server.base, form)
        own = {"Cookie": cookies, "Accept": "text/html"}
        first = re.search(r'/handoffs/([0-9A-Za-z_-]{16,})"', get(f"{server.base}/handoffs", own))[1]
        editor = get(f"{server.base}/handoffs/{first}/edit", own)
        typed = {**own, "Content-Type": "application/x-www-form-urlencoded"}
        live = Target(f"{server.base}/handoffs/{first}/edit/live", typed, "POST", fields_of(editor))
        cases = [(path, Target(server.base + path, own), 20) for path in (
            "/handoffs", "/handoffs?q=parcel", f"/handoffs/{first}", f"/handoffs/{first}/edit",
            f"/handoffs/{first}/history", "/settings", "/audit")]
        rows = [row(bench, name.replace(first, "{id}"), target, goal)
                for name, target, goal in [*cases, ("a keystroke in the editor", live, 50)]]
    return Section(f"The web tool with {WEB_HANDOFFS:,} handoffs, SQLite, one connection", rows)


def row(bench, name, target, goal):
    found = repeat(lambda: target.load(1, bench.size.seconds), bench.size.rounds)
    median = found.median(lambda load: load.median)
    return {"page": name, "median ms": median, "p99 ms": found.median(lambda load: load.p99),
            "goal": at_most(median, goal, " ms"), "rounds": found.note}


def logged_in(base, form):
    """Logs in and returns the session's cookies."""
    opener = urllib.request.build_opener(NotFollowed)
    try:
        opener.open(f"{base}/login", urllib.parse.urlencode(form).encode(), timeout=10)
    except urllib.error.HTTPError as redirect:
        lines = redirect.headers.get_all("Set-Cookie") or []
        return "; ".join(line.partition(";")[0] for line in lines)
    raise Failed("the login did not redirect")


def get(url, headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as found:
        return found.read().decode()


class Fields(html.parser.HTMLParser):
    """The form fields of a page, as a browser would send them."""

    def __init__(self, page):
        super().__init__()
        self.found, self.open = [], None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name = attrs.get("name")
        if tag == "select":
            self.open = name
        elif tag == "option" and self.open and "selected" in attrs:
            self.found.append((self.open, attrs.get("value", "")))
        elif tag == "textarea" and name:
            self.found.append((name, ""))
            self.open = name
        elif tag == "input" and name and (attrs.get("type") not in ("checkbox", "radio") or "checked" in attrs):
            self.found.append((name, attrs.get("value", "")))

    def handle_data(self, data):
        if self.lasttag == "textarea" and self.open:
            self.found[-1] = (self.open, self.found[-1][1] + data)

    def handle_endtag(self, tag):
        if tag in ("select", "textarea"):
            self.open = None


def fields_of(page):
    """The body that the editor's form sends."""
    form = re.search(r'<form[^>]*class="editor-form".*?</form>', page, re.DOTALL)
    return urllib.parse.urlencode(Fields(form[0]).found)
