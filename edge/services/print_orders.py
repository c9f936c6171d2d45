"""What the printer has still to do, and what it has just done."""

from dataclasses import dataclass

from edge.domain.commands import PrintCertificate, PrintPending, PrintSlip
from edge.ports import PrintJob


@dataclass(frozen=True, slots=True)
class Order:
    """A slip to print, ordered at ``at_ms``; ``refused`` says why it is not to be."""

    slip: PrintSlip | PrintCertificate | PrintPending
    job: PrintJob
    at_ms: int
    refused: str | None = None

    @property
    def beside(self) -> str:
        """Return the job of the slip that a correction slip goes with; empty for any other."""
        if self.job.kind != "correction" or not isinstance(self.slip, PrintSlip):
            return ""
        return self.slip.job


@dataclass(frozen=True, slots=True)
class Sent:
    """A slip whose last byte the printer took at ``at``, by the loop's clock."""

    order: Order
    at: float


def whose(job: PrintJob) -> str:
    """Return under what a visit's slips of one kind are counted."""
    return job.visit if job.kind == "queue" else f"{job.kind} {job.visit}"
