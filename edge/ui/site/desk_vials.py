"""Vials at a desk: opened, given from, thrown away, with the equation that must hold for each."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from edge.domain.queue.commands import DiscardVial, OpenVial
from edge.domain.queue.state import SiteState
from edge.domain.queue.vials import Vial
from edge.ui.site.desk_model import Action, Go, Problem, Sight, Work, fresh
from protocol.identity import uuid7

REASONS: Final = ("time_over", "broken", "contaminated", "cold_chain", "too_little", "other")
FIELDS: Final = (
    "vial_id", "vial_vaccine", "vial_lot", "vial_expiry", "vial_doses", "discard_doses",
    "discard_reason",
)  # fmt: skip
MOST_DOSES: Final = 1000
_USUAL_DOSES: Final = 10
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Equation:
    """What was opened of one vaccine, and where it went; ``left`` is what must still be in vials."""

    vaccine: str
    vials: int
    opened: int
    given: int
    discarded: int

    @property
    def left(self) -> int:
        """Return how many doses must still be there; negative where more came out than was in."""
        return self.opened - self.given - self.discarded


def equations(state: SiteState) -> list[Equation]:
    """Return the equation of each vaccine of the day, by its name."""
    names = sorted({vial.vaccine for vial in state.vials.values()})
    return [
        _equation(name, [v for v in state.vials.values() if v.vaccine == name]) for name in names
    ]


def _equation(vaccine: str, vials: Sequence[Vial]) -> Equation:
    return Equation(
        vaccine=vaccine,
        vials=len(vials),
        opened=sum(each.doses for each in vials),
        given=sum(each.given for each in vials),
        discarded=sum(each.discarded for each in vials),
    )


def open_vials(state: SiteState) -> list[Vial]:
    """Return the vials that should still hold something, the newest first."""
    return sorted(
        (vial for vial in state.vials.values() if vial.left > 0),
        key=lambda vial: (-vial.opened_ms, vial.id),
    )


def of_desk(state: SiteState, desk: str) -> list[Vial]:
    """Return the vials that a table opened, which it names after itself, in their order."""
    return [vial for vial in state.vials.values() if vial.id.startswith(f"{desk}-")]


def next_name(state: SiteState, desk: str) -> str:
    """Return what a table's next vial is called; short, since somebody writes it on the glass."""
    number = len(of_desk(state, desk)) + 1
    while f"{desk}-{number}" in state.vials:
        number += 1
    return f"{desk}-{number}"


def show(sight: Sight) -> Mapping[str, Any]:
    """Return what the part of a page about vials needs."""
    state = sight.site.state
    mine = of_desk(state, sight.place.desk)
    others = [vial for vial in open_vials(state) if vial not in mine]
    return {
        "vials": [*mine, *others],
        "equations": equations(state),
        "vial_name": next_name(state, sight.place.desk),
        "vial_doses": _doses_of_a_vial(state),
        "discard_reasons": REASONS,
        "vaccines": [each.name for each in state.policy.vaccines],
        "vaccine_choices": [(each.name, each.name) for each in state.policy.vaccines],
        "lots": sorted({lot for each in state.policy.vaccines for lot in each.lots}),
    }


def _doses_of_a_vial(state: SiteState) -> int:
    """Return how many doses a vial holds, where all vaccines of the site have the same."""
    known = {each.vial_doses for each in state.policy.vaccines}
    return known.pop() if len(known) == 1 else _USUAL_DOSES


async def open_vial(work: Work) -> Go:
    """Write down that a vial was opened."""
    command = OpenVial(
        vial=work.need("vial_id", "problem.vial_id", 16),
        vaccine=work.need("vial_vaccine", "problem.vaccine", 120),
        lot=work.need("vial_lot", "problem.lot", 40).upper(),
        expiry=work.text("vial_expiry", 10),
        doses=work.number("vial_doses", "problem.vial_doses", 1, MOST_DOSES),
        staff=work.staff.login,
        seen=work.seen,
    )
    return Go([command], did="vial_opened", to=_back(work))


async def discard_vial(work: Work) -> Go:
    """Write down that doses of a vial were thrown away."""
    reason = work.need("discard_reason", "problem.discard_reason")
    if reason not in REASONS:
        raise Problem("problem.discard_reason", field="discard_reason")
    command = DiscardVial(
        vial=work.need("vial", "refused.unknown_vial", 64),
        doses=work.number("discard_doses", "problem.discard_doses", 1, MOST_DOSES),
        reason=reason,
        staff=work.staff.login,
        seen=work.seen,
        event=_event_of(work),
    )
    return Go([command], did="vial_discarded", to=_back(work))


def _event_of(work: Work) -> str:
    """Return the id of what this form says: sent again it is the same, also after the hub's restart."""
    if _ID.fullmatch(work.once) is None:
        return fresh(work.site)
    words = repr((work.once, *(work.text(name) for name in ("vial", *FIELDS))))
    entropy = hashlib.blake2b(words.encode(errors="surrogatepass"), digest_size=10).digest()
    return uuid7(int(work.once.replace("-", "")[:12], 16), entropy)


def _back(work: Work) -> str:
    """Return to the person whom the page was about."""
    return f"?visit={work.visit.id}" if work.visit else ""


ACTIONS: Final[Mapping[str, Action]] = {"open-vial": open_vial, "discard-vial": discard_vial}
