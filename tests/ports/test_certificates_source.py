"""The ports ``Certificates`` and ``Records`` on the centre's real listener, and the way to paper.

The Platform is the sandbox on a socket, the listener is the centre's with TLS and its registry, the
paper is what a virtual printer makes of the bytes: only the dose's record is put in by hand.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
import zxingcpp
from factories.certificates import NOW
from factories.documents import CARD_2021
from factories.kiosks import printing_bench
from factories.platforms import ask, sandbox
from factories.printers import in_process
from factories.waiting import until
from fakes.bulk import running_bulk
from fakes.certificates import kept_in_memory

from central.adapters import platform_fhir_certificates
from central.adapters.platform_fhir_certificates import FhirCertificates
from central.adapters.seal_key import load_seal_key
from central.domain.certificate_lists import ListKind, read_list
from central.domain.dose_news import DoseOfSite, DosesOfPerson
from central.ports import HeldList, Issue, PlatformUnavailable
from central.services.dose_news import NewsKeeper
from central.services.persons_doses import PersonsNews
from central.simulated.platform.typed import TypedDose, type_in
from edge.adapters.centre_https import CentreHttps
from edge.adapters.keys_file import FileKeys
from edge.adapters.records_centre import CentreRecords
from edge.adapters.slip_pillow import PillowSlipRenderer
from edge.domain.answers import Answer, Asker, Found, Want
from edge.domain.dose_news import of_certificates, of_records
from edge.domain.facts import Answered, CertificateWanted, WantChosen, WantsOpened
from edge.domain.screen import Certificates
from edge.ports import RecordsUnavailable, RosterError
from edge.services.certificate_words import CertificateWriter
from edge.services.elapsed import milliseconds
from edge.services.trust import JudgedBy
from protocol import sealing
from protocol.certificates.news import (
    ASK_PATH,
    MAX_PAGE_BYTES,
    NEWS_PATH,
    DoseDetails,
    decode,
    decode_news,
)
from protocol.certificates.trust import Trust, from_base64
from protocol.certificates.verify import verify
from protocol.documents.model import Claim, DocumentClass, PartialDate
from protocol.events import CertificatePrinted, decode_body

NUMBER = "058185000123"
DAY = "2022-03-01"
NAME, BIRTH = "Nguyễn Thị Mẫu", PartialDate(1985, 8, 17)


class Way:
    """The sandbox, the centre's listener between, and one dose."""

    def __init__(self, bulk, platform) -> None:
        self.bulk, self.platform = bulk, platform
        self.at = NOW
        person = {"number": NUMBER, "name": "Nguyễn Thị Mẫu", "birth": "1985-08-17"}
        dose = TypedDose(**person, vaccine="Comirnaty", dose_number=2, day=DAY)
        self.dose = DoseOfSite(
            dose="dose-1", visit="v-1", site="phuoc-dinh", recorded="accepted",
            immunization=type_in(platform.store, dose, NOW)["id"],
            day=DAY, vaccine="Comirnaty", dose_number=2, **person,
        )  # fmt: skip
        self.certificates = FhirCertificates(platform.url)
        self.keeper = NewsKeeper(
            *kept_in_memory(self.certificates, self), self, self, bulk.book, self,
            ZoneInfo("Asia/Ho_Chi_Minh"), days=7, interval_seconds=1,
        )  # fmt: skip
        self.others: tuple[DoseOfSite, ...] = ()
        bulk.asked.of = PersonsNews(self, self.keeper)

    def of_person(self, number: str) -> DosesOfPerson:
        known = (self.dose, *self.others)
        return DosesOfPerson(tuple(one for one in known if one.number == number), read=True)

    def now(self) -> datetime:
        return self.at + timedelta(minutes=1)

    def since(self, _day):
        return [self.dose]

    def held(self, kind: ListKind) -> HeldList:
        name = "signers" if kind is ListKind.TRUST else "revocations"
        read = read_list(kind, self.ask("GET", f"/certificates/{name}").content)
        return HeldList(Issue(1, NOW, read.entries, "test"), read.content)

    def ask(self, method: str, path: str, **more):
        return ask(self.platform.url.replace("/fhir", path), method=method, **more)

    def sign(self) -> None:
        """Put the responsible signature under the day, and let the centre look."""
        order = {"day": DAY, "algorithm": "PS256"}
        self.ask("POST", "/certificates/sign", json=order).raise_for_status()
        self.keeper.look()

    def signers(self) -> tuple[bytes, ...]:
        return tuple(from_base64(each) for each in self.ask("GET", "/certificates/signers").json())

    def close(self) -> None:
        self.certificates.close()


