"""What a person does at the page, as facts; what is typed leaves the page only when confirmed.

The language of the page is no part of it: nothing here could tell it.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from edge.domain.answers import Subject, Want
from edge.domain.facts import (
    CertificateWanted,
    CompanionAnnounced,
    Confirmed,
    Denied,
    Fact,
    HelpWanted,
    KeypadOpened,
    LargeTypeWanted,
    NumberEntered,
    PassportOpened,
    PendingWanted,
    ReprintWanted,
    ScreenHeard,
    ScreenLeft,
    ScreenTouched,
    Seen,
    SubjectChosen,
    Touch,
    WantChosen,
    WantsOpened,
)
from edge.ports import Clock
from edge.services.elapsed import milliseconds
from edge.services.reading import Reader

MOST_TYPED_BYTES = 200

TOUCHES: Final[dict[str, Callable[[int], Touch | ScreenHeard]]] = {
    "keypad": KeypadOpened,
    "passport": PassportOpened,
    "wants": WantsOpened,
    "companion": CompanionAnnounced,
    "yes": Confirmed,
    "no": Denied,
    "reprint": ReprintWanted,
    "pending": PendingWanted,
    "back": ScreenLeft,
    "help": HelpWanted,
    "touched": ScreenTouched,
    "heard": ScreenHeard,
    "large/on": partial(LargeTypeWanted, True),  # noqa: FBT003 - the fact's only word
    "large/off": partial(LargeTypeWanted, False),  # noqa: FBT003
    **{f"certificate/{place}": partial(CertificateWanted, place) for place in range(1, 10)},
    **{f"want/{want.value}": partial(WantChosen, want) for want in Want},
    **{f"subject/{subject.value}": partial(SubjectChosen, subject) for subject in Subject},
}


def action_routes(
    reader: Reader, clock: Clock, tell: Callable[[Fact], Awaitable[None]]
) -> list[Route]:
    """Return where the page posts what a person did."""

    async def touch(request: Request) -> Response:
        make = TOUCHES.get(request.path_params["what"])
        if make is None:
            return Response(status_code=404)
        await tell(make(milliseconds(clock)))
        return Response(status_code=204)

    async def typed(request: Request, read: Callable[[str], Seen]) -> Response:
        body = await request.body()
        if len(body) > MOST_TYPED_BYTES:
            return Response(status_code=413)
        seen = read(body.decode("utf-8", errors="replace"))
        await tell(NumberEntered(seen, milliseconds(clock)))
        return Response(status_code=204)

    async def number(request: Request) -> Response:
        return await typed(request, reader.typed)

    async def passport(request: Request) -> Response:
        return await typed(request, reader.passport)

    return [
        Route("/touch/{what:path}", touch, methods=["POST"]),
        Route("/number", number, methods=["POST"]),
        Route("/passport", passport, methods=["POST"]),
    ]
