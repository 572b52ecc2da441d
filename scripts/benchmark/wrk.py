"""Sends requests: a single one to read the response, or many with wrk to measure."""

import json
import os
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from processes import Failed, run

SCRIPT = Path(__file__).with_name("load.lua")
SECONDS_TO_ANSWER = 10
TWO_THREADS_FROM = 64


@dataclass
class Load:
    """The results of one run of wrk, with times in milliseconds."""

    requests: int
    rate: float
    median: float
    p99: float


@dataclass
class Target:
    """The request to send. `requests` is a file with lines `PATH<tab>AUTHORIZATION`, used in turn."""

    url: str
    headers: dict
    method: str = "GET"
    body: str | None = None
    requests: Path | None = None

    def load(self, connections, seconds):
        """Sends the request on `connections` connections for `seconds`. Any error response is a failure."""
        threads = 2 if connections >= TWO_THREADS_FROM else 1
        headers = [part for name, value in self.headers.items() for part in ("-H", f"{name}: {value}")]
        told = {"LOAD_METHOD": self.method, "LOAD_BODY": self.body, "LOAD_REQUESTS": self.requests,
                "LOAD_RUN": time.monotonic_ns()}
        printed = run(["wrk", "-t", str(threads), "-c", str(connections), "-d", f"{seconds}s",
                       "--timeout", "10s", "-s", SCRIPT, *headers, self.url],
                      env=os.environ | {name: str(value) for name, value in told.items() if value})
        found = json.loads(printed.rpartition("\nmeasured ")[2])
        if found.pop("failures") or not found["requests"]:
            raise Failed(f"{self.url} returned errors:\n{printed}")
        return Load(**found)


def answer(url, headers=None, data=None, wait=None):
    """Body and headers of one response. With `wait`, retries until the status is 200 or `wait` fails."""
    end = time.monotonic() + SECONDS_TO_ANSWER
    while True:
        try:
            with urllib.request.urlopen(urllib.request.Request(url, data, headers or {}), timeout=10) as found:
                return found.read(), found.headers
        except urllib.error.HTTPError as error:
            if not wait or time.monotonic() > end:
                raise Failed(f"{url}: {error}: {error.read()[:500]}") from error
        except OSError as error:
            if not wait or time.monotonic() > end:
                raise Failed(f"{url}: {error}") from error
        wait()
        time.sleep(0.001)
