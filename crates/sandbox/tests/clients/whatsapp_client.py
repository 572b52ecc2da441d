"""Sends messages and receives updates with pywa, a client of WhatsApp Cloud API.

Usage: whatsapp_client.py BASE CALLBACK_PORT APP_SECRET. Prints `ok`.
"""

import json
import queue
import sys
import urllib.request

from pywa import WhatsApp
from pywa.errors import UserStoppedMarketingMessages
from pywa.types.templates import BodyText, TemplateLanguage
from receiver import Receiver

base, port, secret = sys.argv[1:]
receiver = Receiver(int(port))
client = WhatsApp(
    phone_id="106540352242922",
    token="any",
    app_secret=secret,
    server=None,
    verify_token="verify",
)
client.api._session.base_url = f"{base}/v23.0"
updates = queue.Queue()


@client.on_message_status
def on_status(_, status):
    updates.put(("status", status))


@client.on_message
def on_message(_, message):
    updates.put(("message", message))


def update():
    """The next update, whose signature must be right."""
    _, headers, body = receiver.next()
    rejected = client.webhook_update_validator(body, headers["X-Hub-Signature-256"])
    assert rejected is None, rejected
    response, code = client.webhook_update_handler(body)
    assert code == 200, response
    return updates.get(timeout=60)


sent = client.send_message(to="16001230001", text="Hello", tracker="m1")
assert sent.id.startswith("wamid."), sent
for expected in ["sent", "delivered", "read"]:
    kind, status = update()
    assert (kind, status.status.value, status.id, status.tracker) == ("status", expected, sent.id, "m1")

template = client.send_template(
    to="16001230002",
    name="order_ready",
    language=TemplateLanguage.ENGLISH_US,
    params=[BodyText.params("Nancy", "9999")],
)
assert template.status.value == "accepted", template
assert [update()[1].status.value for _ in range(3)] == ["sent", "delivered", "read"]

try:
    client.send_message(to="16001239910", text="Hello")
    raise AssertionError("a message to a consumer who stopped them was accepted")
except UserStoppedMarketingMessages:
    pass

reply = json.dumps({"api": "meta", "phone": "+16001230001", "text": "Thanks"}).encode()
request = urllib.request.Request(
    f"{base}/sandbox/replies", reply, {"Content-Type": "application/json"}
)
urllib.request.urlopen(request, timeout=60)
kind, message = update()
assert (kind, message.text, message.from_user.wa_id) == ("message", "Thanks", "16001230001"), message
print("ok")
