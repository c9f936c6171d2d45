"""Certificates of somebody who comes for nothing else: asked of the centre with their card, or their number.

Nobody is checked in and nothing is kept but what was printed.
"""

from collections.abc import Mapping
from typing import Final

from edge.services.desk_certificates import DeskCertificates
from edge.ui.site.desk_certificates import NOWHERE, sheet_of, wanted
from edge.ui.site.desk_model import Action, Go, Problem, Show, Work
from edge.ui.site.desk_sight import claim_of
from edge.ui.site.newcomer import Newcomer, read_newcomer
from protocol.documents.model import Claim

_READ: Final = ("how", "code", "number", "again", "passport")
"""Fields by which the person is read again at the next press."""


def _of(work: Work) -> tuple[DeskCertificates, Newcomer, Claim]:
    newcomer = read_newcomer(work)
    desk, claim = work.site.certificates, claim_of(newcomer.identity)
    if desk is None or claim is None:
        raise Problem("problem.certificate_who")
    return desk, newcomer, claim


async def ask(work: Work) -> Show:
    """Show what is known of the person's certificates, wherever the doses were given."""
    desk, newcomer, claim = _of(work)
    answer = await desk.ask(claim)
    return Show(
        "desk_certificates_of.html",
        {
            "who": newcomer.identity,
            "answer": answer,
            "nowhere": answer.found in NOWHERE,
            "form": {name: work.text(name, 2000) for name in _READ if work.text(name)},
        },
    )


async def sheet(work: Work) -> Go:
    """Make the A4 page of one of them."""
    desk, _, claim = _of(work)
    item = wanted(work, await desk.ask(claim))
    made = await sheet_of(work, desk, item.visit, item)
    return Go(to=f"{work.place.path}/sheet/{made.job}")


ACTIONS: Final[Mapping[str, Action]] = {
    "certificates-of": ask,
    "certificate-sheet-of": sheet,
}
