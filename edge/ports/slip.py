"""What stands on a slip, and what draws it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

SlipKind = Literal["queue", "correction", "complaint", "certificate", "pending", "test"]
"""What a slip is for: the number, what to put right, a complaint, the Platform's certificate of a
dose, the word why there is none yet, or the printer's test."""


@dataclass(frozen=True, slots=True)
class CertificateOnPaper:
    """A certificate that was verified, for the one person whose it is; from memory only.

    Attributes:
        code: The exact text of its code.
        fields: (label, value in Vietnamese, value in English), in the order of the specification.
        reissued: It took the place of an earlier one, which may be on paper.
    """

    code: str = field(repr=False)
    fields: tuple[tuple[str, str, str], ...] = field(repr=False)
    reissued: bool = False


@dataclass(frozen=True, slots=True)
class Slip:
    """What stands on a slip; nothing in it says whose it is but the masked name, from memory only.

    Attributes:
        ticket: ASCII, such as ``A012``; on a complaint slip the complaint's number.
        stage: Where to go, in the words to print below "Mời đến", such as ``Bàn đón tiếp``.
        printed_at: Aware; printed in the site's time zone.
        qr: Signed re-entry state (``protocol.reentry``); holds no identity.
        large: The large-type variant: every word is drawn half as large again.
        corrections: What to put right: (label, the same in English, as on the card, as on the list).
        companions: How many people came through the same helper before this one.
        phone: Link that shows a phone this number's place in the queue; None for no such page.
        lines: Further sentences, one paragraph each; the body of a "pending" slip.
        certificate: The body of a "certificate" slip.
    """

    ticket: str
    stage: str
    site: str
    printed_at: datetime
    masked_name: str | None = None
    qr: str | None = None
    reprint: bool = False
    kind: SlipKind = "queue"
    large: bool = False
    corrections: tuple[tuple[str, str, str, str], ...] = ()
    companions: int = 0
    lines: tuple[str, ...] = ()
    phone: str | None = None
    certificate: CertificateOnPaper | None = None


class SlipRenderer(Protocol):
    """Draws a slip and encodes it as ESC/POS raster."""

    def render(self, slip: Slip) -> bytes:
        """Return the bytes that print ``slip``: initialise, raster, feed, cut.

        The code of a certificate or a test slip was read back from these very bytes, and compared.

        Raises:
            SlipUnreadable: Such a code does not fit the paper, or cannot be read back.
        """
        ...

    def paper_mm(self, data: bytes) -> int:
        """Return how much paper ``data``, which ``render`` made, pulls."""
        ...
