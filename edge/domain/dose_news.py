"""What is told of a person's doses, from what the centre says of each; nothing is guessed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from edge.domain.answers import Answer, Found, Item, Why
from protocol.certificates.news import DoseNews, PersonsDose, PersonsDoses

_GONE = "withdrawn"
_OF_RECORD = {
    "accepted": Why.UNSIGNED,
    "overdue": Why.LATE,
    "failed": Why.NOT_ACCEPTED,
}
_OF_CERTIFICATE = {
    "revoked": Why.REVOKED,
    "doubtful": Why.DOUBTFUL,
    "issued": Why.CLOSED,
    "elsewhere": Why.ELSEWHERE,
    "unread": Why.UNREAD,
}


def of_certificates(said: PersonsDoses) -> Answer:
    """Return the certificates that are there, and of every other dose why there is none.

    What was corrected since is told of no more: the dose in its place has a certificate of its own.
    """
    items = tuple(_certificate(each) for each in _newest_last(_counting(said.doses)))
    if any(item.certificate for item in items):
        return Answer(Found.AVAILABLE, items)
    return Answer(Found.PENDING, items) if items else _nothing(said)


def why_none(news: DoseNews) -> Why:
    """Return why no certificate of a dose can be had; of one that is there, because it is sealed."""
    of_record = _OF_RECORD.get(news.recorded, Why.NOT_RECORDED)
    if news.certificate == "elsewhere" and not of_record.passes:
        return of_record  # Elsewhere there is none either, before the site has seen to the record.
    return _OF_CERTIFICATE.get(news.certificate, of_record)


def of_records(said: PersonsDoses) -> Answer:
    """Return every dose, and last those that the Platform has not taken, with why; pending for one of them."""
    items = [_record(each) for each in _newest_last(_counting(said.doses))]
    if not items:
        return _nothing(said)
    # A screen has room for the last ones.
    items.sort(key=lambda item: item.why is not None)
    return Answer(Found.PENDING if items[-1].why else Found.AVAILABLE, tuple(items))


def _nothing(said: PersonsDoses) -> Answer:
    """Return that there is no dose, only where that is known: elsewhere there may be one."""
    return Answer(Found.UNKNOWN if said.whole else Found.NOT_HERE)


def _counting(doses: Sequence[PersonsDose]) -> list[PersonsDose]:
    return [each for each in doses if each.news.recorded != _GONE]


def _certificate(told: PersonsDose) -> Item:
    item = _item(told)
    return item if item.certificate else replace(item, why=why_none(told.news))


def _record(told: PersonsDose) -> Item:
    recorded = told.news.recorded
    why = None if recorded == "accepted" else _OF_RECORD.get(recorded, Why.NOT_RECORDED)
    return replace(_item(told, code=""), why=why)


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
        reissued=told.news.reissued and code is None,
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min
