"""The roster of one site on the wire: who is expected, how far the police verified them, where to go.

One form serves for everything and for what changed. The centre numbers every change of a site's
roster; a page carries what changed after the number that the reader has, oldest change first, and
says how far it leads. From 0 on it is the whole roster. A reader that was cut off asks again from
where it stands.

A page holds identities in plain: it travels inside mutually authenticated TLS only and is kept in
memory only. The signature binds it to a site; ``head`` names the import that ``through`` belongs to,
so that a centre restored from a backup is noticed and the reader begins anew.
"""

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Literal

import cbor2

from protocol import cbor, cose
from protocol.documents.dates import partial_date
from protocol.documents.model import PartialDate
from protocol.errors import ProtocolMisuse, WireError
from protocol.identity import SiteId, site_id
from protocol.messages import Signer

ROSTER: Final = "application/tram-roster+cbor"
PATH: Final = "/roster/v1"
"""Where the centre's bulk address answers; ``?since=N&head=H`` says what the reader has."""
MAX_PAGE_CHANGES: Final = 5_000
MAX_PAGE_BYTES: Final = 1 << 20
MAX_UNPACKED_BYTES: Final = 4 << 20

_VERSION = 1
_MAX_WHOLE = (1 << 53) - 1
_MAX_TEXT = 150
_CODE = "bad_roster"

Sex = Literal["male", "female"]


