"""Lists handoffs and creates one, with the client generated for Python.

Usage: client.py CLIENT_FOLDER BASE ACCOUNT CLIENT_ID CLIENT_SECRET. Prints the responses.
"""

import json
import sys

folder, base, account, client_id, client_secret = sys.argv[1:]
sys.path.insert(0, folder)

from outbound_client import AuthenticatedClient, Client
from outbound_client.api.handoffs import create_handoff
from outbound_client.api.outbound_configuration import list_handoffs
from outbound_client.api.tokens import create_token
from outbound_client.models import (
    HandoffDraft,
    SmsBody,
    SmsBodyType,
    SmsTwilio,
    SmsTwilioType,
    TokenForm,
    UnknownChannel,
)

form = TokenForm(client_id=client_id, client_secret=client_secret)
token = create_token.sync(account, client=Client(base_url=base), body=form).access_token
client = AuthenticatedClient(base_url=base, token=token)

listed = list_handoffs.sync(account, "prmsg", client=client, v="1.0", limit=50)

body = SmsBody(type_=SmsBodyType.BODY, content="Hello ${{1}}", variables=["1"], opt_out="Reply STOP")
channel = SmsTwilio(
    type_=SmsTwilioType.SMS_TWILIO, language="en", outboundnumber="+14156586515", message_components=[body]
)
unknown = UnknownChannel(type_="pigeon")
unknown["wings"] = 2
draft = HandoffDraft(name="From Python", channels=[channel, unknown], lookback_period_day=7)
created = create_handoff.sync(account, client=client, body=draft)

answers = {"listed": [handoff.to_dict() for handoff in listed], "created": created.to_dict()}
print(json.dumps(answers))
