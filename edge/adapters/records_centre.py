"""What the Platform has of the person before the kiosk, asked of the centre by its bulk https.

Number, name and birth date go in the body of one question, the answer from the socket into memory; both
sides show a certificate of the installation's authority. Nothing is kept.
"""

import threading
from collections.abc import Callable

import msgspec

from edge.adapters.centre_https import CentreHttps
from edge.domain.answers import Answer, Asker, Found
from edge.ports import RecordsUnavailable, RosterError
from protocol.certificates.news import (
    ASK_PATH,
    MAX_PAGE_BYTES,
    PersonAsked,
    PersonsDoses,
    decode,
)
from protocol.documents.model import Claim
from protocol.errors import WireError

Told = Callable[[PersonsDoses], Answer]


class CentreRecords:
    """The ports ``Certificates`` and ``Records``, as ``told`` makes one or the other of the answer."""

    def __init__(self, centre: CentreHttps, told: Told) -> None:
        self._centre = centre
        self._told = told
        # Two questions may be open: one that took too long, and the next person's.
        self._asking = threading.Lock()

    def ask(self, asker: Asker) -> Answer:
        if asker.claim is None or not asker.claim.number:
            return Answer(Found.NOT_REACHABLE)
        with self._asking:
            return self._told(self._doses(_asked(asker.claim)))

    def _doses(self, asked: PersonAsked) -> PersonsDoses:
        question = msgspec.json.encode(asked)
        try:
            return decode(self._centre.post(ASK_PATH, question, MAX_PAGE_BYTES), PersonsDoses)
        except (RosterError, WireError) as error:
            raise RecordsUnavailable(str(error)) from error
        finally:
            # A connection that idles until the next person would be dead by then.
            self._centre.close()


def _asked(claim: Claim) -> PersonAsked:
    birth = str(claim.birth) if claim.birth else ""
    return PersonAsked(number=claim.number, name=(claim.name or "")[:200], birth=birth)
