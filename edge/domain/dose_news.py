"""What is told of a person's doses, from what the centre says of each; nothing is guessed."""

from collections.abc import Sequence
from datetime import date

from edge.domain.answers import Answer, Found, Item
from protocol.certificates.news import PersonsDose

_GONE = "withdrawn"


def of_certificates(doses: Sequence[PersonsDose]) -> Answer:
    """Return the certificates that are there; pending while one of a dose is not.

    One that is revoked or doubtful is told as pending is: the desk says more.
    """
    items = tuple(_item(each) for each in _newest_last(doses) if each.details.code)
    if items:
        return Answer(Found.AVAILABLE, items)
    return Answer(Found.PENDING if _counting(doses) else Found.UNKNOWN)


def of_records(doses: Sequence[PersonsDose]) -> Answer:
    """Return the doses that agree with the Platform's; pending where none does yet."""
    items = tuple(
        _item(each, code="") for each in _newest_last(doses) if each.news.recorded == "accepted"
    )
    if items:
        return Answer(Found.AVAILABLE, items)
    return Answer(Found.PENDING if _counting(doses) else Found.UNKNOWN)


def _counting(doses: Sequence[PersonsDose]) -> bool:
    return any(each.news.recorded != _GONE for each in doses)


def _newest_last(doses: Sequence[PersonsDose]) -> list[PersonsDose]:
    return sorted(doses, key=lambda each: (each.details.day, each.details.dose_number))


def _item(told: PersonsDose, *, code: str | None = None) -> Item:
    details = told.details
    return Item(
        id=told.news.dose,
        dose=details.dose_number,
        on=_day(details.day),
        vaccine=details.vaccine,
        visit=told.news.visit,
        certificate=details.code if code is None else code,
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min