class Standing(StrEnum):
    """How far the police verified a person; decides the desk and the words, never a refusal."""

    VERIFIED = "verified"
    TO_SUPPLEMENT = "to_supplement"
    EXEMPT = "exempt"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One person whom a site expects.

    Attributes:
        id: Number of this row at the centre; says nothing of the person and is never used again.
        number: 12-digit ID number, or on old lists the 9 digits of before, or a passport's number.
        appointment: The slot as the list words it, such as ``08:00-09:00``.
        doses: Doses so far, as the list has them; a hint, the doctor decides.
        desk: Where the list sends this person; None for the site's usual desk.
    """

    id: int
    number: str | None = field(repr=False)
    name: str | None = field(repr=False)
    birth: PartialDate | None = field(default=None, repr=False)
    sex: Sex | None = field(default=None, repr=False)
    standing: Standing = Standing.UNKNOWN
    appointment: str | None = None
    doses: int | None = None
    last_dose: PartialDate | None = field(default=None, repr=False)
    desk: str | None = None


@dataclass(frozen=True, slots=True)
class RosterPage:
    """What changed in a site's roster after change ``since``, up to and with ``through``.

    Attributes:
        since: The change that the reader must stand at; 0 makes it begin with an empty roster.
        last: The newest change that there is; the reader is up to date when it equals ``through``.
        head: Id of the import that made change ``through``; empty for a roster never imported.
        people: New and changed ones, each as it is now.
        removed: Ids of the rows that are gone.
    """

    site: SiteId
    since: int
    through: int
    last: int
    head: str
    people: tuple[RosterEntry, ...] = ()
    removed: tuple[int, ...] = ()


def encode_page(page: RosterPage, signer: Signer) -> bytes:
    """Return a signed page.

    Raises:
        ProtocolMisuse: More changes than a page may hold.
    """
    if len(page.people) + len(page.removed) > MAX_PAGE_CHANGES:
        raise ProtocolMisuse(f"a page holds at most {MAX_PAGE_CHANGES} changes")
    fields = {
        "v": _VERSION,
        "site": page.site,
        "since": page.since,
        "through": page.through,
        "last": page.last,
        "head": page.head,
        "people": zlib.compress(cbor2.dumps(_columns(page.people)), 9),
        "removed": list(page.removed),
    }
    return cose.sign(cbor2.dumps(fields), signer.key, signer.kid, ROSTER)


def decode_page(message: cose.Sign1) -> RosterPage:
    """Return the page in a message whose signature the caller has verified.

    Raises:
        WireError: ``bad_roster`` or ``bad_site_id``.
    """
    if message.content_type != ROSTER:
        raise WireError(_CODE, "signed as a message of another kind")
    if len(message.payload) > MAX_PAGE_BYTES:
        raise WireError(_CODE, f"larger than {MAX_PAGE_BYTES} bytes")
    fields = cbor.load_map(message.payload, _CODE)
    _whole(fields.get("v"), least=1)
    since, through, last = (_whole(fields.get(name)) for name in ("since", "through", "last"))
    if not since <= through <= last:
        raise WireError(_CODE, "the changes do not follow one another")
    removed = fields.get("removed")
    if not isinstance(removed, list):
        raise WireError(_CODE, "the removed rows must be a list")
    page = RosterPage(
        site=site_id(_must_be_text(fields.get("site"))),
        since=since,
        through=through,
        last=last,
        head=_must_be_text(fields.get("head")),
        people=_people(_unpacked(fields.get("people"))),
        removed=tuple(_whole(row, least=1) for row in removed),
    )
    if len(page.people) + len(page.removed) > MAX_PAGE_CHANGES:
        raise WireError(_CODE, f"a page holds at most {MAX_PAGE_CHANGES} changes")
    return page


def _columns(people: Sequence[RosterEntry]) -> dict[str, list[Any]]:
    # Values of one kind side by side shrink to a third of what rows would.
    return {
        "id": [entry.id for entry in people],
        "number": [entry.number for entry in people],
        "name": [entry.name for entry in people],
        "birth": [_day_number(entry.birth) for entry in people],
        "sex": [entry.sex for entry in people],
        "standing": [entry.standing.value for entry in people],
        "appointment": [entry.appointment for entry in people],
        "doses": [entry.doses for entry in people],
        "last_dose": [_day_number(entry.last_dose) for entry in people],
        "desk": [entry.desk for entry in people],
    }


def _people(columns: Mapping[Any, Any]) -> tuple[RosterEntry, ...]:
    ids = columns.get("id")
    if not isinstance(ids, list):
        raise WireError(_CODE, "the rows have no ids")

    def column(name: str, read: Callable[[Any], Any]) -> Iterable[Any]:
        values = columns.get(name)
        if not isinstance(values, list) or len(values) != len(ids):
            raise WireError(_CODE, f"the column {name} is not as long as that of the ids")
        return [read(value) for value in values]

    return tuple(
        RosterEntry(*row)
        for row in zip(
            column("id", lambda value: _whole(value, least=1)),
            column("number", _text),
            column("name", _text),
            column("birth", _day),
            column("sex", _sex),
            column("standing", _standing),
            column("appointment", _text),
            column("doses", lambda value: None if value is None else _whole(value)),
            column("last_dose", _day),
            column("desk", _text),
            strict=True,
        )
    )


def _unpacked(packed: object) -> Mapping[Any, Any]:
    if not isinstance(packed, bytes):
        raise WireError(_CODE, "the people must be packed bytes")
    unpacking = zlib.decompressobj()
    try:
        data = unpacking.decompress(packed, MAX_UNPACKED_BYTES)
    except zlib.error as error:
        raise WireError(_CODE, "the people cannot be unpacked") from error
    if not unpacking.eof or unpacking.unused_data:
        raise WireError(_CODE, "the people are cut off, too large, or followed by more")
    return cbor.load_map(data, _CODE)


def _day_number(day: PartialDate | None) -> int | None:
    """Return ``yyyymmdd`` with 00 for what is unknown: half the bytes of a text."""
    return None if day is None else day.year * 10_000 + (day.month or 0) * 100 + (day.day or 0)


def _day(value: object) -> PartialDate | None:
    if value is None:
        return None
    number = _whole(value)
    day = partial_date(number // 10_000, number // 100 % 100, number % 100)
    if day is None:
        raise WireError(_CODE, "there is no such day")
    return day


def _sex(value: object) -> Sex | None:
    match value:
        case None | "male" | "female":
            return value
        case _:
            raise WireError(_CODE, "the sex is unreadable")


def _standing(value: object) -> Standing:
    text = _must_be_text(value)
    # A standing that a later version adds: we do not know what it grants, so it grants nothing.
    return Standing(text) if text in set(Standing) else Standing.UNKNOWN


def _text(value: object) -> str | None:
    return None if value is None else _must_be_text(value)


def _must_be_text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _MAX_TEXT or not (value.isprintable()):
        raise WireError(_CODE, f"a text must be at most {_MAX_TEXT} visible characters")
    return value


def _whole(value: object, *, least: int = 0) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= _MAX_WHOLE:
        raise WireError(_CODE, f"a number must be whole and at least {least}")
    return value
