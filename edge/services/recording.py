"""Turns decisions into journal entries: the sealed check-in with its number and print job, refusals.

Blocking; one call at a time, in a thread. What it returned is durable.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from edge.domain.answers import Subject
from edge.domain.commands import StoreCertificate, StoreCheckIn, StoreComplaint, StoreRefusal
from edge.domain.facts import CheckInStored, ComplaintStored, Source
from edge.domain.stamp import Moment
from edge.ports import Clock, Counter, Draft, Journal, Keys, PrintJob
from edge.services.elapsed import milliseconds
from edge.services.numbers import Numbers
from edge.services.room import RoomLeft
from protocol.documents.reader import to_identity
from protocol.events import (
    Booted,
    CertificateSeen,
    CheckedIn,
    ComplaintOpened,
    Identity,
    ScanRefused,
    encode_earlier_doses,
    encode_identity,
)
from protocol.identity import uuid7

COMPLAINT_LETTER = "P"
"""For "phản ánh"."""


@dataclass(frozen=True, slots=True)
class PlannedCheckIn:
    """A check-in that is about to be written: what the hub is asked before it is.

    Attributes:
        ticket: The next number; nobody else gives numbers of this kiosk.
    """

    event: str
    visit: str
    ticket: str


class Recorder:
    """Writes what happens at this kiosk."""

    def __init__(
        self,
        *,
        journal: Journal,
        keys: Keys,
        clock: Clock,
        zone: ZoneInfo,
        ticket_prefix: str,
        numbers: Numbers | None = None,
        written: Callable[[], None] = lambda: None,
        room: RoomLeft | None = None,
    ) -> None:
        """Take the parts.

        Args:
            numbers: The row of numbers that desks of this Pi draw from too; None: the kiosk's alone.
            written: Called after each write, in the writing thread: there is something to send.
            room: Says whether there is room for telemetry; None: there is.
        """
        self._journal = journal
        self._keys = keys
        self._clock = clock
        self._numbers = numbers or Numbers(
            journal=journal, clock=clock, zone=zone, prefix=ticket_prefix
        )
        self._written = written
        self._room = room or RoomLeft()

    def plan_check_in(self) -> PlannedCheckIn:
        """Return the ids and the number that the next check-in will have; nothing is written.

        Raises:
            JournalError: The journal cannot be read.
        """
        with self._numbers.next() as (ticket, _):
            return PlannedCheckIn(self.new_id(), self.new_id(), ticket)

    def check_in(self, order: StoreCheckIn, planned: PlannedCheckIn | None = None) -> CheckInStored:
        """Write a check-in; the next number, the event and the print job are one transaction.

        Args:
            planned: Ids that the hub was asked with; without them new ones are made.

        Raises:
            JournalError: Nothing was written and no number was used.
        """
        event_id = planned.event if planned else self.new_id()
        visit = planned.visit if planned else self.new_id()
        job = self.new_id()
        sealed = self._keys.seal(encode_identity(to_identity(order.claim)), event_id)
        with self._numbers.next() as (ticket, counter):
            body = CheckedIn(
                ticket=ticket,
                document=order.claim.document.value,
                source=order.source,
                warnings=tuple(warning.value for warning in order.claim.warnings),
                standing=order.standing,
                desk=order.desk,
                differences=order.differences,
                companion_of=order.companion_of,
                guardian=order.guardian,
                priority=order.priority,
                appointment=order.appointment,
            )
            self._write(
                [Draft(event_id, body, visit=visit, person=order.person, sealed=sealed)],
                jobs=[PrintJob(job, visit, ticket, self._clock.now().isoformat())],
                counter=counter,
            )
        return CheckInStored(
            visit, job, ticket, order.person, order.masked_name, milliseconds(self._clock)
        )

    def complain(self, order: StoreComplaint) -> ComplaintStored:
        """Write a complaint of whoever held up a card at the kiosk.

        Raises:
            JournalError: Nothing was written and no number was used.
        """
        who = to_identity(order.claim)
        return self.complaint_of(order.subject, who, order.person, order.source)

    def complaint_of(
        self,
        subject: Subject,
        who: Identity,
        person: str,
        source: Source | Literal["desk"],
        about: str = "",
    ) -> ComplaintStored:
        """Write a complaint; its number, the event and the print job are one transaction.

        The number is drawn from the same row as those of the queue, so it is unique at the site
        without asking anybody; the letter before it says that nobody is called by it.

        Args:
            who: As far as it is known; what they said of themselves is in it, too.
            person: Matching key; empty where there is none.
            about: Visit that it is about; empty for none. Its slip is not this visit's.

        Raises:
            JournalError: Nothing was written and no number was used.
        """
        event_id, visit, job = self.new_id(), self.new_id(), self.new_id()
        sealed = self._keys.seal(encode_identity(who), event_id)
        with self._numbers.next() as (place, counter):
            ticket = COMPLAINT_LETTER + place
            body = ComplaintOpened(subject=subject.value, ticket=ticket, source=source)
            self._write(
                [Draft(event_id, body, visit=about or visit, person=person or None, sealed=sealed)],
                jobs=[
                    PrintJob(job, visit, ticket, self._clock.now().isoformat(), kind="complaint")
                ],
                counter=counter,
            )
        return ComplaintStored(visit, job, ticket, milliseconds(self._clock))

    def certificate_seen(self, order: StoreCertificate) -> None:
        """Write what an earlier certificate is worth; what it says of doses goes sealed beside it.

        Raises:
            JournalError: Nothing was written.
        """
        event_id, judged = self.new_id(), order.judged
        sealed = None
        if judged.kind:
            sealed = self._keys.seal(encode_earlier_doses(judged.sealed_doses()), event_id)
        body = CertificateSeen(
            verdict=judged.verdict, fit=judged.fit.value if judged.fit else "", doubt=judged.doubt
        )
        draft = Draft(event_id, body, visit=order.visit, person=order.person, sealed=sealed)
        self._write([draft])

    def refuse(self, order: StoreRefusal) -> None:
        """Write that something was shown that checks nobody in, while there is room for that.

        Raises:
            JournalError: Nothing was written.
        """
        body = ScanRefused(document=order.document, reason=order.reason, source=order.source)
        if self._room.takes(body):
            self._write([Draft(self.new_id(), body)])

    def start(self, software: str, reason: str) -> None:
        """Write that the kiosk came into service, and why.

        Raises:
            JournalError: Nothing was written.
        """
        self._write([Draft(self.new_id(), Booted(software=software, reason=reason))])

    def new_id(self) -> str:
        """Return a fresh UUID version 7."""
        return new_id(self._clock)

    def _write(
        self,
        drafts: Sequence[Draft],
        jobs: Sequence[PrintJob] = (),
        counter: Counter | None = None,
    ) -> None:
        self._journal.append(drafts, jobs=jobs, counter=counter)
        self._written()


def new_id(clock: Clock) -> str:
    """Return a fresh UUID version 7; a clock before 1970 counts as 1970."""
    return uuid7(max(0, int(clock.now().timestamp() * 1000)), clock.entropy(10))


def moment_of(clock: Clock) -> Moment:
    """Return one reading of all clocks."""
    return Moment(clock.now(), clock.boot_id(), clock.boottime_ns(), clock.clock_ok())
