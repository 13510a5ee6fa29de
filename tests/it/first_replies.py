"""Counts first human responses straight from an event file, knowing nothing of Svar.

Prints JSON: how many inbound conversations a rep answered, the mean in seconds from the
contact's first message to the rep's first one after it, and how many nobody answered.
"""

import gzip
import json
import re
import sys
from datetime import datetime


def order(message):
    chunks = re.findall(r"\d+|\D+", message["id"])
    return message["at"], [(0, int(c), "") if c.isdigit() else (1, 0, c) for c in chunks]


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


threads = {}
with gzip.open(sys.argv[1], "rt", encoding="utf-8") as lines:
    for line in lines:
        event = json.loads(line)
        if event["type"] == "message.added" and event.get("visibility") != "note":
            threads.setdefault(event["conversation"], []).append(event)

waits, unanswered = [], 0
for messages in threads.values():
    messages.sort(key=order)
    asked = next((m for m in messages if m["author"]["kind"] == "contact"), None)
    if asked is None:
        continue
    later = messages[messages.index(asked) + 1 :]
    reply = next((m for m in later if m["author"]["kind"] == "rep"), None)
    if reply is None:
        unanswered += 1
    else:
        waits.append(instant(reply["at"]) - instant(asked["at"]))

print(json.dumps({"count": len(waits), "mean": sum(waits) / len(waits), "open": unanswered}))
