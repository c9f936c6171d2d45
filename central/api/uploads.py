"""Files that a browser sends: taken only from who may send them, and no larger than said."""

from dataclasses import dataclass
from typing import Final

from fastapi import HTTPException, Request
from starlette.datastructures import UploadFile

_ROUND_ABOUT: Final = 10_000
"""What a form says around the file."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A form with a file.

    Attributes:
        name: Of the file.
        fields: The form's other fields.
    """

    name: str
    data: bytes
    fields: dict[str, str]


async def sent_file(request: Request, field: str, largest: int) -> tuple[str, bytes]:
    """Return name and content of the file in a form, as ``sent_form`` does."""
    sent = await sent_form(request, field, largest)
    return sent.name, sent.data


async def sent_form(request: Request, field: str, largest: int) -> Sent:
    """Return what a form with a file says.

    Called from a route, hence after it is known who asks; a route's own form would be read before.

    Raises:
        HTTPException: 411, 413 or 422: the form is not what our page sends.
    """
    length = request.headers.get("content-length", "")
    if not length.isdigit():
        raise HTTPException(411, "say how long the form is")
    if int(length) > largest + _ROUND_ABOUT:
        raise HTTPException(413, f"a file has no more than {largest >> 20} MB")
    async with request.form(max_files=1, max_fields=10) as form:
        sent = form.get(field)
        if not isinstance(sent, UploadFile):
            raise HTTPException(422, f"the form has no file {field}")
        fields = {name: said for name, said in form.items() if isinstance(said, str)}
        return Sent(sent.filename or "", await sent.read(), fields)
