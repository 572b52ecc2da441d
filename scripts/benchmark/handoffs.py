"""Generates the test data: deterministic handoffs that resemble those of a real brand."""

import json
import random
from datetime import datetime, timedelta, timezone

SEED = 20240229
CHANNELS = {"wa": 45, "sms-twilio": 25, "apple-twilio": 10, "googlercs": 10, "inapp": 10}
HOW_MANY_CHANNELS = {1: 85, 2: 12, 3: 3}
LANGUAGES = ("en", "en_GB", "de", "es", "fr", "pt_BR")
TOPICS = ("Order update", "Delivery window", "Invoice reminder", "Appointment", "Cinema ticket",
          "Loyalty offer", "Password changed", "Survey", "Refund issued", "Subscription renewal")
SENTENCES = (
    "Hi ${{1}}, here is what is new about your order ${{2}}.",
    "We expect to be at your door on ${{3}}; somebody should be there to take the parcel.",
    "If that does not suit you, choose another day or a shop near you with the buttons below.",
    "Your points are worth more this month: show this message at the till and save a fifth.",
    "The amount of ${{4}} will reach your account within three working days.",
    "Für Rückfragen sind wir täglich von 8 bis 20 Uhr für Sie da – auch am Wochenende.",
    "Please do not answer with card numbers or passwords; we never ask for them.",
)
FIRST_DAY = datetime(2021, 1, 1, tzinfo=timezone.utc)
# A prime that does not divide 10^15, so that ids are unique and not ordered.
ID_STEP = 982_451_653


def write(path, count):
    """Writes `count` handoffs to a file as a JSON array, one at a time."""
    chance = random.Random(SEED)
    with open(path, "w", encoding="utf-8") as file:
        for number in range(count):
            file.write("[\n" if number == 0 else ",\n")
            file.write(json.dumps(handoff(number, chance), ensure_ascii=False, separators=(",", ":")))
        file.write("\n]\n")


def handoff(number, chance):
    """Generates the handoff with this number. Numbers must be requested in order."""
    created = FIRST_DAY + timedelta(seconds=61 * number, milliseconds=chance.randrange(1000))
    topic = chance.choice(TOPICS)
    return {
        "id": f"H{number * ID_STEP % 10**15:015d}",
        "name": f"{topic} {number:07d}",
        "lookbackPeriodDay": chance.choice((0, 7, 30)),
        "lookbackPeriodHour": chance.choice((0, 12)),
        "routeAllWithinLookback": chance.random() < 0.3,
        "createdAt": timestamp(created),
        "updatedAt": timestamp(created + timedelta(hours=chance.randrange(2000))),
        "channels": [MAKERS[name](topic, chance) for name in channels(chance)],
    }


def timestamp(time):
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def pick(weights, chance):
    return chance.choices(list(weights), list(weights.values()))[0]


def channels(chance):
    chosen = []
    for _ in range(pick(HOW_MANY_CHANNELS, chance)):
        left = {name: weight for name, weight in CHANNELS.items() if name not in chosen}
        chosen.append(pick(left, chance))
    return chosen


def text(chance, sentences):
    return " ".join(chance.sample(SENTENCES, sentences))


def variables(content):
    return [number for number in "1234" if "${{" + number + "}}" in content]


def body(chance, sentences, **fields):
    content = text(chance, sentences)
    return {"type": "body", "content": content, "variables": variables(content), **fields}


def buttons(chance):
    link = {"type": "button", "index": 1, "content": "Change", "sub_type": "url",
            "url": "https://shop.example/orders/{{1}}", "variables": ["1"]}
    reply = {"type": "button", "index": 0, "content": chance.choice(("Yes", "Talk to us")),
             "sub_type": "quick_reply"}
    return [reply, link]


def picture(chance):
    return f"https://media.example/campaigns/{chance.randrange(10**6):06d}/picture.png"


def wa(topic, chance):
    components = [body(chance, 2)]
    if chance.random() < 0.4:
        components.insert(0, {"type": "header", "sub_type": "image", "content": picture(chance),
                              "variables": []})
    if chance.random() < 0.5:
        components.append({"type": "footer", "content": "You get this because you asked for it."})
    if chance.random() < 0.6:
        components += buttons(chance)
    name = topic.lower().replace(" ", "_")
    return {"type": "wa", "language": chance.choice(LANGUAGES),
            "namespace": f"b8520e15_f77b_5f76_fb50_{chance.randrange(10**12):012d}",
            "templatename": f"{name}_{chance.randrange(1000)}", "outboundnumber": number(chance),
            "messageComponents": components}


def sms_twilio(_topic, chance):
    stop = "To stop receiving messages, reply STOP. For help, reply HELP."
    return {"type": "sms-twilio", "language": chance.choice(LANGUAGES), "outboundnumber": number(chance),
            "messageComponents": [body(chance, 3, optOut=stop)]}


def apple_twilio(_topic, chance):
    return {"type": "apple-twilio", "language": chance.choice(LANGUAGES),
            "messageComponents": [body(chance, 4)]}


def googlercs(topic, chance):
    media = {"type": "media", "height": "medium", "content": picture(chance), "variables": []}
    return {"type": "googlercs", "language": chance.choice(LANGUAGES),
            "messageComponents": [media, body(chance, 2, title=topic), *buttons(chance)],
            "cardOrientation": "VERTICAL", "serviceAccountName": "brand-7453907-grcs"}


def inapp(topic, chance):
    message = text(chance, 3)
    shown = {"type": "text", "messageText": message, "notificationTitle": topic,
             "notificationMessage": "There is news for you.", "isSameMessageForNotification": False,
             "variables": variables(message)}
    image = {"type": "image", "url": picture(chance), "isClickable": True,
             "destinationUrl": "https://shop.example/", "Variables": []}
    return {"type": "inapp", "appNames": ["com.brand.shop"], "language": chance.choice(LANGUAGES),
            "messageComponents": [shown, image]}


def number(chance):
    return f"+1415{chance.randrange(10**7):07d}"


MAKERS = {"wa": wa, "sms-twilio": sms_twilio, "apple-twilio": apple_twilio, "googlercs": googlercs,
          "inapp": inapp}
