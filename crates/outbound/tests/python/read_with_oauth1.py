"""Reads a running demo with requests-oauthlib, an independent client.

Standard input: the file that --demo-credentials wrote. Exits with status 1 and a message if a
response is not the expected one.
"""

import json
import sys
import time
from base64 import b64encode

import requests
from requests_oauthlib import OAuth1Session

demo = json.load(sys.stdin)
key = demo["oauth1"]
account = f"{demo['base']}/api/account/{demo['account']}"
handoffs = f"{account}/app/prmsg/handoffs/list"


def session(**options):
    return OAuth1Session(
        key["app_key"], key["secret"], key["access_token"], key["access_token_secret"], **options
    )


def expect(what, answer, status, error=None):
    code = answer.json().get("error") if status >= 400 else None
    if (answer.status_code, code) != (status, error):
        sys.exit(f"{what}: {answer.request.url}: {answer.status_code} {answer.text}")


token = requests.post(
    f"{demo['base']}/sentinel/api/account/{demo['account']}/app/token", data=demo["oauth2"]
).json()["access_token"]
expected_page = requests.get(f"{handoffs}?v=1", headers={"Authorization": f"Bearer {token}"}).content

# requests encodes dictionaries with + for a space. Strings are sent unchanged.
QUERIES = [
    {"v": 1},
    {"v": 1, "limit": 30, "offset": 0},
    {"v": "1", "x": ["b", "a", "", "a"]},
    {"v": "1", "text": "one two  three", "plus": "1+1=2", "signs": "~*!'()/?:@&%"},
    {"v": "1", "größe": "ü", "smile": "🙂", "": "nameless"},
    "v=1&space=one%20two&small=%c3%bc&plus=%2b",
    "v=1.0&empty&empty=&a%5B0%5D=1",
]
for method in ["HMAC-SHA1", "HMAC-SHA256"]:
    signed = session(signature_method=method)
    for query in QUERIES:
        answer = signed.get(handoffs, params=query)
        expect(method, answer, 200)
        if answer.content != expected_page:
            sys.exit(f"{method}: {answer.request.url}: not the page that an access token reads")
    expect("slash", signed.get(f"{handoffs}/?v=1"), 200)
    expect("channel", signed.get(f"{handoffs}/channel/sms-twilio?v=1"), 200)
    expect("HEAD", signed.head(f"{handoffs}?v=1"), 200)
    expect("realm", session(signature_method=method, realm="a, b").get(f"{handoffs}?v=1"), 200)

now = int(time.time() * 1000)
interval = f"attemptedStartTime={now - 3_600_000}&attemptedEndTime={now}"
for reports in (f"analytics/?{interval}", f"transactions/?v=2.0&{interval}"):
    answer = session().post(f"{account}/app/prmsg/{reports}", json={"filters": {"channels": ["wa"]}})
    expect(reports, answer, 200)
expect("analytics", session().get(f"{account}/app/prmsg/analytics/?{interval}"), 200)
events = f"{demo['base']}/manage/v1/accounts/{demo['account']}/events"
expect("events", session().post(events, json=[]), 403, "no_right")

expect("PLAINTEXT", session(signature_method="PLAINTEXT").get(f"{handoffs}?v=1"), 401, "unsupported_signature_method")
expect("old", session(timestamp="1261039670").get(f"{handoffs}?v=1"), 401, "timestamp_out_of_window")
once = session(nonce=b64encode(b"once").decode())
expect("first", once.get(f"{handoffs}?v=1"), 200)
expect("replay", once.get(f"{handoffs}?v=1&other=1"), 401, "nonce_used")
elsewhere = handoffs.replace(demo["account"], "87654321")
expect("another account", session().get(f"{elsewhere}?v=1"), 403, "other_account")
key["secret"] = "wrong"
expect("wrong secret", session().get(f"{handoffs}?v=1"), 401, "invalid_signature")
