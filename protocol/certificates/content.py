"""What is inside a certificate: the claims of a CWT around the fields of the DCC schema.

Tolerant where certificates in circulation differ from the schema: blanks behind texts, null for an
empty group, numbers of doses and times as floats, incomplete dates, dates with a time behind. Codes
that no value set has are kept: show, don't reject. What is missing or of another kind is malformed.

Source: RFC 8392, 3.1; EU DCC schema 1.3; eHealth Network, "Electronic Health Certificate Specification", 3.3.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, TypeVar

from protocol import cbor
from protocol.certificates.model import Certificate, Person, Stated, Statement, Vaccination
from protocol.documents.dates import partial_date
from protocol.documents.model import PartialDate
from protocol.errors import WireError

ISSUER: Final = 1
EXPIRES_AT: Final = 4
NOT_BEFORE: Final = 5
ISSUED_AT: Final = 6
CERTIFICATE: Final = -260
DCC: Final = 1

_CODE: Final = "bad_certificate_content"
_MAX_TEXT: Final = 200
_MAX_DOSES: Final = 99
_MAX_ENTRIES: Final = 20
_FAR: Final = 1 << 40
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:[T ].*)?)?)?\Z", re.DOTALL)
_GROUPS: Final = tuple((kind.value, kind) for kind in Statement)
_NONE: Final = Stated()
_Value = TypeVar("_Value")


def read_content(payload: bytes) -> Certificate:
    """Return what the payload of a COSE message certifies.

    Raises:
        WireError: ``bad_certificate_content``.
    """
    claims = cbor.load_map(payload, _CODE)
    issuer = claims.get(ISSUER)
    dcc = _map(_map(claims.get(CERTIFICATE)).get(DCC))
    statement, entries = _statement(dcc)
    vaccinations = (
        tuple([_vaccination(entry) for entry in entries])
        if statement is Statement.VACCINATION
        else ()
    )
    return Certificate(
        None if issuer is None else _text(issuer),
        _time(claims.get(ISSUED_AT)),
        _time(claims.get(NOT_BEFORE)),
        _must(_time(claims.get(EXPIRES_AT))),
        statement,
        _person(_map(dcc.get("nam")), dcc),
        tuple([_text(entry.get("ci")) for entry in entries]),
        vaccinations,
        _NONE if vaccinations else _stated(statement, entries[0]),
    )


def _statement(dcc: Mapping[Any, Any]) -> tuple[Statement, Sequence[Mapping[Any, Any]]]:
    groups = [(kind, dcc[name]) for name, kind in _GROUPS if dcc.get(name)]
    if len(groups) != 1:
        raise WireError(_CODE, "it must hold one of vaccination, test and recovery")
    ((statement, group),) = groups
    if not isinstance(group, list | tuple) or len(group) > _MAX_ENTRIES:
        raise WireError(_CODE, "a group must be a short list")
    entries = [_map(entry) for entry in group if entry is not None]
    if not entries:
        raise WireError(_CODE, "nothing is in the group")
    return statement, entries


def _vaccination(entry: Mapping[Any, Any]) -> Vaccination:
    get = entry.get
    return Vaccination(
        _dose(get("dn")),
        _dose(get("sd")),
        _must(_day(get("dt"))),
        _text(get("tg")),
        _text(get("vp")),
        _text(get("mp")),
        _text(get("ma")),
        _text(get("co")),
        _text(get("is")),
        _text(get("ci")),
    )


def _stated(statement: Statement, entry: Mapping[Any, Any]) -> Stated:
    if statement is Statement.TEST:
        return Stated(sampled=_day_or_none(entry.get("sc")))
    return Stated(first=_day_or_none(entry.get("df")), last=_day_or_none(entry.get("du")))


def _person(name: Mapping[Any, Any], dcc: Mapping[Any, Any]) -> Person:
    if "dob" not in dcc:
        raise WireError(_CODE, "there is no birth date, not even an empty one")
    get = name.get
    person = Person(
        _name(get("fn")), _name(get("gn")), _name(get("fnt")), _name(get("gnt")), _day(dcc["dob"])
    )
    if not person.name:
        raise WireError(_CODE, "there is no name")
    return person


def _map(value: object) -> Mapping[Any, Any]:
    # Nearly always a dict, which is asked for in a tenth of the time.
    if not isinstance(value, dict) and not isinstance(value, Mapping):
        raise WireError(_CODE, "a map is missing")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _MAX_TEXT:
        raise WireError(_CODE, f"a text must be at most {_MAX_TEXT} characters")
    # Nothing of it may move a terminal's cursor or turn the direction of writing.
    if not value.isprintable():
        value = "".join(letter if letter.isprintable() else " " for letter in value)
    return value.strip()


def _name(value: object) -> str:
    return "" if value is None else unicodedata.normalize("NFC", _text(value))


def _dose(value: object) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    # 0 is against the schema of today and was not against the first; it stands in certificates.
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MAX_DOSES:
        raise WireError(_CODE, f"a number of doses must be 0 to {_MAX_DOSES}")
    return value


def _day(value: object) -> PartialDate | None:
    """Return a date; None for null or an empty text."""
    # Some issuers tag their dates, and the reader of CBOR makes days of them.
    if isinstance(value, date):
        return PartialDate(value.year, value.month, value.day)
    text = "" if value is None else _text(value)
    if not text:
        return None
    # Nearly all are whole days, which are read without a pattern in a third of the time.
    if len(text) == 10 and text[4] == text[7] == "-" and "-00" not in text:
        return _whole_day(text)
    match = _DATE.match(text)
    day = match and partial_date(int(match[1]), int(match[2] or 0), int(match[3] or 0))
    if not day:
        raise WireError(_CODE, "there is no such day")
    return day


def _day_or_none(value: object) -> PartialDate | None:
    """Return a date that is only shown: one that cannot be read makes nothing malformed."""
    try:
        return _day(value)
    except WireError:
        return None


def _whole_day(text: str) -> PartialDate:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise WireError(_CODE, "there is no such day") from error
    return PartialDate(day.year, day.month, day.day)


def _time(value: object) -> float | None:
    if isinstance(value, datetime):
        return value.timestamp()
    if value is None:
        return None
    # Written so that NaN is refused too.
    if not isinstance(value, int | float) or not -_FAR < value < _FAR:
        raise WireError(_CODE, "a time must be a number of seconds")
    return value


def _must(value: _Value | None) -> _Value:
    if value is None:
        raise WireError(_CODE, "a date is missing")
    return value