@pytest.fixture(scope="module")
def bulk(tmp_path_factory):
    with running_bulk(tmp_path_factory.mktemp("bulk"), "kiosk-0001") as running:
        yield running


@pytest.fixture
def way(bulk, tmp_path):
    with sandbox(tmp_path / "platform", lambda: NOW, signs=True) as platform:
        made = Way(bulk, platform)
        made.keeper.look()
        yield made
        made.close()


def centre(bulk, device: str = "kiosk-0001") -> CentreHttps:
    return CentreHttps("127.0.0.1", bulk.port, bulk.keys_of(device))


def asker(number: str = NUMBER, name: str | None = None) -> Asker:
    return Asker("person", claim=Claim(DocumentClass.CCCD_2021, number, name, BIRTH))


def test_until_the_signature_it_is_pending_and_afterwards_there(way):
    certificates = CentreRecords(centre(way.bulk), of_certificates)
    assert certificates.ask(asker()).found is Found.PENDING
    assert CentreRecords(centre(way.bulk), of_records).ask(asker()).items[0].dose == 2

    way.sign()

    answer = certificates.ask(asker())
    assert answer.found is Found.AVAILABLE
    code = answer.items[0].certificate
    assert verify(code.encode(), Trust(way.signers()), way.now()).valid


def test_of_a_list_that_is_longer_than_one_reading_the_rest_is_not_said_to_be_none(
    way, monkeypatch
):
    person = {"number": "058185000777", "name": "Đổng Thị Giả", "birth": "1985-08-17"}
    more = TypedDose(**person, vaccine="Comirnaty", dose_number=1, day=DAY)
    type_in(way.platform.store, more, NOW)
    way.sign()
    monkeypatch.setattr(platform_fhir_certificates, "_PAGE", 1)
    monkeypatch.setattr(platform_fhir_certificates, "_PAGES_AT_MOST", 1)

    reading = way.certificates.changed("")

    assert next(reading).code.startswith("HC1:")
    with pytest.raises(PlatformUnavailable, match="longer"):
        next(reading)
    assert way.keeper.knows_all
    way.keeper.look()
    assert not way.keeper.knows_all


def test_a_dose_that_a_correction_replaced_is_told_no_more(way):
    way.dose = replace(way.dose, recorded="withdrawn")
    way.keeper.look()

    records = CentreRecords(centre(way.bulk), of_certificates)
    assert records.ask(asker(name=NAME)).found is Found.UNKNOWN


def test_by_a_number_alone_nobody_is_said_to_have_no_dose(way):
    records = CentreRecords(centre(way.bulk), of_records)

    assert records.ask(asker("058185999999", "Trần Văn Khác")).found is Found.UNKNOWN
    assert records.ask(asker("058185999999")).found is Found.NOT_HERE
    assert records.ask(Asker("person")).found is Found.NOT_REACHABLE


