"""Sends and reads messages with Twilio's helper library.

Usage: twilio_client.py BASE CALLBACK_PORT AUTH_TOKEN. Prints `ok`.
"""

import json
import sys
import urllib.request
from datetime import datetime, timezone
from urllib.parse import parse_qsl

from receiver import Receiver
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

base, port, token = sys.argv[1:]
receiver = Receiver(int(port))
client = Client("AC00000000000000000000000000000001", token)
client.api.base_url = base
validator = RequestValidator(token)


def callback():
    """The parameters of the next callback, whose signature must be right."""
    path, headers, body = receiver.next()
    parameters = dict(parse_qsl(body.decode(), keep_blank_values=True))
    assert validator.validate(receiver.base + path, parameters, headers["X-Twilio-Signature"]), path
    return parameters


sent = client.messages.create(
    to="+16001230001",
    from_="+14155550100",
    body="Hello",
    status_callback=f"{receiver.base}/callbacks?message=m1#rc=2",
)
assert sent.status == "queued" and sent.sid.startswith("SM"), sent.status
statuses = [callback() for _ in range(2)]
assert [status["MessageStatus"] for status in statuses] == ["sent", "delivered"]
assert all(status["MessageSid"] == sent.sid for status in statuses)

read = client.messages(sent.sid).fetch()
assert (read.status, read.body, read.direction) == ("delivered", "Hello", "outbound-api")
assert isinstance(read.date_created, datetime)

whatsapp = client.messages.create(
    to="whatsapp:+16001230002",
    from_="whatsapp:+14155550100",
    content_sid="HX00000000000000000000000000000001",
    content_variables=json.dumps({"1": "Ann"}),
)
assert whatsapp.to == "whatsapp:+16001230002"
assert [callback()["MessageStatus"] for _ in range(3)] == ["sent", "delivered", "read"]

since = datetime(1970, 1, 1, tzinfo=timezone.utc)
listed = client.messages.list(to="+16001230001", date_sent_after=since, limit=10)
assert [message.sid for message in listed] == [sent.sid]
assert len(client.messages.list(page_size=1)) == 2, "all pages are read"

for to, code in [("+16001239911", 21610), ("+16001239920", 20003), ("12", 21211)]:
    try:
        client.messages.create(to=to, from_="+14155550100", body="Hello")
        raise AssertionError(f"{to} was accepted")
    except TwilioRestException as error:
        assert error.code == code, error

reply = json.dumps({"api": "twilio", "phone": "+16001230001", "text": "STOP"}).encode()
request = urllib.request.Request(
    f"{base}/sandbox/replies", reply, {"Content-Type": "application/json"}
)
urllib.request.urlopen(request, timeout=60)
received = callback()
assert (received["Body"], received["OptOutType"]) == ("STOP", "STOP"), received
assert (received["From"], received["To"]) == ("+16001230001", "+14155550100")
print("ok")
