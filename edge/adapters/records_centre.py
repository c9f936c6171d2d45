"""What the Platform has of the person before the kiosk, asked of the centre by its bulk https.

The number goes in the body of one question, the answer from the socket into memory; both sides show
a certificate of the installation's authority. Nothing is kept.
"""

import threading
from collections.abc import Callable, Sequence

import msgspec

from edge.adapters.centre_https import CentreHttps
from edge.domain.answers import Answer, Asker, Found
from edge.ports import RecordsUnavailable, RosterError
from protocol.certificates.news import (
    ASK_PATH,
    MAX_PAGE_BYTES,
    PersonAsked,
    PersonsDose,
    PersonsDoses,
    decode,
)
from protocol.errors import WireError

Told = Callable[[Sequence[PersonsDose]], Answer]


class CentreRecords:
    """The ports ``Certificates`` and ``Records``, as ``told`` makes one or the other of the answer."""

    def __init__(self, centre: CentreHttps, told: Told) -> None:
        self._centre = centre
        self._told = told
        # Two questions may be open: one that took too long, and the next person's.
        self._asking = threading.Lock()

    def ask(self, asker: Asker) -> Answer:
        number = asker.claim.number if asker.claim else ""
        if not number:
            return Answer(Found.NOT_REACHABLE)
        with self._asking:
            return self._told(self._doses(number))

    def _doses(self, number: str) -> Sequence[PersonsDose]:
        question = msgspec.json.encode(PersonAsked(number=number))
        try:
            return decode(self._centre.post(ASK_PATH, question, MAX_PAGE_BYTES), PersonsDoses).doses
        except (RosterError, WireError) as error:
            raise RecordsUnavailable(str(error)) from error
        finally:
            # A connection that idles until the next person would be dead by then.
            self._centre.close()
