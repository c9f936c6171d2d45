"""What is told of a person's doses, from what the centre says of each; nothing is guessed."""

from collections.abc import Mapping, Sequence
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
    "expired": Why.EXPIRED,
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
    items = [_certificate(each) for each in _counting(said.doses)]
    return _answer(items) if items else _nothing(said)


def why_none(news: DoseNews) -> Why:
    """Return why no certificate of a dose can be had; of one that is there, because it is sealed."""
    of_record = _OF_RECORD.get(news.recorded, Why.NOT_RECORDED)
    if news.certificate == "elsewhere" and not of_record.passes:
        return of_record  # Elsewhere there is none either, before the site has seen to the record.
    return _OF_CERTIFICATE.get(news.certificate, of_record)


def of_records(said: PersonsDoses) -> Answer:
    """Return every dose, and last those that the Platform has not taken, with why; pending for one of them."""
    items = [_record(each) for each in _counting(said.doses)]
    return _answer(items) if items else _nothing(said)


def with_more(own: Answer, more: Answer) -> Answer:
    """Return what the centre says, ``more``, of a person of whom the hub has ``own``.

    It is the newer, and of every day and site. Where it has not read yet what the hub was told of
    before, or has nothing that it may tell, the hub's stands.
    """
    if not more.items:
        return own if own.items and more.found is not Found.UNKNOWN else more
    known = {item.id: item for item in own.items}
    return _answer([_known(known, item) if item.why is Why.UNREAD else item for item in more.items])


def _known(known: Mapping[str, Item], item: Item) -> Item:
    """Return what the hub has of a dose whose certificate the centre has not read.

    The centre knows of copies all the same: here of the dose's first certificate.
    """
    own = known.get(item.id, item)
    same = own.copy_name == item.copy_name
    return replace(own, printed=own.printed or (same and item.printed))


def _answer(items: Sequence[Item]) -> Answer:
    """Return doses in the order of their days; those that are not recorded last, where that was asked."""
    found = sorted(items, key=lambda item: (item.on, item.dose))
    if any(item.certificate for item in found):
        return Answer(Found.AVAILABLE, tuple(found))
    # A screen has room for the last ones. Without any certificate all have a reason, and stay in order.
    found.sort(key=lambda item: item.why is not None)
    return Answer(Found.PENDING if found[-1].why else Found.AVAILABLE, tuple(found))


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


def _item(told: PersonsDose, *, code: str | None = None) -> Item:
    details = told.details
    on, partly = _day(details.day)
    return Item(
        id=told.news.dose,
        dose=details.dose_number,
        on=on,
        partly=partly,
        vaccine=details.vaccine,
        visit=told.news.visit,
        certificate=details.code if code is None else code,
        reissued=told.news.reissued and code is None,
        printed=told.printed and code is None,
    )


def _day(text: str) -> tuple[date, str]:
    """Return the first day that ``text`` may mean, and what is known of it where that is a part."""
    try:
        first = date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        return date.min, ""
    # What the Platform was told elsewhere may be a month, or a year.
    return first, "" if first.isoformat() == text else "/".join(reversed(text.split("-")))
