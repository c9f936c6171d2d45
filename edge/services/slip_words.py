"""Turns a print order into what stands on the slip: place, differences in words, the signed QR."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from edge.domain.commands import PrintCertificate, PrintPending, PrintSlip
from edge.domain.dose_hint import DoseHint, Known
from edge.domain.earlier import Judged
from edge.domain.phone_link import link_of
from edge.domain.roster import Difference, Told
from edge.domain.stamp import Moment
from edge.ports import CertificateOnPaper, Clock, PrintJob, Slip
from edge.services.pending_words import pending_lines
from edge.services.recording import moment_of

SignReentry = Callable[[str, str, str, Moment], str]
"""Ticket, visit, stage and now to the text of a QR."""

OnPaper = Callable[[PrintCertificate], CertificateOnPaper]
"""Verifies a certificate and says what stands on paper; raises ``NotPrintable``."""

FIELDS: Final = {
    "number": ("Số căn cước", "ID number"),
    "name": ("Họ và tên", "Name"),
    "birth": ("Ngày sinh", "Date of birth"),
    "sex": ("Giới tính", "Sex"),
}
"""As on the kiosk's screen, in Vietnamese and in English."""
DOSES: Final[dict[Known, tuple[str, str]]] = {
    "none": (
        "Theo danh sách: chưa tiêm mũi nào. Bác sĩ quyết định.",
        "On the list: no dose so far. The doctor decides.",
    ),
    "count": (
        "Theo danh sách: đã tiêm {count} mũi. Bác sĩ quyết định.",
        "On the list: doses so far: {count}. The doctor decides.",
    ),
    "last": (
        "Theo danh sách: mũi gần nhất {date}. Bác sĩ quyết định.",
        "On the list: last dose {date}. The doctor decides.",
    ),
    "since": (
        "Theo danh sách: mũi gần nhất {date} ({days} ngày). Bác sĩ quyết định.",
        "On the list: last dose {date} (days since: {days}). The doctor decides.",
    ),
    "count_last": (
        "Theo danh sách: đã tiêm {count} mũi, mũi gần nhất {date}. Bác sĩ quyết định.",
        "On the list: doses so far: {count}, the last {date}. The doctor decides.",
    ),
    "count_since": (
        "Theo danh sách: đã tiêm {count} mũi, mũi gần nhất {date} ({days} ngày). Bác sĩ quyết định.",
        "On the list: doses so far: {count}, the last {date} (days since: {days}). The doctor decides.",
    ),
}
EARLIER: Final[dict[str, tuple[str, str]]] = {
    "dose": (
        "Theo giấy chứng nhận: mũi {dose}/{doses}, ngày {date}. Bác sĩ quyết định.",
        "On the certificate: dose {dose} of {doses}, {date}. The doctor decides.",
    ),
    "since": (
        "Theo giấy chứng nhận: mũi {dose}/{doses}, ngày {date} ({days} ngày). Bác sĩ quyết định.",
        "On the certificate: dose {dose} of {doses}, {date} (days since: {days}). The doctor decides.",
    ),
}
DOUBTED: Final = ("Xin xem lại giấy chứng nhận.", "Please check the certificate.")
"""Days as dd/mm/yyyy in both languages, as on every paper of the site."""
LISTED: Final[dict[Told, tuple[str, str]]] = {
    "unverified": (
        "Có tên trong danh sách, chưa xác minh xong. Vẫn được phục vụ.",
        "On the list, not verified yet. To be served all the same.",
    ),
    "not_listed": (
        "Chưa có tên trong danh sách. Vẫn được phục vụ.",
        "Not on the list yet. To be served all the same.",
    ),
    "no_list": (
        "Lúc in phiếu, máy chưa có danh sách mới. Vẫn được phục vụ.",
        "No up-to-date list when this was printed. To be served as usual.",
    ),
}
"""Who is not told of here is verified, exempt, or has what differs on the slip already."""
SEXES: Final = {"male": "Nam · Male", "female": "Nữ · Female"}


class NotPrintable(Exception):  # noqa: N818 - a refusal with its reason
    """This must not be printed; ``reason`` goes into the event."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class SlipWriter:
    """Knows what all slips of this site share.

    Attributes:
        stage: Where a slip sends a person for whom no desk is named.
        sign: Signs what stands in the QR of a queue slip; None leaves the QR out.
        on_paper: Verifies certificates; None where none is printed.
        phone_address: Where phones reach the hub's page of a number; empty: they do not.
    """

    site: str
    stage: str
    clock: Clock
    large: bool = False
    sign: SignReentry | None = None
    phone_address: str = ""
    on_paper: OnPaper | None = None

    def slip(self, order: PrintSlip | PrintCertificate | PrintPending, job: PrintJob) -> Slip:
        """Return the slip of ``job``.

        Raises:
            NotPrintable: A certificate that is not valid now.
        """
        if isinstance(order, PrintCertificate):
            return self._certificate(order, job)
        if isinstance(order, PrintPending):
            return self._pending(order, job)
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
            large=self.large or order.large,
            corrections=() if queue else tuple(_in_words(each) for each in order.corrections),
            companions=order.companions,
            lines=_lines(order) if queue else (),
            phone=self._phone(order) if queue else None,
        )

    def _certificate(self, order: PrintCertificate, job: PrintJob) -> Slip:
        if self.on_paper is None:
            raise NotPrintable("certificate_not_verified")
        return Slip(
            ticket="",
            stage="",
            site=self.site,
            printed_at=self.clock.now(),
            reprint=job.reprint,
            kind="certificate",
            large=self.large or order.large,
            certificate=self.on_paper(order),
        )

    def _pending(self, order: PrintPending, job: PrintJob) -> Slip:
        return Slip(
            ticket="",
            stage=self.stage,
            site=self.site,
            printed_at=self.clock.now(),
            masked_name=order.masked_name,
            reprint=job.reprint,
            kind="pending",
            large=self.large or order.large,
            lines=pending_lines(order.items),
        )

    def _phone(self, order: PrintSlip) -> str | None:
        return (self.phone_address and link_of(self.phone_address, order.visit)) or None

    def qr(self, order: PrintSlip | PrintCertificate | PrintPending, job: PrintJob) -> str | None:
        """Return what the QR of ``job`` says, on paper or instead of it; None where it has none."""
        if not isinstance(order, PrintSlip) or job.kind != "queue" or self.sign is None:
            return None
        return self.sign(order.ticket, order.visit, order.desk or self.stage, moment_of(self.clock))


def _lines(order: PrintSlip) -> tuple[str, ...]:
    listed = dose_lines(order.doses) if order.doses else ()
    standing = LISTED.get(order.standing, ()) if order.standing else ()
    return (*standing, *listed, *(certificate_lines(order.earlier) if order.earlier else ()))


def certificate_lines(judged: Judged) -> tuple[str, ...]:
    """Return what a certificate says of doses, a line in each language; nothing of one in doubt."""
    if judged.told is None:
        return ()
    said = [words.format(**judged.values) for words in EARLIER[judged.known]]
    if judged.doubt:
        said = [f"{line} {doubt}" for line, doubt in zip(said, DOUBTED, strict=True)]
    return tuple(said)


def dose_lines(hint: DoseHint) -> tuple[str, ...]:
    """Return what the list says of doses, a line in each of the slip's languages."""
    return tuple(words.format(**hint.values) for words in DOSES[hint.known])


def _in_words(difference: Difference) -> tuple[str, str, str, str]:
    return (
        *FIELDS[difference.field],
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
