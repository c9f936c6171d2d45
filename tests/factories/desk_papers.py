"""What desks ask of certificates, over a centre that says what a test wants."""

from collections.abc import Sequence
from dataclasses import replace

from factories import doors
from factories.certificates import NOW, ec_key, signer_certificate

from edge.adapters.sheet_code import draw_sheet_code
from edge.domain.answers import Answer, Found, Item
from edge.domain.commands import PrintCertificate, PrintPending
from edge.services.certificate_words import CertificateWriter
from edge.services.desk_certificates import DeskCertificates, Watched
from edge.services.trust import JudgedBy
from edge.simulated.records import SimulatedRecords
from protocol import cose
from protocol.certificates.revocations import HashKind, Revocations, hashes_of, in_buckets
from protocol.certificates.trust import Trust
from protocol.certificates.verify import verify
from protocol.certificates.wrapping import unwrap

NUMBER = "058185000001"
TRUSTED = (signer_certificate(ec_key()),)


class Papers:
    """What desks ask, with a centre whose answers a test chooses; of the first person who comes."""

    def __init__(
        self,
        *items: Item,
        found: Found = Found.AVAILABLE,
        prints: bool = True,
        trusted: Sequence[bytes] = TRUSTED,
    ) -> None:
        self.records = SimulatedRecords({NUMBER: Answer(found, items)})
        self.slips: list[PrintCertificate | PrintPending] = []
        self.by = JudgedBy(tuple(trusted), None, NOW, NOW.date(), "", "")
        self.prints = prints
        self.write = CertificateWriter()

    def tell(self, *items: Item, found: Found = Found.AVAILABLE) -> None:
        self.records.__init__({NUMBER: Answer(found, items)})

    def revoke(self, code: str) -> None:
        certificate = verify(code.encode(), Trust(TRUSTED), NOW).certificate
        hashes = hashes_of(cose.parse(unwrap(code.encode())), certificate, [HashKind.IDENTIFIER])
        self.by = replace(self.by, revocations=Revocations(1, NOW, in_buckets(hashes)))

    def take(self, slip: PrintCertificate | PrintPending) -> str:
        self.slips.append(slip)
        return "job"

    def __call__(self, hub: doors.Hub, watched: Watched) -> DeskCertificates:
        self.desk = DeskCertificates(
            certificates=self.records,
            on_paper=lambda wanted: self.write(wanted, self.by),
            draw=draw_sheet_code,
            journal=hub.journal,
            clock=hub.clock,
            watched=watched,
            print_slip=self.take if self.prints else None,
        )
        return self.desk
