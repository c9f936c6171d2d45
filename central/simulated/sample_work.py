"""What people at the centre did about the sample day: complaints, a merge, a request, a hand-over.

It uses the services that the pages use, so everything has its row in the audit. All people are
invented; whom it looks up are those whom ``edge sample-day`` writes into a hub's journal.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from central.domain.accounts import Role, Visitor
from central.domain.complaints import Answered, HandedOver, Handover, Subject, Taken
from central.domain.discrepancies import Why
from central.domain.persons import Reason
from central.ports import EventStore
from central.ports.complaints import Complainant
from central.ports.doses import DoseComparison
from central.services.complaints import Complaints
from central.services.discrepancies import Discrepancies, Wish
from central.services.inbox import Message
from central.services.opening import Opener
from central.services.persons import Persons
from central.services.requests import Requests
from protocol import cose, events, messages, topics
from protocol.errors import WireError
from protocol.identity import DeviceId

SAMPLE_BOOT: Final = "sample-"
_OVERDUE: Final = timedelta(hours=50)
_TWO_RECORDS: Final = ("Pi Năng Thị Bịa", "1982-05-14")
_ERASED: Final = ("Chamaléa Văn Tạm", "1967-08-17")
_STRANGER: Final = DeviceId("kiosk-0099")
_LATE = Complainant(
    name="Kator Thị Nháp", words="Đã gọi hai lần, chưa ai nói vì sao chưa có giấy chứng nhận."
)
_WRONG = Complainant(name="Đổng Văn Ví", words="Giấy ghi sai ngày sinh.")
_OTHER = Complainant(name="Trần Thị Tạm", words="Chờ từ sáng đến trưa mà chưa được gọi.")


class NotASampleDay(ValueError):  # noqa: N818 - what the database holds
    """The centre holds something that real machines said: invented work never gets among it."""


class SampleClock:
    """Stands wherever it was set."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Return the moment that it was set to."""
        return self.at


@dataclass(frozen=True, slots=True)
class Desks:
    """What the pages ask, each with ``clock`` as its clock."""

    clock: SampleClock
    complaints: Complaints
    persons: Persons
    requests: Requests
    discrepancies: Discrepancies
    comparison: DoseComparison
    opener: Opener
    store: EventStore


def must_be_sample(said: Collection[bytes], most: int) -> None:
    """Return when all events that the centre holds are a sample day's: some, and fewer than ``most``.

    Raises:
        NotASampleDay: They are not.
    """
    if not 0 < len(said) < most or not all(_is_sample(data) for data in said):
        raise NotASampleDay("the centre holds no sample day, or more than one")


def work(desks: Desks, site: str, province: str, commune: str, head: str) -> None:
    """Do what is done on the day after, or what is left of it.

    Args:
        province: Log-in name, as are ``commune`` and ``head``.
    """
    now = desks.clock.at
    above = Visitor(province, province, Role.PROVINCE, None)
    below = Visitor(commune, commune, Role.COMMUNE, frozenset({site}))
    _complaints(desks, site, above, below, head, now)
    desks.clock.at = now
    _persons(desks, above, below)
    _discrepancy(desks, below, head)
    _set_aside(desks)


def _complaints(
    desks: Desks, site: str, above: Visitor, below: Visitor, head: str, now: datetime
) -> None:
    desk, clock = desks.complaints, desks.clock
    if any(one.source == "centre" for one in desk.worklist(above, "", "", "")):
        return  # Cut short the last time, and begun anew.
    clock.at = now - _OVERDUE
    desk.open(above, site, Subject.CERTIFICATE_WRONG, _LATE, "")
    clock.at = now - timedelta(hours=20)
    answered = desk.open(below, site, Subject.PERSON_WRONG, _WRONG, "")
    clock.at += timedelta(hours=1)
    desk.step(below, answered, Taken(below.login), 0)
    clock.at += timedelta(hours=2)
    words = "Ngày sinh đã được sửa trên Nền tảng; giấy mới in ở bàn theo dõi."
    desk.step(below, answered, Answered(below.login, words), 1)
    given = desk.open(below, site, Subject.OTHER, _OTHER, "")
    desk.step(below, given, Taken(below.login), 0)
    desk.step(below, given, HandedOver(below.login, head, Handover.NEEDS_SITE), 1)


def _persons(desks: Desks, above: Visitor, below: Visitor) -> None:
    one, *others = desks.persons.find(below, "", *_TWO_RECORDS)
    for other in others:
        desks.persons.merge(below, one.handle, other.handle, Reason.TYPING_ERROR)
    for gone in desks.persons.find(above, "", *_ERASED):
        desks.requests.held(above, gone.handle, "page")
        desks.requests.erase(above, gone.handle, "YC-01/2026")


def _discrepancy(desks: Desks, below: Visitor, head: str) -> None:
    desks.comparison.compare(desks.clock.now(), least_days=14)
    found, _ = desks.discrepancies.worklist(below, Wish(kind="no_dose"))
    for one in [each for each in found if not each.steps][:1]:
        note = "Xem lại phiếu khám: đã về hay đã tiêm?"
        desks.discrepancies.hand_over(below, one.key, head, Why.NEEDS_SITE, note, one.steps)


def _set_aside(desks: Desks) -> None:
    """Let a stranger's machine speak, and somebody cut a message off."""
    key = ec.generate_private_key(ec.SECP256R1())
    strange = cose.sign(b"?", key, b"nobody's", messages.BATCH)
    topic = topics.up(_STRANGER, "batch")
    opened = desks.opener.open([Message(topic, strange), Message(topic, strange[:20])])
    desks.store.commit(opened.deliveries, opened.quarantined, desks.clock.now())


def _is_sample(data: bytes) -> bool:
    try:
        return events.decode_event(data).boot.startswith(SAMPLE_BOOT)
    except WireError:
        return False
