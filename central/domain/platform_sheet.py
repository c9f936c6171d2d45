"""What a Platform without an interface is told by spreadsheet, and one row of what it gives back.

One sheet a kind of record, the same columns both ways. A row that comes back is an entry that the
Platform holds, holds no more, or would not take; or it is unusable, and the cells are named why.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from central.domain.doses import HeldDose, ToldDose
from central.domain.reactions import HeldReaction, ToldReaction
from central.domain.records import VisitRecord
from central.domain.sheet_cells import (
    SEX_WORDS,
    VIETNAM,
    Broken,
    CellUnreadable,
    clean,
    read_birth,
    read_count,
    read_country,
    read_day,
    read_id,
    read_number,
    read_sex,
    read_text,
)
from protocol.documents.names import folded_key

Kind = Literal["visit", "dose", "reaction"]
Content = dict[str, str]
"""The cells of a row by the names of their fields; empty ones are left out."""
Action = Literal["tell", "withdraw"]
State = Literal["valid", "gone", "refused"]

TITLES: Final[Mapping[Kind, str]] = {
    "visit": "Lượt đến",
    "dose": "Mũi tiêm",
    "reaction": "Phản ứng",
}
ACTIONS: Final[Mapping[Action, str]] = {"tell": "Thêm", "withdraw": "Hủy"}
ACTION_HEADING: Final = "Việc"


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell that has no one meaning. Its value is never repeated: it may be a person's."""

    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of what the Platform gave back.

    Attributes:
        id: The Platform's own; empty where it would not take the record.
        event: Id of our record; empty where staff typed the entry into the Platform.
        reason: Why the Platform would not take it, in its words.
    """

    kind: Kind
    id: str
    event: str
    state: State
    reason: str = field(default="", repr=False)
    content: Content = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Unusable:
    """A row that is left out; ``id`` is the Platform's, where at least that can be read."""

    kind: Kind
    id: str
    wrong: tuple[Wrong, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns of one sheet stand."""

    kind: Kind
    places: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    heading: str
    read: Callable[[Any], str]
    needed: bool = False


_STATES: Final[Mapping[str, State]] = {"hop le": "valid", "da huy": "gone", "tu choi": "refused"}
STATE_WORDS: Final[Mapping[State, str]] = {
    "valid": "Hợp lệ",
    "gone": "Đã hủy",
    "refused": "Từ chối",
}


def _state(cell: object) -> str:
    state = _STATES.get(folded_key(read_text(cell, 40)))
    if state is None:
        raise CellUnreadable("is none of: Hợp lệ, Đã hủy, Từ chối")
    return state


_EVENT: Final = _Field("event", "Mã bản ghi", read_id)
_PERSON: Final = (
    _Field("number", "Số giấy tờ", read_number, needed=True),
    _Field("nationality", "Quốc tịch", read_country),
    _Field("name", "Họ và tên", read_text),
    _Field("birth", "Ngày sinh", read_birth),
    _Field("sex", "Giới tính", read_sex),
    _Field("site", "Điểm tiêm", read_id),
)
_ANSWER: Final = (
    _Field("id", "Mã trên Nền tảng", read_id),
    _Field("patient", "Mã người trên Nền tảng", read_id),
    _Field("state", "Trạng thái", _state, needed=True),
    _Field("reason", "Lý do", lambda cell: read_text(cell, 500)),
)
_OWN: Final[Mapping[Kind, tuple[_Field, ...]]] = {
    "visit": (
        _Field("checked_in_at", "Thời điểm đến", read_id, needed=True),
        _Field("document", "Loại giấy tờ", read_id),
    ),
    "dose": (
        _Field("visit", "Mã lượt đến", read_id),
        _Field("occurred_at", "Thời điểm tiêm", read_id),
        _Field("day", "Ngày tiêm", read_day, needed=True),
        _Field("vaccine", "Vắc xin", lambda cell: read_text(cell, 80), needed=True),
        _Field("lot", "Số lô", lambda cell: read_text(cell, 40)),
        _Field("expiry", "Hạn dùng", read_day),
        _Field("dose_number", "Mũi số", read_count),
        _Field("injector", "Mã người tiêm", read_id),
        _Field("injector_name", "Người tiêm", read_text),
    ),
    "reaction": (
        _Field("visit", "Mã lượt đến", read_id),
        _Field("dose", "Mã mũi tiêm", read_id),
        _Field("occurred_at", "Thời điểm phản ứng", read_id, needed=True),
        _Field("severity", "Mức độ", read_id, needed=True),
        _Field("staff", "Người ghi", read_id),
    ),
}
_ALL: Final = {kind: (_EVENT, *_PERSON, *own, *_ANSWER) for kind, own in _OWN.items()}


def headings_out(kind: Kind) -> tuple[str, ...]:
    """Return the headings of a sheet for the Platform."""
    return (_EVENT.heading, ACTION_HEADING, *(one.heading for one in (*_PERSON, *_OWN[kind])))


def row_out(kind: Kind, event: str, action: Action, content: Content) -> tuple[str, ...]:
    """Return the cells of a row for the Platform."""
    shown = content | {"sex": SEX_WORDS.get(content.get("sex", ""), "")}
    cells = (clean(shown.get(one.name, "")) for one in (*_PERSON, *_OWN[kind]))
    return (event, ACTIONS[action], *cells)


def headings_in(cells: Sequence[object]) -> Columns | None:
    """Return where the columns of a returned sheet stand, or None when this is no row of headings."""
    names = [folded_key(cell) if isinstance(cell, str) else "" for cell in cells]
    for kind, own in _OWN.items():
        mark = next(one.heading for one in own if one.needed)
        if folded_key(mark) in names and folded_key("Trạng thái") in names:
            places = {
                one.name: names.index(folded_key(one.heading))
                for one in _ALL[kind]
                if folded_key(one.heading) in names
            }
            return Columns(kind, places)
    return None


def missing_headings(columns: Columns) -> list[str]:
    """Return the headings that a sheet cannot do without and has not."""
    needed = [one for one in _ALL[columns.kind] if one.needed or one.name in {"id", "event"}]
    return [one.heading for one in needed if one.name not in columns.places]


def entry_of(columns: Columns, cells: Mapping[str, object]) -> Entry | Unusable:
    """Return what a row says, or what is wrong with which of its cells."""
    read: Content = {}
    wrong: list[Wrong] = []
    for one in _ALL[columns.kind]:
        try:
            value = _value(one, cells.get(one.name))
        except CellUnreadable as error:
            wrong.append(Wrong(one.name, str(error)))
        else:
            read |= {one.name: value} if value else {}
    wrong += _lacking(columns.kind, read, {one.field for one in wrong})
    if wrong:
        return Unusable(columns.kind, read.get("id", ""), tuple(wrong))
    own = {name: value for name, value in read.items() if name not in {"event", "state", "reason"}}
    state: State = read["state"]  # type: ignore[assignment]  # of the table of states
    return Entry(
        columns.kind, read.get("id", ""), read.get("event", ""), state, read.get("reason", ""), own
    )


def _value(one: _Field, cell: object) -> str:
    if isinstance(cell, Broken):
        raise CellUnreadable(cell.value)
    return "" if cell is None else one.read(cell) if str(cell).strip() else ""


def _lacking(kind: Kind, read: Content, before: set[str]) -> list[Wrong]:
    refused = read.get("state") == "refused"
    # Whatever the Platform would not take has no id there, and its cells are as wrong as they were.
    needed = {"state", "event"} if refused else {one.name for one in _ALL[kind] if one.needed}
    needed |= set() if refused else {"id"}
    needed |= {"event"} if kind != "dose" else set()
    empty = "is empty; of merged cells only the first one counts"
    return [Wrong(name, empty) for name in sorted(needed) if name not in read.keys() | before]


def content_of_visit(told: VisitRecord) -> Content:
    """Return the cells that tell of a visit."""
    return _filled(
        {name: getattr(told, name) for name in (*_WHO, "site", "checked_in_at", "document")}
    )


def visit_of(event: str, content: Content) -> VisitRecord:
    """Return the visit that an entry tells of."""
    return VisitRecord(
        visit=event,
        site=content.get("site", ""),
        checked_in_at=content.get("checked_in_at", ""),
        number=content.get("number", ""),
        document=content.get("document", ""),
        name=content.get("name"),
        birth=content.get("birth"),
        sex=content.get("sex"),
        nationality=content.get("nationality", VIETNAM),
    )


def content_of_dose(told: ToldDose) -> Content:
    """Return the cells that tell of a dose."""
    names = (*_WHO, "site", *(one.name for one in _OWN["dose"]))
    return _filled({name: getattr(told, name) for name in names})


def dose_of(id_: str, event: str, content: Content) -> HeldDose:
    """Return the dose that an entry tells of."""
    number = content.get("dose_number")
    return HeldDose(
        id=id_,
        event=event,
        patient=content.get("patient", ""),
        number=content.get("number", ""),
        name=content.get("name"),
        birth=content.get("birth"),
        sex=content.get("sex"),
        vaccine=content.get("vaccine", ""),
        lot=content.get("lot", ""),
        dose_number=None if number is None else int(number),
        day=content.get("day", ""),
        site=content.get("site", "")[:32],
    )


def content_of_reaction(told: ToldReaction) -> Content:
    """Return the cells that tell of a reaction."""
    names = (*_WHO, "site", *(one.name for one in _OWN["reaction"]))
    return _filled({name: getattr(told, name) for name in names})


def reaction_of(id_: str, content: Content) -> HeldReaction:
    """Return the reaction that an entry tells of."""
    return HeldReaction(
        id=id_,
        patient=content.get("patient", ""),
        occurred_at=content.get("occurred_at", ""),
        severity=content.get("severity", ""),
        number=content.get("number", ""),
        name=content.get("name"),
        birth=content.get("birth"),
        sex=content.get("sex"),
    )


_WHO: Final = ("number", "nationality", "name", "birth", "sex")


def _filled(values: Mapping[str, object]) -> Content:
    return {name: clean(str(value)) for name, value in values.items() if value not in {None, ""}}
