"""From the Platform's certificates to what a site is told: verified, of the right person, sealed."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from factories.certificates import NOW, ec_key
from factories.news_of_doses import DOSE, SITE, TRUST, issued
from factories.platforms import ask, sandbox
from fakes.certificates import kept_in_memory

from central.adapters.doses_of_sites import FolderSealKeys
from central.adapters.platform_fhir_certificates import FhirCertificates
from central.adapters.platform_spreadsheet import NoCertificates
from central.domain.certificate_lists import ListKind, read_list
from central.domain.dose_news import DoseOfSite, news_of
from central.ports import HeldList, Issue, KeysError, PlatformUnavailable
from central.services.dose_news import NewsBook, NewsKeeper, sealer
from central.simulated.platform.typed import TypedDose, type_in
from protocol import sealing
from protocol.certificates.news import DoseDetails, decode
from protocol.certificates.trust import Trust, from_base64
from protocol.certificates.verify import verify
from protocol.identity import SiteId

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def site_key(tmp_path):
    key = X25519PrivateKey.generate()
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / f"{SITE}.pub").write_bytes(
        key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    return key


@pytest.fixture
def book(tmp_path, site_key):
    assert site_key
    return NewsBook(sealer(FolderSealKeys(tmp_path / "sites")), page_news=2)


def test_what_is_told_opens_with_the_sites_key_alone(book, site_key):
    assert book.take([news_of(DOSE, [issued()], TRUST, None, NOW)]) == 1

    [one] = book.page(SITE, 0, "").news
    details = decode(sealing.unseal(one.sealed, "dose-1", site_key), DoseDetails)
    assert verify(details.code.encode(), TRUST, NOW).valid
    assert (details.number, details.dose_number) == ("058185000123", 2)
    for secret in (b"058185000123", b"HC1", "Mẫu".encode(), b"Comirnaty"):
        assert secret not in msgspec.json.encode(one)


def test_pages_lead_on_from_where_a_reader_was_cut_off(book):
    book.take(news_of(replace(DOSE, dose=f"d-{n}"), [], TRUST, None, NOW) for n in range(5))
    seen, since, name = [], 0, ""
    while True:
        page = book.page(SITE, since, name)
        seen += [one.dose for one in page.news]
        since, name = page.through, page.book
        if page.through == page.last:
            break

    assert seen == [f"d-{n}" for n in range(5)]
    assert book.page(SITE, since, name).news == ()
    book.take([news_of(replace(DOSE, dose="d-1"), [issued()], TRUST, None, NOW)])
    assert [one.certificate for one in book.page(SITE, since, name).news] == ["issued"]


def test_the_same_told_again_is_no_news(book):
    once = news_of(DOSE, [issued()], TRUST, None, NOW)

    assert (book.take([once]), book.take([once])) == (1, 0)


def test_a_reader_of_a_book_of_before_begins_anew(book):
    book.take([news_of(DOSE, [], TRUST, None, NOW)])

    assert book.page(SITE, 1, "00" * 16).since == 0
    assert book.page(SITE, 99, book.page(SITE, 0, "").book).since == 0


def test_another_site_is_told_nothing(book):
    book.take([news_of(DOSE, [issued()], TRUST, None, NOW)])

    elsewhere = book.page(SiteId("elsewhere"), 0, "")
    assert (elsewhere.news, elsewhere.last) == ((), 0)


def test_a_site_whose_key_the_centre_lacks_is_told_states_alone(tmp_path):
    book = NewsBook(sealer(FolderSealKeys(tmp_path / "none")))
    book.take([news_of(DOSE, [issued()], TRUST, None, NOW)] * 2)

    [one] = book.page(SITE, 0, "").news
    assert (one.recorded, one.certificate, one.sealed) == ("accepted", "issued", {})


def test_a_file_that_is_no_key_of_a_site_is_said(tmp_path):
    (tmp_path / "phuoc-dinh.pub").write_bytes(b"no key")
    with pytest.raises(KeysError, match="no public key"):
        FolderSealKeys(tmp_path).of("phuoc-dinh")
    pem = (
        ec_key()
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    (tmp_path / "phuoc-dinh.pub").write_bytes(pem)
    with pytest.raises(KeysError, match="no X25519"):
        FolderSealKeys(tmp_path).of("phuoc-dinh")
    assert FolderSealKeys(tmp_path).of("../secret") is None


class Platform:
    """The sandbox; its clock is set by hand."""

    def __init__(self) -> None:
        self.now = NOW
        self.sandbox = None

    @property
    def store(self):
        return self.sandbox.store

    def ask(self, method: str, path: str, **more):
        return ask(self.sandbox.url.replace("/fhir", path), method=method, **more)


@pytest.fixture
def platform(tmp_path):
    platform = Platform()
    with sandbox(tmp_path / "platform", lambda: platform.now, signs=True) as running:
        platform.sandbox = running
        yield platform


def typed(platform: Platform, **changes) -> str:
    fields = {
        "number": "058185000123", "name": "Nguyễn Thị Mẫu", "birth": "1985-08-17",
        "vaccine": "Comirnaty", "dose_number": 2, "day": "2022-03-01",
    }  # fmt: skip
    return type_in(platform.store, TypedDose(**{**fields, **changes}), platform.now)["id"]


@pytest.fixture
def certificates(platform):
    found = FhirCertificates(platform.sandbox.url)
    yield found
    found.close()


def sign(platform: Platform, day: str = "2022-03-01", algorithm: str = "PS256") -> int:
    answer = platform.ask("POST", "/certificates/sign", json={"day": day, "algorithm": algorithm})
    return answer.json()["issued"]


def trust_of(platform: Platform) -> Trust:
    answer = platform.ask("GET", "/certificates/signers")
    return Trust(from_base64(each) for each in answer.json())


@pytest.mark.parametrize("algorithm", ["PS256", "ES256"])
def test_after_the_responsible_signature_a_valid_certificate_is_there(
    platform, certificates, algorithm
):
    dose = typed(platform)
    typed(platform, day="2022-02-01")
    assert list(certificates.changed("")) == []

    assert sign(platform, algorithm=algorithm) == 1
    assert sign(platform, algorithm=algorithm) == 0

    [one] = certificates.changed("")
    assert (one.dose, one.state) == (dose, "current")
    verdict = verify(one.code.encode(), trust_of(platform), NOW + timedelta(minutes=1))
    assert verdict.valid
    assert verdict.certificate.person.name == "Nguyễn Thị Mẫu"
    assert verdict.certificate.vaccinations[0].product == "EU/1/20/1528"


def correct(platform, dose: str) -> None:
    """Correct the vaccine of a dose at the Platform, a while later."""
    platform.now += timedelta(minutes=5)
    resource = platform.store.read("Immunization", dose)
    platform.store.update(
        "Immunization", dose, {**resource, "vaccineCode": {"text": "AstraZeneca"}}, platform.now
    )


def test_a_changed_dose_is_issued_anew_and_the_old_certificate_superseded(platform, certificates):
    dose = typed(platform)
    sign(platform)
    correct(platform, dose)

    assert sign(platform) == 1

    by_state = {one.state: one for one in certificates.changed("")}
    assert set(by_state) == {"superseded", "current"}
    current = verify(by_state["current"].code.encode(), trust_of(platform), platform.now)
    assert current.certificate.vaccinations[0].product == "EU/1/21/1529"


def test_a_revoked_certificate_is_ended_and_stands_on_the_published_list(platform, certificates):
    dose = typed(platform)
    sign(platform)

    answer = platform.ask("POST", "/certificates/revoke", json={"immunization": dose})
    again = platform.ask("POST", "/certificates/revoke", json={"immunization": dose})

    assert (answer.status_code, again.status_code) == (200, 404)
    [one] = certificates.changed("")
    assert one.state == "entered-in-error"
    published = platform.ask("GET", "/certificates/revocations")
    assert read_list(ListKind.REVOCATIONS, published.content).entries == 1


class OneList:
    """The centre's lists as the sandbox publishes them."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    def held(self, kind: ListKind) -> HeldList:
        name = "signers" if kind is ListKind.TRUST else "revocations"
        data = self.platform.ask("GET", f"/certificates/{name}").content
        read = read_list(kind, data)
        return HeldList(Issue(1, NOW, read.entries, "test"), read.content)


