"""Writes how slips ended: the event and the end of its job in one transaction, later if not now."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import structlog

from edge.ports import Clock, Draft, JobState, Journal, JournalError, PrintJob, Roll
from edge.services.recording import new_id
from protocol.certificates.copies import parts_of
from protocol.events import CertificatePrinted, PrintFailed, SlipPrinted

Outcome = Literal["proven", "doubtful", "failed"]
End = tuple[PrintJob, Outcome, str]
"""The job, how it ended, and why when it did not end well."""

log = structlog.get_logger("printing")


class SlipEnds:
    """Keeps the ends that could not be written. Blocking; one thread at a time."""

    def __init__(self, journal: Journal, clock: Clock, written: Callable[[], None]) -> None:
        """Args: ``written`` is called after events were written: there is something to send."""
        self._journal = journal
        self._clock = clock
        self._written = written
        self._unwritten: list[tuple[Draft, PrintJob]] = []

    def settle_old_jobs(self) -> int:
        """End the jobs that a stop left open, and return how many.

        One that was sent may have been printed: doubtful. One that was not is not printed any more.

        Raises:
            JournalError: Nothing was written.
        """
        ends = [
            self._end(job, "doubtful" if job.state is JobState.SENT else "failed", "expired")
            for job in self._journal.open_jobs()
        ]
        if ends:
            self._journal.append([draft for draft, _ in ends], jobs=[job for _, job in ends])
        return len(ends)

    def write(self, ends: Sequence[End], roll: Roll | None = None) -> None:
        """Write ``ends``, and what could not be written before, in one transaction."""
        self._unwritten += [self._end(*end) for end in ends]
        self.write_again(roll)

    def write_again(self, roll: Roll | None = None) -> None:
        """Write what could not be written before; until then its jobs stay open in the journal."""
        ends = self._unwritten
        if not ends:
            return
        try:
            self._journal.append(
                [draft for draft, _ in ends], jobs=[job for _, job in ends], roll=roll
            )
        except JournalError as error:
            log.error("slip_event_not_written", waiting=len(ends), problem=str(error))  # noqa: TRY400 - no trace needed
            return
        self._unwritten = []
        self._written()

    def _end(self, job: PrintJob, outcome: Outcome, reason: str) -> tuple[Draft, PrintJob]:
        body: SlipPrinted | CertificatePrinted | PrintFailed
        job_id, ticket, again, kind = job.id, job.ticket, job.reprint, job.kind
        which = ""
        if kind == "certificate":
            ticket, which = parts_of(ticket)
        if outcome == "failed":
            body = PrintFailed(
                job=job_id,
                ticket=ticket,
                reason=reason,
                reprint=again,
                kind=kind,
                staff=job.staff,
            )
        elif kind == "certificate":
            body = CertificatePrinted(
                job=job_id,
                dose=ticket,
                proof=outcome,
                reprint=again,
                staff=job.staff,
                certificate=which,
            )
        else:
            body = SlipPrinted(
                job=job_id,
                ticket=ticket,
                proof=outcome,
                reprint=again,
                kind=kind,
                staff=job.staff,
            )
        draft = Draft(new_id(self._clock), body, visit=job.visit or None)
        return draft, replace(job, state=JobState(outcome))
