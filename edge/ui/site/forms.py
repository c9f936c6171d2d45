"""What a form of the hub's pages brings: a few short texts."""

from urllib.parse import parse_qsl

from starlette.requests import Request

MOST_BYTES = 8192
MOST_FIELDS = 60


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a form; empty when it is longer than any form of ours, or none at all."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            return {}
    try:
        text = body.decode("ascii")
        fields = parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError:
        return {}
    return dict(fields)