def test_whoever_comes_a_month_later_or_from_another_site_gets_their_certificate(way):
    way.sign()
    way.others = (replace(way.dose, dose="p-1", site="bac-ai", visit=""),)
    way.dose = replace(way.dose, dose="dose-9", immunization="i-none", number="058185000777")
    way.at += timedelta(days=31)
    way.keeper.look()
    certificates = CentreRecords(centre(way.bulk), of_certificates)

    with_card, by_number = certificates.ask(asker(name=NAME)), certificates.ask(asker())

    assert (with_card.found, by_number) == (Found.AVAILABLE, Answer(Found.NOT_HERE))
    assert verify(with_card.items[0].certificate.encode(), Trust(way.signers()), way.now()).valid


def test_a_centre_that_does_not_answer_is_no_no():
    nobody = CentreHttps("127.0.0.1", 1, Path("nowhere"))

    with pytest.raises(RecordsUnavailable):
        CentreRecords(nobody, of_records).ask(asker())


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"number": ""}', b'{"number": 5}', b"\xff", b"x" * 9999]
)
def test_a_strange_question_is_refused(way, body):
    with pytest.raises(RosterError, match=r"answered 4(13|22)"):
        centre(way.bulk).post(ASK_PATH, body, MAX_PAGE_BYTES)


def test_a_page_is_the_centres_and_opens_with_the_sites_key_alone(way):
    way.sign()
    line = centre(way.bulk)
    message = line.get(f"{NEWS_PATH}?since=0", MAX_PAGE_BYTES)
    line.close()

    keys = FileKeys(way.bulk.keys_of("kiosk-0001"), day_key=bytes(32), software="test")
    page = decode_news(keys.from_centre(message))
    [one] = [each for each in page.news if each.dose == "dose-1"]
    key = load_seal_key(way.bulk.directory / "sites/phuoc-dinh/seal.key")
    details = decode(sealing.unseal(one.sealed, "dose-1", key), DoseDetails)
    assert details.code.startswith("HC1:")
    assert NUMBER.encode() not in message
    assert msgspec.json.encode(one.visit) == b'"v-1"'


async def test_from_the_platform_to_paper_that_is_read_back_and_valid(way, tmp_path):
    way.sign()
    trusted, write = way.signers(), CertificateWriter()

    def by() -> JudgedBy:
        return JudgedBy(trusted, None, way.now(), way.now().date(), "", "01/03/2022")

    with in_process(576) as wired:
        renderer = PillowSlipRenderer(80)
        async with printing_bench(
            tmp_path,
            printer=wired.printer,
            build=lambda: (wired.printer, renderer),
            on_paper=lambda wanted: write(wanted, by()),
        ) as bench:
            bench.asking._certificates = CentreRecords(centre(way.bulk), of_certificates)
            at = milliseconds(bench.clock)
            await bench.kiosk.follow(WantsOpened(at))
            await bench.kiosk.follow(WantChosen(Want.CERTIFICATE, at))
            await bench.scan(CARD_2021.encode())
            answer = await bench.asking._answer(bench.asking._questions.get_nowait())
            await bench.kiosk.follow(answered(bench, answer))
            assert isinstance(bench.screen, Certificates)
            await bench.kiosk.follow(CertificateWanted(1, milliseconds(bench.clock)))
            await until(lambda: bench.finished)
            await bench.hear()

            assert bench.screen.slip == "printed"
            [body] = [decode_body(event) for event in bench.events()]
            assert isinstance(body, CertificatePrinted)
            assert (body.dose, body.proof) == ("dose-1", "proven")
            disk = b"".join(f.read_bytes() for f in tmp_path.iterdir() if f.is_file())
        [code] = zxingcpp.read_barcodes(wired.slip(1).convert("L"))
    verdict = verify(code.bytes, Trust(trusted), way.now())
    assert verdict.valid
    assert verdict.certificate.person.name == "Nguyễn Thị Mẫu"
    for secret in (NUMBER.encode(), "Mẫu".encode(), b"HC1:"):
        assert secret not in disk


def answered(bench, answer):
    person = bench.kiosk.state.pending.person
    return Answered(Want.CERTIFICATE, person, answer, milliseconds(bench.clock))
