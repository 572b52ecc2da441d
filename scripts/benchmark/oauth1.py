"""Signs requests with OAuth 1.0 (RFC 5849) in advance, each with its own nonce."""

import base64
import hashlib
import hmac
import itertools
import time
from urllib.parse import parse_qsl, quote, urlsplit

# More requests than any server handles, so that none is sent twice.
MOST_A_SECOND = 60_000
NONCES = itertools.count()


def requests(key, base, path, seconds):
    """Pairs of path and `Authorization` header, enough for this number of seconds."""
    for _ in range(MOST_A_SECOND * seconds):
        yield path, header(key, "GET", base + path, str(int(time.time())), f"nonce{next(NONCES)}")


def header(key, method, url, timestamp, nonce):
    """The header for one request. `key` is the output of `outbound api-key create`."""
    fields = {
        "oauth_consumer_key": key["app_key"],
        "oauth_token": key["access_token"],
        "oauth_signature_method": "HMAC-SHA256",
        "oauth_timestamp": timestamp,
        "oauth_nonce": nonce,
        "oauth_version": "1.0",
    }
    fields["oauth_signature"] = signature(key, method, url, fields)
    return "OAuth " + ", ".join(f'{name}="{escape(value)}"' for name, value in fields.items())


def signature(key, method, url, fields):
    parts = urlsplit(url)
    pairs = sorted((escape(name), escape(value)) for name, value in [*parse_qsl(parts.query), *fields.items()])
    parameters = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join(map(escape, (method, f"{parts.scheme}://{parts.netloc}{parts.path}", parameters)))
    secret = f"{escape(key['secret'])}&{escape(key['access_token_secret'])}"
    return base64.b64encode(hmac.digest(secret.encode(), base.encode(), hashlib.sha256)).decode()


def escape(text):
    return quote(text, safe="-._~")
