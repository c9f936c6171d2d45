"""A complaint at a desk, of the person before it or of whoever comes; the centre has 48 hours.

Nobody is refused because no document of theirs can be read: what they say of themselves, if they
do, goes sealed as a card's data does, and the number on the slip is what they ask by.
"""

from typing import Final

from msgspec.structs import replace

from edge.domain.answers import Subject
from edge.domain.queue.visit import Visit
from edge.ports import JournalError
from edge.ui.site.desk_model import Go, Problem, Work
from edge.ui.site.newcomer import WITHOUT_NUMBER
from protocol.documents.names import MAX_NAME_LENGTH, clean_name
from protocol.events import Identity

_MOST: Final = 300
# As the centre reads them: it is Vietnamese, whatever the language of this browser.
_SAID: Final = {
    "said_name": "Tên người phản ánh",
    "said_ticket": "Số thứ tự đọc từ phiếu",
    "said_contact": "Liên lạc",
    "said_words": "Lời phản ánh",
}
_OTHERWISE: Final = ("said_ticket", "said_contact", "said_words")


async def complain(work: Work) -> Go:
    """Open a complaint of the person before the desk, or of somebody of whom nothing must be known."""
    site, visit = work.site, work.visit
    subject = work.need("subject", "complaint.which")
    if site.complain is None or subject not in set(Subject):
        raise Problem("refused.bad_value")
    who = _who(work, visit)
    try:
        number = await site.complain(
            Subject(subject), who, _person(work, visit, who), visit.id if visit else ""
        )
    except JournalError as error:
        raise Problem("complaint.not_stored") from error
    return Go(to=f"{work.place.path}/complaint/{number}")


def _who(work: Work, visit: Visit | None) -> Identity:
    """Return who complains: as they checked in, else as they say; nobody has to say anything."""
    known = work.site.people.identity(visit) if visit else None
    if known is not None:
        return replace(known, words=_words(work, visit, "said_name"))
    name = clean_name(work.text("said_name", MAX_NAME_LENGTH))
    return Identity(document=WITHOUT_NUMBER, number=None, name=name, words=_words(work, visit))


def _words(work: Work, visit: Visit | None, *more: str) -> str | None:
    """Return the number on the slip and what was said, also in the fields ``more``."""
    parts = [f"Số thứ tự {visit.ticket}"] if visit else []
    for name in (*more, *_OTHERWISE):
        said = work.text(name, _MOST)
        if said:
            parts.append(f"{_SAID[name]}: {said}")
    return " · ".join(parts) or None


def _person(work: Work, visit: Visit | None, who: Identity) -> str:
    """Return the matching key of whoever complains, as far as there is one."""
    if who.number is not None:
        today = work.site.clock.now().astimezone(work.site.zone).date()
        known = work.site.site_keys.person(who.number, today)
        if known:
            return known
    return (visit.person if visit else None) or ""