class Doses:
    def __init__(self, *doses: DoseOfSite) -> None:
        self.doses = doses

    def since(self, day: date):
        return [dose for dose in self.doses if dose.day >= day.isoformat()]


class Clock:
    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    def now(self) -> datetime:
        return self.platform.now + timedelta(minutes=1)


def keeper_of(platform, doses, lists, book, clock, **more) -> NewsKeeper:
    return NewsKeeper(
        *kept_in_memory(platform, clock), doses, lists, book, clock, ZONE,
        days=7, interval_seconds=1, **more,
    )  # fmt: skip


def test_the_keeper_brings_a_certificate_from_the_platform_to_the_sites_page(
    platform, certificates, book
):
    dose = replace(DOSE, immunization=typed(platform), day="2022-03-01")
    doses = Doses(dose, replace(dose, dose="old", day="2021-01-01"))
    keeper = keeper_of(certificates, doses, OneList(platform), book, Clock(platform))

    assert keeper.look() == 1
    assert [one.certificate for one in book.page(SITE, 0, "").news] == ["pending"]
    sign(platform)
    assert keeper.look() == 1
    [one] = book.page(SITE, 0, "").news
    assert (one.certificate, one.reissued) == ("issued", False)
    assert keeper.look() == 0
    correct(platform, dose.immunization)
    sign(platform)
    assert keeper.look() == 1
    [one] = book.page(SITE, 0, "").news
    assert (one.certificate, one.reissued) == ("issued", True)
    assert keeper.look() == 0
    platform.now += timedelta(minutes=5)
    platform.ask("POST", "/certificates/revoke", json={"immunization": dose.immunization})
    assert keeper.look() == 1
    assert [one.certificate for one in book.page(SITE, 0, "").news] == ["revoked"]


