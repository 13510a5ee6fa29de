"""How bodies are written that schemathesis does not know by itself."""

import schemathesis


@schemathesis.serializer("application/x-ndjson", "application/octet-stream", "text/calendar")
def as_text(ctx, value):
    if isinstance(value, bytes):
        return value
    return str("" if value is None else value).encode("utf-8", "surrogateescape")
