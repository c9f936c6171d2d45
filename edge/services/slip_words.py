"""Turns a print order into what stands on the slip: place, differences in words, the signed QR."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from edge.domain.commands import PrintSlip
from edge.domain.roster import Difference
from edge.ports import Clock, PrintJob, Slip

SignReentry = Callable[[str, str, str, int], str]
"""Ticket, visit, stage and seconds since 1970 to the text of a QR."""

FIELDS: Final = {
    "number": "Số định danh",
    "name": "Họ và tên",
    "birth": "Ngày sinh",
    "sex": "Giới tính",
}
SEXES: Final = {"male": "Nam", "female": "Nữ"}


@dataclass(frozen=True, slots=True)
class SlipWriter:
    """Knows what all slips of this site share.

    Attributes:
        stage: Where a slip sends a person for whom no desk is named.
        sign: Signs what stands in the QR of a queue slip; None leaves the QR out.
    """

    site: str
    stage: str
    clock: Clock
    large: bool = False
    sign: SignReentry | None = None

    def slip(self, order: PrintSlip, job: PrintJob) -> Slip:
        """Return the slip of ``job``."""
        queue = job.kind == "queue"
        return Slip(
            ticket=order.ticket,
            stage=order.desk or self.stage,
            site=self.site,
            printed_at=self.clock.now(),
            masked_name=order.masked_name,
            qr=self.qr(order, job),
            reprint=job.reprint,
            kind=job.kind,
            large=self.large,
            corrections=() if queue else tuple(_in_words(each) for each in order.corrections),
            companions=order.companions,
        )

    def qr(self, order: PrintSlip, job: PrintJob) -> str | None:
        """Return what the QR of ``job`` says, on paper or instead of it; None where it has none."""
        if job.kind != "queue" or self.sign is None:
            return None
        at = max(0, int(self.clock.now().timestamp()))
        return self.sign(order.ticket, order.visit, order.desk or self.stage, at)


def _in_words(difference: Difference) -> tuple[str, str, str]:
    label = FIELDS[difference.field]
    return (
        label,
        _value(difference.field, difference.card),
        _value(difference.field, difference.roster),
    )


def _value(field: str, text: str) -> str:
    match field:
        case "birth":
            return "/".join(reversed(text.split("-")))
        case "sex":
            return SEXES.get(text, text)
        case _:
            return text