def test_what_has_not_changed_is_not_verified_again(platform, certificates, book, monkeypatch):
    verified = []

    def counting(*about):
        verified.append(about[0].dose)
        return news_of(*about)

    monkeypatch.setattr("central.services.dose_news.news_of", counting)
    dose = replace(DOSE, immunization=typed(platform), day="2022-03-01")
    doses, lists = Doses(dose, replace(dose, dose="d-2", immunization=None)), OneList(platform)
    keeper = keeper_of(certificates, doses, lists, book, Clock(platform))
    counts = []
    for change in (
        lambda: None,
        lambda: None,
        lambda: sign(platform),
        lambda: setattr(doses, "doses", (dose, replace(doses.doses[1], recorded="overdue"))),
        lambda: setattr(platform, "now", platform.now + timedelta(days=1)),
    ):
        change()
        before = len(verified)
        keeper.look()
        counts.append(verified[before:])

    assert counts == [["dose-1", "d-2"], [], ["dose-1"], ["d-2"], ["dose-1", "d-2"]]


def test_one_of_a_platform_whose_clock_is_ahead_is_told_once_it_counts(
    platform, certificates, book
):
    class Behind(Clock):
        late = timedelta(minutes=2)

        def now(self) -> datetime:
            return super().now() - self.late

    clock = Behind(platform)
    doses = Doses(replace(DOSE, immunization=typed(platform), day="2022-03-01"))
    keeper = keeper_of(certificates, doses, OneList(platform), book, clock)
    sign(platform)
    told = []
    for clock.late in (timedelta(minutes=2), timedelta(minutes=2), timedelta()):
        keeper.look()
        told += [one.certificate for one in book.page(SITE, 0, "").news]

    assert told == ["doubtful", "doubtful", "issued"]


def test_whoever_was_erased_is_told_of_no_more_and_readers_of_the_site_begin_anew(
    platform, certificates, book
):
    dose = replace(DOSE, day="2022-03-01")
    doses = Doses(dose, replace(dose, dose="d-2"), replace(dose, dose="d-3", site="bac-ai"))
    keeper = keeper_of(certificates, doses, OneList(platform), book, Clock(platform))
    keeper.look()
    before, other = book.page(SITE, 0, ""), book.page(SiteId("bac-ai"), 0, "")

    doses.doses = (replace(dose, number=None, name=None, birth=None), *doses.doses[1:])
    keeper.look()

    after = book.page(SITE, before.through, before.book)
    assert (after.since, [one.dose for one in after.news]) == (0, ["d-2"])
    assert after.book != before.book
    assert book.page(SiteId("bac-ai"), other.through, other.book).book == other.book


def test_what_is_older_than_the_days_leaves_the_book_too(platform, certificates, book):
    doses = Doses(replace(DOSE, day="2022-03-01"))
    keeper = keeper_of(certificates, doses, OneList(platform), book, Clock(platform))
    keeper.look()
    before = book.page(SITE, 0, "")
    platform.now += timedelta(days=30)
    keeper.look()

    assert len(before.news) == 1
    assert book.page(SITE, before.through, before.book).news == ()


def test_a_platform_that_is_away_keeps_nobody_from_the_state_of_the_record(platform, book):
    class Away:
        def changed(self, _since: str):
            raise PlatformUnavailable("no answer")

    dose = replace(DOSE, day="2022-03-01")
    keeper = keeper_of(Away(), Doses(dose), OneList(platform), book, Clock(platform))

    assert keeper.look() == 1
    [one] = book.page(SITE, 0, "").news
    assert (one.recorded, one.certificate) == ("accepted", "unread")
    assert not keeper.knows_all


def test_where_the_platform_sends_no_certificates_nobody_is_left_waiting_for_one(platform, book):
    dose = replace(DOSE, day="2022-03-01")
    late = replace(dose, dose="dose-2", recorded="overdue")
    keeper = keeper_of(
        NoCertificates(), Doses(dose, late), OneList(platform), book, Clock(platform),
        elsewhere=True,
    )  # fmt: skip

    assert keeper.look() == 2
    said = {one.dose: (one.recorded, one.certificate) for one in book.page(SITE, 0, "").news}
    assert said == {"dose-1": ("accepted", "elsewhere"), "dose-2": ("overdue", "elsewhere")}
    assert keeper.look() == 0
