"""How bodies are written that schemathesis does not know by itself."""

import json

import schemathesis


@schemathesis.serializer(
    "application/x-ndjson", "application/octet-stream", "message/rfc822", "text/calendar"
)
def as_text(ctx, value):
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str):
        value = json.dumps(value)
    return value.encode("utf-8", "surrogatepass")
