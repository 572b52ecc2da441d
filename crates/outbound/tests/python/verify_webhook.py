"""Verifies a webhook with standardwebhooks, an independent library.

Standard input: {"secret", "headers", "body"} as received. Fails if the message is invalid or if a
modified one is accepted.
"""

import json
import sys

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

message = json.load(sys.stdin)
webhook = Webhook(message["secret"])
verified = webhook.verify(message["body"], message["headers"])
if verified != json.loads(message["body"]):
    sys.exit("the verified message differs from the body")

stale = {**message["headers"], "webhook-timestamp": "1614265330"}
renamed = {**message["headers"], "webhook-id": "msg_other"}
for body, headers in [
    (message["body"] + " ", message["headers"]),
    (message["body"], stale),
    (message["body"], renamed),
]:
    try:
        webhook.verify(body, headers)
    except WebhookVerificationError:
        continue
    sys.exit("a modified message was accepted")
