"""Who comes to a desk: read from a card, from digits typed twice, from a passport, or from their words."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from edge.domain.facts import Seen
from edge.domain.roster import Match
from edge.ui.site.desk_model import DeskSite, Problem, Work
from edge.ui.site.staff_field import staff_named
from protocol.documents.model import Claim, Refusal
from protocol.documents.names import clean_name
from protocol.documents.reader import to_identity
from protocol.events import Identity

WITHOUT_NUMBER: Final = "without_number"
"""The document of somebody who has no ID number at hand; a member of staff answers for them."""
_YEAR: Final = re.compile(r"(19|20)\d\d\Z")


@dataclass(frozen=True, slots=True, repr=False)
class Newcomer:
    """Whoever stands at the desk, as their document or their words have it.

    Attributes:
        person: Matching key; None where there is no number.
        exception: Log-in name of who answers for somebody without a number; None for everybody else.
    """

    identity: Identity
    person: str | None
    warnings: tuple[str, ...] = ()
    match: Match | None = None
    minor: bool = False
    priority: str = ""
    exception: str | None = None


def read_newcomer(work: Work) -> Newcomer:
    """Return who a form's card, number, passport or words name.

    Raises:
        Problem: It names nobody; says what to do instead.
    """
    match work.text("how"):
        case "number":
            number = "".join(work.text("number", 40).split())
            if number != "".join(work.text("again", 40).split()):
                raise Problem("check_in.not_twice", field="again")
            return _from_claim(work, work.site.reader.typed(number), "number")
        case "passport":
            return _from_claim(
                work, work.site.reader.passport(work.text("passport", 200)), "passport"
            )
        case "none":
            return _from_words(work)
        case _:
            code = work.need("code", "check_in.empty", 2000)
            return _from_claim(work, work.site.reader.code(code.encode()), "code")


def _from_claim(work: Work, seen: Seen, field: str) -> Newcomer:
    if isinstance(seen.reading, Refusal):
        reason = seen.reading.reason.value
        raise Problem(f"check_in.refused.{reason}", field=field)
    claim: Claim = seen.reading
    today = _today(work.site)
    return Newcomer(
        to_identity(claim),
        # Under the site's key of the day where it is open; else as the hub's own kiosk has it.
        work.site.site_keys.person(claim.number, today) or seen.person,
        tuple(warning.value for warning in claim.warnings),
        seen.match,
        minor=seen.minor,
        priority=seen.priority,
    )


def _from_words(work: Work) -> Newcomer:
    name = clean_name(work.need("name", "check_in.no_name", 120))
    if name is None:
        raise Problem("check_in.no_name", field="name")
    year = work.text("birth_year", 4)
    if year and not _YEAR.match(year):
        raise Problem("check_in.bad_year", field="birth_year")
    sex = work.text("sex", 6)
    identity = Identity(
        document=WITHOUT_NUMBER,
        number=None,
        name=name,
        birth=year or None,
        sex="male" if sex == "male" else "female" if sex == "female" else None,
        words=work.need("why", "check_in.no_reason"),
    )
    answers_for = staff_named(work, "answers_for", "check_in.nobody")
    return Newcomer(identity, None, exception=answers_for)


def _today(site: DeskSite) -> date:
    return site.clock.now().astimezone(site.zone).date()
