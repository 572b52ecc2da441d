"""Deletion of many deliveries: of a webhook that is deleted, and of those that were kept for long enough."""

import json
import time
from datetime import datetime, timedelta, timezone

from campaigns import execute
from processes import Failed
from report import Section, at_least
from rounds import watched
from service import ACCOUNT

# Nothing listens there, and nothing is sent to it.
WEBHOOK = ["webhook", "create", "http://127.0.0.1:9/", "--webhooks-to-private-networks", "--account", ACCOUNT, "--json"]
RETENTION_DAYS = 30
# Deliveries a second that retention must keep up with.
RETENTION_GOAL = 100
SECONDS_TO_END = 1800

# What a webhook has after `count` deliveries were accepted, written at once.
FILL = """
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
    INSERT INTO webhook_deliveries (account_id, webhook_id, number, created_at, attempts, attempted_at, status,
                                    delivered_at)
    SELECT '{account}', '{webhook}', n, {at}, 1, {at}, 204, {at} FROM numbers"""


def deliveries(bench):
    """How fast the jobs of a running server delete the deliveries of one webhook."""
    rows, count = [], bench.size.most
    for engine in ("SQLite", "PostgreSQL"):
        installation = bench.installation(engine, "deliveries")
        installation.create_account()
        with installation.serve():
            webhook = filled_webhook(bench, engine, installation, days=1)
            delete = ["webhook", "delete", webhook, "--account", ACCOUNT]
            rows.append({"engine": engine, "case": "a webhook is deleted", **measured(
                count, lambda: ended(installation, delete, lambda jobs: f"delete_webhook/{webhook}" not in jobs))})
            filled_webhook(bench, engine, installation, days=RETENTION_DAYS + 1)
            retry = ["jobs", "retry", "maintain_account", "--account", ACCOUNT]
            row = measured(count, lambda: ended(installation, retry, is_maintained))
            rows.append({"engine": engine, "case": f"kept for {RETENTION_DAYS} days", **row,
                         "goal": at_least(row["deliveries/s"], RETENTION_GOAL)})
    return Section(f"Deletion of {count:,} deliveries of a webhook by a job", rows)


def filled_webhook(bench, engine, installation, days):
    """A webhook whose deliveries were made so many days ago."""
    webhook = json.loads(installation.run(*WEBHOOK))["id"]
    # The new webhook makes the job of the account due.
    wait(installation, is_maintained)
    at = int((time.time() - days * 86400) * 1000)
    bench.say(f"writing {bench.size.most:,} deliveries into {engine}")
    execute(installation, FILL.format(count=bench.size.most, account=ACCOUNT, webhook=webhook, at=at))
    if engine == "PostgreSQL":
        bench.postgres().settle("deliveries")
    return webhook


def measured(count, work):
    others, seconds = watched(work)
    return {"s": seconds, "deliveries/s": count / seconds, "others used": f"{others:.0%}"}


def ended(installation, command, is_over):
    """Runs a command, and waits for the job that it starts; answers how many seconds that took."""
    start = time.monotonic()
    installation.run(*command)
    wait(installation, is_over)
    return time.monotonic() - start


def wait(installation, is_over):
    """Returns once the account's jobs, by their ids, are as `is_over` says."""
    end = time.monotonic() + SECONDS_TO_END
    while time.monotonic() < end:
        listed = json.loads(installation.run("jobs", "list", "--account", ACCOUNT, "--json"))
        if is_over({job["id"]: job for job in listed}):
            return
        time.sleep(0.2)
    raise Failed(f"the job has not ended after {SECONDS_TO_END} s")


def is_maintained(jobs):
    """Whether nothing is left to delete: the next run is minutes away."""
    soon = datetime.now(timezone.utc) + timedelta(minutes=1)
    job = jobs["maintain_account"]
    return job["state"] == "waiting" and datetime.fromisoformat(job["dueAt"].replace("Z", "+00:00")) > soon
